/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_fault.c - decisions about page faults: the whole space of accesses, page states, grants and rules against
 * sentences that a person can check, and one case for each answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fwquirk/fault.h>

#define ALL_FLAGS 0x3fu

static const struct fault_rule everything = {true, true, true, true, false, 10};

/* Every combination once; `n` counts them. */
struct one {
	struct fault fault;
	struct grant grant;
	struct fault_facts facts;
	struct fault_rule rule;
};

static bool bit(unsigned long *n)
{
	bool value = *n & 1;

	*n >>= 1;
	return value;
}

/* False for a number whose combination cannot be. */
static bool make(unsigned long n, struct one *one)
{
	static const uint64_t addresses[] = {0xfff, 0x1000, 0x123456};
	unsigned access, address;

	*one = (struct one){.rule = {.budget = 3}};
	one->fault.unusual = bit(&n);
	one->facts.is_own = bit(&n);
	one->facts.mapped = bit(&n);
	one->facts.writable = bit(&n);
	one->facts.executable = bit(&n);
	one->facts.n_faults = bit(&n) ? 3 : 2;
	one->facts.grant = bit(&n) ? &one->grant : NULL;
	one->rule.map = bit(&n);
	one->rule.write = bit(&n);
	one->rule.exec = bit(&n);
	one->rule.wx = bit(&n);
	one->grant.flags = n & ALL_FLAGS;
	n /= ALL_FLAGS + 1;
	access = n % 3;
	address = n / 3;
	one->fault.access = (enum fault_access)access;
	one->fault.address.at = addresses[address % 3];
	one->fault.present = one->facts.mapped;
	if (!one->facts.mapped && (one->facts.writable || one->facts.executable))
		return false;
	return address < 3 && (one->rule.exec || !one->rule.wx);
}

static void check_repair(const struct one *one, struct fault_decision decision)
{
	uint32_t flags = one->grant.flags;
	bool fetch = one->fault.access == FAULT_EXECUTE, mapped = one->facts.mapped;

	/* Never these. */
	assert_false(one->fault.unusual || one->facts.is_own || !one->facts.grant);
	assert_true(one->fault.address.at >= 0x1000 && one->facts.n_faults < one->rule.budget);
	if (decision.answer == FAULT_STALE) {
		assert_true(mapped);
		assert_true(one->fault.access != FAULT_WRITE || one->facts.writable);
		assert_true(!fetch || one->facts.executable);
		return;
	}
	/* The access that faulted is possible afterwards. */
	assert_true(fetch ? decision.executable : decision.writable || mapped);
	/* Executable only code, only where the rule says so; both only where it says so by name. */
	if (decision.executable)
		assert_true(one->rule.exec && flags & GRANT_CODE);
	if (decision.executable && decision.writable)
		assert_true(one->rule.wx);
	/* Nothing that was right when it was handed out. */
	switch (decision.answer) {
	case FAULT_MAPPED:
		assert_true(!mapped && one->rule.map && flags & GRANT_MISSING);
		break;
	case FAULT_MADE_WRITABLE:
		assert_true(mapped && one->fault.access == FAULT_WRITE && !one->facts.writable);
		assert_true(flags & (GRANT_READONLY | GRANT_FREEING | GRANT_EXECUTED));
		assert_true(one->rule.write || flags & GRANT_EXECUTED);
		break;
	case FAULT_MADE_EXECUTABLE:
		assert_true(mapped && fetch && !one->facts.executable);
		assert_true(flags & GRANT_NOEXECUTE);
		break;
	default:
		assert_true(false);
	}
}

/* Why it is passed on, in the order of the sentences in fault.h. */
static enum fault_answer naive(const struct one *one)
{
	uint32_t flags = one->grant.flags;
	bool fetch = one->fault.access == FAULT_EXECUTE;
	bool allowed = one->facts.mapped && (!fetch || one->facts.executable) &&
		       (one->fault.access != FAULT_WRITE || one->facts.writable);

	if (one->fault.unusual)
		return FAULT_UNUSUAL;
	if (one->fault.address.at < 0x1000)
		return FAULT_PAGE_ZERO;
	if (one->facts.is_own)
		return FAULT_OWN;
	if (!one->facts.grant)
		return FAULT_NOT_HANDED;
	if (one->facts.n_faults >= one->rule.budget)
		return FAULT_BUDGET;
	if (allowed)
		return FAULT_STALE;
	if (fetch && !(one->rule.exec && flags & GRANT_CODE))
		return FAULT_NOT_WANTED;
	if (!one->facts.mapped)
		return !one->rule.map          ? FAULT_NOT_WANTED
		       : flags & GRANT_MISSING ? FAULT_MAPPED
					       : FAULT_OWNERS_WILL;
	if (fetch)
		return flags & GRANT_NOEXECUTE ? FAULT_MADE_EXECUTABLE : FAULT_OWNERS_WILL;
	if (!one->rule.write && !(flags & GRANT_EXECUTED))
		return FAULT_NOT_WANTED;
	return flags & (GRANT_READONLY | GRANT_FREEING | GRANT_EXECUTED) ? FAULT_MADE_WRITABLE
									 : FAULT_OWNERS_WILL;
}

static void the_whole_space(void **state)
{
	unsigned long n_cases = 0, n_repairs = 0, n;
	struct one one;
	(void)state;

	for (n = 0; n < 1ul << 11 << 6 << 4; n++) {
		struct fault_decision decision;

		if (!make(n, &one))
			continue;
		decision = fault_decide(&one.fault, &one.facts, &one.rule);
		assert_int_equal(decision.answer, naive(&one));
		n_cases++;
		if (fault_is_repair(decision.answer)) {
			n_repairs++;
			check_repair(&one, decision);
		} else {
			assert_false(decision.writable || decision.executable);
		}
	}
	assert_true(n_cases > 400000 && n_repairs > 2000);
}

/* What a page is afterwards, in words. */
static void permissions(void **state)
{
	static const struct {
		enum fault_access access;
		uint32_t flags;
		const char *now; /* "---", "r--", "rw-", "r-x" */
		bool wx;
		const char *then;
	} cases[] = {
		{FAULT_READ, GRANT_MISSING, "---", false, "rw-"},
		{FAULT_WRITE, GRANT_MISSING | GRANT_CODE, "---", false, "rw-"},
		{FAULT_WRITE, GRANT_MISSING | GRANT_CODE, "---", true, "rwx"},
		{FAULT_WRITE, GRANT_MISSING, "---", true, "rw-"},
		{FAULT_EXECUTE, GRANT_MISSING | GRANT_CODE, "---", false, "r-x"},
		{FAULT_WRITE, GRANT_READONLY, "r--", false, "rw-"},
		{FAULT_WRITE, GRANT_READONLY, "r-x", false, "rw-"},
		{FAULT_WRITE, GRANT_READONLY | GRANT_CODE, "r-x", true, "rwx"},
		{FAULT_WRITE, GRANT_READONLY | GRANT_CODE, "r--", true, "rw-"},
		{FAULT_EXECUTE, GRANT_NOEXECUTE | GRANT_CODE, "rw-", false, "r-x"},
		{FAULT_EXECUTE, GRANT_NOEXECUTE | GRANT_CODE, "rw-", true, "rwx"},
		{FAULT_EXECUTE, GRANT_NOEXECUTE | GRANT_CODE, "r--", true, "r-x"},
		{FAULT_WRITE, GRANT_EXECUTED | GRANT_CODE, "r-x", false, "rw-"},
		{FAULT_WRITE, GRANT_FREEING, "r--", false, "rw-"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault = {.address = {0x5000}, .access = cases[i].access};
		struct grant grant = {0x5000, 1, cases[i].flags};
		struct fault_facts facts = {
			.grant = &grant,
			.mapped = cases[i].now[0] == 'r',
			.writable = cases[i].now[1] == 'w',
			.executable = cases[i].now[2] == 'x',
		};
		struct fault_rule rule = everything;
		struct fault_decision decision;

		rule.wx = cases[i].wx;
		decision = fault_decide(&fault, &facts, &rule);
		assert_true(fault_is_repair(decision.answer));
		assert_int_equal(decision.writable, cases[i].then[1] == 'w');
		assert_int_equal(decision.executable, cases[i].then[2] == 'x');
	}
}

static void answers_have_names(void **state)
{
	(void)state;
	assert_string_equal(fault_answer_name(FAULT_MAPPED), "mapped");
	assert_string_equal(fault_answer_name(FAULT_STALE), "stale translation");
	assert_string_equal(fault_answer_name(FAULT_UNUSUAL), "unusual");
	assert_string_equal(fault_answer_name(FAULT_NO_MEANS), "no means");
	assert_string_equal(fault_answer_name(4), "?");
	assert_string_equal(fault_answer_name(24), "?");
	assert_string_equal(fault_answer_name(255), "?");
	assert_true(fault_is_repair(FAULT_STALE));
	assert_false(fault_is_repair(FAULT_UNUSUAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_space),
		cmocka_unit_test(permissions),
		cmocka_unit_test(answers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
