/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint_match.c - the conditions of a rule in, those that cannot mean what they say out */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <fwquirk/identity.h>
#include <fwquirk/version.h>

#include "rules_lint.h"

#define KEY_MIN_SIZE 3u

#define IN(field) ((uint32_t)1 << FIELD_##field)

/* Fields on which a rule may be found: vendor, product, board or BIOS strings. */
#define KEY_FIELDS                                                                       \
	(IN(BIOS_VENDOR) | IN(BIOS_VERSION) | IN(SYS_VENDOR) | IN(PRODUCT_NAME) |        \
	 IN(PRODUCT_VERSION) | IN(PRODUCT_SKU) | IN(PRODUCT_FAMILY) | IN(BOARD_VENDOR) | \
	 IN(BOARD_NAME) | IN(BOARD_VERSION) | IN(EFI_VENDOR))
#define VENDOR_FIELDS (IN(BIOS_VENDOR) | IN(SYS_VENDOR) | IN(BOARD_VENDOR))
/* What hardly tells one machine of a maker from another. */
#define COMMON_FIELDS (VENDOR_FIELDS | IN(EFI_VENDOR) | IN(ARCH) | IN(CHASSIS_TYPE))

/* ---- keys ---- */

static bool is_text_condition(const struct rule_condition *condition)
{
	return condition->n_values > 0;
}

static size_t shortest_value(const struct rule_condition *condition)
{
	size_t shortest = SIZE_MAX;

	for (size_t i = 0; i < condition->n_values; i++) {
		size_t size = text_fold_size(text_of(condition->value[i]));

		if (size < shortest)
			shortest = size;
	}
	return shortest;
}

static bool has_placeholder(const struct rule_condition *condition)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		if (placeholder_is(condition->field, text_of(condition->value[i])))
			return true;
	}
	return false;
}

static bool is_key(const struct rule_condition *condition)
{
	return condition->role == ROLE_MATCH && !condition->negated &&
	       (condition->op == OPERATOR_EQUAL || condition->op == OPERATOR_PREFIX) &&
	       (KEY_FIELDS & 1u << condition->field) && !has_placeholder(condition);
}

/*
 * Does it leave a few machines of a maker only? "Before this date" and "older than the repaired
 * version" do not: that is what everything once was.
 */
static bool is_narrowing(const struct rule_condition *condition)
{
	if (condition->role == ROLE_FIXED || condition->role == ROLE_KNOWN_GOOD ||
	    condition->negated || COMMON_FIELDS & 1u << condition->field)
		return false;
	return condition->op != OPERATOR_DATE || (condition->has_low && condition->has_high);
}

static void lint_breadth(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (is_narrowing(&rule->condition[i]))
			return;
	}
	if (!rule->has_population && !rule->unmatched)
		lint_error(lint, rule->place, "L038",
			   "where all are meant, Population says how many that is",
			   "expected a Match on a product, board or version beside the vendor, "
			   "found none");
}

static void lint_keys(struct lint *lint)
{
	const struct rule *rule = lint->rule;
	const struct rule_condition *weak = NULL;

	if (rule->unmatched)
		return;
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		if (!is_key(condition))
			continue;
		if (condition->op == OPERATOR_EQUAL || shortest_value(condition) >= KEY_MIN_SIZE) {
			lint_breadth(lint);
			return;
		}
		weak = condition;
	}
	if (weak)
		lint_warning(lint, weak->place, "L004", "such a short beginning says little",
			     "expected a prefix of %u characters or more, found %zu", KEY_MIN_SIZE,
			     shortest_value(weak));
	else
		lint_error(lint, rule->place, "L002",
			   "without one every machine would have to look at the rule",
			   "expected a Match by equal or prefix on a vendor, product, board or "
			   "BIOS string, found none");
}

/* ---- values ---- */

static bool is_arch(struct text value)
{
	static const char names[] = "x86_64\0ia32\0aarch64\0arm\0riscv64\0loongarch64\0";
	const char *name;

	for (unsigned i = 0; *(name = text_nth(names, i)); i++) {
		if (text_equal(value, text_of(name)))
			return true;
	}
	return false;
}

/* "2.7" and "2.70" are one revision of UEFI (2.10 section 4.2.1: the minor word is 70). */
static void spell_uefi_revision(const char *value, char *spelt, size_t room)
{
	unsigned major, minor;
	char rest;

	if (sscanf(value, "%3u.%2u%c", &major, &minor, &rest) != 2)
		return;
	if (value[strlen(value) - 2] == '.')
		minor *= 10;
	snprintf(spelt, room, "%u.%02u", major, minor);
}

/* The one spelling that identities have for a number; "" where the text is no such number. */
static void spell_number(enum field field, struct text value, char *spelt, size_t room)
{
	unsigned major, minor;
	uint64_t number;
	char rest;

	*spelt = '\0';
	if (field == FIELD_ARCH && is_arch(value))
		snprintf(spelt, room, "%s", value.at);
	else if (field == FIELD_UEFI_REVISION)
		spell_uefi_revision(value.at, spelt, room);
	else if (field == FIELD_BIOS_RELEASE || field == FIELD_EC_RELEASE) {
		if (sscanf(value.at, "%3u.%3u%c", &major, &minor, &rest) == 2)
			snprintf(spelt, room, "%u.%u", major, minor);
	} else if (text_to_u64(value, &number)) {
		snprintf(spelt, room,
			 field == FIELD_CHASSIS_TYPE ? "%" PRIu64
			 : field == FIELD_CPU_ID     ? "0x%016" PRIx64
						     : "0x%08" PRIx64,
			 number);
	}
}

static void lint_number(struct lint *lint, const struct rule_condition *condition,
			const char *value)
{
	char spelt[32], hint[64];

	spell_number(condition->field, text_of(value), spelt, sizeof(spelt));
	if (text_equal(text_of(spelt), text_of(value)))
		return;
	snprintf(hint, sizeof(hint), "write \"%s\"", spelt);
	lint_error(lint, condition->place, "L030", *spelt ? hint : NULL,
		   "expected %s as identities spell it, found \"%s\"", field_name(condition->field),
		   value);
}

static void lint_values(struct lint *lint, const struct rule_condition *condition)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		const char *value = condition->value[i];

		if ((condition->op == OPERATOR_EQUAL || condition->op == OPERATOR_PREFIX) &&
		    placeholder_is(condition->field, text_of(value)))
			lint_error(lint, condition->place, "L003",
				   "a placeholder counts as absent and never matches",
				   "expected what a maker wrote, found the placeholder \"%s\"",
				   value);
		if (field_kind(condition->field) == FIELD_KIND_NUMBER)
			lint_number(lint, condition, value);
	}
}

static bool share_value(const struct rule_condition *a, const struct rule_condition *b)
{
	for (size_t i = 0; i < a->n_values; i++) {
		for (size_t j = 0; j < b->n_values; j++) {
			if (text_equal(text_of(a->value[i]), text_of(b->value[j])))
				return true;
		}
	}
	return false;
}

static bool is_plain_equal(const struct rule_condition *condition)
{
	return condition->role == ROLE_MATCH && condition->op == OPERATOR_EQUAL &&
	       !condition->negated;
}

/* Two `equal` on one field that no machine can both meet. */
static void lint_contradiction(struct lint *lint, const struct rule_condition *condition)
{
	const struct rule_condition *first = lint->rule->condition;

	for (; first < condition && is_plain_equal(condition); first++) {
		if (is_plain_equal(first) && first->field == condition->field &&
		    !share_value(first, condition)) {
			lint_error(lint, condition->place, "L034",
				   "several values of one field are written any-of",
				   "expected conditions that can hold together, found a second %s",
				   field_name(condition->field));
			return;
		}
	}
}

/* ---- bounds ---- */

static void lint_version(struct lint *lint, const struct rule_condition *condition,
			 const char *version)
{
	if (!version || version_check(condition->scheme, text_of(version)) == STATUS_OK)
		return;
	lint_error(lint, condition->place, "L009", NULL,
		   "expected a version that reads under the scheme %s, found \"%s\"",
		   scheme_name(condition->scheme), version);
}

/* Words of which one stands in the vendor strings of a scheme's machines; NULL: any vendor. */
static const char *scheme_vendors(enum scheme scheme)
{
	switch (scheme) {
	case SCHEME_DELL:
		return "dell\0alienware\0";
	case SCHEME_LENOVO:
		return "lenovo\0";
	case SCHEME_HP:
		return "hp\0hewlett\0";
	case SCHEME_GIGABYTE:
		return "gigabyte\0";
	case SCHEME_APPLE:
		return "apple\0";
	case SCHEME_SURFACE:
		return "microsoft\0";
	default:
		return NULL;
	}
}

static bool names_vendor(const struct rule_condition *condition, const char *words)
{
	const char *word;

	for (unsigned i = 0; *(word = text_nth(words, i)); i++) {
		for (size_t j = 0; j < condition->n_values; j++) {
			if (text_contains(text_of(condition->value[j]), text_of(word)))
				return true;
		}
	}
	return false;
}

static void lint_scheme(struct lint *lint, const struct rule_condition *condition)
{
	const char *words = scheme_vendors(condition->scheme);
	bool has_vendor = false;

	if (!words)
		return;
	for (size_t i = 0; i < lint->rule->n_conditions; i++) {
		const struct rule_condition *other = &lint->rule->condition[i];

		if (!is_text_condition(other) || !(VENDOR_FIELDS & 1u << other->field) ||
		    other->negated)
			continue;
		if (names_vendor(other, words))
			return;
		has_vendor = true;
	}
	if (has_vendor)
		(lint->rule->mode == MODE_ARM ? lint_error : lint_warning)(
			lint, condition->place, "L010", NULL,
			"expected the scheme %s with a vendor '%s', found other vendors only",
			scheme_name(condition->scheme), words);
}

/* Order of two values of one range; false when nothing can be said. */
static bool compare_bounds(const struct rule_condition *condition, const char *low,
			   const char *high, int *ret_order)
{
	if (condition->op == OPERATOR_DATE) {
		*ret_order = strcmp(low, high); /* yyyy-mm-dd sorts */
		return true;
	}
	return version_compare(condition->scheme, text_of(low), text_of(high), ret_order) ==
	       STATUS_OK;
}

static void lint_range(struct lint *lint, const struct rule_condition *condition)
{
	int order;

	if (!condition->has_low || !condition->has_high ||
	    !compare_bounds(condition, condition->low, condition->high, &order))
		return;
	if (order > 0 || (order == 0 && !(condition->low_included && condition->high_included)))
		lint_error(lint, condition->place, "L011", NULL,
			   "expected a range that holds something, found the upper bound %s not "
			   "above the lower bound %s",
			   condition->high, condition->low);
}

/* Is `fixed` a Fixed that its Introduced does not come before? */
static bool is_fixed_too_early(const struct rule_condition *introduced,
			       const struct rule_condition *fixed)
{
	int order;

	if (fixed->role != ROLE_FIXED || fixed->field != introduced->field ||
	    fixed->op != introduced->op ||
	    (fixed->op == OPERATOR_VERSION && fixed->scheme != introduced->scheme))
		return false;
	return compare_bounds(fixed, introduced->low, fixed->low, &order) && order >= 0;
}

static void lint_introduced(struct lint *lint, const struct rule_condition *introduced)
{
	for (size_t i = 0; i < lint->rule->n_conditions; i++) {
		const struct rule_condition *fixed = &lint->rule->condition[i];

		if (is_fixed_too_early(introduced, fixed))
			lint_error(lint, fixed->place, "L012", NULL,
				   "expected Fixed above Introduced, found %s and %s", fixed->low,
				   introduced->low);
	}
}

static void lint_end(struct lint *lint)
{
	const struct rule *rule = lint->rule;
	bool is_fixed = false;

	for (size_t i = 0; i < rule->n_conditions; i++)
		is_fixed |= rule->condition[i].role == ROLE_FIXED;
	if (!is_fixed && !rule->unbounded && !rule->unmatched)
		lint_error(lint, rule->place, "L005",
			   "name the first good version or date, or say why there is none",
			   "expected Fixed or Unbounded, found neither");
	if (is_fixed && rule->unbounded)
		lint_error(lint, rule->place, "L006", NULL,
			   "expected Fixed or Unbounded, found both");
}

static void lint_condition(struct lint *lint, const struct rule_condition *condition)
{
	lint_values(lint, condition);
	lint_contradiction(lint, condition);
	if (condition->op == OPERATOR_VERSION) {
		lint_version(lint, condition, condition->low);
		if (!condition->low || !condition->high ||
		    strcmp(condition->low, condition->high) != 0)
			lint_version(lint, condition, condition->high);
		lint_scheme(lint, condition);
	}
	lint_range(lint, condition);
	if (condition->role == ROLE_INTRODUCED)
		lint_introduced(lint, condition);
}

void lint_conditions(struct lint *lint)
{
	lint_keys(lint);
	for (size_t i = 0; i < lint->rule->n_conditions; i++)
		lint_condition(lint, &lint->rule->condition[i]);
	lint_end(lint);
}
