/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_switches.c - properties of switches and of the small records: words of any bytes do no more than
 * what a naive reader finds in them, in any order of sources; restricted they only reduce; and what a
 * marker or a fault record says lies inside its bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <fwquirk/attempt.h>
#include <fwquirk/last_fault.h>
#include <fwquirk/load_options.h>
#include <fwquirk/switches.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* True when the word is there between separators, in any case: by the C library, on a copy. */
static bool has_word(const uint8_t *data, size_t size, const char *word)
{
	char *copy = malloc(size + 1), *save = NULL;
	bool found = false;

	must(copy != NULL);
	memcpy(copy, data, size);
	copy[size] = '\0';
	/* strtok_r ends at a NUL, which is no separator of ours. */
	for (size_t i = 0; i < size; i++)
		if (!copy[i])
			copy[i] = '\1';
	for (char *at = strtok_r(copy, " \t\n\v\f\r,", &save); at;
	     at = strtok_r(NULL, " \t\n\v\f\r,", &save))
		found |= strcasecmp(at, word) == 0;
	free(copy);
	return found;
}

static void against_naive(const uint8_t *data, size_t size)
{
	struct policy policy = {.implemented = 7};
	uint8_t outcome = switches_add(&policy, text_sized((const char *)data, size));
	bool is_too_much = outcome & SWITCH_HAS_TOO_MUCH;

	must(policy.off == (is_too_much || has_word(data, size, "off")));
	must(policy.observe == has_word(data, size, "observe"));
	must(policy.allow_loosen == has_word(data, size, "loosen"));
	must(policy.n_rules <= POLICY_MAX_RULES && policy.implemented == 7);
	must(!is_too_much || policy.n_rules == POLICY_MAX_RULES);
	switches_restrict(&policy);
	must(!policy.allow_loosen && policy.observe == has_word(data, size, "observe"));
	for (unsigned i = 0; i < policy.n_rules; i++)
		must(!policy.rule[i].is_on);
}

static bool says_the_same(const struct policy *a, const struct policy *b)
{
	if (a->off != b->off || a->observe != b->observe || a->allow_loosen != b->allow_loosen)
		return false;
	for (unsigned i = 0; i < a->n_rules; i++) {
		unsigned n = 0;

		while (n < b->n_rules && b->rule[n].rule_id != a->rule[i].rule_id)
			n++;
		if (n == b->n_rules || a->rule[i].is_on != b->rule[n].is_on)
			return false;
	}
	return a->n_rules == b->n_rules;
}

/* Cut in two at a separator, the halves may come in either order. */
static void in_either_order(const uint8_t *data, size_t size)
{
	struct policy forth = {.off = false}, back = {.off = false};
	size_t half = size / 2;

	while (half < size && data[half] != ' ')
		half++;
	switches_add(&forth, text_sized((const char *)data, half));
	switches_add(&forth, text_sized((const char *)data + half, size - half));
	switches_add(&back, text_sized((const char *)data + half, size - half));
	switches_add(&back, text_sized((const char *)data, half));
	must(forth.n_rules == POLICY_MAX_RULES || says_the_same(&forth, &back));
}

static void oem_strings_lie_inside(struct span bytes)
{
	struct switches_oem oem = {.walk = smbios_walk_begin(bytes)};
	struct text words;

	while (switches_oem_next(&oem, &words)) {
		const uint8_t *at = (const uint8_t *)words.at;

		must(at >= bytes.at + sizeof(SWITCHES_OEM_PREFIX) - 1);
		must(at + words.size <= bytes.at + bytes.size);
		must(strncasecmp(words.at - 8, SWITCHES_OEM_PREFIX, 8) == 0);
	}
}

static void options_lie_inside(const uint8_t *data, size_t size)
{
	uint16_t room[256];
	struct wide whole = wide_sized(room, size / 2 < 256 ? size / 2 : 256);
	struct next_options read = {.switches = {NULL, 0}};

	memcpy(room, data, whole.size * 2);
	(void)next_options_read(whole, wide_sized(NULL, 0), &read);
	if (read.switches.size)
		must(read.switches.at >= room &&
		     read.switches.at + read.switches.size <= room + whole.size);
}

/* The bytes as content behind a right header, and as they are. */
static void records_hold(const uint8_t *data, size_t size)
{
	uint8_t room[SEALED_HEADER_SIZE + 512];
	struct last_fault fault = {.n_rules = 0};
	struct attempt attempt;
	struct span whole = span_of(room, SEALED_HEADER_SIZE + (size < 512 ? size : 512));

	(void)attempt_read(span_of(data, size), &attempt);
	(void)last_fault_read(span_of(data, size), &fault);
	memcpy(room + SEALED_HEADER_SIZE, data, whole.size - SEALED_HEADER_SIZE);
	sealed_close(room, ATTEMPT_MAGIC, ATTEMPT_VERSION, (uint32_t)whole.size);
	if (attempt_read(whole, &attempt) == STATUS_OK)
		must(attempt_n_dead(whole, attempt.table_crc, attempt.identity_crc) ==
		     attempt.n_begun);
	sealed_close(room, LAST_FAULT_MAGIC, LAST_FAULT_VERSION, (uint32_t)whole.size);
	if (last_fault_read(whole, &fault) != STATUS_OK)
		return;
	must(fault.n_rules <= LAST_FAULT_MAX_RULES);
	must((const uint8_t *)fault.image.at + fault.image.size == room + whole.size);
	/* Written again it is the same, up to a name that is cut. */
	uint8_t again[LAST_FAULT_MAX_SIZE];
	uint16_t n_again = last_fault_write(&fault, again);
	must(n_again <= whole.size);
	must(memcmp(again + SEALED_HEADER_SIZE, room + SEALED_HEADER_SIZE,
		    n_again - SEALED_HEADER_SIZE) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	against_naive(data, size);
	in_either_order(data, size);
	oem_strings_lie_inside(span_of(data, size));
	options_lie_inside(data, size);
	records_hold(data, size);
	return 0;
}
