/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rule.h - a quirk rule in memory, as the text says it: parser, formatter, lint, store and packer
 * share it */
#ifndef FWQUIRK_HOST_RULE_H
#define FWQUIRK_HOST_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <fwquirk/table.h>
#include <fwquirk/vocab.h>

/* All strings are NUL-terminated and owned by the rule set, freed by rule_set_free. */

struct rule_place {
	unsigned line, column; /* from 1; 0 when the rule did not come from text */
};

/* A condition as written. Same meaning as struct condition in table.h, with owned texts. */
struct rule_condition {
	enum condition_role role;
	enum field field;
	enum operator_ op;
	bool negated;
	size_t n_values; /* text operators: at least 1; more than 1 was written any-of */
	char **value;
	enum scheme scheme;
	bool has_low, low_included, has_high, high_included;
	char *low, *high; /* version text, or yyyy-mm-dd */
	uint64_t mask, masked_value;
	struct rule_place place;
};

struct rule_workaround_use {
	enum workaround workaround;
	uint64_t a, b;
	uint8_t guid[16];
	char *text;
	struct rule_place place;
};

struct rule_probe_use {
	enum probe probe;
	bool wanted;
	struct rule_place place;
};

struct rule_evidence {
	char *url;
	char *says; /* NULL when nothing was added */
	struct rule_place place;
};

struct rule {
	uint32_t id;   /* FWQ-0001 is 1 */
	char *comment; /* lines before the section, "# " included, '\n' between; NULL when none */
	char *title;
	enum defect defect;
	enum confidence confidence;
	enum mode mode;
	size_t n_conditions; /* every Match, Introduced, Fixed and Known-good, in canonical order */
	struct rule_condition *condition;
	char *unbounded; /* reason why there is no Fixed; NULL when bounded */
	/* What is missing to tell the machines; then there is no Match, and no table has the rule: it is
	 * there to be found. NULL otherwise. */
	char *unmatched;
	struct rule_place unmatched_place;
	size_t n_probes;
	struct rule_probe_use *probe;
	char *unprobed; /* reason why there is no probe; NULL otherwise */
	size_t n_workarounds;
	struct rule_workaround_use *workaround;
	bool has_population;
	uint32_t population; /* machines of the reference population that it is expected to hit */
	struct rule_place population_place;
	size_t n_evidence;
	struct rule_evidence *evidence;
	size_t n_cases; /* names of the cases in the dossier that the rule stands for */
	char **case_name;
	size_t n_machines; /* names under tests/data/machines that must match */
	char **machine;
	size_t n_near_misses; /* ... that must not */
	char **near_miss;
	size_t n_notes;
	char **note;
	char *expires; /* yyyy-mm-dd from which on somebody has to look again; NULL for never */
	struct rule_place expires_place;
	char *remove_when;
	struct rule_place place;
	size_t file; /* index in rule_set->file */
};

struct rule_file {
	char *path;   /* as given; what messages and the database show */
	char *header; /* comment lines at the top, up to the first blank line; NULL when none */
};

struct rule_set {
	size_t n_files;
	struct rule_file *file;
	size_t n_rules; /* in the order of files, then of text */
	struct rule *rule;
};

enum diagnostic_severity { DIAGNOSTIC_NOTE, DIAGNOSTIC_WARNING, DIAGNOSTIC_ERROR };

/*
 * One finding. `code` is stable ("P007" for the parser, "L012" for the linter) and documented in
 * docs/quirk-format.md. `message` for the parser is "expected X, found Y". `hint` may be NULL.
 */
struct diagnostic {
	enum diagnostic_severity severity;
	const char *code;
	char *path;
	struct rule_place place;
	char *message;
	char *hint;
};

struct diagnostics {
	size_t n;
	struct diagnostic *list;
	size_t n_errors, n_warnings;
};

void diagnostics_add(struct diagnostics *diagnostics, enum diagnostic_severity severity,
		     const char *code, const char *path, struct rule_place place, const char *hint,
		     const char *format, ...) __attribute__((format(printf, 7, 8)));
/* By path, line, column, code, message, from the finding with index `from` on. */
void diagnostics_sort(struct diagnostics *diagnostics, size_t from);
void diagnostics_free(struct diagnostics *diagnostics);
const char *diagnostic_severity_name(enum diagnostic_severity severity);
/* "path:line:col: error P007: message", then the hint on an indented line of its own. */
void diagnostic_print(FILE *out, const struct diagnostic *diagnostic);

/* Zeroed before first use. Parsing adds a file's rules to the set; after an error in one rule the
 * parser goes on with the next section, so that one run shows every mistake. Returns false when
 * there was any error (the set then holds the good rules only). */
bool rules_parse_bytes(struct rule_set *set, const char *path, const char *bytes, size_t size,
		       struct diagnostics *diagnostics);
/* A file, "-" for standard input, or every *.quirks below a folder in byte order of the paths. */
bool rules_parse_path(struct rule_set *set, const char *path, struct diagnostics *diagnostics);
void rule_set_free(struct rule_set *set);

/*
 * The steps of rules_parse_path, for who wants the bytes too. Paths and bytes are malloc'ed and
 * belong to the caller. On failure false and a diagnostic (P001, P002, P052).
 */
bool rules_list_files(const char *path, char ***ret_paths, size_t *ret_n,
		      struct diagnostics *diagnostics);
bool rules_read_file(const char *path, char **ret_bytes, size_t *ret_size,
		     struct diagnostics *diagnostics);

/* Canonical text of one file of the set; parsing it again gives the same set, formatting that the
 * same bytes. */
void rules_format_file(FILE *out, const struct rule_set *set, size_t file);

/* What it does to protection: the class of the workaround, or what its words make of it. */
enum wx rule_use_wx(const struct rule_workaround_use *use);

/* Pieces of it, for show and explain. */
void rule_format(FILE *out, const struct rule *rule);
void rule_format_condition(FILE *out, const struct rule_condition *condition);
void rule_format_workaround(FILE *out, const struct rule_workaround_use *workaround);

/* Lint over a parsed set: adds L-codes. */
void rules_lint(const struct rule_set *set, struct diagnostics *diagnostics);
/* Whether a rule has expired on a day, yyyy-mm-dd: adds L-codes. */
void rules_lint_expired(const struct rule_set *set, const char *today,
			struct diagnostics *diagnostics);
/* Whether the machines that the rules name are in a folder, as NAME.machine: adds L-codes. */
void rules_lint_machines(const struct rule_set *set, const char *folder,
			 struct diagnostics *diagnostics);

#define RULE_ID_FORMAT "FWQ-%04u"
#define RULE_ID_MAX    99999999u
/* "FWQ-0001" (exactly that spelling) to 1. */
bool rule_id_from_text(const char *text, uint32_t *ret_id);

#endif
