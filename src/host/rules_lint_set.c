/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint_set.c - the rules of a set beside each other in, those that repeat or contradict out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pack_parts.h"
#include "rules_lint.h"

/* ---- what two rules do ---- */

/* Workarounds that undo each other's purpose; plan_decide.c refuses the second of such a pair. */
static const struct {
	enum workaround a, b;
	bool only_same_parameter;
} exclusions[] = {
	{WORKAROUND_HIDE_MAP, WORKAROUND_WRAP_MAP, false},
	{WORKAROUND_HIDE_MAP, WORKAROUND_PROVIDE_MAP, false},
	{WORKAROUND_DROP_MAT, WORKAROUND_REBUILD_MAT, false},
	{WORKAROUND_DROP_TABLE, WORKAROUND_MOVE_TABLE, true},
};

/* Options of which a kernel obeys the last (Linux, Documentation/admin-guide/kernel-parameters.txt). */
static const char *const opposites[][2] = {
	{"efi=runtime", "efi=noruntime"},
	{"efi=disable_early_pci_dma", "efi=no_disable_early_pci_dma"},
	{"pci=nocrs", "pci=use_crs"},
	{"pci=no_e820", "pci=use_e820"},
	{"reboot=acpi", "reboot=efi"},
	{"reboot=acpi", "reboot=pci"},
	{"reboot=efi", "reboot=pci"},
};

static bool same_parameter(const struct rule_workaround_use *a, const struct rule_workaround_use *b)
{
	switch (workaround_parameter(a->workaround)) {
	case PARAMETER_NONE:
		return true;
	case PARAMETER_RANGE:
		return a->a == b->a && a->b == b->b;
	case PARAMETER_GUID:
		return memcmp(a->guid, b->guid, sizeof(a->guid)) == 0;
	case PARAMETER_TEXT:
		return strcmp(a->text, b->text) == 0;
	default:
		return a->a == b->a;
	}
}

static bool same_use(const struct rule_workaround_use *a, const struct rule_workaround_use *b)
{
	return a->workaround == b->workaround && same_parameter(a, b);
}

static bool are_opposites(const char *a, const char *b)
{
	for (size_t i = 0; i < sizeof(opposites) / sizeof(opposites[0]); i++) {
		if ((strcmp(a, opposites[i][0]) == 0 && strcmp(b, opposites[i][1]) == 0) ||
		    (strcmp(b, opposites[i][0]) == 0 && strcmp(a, opposites[i][1]) == 0))
			return true;
	}
	return false;
}

/* A machine has one of it. */
static bool is_single(enum workaround workaround)
{
	enum parameter_kind kind = workaround_parameter(workaround);

	return kind == PARAMETER_ADDRESS || kind == PARAMETER_COUNT ||
	       kind == PARAMETER_MILLISECONDS;
}

static bool excludes(const struct rule_workaround_use *a, const struct rule_workaround_use *b)
{
	if (a->workaround == WORKAROUND_KERNEL_OPTION && b->workaround == a->workaround)
		return are_opposites(a->text, b->text);
	if (a->workaround == b->workaround)
		return is_single(a->workaround) && !same_parameter(a, b);
	for (size_t i = 0; i < sizeof(exclusions) / sizeof(exclusions[0]); i++) {
		bool is_pair =
			(exclusions[i].a == a->workaround && exclusions[i].b == b->workaround) ||
			(exclusions[i].b == a->workaround && exclusions[i].a == b->workaround);

		if (is_pair && (!exclusions[i].only_same_parameter || same_parameter(a, b)))
			return true;
	}
	return false;
}

/* The first workaround of `rule` for which `is` holds with one of `other`; NULL when there is none. */
static const struct rule_workaround_use *find_use(const struct rule *rule, const struct rule *other,
						  bool (*is)(const struct rule_workaround_use *a,
							     const struct rule_workaround_use *b))
{
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		for (size_t j = 0; j < other->n_workarounds; j++) {
			if (is(&rule->workaround[i], &other->workaround[j]))
				return &rule->workaround[i];
		}
	}
	return NULL;
}

static bool has_use(const struct rule *rule, const struct rule_workaround_use *use)
{
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		if (same_use(&rule->workaround[i], use))
			return true;
	}
	return false;
}

static bool has_probe(const struct rule *rule, const struct rule_probe_use *use, bool wanted)
{
	for (size_t i = 0; i < rule->n_probes; i++) {
		if (rule->probe[i].probe == use->probe && rule->probe[i].wanted == wanted)
			return true;
	}
	return false;
}

/* No machine answers both as they want it. */
static bool are_apart_by_probe(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < a->n_probes; i++) {
		if (has_probe(b, &a->probe[i], !a->probe[i].wanted))
			return true;
	}
	return false;
}

/* Whether everything that `part` does, and the probes it asks first, is in `whole`. */
static bool does_all_of(const struct rule *whole, const struct rule *part)
{
	for (size_t i = 0; i < part->n_workarounds; i++) {
		if (!has_use(whole, &part->workaround[i]))
			return false;
	}
	for (size_t i = 0; i < whole->n_probes; i++) {
		if (!has_probe(part, &whole->probe[i], whole->probe[i].wanted))
			return false;
	}
	return part->mode == whole->mode && part->defect == whole->defect;
}

/* ---- findings on a pair ---- */

static void place_text(const struct lint *lint, const struct rule *rule, char *text, size_t room)
{
	snprintf(text, room, RULE_ID_FORMAT " is at %s:%u", rule->id,
		 lint->set->file[rule->file].path, rule->place.line);
}

/* `narrow` is the rule at hand; every machine that it matches, `wide` matches too. */
static void lint_contradictions(struct lint *lint, const struct rule *wide)
{
	const struct rule *narrow = lint->rule;
	const struct rule_workaround_use *use = find_use(narrow, wide, excludes);
	char hint[512];

	place_text(lint, wide, hint, sizeof(hint));
	if (use && narrow->mode == wide->mode)
		lint_error(lint, use->place, "L044", hint,
			   "expected rules that can act together, found %s against "
			   "what " RULE_ID_FORMAT " does on all these machines",
			   workaround_name(use->workaround), wide->id);
	use = find_use(narrow, wide, same_use);
	if (use && narrow->mode == MODE_OBSERVE && wide->mode == MODE_ARM)
		lint_error(lint, use->place, "L044", hint,
			   "expected %s only observed on these machines, found it armed "
			   "by " RULE_ID_FORMAT,
			   workaround_name(use->workaround), wide->id);
}

/* `wide` has all machines of the rule at hand and does all that it does. */
static void lint_idle(struct lint *lint, const struct rule *wide)
{
	char hint[512];

	place_text(lint, wide, hint, sizeof(hint));
	lint_warning(lint, lint->rule->place, "L043", hint,
		     "expected a rule that changes something, found that " RULE_ID_FORMAT
		     " does the same on all its machines",
		     wide->id);
}

/* `first` matches the same machines and stands before the rule at hand. */
static void lint_same(struct lint *lint, const struct rule *first)
{
	char hint[512];

	if (first->defect != lint->rule->defect) {
		lint_contradictions(lint, first);
		return;
	}
	place_text(lint, first, hint, sizeof(hint));
	lint_error(lint, lint->rule->place, "L042", hint,
		   "expected machines or a defect of its own, found those of " RULE_ID_FORMAT,
		   first->id);
}

/* ---- which pairs to look at ---- */

/* A rule under the hash of one value of its best key. */
struct indexed {
	uint32_t hash;
	size_t rule, next; /* next entry of the bucket, from 1; 0 at the end */
};

struct rule_index {
	struct indexed *entry;
	size_t n, n_buckets;
	size_t *bucket; /* first entry, from 1 */
	size_t *seen;   /* for each rule, the last rule it was compared with, from 1 */
	/* The first rule that has the machines of the rule at hand, and the first that has them and more
	 * and does all that it does. */
	const struct rule *same, *wider;
};

static uint32_t key_hash(enum field field, enum operator_ op)
{
	return text_hash_step(text_hash_step(text_hash_start(), (uint8_t)field), (uint8_t)op);
}

static uint32_t value_hash(uint32_t hash, const char *value)
{
	struct text_fold fold = text_fold_begin(text_of(value));
	int c;

	while ((c = text_fold_next(&fold)) >= 0)
		hash = text_hash_step(hash, (uint8_t)c);
	return hash;
}

static void index_add(struct rule_index *index, uint32_t hash, size_t rule)
{
	size_t *bucket = &index->bucket[hash & (index->n_buckets - 1)];

	index->entry[index->n] = (struct indexed){.hash = hash, .rule = rule, .next = *bucket};
	*bucket = ++index->n;
}

static size_t count_keys(const struct rule_set *set)
{
	size_t n = 0, key;

	for (size_t i = 0; i < set->n_rules; i++) {
		if (pack_key_choose(&set->rule[i], &key))
			n += set->rule[i].condition[key].n_values;
	}
	return n;
}

static void index_fill(struct rule_index *index, const struct rule_set *set)
{
	size_t n = count_keys(set), key;

	*index = (struct rule_index){.n_buckets = 1};
	while (index->n_buckets < n)
		index->n_buckets *= 2;
	index->entry = calloc(n + 1, sizeof(*index->entry));
	index->bucket = calloc(index->n_buckets, sizeof(*index->bucket));
	index->seen = calloc(set->n_rules + 1, sizeof(*index->seen));
	if (!index->entry || !index->bucket || !index->seen)
		abort();
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct rule_condition *condition;

		if (!pack_key_choose(&set->rule[i], &key))
			continue;
		condition = &set->rule[i].condition[key];
		for (size_t j = 0; j < condition->n_values; j++)
			index_add(index,
				  value_hash(key_hash(condition->field, condition->op),
					     condition->value[j]),
				  i);
	}
}

static void index_free(struct rule_index *index)
{
	free(index->entry);
	free(index->bucket);
	free(index->seen);
}

static void compare_with(struct lint *lint, struct rule_index *index, size_t other)
{
	const struct rule *rule = lint->rule, *wide = &lint->set->rule[other];
	size_t number = (size_t)(rule - lint->set->rule) + 1;

	if (rule == wide || index->seen[other] == number)
		return;
	index->seen[other] = number;
	if (rule->id == wide->id || !rule_implies(rule, wide) || are_apart_by_probe(rule, wide))
		return;
	if (rule_implies(wide, rule)) {
		if (wide < rule && (!index->same || wide < index->same))
			index->same = wide;
	} else if (!rule->n_workarounds || !does_all_of(wide, rule)) {
		lint_contradictions(lint, wide);
	} else if (!index->wider || wide < index->wider) {
		index->wider = wide;
	}
}

static void compare_under(struct lint *lint, struct rule_index *index, uint32_t hash)
{
	for (size_t at = index->bucket[hash & (index->n_buckets - 1)]; at;
	     at = index->entry[at - 1].next) {
		if (index->entry[at - 1].hash == hash)
			compare_with(lint, index, index->entry[at - 1].rule);
	}
}

/*
 * A rule that this one implies has its key implied by a condition: by an `equal` of which it has
 * every value, or by an `equal` or `prefix` of which it has a beginning of every value. The first
 * value is enough to find it.
 */
static void compare_by(struct lint *lint, struct rule_index *index,
		       const struct rule_condition *condition)
{
	uint32_t hash = key_hash(condition->field, OPERATOR_PREFIX);
	struct text_fold fold = text_fold_begin(text_of(condition->value[0]));
	int c;

	if (condition->op == OPERATOR_EQUAL)
		compare_under(lint, index,
			      value_hash(key_hash(condition->field, OPERATOR_EQUAL),
					 condition->value[0]));
	while ((c = text_fold_next(&fold)) >= 0) {
		hash = text_hash_step(hash, (uint8_t)c);
		compare_under(lint, index, hash);
	}
}

/* ---- loosening ---- */

static bool loosens(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		if (rule_use_wx(&rule->workaround[i]) == WX_LOOSEN)
			return true;
	}
	return false;
}

/* A rule for the same defect and the same answer of a probe that takes no protection away. */
static const struct rule *neutral_for(const struct lint *lint, const struct rule_probe_use *probe)
{
	for (size_t i = 0; i < lint->set->n_rules; i++) {
		const struct rule *rule = &lint->set->rule[i];

		if (rule != lint->rule && rule->defect == lint->rule->defect &&
		    rule->n_workarounds && !loosens(rule) && has_probe(rule, probe, probe->wanted))
			return rule;
	}
	return NULL;
}

static void lint_loosening(struct lint *lint)
{
	const struct rule *rule = lint->rule, *other = NULL;
	size_t i = 0;
	char hint[512];

	if (!loosens(rule))
		return;
	while (i < rule->n_probes && !(other = neutral_for(lint, &rule->probe[i])))
		i++;
	if (!other)
		return;
	place_text(lint, other, hint, sizeof(hint));
	lint_error(lint, rule->probe[i].place, "L039", hint,
		   "expected a neutral workaround where there is one for the probe %s, found one "
		   "that loosens: " RULE_ID_FORMAT " does with %s",
		   probe_name(rule->probe[i].probe), other->id,
		   workaround_name(other->workaround[0].workaround));
}

void lint_relations(const struct rule_set *set, struct diagnostics *diagnostics)
{
	struct lint lint = {.set = set, .diagnostics = diagnostics};
	struct rule_index index;

	index_fill(&index, set);
	for (size_t i = 0; i < set->n_rules; i++) {
		lint.rule = &set->rule[i];
		index.same = index.wider = NULL;
		lint_loosening(&lint);
		for (size_t j = 0; j < lint.rule->n_conditions && !lint.rule->unmatched; j++) {
			const struct rule_condition *condition = &lint.rule->condition[j];

			if (condition->role == ROLE_MATCH && !condition->negated &&
			    condition->op <= OPERATOR_PREFIX)
				compare_by(&lint, &index, condition);
		}
		if (index.same)
			lint_same(&lint, index.same);
		if (index.wider)
			lint_idle(&lint, index.wider);
	}
	index_free(&index);
}
