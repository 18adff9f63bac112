/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_rule.c - the words of fault-fixup in, what may be repaired out; guesses nothing */
#include <fwquirk/fault_rule.h>

static const char names[] = "map\0write\0exec\0wx\0rearm\0";

enum { WORD_MAP, WORD_WRITE, WORD_EXEC, WORD_WX, WORD_REARM, N_WORDS };

#define BUDGET      "budget="
#define BUDGET_SIZE (sizeof(BUDGET) - 1)

/* The next word of `rest`, which is behind it then; empty at the end. */
static struct text take_word(struct text *rest)
{
	struct text word;

	while (rest->size && text_is_blank(*rest->at))
		*rest = text_sized(rest->at + 1, rest->size - 1);
	word = text_sized(rest->at, 0);
	while (word.size < rest->size && !text_is_blank(word.at[word.size]))
		word.size++;
	*rest = text_sized(rest->at + word.size, rest->size - word.size);
	return word;
}

static bool budget_of(struct text word, uint32_t *ret_budget)
{
	uint64_t budget;

	if (word.size <= BUDGET_SIZE ||
	    !text_is_same(text_sized(word.at, BUDGET_SIZE), text_of(BUDGET)) ||
	    !text_to_u64(text_sized(word.at + BUDGET_SIZE, word.size - BUDGET_SIZE), &budget) ||
	    budget == 0 || budget > FAULT_BUDGET_MAX)
		return false;
	*ret_budget = (uint32_t)budget;
	return true;
}

/* The place of a word in `names`; N_WORDS for none of them. */
static unsigned word_number(struct text word)
{
	unsigned number = 0;

	while (number < N_WORDS && !text_is_same(word, text_of(text_nth(names, number))))
		number++;
	return number;
}

enum status fault_rule_read(struct text words, struct fault_rule *ret_rule)
{
	uint32_t budget = 0;
	unsigned seen = 0;
	struct text word;

	while ((word = take_word(&words)).size) {
		unsigned number = word_number(word);

		if (number < N_WORDS && !(seen & 1u << number))
			seen |= 1u << number;
		else if (number < N_WORDS || budget || !budget_of(word, &budget))
			return STATUS_MALFORMED;
	}
	if (!(seen & ~(1u << WORD_REARM)))
		return STATUS_MALFORMED;
	*ret_rule = (struct fault_rule){
		.map = seen & 1u << WORD_MAP,
		.write = seen & 1u << WORD_WRITE,
		.exec = seen & (1u << WORD_EXEC | 1u << WORD_WX),
		.wx = seen & 1u << WORD_WX,
		.rearm = seen & 1u << WORD_REARM,
		.budget = budget ? budget : FAULT_BUDGET_DEFAULT,
	};
	return STATUS_OK;
}

struct fault_rule fault_rule_join(const struct fault_rule *a, const struct fault_rule *b)
{
	return (struct fault_rule){
		.map = a->map || b->map,
		.write = a->write || b->write,
		.exec = a->exec || b->exec,
		.wx = a->wx || b->wx,
		.rearm = a->rearm && b->rearm,
		.budget = a->budget > b->budget ? a->budget : b->budget,
	};
}

bool fault_rule_loosens(struct text words)
{
	struct fault_rule rule;

	return fault_rule_read(words, &rule) != STATUS_OK || rule.exec;
}
