/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_load.c - a database in, the rule set that it was built from out; trusts no row of it */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include "rules_memory.h"
#include "rules_parser.h"
#include "store_sql.h"

/*
 * A load under way. Rows of the tables that belong to rules come in the order of their primary key,
 * which begins with the rule's number: one finger along the rules, sorted by number, is enough.
 */
struct load {
	struct store *store;
	struct rule_set set;
	struct rule **by_id; /* once every rule is there */
	size_t at;           /* in by_id: what the next row is about, or one before it */
	sqlite3_stmt *row;   /* the current row */
	const char *table;   /* and where it is from */
	char *error;
};

typedef bool row_taker(struct load *load);

static bool row_error(struct load *load, const char *column)
{
	const char *value = (const char *)sqlite3_column_text(load->row, 0);

	return file_error(&load->error,
			  "%s: table %s, row of %s: %s is not what this fwquirk knows; "
			  "use the one that built it, or build it again with 'fwquirk build'",
			  load->store->path, load->table, value ? value : "?", column);
}

/*
 * Copies a text; NULL stays NULL. `is_good` says which bytes may be in it: what is written into the
 * lines of a rule must not break out of them.
 */
static bool take_text(struct load *load, int column, bool (*is_good)(const char *text),
		      char **ret_text)
{
	char *text = sql_column_copy(load->row, column);

	if (text &&
	    (strlen(text) != (size_t)sqlite3_column_bytes(load->row, column) || !is_good(text))) {
		free(text);
		return row_error(load, sqlite3_column_name(load->row, column));
	}
	*ret_text = text;
	return true;
}

/* A quoted text: every byte can be spelled. */
static bool is_value(const char *text)
{
	(void)text;
	return true;
}

/* What the parser lets through in one line: UTF-8 that shows. */
static bool is_line_of(const char *text, size_t size)
{
	while (size) {
		uint32_t code_point;
		size_t n = rules_utf8(text, size, &code_point);

		if (!n || rules_is_unseen(code_point))
			return false;
		text += n;
		size -= n;
	}
	return true;
}

static bool is_line(const char *text)
{
	return is_line_of(text, strlen(text));
}

/* Lines that begin with "#". */
static bool is_comment(const char *text)
{
	for (;;) {
		size_t size = strcspn(text, "\n");

		if (*text != '#' || !is_line_of(text, size))
			return false;
		if (!text[size])
			return true;
		text += size + 1;
	}
}

static bool take_line(struct load *load, int column, char **ret_text)
{
	return take_text(load, column, is_line, ret_text);
}

static bool take_needed(struct load *load, int column, bool (*is_good)(const char *text),
			char **ret_text)
{
	if (sqlite3_column_type(load->row, column) != SQLITE_TEXT)
		return row_error(load, sqlite3_column_name(load->row, column));
	return take_text(load, column, is_good, ret_text);
}

static struct text column_word(struct load *load, int column)
{
	const char *word = (const char *)sqlite3_column_text(load->row, column);

	return text_of(word ? word : "");
}

/* A word of the vocabulary as its number; `*_from_name` says whether we know it. */
#define TAKE_WORD(load, stem, column, ret_number)                   \
	(stem##_from_name(column_word(load, column), ret_number) || \
	 row_error(load, sqlite3_column_name((load)->row, column)))

/* "0x" and 16 digits, as store_build writes them. */
static bool take_hex(struct load *load, int column, uint64_t *ret_value)
{
	struct text text = column_word(load, column);

	if (text.size != 18 || !text_to_u64(text, ret_value))
		return row_error(load, sqlite3_column_name(load->row, column));
	return true;
}

static bool take_count(struct load *load, int column, uint64_t *ret_value)
{
	sqlite3_int64 value = sqlite3_column_int64(load->row, column);

	if (value < 0)
		return row_error(load, sqlite3_column_name(load->row, column));
	*ret_value = (uint64_t)value;
	return true;
}

/* The rule that the row is about: its number is in column 0. NULL when there is none. */
static struct rule *row_rule(struct load *load)
{
	sqlite3_int64 id = sqlite3_column_int64(load->row, 0);

	while (load->at < load->set.n_rules && load->by_id[load->at]->id < id)
		load->at++;
	if (load->at < load->set.n_rules && load->by_id[load->at]->id == id)
		return load->by_id[load->at];
	row_error(load, "rule");
	return NULL;
}

static bool take_file(struct load *load)
{
	struct rule_set *set = &load->set;
	struct rule_file *file;

	if (sqlite3_column_int64(load->row, 0) != (sqlite3_int64)set->n_files)
		return row_error(load, "number");
	set->file = rules_grow(set->file, set->n_files, sizeof(*set->file));
	file = &set->file[set->n_files++];
	memset(file, 0, sizeof(*file));
	return take_needed(load, 1, is_line, &file->path) &&
	       take_text(load, 2, is_comment, &file->header);
}

static bool take_rule(struct load *load)
{
	struct rule_set *set = &load->set;
	sqlite3_int64 id = sqlite3_column_int64(load->row, 0);
	sqlite3_int64 file = sqlite3_column_int64(load->row, 1);
	struct rule *rule;

	if (id < 1 || id > UINT32_MAX)
		return row_error(load, "id");
	if (file < 0 || (uint64_t)file >= set->n_files)
		return row_error(load, "file");
	set->rule = rules_grow(set->rule, set->n_rules, sizeof(*set->rule));
	rule = &set->rule[set->n_rules++];
	*rule = (struct rule){.id = (uint32_t)id, .file = (size_t)file};
	return take_text(load, 2, is_comment, &rule->comment) &&
	       take_needed(load, 3, is_line, &rule->title) &&
	       TAKE_WORD(load, defect, 4, &rule->defect) &&
	       TAKE_WORD(load, confidence, 5, &rule->confidence) &&
	       TAKE_WORD(load, mode, 6, &rule->mode) && take_line(load, 7, &rule->unbounded) &&
	       take_line(load, 8, &rule->unprobed) && take_line(load, 9, &rule->remove_when);
}

static bool take_bounds(struct load *load, struct rule_condition *condition)
{
	bool (*is_good)(const char *text) = condition->op == OPERATOR_DATE ? is_line : is_value;

	condition->has_low = sqlite3_column_type(load->row, 6) != SQLITE_NULL;
	condition->low_included = sqlite3_column_int(load->row, 7) != 0;
	condition->has_high = sqlite3_column_type(load->row, 8) != SQLITE_NULL;
	condition->high_included = sqlite3_column_int(load->row, 9) != 0;
	if (!condition->has_low && !condition->has_high)
		return row_error(load, "low");
	if (condition->op == OPERATOR_VERSION && !TAKE_WORD(load, scheme, 5, &condition->scheme))
		return false;
	return take_text(load, 6, is_good, &condition->low) &&
	       take_text(load, 8, is_good, &condition->high);
}

static bool take_condition(struct load *load)
{
	struct rule *rule = row_rule(load);
	struct rule_condition *condition;
	sqlite3_int64 role = sqlite3_column_int64(load->row, 1);

	if (!rule)
		return false;
	if (sqlite3_column_type(load->row, 1) != SQLITE_INTEGER || role < ROLE_MATCH ||
	    role > ROLE_KNOWN_GOOD)
		return row_error(load, "role");
	rule->condition = rules_grow(rule->condition, rule->n_conditions, sizeof(*condition));
	condition = &rule->condition[rule->n_conditions++];
	*condition = (struct rule_condition){.role = (enum condition_role)role,
					     .negated = sqlite3_column_int(load->row, 4) != 0};
	if (!TAKE_WORD(load, field, 2, &condition->field) ||
	    !TAKE_WORD(load, operator, 3, &condition->op))
		return false;
	if (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE)
		return take_bounds(load, condition);
	if (condition->op == OPERATOR_MASKED)
		return take_hex(load, 10, &condition->mask) &&
		       take_hex(load, 11, &condition->masked_value);
	return true;
}

static bool condition_has_values(const struct rule_condition *condition)
{
	return condition->op != OPERATOR_VERSION && condition->op != OPERATOR_DATE &&
	       condition->op != OPERATOR_MASKED;
}

static bool take_value(struct load *load)
{
	struct rule *rule = row_rule(load);
	sqlite3_int64 at = sqlite3_column_int64(load->row, 1);
	struct rule_condition *condition;

	if (!rule)
		return false;
	if (at < 0 || (uint64_t)at >= rule->n_conditions ||
	    !condition_has_values(&rule->condition[at]))
		return row_error(load, "condition");
	condition = &rule->condition[at];
	condition->value = rules_grow(condition->value, condition->n_values, sizeof(char *));
	condition->value[condition->n_values++] = NULL;
	return take_needed(load, 2, is_value, &condition->value[condition->n_values - 1]);
}

static bool take_probe(struct load *load)
{
	struct rule *rule = row_rule(load);
	struct rule_probe_use *use;

	if (!rule)
		return false;
	rule->probe = rules_grow(rule->probe, rule->n_probes, sizeof(*use));
	use = &rule->probe[rule->n_probes++];
	*use = (struct rule_probe_use){.wanted = sqlite3_column_int(load->row, 2) != 0};
	return TAKE_WORD(load, probe, 1, &use->probe);
}

static bool digits_read(const char *text, unsigned n, uint64_t *ret_value)
{
	struct text_buffer buffer;
	char spelled[19];

	buffer = text_buffer_of(spelled, sizeof(spelled));
	text_append_c(&buffer, "0x");
	text_append(&buffer, text_sized(text, n));
	return text_to_u64(text_of(spelled), ret_value);
}

/* As store_build writes it; the first three groups are little-endian in memory. */
static bool take_guid(struct load *load, int column, uint8_t ret_guid[static 16])
{
	static const struct {
		uint8_t at, n_bytes, to;
		bool is_reversed;
	} groups[] = {{0, 4, 0, true},
		      {9, 2, 4, true},
		      {14, 2, 6, true},
		      {19, 2, 8, false},
		      {24, 6, 10, false}};
	struct text text = column_word(load, column);

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		unsigned n = groups[i].n_bytes;
		uint64_t value;

		if (text.size != 36 || !digits_read(text.at + groups[i].at, 2 * n, &value))
			return row_error(load, sqlite3_column_name(load->row, column));
		for (unsigned byte = 0; byte < n; byte++) {
			unsigned from_low = groups[i].is_reversed ? byte : n - 1 - byte;

			ret_guid[groups[i].to + byte] = (uint8_t)(value >> 8 * from_low);
		}
	}
	return true;
}

static bool take_parameter(struct load *load, struct rule_workaround_use *use)
{
	switch (workaround_parameter(use->workaround)) {
	case PARAMETER_RANGE:
		return take_hex(load, 2, &use->a) && take_hex(load, 3, &use->b);
	case PARAMETER_ADDRESS:
		return take_hex(load, 2, &use->a);
	case PARAMETER_COUNT:
	case PARAMETER_MILLISECONDS:
		return take_count(load, 4, &use->a);
	case PARAMETER_SERVICES:
		return take_count(load, 5, &use->a);
	case PARAMETER_GUID:
		return take_guid(load, 6, use->guid);
	case PARAMETER_TEXT:
		return take_needed(load, 7, is_value, &use->text);
	case PARAMETER_NONE:
		break;
	}
	return true;
}

static bool take_workaround(struct load *load)
{
	struct rule *rule = row_rule(load);
	struct rule_workaround_use *use;

	if (!rule)
		return false;
	rule->workaround = rules_grow(rule->workaround, rule->n_workarounds, sizeof(*use));
	use = &rule->workaround[rule->n_workarounds++];
	memset(use, 0, sizeof(*use));
	return TAKE_WORD(load, workaround, 1, &use->workaround) && take_parameter(load, use);
}

static bool take_evidence(struct load *load)
{
	struct rule *rule = row_rule(load);
	struct rule_evidence *evidence;

	if (!rule)
		return false;
	rule->evidence = rules_grow(rule->evidence, rule->n_evidence, sizeof(*evidence));
	evidence = &rule->evidence[rule->n_evidence++];
	memset(evidence, 0, sizeof(*evidence));
	return take_needed(load, 1, is_line, &evidence->url) && take_line(load, 2, &evidence->says);
}

static bool take_into(struct load *load, int column, char ***list, size_t *n)
{
	*list = rules_grow(*list, *n, sizeof(char *));
	(*list)[(*n)++] = NULL;
	return take_needed(load, column, is_line, &(*list)[*n - 1]);
}

static bool take_machine(struct load *load)
{
	struct rule *rule = row_rule(load);

	if (!rule)
		return false;
	return sqlite3_column_int(load->row, 1)
		       ? take_into(load, 2, &rule->machine, &rule->n_machines)
		       : take_into(load, 2, &rule->near_miss, &rule->n_near_misses);
}

static bool take_note(struct load *load)
{
	struct rule *rule = row_rule(load);

	return rule && take_into(load, 1, &rule->note, &rule->n_notes);
}

struct table_query {
	const char *table, *sql;
	row_taker *take;
};

static const struct table_query file_query = {
	"file", "SELECT number, path, header FROM file ORDER BY number", take_file};
static const struct table_query rule_query = {
	"rule",
	"SELECT id, file, comment, title, defect, confidence, mode, unbounded, unprobed, "
	"remove_when FROM rule ORDER BY position",
	take_rule};
/* Each in the order of its primary key, so that nothing has to be sorted. */
static const struct table_query part_queries[] = {
	{"rule_condition",
	 "SELECT rule, (SELECT number FROM role WHERE name = rule_condition.role) AS role, "
	 "replace(field, '_', '-') AS field, operator, negated, scheme, low, low_included, high, "
	 "high_included, mask, masked_value FROM rule_condition ORDER BY rule, position",
	 take_condition},
	{"rule_condition_value",
	 "SELECT rule, condition, value FROM rule_condition_value "
	 "ORDER BY rule, condition, position",
	 take_value},
	{"rule_probe", "SELECT rule, probe, wanted FROM rule_probe ORDER BY rule, position",
	 take_probe},
	{"rule_workaround",
	 "SELECT rule, workaround, address, last_address, amount, services, guid, text "
	 "FROM rule_workaround ORDER BY rule, position",
	 take_workaround},
	{"rule_evidence", "SELECT rule, url, says FROM rule_evidence ORDER BY rule, position",
	 take_evidence},
	{"rule_machine",
	 "SELECT rule, must_match, machine FROM rule_machine ORDER BY rule, must_match, position",
	 take_machine},
	{"rule_note", "SELECT rule, note FROM rule_note ORDER BY rule, position", take_note},
};

static bool load_table(struct load *load, const struct table_query *query)
{
	bool is_good = true;
	int code = SQLITE_DONE;

	load->at = 0;
	load->table = query->table;
	if (sqlite3_prepare_v2(load->store->db, query->sql, -1, &load->row, NULL))
		return store_error(load->store, &load->error);
	while (is_good && (code = sqlite3_step(load->row)) == SQLITE_ROW)
		is_good = query->take(load);
	if (is_good && code != SQLITE_DONE)
		is_good = store_error(load->store, &load->error);
	sqlite3_finalize(load->row);
	return is_good;
}

static int id_compare(const void *a, const void *b)
{
	const struct rule *const *left = a, *const *right = b;

	return (*left)->id < (*right)->id ? -1 : (*left)->id > (*right)->id;
}

static void sort_by_id(struct load *load)
{
	load->by_id = calloc(load->set.n_rules + 1, sizeof(*load->by_id));
	if (!load->by_id)
		abort();
	for (size_t i = 0; i < load->set.n_rules; i++)
		load->by_id[i] = &load->set.rule[i];
	qsort(load->by_id, load->set.n_rules, sizeof(*load->by_id), id_compare);
}

static bool load_tables(struct load *load)
{
	bool is_good = load_table(load, &file_query) && load_table(load, &rule_query);

	sort_by_id(load);
	for (size_t i = 0; is_good && i < sizeof(part_queries) / sizeof(part_queries[0]); i++)
		is_good = load_table(load, &part_queries[i]);
	free(load->by_id);
	return is_good;
}

/* A text condition without a text could not come from us, and nobody behind wants to meet one. */
static bool set_is_whole(struct load *load)
{
	for (size_t i = 0; i < load->set.n_rules; i++) {
		const struct rule *rule = &load->set.rule[i];

		for (size_t n = 0; n < rule->n_conditions; n++)
			if (condition_has_values(&rule->condition[n]) &&
			    !rule->condition[n].n_values)
				return file_error(&load->error,
						  "%s: " RULE_ID_FORMAT ": condition "
						  "%zu has no value; build it again with 'fwquirk "
						  "build'",
						  load->store->path, rule->id, n);
	}
	return true;
}

bool store_load(struct store *store, struct rule_set *ret_set, char **ret_error)
{
	struct load load = {.store = store};

	if (load_tables(&load) && set_is_whole(&load)) {
		*ret_set = load.set;
		return true;
	}
	rule_set_free(&load.set);
	*ret_error = load.error;
	return false;
}
