/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* tool.h - what the verbs of the host tool share: exit codes, messages, table and database choice
 */
#ifndef FWQUIRK_TOOL_H
#define FWQUIRK_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include <fwquirk/status.h>
#include <fwquirk/table.h>
#include <fwquirk/text.h>

enum tool_exit {
	TOOL_YES = 0,   /* done; matched; found; the same */
	TOOL_NO = 1,    /* nothing matched; nothing found; differences; findings */
	TOOL_ERROR = 2, /* usage or input error, said on standard error */
};

/* A verb: `run` gets the arguments from its own name on and returns an enum tool_exit. */
struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *synopsis; /* behind the name */
	const char *summary;
	const char *help; /* options and what the exit codes mean; may be NULL */
};

/* The verb table, ended by a NULL name: it is the help, the completion and the dispatch. */
extern const struct verb tool_verbs[];

int cmd_build(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_draft(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_fmt(int argc, char **argv);
int cmd_identify(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_journal(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_match(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_parts(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_query(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_status(int argc, char **argv);

/* Prints "fwquirk: ..." on standard error; returns TOOL_ERROR. */
int tool_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a malloc'ed message, which it frees. */
int tool_error_take(char *message);
/* "fwquirk VERB: ...", and how to get help; returns TOOL_ERROR. getopt's own messages: pass NULL.
 */
int tool_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True when the stream is a terminal, NO_COLOR is unset and TERM is not "dumb". */
bool tool_has_colour(FILE *stream);
/* "" where there is no colour. Names: "red", "green", "yellow", "bold", "dim", "" (back to normal).
 */
const char *tool_colour(FILE *stream, const char *name);

/* Bytes of a foreign text made safe for a terminal: what is no UTF-8, does not show or turns the
 * direction of text is \xNN. */
void tool_print_text(FILE *out, struct text text);

/* Prints with sorted keys and a newline; takes over `json`. */
int tool_print_json(json_t *json, int exit_code);
/* A foreign text as a JSON string: bytes that are not UTF-8 become U+FFFD. Never NULL. */
json_t *tool_json_text(struct text text);

/*
 * The packed table: `path`, or the one inside the tool when NULL. On failure a message has been
 * printed and false is returned. The bytes stay until tool_table_close.
 */
struct tool_table {
	struct table table;
	uint8_t *owned;
};
bool tool_table_open(const char *path, struct tool_table *ret_table);
void tool_table_close(struct tool_table *table);

/* --db, $FWQUIRK_DB, quirks.sqlite beside the executable, /usr/share/fwquirk/quirks.sqlite. Static
 * storage. */
const char *tool_database_path(const char *option);

/* One rule's text from the database, when there is one; used to say more than the table knows. */
struct rule_set;
/* Loads the rules, quietly returning false when no database is there and `option` was not given. */
bool tool_rules_load(const char *option, struct rule_set *ret_set, bool *ret_failed);
/* The same of the rules with these numbers only: cost does not grow with the database. */
bool tool_rules_load_ids(const char *option, const uint32_t *id, size_t n, struct rule_set *ret_set,
			 bool *ret_failed);
const struct rule *tool_rule_find(const struct rule_set *set, uint32_t id);

#endif
