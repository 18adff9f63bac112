/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_identity_json.c - an identity as JSON: read back byte for byte, mistakes named */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/identity_json.h>
#include <fwquirk/host/source.h>

#define BIT(id) ((uint32_t)1 << FIELD_##id)

static struct source *open_text(const char *text)
{
	struct source *source;
	char *error;

	if (!source_open_bytes("text", text, strlen(text), &source, &error))
		fail_msg("%s", error);
	assert_int_equal(source->kind, SOURCE_IDENTITY_JSON);
	return source;
}

static void assert_refused(const char *text, const char *part)
{
	struct source *source = NULL;
	char *error;

	assert_false(source_open_bytes("text", text, strlen(text), &source, &error));
	assert_null(source);
	if (!strstr(error, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error);
	free(error);
}

static void assert_field(const struct source *source, enum field field, const char *expected)
{
	assert_true(source->identity.present >> field & 1);
	assert_true(text_is_same(source->identity.field[field], text_of(expected)));
}

static void json_is_read_back(void **state)
{
	struct source *source =
		open_text(" {\"sys-vendor\": \"Maker\\u0000x\", "
			  "\"cpu-id\": \"0x00000000000000ff\", "
			  "\"bios-release\": \"5.12\", \"uefi-revision\": \"2.70\", "
			  "\"efi-revision\": \"0x00010000\", "
			  "\"chassis-type\": \"10\", \"arch\": \"x86_64\", "
			  "\"product-name\": \"To be filled by O.E.M.\"}");

	(void)state;
	assert_int_equal(source->identity.field[FIELD_SYS_VENDOR].size, 7);
	assert_field(source, FIELD_CPU_ID, "0x00000000000000ff");
	assert_field(source, FIELD_BIOS_RELEASE, "5.12");
	assert_field(source, FIELD_UEFI_REVISION, "2.70");
	assert_field(source, FIELD_EFI_REVISION, "0x00010000");
	assert_field(source, FIELD_CHASSIS_TYPE, "10");
	assert_field(source, FIELD_ARCH, "x86_64");
	assert_int_equal(source->identity.placeholder, BIT(PRODUCT_NAME));
	assert_int_equal(source->unknowable, 0);
	source_close(source);
	source = open_text("{}");
	assert_int_equal(source->identity.present, 0);
	source_close(source);
}

static void json_mistakes_are_named(void **state)
{
	(void)state;
	assert_refused("{\"sys-vendor\": \"A\",}", "text:1:");
	assert_refused("{\"sys-vendor\": \"A\", \"sys-vendor\": \"B\"}", "not JSON");
	assert_refused("{\"system-vendor\": \"A\"}", "\"system-vendor\" is not the name");
	assert_refused("{\"sys-vendor\": 1}", "\"sys-vendor\": expected a string");
	assert_refused("{\"chassis-type\": \"0x0a\"}", "expected a decimal number");
	assert_refused("{\"cpu-id\": \"0xff\"}", "16 hexadecimal digits");
	assert_refused("{\"efi-revision\": \"1\"}", "8 hexadecimal digits");
	assert_refused("{\"bios-release\": \"5\"}", "two decimal numbers");
	assert_refused("{\"bios-release\": \"5.012\"}", "two decimal numbers");
	assert_refused("{\"arch\": \"\"}", "the name of an architecture");
	assert_refused("{\"sys-vendor\": \"A\"", "not JSON");
}

/* Every byte, UTF-8, the characters that stand for bytes: the same bytes after a round trip. */
static void json_loses_no_byte(void **state)
{
	static const char *const texts[] = {
		"plain",
		"\xe4\xb8\x96\xe6\x81\x92",
		"B-\xfc",
		"\xff\xff",
		"\xee\xbe\x80",
		"\xee\xbf\xbf and \x80",
		"\xed\xa0\x80",
		"\"\\/",
		"\x01\x1f\x7f",
		"\xee\xbe",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct identity identity, again;
		uint8_t *bytes;
		json_t *object;
		char *printed, *error;
		size_t size;

		identity_clear(&identity);
		identity_set_text(&identity, FIELD_BOARD_NAME, text_of(texts[i]));
		object = identity_to_json(&identity);
		assert_non_null(object);
		printed = json_dumps(object, 0);
		json_decref(object);
		object = json_loads(printed, 0, NULL);
		assert_non_null(object);
		assert_true(identity_from_json(&again, object, &bytes, &size, &error));
		assert_true(text_is_same(again.field[FIELD_BOARD_NAME], text_of(texts[i])));
		assert_int_equal(again.present, identity.present);
		free(bytes);
		free(printed);
		json_decref(object);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_read_back),
		cmocka_unit_test(json_mistakes_are_named),
		cmocka_unit_test(json_loses_no_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
