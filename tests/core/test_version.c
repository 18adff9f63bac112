/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_version.c - each scheme's order, what it makes no claim about, and that orders are orders */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/version.h>

enum { NO_CLAIM = 7 };

static int compare(enum scheme scheme, const char *a, const char *b)
{
	int order = 0x5a;
	enum status status = version_compare(scheme, text_of(a), text_of(b), &order);

	if (status == STATUS_OK)
		return (order > 0) - (order < 0);
	assert_int_equal(status, STATUS_UNPARSABLE);
	assert_int_equal(order, 0x5a);
	return NO_CLAIM;
}

/* Both directions. */
static void check(enum scheme scheme, const char *a, const char *b, int expected)
{
	int back = expected == NO_CLAIM ? NO_CLAIM : -expected;

	if (compare(scheme, a, b) != expected || compare(scheme, b, a) != back)
		fail_msg("%s: '%s' to '%s': expected %d, found %d and %d", scheme_name(scheme), a,
			 b, expected, compare(scheme, a, b), compare(scheme, b, a));
}

/* A list from the oldest to the newest, ended by NULL: every pair of it is in order. */
static void check_ascending(enum scheme scheme, const char *const *versions)
{
	for (size_t i = 0; versions[i]; i++) {
		assert_int_equal(version_check(scheme, text_of(versions[i])), STATUS_OK);
		check(scheme, versions[i], versions[i], 0);
		for (size_t j = i + 1; versions[j]; j++)
			check(scheme, versions[i], versions[j], -1);
	}
}

#define ASCENDING(scheme, ...) check_ascending(scheme, (const char *const[]){__VA_ARGS__, NULL})

/* Texts that do not read under the scheme at all. */
static void check_unreadable(enum scheme scheme, const char *const *texts)
{
	for (size_t i = 0; texts[i]; i++) {
		if (version_check(scheme, text_of(texts[i])) != STATUS_UNPARSABLE)
			fail_msg("%s reads '%s'", scheme_name(scheme), texts[i]);
		check(scheme, texts[i], texts[i], NO_CLAIM);
	}
}

#define UNREADABLE(scheme, ...) check_unreadable(scheme, (const char *const[]){__VA_ARGS__, NULL})

static void dotted(void **state)
{
	(void)state;
	ASCENDING(SCHEME_DOTTED, "0.9", "1.2", "1.2.1", "1.9.0", "1.10.0", "2.0", "2.0a", "2.0b",
		  "2.0.1", "10.0");
	ASCENDING(SCHEME_DOTTED, " V1.08 ", "1.09", "v1.10");
	ASCENDING(SCHEME_DOTTED, "P1.60", "P2.00", "p2.10");
	check(SCHEME_DOTTED, "1.2", "1.2.0", 0);
	check(SCHEME_DOTTED, "P1.60", "L1.70", NO_CLAIM);
	check(SCHEME_DOTTED, "P1.60", "1.70", NO_CLAIM);
	UNREADABLE(SCHEME_DOTTED, "", " ", "6.00 PG", "1..2", "1.2.", ".1", "1.2ab", "1.2-3", "x",
		   "1234567890", "1.2.3.4.5.6.7.8.9");
}

static void dell(void **state)
{
	(void)state;
	ASCENDING(SCHEME_DELL, "A00", "A05", "A12", "A99", "1.0.0", "1.9.0", "1.9.10", "1.10.0",
		  "01.11.00", "2.0.0");
	UNREADABLE(SCHEME_DELL, "A1", "A123", "B05", "1.66", "1.2.3.4", "A0x", "99.11.1[OA]",
		   "T51");
}

static void lenovo(void **state)
{
	(void)state;
	ASCENDING(SCHEME_LENOVO, "N1EET62W (1.35 )", "N1EET79W (1.52 )", "N1EET99W(1.72)",
		  "N1EETA0W (1.73 )", "n1eetb1w", "N1EETG0W");
	ASCENDING(SCHEME_LENOVO, "CBCN17WW(V1.05)", "CBCN71WW(V1.21)", "CBCNA1WW");
	ASCENDING(SCHEME_LENOVO, "FBKT99AUS", "FBKTB9AUS", "FBKTDEAUS");
	ASCENDING(SCHEME_LENOVO, "M1AKT29A", "M1AKT2CA", "M1AKT36A");
	check(SCHEME_LENOVO, "N1EET79W (1.52 )", "N1FET80W (1.53 )", NO_CLAIM);
	check(SCHEME_LENOVO, "GJET75WW (2.25 )", "GJETA4WW (2.54 )", -1);
	check(SCHEME_LENOVO, "GJET75WW (2.25 )", "GJET75WW", 0);
	UNREADABLE(SCHEME_LENOVO, "", "N1EET", "N1EET79X", "WW", "T79W", "N1EET79W (1.52",
		   "N1EET79W 1.52", "N1EET79W (1.52) x", "CBET4000 4.13-dirty", "1.52",
		   "N1EET(1W (1.52 )");
}

static void hp(void **state)
{
	(void)state;
	ASCENDING(SCHEME_HP, "F.09", "F.0A    ", "F.0F", "F.10", "F.39", "F.3A", "F.40", "F.5A",
		  "F.A0");
	ASCENDING(SCHEME_HP, "68CSU Ver. F.0B", "68CSU Ver. F.20", "68CSU Ver. F.60");
	ASCENDING(SCHEME_HP, "R72 Ver. 01.07.00", "R72 Ver. 01.10.00", "R72  Ver. 02.00.00");
	ASCENDING(SCHEME_HP, "J01 v02.09", "J01 v02.15", "J01 v02.30");
	ASCENDING(SCHEME_HP, "02.01", "7.15");
	check(SCHEME_HP, "F.15", "A0.18", NO_CLAIM);
	check(SCHEME_HP, "F.15", "02.01", NO_CLAIM);
	check(SCHEME_HP, "F.15", "68CSU Ver. 5.17", NO_CLAIM);
	check(SCHEME_HP, "M73 Ver. 01.09", "M74 Ver. 01.08", NO_CLAIM);
	check(SCHEME_HP, "68CSU Ver. F.20", "F.30", NO_CLAIM);
	check(SCHEME_HP, "R72 Ver. 01.07.00", "01.08.00", NO_CLAIM);
	UNREADABLE(SCHEME_HP, "", "P61", "F.22.S04", "F.1F.TFL", "F.1", "F.1G", "ARM_702",
		   "786E4 vZ1.23", "Q81 Ver. 01", "F.", "v");
}

static void number(void **state)
{
	(void)state;
	ASCENDING(SCHEME_NUMBER, "0104", "0405", "1003", "3006", "8999");
	ASCENDING(SCHEME_NUMBER, "306", "080014", "080015");
	ASCENDING(SCHEME_NUMBER, "1003.001", "1003.002", "1004.001");
	ASCENDING(SCHEME_NUMBER, "UX31E.204", "ux31e.209", "UX31E.211");
	ASCENDING(SCHEME_NUMBER, "ASUS M2N-E ACPI BIOS Revision 0801",
		  "ASUS M2N-E ACPI BIOS Revision 1102");
	check(SCHEME_NUMBER, "UX31E.204", "UX31A.210", NO_CLAIM);
	check(SCHEME_NUMBER, "F5VAS.208", "214", NO_CLAIM);
	check(SCHEME_NUMBER, "9009", "2108", NO_CLAIM);
	check(SCHEME_NUMBER, "9009", "9010", -1);
	UNREADABLE(SCHEME_NUMBER, "", "A12", "1.11.00", "G73Jh.213.Moddedv5", "9042 v6", "UX31E.",
		   "X101CH", "1234567890", "UX31E.1234567890");
}

static void gigabyte(void **state)
{
	(void)state;
	ASCENDING(SCHEME_GIGABYTE, "F1", "F2", "F9", "F10", "F59", "F60a", "F60h", "F60", "F61a",
		  "F103");
	ASCENDING(SCHEME_GIGABYTE, "FA", "FBa", "FBb", "FB", "FG");
	ASCENDING(SCHEME_GIGABYTE, "FB08", "FB0A", "FB10");
	check(SCHEME_GIGABYTE, "F52", "FA", NO_CLAIM);
	check(SCHEME_GIGABYTE, "FB08", "FB", NO_CLAIM);
	check(SCHEME_GIGABYTE, "FB08", "F9", NO_CLAIM);
	check(SCHEME_GIGABYTE, "FA08", "FB09", NO_CLAIM);
	UNREADABLE(SCHEME_GIGABYTE, "", "F", "F15 KV", "F14B", "F60hh", "6.00 PG", "12b", "FB0",
		   "F12345", "F18w16 (SCP: 1.08.20211002)");
}

static void apple(void **state)
{
	(void)state;
	ASCENDING(SCHEME_APPLE, "MBP111.88Z.0138.B07.1402121134",
		  "   MBP111.88Z.0138.B16.1509081438", "MBP111.88Z.0138.B17.1602221600",
		  "149.0.0.0.0", "170.0.0.0.0", "428.0.0.0.0", "429.80.1.0.0", "429.120.4.0.0",
		  "1731.100.130.0.0 (iBridge: 19.16.14243.0.0,0)", "2020.80.5.0.1");
	/* Built again under an older number. */
	check(SCHEME_APPLE, "MB61.88Z.00C8.B00.0911062035", "MB61.88Z.00CC.B00.1802021826", -1);
	check(SCHEME_APPLE, "MB61.88Z.00C8.B00.0911062035", "MB52.88Z.0088.B05.0904162222",
	      NO_CLAIM);
	check(SCHEME_APPLE, "2022.100.22.0.0 (iBridge: 21.16.4222.0.0,0)",
	      "2022.100.22.0.0 (iBridge: 21.16.5077.0.0,0)", 0);
	UNREADABLE(SCHEME_APPLE, "", "428.0.0.0", "428.0.0.0.0.0", "428.0.0.0.0 x", "MBP111.88Z.",
		   "MBP111.88Z.0138.B16", "MBP111.88Z.0138.X16.1509081438",
		   "MBP111.88Z.0138.B16.15090814380", "1.2.3.4.5 (iBridge: ");
}

static void surface(void **state)
{
	(void)state;
	ASCENDING(SCHEME_SURFACE, "389.2706.768", "389.2837.768", "390.2279.768", "392.178.768",
		  "394.651.768");
	ASCENDING(SCHEME_SURFACE, "108.1866.769", "108.2439.769", "108.2706.768", "109.3192.768");
	ASCENDING(SCHEME_SURFACE, "8.123.140", "13.101.140", "15.11.140", "17.200.140");
	ASCENDING(SCHEME_SURFACE, "12.18.141", "18.200.143");
	ASCENDING(SCHEME_SURFACE, "3.11.1450", "3.11.2650");
	ASCENDING(SCHEME_SURFACE, "1.0.19", "1.0.38", "1.1.12");
	check(SCHEME_SURFACE, "23.101.143", "4.200.140", NO_CLAIM);
	UNREADABLE(SCHEME_SURFACE, "", "v3.31.500", "1.2", "1.2.3.4", "A12", "1.2.x");
}

static void debian(void **state)
{
	(void)state;
	ASCENDING(SCHEME_DEBIAN, "0~20220902", "0.0.0", "0.0.1", "2022.11-6", "2022.11-6+deb12u2");
	ASCENDING(SCHEME_DEBIAN, "2024.11-5", "2025.02~rc1-1", "2025.02-3", "2025.02-8",
		  "2025.02-8+deb13u1", "2025.02-10", "2025.11-1", "2026.08+ds-2", "1:0.1");
	ASCENDING(SCHEME_DEBIAN, "1.0~~", "1.0~~a", "1.0~", "1.0", "1.0a", "1.0+", "1.0.1");
	check(SCHEME_DEBIAN, "1.0", "1.0-0", 0);
	check(SCHEME_DEBIAN, "1.0", "0:1.00", 0);
	check(SCHEME_DEBIAN, "1.18446744073709551616", "1.18446744073709551617", -1);
	check(SCHEME_DEBIAN, "1-2-3", "1-2-4", -1);
	UNREADABLE(SCHEME_DEBIAN, "", "unknown", "a1", "1.0_1", "1.0-", ":1", "1:", "-1", "1.0 2",
		   "1:2:3", "\xc3\xa9");
}

/* Orders of all pairs and triples of odd versions: antisymmetric, transitive, equal to itself. */
static void orders_are_orders(void **state)
{
	static const char *const versions[] = {
		"1",         "1.0",           "1.0.0",
		"V1.0",      "2.0a",          "2.0.1",
		"A05",       "A12",           "F9",
		"F60h",      "F60",           "FA",
		"FB08",      "F.09",          "F.0A",
		"A0.18",     "R72 Ver. 1.07", "J01 v02.15",
		"N1EET79W",  "N1EETA0W",      "N1FET79W",
		"0405",      "9009",          "UX31E.204",
		"1003.001",  "13.101.140",    "9.9.143",
		"3.11.250",  "3.11.2650",     "170.0.0.0.0",
		"1.0~rc1-1", "1:0",           "MBP111.88Z.0138.B07.1402121134",
	};
	enum { N = sizeof(versions) / sizeof(versions[0]) };

	(void)state;
	for (int scheme = 0; scheme < SCHEME_COUNT; scheme++) {
		int order[N][N];

		for (size_t i = 0; i < N; i++) {
			for (size_t j = 0; j < N; j++)
				order[i][j] =
					compare((enum scheme)scheme, versions[i], versions[j]);
			assert_true(order[i][i] == 0 || order[i][i] == NO_CLAIM);
		}
		for (size_t i = 0; i < N; i++) {
			for (size_t j = 0; j < N; j++) {
				assert_int_equal(order[i][j],
						 order[j][i] == NO_CLAIM ? NO_CLAIM : -order[j][i]);
				for (size_t k = 0; k < N; k++) {
					if (order[i][j] <= 0 && order[j][k] <= 0 &&
					    order[i][k] != NO_CLAIM)
						assert_true(order[i][k] <= 0);
				}
			}
		}
	}
}

static void unknown_schemes_make_no_claim(void **state)
{
	(void)state;
	check(SCHEME_COUNT, "1.0", "1.0", NO_CLAIM);
	check((enum scheme)77, "1.0", "2.0", NO_CLAIM);
	assert_int_equal(version_check(SCHEME_COUNT, text_of("1.0")), STATUS_UNPARSABLE);
	assert_int_equal(version_check(SCHEME_DOTTED, text_sized(NULL, 0)), STATUS_UNPARSABLE);
	assert_int_equal(version_check(SCHEME_DEBIAN, text_sized(NULL, 0)), STATUS_UNPARSABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dotted),
		cmocka_unit_test(dell),
		cmocka_unit_test(lenovo),
		cmocka_unit_test(hp),
		cmocka_unit_test(number),
		cmocka_unit_test(gigabyte),
		cmocka_unit_test(apple),
		cmocka_unit_test(surface),
		cmocka_unit_test(debian),
		cmocka_unit_test(orders_are_orders),
		cmocka_unit_test(unknown_schemes_make_no_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
