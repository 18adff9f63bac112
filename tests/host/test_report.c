/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_report.c - reports read, refused, written and made; nothing private ever comes out */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/report.h>
#include <fwquirk/journal.h>

#define IDENTITY "identity product-name = \"P\"\n"
#define HEADER   "fwquirk-report 1\n"

static char *written(const struct report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	report_write(out, report);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void refused_bytes(const void *bytes, size_t size, const char *message)
{
	struct report report = {.n = 77};
	char *error = NULL;

	assert_false(report_read("r", bytes, size, &report, &error));
	assert_int_equal(report.n, 77);
	if (!strstr(error, message))
		fail_msg("expected \"%s\" in \"%s\"", message, error);
	for (const char *at = error; *at; at++)
		assert_in_range(*at, 0x20, 0x7e);
	free(error);
}

static void refused(const char *text, const char *message)
{
	refused_bytes(text, strlen(text), message);
}

static void read_good(const char *text, struct report *ret_report)
{
	char *error = NULL;

	*ret_report = (struct report){.n = 0};
	if (!report_read("r", text, strlen(text), ret_report, &error))
		fail_msg("%s", error);
}

/* ---- reading and writing ---- */

static const char full[] = HEADER "maker = \"fwquirk 0.1.0\"\n"
				  "date = 2026-11-22\n"
				  "by = \"J\\xc3\\xb6rg\"\n"
				  "note = \"one \\\"quoted\\\" \\\\ word\"\n"
				  "note = \"another\"\n"
				  "source = \"dmidecode text\"\n"
				  "identity bios-version = \"1.0.7\"\n"
				  "identity bios-release = \"1.0\"\n"
				  "identity sys-vendor = \"Dell Inc.\"\n"
				  "identity product-name = \"\"\n"
				  "identity cpu-id = \"0x0000000000000663\"\n"
				  "layer = \"0.1.0\"\n"
				  "layer-start = loader\n"
				  "table = 0x0badcafe\n"
				  "table-rules = 20\n"
				  "probe map-present = yes\n"
				  "probe free-readonly-faults = no-answer\n"
				  "rule FWQ-0001 = applied\n"
				  "rule FWQ-0002 = not-applicable differs product-name\n"
				  "rule FWQ-0003 = fixed probe-no map-present\n"
				  "rule FWQ-0004 = refused policy-loosen alloc-exec\n"
				  "rule FWQ-0005 = observed mode-observe\n"
				  "action FWQ-0001 = free-writable\n"
				  "action FWQ-0001 = reserve-low\n"
				  "last-fault = \"write, not present\"\n"
				  "kernel = \"6.1.0-13-amd64\"\n"
				  "kernel-option = \"efi=debug\"\n"
				  "efi-bits = 64\n"
				  "secure-boot = on\n"
				  "efi-table = \"MEMATTR\"\n"
				  "memory-map = efi\n"
				  "memory conventional = 12 descriptors 2035712 pages\n"
				  "memory other = 1 descriptors 0 pages\n"
				  "memory-attribute run = 7\n"
				  "paging-levels = 5\n"
				  "pages r-- = 0\n"
				  "pages rwx = 4294967295\n"
				  "kernel-said mat-type = 3\n";

static void test_round_trip(void **state)
{
	struct report report;
	struct identity identity;
	enum verdict verdict;
	enum reason reason;
	struct text what;
	uint64_t descriptors, pages;
	char *text;

	(void)state;
	read_good(full, &report);
	text = written(&report);
	assert_string_equal(text, full);
	free(text);
	report_identity(&report, &identity);
	assert_true(text_is_same(identity.field[FIELD_SYS_VENDOR], text_of("Dell Inc.")));
	assert_true(identity.present >> FIELD_PRODUCT_NAME & 1);
	assert_false(identity.present >> FIELD_BOARD_NAME & 1);
	assert_string_equal(report_find(&report, REPORT_NOTE, 0)->value, "one \"quoted\" \\ word");
	assert_string_equal(report_find(&report, REPORT_BY, 0)->value, "J\xc3\xb6rg");
	assert_null(report_find(&report, REPORT_RULE, 9));
	assert_true(report_rule(report_find(&report, REPORT_RULE, 3), &verdict, &reason, &what));
	assert_int_equal(verdict, VERDICT_FIXED);
	assert_int_equal(reason, REASON_PROBE_NO);
	assert_true(text_is_same(what, text_of("map-present")));
	assert_true(report_memory(report_find(&report, REPORT_MEMORY, 7), &descriptors, &pages));
	assert_int_equal(descriptors, 12);
	assert_int_equal(pages, 2035712);
	report_free(&report);
}

static void test_line_ends(void **state)
{
	struct report report;
	char *text;

	(void)state;
	read_good("fwquirk-report 1\r\nidentity product-name = \"P\"\r\n", &report);
	text = written(&report);
	assert_string_equal(text, HEADER IDENTITY);
	free(text);
	report_free(&report);
}

/* Every line is explained, in one line more. */
static void test_explain(void **state)
{
	struct report report;
	char *text = NULL;
	size_t size, n = 0, n_lines = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	read_good(full, &report);
	report_explain(out, &report);
	assert_int_equal(fclose(out), 0);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), n_lines++)
		n += strncmp(line, "    ", 4) == 0 && strlen(line) > 10;
	assert_int_equal(n, report.n + 1);
	assert_int_equal(n_lines, 2 * n);
	free(text);
	report_free(&report);
}

/* ---- refusals ---- */

static void test_refused_form(void **state)
{
	(void)state;
	refused("", "r:1: expected fwquirk-report 1, found \"\"");
	refused("hello\n", "r:1: expected fwquirk-report 1, found \"hello\"");
	refused("fwquirk-report 2\n" IDENTITY, "r:1: expected version 1");
	refused(HEADER, "expected at least one identity line");
	refused(HEADER "note = \"x\"\n", "expected at least one identity line");
	refused(HEADER "identity product-name = \"P\"", "r:2: expected a line feed");
	refused(HEADER "\n" IDENTITY, "r:2: expected a line of a report, found \"\"");
	refused(HEADER "serial = \"X\"\n", "r:2: expected a line of a report, found \"serial");
	refused(HEADER "identity serial-number = \"X\"\n", "expected a name that this fwquirk");
	refused(HEADER "identity = \"X\"\n",
		"expected a name that this fwquirk knows, found \"=\"");
	refused(HEADER "identity\n", "expected a name behind the word");
	refused(HEADER "identity product-name \"P\"\n", "expected \" = \" and a value");
	refused(HEADER "identity product-name =  \"P\"\n", "a text in double quotes");
	refused(HEADER IDENTITY IDENTITY, "r:3: expected such a line once");
	refused(HEADER IDENTITY "identity sys-vendor = \"V\"\n",
		"expected the lines in their order");
	refused(HEADER IDENTITY "note = \"late\"\n", "expected the lines in their order");
	refused(HEADER "rule FWQ-1 = applied\n", "expected a name that this fwquirk knows");
	refused(HEADER "rule FWQ-00001 = applied\n", "expected a name that this fwquirk knows");
}

static void test_refused_values(void **state)
{
	(void)state;
	refused(HEADER "date = 2026-13-01\n", "expected a date");
	refused(HEADER "identity product-name = P\n", "expected a text in double quotes");
	refused(HEADER "identity product-name = \"P\n", "expected a closing quote");
	refused(HEADER "identity product-name = \"P\" x\n", "expected the end of the line");
	refused(HEADER "identity product-name = \"\\n\"\n", "two digits, found \"n\"");
	refused(HEADER "identity product-name = \"\\x00\"\n", "two digits");
	refused(HEADER "identity product-name = \"\\x1B\"\n", "two digits");
	refused(HEADER "identity cpu-id = \"663\"\n", "spells it");
	refused(HEADER "identity chassis-type = \"ten\"\n", "spells it");
	refused(HEADER IDENTITY "layer-start = magic\n", "one of the words");
	refused(HEADER IDENTITY "table = 0xBADCAFE1\n", "0x and 8 digits");
	refused(HEADER IDENTITY "table = 0x0bad\n", "0x and 8 digits");
	refused(HEADER IDENTITY "table-rules = -1\n", "expected a number");
	refused(HEADER IDENTITY "table-rules = 01\n", "expected a number");
	refused(HEADER IDENTITY "table-rules = 4294967296\n", "expected a number");
	refused(HEADER IDENTITY "probe map-present = maybe\n", "one of the words");
	refused(HEADER IDENTITY "rule FWQ-0001 = broken\n", "expected a verdict");
	refused(HEADER IDENTITY "rule FWQ-0001 = applied none\n", "expected a verdict");
	refused(HEADER IDENTITY "rule FWQ-0001 = not-applicable differs colour\n", "a verdict");
	refused(HEADER IDENTITY "rule FWQ-0001 = fixed probe-no bios-date\n", "a verdict");
	refused(HEADER IDENTITY "action FWQ-0001 = format-disk\n", "expected a workaround");
	refused(HEADER IDENTITY "memory mmio = 1 descriptors\n", "N descriptors N pages");
	refused(HEADER IDENTITY "memory mmio = 1 descriptors 0x10 pages\n", "N descriptors");
	refused(HEADER IDENTITY "memory mmio = 9999999999999999 descriptors 1 pages\n", "N desc");
	refused(HEADER IDENTITY "secure-boot = \"on\"\n", "one of the words");
}

/* What a stranger may send: nothing of it gets as far as a terminal. */
static void test_refused_hostile(void **state)
{
	char *large = malloc(REPORT_LIMIT + 100), long_line[2000];

	(void)state;
	refused(HEADER "identity product-name = \"\033[2J\"\n", "r:2: expected printable ASCII");
	refused(HEADER "note = \"\t\"\n", "expected printable ASCII");
	refused(HEADER "note = \"\x7f\"\n", "expected printable ASCII");
	refused(HEADER "note = \"\xc3\xb6\"\n", "expected printable ASCII");
	refused(HEADER "note = \"\xe2\x80\xae\"\n",
		"expected printable ASCII");                                 /* turns the text */
	refused(HEADER "note = \"\xd0\xa0\"\n", "expected printable ASCII"); /* looks like P */
	refused(HEADER "note = \"\xff\"\n", "expected printable ASCII");
	refused("fwquirk-report 1\rnote = \"x\"\n", "expected printable ASCII");
	refused("\xef\xbb\xbf" HEADER IDENTITY, "r:1: expected printable ASCII");
	refused_bytes("fwquirk-report 1\n\0", 18, "r:2: expected a line feed");
	refused_bytes("fwquirk-report 1\n\0\n", 19, "r:2: expected printable ASCII");
	refused(HEADER "note = \"at 00:11:22:aa:BB:cc\"\n" IDENTITY, "no hardware address");
	refused(HEADER "note = \"00-11-22-aa-BB-cc\"\n" IDENTITY, "no hardware address");
	refused(HEADER "identity product-sku = \"123e4567-e89b-12d3-a456-426614174000\"\n",
		"no UUID");
	refused(HEADER "identity product-sku = \"\\x31\\x32:11:22:33:44:55\"\n", "no hardware");
	memset(long_line, 'x', sizeof(long_line));
	memcpy(long_line, "note = \"", 8);
	long_line[sizeof(long_line) - 2] = '\n';
	long_line[sizeof(long_line) - 1] = '\0';
	refused(long_line, "expected at most 1200 bytes");
	assert_non_null(large);
	memset(large, '\n', REPORT_LIMIT + 100);
	refused_bytes(large, REPORT_LIMIT + 100, "expected a report of at most 64 KiB");
	free(large);
}

static void test_refused_many(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fputs(HEADER, out);
	for (unsigned i = 0; i < REPORT_REPEAT_MAX + 1; i++)
		fputs("note = \"again\"\n", out);
	fclose(out);
	refused(text, "r:66: expected at most 64 such lines");
	free(text);
	out = open_memstream(&text, &size);
	fprintf(out, HEADER "note = \"%0300d\"\n", 0);
	fclose(out);
	refused(text, "expected at most 256 bytes");
	free(text);
}

/* ---- making ---- */

static void expect_added(const char *value, const char *expected)
{
	struct report report = {.n = 0};

	assert_true(report_add(&report, REPORT_NOTE, 0, text_of(value)));
	assert_string_equal(report.entry[0].value, expected);
	assert_int_equal(report.n_masked > 0, strcmp(value, expected) != 0);
	report_free(&report);
}

static void test_masks(void **state)
{
	(void)state;
	expect_added("00:1A:2b:33:44:55", "xx:xx:xx:xx:xx:xx");
	expect_added("eth 00-1A-2b-33-44-55.", "eth xx-xx-xx-xx-xx-xx.");
	expect_added("(123E4567-e89b-12d3-a456-426614174000)",
		     "(xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)");
	expect_added("00:11:22:33:44:55 66:77:88:99:aa:bb", "xx:xx:xx:xx:xx:xx xx:xx:xx:xx:xx:xx");
	/* Numbers that are only like it. */
	expect_added("00:11:22:33:44", "00:11:22:33:44");
	expect_added("1.2.3.4.5.6", "1.2.3.4.5.6");
	expect_added("000:11:22:33:44:55", "000:11:22:33:44:55");
	expect_added("00:11:22:33:44:555", "00:11:22:33:44:555");
	expect_added("00:11:22:33:44-55", "00:11:22:33:44-55");
	expect_added("N1EET79W (1.52 )", "N1EET79W (1.52 )");
}

static void test_add(void **state)
{
	struct report report = {.n = 0};
	char large[REPORT_VALUE_MAX + 2], *text;

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_false(report_add(&report, REPORT_NOTE, 0, text_of(large)));
	assert_false(report_add(&report, REPORT_NOTE, 0, text_sized("a\0b", 3)));
	assert_false(report_add(&report, REPORT_DATE, 0, text_of("today")));
	assert_true(report_add(&report, REPORT_IDENTITY, FIELD_SYS_VENDOR, text_of("V\033\xff")));
	assert_false(report_add(&report, REPORT_IDENTITY, FIELD_SYS_VENDOR, text_of("W")));
	assert_true(report_add(&report, REPORT_IDENTITY, FIELD_BIOS_DATE, text_of("d")));
	assert_true(report_add(&report, REPORT_NOTE, 0, text_of("first")));
	assert_true(report_add(&report, REPORT_NOTE, 0, text_of("second")));
	text = written(&report);
	assert_string_equal(text, HEADER "note = \"first\"\nnote = \"second\"\n"
					 "identity bios-date = \"d\"\n"
					 "identity sys-vendor = \"V\\x1b\\xff\"\n");
	free(text);
	report_free(&report);
}

static void expect_release(const char *release, const char *expected)
{
	struct report report = {.n = 0};
	const struct report_entry *entry;

	report_add_kernel_release(&report, text_of(release));
	entry = report_find(&report, REPORT_KERNEL, 0);
	if (!*expected)
		assert_null(entry);
	else
		assert_string_equal(entry->value, expected);
	report_free(&report);
}

static void test_kernel_release(void **state)
{
	(void)state;
	expect_release("6.1.0-13-amd64", "6.1.0-13-amd64");
	expect_release("6.5.6-300.fc39.x86_64", "6.5.6-300.fc39.x86_64");
	expect_release("6.6.0-rc3+", "6.6.0-rc3");
	expect_release("6.12.38+deb13-amd64", "6.12.38+deb13-amd64");
	expect_release("6.1.0-0.deb11.21-cloud-amd64", "6.1.0-0.deb11.21-cloud-amd64");
	expect_release("6.9.1-arch1-1-t2", "6.9.1-arch1-1");
	expect_release("6.1.0-bobs-laptop", "6.1.0");
	expect_release("6.1.0-amd64bob", "6.1.0");
	expect_release("6.1.0-bob.amd64", "6.1.0");
	expect_release("bob-6.1.0", "");
	expect_release("", "");
}

static char *of_log(const char *log)
{
	struct report report = {.n = 0};
	char *text;

	report_add_kernel_log(&report, text_of(log));
	text = written(&report);
	report_free(&report);
	return text;
}

static void expect_log(const char *log, const char *expected)
{
	char *text = of_log(log);

	assert_string_equal(text + strlen(HEADER), expected);
	free(text);
}

static void test_memory_map(void **state)
{
	(void)state;
	expect_log("[    0.000000] efi: mem00: [Boot Code          |   |  |  |  |  |  |  |  |   "
		   "|WB|WT|WC|UC] range=[0x0000000000000000-0x0000000000000fff] (0MB)\n"
		   "[    0.000000] efi: mem01: [Runtime Code|RUN|  |XP|  |  |  |  |RO|  "
		   "|WB|WT|WC|UC] range=[0x1000-0x2fff] (0MB)\n"
		   "BIOS-e820: [mem 0x0-0xfff] usable\n",
		   "memory-map = efi\n"
		   "memory boot-code = 1 descriptors 1 pages\n"
		   "memory runtime-code = 1 descriptors 2 pages\n"
		   "memory-attribute run = 1\nmemory-attribute ro = 1\nmemory-attribute xp = 1\n");
	/* Older: the end is not included; numbers for what has no name. */
	expect_log("efi: mem01: [Conventional Memory|attr=0x800000000000000f] "
		   "range=[0x1000-0x8e000) (0MB)\n"
		   "efi: mem02: type=11, attr=0x8000000000000001, range=[0x1000-0x2000) (0MB)\n"
		   "efi: mem03: [type=2147483648|attr=0x0] range=[0x0-0xfff] (0MB)\n",
		   "memory-map = efi\n"
		   "memory conventional = 1 descriptors 141 pages\n"
		   "memory mmio = 1 descriptors 1 pages\n"
		   "memory other = 1 descriptors 1 pages\n"
		   "memory-attribute run = 2\n");
	expect_log("efi:   0x000040000000-0x00004000ffff [Loader Data        |   |  |WB|WT]\n",
		   "memory-map = efi\nmemory loader-data = 1 descriptors 16 pages\n");
	expect_log("BIOS-e820: [mem 0x0-0x9efff] usable\nBIOS-e820: [mem 0x9f000-0x9ffff] "
		   "reserved\nBIOS-e820: [mem 0xa0000-0xa0fff] type 20\n",
		   "memory-map = e820\nmemory reserved = 1 descriptors 1 pages\n"
		   "memory conventional = 1 descriptors 159 pages\n"
		   "memory other = 1 descriptors 1 pages\n");
	/* Printed again; and entries that the kernel threw out. */
	expect_log("efi: mem00: [Boot Code|WB] range=[0x0-0xfff] (0MB)\n"
		   "efi: mem01: [Boot Code|WB] range=[0x1000-0x1fff] (0MB)\n"
		   "efi: mem02: [Boot Code|WB] range=[0xffff000-0x1000fff] (invalid)\n"
		   "efi: mem00: [Boot Data|WB] range=[0x0-0xfff] (0MB)\n",
		   "memory-map = efi\nmemory boot-data = 1 descriptors 1 pages\n");
	expect_log("efi: mem00: [Boot Code| range=[0x0\nefi: mem: [\nefi: mem00: type=7\n", "");
}

static void test_kernel_words(void **state)
{
	(void)state;
	expect_log(
		"Linux version 6.1.0-13-amd64-secrethost (bob@secrethost) (gcc)\n"
		"Command line: BOOT_IMAGE=/vmlinuz root=UUID=123e4567-e89b-12d3-a456-426614174000 "
		"efi=debug,novamap,secret pci=no_e820 hostname=secrethost ip=10.0.0.1\n"
		"Kernel command line: efi=runtime\n"
		"efi: ACPI 2.0=0x7bffe014 SMBIOS 3.0=0x7e952000 MEMATTR=0x7cd8b018 secret=0x1\n"
		"secureboot: Secure boot disabled\n"
		"efi: memattr: Entry type should be RuntimeServiceCode/Data\n"
		"efi: memattr: Entry type should be RuntimeServiceCode/Data\n"
		"[Firmware Bug]: Page fault caused by firmware at PA: 0xffffb1edc0068000\n",
		"kernel = \"6.1.0-13-amd64\"\n"
		"kernel-option = \"efi=debug\"\nkernel-option = \"efi=novamap\"\n"
		"kernel-option = \"pci=no_e820\"\n"
		"secure-boot = off\n"
		"efi-table = \"ACPI 2.0\"\nefi-table = \"SMBIOS 3.0\"\nefi-table = \"MEMATTR\"\n"
		"kernel-said mat-type = 2\nkernel-said runtime-fault = 1\n");
}

static void test_journal(void **state)
{
	struct report report = {.n = 0};
	struct probe_vector probes = {.answer = {[PROBE_MAP_PRESENT] = PROBE_ANSWER_YES}};
	uint8_t bytes[4 + JOURNAL_MAX_SIZE] = {7};
	struct journal_writer writer;
	uint16_t size;
	char *text;

	(void)state;
	journal_begin(&writer, bytes + 4, JOURNAL_MAX_SIZE);
	journal_add_start(&writer, JOURNAL_START_LOADER);
	journal_add_text(&writer, JOURNAL_BUILD, text_of("0.1.0"));
	journal_add_probes(&writer, &probes);
	journal_add_text(&writer, JOURNAL_NOTE, text_of("asset 12345"));
	size = journal_finish(&writer);
	assert_int_equal(report_add_journal(&report, span_of(bytes, size + 4u)), STATUS_OK);
	text = written(&report);
	assert_string_equal(text, HEADER "layer = \"0.1.0\"\nlayer-start = loader\n"
					 "probe map-present = yes\n");
	free(text);
	report_free(&report);
	bytes[30] ^= 1;
	assert_int_equal(report_add_journal(&report, span_of(bytes + 4, size)), STATUS_CHECKSUM);
	assert_int_equal(report.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_refused_form),
		cmocka_unit_test(test_refused_values),
		cmocka_unit_test(test_refused_hostile),
		cmocka_unit_test(test_refused_many),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_kernel_release),
		cmocka_unit_test(test_memory_map),
		cmocka_unit_test(test_kernel_words),
		cmocka_unit_test(test_journal),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
