/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* chid.c - an identity in, its hardware ids out; the hash is libuuid's */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include <fwquirk/host/chid.h>

#define BIT(field) ((uint32_t)1 << FIELD_##field)
#define SYSTEM     BIT(SYS_VENDOR)
#define FAMILY     BIT(PRODUCT_FAMILY)
#define NAME       BIT(PRODUCT_NAME)
#define SKU        BIT(PRODUCT_SKU)
#define BOARD      (BIT(BOARD_VENDOR) | BIT(BOARD_NAME))
#define BIOS       (BIT(BIOS_VENDOR) | BIT(BIOS_VERSION) | BIT(BIOS_RELEASE))
#define ENCLOSURE  BIT(CHASSIS_TYPE)

/* Microsoft, "Specifying Hardware IDs for a Computer"; the release counts as major and minor. */
static const uint32_t fields[CHID_COUNT] = {
	SYSTEM | FAMILY | NAME | SKU | BIOS,
	SYSTEM | FAMILY | NAME | BIOS,
	SYSTEM | NAME | BIOS,
	SYSTEM | FAMILY | NAME | SKU | BOARD,
	SYSTEM | FAMILY | NAME | SKU,
	SYSTEM | FAMILY | NAME,
	SYSTEM | SKU | BOARD,
	SYSTEM | SKU,
	SYSTEM | NAME | BOARD,
	SYSTEM | NAME,
	SYSTEM | FAMILY | BOARD,
	SYSTEM | FAMILY,
	SYSTEM | ENCLOSURE,
	SYSTEM | BOARD,
	SYSTEM,
};

/* The order in which texts are joined. */
static const enum field order[] = {
	FIELD_SYS_VENDOR,   FIELD_PRODUCT_FAMILY, FIELD_PRODUCT_NAME, FIELD_PRODUCT_SKU,
	FIELD_BOARD_VENDOR, FIELD_BOARD_NAME,     FIELD_BIOS_VENDOR,  FIELD_BIOS_VERSION,
	FIELD_BIOS_RELEASE, FIELD_CHASSIS_TYPE,
};

/* 70ffd812-4c7f-4c7d-0000-000000000000, the name space of these ids. */
static const uuid_t name_space = {0x70, 0xff, 0xd8, 0x12, 0x4c, 0x7f, 0x4c, 0x7d};

/* What is hashed, in UTF-16LE. */
struct joined {
	char *at;
	size_t size;
};

uint32_t chid_fields(unsigned n)
{
	return n < CHID_COUNT ? fields[n] : 0;
}

/* ASCII only: beyond it the tools do not agree with each other. */
static bool add_text(struct joined *joined, struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((unsigned char)text.at[i] > 0x7e)
			return false;
		joined->at[joined->size++] = text.at[i];
		joined->at[joined->size++] = 0;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without blanks at the ends, and then without zeros at the start: as ComputerHardwareIds does. */
static struct text hashed_form(struct text text)
{
	while (text.size && is_blank(text.at[text.size - 1]))
		text.size--;
	while (text.size && is_blank(text.at[0]))
		text = text_sized(text.at + 1, text.size - 1);
	while (text.size && text.at[0] == '0')
		text = text_sized(text.at + 1, text.size - 1);
	return text;
}

/* "5.12" as "05&0c", "10" as "a": numbers are hashed in hexadecimal. */
static bool add_field(struct joined *joined, enum field field, struct text text)
{
	unsigned major, minor;
	char number[16];

	if (field_kind(field) != FIELD_KIND_NUMBER)
		return add_text(joined, hashed_form(text));
	snprintf(number, sizeof(number), "%.*s", (int)text.size, text.at);
	if (field == FIELD_BIOS_RELEASE) {
		if (sscanf(number, "%3u.%3u", &major, &minor) != 2)
			return false;
		snprintf(number, sizeof(number), "%02x&%02x", major & 0xff, minor & 0xff);
	} else {
		snprintf(number, sizeof(number), "%lx", strtoul(number, NULL, 10));
	}
	return add_text(joined, text_of(number));
}

static bool join(const struct identity *identity, unsigned n, struct joined *joined)
{
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		enum field field = order[i];

		if (!(fields[n] >> field & 1))
			continue;
		if (!(identity->present >> field & 1) || !identity->field[field].size)
			return false;
		if (joined->size)
			add_text(joined, text_of("&"));
		if (!add_field(joined, field, identity->field[field]))
			return false;
	}
	return true;
}

bool chid_of(const struct identity *identity, unsigned n, char ret_text[static CHID_TEXT_SIZE])
{
	struct joined joined = {.size = 0};
	size_t room = 64;
	bool is_joined;
	uuid_t id;

	for (unsigned i = 0; i < FIELD_COUNT; i++)
		room += 2 * (identity->field[i].size + 1);
	joined.at = malloc(room);
	if (!joined.at)
		abort();
	is_joined = n < CHID_COUNT && join(identity, n, &joined);
	if (is_joined) {
		uuid_generate_sha1(id, name_space, joined.at, joined.size);
		uuid_unparse_lower(id, ret_text);
	}
	free(joined.at);
	return is_joined;
}
