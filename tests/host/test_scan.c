/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_scan.c - texts that a source has spoilt, archives with any byte changed, output in order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <fwquirk/host/archive.h>
#include <fwquirk/host/pack.h>
#include <fwquirk/host/scan.h>

#include "support/made_store.h"

#define HEAD(id) \
	"[FWQ-000" id "]\nTitle = t\nDefect = other\nConfidence = reported\nMode = observe\n"
#define TAIL "Unbounded = x\nEvidence = https://example.org/\n\n"

static const char rules[] = "# SPDX-License-Identifier: CC0-1.0\n\n" HEAD(
	"1") "Match = sys-vendor \"Dell Inc.\"\nMatch = product-name prefix \"XPS 13 93\"\n" TAIL
	HEAD("2") "Match = sys-vendor \"Dell Inc.\"\nMatch = product-name not \"XPS 13 "
		  "9360\"\n" TAIL HEAD(
			  "3") "Match = product-name glob \"xps * 9?60\"\n"
			       "Match = sys-vendor any-of \"LENOVO\" \"dell  inc.\"\n"
			       "Known-good = bios-version \"A: 7\"\n" TAIL HEAD(
				       "4") "Match = product-name \"XPS13 9360\"\nMatch = "
					    "bios-date date >= 2020-01-01\n"
					    "Unbounded = x\nEvidence = https://example.org/\n";

static struct rule_set set;
static uint8_t *packed;
static struct table table;

static int setup(void **state)
{
	char *error = NULL;
	size_t size;

	(void)state;
	set = made_set(rules);
	packed = pack_rules(&set, &size, &error);
	return packed && table_open(span_of(packed, size), &table) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(packed);
	rule_set_free(&set);
	return 0;
}

static void assert_hits(const char *source_text, const char *expected)
{
	struct source *source;
	char *error = NULL, found[16] = "";
	uint32_t *at = NULL;
	size_t n;

	if (!source_open_bytes("test", source_text, strlen(source_text), &source, &error))
		fail_msg("%s", error);
	n = scan_source(&table, source, &at);
	for (size_t i = 0; i < n; i++) {
		struct table_rule rule;

		table_rule_at(&table, at[i], &rule);
		found[i] = (char)('0' + rule.id);
	}
	free(at);
	source_close(source);
	assert_string_equal(found, expected);
}

static void blanks_that_a_modalias_lost_are_not_missed(void **state)
{
	(void)state;
	assert_hits("dmi:bvnX:bvrA6:bd01/02/2019:svnDellInc.:pnXPS139360:", "13");
	assert_hits("dmi:bvnX:bvrA6:bd01/02/2021:svnDellInc.:pnXPS139360:", "134");
	assert_hits("dmi:bvnX:bvrA7:bd01/02/2021:svnDellInc.:pnXPS139360:", "14");
	assert_hits("dmi:bvnX:bvrA6:bd01/02/2021:svnDellInc.:pnXPS139350:", "12");
	assert_hits("dmi:bvnX:bvrA6:svnDell:pnXPS139360:", "");
}

static void other_sources_are_compared_as_the_firmware_does(void **state)
{
	(void)state;
	assert_hits("{\"sys-vendor\": \"Dell Inc.\", \"product-name\": \"XPS 13 9360\"}", "13");
	assert_hits("{\"sys-vendor\": \"DellInc.\", \"product-name\": \"XPS139360\"}", "");
	assert_hits("{\"sys-vendor\": \"Dell Inc.\", \"product-name\": \"XPS139360\"}", "2");
}

/* ---- archives ---- */

#define N_BLOCKS 9u

static void put_head(uint8_t *block, const char *name, char kind, unsigned size)
{
	unsigned sum = 0;

	memset(block, 0, 512);
	strcpy((char *)block, name);
	sprintf((char *)block + 124, "%011o", size);
	memset(block + 148, ' ', 8);
	block[156] = (uint8_t)kind;
	memcpy(block + 257,
	       "ustar\0"
	       "00",
	       8);
	for (unsigned i = 0; i < 512; i++)
		sum += block[i];
	sprintf((char *)block + 148, "%06o", sum);
}

/* pax records, a member of 600 bytes, one of 3, an end: nine blocks. */
static void archive_make(uint8_t archive[static N_BLOCKS * 512])
{
	static const char record[] = "13 path=long\n11 mtime=1\n";

	memset(archive, 0, N_BLOCKS * 512);
	put_head(archive, "PaxHeader", 'x', sizeof(record) - 1);
	memcpy(archive + 512, record, sizeof(record) - 1);
	put_head(archive + 1024, "short", '0', 600);
	memset(archive + 1536, 'a', 600);
	put_head(archive + 2560, "b", '0', 3);
	memcpy(archive + 3072, "bcd", 3);
}

/* "long:600 b:3 ." for a good one; '!' where it breaks, '-' for a member that is refused. */
static void archive_list(const uint8_t *archive, size_t size, char *ret_list, size_t room)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	struct tar_member member;
	enum tar_answer answer;
	struct stream *stream;
	char *error = NULL;
	struct tar *tar;
	size_t n = 0;

	assert_int_equal(write(fd, archive, size), (ssize_t)size);
	lseek(fd, 0, SEEK_SET);
	stream = stream_open(fd, "archive", &error);
	assert_non_null(stream);
	tar = tar_open(stream);
	while ((answer = tar_next(tar, &member)) == TAR_MEMBER || answer == TAR_REFUSED) {
		uint8_t *bytes = answer == TAR_MEMBER ? tar_read(tar, &member) : NULL;

		n += (size_t)snprintf(ret_list + n, n < room ? room - n : 0, "%s%s:%zu ",
				      answer == TAR_REFUSED ? "-" : "", member.name, member.size);
		assert_true(n < room);
		free(bytes);
	}
	snprintf(ret_list + n, room - n, "%s", answer == TAR_END ? "." : "!");
	tar_close(tar);
	stream_close(stream);
}

static void members_come_by_the_names_that_count(void **state)
{
	uint8_t archive[N_BLOCKS * 512];
	char list[512];

	(void)state;
	archive_make(archive);
	archive_list(archive, sizeof(archive), list, sizeof(list));
	assert_string_equal(list, "long:600 b:3 .");
}

static void an_archive_cut_anywhere_is_not_whole(void **state)
{
	uint8_t archive[N_BLOCKS * 512];
	char list[512];

	(void)state;
	archive_make(archive);
	/* The first empty block closes it. */
	for (size_t size = 0; size < 8 * 512; size += 64) {
		archive_list(archive, size, list, sizeof(list));
		assert_int_equal(list[strlen(list) - 1], '!');
	}
}

/* Every byte of every head, and of the records: an answer, and no read outside. */
static void changed_bytes_are_survived(void **state)
{
	static const uint8_t values[] = {0, ' ', '/', '7', '9', 0x80, 0xff};
	uint8_t archive[N_BLOCKS * 512];
	char list[2048];

	(void)state;
	for (size_t at = 0; at < sizeof(archive); at += at % 512 < 360 ? 1 : 16) {
		for (size_t i = 0; i < sizeof(values); i++) {
			unsigned sum = 0;
			uint8_t *head = archive + at / 512 * 512;

			archive_make(archive);
			archive[at] = values[i];
			/* With a checksum that is right again, half of the time. */
			if (at & 1 && (at / 512 == 0 || at / 512 == 2 || at / 512 == 5)) {
				memset(head + 148, ' ', 8);
				for (unsigned n = 0; n < 512; n++)
					sum += head[n];
				sprintf((char *)head + 148, "%06o", sum);
			}
			archive_list(archive, sizeof(archive), list, sizeof(list));
		}
	}
}

/* ---- order ---- */

static void print_id(void *context, FILE *out, const struct scan_machine *machine)
{
	(void)context;
	fprintf(out, "%s %zu\n", strrchr(machine->id, ':') + 1, machine->n_hits);
}

struct collected {
	char *at;
	size_t size;
	uint64_t n_machines;
};

static void collect(void *context, const char *bytes, size_t size, const struct scan_counts *counts)
{
	struct collected *collected = context;

	collected->at = realloc(collected->at, collected->size + size + 1);
	assert_non_null(collected->at);
	memcpy(collected->at + collected->size, bytes, size);
	collected->size += size;
	collected->at[collected->size] = '\0';
	assert_true(counts->n_machines >= collected->n_machines);
	collected->n_machines = counts->n_machines;
}

static struct collected run(unsigned n_jobs, char *path, struct scan_counts *ret_counts)
{
	struct collected collected = {.size = 0};
	const struct scan scan = {.table = &table,
				  .n_jobs = n_jobs,
				  .print = print_id,
				  .emit = collect,
				  .context = &collected};

	scan_run(&scan, &path, 1, ret_counts);
	return collected;
}

static void order_is_that_of_the_input(void **state)
{
	char path[] = "/tmp/fwquirk-scan-XXXXXX";
	FILE *list = fdopen(mkstemp(path), "w");
	struct collected one, many;
	struct scan_counts counts;

	(void)state;
	assert_non_null(list);
	for (unsigned i = 1; i <= 20000; i++)
		fprintf(list, "{\"sys-vendor\": \"Dell Inc.\", \"product-name\": \"XPS 13 %s\"}\n",
			i % 3 ? "9360" : "1");
	fclose(list);
	one = run(1, path, &counts);
	assert_int_equal(counts.n_machines, 20000);
	assert_int_equal(counts.n_known_bad, 20000);
	assert_int_equal(counts.n_errors, 0);
	assert_int_equal(counts.by_rule[0], 13334);
	assert_int_equal(counts.by_rule[1], 6666);
	assert_int_equal(counts.by_rule[3], 0);
	scan_counts_free(&counts);
	assert_memory_equal(one.at, "1 2\n2 2\n3 1\n4 2\n", 16);
	many = run(5, path, &counts);
	scan_counts_free(&counts);
	assert_int_equal(many.size, one.size);
	assert_memory_equal(many.at, one.at, one.size);
	free(one.at);
	free(many.at);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_that_a_modalias_lost_are_not_missed),
		cmocka_unit_test(other_sources_are_compared_as_the_firmware_does),
		cmocka_unit_test(members_come_by_the_names_that_count),
		cmocka_unit_test(an_archive_cut_anywhere_is_not_whole),
		cmocka_unit_test(changed_bytes_are_survived),
		cmocka_unit_test(order_is_that_of_the_input),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
