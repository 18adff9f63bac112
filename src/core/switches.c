/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* switches.c - words of people in, a policy out; what is not understood does nothing and is told */
#include <fwquirk/switches.h>

/* DSP0134 3.7.0 section 7.12. */
#define TYPE_OEM_STRINGS 11

static const char words[] = "off\0observe\0loosen\0";
static const char rule_prefix[] = "FWQ-";

struct text switches_variable_text(struct span bytes, char *room, size_t n_room)
{
	size_t step = bytes.size >= 2 && !bytes.at[1] ? 2 : 1, n = 0;

	for (size_t i = 0; i < bytes.size && bytes.at[i] && n < n_room; i += step)
		room[n++] = bytes.at[i] < 0x7f ? (char)bytes.at[i] : '?';
	return text_sized(room, n);
}

const char *switch_source_name(unsigned source)
{
	const char *name = text_nth("?\0load-options\0variable\0smbios\0", source);

	return *name ? name : "?";
}

static bool is_separator(char c)
{
	return text_is_blank(c) || c == ',';
}

/* Decimal digits only, and a number that a rule can have. */
static bool rule_number(struct text digits, uint32_t *ret_rule_id)
{
	uint64_t value = 0;

	if (digits.size == 0)
		return false;
	for (size_t i = 0; i < digits.size; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(digits.at[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*ret_rule_id = (uint32_t)value;
	return value != 0;
}

enum switch_word switches_word(struct text word, uint32_t *ret_rule_id)
{
	size_t n_prefix = sizeof(rule_prefix); /* the sign and "FWQ-" */
	bool is_on;

	for (unsigned n = 0; *text_nth(words, n); n++)
		if (text_equal(word, text_of(text_nth(words, n))))
			return (enum switch_word)(SWITCH_OFF + n);
	if (word.size <= n_prefix || (word.at[0] != '+' && word.at[0] != '-'))
		return SWITCH_UNKNOWN;
	is_on = word.at[0] == '+';
	if (!text_equal(text_sized(word.at + 1, n_prefix - 1), text_of(rule_prefix)) ||
	    !rule_number(text_sized(word.at + n_prefix, word.size - n_prefix), ret_rule_id))
		return SWITCH_UNKNOWN;
	return is_on ? SWITCH_RULE_ON : SWITCH_RULE_OFF;
}

bool switches_next(struct text *text, enum switch_word *ret_word, uint32_t *ret_rule_id)
{
	size_t first = 0, end;

	while (first < text->size && is_separator(text->at[first]))
		first++;
	for (end = first; end < text->size && !is_separator(text->at[end]);)
		end++;
	if (first == end)
		return false;
	*ret_word = switches_word(text_sized(text->at + first, end - first), ret_rule_id);
	*text = text_sized(text->at + end, text->size - end);
	return true;
}

/* One entry a rule; -ID stays whatever is said besides. */
static bool rule_add(struct policy *policy, uint32_t rule_id, bool is_on)
{
	unsigned n = 0;

	while (n < policy->n_rules && policy->rule[n].rule_id != rule_id)
		n++;
	if (n == POLICY_MAX_RULES)
		return false;
	if (n == policy->n_rules)
		policy->rule[policy->n_rules++] = (struct policy_rule){rule_id, is_on};
	policy->rule[n].is_on &= is_on;
	return true;
}

uint8_t switches_add(struct policy *policy, struct text words_given)
{
	enum switch_word word;
	uint8_t outcome = 0;
	uint32_t rule_id;

	while (switches_next(&words_given, &word, &rule_id)) {
		bool is_on = word == SWITCH_RULE_ON;

		policy->off |= word == SWITCH_OFF;
		policy->observe |= word == SWITCH_OBSERVE;
		policy->allow_loosen |= word == SWITCH_LOOSEN;
		if (word == SWITCH_UNKNOWN)
			outcome |= SWITCH_HAS_UNKNOWN;
		if (is_on || word == SWITCH_LOOSEN)
			outcome |= SWITCH_ASKS_MORE;
		if ((is_on || word == SWITCH_RULE_OFF) && !rule_add(policy, rule_id, is_on)) {
			outcome |= SWITCH_HAS_TOO_MUCH;
			policy->off = true;
		}
	}
	return outcome;
}

void switches_restrict(struct policy *policy)
{
	unsigned n = 0;

	policy->allow_loosen = false;
	for (unsigned i = 0; i < policy->n_rules; i++)
		if (!policy->rule[i].is_on)
			policy->rule[n++] = policy->rule[i];
	policy->n_rules = n;
}

/* Takes a string of a string set; false at its end. */
static bool take_string(struct span *strings, struct text *ret_string)
{
	size_t n = 0;

	while (n < strings->size && strings->at[n])
		n++;
	if (n == 0)
		return false;
	*ret_string = text_sized((const char *)strings->at, n);
	n += n < strings->size;
	*strings = span_of(strings->at + n, strings->size - n);
	return true;
}

bool switches_oem_next(struct switches_oem *oem, struct text *ret_words)
{
	const size_t n_prefix = sizeof(SWITCHES_OEM_PREFIX) - 1;
	struct smbios_structure structure;
	struct text string;

	for (;;) {
		while (take_string(&oem->strings, &string)) {
			if (!text_has_prefix(string, text_of(SWITCHES_OEM_PREFIX)))
				continue;
			while (text_is_blank(*string.at))
				string = text_sized(string.at + 1, string.size - 1);
			*ret_words = text_sized(string.at + n_prefix, string.size - n_prefix);
			return true;
		}
		if (smbios_next(&oem->walk, &structure) != STATUS_OK)
			return false;
		if (structure.type == TYPE_OEM_STRINGS)
			oem->strings = structure.strings;
	}
}
