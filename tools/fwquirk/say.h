/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* say.h - conditions, reasons and workarounds of the packed table in words */
#ifndef FWQUIRK_SAY_H
#define FWQUIRK_SAY_H

#include <stdio.h>

#include <jansson.h>

#include <fwquirk/host/source.h>
#include <fwquirk/match.h>

#include "tool.h"

/* A condition in the spelling of the rule text: bios-version version dell >= "1.2.0". */
void say_condition(FILE *out, const struct table *table, const struct condition *condition);

/* A condition as a person would say it behind "since" or "fixed in": version "1.68" or newer. */
void say_bound(FILE *out, const struct condition *condition);

/* What the machine has in that field: a quoted value, "absent", "not in this kind of source", ...
 */
void say_value(FILE *out, const struct source *source, enum field field);

/* Why a rule did not match, as one phrase without a full stop. */
void say_reason(FILE *out, const struct table *table, const struct match *match,
		const struct source *source);

/* Name and parameter in the spelling of the rule text: reserve 0x1000..0x1fff. */
void say_workaround(FILE *out, const struct rule_workaround *workaround);

/* The three above as strings for JSON; never NULL. */
json_t *json_condition(const struct table *table, const struct condition *condition);
json_t *json_reason(const struct table *table, const struct match *match,
		    const struct source *source);
json_t *json_workaround(const struct rule_workaround *workaround);

/* "FWQ-0001" */
json_t *json_rule_id(uint32_t id);

/* The n-th condition of a rule, from 0; false when there is none. */
bool condition_at(const struct table *table, const struct table_rule *rule, unsigned n,
		  struct condition *ret_condition);

#endif
