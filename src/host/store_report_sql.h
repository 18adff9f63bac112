/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_report_sql.h - what the files of the reports database share: the handle and its errors */
#ifndef FWQUIRK_HOST_STORE_REPORT_SQL_H
#define FWQUIRK_HOST_STORE_REPORT_SQL_H

#include <fwquirk/host/store_report.h>

#include "store_sql.h"

enum reports_open { REPORTS_READ, REPORTS_WRITE };

/*
 * Opens and checks. For writing the file is made when it is missing, a transaction is begun and the
 * tables are there; reports_close without a commit takes everything back. NULL and a sentence on
 * failure; for reading NULL without one when there is no file.
 */
sqlite3 *reports_open(const char *path, enum reports_open how, char **ret_error);
/* Commits; false and a sentence when it could not be. */
bool reports_commit(sqlite3 *db, const char *path, char **ret_error);
void reports_close(sqlite3 *db);

/* The current failure as "PATH: ...; what to do"; always false. */
bool reports_error(sqlite3 *db, const char *path, char **ret_error);

#endif
