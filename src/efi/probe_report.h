/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_report.h - the report of one machine as text (docs/report-format.md) */
#ifndef EFI_PROBE_REPORT_H
#define EFI_PROBE_REPORT_H

#include <fwquirk/identity.h>
#include <fwquirk/plan.h>
#include <fwquirk/text.h>

/* What is counted of the memory map and of the page tables. */
struct memory_summary {
	uint64_t n_descriptors[17],
		n_pages[17];     /* by EFI_MEMORY_TYPE; the last is every other type */
	uint64_t n_attribute[9]; /* descriptors, in the order of docs/report-format.md */
	uint64_t mapped[4];      /* as pagetable_count has it */
	bool has_map;
};

void memory_summary_take(struct memory_summary *summary);

/* Appends the whole report; `report->overflow` says when the room was too small. No serial number, no address. */
void probe_report_write(struct text_buffer *report, const struct identity *identity,
			const struct probe_vector *probes, const struct memory_summary *memory);

/* "no", "yes", ...: enum probe_answer as the report spells it. */
const char *probe_answer_name(unsigned answer);
/* "reserved", "loader-code", ...: a memory type as the report spells it. */
const char *memory_type_name(unsigned type);
/* "r--", "rw-", "r-x", "rwx" */
const char *permission_name(unsigned permission);

#endif
