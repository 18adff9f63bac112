/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint_action.c - mode, probes and workarounds of a rule in, what must not be shipped out */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <fwquirk/fault_rule.h>
#include <fwquirk/kernel_option.h>

#include "rules_lint.h"

#define PAGE_SIZE_BYTES  0x1000u
#define MAX_EBS_RETRIES  10u
#define MAX_EBS_DELAY_MS 10000u
/* Below this no kernel of today finds room for itself. */
#define LEAST_MAX_ADDRESS 0xffffffu
/* Intel SDM volume 3A section 4.1.4, AMD APM volume 2 section 5.3: at most 52 bits. */
#define MAX_PHYSICAL_ADDRESS 0xfffffffffffffu

/* ---- parameters ---- */

static void lint_reserve(struct lint *lint, const struct rule_workaround_use *use)
{
	if (use->b < use->a) {
		lint_error(lint, use->place, "L019", NULL,
			   "expected the last byte behind the first, found 0x%" PRIx64
			   "..0x%" PRIx64,
			   use->a, use->b);
		return;
	}
	if (use->a < PAGE_SIZE_BYTES)
		lint_error(lint, use->place, "L020", "reserve-low holds the first 64 KiB",
			   "expected a range above page 0, found 0x%" PRIx64, use->a);
	if (use->a % PAGE_SIZE_BYTES || use->b % PAGE_SIZE_BYTES != PAGE_SIZE_BYTES - 1)
		lint_error(lint, use->place, "L021", "memory is held in pages of 4 KiB",
			   "expected whole pages as 0x9f000..0x9ffff, found 0x%" PRIx64
			   "..0x%" PRIx64,
			   use->a, use->b);
	if (use->b > MAX_PHYSICAL_ADDRESS)
		lint_error(lint, use->place, "L035", NULL,
			   "expected an address of at most 52 bits, found 0x%" PRIx64, use->b);
}

static void lint_max_address(struct lint *lint, const struct rule_workaround_use *use)
{
	if (use->a < LEAST_MAX_ADDRESS || use->a % PAGE_SIZE_BYTES != PAGE_SIZE_BYTES - 1)
		lint_error(lint, use->place, "L025", "the last byte that may be used: 0xffffffff",
			   "expected the last byte of a page at 0x%x or above, found 0x%" PRIx64,
			   LEAST_MAX_ADDRESS, use->a);
}

static void lint_kernel_option(struct lint *lint, const struct rule_workaround_use *use)
{
	if (kernel_option_is_allowed(text_of(use->text)))
		return;
	lint_error(lint, use->place, "L024", "docs/quirk-format.md has the list",
		   "expected an option on the list of allowed ones, found \"%s\"", use->text);
}

/*
 * Tables without which no system starts: ACPI 2.0 and 1.0 (UEFI 2.10 section 4.6), SMBIOS 2 and 3,
 * and the flattened device tree; and the GUID of zeros. In memory order.
 */
static const struct {
	const char *name;
	uint8_t guid[16];
} vital_tables[] = {
	{"the GUID of zeros", {0}},
	{"that of ACPI 2.0",
	 {0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88,
	  0x81}},
	{"that of ACPI 1.0",
	 {0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1,
	  0x4d}},
	{"that of SMBIOS",
	 {0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1,
	  0x4d}},
	{"that of SMBIOS 3",
	 {0x44, 0x15, 0xfd, 0xf2, 0x94, 0x97, 0x2c, 0x4a, 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3,
	  0x94}},
	{"that of the device tree",
	 {0xd5, 0x21, 0xb6, 0xb1, 0x9c, 0xf1, 0xa5, 0x41, 0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa,
	  0xe0}},
};

static void lint_table(struct lint *lint, const struct rule_workaround_use *use)
{
	for (size_t i = 0; i < sizeof(vital_tables) / sizeof(vital_tables[0]); i++) {
		if (memcmp(use->guid, vital_tables[i].guid, sizeof(use->guid)) == 0)
			lint_error(lint, use->place, "L026", NULL,
				   "expected a table that a system can do without, found %s",
				   vital_tables[i].name);
	}
}

static void lint_fault_words(struct lint *lint, const struct rule_workaround_use *use)
{
	struct fault_rule rule;

	if (fault_rule_read(text_of(use->text), &rule) != STATUS_OK)
		lint_error(lint, use->place, "L048", "docs/quirk-format.md has the list",
			   "expected words of map, write, exec, wx, rearm, budget=N, each once and "
			   "one of the first four, found \"%s\"",
			   use->text);
}

void lint_parameter(struct lint *lint, const struct rule_workaround_use *use)
{
	switch (use->workaround) {
	case WORKAROUND_RESERVE:
		lint_reserve(lint, use);
		break;
	case WORKAROUND_MAX_ADDRESS:
		lint_max_address(lint, use);
		break;
	case WORKAROUND_EBS_RETRY:
		if (!use->a || use->a > MAX_EBS_RETRIES)
			lint_error(lint, use->place, "L022", NULL,
				   "expected 1 to %u tries, found %" PRIu64, MAX_EBS_RETRIES,
				   use->a);
		break;
	case WORKAROUND_EBS_DELAY:
		if (!use->a || use->a > MAX_EBS_DELAY_MS)
			lint_error(lint, use->place, "L023", NULL,
				   "expected 1 to %u milliseconds, found %" PRIu64,
				   MAX_EBS_DELAY_MS, use->a);
		break;
	case WORKAROUND_KERNEL_OPTION:
		lint_kernel_option(lint, use);
		break;
	case WORKAROUND_FAULT_FIXUP:
		lint_fault_words(lint, use);
		break;
	case WORKAROUND_DROP_TABLE:
		lint_table(lint, use);
		break;
	default:
		break;
	}
}

/* ---- mode and probes ---- */

enum wx rule_use_wx(const struct rule_workaround_use *use)
{
	if (use->workaround == WORKAROUND_FAULT_FIXUP)
		return fault_rule_loosens(text_of(use->text)) ? WX_LOOSEN : WX_NEUTRAL;
	return workaround_wx(use->workaround);
}

static bool is_loosening(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		if (rule_use_wx(&rule->workaround[i]) == WX_LOOSEN)
			return true;
	}
	return false;
}

static void lint_armed(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	if (rule->unmatched)
		lint_error(lint, rule->unmatched_place, "L036",
			   "a rule that no machine is told by is 'Mode = observe'",
			   "expected Match in an armed rule, found Unmatched");
	if (!rule->n_workarounds)
		lint_error(lint, rule->place, "L016", "a rule without one is 'Mode = observe'",
			   "expected a Workaround in an armed rule, found none");
	if (rule->confidence == CONFIDENCE_REPORTED)
		lint_error(lint, rule->place, "L007", "weak evidence means 'Mode = observe'",
			   "expected an armed rule to be reproduced or better, found 'reported'");
	if (rule->confidence == CONFIDENCE_REPRODUCED && rule->n_evidence < 2)
		lint_error(lint, rule->place, "L040",
			   "reproduced means that two sources say so: name both",
			   "expected two pieces of Evidence in an armed rule that is no more than "
			   "reproduced, found one");
	if (!rule->n_probes && !rule->unprobed)
		lint_error(lint, rule->place, "L013", "say why there is none with Unprobed",
			   "expected a Probe in an armed rule, found none");
	if (is_loosening(rule) && (!rule->n_probes || rule->confidence < CONFIDENCE_ROOT_CAUSED))
		lint_error(lint, rule->place, "L015",
			   "a workaround that loosens protection needs more than an identity",
			   "expected a Probe and a cause that is known, found %s",
			   rule->n_probes ? confidence_name(rule->confidence) : "no Probe");
}

static void lint_probes(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	if (rule->n_probes && rule->unprobed)
		lint_error(lint, rule->place, "L014", NULL,
			   "expected Probe or Unprobed, found both");
	for (size_t i = 0; i < rule->n_probes; i++) {
		for (size_t j = 0; j < i; j++) {
			if (rule->probe[i].probe == rule->probe[j].probe &&
			    rule->probe[i].wanted != rule->probe[j].wanted)
				lint_error(lint, rule->probe[i].place, "L018", NULL,
					   "expected one answer of the probe %s, found yes and no",
					   probe_name(rule->probe[i].probe));
		}
	}
}

void lint_actions(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	if (rule->mode == MODE_ARM)
		lint_armed(lint);
	lint_probes(lint);
	for (size_t i = 0; i < rule->n_workarounds; i++)
		lint_parameter(lint, &rule->workaround[i]);
}
