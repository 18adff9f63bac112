/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* placeholder.c - a string in, whether nobody filled it in out; never guesses from a part of it */
#include <fwquirk/identity.h>

/*
 * Compared by letters and digits alone, in lower case, so that "To be filled by O.E.M.", "TO be
 * filled by OEM." and "TO_BE_FILLED_BY_OEM" are one. A longer string than this is no placeholder
 * but for its beginning.
 */
#define MAX_SQUASHED 40u

#define IN(field) ((uint32_t)1 << FIELD_##field)

#define IN_VENDORS    (IN(SYS_VENDOR) | IN(BOARD_VENDOR))
#define IN_NAMES      (IN(PRODUCT_NAME) | IN(BOARD_NAME))
#define IN_VERSIONS   (IN(PRODUCT_VERSION) | IN(BOARD_VERSION))
#define IN_SKU_FAMILY (IN(PRODUCT_SKU) | IN(PRODUCT_FAMILY))
#define IN_FREE_TEXT  (IN_VENDORS | IN_NAMES | IN_VERSIONS | IN_SKU_FAMILY)

/* Where a word stands for nothing. */
enum scope { ANYWHERE, FREE_TEXT, VERSIONS, SKU_FAMILY, NAME, CPU };

static const uint32_t fields_of[] = {
	[ANYWHERE] = UINT32_MAX,      [FREE_TEXT] = IN_FREE_TEXT, [VERSIONS] = IN_VERSIONS,
	[SKU_FAMILY] = IN_SKU_FAMILY, [NAME] = IN(PRODUCT_NAME),  [CPU] = IN(CPU_VERSION),
};

/*
 * Seen in real tables, shorter words first. A word stands only where it is nobody's name: "X", "K"
 * and "N" are families of ASUS notebooks, "Notebook" is what Clevo calls itself, "Super Server" what
 * Supermicro calls its servers.
 */
/* clang-format off */
#define WORDS(W, n) \
	W(n, ANYWHERE, "na") W(n, SKU_FAMILY, "all") W(n, ANYWHERE, "oem") \
	W(n, VERSIONS, "rev") W(n, SKU_FAMILY, "sku") W(n, ANYWHERE, "tbd") \
	W(n, ANYWHERE, "none") W(n, ANYWHERE, "null") W(n, SKU_FAMILY, "sku0") \
	W(n, SKU_FAMILY, "sku1") W(n, ANYWHERE, "empty") W(n, SKU_FAMILY, "family") \
	W(n, ANYWHERE, "notset") W(n, ANYWHERE, "unknow") W(n, ANYWHERE, "default") \
	W(n, FREE_TEXT, "invalid") W(n, ANYWHERE, "notused") W(n, ANYWHERE, "unknown") \
	W(n, VERSIONS, "version") W(n, FREE_TEXT, "standard") W(n, FREE_TEXT, "123456789") \
	W(n, NAME, "allseries") W(n, FREE_TEXT, "boardname") W(n, SKU_FAMILY, "skunumber") \
	W(n, SKU_FAMILY, "systemsku") W(n, ANYWHERE, "undefined") \
	W(n, FREE_TEXT, "0123456789") W(n, FREE_TEXT, "1234567890") W(n, CPU, "cpuversion") \
	W(n, SKU_FAMILY, "defaultsku") W(n, ANYWHERE, "notdefined") \
	W(n, VERSIONS, "pcbversion") W(n, FREE_TEXT, "systemname") \
	W(n, SKU_FAMILY, "xxx123xaba") W(n, ANYWHERE, "notprovided") \
	W(n, FREE_TEXT, "productname") W(n, VERSIONS, "stemversion") \
	W(n, VERSIONS, "boardversion") W(n, ANYWHERE, "notavailable") \
	W(n, ANYWHERE, "notspecified") W(n, SKU_FAMILY, "systemfamily") \
	W(n, ANYWHERE, "notapplicable") W(n, VERSIONS, "systemversion") \
	W(n, VERSIONS, "productversion") W(n, FREE_TEXT, "unknownproduct") \
	W(n, FREE_TEXT, "stemproductname") W(n, SKU_FAMILY, "systemskunumber") \
	W(n, VERSIONS, "baseboardversion") W(n, FREE_TEXT, "boardproductname") \
	W(n, VERSIONS, "mainboardversion") W(n, FREE_TEXT, "stemmanufacturer") \
	W(n, FREE_TEXT, "systemproductname") W(n, FREE_TEXT, "systemmanufacturer") \
	W(n, FREE_TEXT, "baseboardproductname") W(n, FREE_TEXT, "baseboardmanufacturer") \
	W(n, SKU_FAMILY, "abcdefghijklmnopqrstuvwxyz") \
	W(n, SKU_FAMILY, "012345678912345678912345678")

/* Beginnings that no real string has. */
#define BEGINNINGS(W, n) \
	W(n, ANYWHERE, "tobefilledbyoem") W(n, ANYWHERE, "defaultstring") \
	W(n, ANYWHERE, "oemdefaultstring") W(n, ANYWHERE, "itobefilledbyoem") \
	W(n, ANYWHERE, "tbdbyoem") W(n, ANYWHERE, "type1tbdbyoem") \
	W(n, ANYWHERE, "type1productconfig") W(n, ANYWHERE, "type1family") \
	W(n, ANYWHERE, "type1cfamily") W(n, ANYWHERE, "type1sku") \
	W(n, ANYWHERE, "type1version") W(n, ANYWHERE, "type2board") \
	W(n, ANYWHERE, "type2a01board") W(n, ANYWHERE, "type2version")
/* clang-format on */

/* The texts one behind the other, without an end: half the bytes of a table of records. */
#define TEXT(n, scope, text)  text
#define SCOPE(n, scope, text) scope,
#define SIZE(n, scope, text)  sizeof(text) - 1,
static const char word_texts[] = WORDS(TEXT, 0);
static const uint8_t word_scopes[] = {WORDS(SCOPE, 0)};
static const char beginning_texts[] = BEGINNINGS(TEXT, 0);
static const uint8_t beginning_sizes[] = {BEGINNINGS(SIZE, 0)};

#define N_BEGINNINGS sizeof(beginning_sizes)

/* For each size the number of words that are shorter, and of their bytes. */
#define IS_SHORTER(n, scope, text)    +(sizeof(text) - 1 < (n))
#define SHORTER_BYTES(n, scope, text) +(sizeof(text) - 1 < (n) ? sizeof(text) - 1 : 0)
#define N_BEFORE(n)                   (0 WORDS(IS_SHORTER, n))
#define BYTES_BEFORE(n)               (0 WORDS(SHORTER_BYTES, n))
#define EACH_4(F, n)                  F(n), F((n) + 1), F((n) + 2), F((n) + 3)
#define EACH_SIZE(F)                                                                           \
	EACH_4(F, 0), EACH_4(F, 4), EACH_4(F, 8), EACH_4(F, 12), EACH_4(F, 16), EACH_4(F, 20), \
		EACH_4(F, 24), F(28)
static const uint8_t n_before[] = {EACH_SIZE(N_BEFORE)};
static const uint16_t bytes_before[] = {EACH_SIZE(BYTES_BEFORE)};

#define N_SIZES (sizeof(n_before) - 1)

_Static_assert(N_BEFORE(N_SIZES) == sizeof(word_scopes), "a word is longer than the list of sizes");

static bool begins_with(struct text squashed, const char *text, size_t size)
{
	size_t n = 0;

	if (size > squashed.size)
		return false;
	while (n < size && text[n] == squashed.at[n])
		n++;
	return n == size;
}

static bool has_beginning(struct text squashed)
{
	const char *text = beginning_texts;

	for (size_t i = 0; i < N_BEGINNINGS; text += beginning_sizes[i++])
		if (begins_with(squashed, text, beginning_sizes[i]))
			return true;
	return false;
}

static bool is_word(struct text squashed, uint32_t field_bit)
{
	const char *text;

	if (squashed.size >= N_SIZES)
		return false;
	text = word_texts + bytes_before[squashed.size];
	for (size_t i = n_before[squashed.size]; i < n_before[squashed.size + 1]; i++) {
		if (begins_with(squashed, text, squashed.size))
			return fields_of[word_scopes[i]] & field_bit;
		text += squashed.size;
	}
	return false;
}

/* True when every byte is `c`. */
static bool is_all(struct text text, char c)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] != c)
			return false;
	}
	return true;
}

/* Letters and digits, also any byte above ASCII: a name in another script is a name. */
static size_t squash(struct text text, char *squashed)
{
	size_t size = 0;

	for (size_t i = 0; i < text.size && size < MAX_SQUASHED; i++) {
		uint8_t c = (uint8_t)text.at[i];

		if ((uint8_t)((c | 0x20) - 'a') <= 'z' - 'a')
			squashed[size++] = (char)(c | 0x20);
		else if ((uint8_t)(c - '0') <= 9 || c >= 0x80)
			squashed[size++] = (char)c;
	}
	return size;
}

bool placeholder_is(enum field field, struct text text)
{
	char buffer[MAX_SQUASHED];
	struct text squashed = text_sized(buffer, squash(text, buffer));
	uint32_t bit = (uint32_t)1 << field;

	/* Blanks, dashes, dots; erased flash. */
	if (is_all(squashed, (char)0xff))
		return true;
	if (has_beginning(squashed) || is_word(squashed, bit))
		return true;
	/* Unfilled templates: "x.x", "X.XX"; "0000000000000000". */
	return (IN_VERSIONS & bit && is_all(squashed, 'x')) ||
	       (IN_FREE_TEXT & bit && squashed.size >= 3 && is_all(squashed, 'x')) ||
	       ((IN_VERSIONS | IN_SKU_FAMILY) & bit && is_all(squashed, '0'));
}
