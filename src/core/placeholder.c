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

/*
 * Seen in real tables; lists for text_nth. A word stands only where it is nobody's name: "X", "K"
 * and "N" are families of ASUS notebooks, "Notebook" is what Clevo calls itself, "Super Server"
 * what Supermicro calls its servers.
 */
static const char everywhere[] = "notspecified\0"
				 "notapplicable\0"
				 "notavailable\0"
				 "notprovided\0"
				 "notdefined\0"
				 "notset\0"
				 "notused\0"
				 "default\0"
				 "tbd\0"
				 "undefined\0"
				 "unknown\0"
				 "unknow\0"
				 "none\0"
				 "null\0"
				 "empty\0"
				 "na\0"
				 "oem\0";
static const char in_free_text[] = "invalid\0"
				   "standard\0"
				   "0123456789\0"
				   "123456789\0"
				   "1234567890\0"
				   "systemmanufacturer\0"
				   "stemmanufacturer\0"
				   "systemproductname\0"
				   "stemproductname\0"
				   "systemname\0"
				   "baseboardmanufacturer\0"
				   "baseboardproductname\0"
				   "productname\0"
				   "boardname\0"
				   "boardproductname\0"
				   "unknownproduct\0";
static const char in_versions[] = "systemversion\0"
				  "stemversion\0"
				  "baseboardversion\0"
				  "boardversion\0"
				  "productversion\0"
				  "version\0"
				  "mainboardversion\0"
				  "pcbversion\0"
				  "rev\0";
static const char in_sku_family[] = "systemsku\0"
				    "systemskunumber\0"
				    "systemfamily\0"
				    "family\0"
				    "defaultsku\0"
				    "sku\0"
				    "skunumber\0"
				    "sku0\0"
				    "sku1\0"
				    "012345678912345678912345678\0"
				    "abcdefghijklmnopqrstuvwxyz\0"
				    "xxx123xaba\0"
				    "all\0";
static const char in_product_name[] = "allseries\0";
static const char in_cpu_version[] = "cpuversion\0";

/* Beginnings that no real string has. */
static const char beginnings[] = "tobefilledbyoem\0"
				 "defaultstring\0"
				 "oemdefaultstring\0"

				 "itobefilledbyoem\0"
				 "tbdbyoem\0"
				 "type1tbdbyoem\0"
				 "type1productconfig\0"
				 "type1family\0"
				 "type1cfamily\0"
				 "type1sku\0"
				 "type1version\0"
				 "type2board\0"
				 "type2a01board\0"
				 "type2version\0";

/* The squashed text is a word of the list, or begins with one. It holds no NUL, so neither runs over. */
static bool is_text_in(const char *words, struct text squashed, bool whole)
{
	while (*words) {
		size_t n = 0;

		while (n < squashed.size && words[n] == squashed.at[n])
			n++;
		if (!words[n] && (!whole || n == squashed.size))
			return true;
		while (*words++)
			;
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
static bool is_kept(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

bool placeholder_is(enum field field, struct text text)
{
	struct text_fold fold = text_fold_begin(text);
	char buffer[MAX_SQUASHED];
	struct text squashed = {.at = buffer, .size = 0};
	uint32_t bit = (uint32_t)1 << field;
	int c;

	while ((c = text_fold_next(&fold)) >= 0 && squashed.size < MAX_SQUASHED) {
		if (is_kept(c))
			buffer[squashed.size++] = (char)c;
	}
	/* Blanks, dashes, dots; erased flash. */
	if (is_all(squashed, (char)0xff))
		return true;
	if (is_text_in(beginnings, squashed, false))
		return true;
	if (is_text_in(everywhere, squashed, true) ||
	    (bit & IN_FREE_TEXT && is_text_in(in_free_text, squashed, true)) ||
	    (bit & IN_VERSIONS && is_text_in(in_versions, squashed, true)) ||
	    (bit & IN_SKU_FAMILY && is_text_in(in_sku_family, squashed, true)) ||
	    (field == FIELD_PRODUCT_NAME && is_text_in(in_product_name, squashed, true)) ||
	    (field == FIELD_CPU_VERSION && is_text_in(in_cpu_version, squashed, true)))
		return true;
	/* Unfilled templates: "x.x", "X.XX"; "0000000000000000". */
	return (IN_VERSIONS & bit && is_all(squashed, 'x')) ||
	       (IN_FREE_TEXT & bit && squashed.size >= 3 && is_all(squashed, 'x')) ||
	       ((IN_VERSIONS | IN_SKU_FAMILY) & bit && is_all(squashed, '0'));
}
