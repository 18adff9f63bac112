/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_terms.h - a rule's conditions as what a foreign table can say: fields, operators, texts */
#ifndef FWQUIRK_EXPORT_TERMS_H
#define FWQUIRK_EXPORT_TERMS_H

#include <fwquirk/host/export.h>
#include <fwquirk/text.h>

#define EXPORT_MAX_TERMS 64u /* conditions a rule may have */

/* One condition: the field compares under `op` with any of the values. */
struct export_term {
	enum field field;
	enum operator_ op; /* EQUAL, PREFIX, SUFFIX, CONTAINS or GLOB */
	size_t n;
	char **value; /* owned, trimmed, as the rule spells them */
};

struct export_terms {
	size_t n;
	struct export_term term[EXPORT_MAX_TERMS];
};

enum export_can {
	EXPORT_CAN,
	EXPORT_CAN_WIDER, /* only by something that matches more */
	EXPORT_CANNOT,
};

/* Why not: a stable word and a phrase, both static. */
struct export_doubt {
	const char *what, *why;
};

/* What a target can say of a field. Fills `*ret_doubt` unless it is EXPORT_CAN. */
typedef enum export_can export_can_say(enum field field, enum operator_ op, struct text value,
				       struct export_doubt *ret_doubt);

struct export_dialect {
	export_can_say *can_say;
	size_t max_terms;     /* conditions of one entry, without `free_fields` */
	uint32_t free_fields; /* bit 1 << field: these take no place in an entry */
	bool is_one_a_field;  /* no two conditions on one field */
};

/* Entries that one rule may become by its any-of. */
#define EXPORT_MAX_ENTRIES 1024u

/*
 * Every condition of the rule, or a reason in `loss` for each that the target cannot say. False when
 * the rule has to be left out. Without `widen` the terms match no machine that the rule does not,
 * as far as the dialect tells. The terms are freed by export_terms_free.
 */
bool export_terms_of(const struct rule *rule, const struct export_dialect *dialect, bool widen,
		     struct export_loss *loss, struct export_terms *ret_terms);
void export_terms_free(struct export_terms *terms);

/*
 * Every rule of the set that the dialect can say, in order: printed by `print`, its probes told as
 * lost, and counted as written.
 */
void export_each_rule(const struct rule_set *set, const struct export_dialect *dialect, bool widen,
		      struct export_loss *loss, FILE *out,
		      void (*print)(FILE *out, const struct rule *rule,
				    const struct export_terms *terms));

/*
 * All ways to take one value of every term: start with zeroed indices. False after the last one.
 */
bool export_next_choice(const struct export_terms *terms, size_t choice[static EXPORT_MAX_TERMS]);

/* What every target loses that has no place for probes and actions: one line for each. */
void export_lose_probes(const struct rule *rule, struct export_loss *loss);

/* "map-free-readonly", "observe", workarounds: what a person wants to know at an entry. */
void export_print_summary(FILE *out, const struct rule *rule);

#endif
