/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_workaround.c - the value of Workaround in, a workaround with its parameter out */
#include <stdlib.h>
#include <string.h>

#include "rules_memory.h"
#include "rules_parser.h"

/* EFI_RT_SUPPORTED_*, bit 0 first: UEFI 2.10 section 4.6.2. */
const char *rules_service_name(unsigned bit)
{
	static const char *const names[RULES_N_SERVICES] = {
		"GetTime",
		"SetTime",
		"GetWakeupTime",
		"SetWakeupTime",
		"GetVariable",
		"GetNextVariableName",
		"SetVariable",
		"SetVirtualAddressMap",
		"ConvertPointer",
		"GetNextHighMonotonicCount",
		"ResetSystem",
		"UpdateCapsule",
		"QueryCapsuleCapabilities",
		"QueryVariableInfo",
	};

	return bit < RULES_N_SERVICES ? names[bit] : "?";
}

static bool service_from_name(struct text name, unsigned *ret_bit)
{
	for (unsigned bit = 0; bit < RULES_N_SERVICES; bit++) {
		if (text_is_same(name, text_of(rules_service_name(bit)))) {
			*ret_bit = bit;
			return true;
		}
	}
	return false;
}

/* 0xFIRST..0xLAST, one word. Whether it makes sense is for the linter. */
static bool parse_range(struct rules_parser *parser, struct cursor *cursor,
			struct rule_workaround_use *use)
{
	struct text word = rules_peek_word(cursor);
	size_t dots = 0;

	while (dots + 2 < word.size && (word.at[dots] != '.' || word.at[dots + 1] != '.'))
		dots++;
	if (dots + 2 >= word.size || !rules_hex_from_word(text_sized(word.at, dots), &use->a) ||
	    !rules_hex_from_word(text_sized(word.at + dots + 2, word.size - dots - 2), &use->b)) {
		rules_error(parser, cursor->at, "P046", "first and last byte, both included",
			    "expected a range as 0x9f000..0x9ffff, found %s",
			    rules_found(cursor).text);
		return false;
	}
	rules_take_word(cursor);
	return true;
}

static bool parse_services(struct rules_parser *parser, struct cursor *cursor,
			   struct rule_workaround_use *use)
{
	do {
		struct text word = rules_peek_word(cursor);
		unsigned bit;

		if (!service_from_name(word, &bit)) {
			rules_error_word(parser, cursor->at, "P031",
					 rules_nearest(word, rules_service_name, RULES_N_SERVICES),
					 "a runtime service");
			return false;
		}
		if (use->a & 1u << bit) {
			rules_error(parser, cursor->at, "P031", NULL,
				    "expected each runtime service once, found %s again",
				    rules_found(cursor).text);
			return false;
		}
		use->a |= 1u << bit;
		rules_take_word(cursor);
	} while (cursor->at < cursor->end);
	return true;
}

/* Text order of bytes to EFI_GUID order: the first three groups are little-endian numbers. */
static const uint8_t guid_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static bool guid_from_word(struct text word, uint8_t guid[16])
{
	size_t n = 0;

	if (word.size != 36)
		return false;
	for (size_t i = 0; i < 36;) {
		char digits[4] = {'0', 'x'};
		uint64_t byte;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (word.at[i++] != '-')
				return false;
			continue;
		}
		digits[2] = word.at[i++];
		digits[3] = word.at[i++];
		if (!rules_hex_from_word(text_sized(digits, 4), &byte))
			return false;
		guid[guid_order[n++]] = (uint8_t)byte;
	}
	return true;
}

static bool parse_guid(struct rules_parser *parser, struct cursor *cursor,
		       struct rule_workaround_use *use)
{
	if (!guid_from_word(rules_peek_word(cursor), use->guid)) {
		rules_error(parser, cursor->at, "P047", NULL,
			    "expected a GUID as 8-4-4-4-12 hexadecimal digits, found %s",
			    rules_found(cursor).text);
		return false;
	}
	rules_take_word(cursor);
	return true;
}

static bool parse_parameter(struct rules_parser *parser, struct cursor *cursor,
			    struct rule_workaround_use *use)
{
	switch (workaround_parameter(use->workaround)) {
	case PARAMETER_NONE:
		return true;
	case PARAMETER_RANGE:
		return parse_range(parser, cursor, use);
	case PARAMETER_ADDRESS:
		return rules_take_hex(parser, cursor, &use->a);
	case PARAMETER_COUNT:
		return rules_take_decimal(parser, cursor, "a count", &use->a);
	case PARAMETER_MILLISECONDS:
		return rules_take_decimal(parser, cursor, "milliseconds", &use->a);
	case PARAMETER_SERVICES:
		return parse_services(parser, cursor, use);
	case PARAMETER_GUID:
		return parse_guid(parser, cursor, use);
	case PARAMETER_TEXT:
		return rules_take_string(parser, cursor, &use->text);
	}
	return false;
}

bool rules_parse_workaround(struct rules_parser *parser, struct cursor *cursor)
{
	struct rule *rule = &parser->rule;
	struct rule_workaround_use use = {.place = rules_place(parser, cursor->at)};
	struct text word = rules_peek_word(cursor);

	if (!workaround_from_name(word, &use.workaround)) {
		rules_error_word(parser, cursor->at, "P030",
				 rules_nearest(word, workaround_name, WORKAROUND_COUNT),
				 "a workaround");
		return false;
	}
	rules_take_word(cursor);
	if (!parse_parameter(parser, cursor, &use) || !rules_take_end(parser, cursor)) {
		free(use.text);
		return false;
	}
	rule->workaround = rules_grow(rule->workaround, rule->n_workarounds, sizeof(use));
	rule->workaround[rule->n_workarounds++] = use;
	return true;
}
