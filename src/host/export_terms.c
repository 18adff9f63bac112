/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_terms.c - a rule in, conditions that a foreign table can say out; never widens in silence */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/version.h>

#include "export_terms.h"
#include "rules_memory.h"

static const char *const role_keys[] = {
	[ROLE_MATCH] = "Match",
	[ROLE_INTRODUCED] = "Introduced",
	[ROLE_FIXED] = "Fixed",
	[ROLE_KNOWN_GOOD] = "Known-good",
};

/* The work on one rule. */
struct work {
	const struct rule *rule;
	const struct export_dialect *dialect;
	bool widen, is_left_out;
	struct export_loss *loss;
	struct export_terms *terms;
};

/* `Match = product-name "X"`, malloc'ed. */
static char *spelled(const struct rule_condition *condition)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fprintf(out, "%s = ", role_keys[condition->role]);
	rule_format_condition(out, condition);
	if (fclose(out))
		abort();
	return text;
}

/* A condition that the target cannot say: the rule goes, or the condition when that was asked for. */
static void refuse(struct work *work, const struct rule_condition *condition, const char *what,
		   const char *why)
{
	char *text = spelled(condition);

	export_lose(work->loss, work->rule->id, work->widen ? EXPORT_WIDENED : EXPORT_LEFT_OUT,
		    what, "%s%s%s%s", text, work->widen ? " is not asked for" : "", why ? ": " : "",
		    why ? why : "");
	if (!work->widen)
		work->is_left_out = true;
	free(text);
}

static void narrow(struct work *work, const struct rule_condition *condition, const char *what,
		   const char *why)
{
	char *text = spelled(condition);

	export_lose(work->loss, work->rule->id, EXPORT_NARROWED, what, "%s: %s", text, why);
	free(text);
}

/* A copy without blanks at the ends. */
static char *trimmed(const char *value)
{
	static const char blanks[] = " \t\n\v\f\r";
	size_t size;

	value += strspn(value, blanks);
	for (size = strlen(value); size && strchr(blanks, value[size - 1]); size--)
		;
	return rules_copy(value, size);
}

static void term_add(struct export_term *term, const char *value)
{
	term->value = rules_grow(term->value, term->n, sizeof(*term->value));
	term->value[term->n++] = trimmed(value);
}

static void term_free(struct export_term *term)
{
	for (size_t i = 0; i < term->n; i++)
		free(term->value[i]);
	free(term->value);
}

/* SMBIOS 3.7 section 7.1.1: mm/dd/yyyy. */
static void term_add_date(struct export_term *term, const char *iso)
{
	char text[16];

	snprintf(text, sizeof(text), "%.2s/%.2s/%.4s", iso + 5, iso + 8, iso);
	term_add(term, text);
}

/* Both ends included and the same: one version, or one day. */
static bool is_point(const struct rule_condition *condition)
{
	return condition->has_low && condition->has_high && condition->low_included &&
	       condition->high_included && strcmp(condition->low, condition->high) == 0;
}

/*
 * The values of a condition as texts under `term->op`. False when there is no such text: a bound, a
 * mask, a negation.
 */
static bool values_of(struct work *work, const struct rule_condition *condition,
		      struct export_term *term)
{
	bool is_range = condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE;

	if (condition->role != ROLE_MATCH)
		return refuse(work, condition, "bound", NULL), false;
	if (condition->negated)
		return refuse(work, condition, "not", NULL), false;
	if (condition->op == OPERATOR_MASKED)
		return refuse(work, condition, "masked", NULL), false;
	if (is_range && !is_point(condition))
		return refuse(work, condition, operator_name(condition->op), NULL), false;
	term->op = is_range ? OPERATOR_EQUAL : condition->op;
	if (condition->op == OPERATOR_VERSION)
		term_add(term, condition->low);
	else if (condition->op == OPERATOR_DATE)
		term_add_date(term, condition->low);
	for (size_t i = 0; !is_range && i < condition->n_values; i++)
		term_add(term, condition->value[i]);
	if (is_range)
		narrow(work, condition, operator_name(condition->op),
		       condition->op == OPERATOR_DATE ? "the date only as mm/dd/yyyy"
						      : "the version only in this spelling");
	return true;
}

/* Takes out the values that the dialect cannot say; what is left is a narrower condition. */
static void values_check(struct work *work, const struct rule_condition *condition,
			 struct export_term *term)
{
	struct export_doubt doubt = {NULL, NULL};
	size_t n = 0, n_before = term->n;
	bool is_wider = false;

	for (size_t i = 0; i < term->n; i++) {
		struct export_doubt found = {NULL, NULL};
		enum export_can can = work->dialect->can_say(term->field, term->op,
							     text_of(term->value[i]), &found);

		if (can != EXPORT_CAN)
			doubt = found;
		if (can == EXPORT_CAN || (can == EXPORT_CAN_WIDER && work->widen)) {
			is_wider |= can == EXPORT_CAN_WIDER;
			term->value[n++] = term->value[i];
		} else {
			free(term->value[i]);
		}
	}
	term->n = n;
	if (!n)
		refuse(work, condition, doubt.what, doubt.why);
	else if (n < n_before)
		narrow(work, condition, doubt.what, doubt.why);
	if (is_wider) {
		char *text = spelled(condition);

		export_lose(work->loss, work->rule->id, EXPORT_WIDENED, doubt.what, "%s: %s", text,
			    doubt.why);
		free(text);
	}
}

static bool is_field_taken(const struct export_terms *terms, enum field field)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->term[i].field == field)
			return true;
	return false;
}

static void condition_add(struct work *work, const struct rule_condition *condition)
{
	struct export_term term = {.field = condition->field};

	if (values_of(work, condition, &term))
		values_check(work, condition, &term);
	if (term.n && work->dialect->is_one_a_field && is_field_taken(work->terms, term.field)) {
		refuse(work, condition, "field", "a second condition on the field");
		term_free(&term);
	} else if (term.n) {
		work->terms->term[work->terms->n++] = term;
	} else {
		free(term.value);
	}
}

static void leave_out(struct work *work, const char *what, const char *why)
{
	export_lose(work->loss, work->rule->id, EXPORT_LEFT_OUT, what, "%s", why);
	work->is_left_out = true;
}

#define BIT(field) ((uint32_t)1 << FIELD_##field)
#define VENDORS_AND_KINDS                                                           \
	(BIT(BIOS_VENDOR) | BIT(SYS_VENDOR) | BIT(BOARD_VENDOR) | BIT(EFI_VENDOR) | \
	 BIT(CHASSIS_TYPE) | BIT(ARCH))

/* What became of the rule as a whole. */
static void entry_check(struct work *work)
{
	size_t n_entries = 1, n_terms = 0, n_models = 0;

	for (size_t i = 0; i < work->terms->n; i++) {
		const struct export_term *term = &work->terms->term[i];

		n_entries = n_entries > EXPORT_MAX_ENTRIES ? n_entries : n_entries * term->n;
		n_terms += !(work->dialect->free_fields >> term->field & 1);
		n_models += !(VENDORS_AND_KINDS >> term->field & 1);
	}
	if (!n_terms)
		leave_out(work, "empty", "nothing is left to ask for");
	else if (work->terms->n < work->rule->n_conditions && !n_models)
		leave_out(work, "vendor", "what is left would be every machine of a vendor");
	else if (n_terms > work->dialect->max_terms)
		leave_out(work, "conditions", "more conditions than an entry has room for");
	else if (n_entries > EXPORT_MAX_ENTRIES)
		leave_out(work, "any-of", "more than 1024 combinations of its values");
}

bool export_terms_of(const struct rule *rule, const struct export_dialect *dialect, bool widen,
		     struct export_loss *loss, struct export_terms *ret_terms)
{
	struct export_terms terms = {.n = 0};
	struct work work = {
		.rule = rule, .dialect = dialect, .widen = widen, .loss = loss, .terms = &terms};

	size_t from = loss->n;

	if (rule->unmatched)
		leave_out(&work, "unmatched", "its machines cannot be told");
	for (size_t i = 0; i < rule->n_conditions && i < EXPORT_MAX_TERMS; i++)
		condition_add(&work, &rule->condition[i]);
	if (!work.is_left_out)
		entry_check(&work);
	if (!work.is_left_out) {
		*ret_terms = terms;
		return true;
	}
	export_terms_free(&terms);
	export_loss_settle(loss, from);
	return false;
}

void export_terms_free(struct export_terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		term_free(&terms->term[i]);
	terms->n = 0;
}

bool export_next_choice(const struct export_terms *terms, size_t choice[static EXPORT_MAX_TERMS])
{
	for (size_t i = terms->n; i-- > 0;) {
		if (++choice[i] < terms->term[i].n)
			return true;
		choice[i] = 0;
	}
	return false;
}

void export_lose_probes(const struct rule *rule, struct export_loss *loss)
{
	for (size_t i = 0; i < rule->n_probes; i++)
		export_lose(loss, rule->id, EXPORT_DROPPED, "probe",
			    "Probe = %s%s: whoever uses the entry has to ask that too",
			    rule->probe[i].wanted ? "" : "not ", probe_name(rule->probe[i].probe));
}

void export_print_summary(FILE *out, const struct rule *rule)
{
	fprintf(out, "%s %s", mode_name(rule->mode), defect_name(rule->defect));
	for (size_t i = 0; i < rule->n_workarounds; i++)
		fprintf(out, " %s", workaround_name(rule->workaround[i].workaround));
}

void export_each_rule(const struct rule_set *set, const struct export_dialect *dialect, bool widen,
		      struct export_loss *loss, FILE *out,
		      void (*print)(FILE *out, const struct rule *rule,
				    const struct export_terms *terms))
{
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct rule *rule = &set->rule[i];
		struct export_terms terms;

		if (!export_terms_of(rule, dialect, widen, loss, &terms))
			continue;
		print(out, rule, &terms);
		export_lose_probes(rule, loss);
		loss->n_written++;
		export_terms_free(&terms);
	}
}
