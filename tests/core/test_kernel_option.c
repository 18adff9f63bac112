/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_kernel_option.c - which options are allowed and heeded, what a Linux looks like, which words are there */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/kernel_option.h>

static bool allowed(const char *option)
{
	return kernel_option_is_allowed(text_of(option));
}

static void only_options_of_the_list(void **state)
{
	(void)state;
	assert_true(allowed("efi=noruntime"));
	assert_true(allowed("efi=novamap"));
	assert_true(allowed("pci=no_e820"));
	assert_true(allowed("reboot=pci"));
	/* Not a part of one, not one and something more, not two, none. */
	assert_false(allowed("efi=norun"));
	assert_false(allowed("efi=noruntime "));
	assert_false(allowed("efi=noruntime init=/bin/sh"));
	assert_false(allowed("EFI=noruntime"));
	assert_false(allowed("init=/bin/sh"));
	assert_false(allowed("module.sig_enforce=0"));
	assert_false(allowed(""));
}

static bool heeded(const char *option, const char *arch)
{
	return kernel_option_is_heeded(text_of(option), text_of(arch));
}

static void options_that_the_target_would_ignore(void **state)
{
	(void)state;
	assert_true(heeded("efi=noruntime", "x86_64"));
	assert_true(heeded("efi=noruntime", "aarch64"));
	assert_false(heeded("efi=novamap", "x86_64"));
	assert_true(heeded("efi=novamap", "aarch64"));
	assert_true(heeded("reboot=pci", "x86_64"));
	assert_false(heeded("reboot=pci", "aarch64"));
	assert_false(heeded("init=/bin/sh", "x86_64"));
}

static void linux_by_its_header(void **state)
{
	uint8_t image[0x210] = {0};
	struct span whole = span_of(image, sizeof(image));

	(void)state;
	assert_false(kernel_is_linux(whole));
	memcpy(image + 0x202, "HdrS", 4);
	assert_false(kernel_is_linux(whole));
	image[0x1fe] = 0x55;
	image[0x1ff] = 0xaa;
	assert_true(kernel_is_linux(whole));
	assert_false(kernel_is_linux(span_of(image, 0x205)));
	image[0x202] = 'h';
	assert_false(kernel_is_linux(whole));
	memcpy(image + 0x38, "ARM\x64", 4);
	assert_true(kernel_is_linux(whole));
	memcpy(image + 0x38, "RSC\x05", 4);
	assert_true(kernel_is_linux(whole));
	assert_false(kernel_is_linux(span_of(image, 0x3b)));
	assert_false(kernel_is_linux(span_of(image, 0)));
}

static bool have(const uint16_t *options, const char *option)
{
	size_t size = 0;

	while (options[size])
		size++;
	return kernel_options_have(wide_sized(options, size), text_of(option));
}

static void words_of_the_load_options(void **state)
{
	(void)state;
	assert_true(have(u"quiet efi=debug ro", "efi=debug"));
	assert_true(have(u"efi=debug", "efi=debug"));
	assert_true(have(u"quiet\tefi=debug", "efi=debug"));
	assert_false(have(u"quiet efi=debug2", "efi=debug"));
	assert_false(have(u"quiet xefi=debug", "efi=debug"));
	assert_false(have(u"efi=debu", "efi=debug"));
	assert_false(have(u"", "efi=debug"));
	/* A character that is the same in its lower half only. */
	assert_false(have(u"\u0165fi=debug", "efi=debug"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_options_of_the_list),
		cmocka_unit_test(options_that_the_target_would_ignore),
		cmocka_unit_test(linux_by_its_header),
		cmocka_unit_test(words_of_the_load_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
