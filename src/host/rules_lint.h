/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint.h - what the files of the linter share; nobody else includes it */
#ifndef FWQUIRK_RULES_LINT_H
#define FWQUIRK_RULES_LINT_H

#include <fwquirk/host/rule.h>
#include <fwquirk/text.h>

/* One rule being looked at. */
struct lint {
	const struct rule_set *set;
	const struct rule *rule;
	struct diagnostics *diagnostics;
};

void lint_error(struct lint *lint, struct rule_place place, const char *code, const char *hint,
		const char *format, ...) __attribute__((format(printf, 5, 6)));
void lint_warning(struct lint *lint, struct rule_place place, const char *code, const char *hint,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Title, addresses and letters: L008, L033, L041, L046, L047. */
void lint_texts(struct lint *lint);
/* Keys, values and bounds: L002 to L006, L009 to L012, L030, L034, L038. */
void lint_conditions(struct lint *lint);
/* Mode, probes and workarounds: L007, L013 to L016, L018, L036, L040. */
void lint_actions(struct lint *lint);
/* One parameter: L019 to L026, L035, L048. */
void lint_parameter(struct lint *lint, const struct rule_workaround_use *use);
/* Rules beside each other: L039, L042 to L044. */
void lint_relations(const struct rule_set *set, struct diagnostics *diagnostics);

/*
 * True when every machine that `a` matches is matched by `b`, too, as the conditions alone show.
 * False when they are not enough to be sure.
 */
bool rule_implies(const struct rule *a, const struct rule *b);

#endif
