/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_key.c - a line `Key = value` in, its value added to the rule at hand */
#include <stdio.h>
#include <string.h>

#include "rules_memory.h"
#include "rules_parser.h"

static bool parse_title(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_take_text(cursor, &parser->rule.title);
}

static bool parse_unbounded(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_take_text(cursor, &parser->rule.unbounded);
}

static bool parse_unmatched(struct rules_parser *parser, struct cursor *cursor)
{
	parser->rule.unmatched_place = rules_place(parser, cursor->at);
	return rules_take_text(cursor, &parser->rule.unmatched);
}

static bool parse_population(struct rules_parser *parser, struct cursor *cursor)
{
	uint64_t count;

	parser->rule.population_place = rules_place(parser, cursor->at);
	if (!rules_take_decimal(parser, cursor, "a count of machines", &count) ||
	    !rules_take_end(parser, cursor))
		return false;
	parser->rule.population = (uint32_t)count;
	parser->rule.has_population = true;
	return true;
}

static bool parse_expires(struct rules_parser *parser, struct cursor *cursor)
{
	parser->rule.expires_place = rules_place(parser, cursor->at);
	return rules_take_date(parser, cursor, &parser->rule.expires) &&
	       rules_take_end(parser, cursor);
}

static bool parse_unprobed(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_take_text(cursor, &parser->rule.unprobed);
}

static bool parse_remove_when(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_take_text(cursor, &parser->rule.remove_when);
}

static bool parse_note(struct rules_parser *parser, struct cursor *cursor)
{
	struct rule *rule = &parser->rule;

	rule->note = rules_grow(rule->note, rule->n_notes, sizeof(*rule->note));
	return rules_take_text(cursor, &rule->note[rule->n_notes++]);
}

static bool parse_defect(struct rules_parser *parser, struct cursor *cursor)
{
	struct text word = rules_peek_word(cursor);

	if (!defect_from_name(word, &parser->rule.defect)) {
		rules_error_word(parser, cursor->at, "P027",
				 rules_nearest(word, defect_name, DEFECT_COUNT), "a defect class");
		return false;
	}
	rules_take_word(cursor);
	return rules_take_end(parser, cursor);
}

static bool parse_confidence(struct rules_parser *parser, struct cursor *cursor)
{
	struct text word = rules_peek_word(cursor);

	if (!confidence_from_name(word, &parser->rule.confidence)) {
		rules_error_word(parser, cursor->at, "P028",
				 rules_nearest(word, confidence_name, CONFIDENCE_COUNT),
				 "reported, reproduced, root-caused or vendor-confirmed");
		return false;
	}
	rules_take_word(cursor);
	return rules_take_end(parser, cursor);
}

static bool parse_mode(struct rules_parser *parser, struct cursor *cursor)
{
	struct text word = rules_peek_word(cursor);

	if (!mode_from_name(word, &parser->rule.mode)) {
		rules_error_word(parser, cursor->at, "P029",
				 rules_nearest(word, mode_name, MODE_COUNT), "observe or arm");
		return false;
	}
	rules_take_word(cursor);
	return rules_take_end(parser, cursor);
}

static bool parse_match(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_parse_condition(parser, cursor, ROLE_MATCH);
}

static bool parse_introduced(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_parse_condition(parser, cursor, ROLE_INTRODUCED);
}

static bool parse_fixed(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_parse_condition(parser, cursor, ROLE_FIXED);
}

static bool parse_known_good(struct rules_parser *parser, struct cursor *cursor)
{
	return rules_parse_condition(parser, cursor, ROLE_KNOWN_GOOD);
}

static bool parse_probe(struct rules_parser *parser, struct cursor *cursor)
{
	struct rule *rule = &parser->rule;
	struct rule_probe_use use = {.place = rules_place(parser, cursor->at)};
	struct text word;

	use.wanted = !rules_take_if(cursor, "not");
	word = rules_peek_word(cursor);
	if (!probe_from_name(word, &use.probe)) {
		rules_error_word(parser, cursor->at, "P048",
				 rules_nearest(word, probe_name, PROBE_COUNT), "a probe");
		return false;
	}
	rules_take_word(cursor);
	if (!rules_take_end(parser, cursor))
		return false;
	rule->probe = rules_grow(rule->probe, rule->n_probes, sizeof(use));
	rule->probe[rule->n_probes++] = use;
	return true;
}

static bool parse_evidence(struct rules_parser *parser, struct cursor *cursor)
{
	struct rule *rule = &parser->rule;
	struct rule_evidence evidence = {.place = rules_place(parser, cursor->at)};
	struct text url = rules_take_word(cursor);

	evidence.url = rules_copy(url.at, url.size);
	if (cursor->at < cursor->end)
		rules_take_text(cursor, &evidence.says);
	rule->evidence = rules_grow(rule->evidence, rule->n_evidence, sizeof(evidence));
	rule->evidence[rule->n_evidence++] = evidence;
	return true;
}

/* The name of a fixture, used as part of a path: nothing that could lead elsewhere. */
static bool is_fixture_name(struct text name)
{
	if (!name.size || name.size > RULES_NAME_MAX_BYTES || name.at[0] == '.')
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.at[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && !strchr("-_.", c))
			return false;
	}
	return true;
}

static bool parse_fixture(struct rules_parser *parser, struct cursor *cursor, char ***list,
			  size_t *n)
{
	struct text name = rules_peek_word(cursor);

	if (!is_fixture_name(name)) {
		rules_error(
			parser, cursor->at, "P049", "the file is NAME.machine",
			"expected the name of a machine from a-z, 0-9, '-', '_' and '.', found %s",
			rules_found(cursor).text);
		return false;
	}
	rules_take_word(cursor);
	if (!rules_take_end(parser, cursor))
		return false;
	*list = rules_grow(*list, *n, sizeof(**list));
	(*list)[(*n)++] = rules_copy(name.at, name.size);
	return true;
}

/* The name of a case: letters, digits, '-' and '.', of which the last two join the others. */
static bool is_case_name(struct text name)
{
	bool is_joint = true;

	if (!name.size || name.size > RULES_NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.at[i];
		bool was_joint = is_joint;

		is_joint = c == '-' || c == '.';
		if ((is_joint && was_joint) ||
		    (!is_joint && (c < 'a' || c > 'z') && (c < '0' || c > '9')))
			return false;
	}
	return !is_joint;
}

static bool parse_case(struct rules_parser *parser, struct cursor *cursor)
{
	struct text name = rules_peek_word(cursor);
	struct rule *rule = &parser->rule;

	if (!is_case_name(name)) {
		rules_error(parser, cursor->at, "P054", "as dell-sv.2019, at most 64 bytes",
			    "expected the name of a case from a-z and 0-9, joined by '-' or '.', "
			    "found %s",
			    rules_found(cursor).text);
		return false;
	}
	rules_take_word(cursor);
	if (!rules_take_end(parser, cursor))
		return false;
	rule->case_name = rules_grow(rule->case_name, rule->n_cases, sizeof(*rule->case_name));
	rule->case_name[rule->n_cases++] = rules_copy(name.at, name.size);
	return true;
}

static bool parse_machine(struct rules_parser *parser, struct cursor *cursor)
{
	return parse_fixture(parser, cursor, &parser->rule.machine, &parser->rule.n_machines);
}

static bool parse_near_miss(struct rules_parser *parser, struct cursor *cursor)
{
	return parse_fixture(parser, cursor, &parser->rule.near_miss, &parser->rule.n_near_misses);
}

enum { KEY_OPTIONAL, KEY_REQUIRED };
enum { KEY_REPEATS, KEY_ONCE };

/* Every key, in canonical order. */
static const struct key {
	const char *name;
	bool required;
	bool once;
	bool (*parse)(struct rules_parser *parser, struct cursor *cursor);
} keys[] = {
	{"Title", KEY_REQUIRED, KEY_ONCE, parse_title},
	{"Defect", KEY_REQUIRED, KEY_ONCE, parse_defect},
	{"Confidence", KEY_REQUIRED, KEY_ONCE, parse_confidence},
	{"Mode", KEY_REQUIRED, KEY_ONCE, parse_mode},
	{"Match", KEY_REQUIRED, KEY_REPEATS, parse_match},
	{"Introduced", KEY_OPTIONAL, KEY_REPEATS, parse_introduced},
	{"Fixed", KEY_OPTIONAL, KEY_REPEATS, parse_fixed},
	{"Unbounded", KEY_OPTIONAL, KEY_ONCE, parse_unbounded},
	{"Known-good", KEY_OPTIONAL, KEY_REPEATS, parse_known_good},
	{"Unmatched", KEY_OPTIONAL, KEY_ONCE, parse_unmatched},
	{"Probe", KEY_OPTIONAL, KEY_REPEATS, parse_probe},
	{"Unprobed", KEY_OPTIONAL, KEY_ONCE, parse_unprobed},
	{"Workaround", KEY_OPTIONAL, KEY_REPEATS, rules_parse_workaround},
	{"Population", KEY_OPTIONAL, KEY_ONCE, parse_population},
	{"Evidence", KEY_REQUIRED, KEY_REPEATS, parse_evidence},
	{"Case", KEY_OPTIONAL, KEY_REPEATS, parse_case},
	{"Machine", KEY_OPTIONAL, KEY_REPEATS, parse_machine},
	{"Near-miss", KEY_OPTIONAL, KEY_REPEATS, parse_near_miss},
	{"Expires", KEY_OPTIONAL, KEY_ONCE, parse_expires},
	{"Remove-when", KEY_OPTIONAL, KEY_ONCE, parse_remove_when},
	{"Note", KEY_OPTIONAL, KEY_REPEATS, parse_note},
};
#define N_KEYS ((unsigned)(sizeof(keys) / sizeof(keys[0])))

static const char *key_name(unsigned i)
{
	return keys[i].name;
}

/* Index of the key with this name, N_KEYS when there is none. */
static unsigned key_index(struct text name)
{
	unsigned i = 0;

	while (i < N_KEYS && !text_is_same(name, text_of(keys[i].name)))
		i++;
	return i;
}

/* The value behind `=`, to be parsed; reports what keeps it from being one. */
static bool check_value(struct rules_parser *parser, const struct key *key, bool is_repeated,
			const struct cursor *value)
{
	if (is_repeated && key->once) {
		rules_error(parser, parser->line, "P020", NULL,
			    "expected '%s' once in a rule, found it again", key->name);
		return false;
	}
	if (value->at == value->end) {
		rules_error(parser, value->at, "P022", "leave the key out instead",
			    "expected a value for '%s', found nothing behind the '='", key->name);
		return false;
	}
	if ((size_t)(value->end - value->at) > RULES_LINE_MAX_BYTES) {
		rules_error(parser, value->at, "P011", NULL,
			    "expected at most %u bytes in a value, found %zu", RULES_LINE_MAX_BYTES,
			    (size_t)(value->end - value->at));
		return false;
	}
	return true;
}

static void parse_value(struct rules_parser *parser, unsigned index, struct cursor value)
{
	uint32_t bit = 1u << index;
	bool is_repeated = parser->seen & bit;

	parser->seen |= bit;
	if (check_value(parser, &keys[index], is_repeated, &value))
		keys[index].parse(parser, &value);
}

void rules_parse_key(struct rules_parser *parser)
{
	const char *end = parser->line_end;
	const char *equals = memchr(parser->line, '=', (size_t)(end - parser->line));
	struct cursor value = {.at = equals ? equals + 1 : end, .end = end};
	struct cursor line = {.at = parser->line, .end = end};
	const char *name_end = equals ? equals : end;
	struct text name;
	unsigned index;

	while (name_end > parser->line && name_end[-1] == ' ')
		name_end--;
	name = text_sized(parser->line, (size_t)(name_end - parser->line));
	if (!equals || !name.size) {
		parser->has_unread_line = true;
		rules_error(parser, parser->line, "P013", "a value stays on one line",
			    "expected a line 'Key = value', found %s", rules_found(&line).text);
		return;
	}
	index = key_index(name);
	if (index == N_KEYS) {
		parser->has_unread_line = true;
		rules_error_word(parser, parser->line, "P019",
				 rules_nearest(name, key_name, N_KEYS), "a key");
		return;
	}
	rules_skip_blanks(&value);
	parse_value(parser, index, value);
}

static bool has_key(const struct rules_parser *parser, const char *name)
{
	return parser->seen & 1u << key_index(text_of(name));
}

void rules_check_required(struct rules_parser *parser)
{
	bool is_unmatched = has_key(parser, "Unmatched"), has_match = has_key(parser, "Match");
	char missing[128];
	size_t size = 0;

	/* One that could not be read has no place; what is wrong with it has been said. */
	if (parser->rule.unmatched_place.line && has_match)
		rules_error_at(parser, parser->rule.unmatched_place, "P053",
			       "Unmatched is for what no machine can be recognised by",
			       "expected Match or Unmatched in a rule, found both");
	/* A line that could not be read may have been the one. */
	for (unsigned i = 0; i < N_KEYS && !parser->has_unread_line; i++) {
		if (keys[i].required && !(parser->seen & 1u << i) &&
		    !(is_unmatched && keys[i].parse == parse_match))
			size += (size_t)snprintf(missing + size, sizeof(missing) - size, "%s%s",
						 size ? ", " : "", keys[i].name);
	}
	if (size)
		rules_error_at(
			parser, parser->rule.place, "P021",
			is_unmatched || has_match
				? NULL
				: "where no identity is known, Unmatched says what is missing",
			"expected the required keys in the rule, found no %s", missing);
}
