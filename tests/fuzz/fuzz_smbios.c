/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_smbios.c - any bytes as a table: the walk ends, what it gives lies inside, and the identity is
 * that of a second reading, written to be simple: one index, one loop, nothing shared with the first.
 * The same bytes as an entry point: accepted only when anchor, lengths and sums say so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/identity.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Where structure number `n` begins and where its strings begin and end; false when there is none. */
static bool oracle_structure(const uint8_t *bytes, size_t size, unsigned n, size_t *ret_at,
			     size_t *ret_strings, size_t *ret_end)
{
	size_t at = 0;

	for (;; n--) {
		size_t strings, end;

		if (at + 4 > size || bytes[at + 1] < 4)
			return false;
		strings = at + bytes[at + 1];
		for (end = strings; end + 1 < size && (bytes[end] || bytes[end + 1]);)
			end++;
		if (end + 1 >= size)
			return false;
		if (!n) {
			*ret_at = at;
			*ret_strings = strings;
			*ret_end = end;
			return true;
		}
		if (bytes[at] == 127)
			return false;
		at = end + 2;
	}
}

struct oracle_string {
	bool found;
	size_t begin, end;
};

/* The string that the byte at `offset` of the first structure of a type names, if it is long enough. */
static struct oracle_string oracle_string(const uint8_t *bytes, size_t size, uint8_t type,
					  size_t offset, uint8_t min_length)
{
	struct oracle_string string = {.found = false};
	size_t at, begin, end;
	unsigned index, n;

	for (n = 0; n < SMBIOS_MAX_STRUCTURES; n++) {
		if (!oracle_structure(bytes, size, n, &at, &begin, &end))
			return string;
		if (bytes[at] == type)
			break;
	}
	if (n == SMBIOS_MAX_STRUCTURES || bytes[at + 1] < min_length || !bytes[at + offset])
		return string;
	for (index = bytes[at + offset]; begin < end && bytes[begin]; index--) {
		size_t length = strlen((const char *)bytes + begin);

		if (index == 1)
			return (struct oracle_string){true, begin, begin + length};
		begin += length + 1;
	}
	return string;
}

static void check_string(const struct identity *identity, enum field field, struct span bytes,
			 uint8_t type, size_t offset, uint8_t min_length)
{
	struct oracle_string string = oracle_string(bytes.at, bytes.size, type, offset, min_length);
	struct text text = identity->field[field];

	must((identity->present >> field & 1) == string.found);
	if (string.found) {
		must((const uint8_t *)text.at == bytes.at + string.begin);
		must(text.size == string.end - string.begin);
	} else {
		must(!text.size);
	}
}

static void check_number(const struct identity *identity, enum field field, bool found,
			 const char *spelled)
{
	must((identity->present >> field & 1) == found);
	must(!found || text_is_same(identity->field[field], text_of(spelled)));
	must(!found || identity->field[field].at == identity->numbers[field]);
}

/* The first structure of a type, or NULL. */
static const uint8_t *oracle_first(struct span bytes, uint8_t type)
{
	size_t at, strings, end;

	for (unsigned n = 0; n < SMBIOS_MAX_STRUCTURES; n++) {
		if (!oracle_structure(bytes.at, bytes.size, n, &at, &strings, &end))
			return NULL;
		if (bytes.at[at] == type)
			return bytes.at + at;
	}
	return NULL;
}

static void check_numbers(const struct identity *identity, struct span bytes)
{
	const uint8_t *bios = oracle_first(bytes, 0), *chassis = oracle_first(bytes, 3);
	const uint8_t *processor = oracle_first(bytes, 4);
	char bios_release[8] = "", ec_release[8] = "", chassis_type[4] = "", cpu_id[24] = "";

	if (bios && bios[1] >= 0x18) {
		if (bios[0x14] != 0xff && bios[0x15] != 0xff)
			sprintf(bios_release, "%d.%d", bios[0x14], bios[0x15]);
		if (bios[0x16] != 0xff && bios[0x17] != 0xff)
			sprintf(ec_release, "%d.%d", bios[0x16], bios[0x17]);
	}
	if (chassis && chassis[1] >= 9)
		sprintf(chassis_type, "%d", chassis[5] % 128);
	if (processor && processor[1] >= 0x1a)
		sprintf(cpu_id, "0x%02x%02x%02x%02x%02x%02x%02x%02x", processor[15], processor[14],
			processor[13], processor[12], processor[11], processor[10], processor[9],
			processor[8]);
	check_number(identity, FIELD_BIOS_RELEASE, *bios_release, bios_release);
	check_number(identity, FIELD_EC_RELEASE, *ec_release, ec_release);
	check_number(identity, FIELD_CHASSIS_TYPE, *chassis_type, chassis_type);
	check_number(identity, FIELD_CPU_ID, *cpu_id, cpu_id);
}

static void check_identity(struct span bytes)
{
	enum smbios_end end = SMBIOS_END_NONE;
	struct identity identity;

	identity_clear(&identity);
	identity_from_smbios(&identity, bytes, &end);
	must(end != SMBIOS_END_NONE);
	check_string(&identity, FIELD_BIOS_VENDOR, bytes, 0, 4, 0x12);
	check_string(&identity, FIELD_BIOS_VERSION, bytes, 0, 5, 0x12);
	check_string(&identity, FIELD_BIOS_DATE, bytes, 0, 8, 0x12);
	check_string(&identity, FIELD_SYS_VENDOR, bytes, 1, 4, 8);
	check_string(&identity, FIELD_PRODUCT_NAME, bytes, 1, 5, 8);
	check_string(&identity, FIELD_PRODUCT_VERSION, bytes, 1, 6, 8);
	check_string(&identity, FIELD_PRODUCT_SKU, bytes, 1, 0x19, 0x1b);
	check_string(&identity, FIELD_PRODUCT_FAMILY, bytes, 1, 0x1a, 0x1b);
	check_string(&identity, FIELD_BOARD_VENDOR, bytes, 2, 4, 8);
	check_string(&identity, FIELD_BOARD_NAME, bytes, 2, 5, 8);
	check_string(&identity, FIELD_BOARD_VERSION, bytes, 2, 6, 8);
	check_string(&identity, FIELD_CPU_VERSION, bytes, 4, 0x10, 0x1a);
	check_numbers(&identity, bytes);
	must(!(identity.placeholder & ~identity.present));
	must(!(identity.present >> FIELD_EFI_VENDOR));
}

static void check_walk(struct span bytes)
{
	struct smbios_walk walk = smbios_walk_begin(bytes);
	struct smbios_structure structure;
	unsigned n = 0;

	while (smbios_next(&walk, &structure) == STATUS_OK) {
		size_t at, strings, end;
		struct text text;

		must(oracle_structure(bytes.at, bytes.size, n++, &at, &strings, &end));
		must(structure.formatted.at == bytes.at + at);
		must(structure.formatted.size == strings - at);
		must(structure.strings.at == bytes.at + strings);
		must(structure.strings.size == end + 1 - strings);
		for (size_t offset = 0; offset < structure.formatted.size; offset++) {
			if (smbios_string(&structure, offset, &text) != STATUS_OK)
				continue;
			must((const uint8_t *)text.at >= bytes.at + strings);
			must((const uint8_t *)text.at + text.size <= bytes.at + end);
			must(!memchr(text.at, 0, text.size));
		}
	}
	must(n == walk.n_seen && n <= SMBIOS_MAX_STRUCTURES);
	must(walk.ended != SMBIOS_END_NONE);
}

static unsigned sum(const uint8_t *at, size_t size)
{
	unsigned total = 0;

	while (size--)
		total += *at++;
	return total & 0xff;
}

static void check_entry(const uint8_t *bytes, size_t size)
{
	bool is_64 = size >= 24 && !memcmp(bytes, "_SM3_", 5) && bytes[6] >= 24 && bytes[6] <= 32 &&
		     bytes[6] <= size && !sum(bytes, bytes[6]);
	bool is_32 = size >= 31 && !memcmp(bytes, "_SM_", 4) && bytes[5] >= 30 && bytes[5] <= 32 &&
		     bytes[5] <= size && !sum(bytes, bytes[5]) && !memcmp(bytes + 16, "_DMI_", 5) &&
		     !sum(bytes + 16, 15);
	bool is_legacy = size >= 15 && !memcmp(bytes, "_DMI_", 5) && !sum(bytes, 15);
	struct smbios_entry entry;
	enum status status = smbios_entry_read(span_of(bytes, size), &entry);

	must((status == STATUS_OK) == (is_64 || is_32 || is_legacy));
	if (status == STATUS_OK)
		must(entry.is_64bit == is_64 && entry.is_legacy == is_legacy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_walk(span_of(data, size));
	check_identity(span_of(data, size));
	check_entry(data, size);
	return 0;
}
