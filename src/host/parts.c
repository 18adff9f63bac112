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

bool parts_of_image(const uint8_t *bytes, size_t size, struct parts *ret_parts)
{
	struct span image = span_of(bytes, size);
	uint32_t workarounds, reserved;
	uint64_t probes;

	for (size_t at = 0; at + sizeof(*ret_parts) <= size; at += 8) {
		if (memcmp(bytes + at, PARTS_MAGIC, 8) != 0 ||
		    !span_le32(image, at + 8, &workarounds) ||
		    !span_le32(image, at + 12, &reserved) || reserved != 0 ||
		    !span_le64(image, at + 16, &probes))
			continue;
		*ret_parts = (struct parts){
			.magic = PARTS_MAGIC, .workarounds = workarounds, .probes = probes};
		return true;
	}
	return false;
}
