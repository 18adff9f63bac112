/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * parts.c - the way to workarounds and probes; what it does not lead to is not linked. Compiled once for each set of parts,
 * with a header before it that defines PARTS_WORKAROUNDS and PARTS_PROBES, a bit each (efi.mk): a call under a condition
 * that is false leaves nothing behind.
 */
#include <fwquirk/fault_rule.h>

#include "parts.h"
#include "probes.h"

#define STEPS(id, steps)      \
	case WORKAROUND_##id: \
		return PARTS_WORKAROUNDS >> WORKAROUND_##id & 1 ? &(steps) : NULL;
const struct workaround_steps *parts_steps(enum workaround workaround)
{
	switch (workaround) {
		WORKAROUND_LIST(STEPS)
	default:
		return NULL;
	}
}

#define BIT(probe)        (1ull << (probe))
#define BITS(first, last) (BIT(last) * 2 - BIT(first))

/* Ascending cost, so that what is asked for first disturbs least. */
/* clang-format off */
#define PROBE_PARTS(X) \
	X(PROBES_FACTS, probe_facts) \
	X(BITS(PROBE_LOADER_CODE_NX, PROBE_BOOT_DATA_UNMAPPED) | BIT(PROBE_ACPI_UNMAPPED), probe_pages) \
	X(BITS(PROBE_RUNTIME_CODE_NX, PROBE_RUNTIME_UNMAPPED), probe_runtime) \
	X(BITS(PROBE_CONVENTIONAL_NX, PROBE_HIGH_UNMAPPED), probe_conventional) \
	X(BITS(PROBE_MEMMAP_ZERO_LENGTH, PROBE_MEMMAP_RUNTIME_FLAG) | BIT(PROBE_MEMMAP_OVERSIZE), probe_memmap) \
	X(BIT(PROBE_MEMMAP_UNSTABLE), probe_stable) \
	X(BITS(PROBE_MAT_HEADER_BAD, PROBE_MAT_INCOMPLETE), probe_mat) \
	X(BIT(PROBE_PML4_GARBAGE), probe_pml4) \
	X(BITS(PROBE_TABLE_OUTSIDE_MEMORY, PROBE_TABLE_VOLATILE), probe_tables) \
	X(BITS(PROBE_SERVICES_CRC_WRONG, PROBE_SERVICES_HOOKED), probe_services) \
	X(BIT(PROBE_SERVICES_RESTORED), probe_restored) \
	X(BITS(PROBE_DXE_REFUSES_PROTECTION, PROBE_DXE_DROPS_CACHEABILITY), probe_dxe) \
	X(BITS(PROBE_LARGE_NX, PROBE_LARGE_UNMAPPED), probe_large) \
	X(BITS(PROBE_MAP_LIES, PROBE_MAP_READ_PROTECT_FAULTS), probe_map) \
	/* Behind it: their page has neighbours that are not ours. */ \
	X(BIT(PROBE_MAP_SETS_READONLY), probe_sets_readonly) \
	X(BIT(PROBE_FREE_READONLY_FAULTS), probe_free)
/* clang-format on */

/* Every boot runs the facts. A group is here as a whole. */
#define IS_HERE(bits) (((PARTS_PROBES | PROBES_FACTS) & (bits)) != 0)

#define RUN(bits, run)                        \
	if (IS_HERE(bits) && wanted & (bits)) \
		run(vector);
void parts_probe(uint64_t wanted, struct probe_vector *vector)
{
	PROBE_PARTS(RUN)
}

#define ITS_BITS(bits, run) | (IS_HERE(bits) ? (bits) : 0)
const struct parts parts_here __attribute__((aligned(8))) = {
	.magic = PARTS_MAGIC,
	.workarounds = WORKAROUNDS_IMPLEMENTED & PARTS_WORKAROUNDS,
	.probes = 0 PROBE_PARTS(ITS_BITS),
};

void parts_policy(struct policy *policy)
{
	bool has_fixup = parts_here.workarounds >> WORKAROUND_FAULT_FIXUP & 1;

	policy->implemented = parts_here.workarounds;
	policy->no_probes = ~parts_here.probes;
	policy->fault_loosens = has_fixup ? fault_rule_loosens : NULL;
}
