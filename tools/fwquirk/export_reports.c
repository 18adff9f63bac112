/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_reports.c - `fwquirk export reports`: every filed report as it came, byte for byte */
#include <inttypes.h>
#include <stdio.h>

#include <fwquirk/host/store_report.h>

#include "export.h"
#include "reports.h"

/* 000001.report, by its number in the database. */
static void add(void *context, int64_t id, const char *bytes, size_t size)
{
	struct export_files *files = context;
	char name[32];

	snprintf(name, sizeof(name), "%06" PRId64 ".report", id);
	fwrite(bytes, 1, size, export_file_add(files, name));
}

int export_reports(const struct export_request *request, struct export_loss *loss)
{
	struct export_files files = {.n = 0};
	char *error = NULL;
	bool is_done;

	(void)loss;
	is_done = store_report_each(reports_path(request->db), add, &files, &error);
	export_files_close(&files);
	is_done = is_done && export_files_write(&files, request->output, &error);
	export_files_free(&files);
	return is_done ? TOOL_YES : tool_error_take(error);
}
