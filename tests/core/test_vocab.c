/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_vocab.c - every word of vocab.def in both directions, and nothing else */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/vocab.h>

#define CHECK_BOTH_WAYS(stem, type, number, id, name)                 \
	do {                                                          \
		type read_;                                           \
                                                                      \
		assert_string_equal(stem##_name(number), name);       \
		assert_true(stem##_from_name(text_of(name), &read_)); \
		assert_int_equal(read_, id);                          \
		assert_int_equal(read_, number);                      \
	} while (0)

static void names_lead_both_ways(void **state)
{
	(void)state;
#define FIELD(number, id, name, kind, origin) \
	CHECK_BOTH_WAYS(field, enum field, number, FIELD_##id, name);
#define OPERATOR(number, id, name, meaning) \
	CHECK_BOTH_WAYS(operator, enum operator_, number, OPERATOR_##id, name);
#define SCHEME(number, id, name, example) \
	CHECK_BOTH_WAYS(scheme, enum scheme, number, SCHEME_##id, name);
#define DEFECT(number, id, name, meaning) \
	CHECK_BOTH_WAYS(defect, enum defect, number, DEFECT_##id, name);
#define CONFIDENCE(number, id, name, meaning) \
	CHECK_BOTH_WAYS(confidence, enum confidence, number, CONFIDENCE_##id, name);
#define MODE(number, id, name, meaning) CHECK_BOTH_WAYS(mode, enum mode, number, MODE_##id, name);
#define WORKAROUND(number, id, name, wx, parameter, meaning) \
	CHECK_BOTH_WAYS(workaround, enum workaround, number, WORKAROUND_##id, name);
#define PROBE(number, id, name, meaning) \
	CHECK_BOTH_WAYS(probe, enum probe, number, PROBE_##id, name);
#include <fwquirk/vocab.def>
}

static void names_and_meanings_are_those_of_the_list(void **state)
{
	(void)state;
#define DEFECT(number, id, name, meaning) assert_string_equal(defect_meaning(DEFECT_##id), meaning);
#define WX(number, id, name, meaning)     assert_string_equal(wx_name(WX_##id), name);
#define WORKAROUND(number, id, name, wx, parameter, meaning)               \
	assert_string_equal(workaround_meaning(WORKAROUND_##id), meaning); \
	assert_int_equal(workaround_wx(WORKAROUND_##id), WX_##wx);         \
	assert_int_equal(workaround_parameter(WORKAROUND_##id), PARAMETER_##parameter);
#define PROBE(number, id, name, meaning) assert_string_equal(probe_meaning(PROBE_##id), meaning);
#define VERDICT(number, id, name, meaning)                     \
	assert_string_equal(verdict_name(VERDICT_##id), name); \
	assert_string_equal(verdict_meaning(VERDICT_##id), meaning);
#define REASON(number, id, name, meaning)                    \
	assert_string_equal(reason_name(REASON_##id), name); \
	assert_string_equal(reason_meaning(REASON_##id), meaning);
#define EVENT(number, id, name, a, b, meaning)             \
	assert_string_equal(event_name(EVENT_##id), name); \
	assert_string_equal(event_a_name(EVENT_##id), a);  \
	assert_string_equal(event_b_name(EVENT_##id), b);  \
	assert_string_equal(event_meaning(EVENT_##id), meaning);
#define FIELD(number, id, name, kind, origin) \
	assert_int_equal(field_kind(FIELD_##id), FIELD_KIND_##kind);
#include <fwquirk/vocab.def>
}

static void unknown_numbers_have_a_name_too(void **state)
{
	static const unsigned unknown[] = {200, 255, 65535, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_string_equal(field_name(unknown[i]), "?");
		assert_string_equal(defect_name(unknown[i]), "?");
		assert_string_equal(workaround_name(unknown[i]), "?");
		assert_string_equal(workaround_meaning(unknown[i]), "");
		assert_string_equal(reason_name(unknown[i]), "?");
		assert_string_equal(reason_meaning(unknown[i]), "");
	}
	assert_string_equal(field_name(FIELD_COUNT), "?");
	assert_string_equal(probe_name(PROBE_COUNT), "?");
	/* The gap between the reasons of matching and those of planning. */
	for (unsigned i = REASON_MALFORMED + 1; i < REASON_PROBE_NO; i++) {
		assert_string_equal(reason_name(i), "?");
		assert_string_equal(reason_meaning(i), "");
	}
	assert_int_equal(workaround_wx((enum workaround)200), WX_LOOSEN);
	assert_int_equal(workaround_parameter((enum workaround)200), PARAMETER_NONE);
}

static void words_that_are_not_in_the_list_are_refused(void **state)
{
	static const char *const others[] = {
		"", "bios", "Bios-Vendor", " bios-vendor", "bios-vendor\n", "bios-vendorx", "?"};
	enum field field = FIELD_ARCH;
	enum mode mode = MODE_ARM;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(field_from_name(text_of(others[i]), &field));
	assert_false(field_from_name(text_sized("bios-vendor\0bios-version", 24), &field));
	assert_false(field_from_name(text_sized("\0", 1), &field));
	assert_int_equal(field, FIELD_ARCH);
	assert_false(mode_from_name(text_of("armed"), &mode));
	assert_int_equal(mode, MODE_ARM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_both_ways),
		cmocka_unit_test(names_and_meanings_are_those_of_the_list),
		cmocka_unit_test(unknown_numbers_have_a_name_too),
		cmocka_unit_test(words_that_are_not_in_the_list_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
