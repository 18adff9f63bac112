/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_journal.c - `fwquirk journal`: the whole record of a boot */
#include "record.h"
#include "tool.h"

int cmd_journal(int argc, char **argv)
{
	return record_verb(argc, argv, 1, record_print);
}
