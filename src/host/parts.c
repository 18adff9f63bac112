/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* parts.c - a table in, the workarounds and probes that its rules use out; an image in, those that it has */
#include <string.h>

#include <fwquirk/host/parts.h>

static void add_rule(struct parts *parts, const struct table *table, struct table_rule *rule,
		     bool armed_only)
{
	struct rule_workaround use;
	struct rule_probe probe;

	while (table_probe_next(table, &rule->probes, &probe))
		if (probe.probe < PROBE_COUNT)
			parts->probes |= 1ull << probe.probe;
	while (table_workaround_next(table, &rule->workarounds, &use))
		if (use.workaround < WORKAROUND_COUNT && (!armed_only || rule->mode == MODE_ARM))
			parts->workarounds |= 1u << use.workaround;
}

struct parts parts_used(const struct table *table, bool armed_only)
{
	struct parts parts = {.workarounds = 0};
	struct table_rule rule;
	uint32_t at = 0;

	while (table_next(table, &at, &rule))
		add_rule(&parts, table, &rule, armed_only);
	return parts;
}

static uint64_t number_at(const uint8_t *at, unsigned size)
{
	uint64_t number = 0;

	while (size--)
		number = number << 8 | at[size];
	return number;
}

bool parts_of_image(const uint8_t *bytes, size_t size, struct parts *ret_parts)
{
	for (size_t at = 0; at + sizeof(*ret_parts) <= size; at += 8) {
		const uint8_t *here = bytes + at;

		if (memcmp(here, PARTS_MAGIC, 8) != 0 || number_at(here + 12, 4) != 0)
			continue;
		*ret_parts = (struct parts){
			.magic = PARTS_MAGIC,
			.workarounds = (uint32_t)number_at(here + 8, 4),
			.probes = number_at(here + 16, 8),
		};
		return true;
	}
	return false;
}
