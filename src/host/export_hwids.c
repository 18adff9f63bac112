/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_hwids.c - a rule set in, hardware ids of the machines that rules name exactly out */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <fwquirk/host/chid.h>

#include "export_terms.h"

#define NO_CHID CHID_COUNT

static uint32_t known_fields(void)
{
	uint32_t all = 0;

	for (unsigned n = 0; n < CHID_COUNT; n++)
		all |= chid_fields(n);
	return all;
}

static enum export_can refused(struct export_doubt *ret_doubt, const char *what, const char *why)
{
	*ret_doubt = (struct export_doubt){what, why};
	return EXPORT_CANNOT;
}

static enum export_can can_say(enum field field, enum operator_ op, struct text value,
			       struct export_doubt *ret_doubt)
{
	if (!(known_fields() >> field & 1))
		return refused(ret_doubt, "field", "no hardware id is made of it");
	if (op != OPERATOR_EQUAL)
		return refused(ret_doubt, "operator", "a hash needs the whole text");
	for (size_t i = 0; i < value.size; i++)
		if ((unsigned char)value.at[i] > 0x7e || value.at[i] < 0x20)
			return refused(ret_doubt, "characters",
				       "tools disagree about texts outside of ASCII");
	if (value.size && value.at[0] == '0' && field_kind(field) != FIELD_KIND_NUMBER) {
		*ret_doubt = (struct export_doubt){
			"characters", "zeros at the start do not count in a hardware id"};
		return EXPORT_CAN_WIDER;
	}
	return EXPORT_CAN;
}

static const struct export_dialect dialect = {
	.can_say = can_say,
	.max_terms = EXPORT_MAX_TERMS,
	.is_one_a_field = true,
};

/* The id that is made of exactly these fields; with `widen` the one with the most of them. */
static unsigned chid_for(uint32_t fields, bool widen)
{
	unsigned best = NO_CHID;

	for (unsigned n = 0; n < CHID_COUNT; n++) {
		uint32_t these = chid_fields(n);

		if (these == fields)
			return n;
		if (widen && (these & ~fields) == 0 &&
		    (best == NO_CHID ||
		     __builtin_popcount(these) > __builtin_popcount(chid_fields(best))))
			best = n;
	}
	return best;
}

static const char *term_value(const struct export_terms *terms, const size_t *choice,
			      enum field field)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->term[i].field == field)
			return terms->term[i].value[choice[i]];
	return NULL;
}

/* The id of one choice of values; NULL for a number that is not spelled as identities spell it. */
static json_t *choice_json(const struct export_terms *terms, const size_t *choice, unsigned n)
{
	char text[CHID_TEXT_SIZE];
	struct identity identity;

	identity_clear(&identity);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		const char *value = term_value(terms, choice, (enum field)field);

		if (value)
			identity_set_text(&identity, (enum field)field, text_of(value));
	}
	return chid_of(&identity, n, text) ? json_string(text) : NULL;
}

/* Every choice once: terms that the id is not made of make no difference. */
static json_t *ids_json(const struct export_terms *terms, unsigned n)
{
	size_t choice[EXPORT_MAX_TERMS] = {0};
	json_t *array = json_array();

	do {
		bool is_first = true;
		json_t *id;

		for (size_t i = 0; i < terms->n; i++)
			is_first &= !choice[i] || (chid_fields(n) >> terms->term[i].field & 1);
		id = is_first ? choice_json(terms, choice, n) : NULL;
		if (id)
			json_array_append_new(array, id);
	} while (export_next_choice(terms, choice));
	return array;
}

/* ukify(1), --hwids=: type, name, compatible, hwids; what else there is it does not read. */
static void print_file(struct export_files *files, const struct rule *rule, unsigned n, json_t *ids)
{
	char id[24], name[32], compatible[40], made_of[16];
	json_t *object;
	FILE *out;

	snprintf(id, sizeof(id), RULE_ID_FORMAT, rule->id);
	snprintf(name, sizeof(name), "%s.json", id);
	snprintf(compatible, sizeof(compatible), "fwquirk,%s", id);
	snprintf(made_of, sizeof(made_of), "HardwareID-%02u", n);
	object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "type", "devicetree", "name",
			   rule->title, "compatible", compatible, "rule", id, "made_of", made_of,
			   "hwids", ids);
	if (!object)
		abort();
	out = export_file_add(files, name);
	if (json_dumpf(object, out, JSON_INDENT(4)))
		abort();
	fputc('\n', out);
	json_decref(object);
}

static void lose_widened(struct export_loss *loss, const struct rule *rule,
			 const struct export_terms *terms, unsigned n)
{
	for (size_t i = 0; i < terms->n; i++)
		if (!(chid_fields(n) >> terms->term[i].field & 1))
			export_lose(loss, rule->id, EXPORT_WIDENED, "field",
				    "%s is not asked for: HardwareID-%02u has no place for it",
				    field_name(terms->term[i].field), n);
}

static bool export_rule(const struct rule *rule, const struct export_terms *terms, bool widen,
			struct export_files *files, struct export_loss *loss)
{
	uint32_t fields = 0;
	unsigned n;
	json_t *ids;

	for (size_t i = 0; i < terms->n; i++)
		fields |= (uint32_t)1 << terms->term[i].field;
	n = chid_for(fields, widen);
	if (n == NO_CHID) {
		export_lose(loss, rule->id, EXPORT_LEFT_OUT, "field",
			    "no hardware id is made of exactly these fields");
		return false;
	}
	if (fields != chid_fields(n) && (n == 12 || n == 14)) {
		export_lose(loss, rule->id, EXPORT_LEFT_OUT, "vendor",
			    "the only hardware id left would be every machine of a vendor");
		return false;
	}
	ids = ids_json(terms, n);
	if (!json_array_size(ids)) {
		json_decref(ids);
		export_lose(loss, rule->id, EXPORT_LEFT_OUT, "number",
			    "a number that identities do not spell so");
		return false;
	}
	lose_widened(loss, rule, terms, n);
	print_file(files, rule, n, ids);
	return true;
}

static void lose_always(struct export_loss *loss)
{
	export_lose(loss, 0, EXPORT_NARROWED, "normal-form",
		    "the hash is of the bytes as the rule spells them: other letter case or inner "
		    "blanks do not match");
	export_lose(loss, 0, EXPORT_DROPPED, "story",
		    "defect, mode, confidence, workarounds, evidence, cases, notes: see the rule");
}

bool export_hwids(const struct rule_set *set, const struct export_options *options,
		  struct export_files *files, struct export_loss *loss, char **ret_error)
{
	(void)ret_error;
	loss->n_rules = set->n_rules;
	lose_always(loss);
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct rule *rule = &set->rule[i];
		struct export_terms terms;
		size_t from = loss->n;

		if (!export_terms_of(rule, &dialect, options->widen, loss, &terms))
			continue;
		if (export_rule(rule, &terms, options->widen, files, loss)) {
			export_lose_probes(rule, loss);
			loss->n_written++;
		} else {
			export_loss_settle(loss, from);
		}
		export_terms_free(&terms);
	}
	return true;
}
