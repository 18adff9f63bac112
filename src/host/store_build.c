/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_build.c - a rule set in, a database file out; the file is there as a whole or not at all */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/embedded.h>
#include <fwquirk/host/file.h>

#include "rules_memory.h"
#include "store_sql.h"

enum insert {
	INSERT_FILE,
	INSERT_RULE,
	INSERT_CONDITION,
	INSERT_VALUE,
	INSERT_PROBE,
	INSERT_WORKAROUND,
	INSERT_EVIDENCE,
	INSERT_CASE,
	INSERT_MACHINE,
	INSERT_NOTE,
	INSERT_WORDS,
	INSERT_NAMES,
	INSERT_COUNT
};

static const char *const insert_sql[INSERT_COUNT] = {
	[INSERT_FILE] = "INSERT INTO file (number, path, header) VALUES (?, ?, ?)",
	[INSERT_RULE] = "INSERT INTO rule (id, position, file, comment, title, defect, confidence, "
			"mode, unbounded, unmatched, unprobed, population, expires, remove_when) "
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[INSERT_CONDITION] =
		"INSERT INTO rule_condition (rule, position, role, field, operator, negated, "
		"scheme, low, low_included, high, high_included, mask, masked_value) VALUES "
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[INSERT_VALUE] = "INSERT INTO rule_condition_value (rule, condition, position, value, "
			 "normal) VALUES (?, ?, ?, ?, ?)",
	[INSERT_PROBE] =
		"INSERT INTO rule_probe (rule, position, probe, wanted) VALUES (?, ?, ?, ?)",
	[INSERT_WORKAROUND] =
		"INSERT INTO rule_workaround (rule, position, workaround, parameter, address, "
		"last_address, amount, services, guid, text) VALUES "
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[INSERT_EVIDENCE] =
		"INSERT INTO rule_evidence (rule, position, url, says) VALUES (?, ?, ?, ?)",
	[INSERT_CASE] = "INSERT INTO rule_case (rule, position, name) VALUES (?, ?, ?)",
	[INSERT_MACHINE] = "INSERT INTO rule_machine (rule, must_match, position, machine) "
			   "VALUES (?, ?, ?, ?)",
	[INSERT_NOTE] = "INSERT INTO rule_note (rule, position, note) VALUES (?, ?, ?)",
	[INSERT_WORDS] = "INSERT INTO rule_words (rowid, title, story, value, class) "
			 "VALUES (?, ?, ?, ?, ?)",
	[INSERT_NAMES] = "INSERT INTO rule_names (rowid, names) VALUES (?, ?)",
};

/* Words of the schema that vocab.def does not have in this form. */
static const char *const roles[] = {
	[ROLE_MATCH] = "match",
	[ROLE_INTRODUCED] = "introduced",
	[ROLE_FIXED] = "fixed",
	[ROLE_KNOWN_GOOD] = "known-good",
};
static const char *const parameters[] = {
	[PARAMETER_NONE] = "none",
	[PARAMETER_RANGE] = "range",
	[PARAMETER_ADDRESS] = "address",
	[PARAMETER_COUNT] = "count",
	[PARAMETER_MILLISECONDS] = "milliseconds",
	[PARAMETER_SERVICES] = "services",
	[PARAMETER_GUID] = "guid",
	[PARAMETER_TEXT] = "text",
};

struct build {
	sqlite3 *db;
	const struct rule_set *set;
	sqlite3_stmt *insert[INSERT_COUNT];
	char field[FIELD_COUNT][24]; /* names as in SQL, with "_" */
	struct words words;
	uint32_t rule; /* the one being added, for the message; 0 before the first */
};

/* "0x" and 16 digits: sorts as the number, which SQLite's signed integers would not. */
struct hex {
	char text[19];
};

static const char *hex_if(bool is_wanted, uint64_t value, struct hex *hex)
{
	if (!is_wanted)
		return NULL;
	snprintf(hex->text, sizeof(hex->text), "0x%016" PRIx64, value);
	return hex->text;
}

/* EFI_GUID in memory (UEFI 2.10 appendix A): the first three groups are little-endian. */
static const char *guid_if(bool is_wanted, const uint8_t guid[static 16], char text[static 37])
{
	if (!is_wanted)
		return NULL;
	snprintf(text, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 guid[3], guid[2], guid[1], guid[0], guid[5], guid[4], guid[7], guid[6], guid[8],
		 guid[9], guid[10], guid[11], guid[12], guid[13], guid[14], guid[15]);
	return text;
}

/* The form in which values are compared, malloc'ed. */
static char *normal_form(const char *value)
{
	struct text text = text_of(value);
	struct text_fold fold = text_fold_begin(text);
	char *normal = malloc(text.size + 1), *end = normal;
	int c;

	if (!normal)
		abort();
	while ((c = text_fold_next(&fold)) >= 0)
		*end++ = (char)c;
	*end = '\0';
	return normal;
}

static bool add_values(struct build *build, const struct rule_condition *condition, size_t at)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		char *normal = normal_form(condition->value[i]);
		bool is_done =
			SQL_RUN(build->insert[INSERT_VALUE], SQL_INT(build->rule), SQL_INT(at),
				SQL_INT(i), SQL_TEXT(condition->value[i]), SQL_TEXT(normal));

		free(normal);
		if (!is_done)
			return false;
	}
	return true;
}

static bool add_condition(struct build *build, const struct rule_condition *condition, size_t at)
{
	bool is_version = condition->op == OPERATOR_VERSION;
	bool has_range = is_version || condition->op == OPERATOR_DATE;
	bool has_low = has_range && condition->has_low;
	bool has_high = has_range && condition->has_high;
	bool is_masked = condition->op == OPERATOR_MASKED;
	struct hex mask, masked_value;

	return SQL_RUN(build->insert[INSERT_CONDITION], SQL_INT(build->rule), SQL_INT(at),
		       SQL_TEXT(roles[condition->role]), SQL_TEXT(build->field[condition->field]),
		       SQL_TEXT(operator_name(condition->op)), SQL_INT(condition->negated),
		       SQL_TEXT(is_version ? scheme_name(condition->scheme) : NULL),
		       SQL_TEXT(has_low ? condition->low : NULL),
		       SQL_INT_IF(has_low, condition->low_included),
		       SQL_TEXT(has_high ? condition->high : NULL),
		       SQL_INT_IF(has_high, condition->high_included),
		       SQL_TEXT(hex_if(is_masked, condition->mask, &mask)),
		       SQL_TEXT(hex_if(is_masked, condition->masked_value, &masked_value))) &&
	       add_values(build, condition, at);
}

static bool add_workaround(struct build *build, const struct rule_workaround_use *use, size_t at)
{
	enum parameter_kind kind = workaround_parameter(use->workaround);
	bool has_address = kind == PARAMETER_RANGE || kind == PARAMETER_ADDRESS;
	bool has_amount = kind == PARAMETER_COUNT || kind == PARAMETER_MILLISECONDS;
	struct hex first, last;
	char guid[37];

	return SQL_RUN(build->insert[INSERT_WORKAROUND], SQL_INT(build->rule), SQL_INT(at),
		       SQL_TEXT(workaround_name(use->workaround)), SQL_TEXT(parameters[kind]),
		       SQL_TEXT(hex_if(has_address, use->a, &first)),
		       SQL_TEXT(hex_if(kind == PARAMETER_RANGE, use->b, &last)),
		       SQL_INT_IF(has_amount, use->a),
		       SQL_INT_IF(kind == PARAMETER_SERVICES, use->a),
		       SQL_TEXT(guid_if(kind == PARAMETER_GUID, use->guid, guid)),
		       SQL_TEXT(kind == PARAMETER_TEXT ? use->text : NULL));
}

static bool add_evidence(struct build *build, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_evidence; i++)
		if (!SQL_RUN(build->insert[INSERT_EVIDENCE], SQL_INT(rule->id), SQL_INT(i),
			     SQL_TEXT(rule->evidence[i].url), SQL_TEXT(rule->evidence[i].says)))
			return false;
	return true;
}

static bool add_cases(struct build *build, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_cases; i++)
		if (!SQL_RUN(build->insert[INSERT_CASE], SQL_INT(rule->id), SQL_INT(i),
			     SQL_TEXT(rule->case_name[i])))
			return false;
	return true;
}

static bool add_machines(struct build *build, char *const *machine, size_t n, bool must_match)
{
	for (size_t i = 0; i < n; i++)
		if (!SQL_RUN(build->insert[INSERT_MACHINE], SQL_INT(build->rule),
			     SQL_INT(must_match), SQL_INT(i), SQL_TEXT(machine[i])))
			return false;
	return true;
}

/* Everything of which a rule has several. */
static bool add_parts(struct build *build, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (!add_condition(build, &rule->condition[i], i))
			return false;
	for (size_t i = 0; i < rule->n_probes; i++)
		if (!SQL_RUN(build->insert[INSERT_PROBE], SQL_INT(rule->id), SQL_INT(i),
			     SQL_TEXT(probe_name(rule->probe[i].probe)),
			     SQL_INT(rule->probe[i].wanted)))
			return false;
	for (size_t i = 0; i < rule->n_workarounds; i++)
		if (!add_workaround(build, &rule->workaround[i], i))
			return false;
	for (size_t i = 0; i < rule->n_notes; i++)
		if (!SQL_RUN(build->insert[INSERT_NOTE], SQL_INT(rule->id), SQL_INT(i),
			     SQL_TEXT(rule->note[i])))
			return false;
	return add_evidence(build, rule) && add_cases(build, rule) &&
	       add_machines(build, rule->machine, rule->n_machines, true) &&
	       add_machines(build, rule->near_miss, rule->n_near_misses, false);
}

static bool add_rule(struct build *build, const struct rule *rule, size_t position, size_t file)
{
	build->rule = rule->id;
	return SQL_RUN(build->insert[INSERT_RULE], SQL_INT(rule->id), SQL_INT(position),
		       SQL_INT(file), SQL_TEXT(rule->comment), SQL_TEXT(rule->title),
		       SQL_TEXT(defect_name(rule->defect)),
		       SQL_TEXT(confidence_name(rule->confidence)), SQL_TEXT(mode_name(rule->mode)),
		       SQL_TEXT(rule->unbounded), SQL_TEXT(rule->unmatched),
		       SQL_TEXT(rule->unprobed), SQL_INT_IF(rule->has_population, rule->population),
		       SQL_TEXT(rule->expires), SQL_TEXT(rule->remove_when)) &&
	       add_parts(build, rule) &&
	       store_index_words(build->insert[INSERT_WORDS], &build->words, rule) &&
	       store_index_names(build->insert[INSERT_NAMES], &build->words, rule);
}

/* A file or a rule in the order in which the database has them. */
struct place {
	const char *path;
	size_t file, index;
};

static int place_compare(const void *a, const void *b)
{
	const struct place *left = a, *right = b;
	int order = strcmp(left->path, right->path);

	if (!order)
		order = left->file < right->file ? -1 : left->file > right->file;
	return order ? order : left->index < right->index ? -1 : left->index > right->index;
}

/* Adds the files in the order of their paths; `number` gets each one's number. */
static bool add_files(struct build *build, size_t *number)
{
	const struct rule_set *set = build->set;
	struct place *place = calloc(set->n_files + 1, sizeof(*place));
	size_t prefix = rules_shared_prefix(set);
	bool is_done = true;

	if (!place)
		abort();
	for (size_t i = 0; i < set->n_files; i++)
		place[i] = (struct place){.path = set->file[i].path, .file = i};
	qsort(place, set->n_files, sizeof(*place), place_compare);
	for (size_t i = 0; is_done && i < set->n_files; i++) {
		number[place[i].file] = i;
		is_done = SQL_RUN(build->insert[INSERT_FILE], SQL_INT(i),
				  SQL_TEXT(place[i].path + prefix),
				  SQL_TEXT(set->file[place[i].file].header));
	}
	free(place);
	return is_done;
}

static bool add_rules(struct build *build, const size_t *number)
{
	const struct rule_set *set = build->set;
	struct place *place = calloc(set->n_rules + 1, sizeof(*place));
	bool is_done = true;

	if (!place)
		abort();
	for (size_t i = 0; i < set->n_rules; i++)
		place[i] =
			(struct place){.path = "", .file = number[set->rule[i].file], .index = i};
	qsort(place, set->n_rules, sizeof(*place), place_compare);
	for (size_t i = 0; is_done && i < set->n_rules; i++)
		is_done = add_rule(build, &set->rule[place[i].index], i, place[i].file);
	free(place);
	return is_done;
}

static bool add_set(struct build *build)
{
	size_t *number = calloc(build->set->n_files + 1, sizeof(*number));
	bool is_done;

	if (!number)
		abort();
	is_done = add_files(build, number) && add_rules(build, number);
	free(number);
	return is_done;
}

static bool execute(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool prepare(struct build *build)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		snprintf(build->field[i], sizeof(build->field[i]), "%s", field_name(i));
		for (char *at = build->field[i]; (at = strchr(at, '-')); *at = '_')
			;
	}
	for (size_t i = 0; i < INSERT_COUNT; i++)
		if (sqlite3_prepare_v3(build->db, insert_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &build->insert[i], NULL))
			return false;
	return true;
}

/*
 * The one transaction. Nothing in it depends on the time, the machine or the folder. The indexes of
 * words are kept in memory until the end (`hashsize`, in bytes) and then written once. References
 * hold because every word comes from the vocabulary and every part with its rule; the tests check them.
 */
static bool fill(struct build *build)
{
	return execute(build->db, "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8';"
				  "PRAGMA auto_vacuum = NONE; PRAGMA foreign_keys = OFF; BEGIN") &&
	       execute(build->db, fwquirk_schema_sql) &&
	       execute(build->db,
		       "INSERT INTO rule_words (rule_words, rank) VALUES ('hashsize', 67108864);"
		       "INSERT INTO rule_names (rule_names, rank) VALUES ('hashsize', 67108864)") &&
	       store_fill_vocabulary(build->db) && prepare(build) && add_set(build) &&
	       execute(build->db, fwquirk_views_sql) &&
	       execute(build->db, "INSERT INTO rule_words (rule_words) VALUES ('optimize');"
				  "INSERT INTO rule_names (rule_names) VALUES ('optimize')") &&
	       execute(build->db, "COMMIT");
}

static bool fill_error(struct build *build, const char *path, char **ret_error)
{
	char rule[24] = "";

	if (build->rule)
		snprintf(rule, sizeof(rule), RULE_ID_FORMAT ": ", build->rule);
	return file_error(ret_error, "%s: cannot build: %s%s", path, rule,
			  sqlite3_errmsg(build->db));
}

static int rule_compare(const void *a, const void *b)
{
	const struct rule *const *left = a, *const *right = b;

	if ((*left)->id != (*right)->id)
		return (*left)->id < (*right)->id ? -1 : 1;
	return *left < *right ? -1 : *left > *right;
}

/* Every rule has a number of its own, and a file. */
static bool set_check(const struct rule_set *set, const char *path, char **ret_error)
{
	const struct rule **rule = calloc(set->n_rules + 1, sizeof(const struct rule *));
	bool is_good = true;

	if (!rule)
		abort();
	for (size_t i = 0; i < set->n_rules; i++)
		rule[i] = &set->rule[i];
	qsort(rule, set->n_rules, sizeof(const struct rule *), rule_compare);
	for (size_t i = 1; is_good && i < set->n_rules; i++)
		if (rule[i - 1]->id == rule[i]->id)
			is_good = file_error(ret_error,
					     "%s: cannot build: " RULE_ID_FORMAT
					     " is in %s and again in %s; "
					     "give every rule its own number",
					     path, rule[i]->id, set->file[rule[i - 1]->file].path,
					     set->file[rule[i]->file].path);
	free(rule);
	return is_good;
}

/* Whether every word of a rule is in the vocabulary: references are not checked row by row. */
static bool words_are_known(const struct rule *rule)
{
	bool is_known = rule->defect < DEFECT_COUNT && rule->confidence < CONFIDENCE_COUNT &&
			rule->mode < MODE_COUNT;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		is_known &= condition->role <= ROLE_KNOWN_GOOD && condition->field < FIELD_COUNT &&
			    condition->op < OPERATOR_COUNT &&
			    (condition->op != OPERATOR_VERSION || condition->scheme < SCHEME_COUNT);
	}
	for (size_t i = 0; i < rule->n_probes; i++)
		is_known &= rule->probe[i].probe < PROBE_COUNT;
	for (size_t i = 0; i < rule->n_workarounds; i++)
		is_known &= rule->workaround[i].workaround < WORKAROUND_COUNT;
	return is_known;
}

static bool words_check(const struct rule_set *set, const char *path, char **ret_error)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (!words_are_known(&set->rule[i]))
			return file_error(ret_error,
					  "%s: cannot build: " RULE_ID_FORMAT
					  ": a word that is not in the vocabulary",
					  path, set->rule[i].id);
	return true;
}

static bool put_in_place(sqlite3 *db, const char *path, char **ret_error)
{
	sqlite3_int64 size;
	unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
	bool is_written;

	if (!bytes)
		return file_error(ret_error, "%s: out of memory", path);
	is_written = file_write(path, bytes, (size_t)size, ret_error);
	sqlite3_free(bytes);
	return is_written;
}

/* The database in memory; NULL after a failure. `path` is for messages. */
static sqlite3 *build_run(const char *path, const struct rule_set *set, char **ret_error)
{
	struct build build = {.set = set};
	bool is_filled = false;

	if (!set_check(set, path, ret_error) || !words_check(set, path, ret_error))
		return NULL;
	if (!sqlite3_open_v2(":memory:", &build.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			     NULL))
		is_filled = fill(&build);
	if (!is_filled)
		fill_error(&build, path, ret_error);
	for (size_t i = 0; i < INSERT_COUNT; i++)
		sqlite3_finalize(build.insert[i]);
	free(build.words.at);
	if (is_filled)
		return build.db;
	sqlite3_close(build.db);
	return NULL;
}

bool store_build(const char *path, const struct rule_set *set, char **ret_error)
{
	sqlite3 *db = build_run(path, set, ret_error);
	bool is_built = db && put_in_place(db, path, ret_error);

	sqlite3_close(db);
	return is_built;
}

struct store *store_from_rules(const struct rule_set *set, char **ret_error)
{
	static const char name[] = "the rules";
	sqlite3 *db = build_run(name, set, ret_error);
	struct store *store;

	if (!db)
		return NULL;
	store = calloc(1, sizeof(*store));
	if (!store)
		abort();
	*store = (struct store){.db = db, .path = rules_copy(name, strlen(name))};
	return store;
}
