/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workload_made.c - decisions in, a machine out whose texts are about as long, as alike and as often the same as
 * those of real machines; where there is no table of these.
 */
#include <stdio.h>
#include <string.h>

#include "bench/workload.h"

/* `#` a digit, `@` a letter, `|` one of the words between bars. Weights are shares of real machines. */
static const struct maker {
	unsigned weight;
	const char *vendor, *product, *version, *board, *bios_vendor, *bios;
} makers[] = {
	{14, "LENOVO", "20@@#|#CTO1|#|S0##|WW|MX|GE", "ThinkPad |T|X|L|E|##0", "20@@#|#CTO1|WW",
	 "LENOVO", "N#@ET##W (1.## )"},
	{6, "LENOVO", "8###", "IdeaPad |3|5|L3-| 1#ITL0#", "LNVNB16####", "LENOVO", "@#CN##WW"},
	{13, "Dell Inc.", "|Latitude |OptiPlex |Inspiron |Vostro |Precision |XPS 1# |####", "",
	 "0@##@#", "Dell Inc.", "1.#.#"},
	{4, "Dell Inc.", "|Latitude E|Inspiron N|Vostro V|####", "", "0@##@#", "Dell Inc.", "A0#"},
	{7, "HP", "HP |ProBook |EliteBook |ZBook |##0 G#| Notebook PC|", "", "8###", "HP",
	 "@## Ver. 01.0#.0#"},
	{6, "HP", "HP |Laptop |Pavilion |ENVY |OMEN by HP |1#-@@#xxx", "", "8###", "Insyde",
	 "F.##"},
	{6, "Hewlett-Packard", "|HP |HP Compaq |Compaq |Pro |####|b|p|s|", "", "3###",
	 "Hewlett-Packard", "F.##"},
	{9, "ASUSTeK COMPUTER INC.", "|ROG Strix |VivoBook_ASUSLaptop |ZenBook |@###@@_@###@@",
	 "1.0", "@###@@", "American Megatrends Inc.", "@###@@.3##"},
	{8, "System manufacturer", "System Product Name", "System Version",
	 "|PRIME |TUF GAMING |ROG STRIX |P#@##-|@##0-|PLUS|PRO|F GAMING|",
	 "American Megatrends Inc.", "##0#"},
	{8, "Gigabyte Technology Co., Ltd.", "@##0|M|@|-|DS3H|GAMING X|AORUS ELITE|D3H|",
	 "Default string", "@##0|M|@|-|DS3H|GAMING X|AORUS ELITE|D3H|", "American Megatrends Inc.",
	 "F##"},
	{6, "Acer", "|Aspire |Nitro |Swift |TravelMate |@|@#-###|@#-##@|", "V1.##", "@|_@@|##",
	 "Insyde Corp.", "V1.##"},
	{6, "Micro-Star International Co., Ltd.", "MS-7@##", "1.0",
	 "|MAG |MPG |PRO |B##0|M|-A| |TOMAHAWK|MORTAR|PRO|(MS-7@##)", "American Megatrends Inc.",
	 "1.#0"},
	{3, "Apple Inc.", "|MacBookPro|MacBookAir|iMac|Macmini|1#,#", "1.0", "Mac-##@#@#@#########",
	 "Apple Inc.", "4##.0.0.0.0"},
	{2, "TOSHIBA", "|SATELLITE |Satellite |TECRA |@##0-1@@", "PSK#@@-00@00@", "PWWAA", "INSYDE",
	 "#.#0"},
	{2, "SAMSUNG ELECTRONICS CO., LTD.", "|NP||R5##/R4##|3##@#@/3##@#@|9##@#@|", "P0##@@",
	 "NP###@#@-A0##@", "American Megatrends Inc.", "P0#@@@"},
};

/* Writes one text of a pattern; a group `|a|b||` ends where a bar follows a bar or no other comes. */
static void pattern_text(struct chooser *chooser, const char *pattern, char to[MACHINE_TEXT])
{
	size_t n = 0;

	while (*pattern && n + 1 < MACHINE_TEXT) {
		const char *bar = *pattern == '|' ? strchr(pattern + 1, '|') : NULL;
		char c = *pattern++;

		if (bar && choose(chooser, 2)) {
			pattern = bar; /* this word is left out */
			continue;
		}
		if (c == '|')
			continue;
		to[n++] = c == '#'   ? (char)('0' + choose(chooser, 10))
			  : c == '@' ? (char)('A' + choose(chooser, 26))
				     : c;
	}
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}

static const struct maker *maker_of(struct chooser *chooser)
{
	unsigned total = 0, at;
	size_t i = 0;

	for (size_t k = 0; k < sizeof(makers) / sizeof(makers[0]); k++)
		total += makers[k].weight;
	for (at = choose(chooser, total); at >= makers[i].weight; i++)
		at -= makers[i].weight;
	return &makers[i];
}

void machine_make(struct chooser *chooser, struct machine *ret_machine)
{
	const struct maker *maker = maker_of(chooser);

	memset(ret_machine, 0, sizeof(*ret_machine));
	pattern_text(chooser, maker->vendor, ret_machine->text[FIELD_SYS_VENDOR]);
	pattern_text(chooser, maker->product, ret_machine->text[FIELD_PRODUCT_NAME]);
	pattern_text(chooser, maker->version, ret_machine->text[FIELD_PRODUCT_VERSION]);
	pattern_text(chooser, maker->vendor, ret_machine->text[FIELD_BOARD_VENDOR]);
	pattern_text(chooser, maker->board, ret_machine->text[FIELD_BOARD_NAME]);
	pattern_text(chooser, maker->bios_vendor, ret_machine->text[FIELD_BIOS_VENDOR]);
	pattern_text(chooser, maker->bios, ret_machine->text[FIELD_BIOS_VERSION]);
	snprintf(ret_machine->text[FIELD_BIOS_DATE], MACHINE_TEXT, "%02u/%02u/%u",
		 1 + choose(chooser, 12), 1 + choose(chooser, 28), 2009 + choose(chooser, 15));
	snprintf(ret_machine->text[FIELD_CHASSIS_TYPE], MACHINE_TEXT, "%u",
		 choose(chooser, 2) ? 10u : 3u);
	strcpy(ret_machine->text[FIELD_ARCH], "x86_64");
}
