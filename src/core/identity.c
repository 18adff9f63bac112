/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity.c - values in, an identity with presence bits out; never keeps a serial number */
#include <fwquirk/identity.h>

void identity_clear(struct identity *identity)
{
	*identity = (struct identity){.present = 0};
}

bool identity_has(const struct identity *identity, enum field field)
{
	return (identity->present & ~identity->placeholder) >> field & 1;
}

void identity_set_text(struct identity *identity, enum field field, struct text text)
{
	uint32_t bit = (uint32_t)1 << field;

	identity->present |= bit;
	identity->placeholder &= ~bit;
	if (placeholder_is(field, text))
		identity->placeholder |= bit;
	identity->field[field] = text;
}

/* A number is what it is: no placeholder among them. */
static void set_spelled(struct identity *identity, enum field field,
			const struct text_buffer *spelled)
{
	uint32_t bit = (uint32_t)1 << field;

	identity->present |= bit;
	identity->placeholder &= ~bit;
	identity->field[field] = text_sized(spelled->at, spelled->size);
}

void identity_set_release(struct identity *identity, enum field field, unsigned major,
			  unsigned minor)
{
	struct text_buffer spelled = text_buffer_of(identity->numbers[field], IDENTITY_NUMBER_SIZE);

	text_append_u64(&spelled, major);
	text_append_char(&spelled, '.');
	/* Minor revisions of UEFI have two digits: 1.02, 1.10, 2.70. */
	if (field == FIELD_UEFI_REVISION && minor < 10)
		text_append_char(&spelled, '0');
	text_append_u64(&spelled, minor);
	set_spelled(identity, field, &spelled);
}

void identity_set_number(struct identity *identity, enum field field, uint64_t value)
{
	struct text_buffer spelled = text_buffer_of(identity->numbers[field], IDENTITY_NUMBER_SIZE);

	if (field == FIELD_CPU_ID)
		text_append_hex(&spelled, value, 16);
	else if (field == FIELD_EFI_REVISION)
		text_append_hex(&spelled, value, 8);
	else
		text_append_u64(&spelled, value);
	set_spelled(identity, field, &spelled);
}

void identity_set_uefi_revision(struct identity *identity, uint32_t revision)
{
	identity_set_release(identity, FIELD_UEFI_REVISION, revision >> 16, revision & 0xffff);
}
