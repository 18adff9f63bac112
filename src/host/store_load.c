/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_load.c - a database in, the rule set that it was built from out; trusts no row of it */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/version.h>

#include "rules_memory.h"
#include "store_row.h"
#include "store_sql.h"

/*
 * A load under way. Rows of the tables that belong to rules come in the order of their primary key,
 * which begins with the rule's number: one finger along the rules, sorted by number, is enough.
 */
struct load {
	struct store *store;
	const char *wanted; /* the rules' numbers as a JSON array; NULL for all */
	struct rule_set set;
	struct rule **by_id; /* once every rule is there */
	size_t at;           /* in by_id: what the next row is about, or one before it */
	struct row row;
};

typedef bool row_taker(struct load *load);

/* The rule that the row is about: its number is in column 0. NULL when there is none. */
static struct rule *row_rule(struct load *load)
{
	sqlite3_int64 id = sqlite3_column_int64(load->row.statement, 0);

	while (load->at < load->set.n_rules && load->by_id[load->at]->id < id)
		load->at++;
	if (load->at < load->set.n_rules && load->by_id[load->at]->id == id)
		return load->by_id[load->at];
	row_error(&load->row, "rule");
	return NULL;
}

static bool take_file(struct load *load)
{
	struct rule_set *set = &load->set;
	struct rule_file *file;

	if (sqlite3_column_int64(load->row.statement, 0) != (sqlite3_int64)set->n_files)
		return row_error(&load->row, "number");
	set->file = rules_grow(set->file, set->n_files, sizeof(*set->file));
	file = &set->file[set->n_files++];
	memset(file, 0, sizeof(*file));
	return row_value(&load->row, 1, &file->path) && row_comment(&load->row, 2, &file->header);
}

static bool take_population(struct load *load, struct rule *rule)
{
	uint64_t population;

	rule->has_population = sqlite3_column_type(load->row.statement, 10) != SQLITE_NULL;
	if (!rule->has_population)
		return true;
	if (!row_count(&load->row, 10, &population))
		return false;
	rule->population = (uint32_t)population;
	return population <= UINT32_MAX || row_error(&load->row, "population");
}

static bool take_expires(struct load *load, struct rule *rule)
{
	uint32_t date;

	return row_line_or_null(&load->row, 11, &rule->expires) &&
	       (!rule->expires || date_read_iso(text_of(rule->expires), &date) == STATUS_OK ||
		row_error(&load->row, "expires"));
}

static bool take_rule(struct load *load)
{
	struct rule_set *set = &load->set;
	sqlite3_int64 id = sqlite3_column_int64(load->row.statement, 0);
	sqlite3_int64 file = sqlite3_column_int64(load->row.statement, 1);
	struct rule *rule;

	if (id < 1 || id > UINT32_MAX)
		return row_error(&load->row, "id");
	if (file < 0 || (uint64_t)file >= set->n_files)
		return row_error(&load->row, "file");
	set->rule = rules_grow(set->rule, set->n_rules, sizeof(*set->rule));
	rule = &set->rule[set->n_rules++];
	*rule = (struct rule){.id = (uint32_t)id, .file = (size_t)file};
	return row_comment(&load->row, 2, &rule->comment) &&
	       row_line(&load->row, 3, &rule->title) &&
	       ROW_WORD(&load->row, defect, 4, &rule->defect) &&
	       ROW_WORD(&load->row, confidence, 5, &rule->confidence) &&
	       ROW_WORD(&load->row, mode, 6, &rule->mode) &&
	       row_line_or_null(&load->row, 7, &rule->unbounded) &&
	       row_line_or_null(&load->row, 8, &rule->unmatched) &&
	       row_line_or_null(&load->row, 9, &rule->unprobed) && take_population(load, rule) &&
	       take_expires(load, rule) && row_line_or_null(&load->row, 12, &rule->remove_when);
}

/* One end: a version may be any text, a date stands without quotes. */
static bool take_end(struct load *load, int column, enum operator_ op, bool *ret_has,
		     bool *ret_is_included, char **ret_end)
{
	*ret_has = sqlite3_column_type(load->row.statement, column) != SQLITE_NULL;
	if (!*ret_has)
		return true;
	*ret_is_included = sqlite3_column_int(load->row.statement, column + 1) != 0;
	return op == OPERATOR_DATE ? row_line(&load->row, column, ret_end)
				   : row_value(&load->row, column, ret_end);
}

static bool take_bounds(struct load *load, struct rule_condition *condition)
{
	if (condition->op == OPERATOR_VERSION &&
	    !ROW_WORD(&load->row, scheme, 5, &condition->scheme))
		return false;
	if (!take_end(load, 6, condition->op, &condition->has_low, &condition->low_included,
		      &condition->low) ||
	    !take_end(load, 8, condition->op, &condition->has_high, &condition->high_included,
		      &condition->high))
		return false;
	return condition->has_low || condition->has_high || row_error(&load->row, "low");
}

static bool take_condition(struct load *load)
{
	struct rule *rule = row_rule(load);
	struct rule_condition *condition;
	sqlite3_int64 role = sqlite3_column_int64(load->row.statement, 1);

	if (!rule)
		return false;
	if (sqlite3_column_type(load->row.statement, 1) != SQLITE_INTEGER || role < ROLE_MATCH ||
	    role > ROLE_KNOWN_GOOD)
		return row_error(&load->row, "role");
	rule->condition = rules_grow(rule->condition, rule->n_conditions, sizeof(*condition));
	condition = &rule->condition[rule->n_conditions++];
	*condition =
		(struct rule_condition){.role = (enum condition_role)role,
					.negated = sqlite3_column_int(load->row.statement, 4) != 0};
	if (!ROW_WORD(&load->row, field, 2, &condition->field) ||
	    !ROW_WORD(&load->row, operator, 3, &condition->op))
		return false;
	if (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE)
		return take_bounds(load, condition);
	if (condition->op == OPERATOR_MASKED)
		return row_hex(&load->row, 10, &condition->mask) &&
		       row_hex(&load->row, 11, &condition->masked_value);
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
	sqlite3_int64 at = sqlite3_column_int64(load->row.statement, 1);
	struct rule_condition *condition;

	if (!rule)
		return false;
	if (at < 0 || (uint64_t)at >= rule->n_conditions ||
	    !condition_has_values(&rule->condition[at]))
		return row_error(&load->row, "condition");
	condition = &rule->condition[at];
	condition->value = rules_grow(condition->value, condition->n_values, sizeof(char *));
	condition->value[condition->n_values++] = NULL;
	return row_value(&load->row, 2, &condition->value[condition->n_values - 1]);
}

static bool take_probe(struct load *load)
{
	struct rule *rule = row_rule(load);
	struct rule_probe_use *use;

	if (!rule)
		return false;
	rule->probe = rules_grow(rule->probe, rule->n_probes, sizeof(*use));
	use = &rule->probe[rule->n_probes++];
	*use = (struct rule_probe_use){.wanted = sqlite3_column_int(load->row.statement, 2) != 0};
	return ROW_WORD(&load->row, probe, 1, &use->probe);
}

static bool take_parameter(struct load *load, struct rule_workaround_use *use)
{
	switch (workaround_parameter(use->workaround)) {
	case PARAMETER_RANGE:
		return row_hex(&load->row, 2, &use->a) && row_hex(&load->row, 3, &use->b);
	case PARAMETER_ADDRESS:
		return row_hex(&load->row, 2, &use->a);
	case PARAMETER_COUNT:
	case PARAMETER_MILLISECONDS:
		return row_count(&load->row, 4, &use->a);
	case PARAMETER_SERVICES:
		return row_count(&load->row, 5, &use->a);
	case PARAMETER_GUID:
		return row_guid(&load->row, 6, use->guid);
	case PARAMETER_TEXT:
		return row_value(&load->row, 7, &use->text);
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
	return ROW_WORD(&load->row, workaround, 1, &use->workaround) && take_parameter(load, use);
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
	return row_line(&load->row, 1, &evidence->url) &&
	       row_line_or_null(&load->row, 2, &evidence->says);
}

static bool take_into(struct load *load, int column, char ***list, size_t *n)
{
	*list = rules_grow(*list, *n, sizeof(char *));
	(*list)[(*n)++] = NULL;
	return row_line(&load->row, column, &(*list)[*n - 1]);
}

static bool take_machine(struct load *load)
{
	struct rule *rule = row_rule(load);

	if (!rule)
		return false;
	return sqlite3_column_int(load->row.statement, 1)
		       ? take_into(load, 2, &rule->machine, &rule->n_machines)
		       : take_into(load, 2, &rule->near_miss, &rule->n_near_misses);
}

static bool take_case(struct load *load)
{
	struct rule *rule = row_rule(load);

	return rule && take_into(load, 1, &rule->case_name, &rule->n_cases);
}

static bool take_note(struct load *load)
{
	struct rule *rule = row_rule(load);

	return rule && take_into(load, 1, &rule->note, &rule->n_notes);
}

/* `id` is the column with the rule's number, or NULL: then every row is read. */
struct table_query {
	const char *table, *id, *select, *order;
	row_taker *take;
};

static const struct table_query file_query = {"file", NULL, "SELECT number, path, header FROM file",
					      "number", take_file};
static const struct table_query rule_query = {
	"rule", "id",
	"SELECT id, file, comment, title, defect, confidence, mode, unbounded, unmatched, "
	"unprobed, population, expires, remove_when FROM rule",
	"position", take_rule};
/* Each in the order of its primary key, so that nothing has to be sorted. */
static const struct table_query part_queries[] = {
	{"rule_condition", "rule",
	 "SELECT rule, (SELECT number FROM role WHERE name = rule_condition.role) AS role, "
	 "replace(field, '_', '-') AS field, operator, negated, scheme, low, low_included, high, "
	 "high_included, mask, masked_value FROM rule_condition",
	 "rule, position", take_condition},
	{"rule_condition_value", "rule", "SELECT rule, condition, value FROM rule_condition_value",
	 "rule, condition, position", take_value},
	{"rule_probe", "rule", "SELECT rule, probe, wanted FROM rule_probe", "rule, position",
	 take_probe},
	{"rule_workaround", "rule",
	 "SELECT rule, workaround, address, last_address, amount, services, guid, text "
	 "FROM rule_workaround",
	 "rule, position", take_workaround},
	{"rule_evidence", "rule", "SELECT rule, url, says FROM rule_evidence", "rule, position",
	 take_evidence},
	{"rule_case", "rule", "SELECT rule, name FROM rule_case", "rule, position", take_case},
	{"rule_machine", "rule", "SELECT rule, must_match, machine FROM rule_machine",
	 "rule, must_match, position", take_machine},
	{"rule_note", "rule", "SELECT rule, note FROM rule_note", "rule, position", take_note},
};

/*
 * With `wanted` the query plan is SEARCH ... USING PRIMARY KEY (rule=?) for each number: a few pages,
 * however large the database is.
 */
static bool query_prepare(struct load *load, const struct table_query *query)
{
	bool is_some = load->wanted && query->id, is_ready;
	char *sql = sqlite3_mprintf("%s%s%s%s ORDER BY %s", query->select, is_some ? " WHERE " : "",
				    is_some ? query->id : "",
				    is_some ? " IN (SELECT value FROM json_each(?1))" : "",
				    query->order);

	if (!sql)
		abort();
	is_ready = !sqlite3_prepare_v2(load->store->db, sql, -1, &load->row.statement, NULL) &&
		   (!is_some ||
		    !sqlite3_bind_text(load->row.statement, 1, load->wanted, -1, SQLITE_STATIC));
	sqlite3_free(sql);
	return is_ready || store_error(load->store, &load->row.error);
}

static bool load_table(struct load *load, const struct table_query *query)
{
	bool is_good;
	int code = SQLITE_DONE;

	load->at = 0;
	load->row.table = query->table;
	is_good = query_prepare(load, query);
	while (is_good && (code = sqlite3_step(load->row.statement)) == SQLITE_ROW)
		is_good = query->take(load);
	if (is_good && code != SQLITE_DONE)
		is_good = store_error(load->store, &load->row.error);
	sqlite3_finalize(load->row.statement);
	load->row.statement = NULL;
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
				return file_error(&load->row.error,
						  "%s: " RULE_ID_FORMAT ": condition "
						  "%zu has no value; build it again with 'fwquirk "
						  "build'",
						  load->store->path, rule->id, n);
	}
	return true;
}

static bool load_run(struct load *load, struct rule_set *ret_set, char **ret_error)
{
	if (load_tables(load) && set_is_whole(load)) {
		*ret_set = load->set;
		return true;
	}
	rule_set_free(&load->set);
	*ret_error = load->row.error;
	return false;
}

bool store_load(struct store *store, struct rule_set *ret_set, char **ret_error)
{
	struct load load = {.store = store, .row = {.path = store->path}};

	return load_run(&load, ret_set, ret_error);
}

bool store_load_ids(struct store *store, const uint32_t *id, size_t n, struct rule_set *ret_set,
		    char **ret_error)
{
	struct load load = {.store = store, .row = {.path = store->path}};
	char *wanted = NULL;
	size_t size;
	FILE *out = open_memstream(&wanted, &size);
	bool is_loaded;

	if (!out)
		abort();
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%c%" PRIu32, i ? ',' : '[', id[i]);
	fputs(n ? "]" : "[]", out);
	if (fclose(out))
		abort();
	load.wanted = wanted;
	is_loaded = load_run(&load, ret_set, ret_error);
	free(wanted);
	return is_loaded;
}
