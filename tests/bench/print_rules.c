/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* print_rules.c - a number in, the text of so many made rules out; the same text every time */
#include <stdlib.h>

#include "support/made_rules.h"

int main(int argc, char **argv)
{
	int n = argc == 2 ? atoi(argv[1]) : 0;

	if (n <= 0) {
		fputs("usage: print_rules COUNT\n", stderr);
		return 2;
	}
	made_rules_print(stdout, 1, 1, (unsigned)n);
	return fflush(stdout) ? 2 : 0;
}
