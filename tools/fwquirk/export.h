/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export.h - a target of `fwquirk export`: its name is an option, its function writes one output */
#ifndef FWQUIRK_EXPORT_H
#define FWQUIRK_EXPORT_H

#include <stdio.h>

struct export_request {
	const char *output; /* the file or folder that the option names */
	const char *db;     /* --db, or NULL for the usual database */
};

/*
 * `run` writes `request->output` as a whole or not at all (file_write), and to `loss` one line for
 * each thing that the target cannot express, with the rule it is about where there is one; no line
 * means that nothing was lost. It returns an enum tool_exit and has said what went wrong.
 *
 * A new target: a function in a file export_NAME.c, a declaration below, a row in cmd_export.c, and
 * the option in verbs.inc, docs/fwquirk.1 and the completion.
 */
struct export_target {
	const char *name;
	int (*run)(const struct export_request *request, FILE *loss);
	const char *loses; /* in a sentence what the target can never say; NULL when nothing */
};

#endif
