/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export.h - a rule set into the forms of others, each with a report of what such a form cannot say
 */
#ifndef FWQUIRK_HOST_EXPORT_H
#define FWQUIRK_HOST_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include <fwquirk/host/rule.h>

/* ---- What was lost -------------------------------------------------------------------------- */

enum export_loss_kind {
	EXPORT_LEFT_OUT, /* the rule is not in the output: the target would match too much, or nothing */
	EXPORT_WIDENED,  /* it is there and matches more machines; only when that was asked for */
	EXPORT_NARROWED, /* it is there and matches fewer machines */
	EXPORT_DROPPED,  /* it is there, something else about it is not */
	EXPORT_LOSS_KINDS
};

/* One line of the report. `what` is a stable word: "bound", "operator", "field", "probe", ... */
struct export_loss_line {
	uint32_t rule; /* 0: the target never says it, whatever the rule */
	enum export_loss_kind kind;
	const char *what;
	char *detail; /* a phrase; owned */
};

/* Zeroed before first use; export_loss_free gives everything back. */
struct export_loss {
	size_t n_rules, n_written; /* rules of the set, rules in the output */
	size_t n;
	struct export_loss_line *line;
};

void export_lose(struct export_loss *loss, uint32_t rule, enum export_loss_kind kind,
		 const char *what, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The rule that the lines from `from` on are about was left out: nothing else about it matters. */
void export_loss_settle(struct export_loss *loss, size_t from);
/* A line each, first what is always lost; `target` names it. Control characters of details have been
 * spelled by who added them. */
void export_loss_print(FILE *out, const struct export_loss *loss, const char *target);
/* {"target", "rules", "written", "always": [...], "losses": [...]}; docs/exports.md. */
json_t *export_loss_json(const struct export_loss *loss, const char *target);
void export_loss_free(struct export_loss *loss);

/* ---- What was made -------------------------------------------------------------------------- */

/* Files in memory, in the order in which they were begun. A target that makes one file names it "". */
struct export_file {
	char *name; /* relative; folders joined by '/' */
	char *bytes;
	size_t size;
	FILE *stream; /* open until export_files_close */
};

/* Zeroed before first use; export_files_free gives everything back. */
struct export_files {
	size_t n;
	struct export_file *file;
};

/* A new file to print into; the stream belongs to the files. Never NULL. */
FILE *export_file_add(struct export_files *files, const char *name);
/* `bytes` and `size` hold from here on. Running out of memory ends the process, as elsewhere. */
void export_files_close(struct export_files *files);
void export_files_free(struct export_files *files);

/*
 * Makes `folder` with every file in it: beside it first, then renamed. Refused when there is
 * something in it already. On failure false, a malloc'ed sentence, and nothing is left.
 */
bool export_files_write(const struct export_files *files, const char *folder, char **ret_error);

/* ---- The targets ---------------------------------------------------------------------------- */

struct export_options {
	bool widen; /* keep a rule without the conditions that the target cannot express */
};

/*
 * Adds the files of the target, and to `loss` what they do not say. The files are deterministic: the
 * same rules give the same bytes. False and a malloc'ed sentence only when there can be no output.
 */
typedef bool export_make(const struct rule_set *set, const struct export_options *options,
			 struct export_files *files, struct export_loss *loss, char **ret_error);

export_make export_dmi_c;  /* one file: struct dmi_system_id */
export_make export_c;      /* fwquirk_rules.h, fwquirk_rules.c */
export_make export_hwdb;   /* one file for systemd-hwdb */
export_make export_hwids;  /* NAME.json a rule, as ukify reads them */
export_make export_csv;    /* one file, RFC 4180 */
export_make export_quirks; /* canonical rule text, the files as they were */

#endif
