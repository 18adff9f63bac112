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

struct word {
	uint8_t scope, size;
	char text[27];
};

#define WORD(scope, text)                     \
	{                                     \
		scope, sizeof(text) - 1, text \
	}

/*
 * Seen in real tables, shorter words first. A word stands only where it is nobody's name: "X", "K"
 * and "N" are families of ASUS notebooks, "Notebook" is what Clevo calls itself, "Super Server" what
 * Supermicro calls its servers.
 */
static const struct word words[] = {
	WORD(ANYWHERE, "na"),
	WORD(SKU_FAMILY, "all"),
	WORD(ANYWHERE, "oem"),
	WORD(VERSIONS, "rev"),
	WORD(SKU_FAMILY, "sku"),
	WORD(ANYWHERE, "tbd"),
	WORD(ANYWHERE, "none"),
	WORD(ANYWHERE, "null"),
	WORD(SKU_FAMILY, "sku0"),
	WORD(SKU_FAMILY, "sku1"),
	WORD(ANYWHERE, "empty"),
	WORD(SKU_FAMILY, "family"),
	WORD(ANYWHERE, "notset"),
	WORD(ANYWHERE, "unknow"),
	WORD(ANYWHERE, "default"),
	WORD(FREE_TEXT, "invalid"),
	WORD(ANYWHERE, "notused"),
	WORD(ANYWHERE, "unknown"),
	WORD(VERSIONS, "version"),
	WORD(FREE_TEXT, "standard"),
	WORD(FREE_TEXT, "123456789"),
	WORD(NAME, "allseries"),
	WORD(FREE_TEXT, "boardname"),
	WORD(SKU_FAMILY, "skunumber"),
	WORD(SKU_FAMILY, "systemsku"),
	WORD(ANYWHERE, "undefined"),
	WORD(FREE_TEXT, "0123456789"),
	WORD(FREE_TEXT, "1234567890"),
	WORD(CPU, "cpuversion"),
	WORD(SKU_FAMILY, "defaultsku"),
	WORD(ANYWHERE, "notdefined"),
	WORD(VERSIONS, "pcbversion"),
	WORD(FREE_TEXT, "systemname"),
	WORD(SKU_FAMILY, "xxx123xaba"),
	WORD(ANYWHERE, "notprovided"),
	WORD(FREE_TEXT, "productname"),
	WORD(VERSIONS, "stemversion"),
	WORD(VERSIONS, "boardversion"),
	WORD(ANYWHERE, "notavailable"),
	WORD(ANYWHERE, "notspecified"),
	WORD(SKU_FAMILY, "systemfamily"),
	WORD(ANYWHERE, "notapplicable"),
	WORD(VERSIONS, "systemversion"),
	WORD(VERSIONS, "productversion"),
	WORD(FREE_TEXT, "unknownproduct"),
	WORD(FREE_TEXT, "stemproductname"),
	WORD(SKU_FAMILY, "systemskunumber"),
	WORD(VERSIONS, "baseboardversion"),
	WORD(FREE_TEXT, "boardproductname"),
	WORD(VERSIONS, "mainboardversion"),
	WORD(FREE_TEXT, "stemmanufacturer"),
	WORD(FREE_TEXT, "systemproductname"),
	WORD(FREE_TEXT, "systemmanufacturer"),
	WORD(FREE_TEXT, "baseboardproductname"),
	WORD(FREE_TEXT, "baseboardmanufacturer"),
	WORD(SKU_FAMILY, "abcdefghijklmnopqrstuvwxyz"),
	WORD(SKU_FAMILY, "012345678912345678912345678"),
};

/* Beginnings that no real string has. */
static const struct word beginnings[] = {
	WORD(ANYWHERE, "tobefilledbyoem"),    WORD(ANYWHERE, "defaultstring"),
	WORD(ANYWHERE, "oemdefaultstring"),   WORD(ANYWHERE, "itobefilledbyoem"),
	WORD(ANYWHERE, "tbdbyoem"),           WORD(ANYWHERE, "type1tbdbyoem"),
	WORD(ANYWHERE, "type1productconfig"), WORD(ANYWHERE, "type1family"),
	WORD(ANYWHERE, "type1cfamily"),       WORD(ANYWHERE, "type1sku"),
	WORD(ANYWHERE, "type1version"),       WORD(ANYWHERE, "type2board"),
	WORD(ANYWHERE, "type2a01board"),      WORD(ANYWHERE, "type2version"),
};

#define N_WORDS      (sizeof(words) / sizeof(words[0]))
#define N_BEGINNINGS (sizeof(beginnings) / sizeof(beginnings[0]))

static bool begins_with(struct text squashed, const struct word *word)
{
	size_t n = 0;

	if (word->size > squashed.size)
		return false;
	while (n < word->size && word->text[n] == squashed.at[n])
		n++;
	return n == word->size;
}

/* The text is not empty. */
static bool has_beginning(struct text squashed)
{
	char first = squashed.at[0];

	for (size_t i = 0; i < N_BEGINNINGS; i++)
		if (beginnings[i].text[0] == first && begins_with(squashed, &beginnings[i]))
			return true;
	return false;
}

/* The first word that is not shorter. */
static size_t word_of_size(size_t size)
{
	size_t low = 0, high = N_WORDS;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (words[middle].size < size)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_word(struct text squashed, uint32_t field_bit)
{
	for (size_t i = word_of_size(squashed.size); i < N_WORDS; i++) {
		if (words[i].size != squashed.size)
			return false;
		if (begins_with(squashed, &words[i]))
			return fields_of[words[i].scope] & field_bit;
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
