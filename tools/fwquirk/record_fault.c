/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record_fault.c - page faults of a journal in words and as JSON; decides nothing */
#include <inttypes.h>

#include <fwquirk/fault.h>

#include "record.h"
#include "tool.h"

static const char *access_name(uint8_t access)
{
	static const char *const names[] = {"read", "write", "execute"};

	return access < sizeof(names) / sizeof(names[0]) ? names[access] : "?";
}

/* vmlinuz.efi+0x1234, 0x1e2d7000+0x1234 or, in no image, 0x1e2d8234. */
static void print_place(const struct journal_fault *fault)
{
	if (fault->image.size)
		tool_print_text(stdout, fault->image);
	else if (fault->base)
		printf("0x%" PRIx64, fault->base);
	printf("%s0x%" PRIx64, fault->base ? "+" : "", fault->instruction - fault->base);
}

void record_print_faults(const struct record *record)
{
	for (unsigned i = 0; i < record->n_faults; i++) {
		const struct journal_fault *fault = &record->fault[i];

		printf("fault     %s: %s of 0x%" PRIx64 " by ", fault_answer_name(fault->answer),
		       access_name(fault->access), fault->address);
		print_place(fault);
		printf(", code 0x%" PRIx32, fault->code);
		if (fault->end)
			printf(", up to 0x%" PRIx64, fault->end - 1);
		if (fault->n_faults != 1)
			printf(", %" PRIu16 " times", fault->n_faults);
		putchar('\n');
	}
}

static json_t *hexadecimal(uint64_t number)
{
	return json_sprintf("0x%" PRIx64, number);
}

static json_t *fault_json(const struct journal_fault *fault)
{
	json_t *object = json_pack(
		"{s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:i}", "answer",
		fault_answer_name(fault->answer), "repaired", fault_is_repair(fault->answer),
		"access", access_name(fault->access), "code", hexadecimal(fault->code), "address",
		hexadecimal(fault->address), "end", hexadecimal(fault->end), "instruction",
		hexadecimal(fault->instruction), "faults", fault->n_faults);

	if (fault->base)
		json_object_set_new(object, "base", hexadecimal(fault->base));
	if (fault->image.size)
		json_object_set_new(object, "image", tool_json_text(fault->image));
	return object;
}

json_t *record_json_faults(const struct record *record)
{
	json_t *faults = json_array();

	for (unsigned i = 0; i < record->n_faults; i++)
		json_array_append_new(faults, fault_json(&record->fault[i]));
	return faults;
}
