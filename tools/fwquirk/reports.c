/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* reports.c - the choice of the reports database and the table that its links are made with */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/pack.h>

#include "reports.h"

#define REPORTS_NAME "reports.sqlite"

const char *reports_path(const char *db)
{
	static char beside[4096];
	const char *environment = getenv("FWQUIRK_REPORTS"), *slash;

	if (environment && *environment)
		return environment;
	db = tool_database_path(db);
	slash = strrchr(db, '/');
	if (snprintf(beside, sizeof(beside), "%.*s" REPORTS_NAME, slash ? (int)(slash + 1 - db) : 0,
		     db) >= (int)sizeof(beside))
		return REPORTS_NAME;
	return beside;
}

bool reports_table(const struct rule_set *set, struct tool_table *ret_table)
{
	struct tool_table packed = {.owned = NULL};
	char *error = NULL;
	size_t size;

	packed.owned = pack_rules(set, &size, &error);
	if (!packed.owned) {
		tool_error_take(error);
		return false;
	}
	if (table_open(span_of(packed.owned, size), &packed.table) != STATUS_OK) {
		tool_error("the packed rules cannot be read back");
		tool_table_close(&packed);
		return false;
	}
	*ret_table = packed;
	return true;
}
