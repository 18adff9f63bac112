/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_load_options.c - what shells, boot managers and firmware put into load options */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/load_options.h>

#define MAX 128u

/* ASCII as UCS-2, without a terminator, in one of a few rooms that take turns. */
static struct wide wide(const char *text)
{
	static uint16_t rooms[8][MAX];
	static unsigned turn;
	uint16_t *room = rooms[turn++ % 8];

	for (size_t i = 0; text[i]; i++)
		room[i] = (uint8_t)text[i];
	return wide_sized(room, strlen(text));
}

static void assert_wide(struct wide found, const char *expected)
{
	assert_int_equal(found.size, strlen(expected));
	for (size_t i = 0; i < found.size; i++)
		assert_int_equal(found.at[i], (uint8_t)expected[i]);
}

static void options_are_read(void **state)
{
	static const struct {
		const char *options, *path, *arguments;
	} cases[] = {
		{"", "", ""},
		{"  \t ", "", ""},
		{"\\EFI\\debian\\shimx64.efi", "\\EFI\\debian\\shimx64.efi", ""},
		{"  /EFI/x.EFI  ", "/EFI/x.EFI", ""},
		{"x.efi -- quiet  initrd=\\i.img ", "x.efi", "quiet  initrd=\\i.img"},
		{"x.efi --", "x.efi", ""},
		{"-- a -- b", "", "a -- b"},
		{"\"\\a b\\c.efi\" -- \"q\"", "\\a b\\c.efi", "\"q\""},
		/* A shell puts our own name first, as it was typed. */
		{"fwquirk-loadx64.efi", "", ""},
		{"FS0:\\EFI\\BOOT\\Fwquirk-LoadX64.efi \\x.efi", "\\x.efi", ""},
		{"fwquirk-loadx64 \\x.efi -- y", "\\x.efi", "y"},
		{".\\fwquirk-loadx64.efi -- y", "", "y"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct next_options read;

		assert_int_equal(next_options_read(wide(cases[i].options),
						   wide("\\EFI\\fwquirk-loadx64.efi"), &read),
				 STATUS_OK);
		assert_wide(read.path, cases[i].path);
		assert_wide(read.arguments, cases[i].arguments);
	}
}

static void switches_stand_before_the_path(void **state)
{
	static const struct {
		const char *options, *switches, *path, *arguments;
	} cases[] = {
		{"off", "off", "", ""},
		{"fwquirk-loadx64.efi  observe -FWQ-0001 \\x.efi -- off", "observe -FWQ-0001",
		 "\\x.efi", "off"},
		{"Off,+fwq-1,loosen -- y", "Off,+fwq-1,loosen", "", "y"},
		{"\"off\" \"observe\"", "off\" \"observe", "", ""},
		{"-- off", "", "", "off"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct next_options read;

		assert_int_equal(next_options_read(wide(cases[i].options),
						   wide("\\EFI\\fwquirk-loadx64.efi"), &read),
				 STATUS_OK);
		assert_wide(read.switches, cases[i].switches);
		assert_wide(read.path, cases[i].path);
		assert_wide(read.arguments, cases[i].arguments);
	}
}

static void narrowed_is_ascii_and_bounded(void **state)
{
	static const uint16_t euro[] = {'a', 0x20ac, 'b', 0x7f, 0, 'c'};
	char room[4] = "....", longer[6];
	(void)state;

	assert_true(text_is_same(wide_narrowed(wide_sized(euro, 4), room, 3), text_of("a?b")));
	assert_int_equal(room[3], '.');
	assert_true(text_is_same(wide_narrowed(wide_sized(euro, 6), longer, 6), text_of("a?b?")));
}

static void other_texts_are_refused(void **state)
{
	static const char *const cases[] = {
		"x",
		".efi",
		"x.efi y.efi",
		"fs0:\\x.efi",
		"\"x.efi",
		"x.efi fwquirk-loadx64.efi",
		"x.efi -quiet",
		"off obsrve",
		"off,obsrve",
		"x.efi off",
		"fwquirk-loadx64.efi fwquirk-loadx64.efi z",
	};
	struct next_options read = {.path = {NULL, 77}};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			next_options_read(wide(cases[i]), wide("\\fwquirk-loadx64.efi"), &read),
			STATUS_MALFORMED);
	assert_int_equal(read.path.size, 77);
}

/* EDK II marks the boot options that it made itself with a GUID in their optional data; this is it
 * (MdeModulePkg/Library/UefiBootManagerLib/BmBoot.c, mBmAutoCreateBootOptionGuid). */
static void bytes_that_are_no_text_count_as_none(void **state)
{
	static const uint16_t guid[] = {0xac4e, 0x8108, 0x9f11, 0x4d59,
					0x0e85, 0x1ae2, 0x2c52, 0xb259};
	static const uint16_t one[] = {0x0001}, surrogate[] = {'a', 0xd800}, after[] = {0, 0xffff};
	struct next_options read;
	(void)state;

	assert_int_equal(next_options_read(wide_sized(guid, 8), wide("\\a.efi"), &read), STATUS_OK);
	assert_int_equal(read.path.size, 0);
	assert_int_equal(next_options_read(wide_sized(one, 1), wide("\\a.efi"), &read), STATUS_OK);
	assert_int_equal(read.path.size, 0);
	assert_int_equal(next_options_read(wide_sized(surrogate, 2), wide("\\a.efi"), &read),
			 STATUS_OK);
	assert_int_equal(next_options_read(wide_sized(after, 2), wide("\\a.efi"), &read),
			 STATUS_OK);
	assert_int_equal(next_options_read(wide_sized(NULL, 0), wide_sized(NULL, 0), &read),
			 STATUS_OK);
}

static void what_is_behind_a_nul_does_not_count(void **state)
{
	static const uint16_t options[] = {'x', '.', 'e', 'f', 'i', 0, ' ', 'y'};
	struct next_options read;
	(void)state;

	assert_int_equal(next_options_read(wide_sized(options, 8), wide("\\a.efi"), &read),
			 STATUS_OK);
	assert_wide(read.path, "x.efi");
}

static void paths_compare_as_on_fat(void **state)
{
	(void)state;

	assert_true(wide_is_same_path(wide("\\EFI\\Boot\\x.efi"), wide("/efi/BOOT/X.EFI")));
	assert_false(wide_is_same_path(wide("\\a"), wide("\\b")));
	assert_false(wide_is_same_path(wide("\\a"), wide("\\ab")));
	assert_wide(wide_base_name(wide("fs0:\\a\\b.efi")), "b.efi");
	assert_wide(wide_base_name(wide("fs0:b.efi")), "b.efi");
	assert_wide(wide_base_name(wide("a/b.efi")), "b.efi");
	assert_wide(wide_base_name(wide("b.efi")), "b.efi");
	assert_wide(wide_base_name(wide("a\\")), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_read),
		cmocka_unit_test(switches_stand_before_the_path),
		cmocka_unit_test(narrowed_is_ascii_and_bounded),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(bytes_that_are_no_text_count_as_none),
		cmocka_unit_test(what_is_behind_a_nul_does_not_count),
		cmocka_unit_test(paths_compare_as_on_fat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
