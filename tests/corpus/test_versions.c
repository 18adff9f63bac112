/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_versions.c - versions that follow each other in date on one model, and what each scheme says */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/version.h>

#include "support/corpus.h"

/*
 * Which scheme a vendor's rules use, and the floor: of 1000 pairs that the scheme orders, at most so
 * many may disagree with their dates; of 1000 pairs, at most so many may be left without a claim.
 * Dates are not the truth either (two lines of firmware kept up side by side; Surface builds with
 * dates of 2015), so the floor is not zero.
 */
static const struct vendor {
	const char *name, *column, *prefix;
	enum scheme scheme;
	unsigned max_wrong, max_unclaimed;
} vendors[] = {
	{"Dell", "sys_vendor", "dell inc.", SCHEME_DELL, 1, 2},
	{"Lenovo", "sys_vendor", "lenovo", SCHEME_LENOVO, 4, 40},
	{"HP", "sys_vendor", "hp", SCHEME_HP, 4, 5},
	{"Hewlett-Packard", "sys_vendor", "hewlett-packard", SCHEME_HP, 6, 20},
	{"Apple", "sys_vendor", "apple inc.", SCHEME_APPLE, 5, 2},
	{"Surface", "sys_vendor", "microsoft corporation", SCHEME_SURFACE, 90, 40},
	{"ASUS", "board_vendor", "asustek", SCHEME_NUMBER, 4, 10},
	{"Gigabyte", "board_vendor", "gigabyte", SCHEME_GIGABYTE, 12, 125},
	{"ASRock", "board_vendor", "asrock", SCHEME_DOTTED, 5, 85},
	{"Acer", "board_vendor", "acer", SCHEME_DOTTED, 30, 175},
};

#define N_VENDORS (sizeof(vendors) / sizeof(vendors[0]))

struct report {
	char model[512]; /* the names in normal form, or what there was room for */
	const char *version;
	uint32_t date;
	unsigned vendor;
};

struct share {
	unsigned n, wrong, unclaimed, same, wrong_plain;
};

static struct tsv machines;

static int compare_reports(const void *a, const void *b)
{
	const struct report *x = a, *y = b;
	int order = strcmp(x->model, y->model);

	return order ? order : strcmp(x->version, y->version);
}

static int compare_dates(const void *a, const void *b)
{
	const struct report *x = a, *y = b;
	int order = strcmp(x->model, y->model);

	if (!order)
		order = (x->date > y->date) - (x->date < y->date);
	return order ? order : strcmp(x->version, y->version);
}

static bool find_vendor(size_t row, unsigned *ret_vendor)
{
	for (unsigned i = 0; i < N_VENDORS; i++) {
		const char *name =
			tsv_cell(&machines, row, tsv_column(&machines, vendors[i].column));
		struct text prefix = text_of(vendors[i].prefix);

		/* "HP" is a whole name, "ASUSTeK" the beginning of several. */
		if (prefix.size > 2 ? text_has_prefix(text_of(name), prefix)
				    : text_equal(text_of(name), prefix)) {
			*ret_vendor = i;
			return true;
		}
	}
	return false;
}

static void name_model(size_t row, char *out, size_t room)
{
	static const char *const columns[] = {"sys_vendor", "product_name", "board_vendor",
					      "board_name"};
	size_t size = 0;

	for (size_t i = 0; i < 4; i++) {
		struct text_fold fold = text_fold_begin(
			text_of(tsv_cell(&machines, row, tsv_column(&machines, columns[i]))));
		int c;

		while ((c = text_fold_next(&fold)) >= 0 && size + 2 < room)
			out[size++] = (char)c;
		out[size++] = '\n';
		if (size + 2 > room)
			break;
	}
	out[size] = '\0';
}

/* One report for each version of a model, with the earliest date; models of known vendors only. */
static size_t collect(struct report *reports)
{
	size_t version = tsv_column(&machines, "bios_version");
	size_t date = tsv_column(&machines, "bios_date"), n = 0, n_kept = 0;

	for (size_t row = 0; row < machines.n_rows; row++) {
		struct report *report = &reports[n];

		if (!find_vendor(row, &report->vendor) ||
		    date_read(text_of(tsv_cell(&machines, row, date)), &report->date) != STATUS_OK)
			continue;
		report->version = tsv_cell(&machines, row, version);
		if (!text_fold_size(text_of(report->version)))
			continue;
		name_model(row, report->model, sizeof(report->model));
		n++;
	}
	qsort(reports, n, sizeof(*reports), compare_reports);
	for (size_t i = 0; i < n; i++) {
		if (!n_kept || compare_reports(&reports[n_kept - 1], &reports[i]) != 0)
			reports[n_kept++] = reports[i];
		else if (reports[i].date < reports[n_kept - 1].date)
			reports[n_kept - 1].date = reports[i].date;
	}
	qsort(reports, n_kept, sizeof(*reports), compare_dates);
	return n_kept;
}

static void count_pair(const struct report *older, const struct report *newer, struct share *share)
{
	int order;

	share->n++;
	share->wrong_plain += strverscmp(older->version, newer->version) > 0;
	if (version_compare(vendors[older->vendor].scheme, text_of(older->version),
			    text_of(newer->version), &order) != STATUS_OK)
		share->unclaimed++;
	else if (order > 0)
		share->wrong++;
	else if (!order)
		share->same++;
}

static void check_share(const struct vendor *vendor, const struct share *share)
{
	unsigned n_ordered = share->n - share->unclaimed;

	assert_true(share->n >= 40 && n_ordered > 0);
	printf("# %-15s %4u pairs: %u wrong (%.2f %%), %u without claim (%.1f %%), %u same; "
	       "number-aware "
	       "order alone: %.2f %% wrong\n",
	       vendor->name, share->n, share->wrong, 100.0 * share->wrong / n_ordered,
	       share->unclaimed, 100.0 * share->unclaimed / share->n, share->same,
	       100.0 * share->wrong_plain / share->n);
	if (share->wrong * 1000 > vendor->max_wrong * n_ordered)
		fail_msg("%s: more than %u of 1000 are wrong", vendor->name, vendor->max_wrong);
	if (share->unclaimed * 1000 > vendor->max_unclaimed * share->n)
		fail_msg("%s: more than %u of 1000 are without claim", vendor->name,
			 vendor->max_unclaimed);
	/* No claim is not counted as right, and neither is "the same". */
	assert_true(share->same * 100 <= share->n);
}

static void orders_agree_with_dates(void **state)
{
	struct report *reports = calloc(machines.n_rows + 1, sizeof(*reports));
	struct share shares[N_VENDORS] = {{0}};
	size_t n;

	(void)state;
	assert_non_null(reports);
	n = collect(reports);
	for (size_t i = 1; i < n; i++) {
		if (!strcmp(reports[i - 1].model, reports[i].model) &&
		    reports[i - 1].date < reports[i].date)
			count_pair(&reports[i - 1], &reports[i], &shares[reports[i].vendor]);
	}
	for (size_t i = 0; i < N_VENDORS; i++)
		check_share(&vendors[i], &shares[i]);
	free(reports);
}

static void real_dates_are_read(void **state)
{
	size_t date = tsv_column(&machines, "bios_date"), n_read = 0;

	(void)state;
	for (size_t row = 0; row < machines.n_rows; row++) {
		uint32_t yyyymmdd;

		n_read +=
			date_read(text_of(tsv_cell(&machines, row, date)), &yyyymmdd) == STATUS_OK;
	}
	printf("# %zu of %zu dates are read, %zu make no claim\n", n_read, machines.n_rows,
	       machines.n_rows - n_read);
	assert_true(n_read * 1000 >= machines.n_rows * 997);
}

static int load_machines(void **state)
{
	char command[1200];
	FILE *in;

	(void)state;
	(void)snprintf(command, sizeof(command), "xz -dc '%s'",
		       corpus_path("dmidecode-txt/identities.tsv.xz"));
	in = popen(command, "r");
	assert_non_null(in);
	tsv_read(&machines, in);
	return pclose(in);
}

static int unload_machines(void **state)
{
	(void)state;
	tsv_free(&machines);
	return 0;
}

int main(void)
{
	static const char *const programs[] = {"xz", NULL};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_agree_with_dates),
		cmocka_unit_test(real_dates_are_read),
	};

	corpus_or_skip(programs);
	return cmocka_run_group_tests(tests, load_machines, unload_machines);
}
