/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fuzz_report.c - any bytes as a report: refused in one printable sentence, or written again the same
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/report.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_printable(const char *text, bool is_file)
{
	for (const char *at = text; *at; at++)
		must((*at >= 0x20 && *at <= 0x7e) || (is_file && *at == '\n'));
}

static char *write_text(const struct report *report, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	must(out != NULL);
	report_write(out, report);
	must(fclose(out) == 0);
	return text;
}

/* What is written is printable and reads as the same report. */
static void check_round(const struct report *report)
{
	struct report again = {.n = 0};
	size_t size, size_again;
	char *text = write_text(report, &size), *text_again, *error;

	check_printable(text, true);
	must(report_read("again", text, size, &again, &error));
	text_again = write_text(&again, &size_again);
	must(size == size_again && memcmp(text, text_again, size) == 0);
	free(text_again);
	free(text);
	report_free(&again);
}

/* Any bytes as a kernel log: whatever they say, the report of it can be read. */
static void check_log(const uint8_t *data, size_t size)
{
	struct report report = {.n = 0};

	report_add(&report, REPORT_IDENTITY, FIELD_SYS_VENDOR, text_of("V"));
	report_add(&report, REPORT_NOTE, 0,
		   text_sized((const char *)data, size < 100 ? size : 100));
	report_add_kernel_log(&report, text_sized((const char *)data, size));
	check_round(&report);
	report_free(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = {.n = 0};
	char *error = NULL;

	if (report_read("r", data, size, &report, &error)) {
		check_round(&report);
		report_free(&report);
	} else {
		check_printable(error, false);
		free(error);
	}
	check_log(data, size);
	return 0;
}
