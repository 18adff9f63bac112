/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export.h - a target of `fwquirk export`: its name, and the function that makes its output */
#ifndef FWQUIRK_EXPORT_H
#define FWQUIRK_EXPORT_H

#include <fwquirk/host/export.h>

/* What was asked for. Nothing is owned. */
struct export_request {
	const char *output; /* -o: a file, or a folder to be made; NULL for standard output */
	const char *db;     /* --db, or NULL for the usual database */
	char *const *path;  /* rule files and folders in place of a database */
	int n_paths;
	bool widen;
	bool as_json; /* the loss report, and nothing else */
};

/*
 * Either `make`, which gets the rules, or `run`, which reads what it wants and writes
 * `request->output` as a whole or not at all (export_output). `run` returns an enum tool_exit and
 * has said what went wrong; both tell `loss` what the target cannot express.
 *
 * A new target: a function in a file export_NAME.c, a declaration below, a row in cmd_export.c, its
 * name in docs/exports.md, verbs.inc, docs/fwquirk.1 and the completion.
 */
struct export_target {
	const char *name;
	const char *summary;
	bool has_folder; /* several files: -o names a folder that does not exist yet */
	export_make *make;
	int (*run)(const struct export_request *request, struct export_loss *loss);
};

int export_json(const struct export_request *request, struct export_loss *loss);
int export_sql(const struct export_request *request, struct export_loss *loss);
int export_reports(const struct export_request *request, struct export_loss *loss);

/* The rules of the request; false when a message has been printed. The set belongs to the caller. */
bool export_rules(const struct export_request *request, struct rule_set *ret_set);

/* Writes one file, or standard output without -o; returns an enum tool_exit. */
int export_output(const struct export_request *request, const char *bytes, size_t size);

#endif
