/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_report.c - `fwquirk report`: one small text about this machine, shown before it is written */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/report.h>
#include <fwquirk/host/source.h>

#include "record.h"
#include "tool.h"

#define LOG_LIMIT ((size_t)64 << 20)

struct report_run {
	const char *source, *output, *log, *journal, *by;
	const char *note[REPORT_REPEAT_MAX];
	size_t n_notes;
	bool explain, yes, as_json;
	struct report report;
};

/* ---- what goes in ---- */

/* The day, or that of $SOURCE_DATE_EPOCH, so that a report can be made again. */
static void add_date(struct report *report)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch && *epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm day;
	char text[16];

	if (gmtime_r(&now, &day) && strftime(text, sizeof(text), "%Y-%m-%d", &day))
		report_add(report, REPORT_DATE, 0, text_of(text));
}

static bool add_words(struct report_run *run)
{
	struct report *report = &run->report;

	report_add(report, REPORT_MAKER, 0, text_of("fwquirk " FWQUIRK_VERSION));
	add_date(report);
	if (run->by && !report_add(report, REPORT_BY, 0, text_of(run->by)))
		return false;
	for (size_t i = 0; i < run->n_notes; i++) {
		if (!report_add(report, REPORT_NOTE, 0, text_of(run->note[i])))
			return false;
	}
	return true;
}

/* The log tells what SMBIOS cannot: EFI vendor and revision. False when it is of another machine. */
static bool add_log_identity(struct report *report, struct text log, const char *name)
{
	static const enum field told[] = {FIELD_EFI_VENDOR, FIELD_UEFI_REVISION};
	static const enum field compared[] = {FIELD_PRODUCT_NAME, FIELD_BIOS_VERSION,
					      FIELD_BIOS_DATE};
	struct identity identity;
	struct source *source;
	char *error = NULL;
	bool is_same = true;

	if (!source_open_bytes(name, log.at, log.size, &source, &error)) {
		free(error); /* a log without a DMI line: says nothing of the identity */
		return true;
	}
	report_identity(report, &identity);
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
		enum field field = compared[i];

		if (identity_has(&identity, field) && identity_has(&source->identity, field) &&
		    !text_equal(identity.field[field], source->identity.field[field])) {
			tool_error("%s: a log of another machine: its %s is another", name,
				   field_name(field));
			is_same = false;
		}
	}
	for (size_t i = 0; is_same && i < sizeof(told) / sizeof(told[0]); i++) {
		if (source->identity.present >> told[i] & 1)
			report_add(report, REPORT_IDENTITY, told[i],
				   source->identity.field[told[i]]);
	}
	source_close(source);
	return is_same;
}

static bool add_log(struct report *report, struct text log, const char *name)
{
	if (!add_log_identity(report, log, name))
		return false;
	report_add_kernel_log(report, log);
	return true;
}

static bool add_log_file(struct report_run *run)
{
	uint8_t *bytes;
	size_t size;
	char *error = NULL;
	bool is_good;

	if (!file_read(run->log, LOG_LIMIT, &bytes, &size, &error)) {
		tool_error_take(error);
		return false;
	}
	is_good = add_log(&run->report, text_sized((char *)bytes, size), run->log);
	free(bytes);
	return is_good;
}

/* A missing log is no failure: the report says less. */
static bool add_log_of_machine(struct report_run *run)
{
	char *log, *error = NULL;
	size_t size;
	bool is_good;

	if (!report_kernel_log(&log, &size, &error)) {
		tool_error("note: %s; --dmesg FILE takes a saved one", error);
		free(error);
		return true;
	}
	is_good = add_log(&run->report, text_sized(log, size), "the kernel log");
	free(log);
	return is_good;
}

static bool add_journal(struct report *report, const char *path, bool must_be)
{
	uint8_t *bytes;
	size_t size;
	char *error = NULL;
	enum status status;

	if (!must_be && access(path, F_OK) != 0)
		return true;
	if (!file_read(path, LOG_LIMIT, &bytes, &size, &error)) {
		tool_error_take(error);
		return !must_be;
	}
	status = report_add_journal(report, span_of(bytes, size));
	free(bytes);
	if (status != STATUS_OK)
		tool_error("%s: not a usable journal: %s", path, status_text(status));
	return status == STATUS_OK || !must_be;
}

/* What there is to ask only when the report is about the machine it is made on. */
static bool add_this_machine(struct report_run *run)
{
	const char *other_root = getenv("FWQUIRK_SYSFS");
	const char *root = other_root && *other_root ? other_root : "/sys";
	char path[4096];

	if (!run->journal) {
		snprintf(path, sizeof(path),
			 "%s/firmware/efi/efivars/" JOURNAL_VARIABLE_NAME "-" FWQUIRK_GUID_TEXT,
			 root);
		add_journal(&run->report, path, false);
	}
	if (!run->log && root != other_root && !add_log_of_machine(run))
		return false;
	report_add_machine(&run->report, root);
	return true;
}

static bool add_source(struct report_run *run)
{
	struct source *source;
	char *error = NULL;
	bool is_good = true;

	if (!source_open(run->source, &source, &error)) {
		tool_error_take(error);
		return false;
	}
	report_add_source(&run->report, source);
	if (source->kind == SOURCE_KERNEL_LINE && !run->log)
		report_add_kernel_log(&run->report,
				      text_sized((char *)source->bytes, source->size));
	if (!source->identity.present)
		is_good =
			tool_error("%s: says nothing about the machine", source->name) == TOOL_YES;
	source_close(source);
	return is_good;
}

static bool collect(struct report_run *run)
{
	if (!add_words(run)) {
		tool_error("--by and --note take at most %u bytes each", REPORT_VALUE_MAX);
		return false;
	}
	return add_source(run) &&
	       (!run->journal || add_journal(&run->report, run->journal, true)) &&
	       (!run->log || add_log_file(run)) && (run->source || add_this_machine(run));
}

/* ---- what comes out ---- */

static bool ask(const char *output)
{
	char answer[16] = "";

	fflush(stdout);
	fprintf(stderr, "\nWrite this to ");
	tool_print_text(stderr, text_of(output));
	fputs("? [y/N] ", stderr);
	if (!fgets(answer, sizeof(answer), stdin))
		fputc('\n', stderr);
	return answer[0] == 'y' || answer[0] == 'Y';
}

static int write_out(const struct report_run *run, const char *text, size_t size)
{
	char *error = NULL;

	if (!run->yes) {
		if (!isatty(STDIN_FILENO))
			return tool_error("%s: nothing was written: nobody to ask; --yes writes it",
					  run->output);
		if (!ask(run->output)) {
			tool_error("%s: nothing was written", run->output);
			return TOOL_NO;
		}
	}
	if (!file_write(run->output, text, size, &error))
		return tool_error_take(error);
	tool_error("%s: %zu bytes written", run->output, size);
	return TOOL_YES;
}

static void say_masked(const struct report *report)
{
	if (report->n_masked)
		tool_error("note: %u values that look like a hardware address or a UUID were "
			   "masked with x",
			   report->n_masked);
}

static int put_out(const struct report_run *run)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int code = TOOL_YES;

	if (!out)
		abort();
	report_write(out, &run->report);
	if (fclose(out))
		abort();
	if (run->explain)
		report_explain(stdout, &run->report);
	else
		fwrite(text, 1, size, stdout);
	say_masked(&run->report);
	if (size > REPORT_LIMIT)
		code = tool_error("the report has more than %zu bytes; give fewer notes",
				  REPORT_LIMIT);
	else if (run->output)
		code = write_out(run, text, size);
	free(text);
	return code;
}

/* An array of lines, in their order: key, name where there is one, value. */
static int put_json(const struct report_run *run)
{
	json_t *array = json_array();

	for (size_t i = 0; i < run->report.n; i++) {
		const struct report_entry *entry = &run->report.entry[i];
		const char *name = report_entry_name(entry);
		json_t *object =
			json_pack("{s:s, s:o}", "key", report_key_name(entry->key), "value",
				  tool_json_text(text_sized(entry->value, entry->size)));

		if (name)
			json_object_set_new(object, "name", json_string(name));
		json_array_append_new(array, object);
	}
	say_masked(&run->report);
	return tool_print_json(array, TOOL_YES);
}

static int report_go(struct report_run *run)
{
	int code = TOOL_ERROR;

	if (collect(run))
		code = run->as_json ? put_json(run) : put_out(run);

	report_free(&run->report);
	return code;
}

static bool take_option(struct report_run *run, int option)
{
	switch (option) {
	case 'o':
		run->output = optarg;
		return true;
	case 'e':
		return run->explain = true;
	case 'y':
		return run->yes = true;
	case 'd':
		run->log = optarg;
		return true;
	case 'j':
		run->journal = optarg;
		return true;
	case 'b':
		run->by = optarg;
		return true;
	case 's':
		return run->as_json = true;
	case 'n':
		if (run->n_notes == REPORT_REPEAT_MAX)
			return false;
		run->note[run->n_notes++] = optarg;
		return true;
	default:
		return false;
	}
}

int cmd_report(int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"explain", no_argument, NULL, 'e'},
		{"yes", no_argument, NULL, 'y'},
		{"dmesg", required_argument, NULL, 'd'},
		{"journal", required_argument, NULL, 'j'},
		{"by", required_argument, NULL, 'b'},
		{"note", required_argument, NULL, 'n'},
		{"json", no_argument, NULL, 's'},
		{NULL, 0, NULL, 0},
	};
	struct report_run run = {.source = NULL};

	for (int c; (c = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
		if (!take_option(&run, c))
			return tool_usage("report", NULL);
	}
	if (argc - optind > 1)
		return tool_usage("report", "one SOURCE, not %d", argc - optind);
	if (run.as_json && (run.output || run.explain))
		return tool_usage("report", "--json goes to standard output alone");
	run.source = argv[optind];
	return report_go(&run);
}
