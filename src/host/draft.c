/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft.c - reports in, a rule and its machines out that the matcher has tried */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>
#include <fwquirk/match.h>

#include "draft_parts.h"
#include "rules_memory.h"

#define FILL_IN        "FILL-IN"
#define STAND_IN_URL   "https://fill-in.invalid/"
#define TITLE_MAX      100u
#define MAX_NOTE_LINES 4u

bool draft_text_is_line(const char *text)
{
	char *shown = report_text(text_of(text));
	bool is_line = *text && strcmp(shown, text) == 0;

	free(shown);
	return is_line;
}

/* ---- machines ---- */

static void machine_add(struct draft *draft, char *name, const struct identity *identity,
			const char *comment, bool must_match)
{
	draft->machine = rules_grow(draft->machine, draft->n_machines, sizeof(*draft->machine));
	draft->machine[draft->n_machines++] =
		(struct draft_machine){.name = name,
				       .text = draft_machine_text(identity, comment),
				       .must_match = must_match};
}

static bool has_machine(const struct draft *draft, const char *name)
{
	for (size_t i = 0; i < draft->n_machines; i++) {
		if (strcmp(draft->machine[i].name, name) == 0)
			return true;
	}
	return false;
}

static void add_reported(struct drafting *drafting)
{
	for (size_t i = 0; i < drafting->request->n_reports; i++) {
		char *name = draft_machine_name(&drafting->identity[i]);

		if (has_machine(&drafting->draft, name))
			free(name);
		else
			machine_add(&drafting->draft, name, &drafting->identity[i],
				    "As it was reported.", true);
	}
}

static char *name_with(const struct drafting *drafting, const char *ending)
{
	char *name;

	if (asprintf(&name, "%s-%s", drafting->draft.machine[0].name, ending) < 0)
		abort();
	return name;
}

/* The last letter or digit, another one: 9360 is 9361, "K501" is "K502". */
static char *letter_off(struct text value, bool first)
{
	char *copy = rules_copy(value.at, value.size);

	for (size_t i = 0; i < value.size; i++) {
		char *c = &copy[first ? i : value.size - 1 - i];

		if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		    (*c >= '0' && *c <= '9')) {
			*c = (char)(*c == 'z' ? 'y' : *c == 'Z' ? 'Y' : *c == '9' ? '8' : *c + 1);
			return copy;
		}
	}
	free(copy);
	return NULL;
}

static void add_later(struct drafting *drafting)
{
	struct identity near = drafting->identity[0];

	if (!drafting->bounds.has_version)
		return;
	drafting->later =
		drafting->request->fixed && drafting->bounds.has_scheme
			? rules_copy(drafting->request->fixed, strlen(drafting->request->fixed))
			: draft_version_later(&drafting->bounds, &near);
	if (!drafting->later)
		return;
	identity_set_text(&near, FIELD_BIOS_VERSION, text_of(drafting->later));
	machine_add(&drafting->draft, name_with(drafting, "later"), &near,
		    "A near miss, made up: newer firmware.", false);
}

/* The key that says most: the first one behind the vendor. */
static size_t main_key(const struct drafting *drafting)
{
	unsigned others = drafting->keys.has_vendor ? drafting->mask & ~1u : drafting->mask;

	return (size_t)__builtin_ctz(others ? others : drafting->mask);
}

static void add_letter_off(struct drafting *drafting)
{
	const struct draft_key *key = &drafting->keys.key[main_key(drafting)];
	struct identity near = drafting->identity[0];

	drafting->off_by_one = letter_off(draft_trim(near.field[key->field]), key->is_prefix);
	if (!drafting->off_by_one)
		return;
	identity_set_text(&near, key->field, text_of(drafting->off_by_one));
	machine_add(&drafting->draft, name_with(drafting, "other"), &near,
		    "A near miss, made up: another machine by one letter.", false);
}

/* ---- trying it ---- */

static bool matches(const struct table *table, const struct identity *identity)
{
	struct match_cursor cursor;
	struct table_rule rule;
	struct match match;

	match_begin(table, identity, &cursor);
	if (!match_candidate_next(table, identity, &cursor, &rule))
		return false;
	match_rule(table, &rule, identity, &match);
	return match.matched;
}

/* A near miss: the first machine with another text in one field. */
static bool try_near(const struct drafting *drafting, const struct table *table, enum field field,
		     const char *value, char **ret_error)
{
	struct identity near = drafting->identity[0];

	if (!value)
		return true;
	identity_set_text(&near, field, text_of(value));
	return !matches(table, &near) ||
	       file_error(ret_error, "the draft would match %s %s, too", field_name(field), value);
}

static bool try_on(const struct drafting *drafting, const struct table *table, char **ret_error)
{
	enum field off = drafting->keys.key[main_key(drafting)].field;

	for (size_t i = 0; i < drafting->request->n_reports; i++) {
		if (!matches(table, &drafting->identity[i]))
			return file_error(ret_error,
					  "the draft would not match report %zu; is --fixed newer?",
					  i + 1);
	}
	return try_near(drafting, table, FIELD_BIOS_VERSION, drafting->later, ret_error) &&
	       try_near(drafting, table, off, drafting->off_by_one, ret_error);
}

static bool try_out(const struct drafting *drafting, char **ret_error)
{
	size_t size;
	uint8_t *bytes = pack_rules(&drafting->set, &size, ret_error);
	struct table table;
	bool is_good;

	if (!bytes)
		return false;
	is_good = table_open(span_of(bytes, size), &table) == STATUS_OK
			  ? try_on(drafting, &table, ret_error)
			  : file_error(ret_error, "the draft does not pack");
	free(bytes);
	return is_good;
}

static bool count(struct drafting *drafting, char **ret_error)
{
	struct population_count *counts;

	if (!drafting->request->population)
		return true;
	if (!population_count(drafting->request->population, &drafting->set, NULL, &counts,
			      ret_error))
		return false;
	drafting->draft.count = counts[0];
	free(counts); /* its lists are the draft's now */
	return true;
}

/* ---- all of it ---- */

static bool check_request(const struct draft_request *request, char **ret_error)
{
	const char *const once[] = {request->title, request->defect, request->fixed};

	for (size_t i = 0; i < 3; i++) {
		if (once[i] && !draft_text_is_line(once[i]))
			return file_error(ret_error, "a title, defect or version is one line of "
						     "text that shows");
	}
	for (size_t i = 0; i < request->n_evidence; i++) {
		if (!draft_text_is_line(request->evidence[i]))
			return file_error(ret_error, "evidence is one line of text that shows");
	}
	for (size_t i = 0; i < request->n_workarounds; i++) {
		if (!draft_text_is_line(request->workaround[i]))
			return file_error(ret_error, "a workaround is one line of text that shows");
	}
	return true;
}

static bool make(struct drafting *drafting, char **ret_error)
{
	const struct draft_request *request = drafting->request;
	enum defect defect = draft_defect_of(&request->report[0]);

	drafting->defect = request->defect          ? request->defect
			   : defect != DEFECT_OTHER ? defect_name(defect)
						    : NULL;
	draft_keys_find(drafting->identity, request->n_reports, &drafting->keys);
	draft_bounds_find(drafting->identity, request->n_reports, &drafting->bounds);
	drafting->draft.is_bounded = drafting->bounds.has_version || drafting->bounds.has_date;
	if (request->fixed && !drafting->bounds.has_scheme)
		return file_error(ret_error, "--fixed needs versions that can be ordered; these "
					     "cannot");
	if (!draft_keys_choose(&drafting->keys, request, &drafting->draft, &drafting->mask,
			       ret_error))
		return false;
	add_reported(drafting);
	add_later(drafting);
	add_letter_off(drafting);
	if (!draft_parse(drafting, ret_error) || !try_out(drafting, ret_error) ||
	    !count(drafting, ret_error))
		return false;
	/* Over the limit the rule has to say so. */
	if (drafting->draft.count.n_machines > POPULATION_LIMIT &&
	    !draft_parse(drafting, ret_error))
		return false;
	draft_format(drafting);
	return true;
}

bool draft_make(const struct draft_request *request, struct draft *ret_draft, char **ret_error)
{
	struct drafting drafting = {.request = request};
	bool is_made;

	if (!check_request(request, ret_error))
		return false;
	drafting.identity = calloc(request->n_reports, sizeof(*drafting.identity));
	if (!drafting.identity)
		abort();
	for (size_t i = 0; i < request->n_reports; i++)
		report_identity(&request->report[i], &drafting.identity[i]);
	is_made = make(&drafting, ret_error);
	rule_set_free(&drafting.set);
	free(drafting.identity);
	free(drafting.later);
	free(drafting.off_by_one);
	if (is_made)
		*ret_draft = drafting.draft;
	else
		draft_free(&drafting.draft);
	return is_made;
}

void draft_free(struct draft *draft)
{
	for (size_t i = 0; i < draft->n_missing; i++)
		free(draft->missing[i]);
	for (size_t i = 0; i < draft->n_choices; i++)
		free(draft->choice[i].text);
	for (size_t i = 0; i < draft->n_machines; i++) {
		free(draft->machine[i].name);
		free(draft->machine[i].text);
	}
	free(draft->missing);
	free(draft->choice);
	free(draft->machine);
	free(draft->count.share);
	free(draft->text);
	*draft = (struct draft){.size = 0};
}
