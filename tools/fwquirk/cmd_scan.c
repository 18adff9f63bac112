/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_scan.c - `fwquirk scan`: which machines of a fleet are known bad, a line each, and what to do */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fwquirk/host/identity_table.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/host/scan.h>

#include "say.h"

struct scan_verb {
	struct tool_table table;
	const char *db;
	bool as_json, wants_all;
	bool has_progress; /* standard error is a terminal */
	bool is_shown;     /* a line of progress stands there */
	int64_t next_ms;
	char **rule_json; /* by place, made when it is first needed */
};

/* ---- JSON ------------------------------------------------------------------------------------- */

/* Nothing in it that JSON spells otherwise. */
static bool is_plain(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] < ' ' || text.at[i] > '~' || text.at[i] == '"' || text.at[i] == '\\')
			return false;
	return true;
}

static void put_json_text(FILE *out, struct text text)
{
	json_t *json;

	if (is_plain(text)) {
		putc('"', out);
		fwrite(text.at, 1, text.size, out);
		putc('"', out);
		return;
	}
	json = tool_json_text(text);

	json_dumpf(json, out, JSON_ENCODE_ANY | JSON_COMPACT);
	json_decref(json);
}

/* {"id", "mode", "confidence", "workarounds"}: the same for every machine that it matches. */
static char *rule_json(const struct table *table, uint32_t at)
{
	struct rule_workaround workaround;
	struct table_rule rule;
	json_t *list = json_array(), *object;
	struct span cursor;
	char *text;

	table_rule_at(table, at, &rule);
	cursor = rule.workarounds;
	while (table_workaround_next(table, &cursor, &workaround))
		json_array_append_new(list, json_workaround(&workaround));
	object = json_pack("{s:o, s:s, s:s, s:o}", "id", json_rule_id(rule.id), "mode",
			   mode_name(rule.mode), "confidence", confidence_name(rule.confidence),
			   "workarounds", list);
	text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	if (!text)
		abort();
	json_decref(object);
	return text;
}

/* Two threads may make the same; the second finds the first's. */
static void put_json_rule(const struct scan_verb *verb, FILE *out, uint32_t at)
{
	char **slot = &verb->rule_json[at], *nothing = NULL;
	char *text = __atomic_load_n(slot, __ATOMIC_ACQUIRE);

	if (!text) {
		text = rule_json(&verb->table.table, at);
		if (!__atomic_compare_exchange_n(slot, &nothing, text, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_ACQUIRE)) {
			free(text);
			text = nothing;
		}
	}
	fputs(text, out);
}

static void print_json(const struct scan_verb *verb, FILE *out, const struct scan_machine *machine)
{
	fputs("{\"id\":", out);
	put_json_text(out, text_of(machine->id));
	if (machine->name.size) {
		fputs(",\"name\":", out);
		put_json_text(out, machine->name);
	}
	if (machine->error) {
		fputs(",\"error\":", out);
		put_json_text(out, text_of(machine->error));
		fputs("}\n", out);
		return;
	}
	fprintf(out, ",\"kind\":\"%s\",\"known_bad\":%s%s,\"rules\":[", machine->kind,
		machine->n_hits ? "true" : "false",
		machine->is_blankless ? ",\"without_blanks\":true" : "");
	for (size_t i = 0; i < machine->n_hits; i++) {
		if (i)
			putc(',', out);
		put_json_rule(verb, out, machine->hit[i]);
	}
	fputs("]}\n", out);
}

/* ---- lines for people ------------------------------------------------------------------------- */

static void put_fields(FILE *out, const struct identity *identity)
{
	static const enum field shown[] = {FIELD_SYS_VENDOR, FIELD_PRODUCT_NAME, FIELD_BOARD_NAME,
					   FIELD_BIOS_VERSION, FIELD_BIOS_DATE};
	const char *before = "";

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (!identity_has(identity, shown[i]))
			continue;
		fputs(before, out);
		tool_print_text(out, identity->field[shown[i]]);
		before = ", ";
	}
}

static void put_rules(const struct scan_verb *verb, FILE *out, const struct scan_machine *machine)
{
	for (size_t i = 0; i < machine->n_hits; i++) {
		struct table_rule rule;

		table_rule_at(&verb->table.table, machine->hit[i], &rule);
		fprintf(out, "%s" RULE_ID_FORMAT, i ? " " : "", (unsigned)rule.id);
	}
}

static void print_line(const struct scan_verb *verb, FILE *out, const struct scan_machine *machine)
{
	if (machine->error) {
		fputs("unreadable  ", out);
		tool_print_text(out, text_of(machine->error));
		putc('\n', out);
		return;
	}
	if (!machine->n_hits && !verb->wants_all)
		return;
	fputs(machine->n_hits ? "known bad   " : "not known   ", out);
	tool_print_text(out, text_of(machine->id));
	if (machine->name.size) {
		putc(' ', out);
		tool_print_text(out, machine->name);
	}
	fputs(machine->n_hits ? "  " : "", out);
	put_rules(verb, out, machine);
	fputs("  (", out);
	put_fields(out, machine->identity);
	fputs(machine->is_blankless && machine->n_hits ? "; compared without blanks)\n" : ")\n",
	      out);
}

static void scan_print(void *context, FILE *out, const struct scan_machine *machine)
{
	const struct scan_verb *verb = context;

	if (verb->as_json)
		print_json(verb, out, machine);
	else
		print_line(verb, out, machine);
}

/* ---- progress --------------------------------------------------------------------------------- */

#define FIRST_AFTER_MS 500
#define THEN_EVERY_MS  100

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void progress_wipe(struct scan_verb *verb)
{
	if (verb->is_shown)
		fputs("\r\033[K", stderr);
	verb->is_shown = false;
}

static void progress_show(struct scan_verb *verb, const struct scan_counts *counts)
{
	int64_t now = now_ms();

	if (!verb->next_ms)
		verb->next_ms = now + FIRST_AFTER_MS;
	if (now < verb->next_ms)
		return;
	fprintf(stderr, "\r%" PRIu64 " machines, %" PRIu64 " known bad", counts->n_machines,
		counts->n_known_bad);
	verb->is_shown = true;
	verb->next_ms = now + THEN_EVERY_MS;
}

static void scan_emit(void *context, const char *bytes, size_t size,
		      const struct scan_counts *counts)
{
	struct scan_verb *verb = context;

	if (size && verb->is_shown)
		progress_wipe(verb);
	/* At once, for who waits for the answer to a line. */
	if (size && (fwrite(bytes, 1, size, stdout) != size || fflush(stdout)))
		exit(tool_error("cannot write to standard output"));
	if (verb->has_progress)
		progress_show(verb, counts);
}

/* ---- the end ---------------------------------------------------------------------------------- */

static void print_rule(const struct scan_verb *verb, const struct rule_set *rules, uint32_t at,
		       uint64_t n_machines)
{
	struct rule_workaround workaround;
	struct table_rule rule;
	const struct rule *text;
	bool any = false;

	table_rule_at(&verb->table.table, at, &rule);
	text = tool_rule_find(rules, rule.id);
	printf("%8" PRIu64 "  " RULE_ID_FORMAT "  %-7s  ", n_machines, (unsigned)rule.id,
	       mode_name(rule.mode));
	while (table_workaround_next(&verb->table.table, &rule.workarounds, &workaround)) {
		if (any)
			fputs(" + ", stdout);
		say_workaround(stdout, &workaround);
		any = true;
	}
	fputs(any ? "" : "no workaround", stdout);
	if (text)
		printf("  %s", text->title);
	putchar('\n');
}

static uint32_t *hit_ids(const struct table *table, const struct scan_counts *counts, size_t *ret_n)
{
	uint32_t *id = calloc((size_t)table->n_rules + 1, sizeof(*id)), cursor = 0;
	struct table_rule rule;

	if (!id)
		abort();
	*ret_n = 0;
	while (table_next(table, &cursor, &rule))
		if (counts->by_rule[rule.at])
			id[(*ret_n)++] = rule.id;
	return id;
}

/* False when a database was named and cannot be read. */
static bool print_summary(const struct scan_verb *verb, const struct scan_counts *counts)
{
	struct rule_set rules = {.n_rules = 0};
	bool failed = false;
	size_t n;
	uint32_t *id = hit_ids(&verb->table.table, counts, &n);

	if (n)
		tool_rules_load_ids(verb->db, id, n, &rules, &failed);
	free(id);
	if (failed)
		return false;
	if (n)
		puts("\nmachines  rule      mode     what to do");
	for (uint32_t at = 0; n && at < verb->table.table.n_rules; at++)
		if (counts->by_rule[at])
			print_rule(verb, &rules, at, counts->by_rule[at]);
	printf("%s%" PRIu64 " machine%s: %" PRIu64 " known bad, %" PRIu64 " not known, %" PRIu64
	       " inputs that could not be read",
	       n ? "\n" : "", counts->n_machines, counts->n_machines == 1 ? "" : "s",
	       counts->n_known_bad, counts->n_machines - counts->n_known_bad, counts->n_errors);
	if (counts->n_skipped)
		printf(", %" PRIu64 " links and special files left alone", counts->n_skipped);
	putchar('\n');
	rule_set_free(&rules);
	return true;
}

static int scan_go(struct scan_verb *verb, char *const *path, size_t n_paths, unsigned n_jobs)
{
	const struct scan scan = {.table = &verb->table.table,
				  .n_jobs = n_jobs,
				  .print = scan_print,
				  .emit = scan_emit,
				  .context = verb};
	struct scan_counts counts;
	int code;

	verb->has_progress = isatty(STDERR_FILENO);
	verb->rule_json = calloc((size_t)verb->table.table.n_rules + 1, sizeof(char *));
	if (!verb->rule_json)
		abort();
	scan_run(&scan, path, n_paths, &counts);
	progress_wipe(verb);
	for (uint32_t i = 0; i < verb->table.table.n_rules; i++)
		free(verb->rule_json[i]);
	free(verb->rule_json);
	code = counts.n_errors ? TOOL_ERROR : counts.n_known_bad ? TOOL_YES : TOOL_NO;
	if (!verb->as_json && !print_summary(verb, &counts))
		code = TOOL_ERROR;
	if (verb->as_json && counts.n_errors)
		tool_error("%" PRIu64 " inputs could not be read; their lines have \"error\"",
			   counts.n_errors);
	scan_counts_free(&counts);
	return code;
}

static bool jobs_read(const char *text, unsigned *ret_n)
{
	uint64_t n;

	if (!text_to_u64(text_of(text), &n) || n < 1 || n > SCAN_MAX_JOBS)
		return false;
	*ret_n = (unsigned)n;
	return true;
}

int cmd_scan(int argc, char **argv)
{
	static const struct option options[] = {
		{"table", required_argument, NULL, 't'}, {"db", required_argument, NULL, 'd'},
		{"jobs", required_argument, NULL, 'J'},  {"json", no_argument, NULL, 'j'},
		{"all", no_argument, NULL, 'a'},         {NULL, 0, NULL, 0},
	};
	struct scan_verb verb = {.as_json = false};
	unsigned n_jobs = identity_workers();
	const char *table_path = NULL;
	int code;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 't')
			table_path = optarg;
		else if (c == 'd')
			verb.db = optarg;
		else if (c == 'j')
			verb.as_json = true;
		else if (c == 'a')
			verb.wants_all = true;
		else if (c != 'J')
			return tool_usage("scan", NULL);
		else if (!jobs_read(optarg, &n_jobs))
			return tool_usage("scan", "expected --jobs 1 to %u, found \"%s\"",
					  SCAN_MAX_JOBS, optarg);
	}
	if (argc == optind)
		return tool_usage("scan", "expected a folder, a file or - for standard input");
	if (!tool_table_open(table_path, &verb.table))
		return TOOL_ERROR;
	code = scan_go(&verb, argv + optind, (size_t)(argc - optind), n_jobs);
	tool_table_close(&verb.table);
	return code;
}
