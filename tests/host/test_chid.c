/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_chid.c - hardware ids against those that fwupd's own test and ComputerHardwareIds.exe have */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/chid.h>

#include "support/ruled.h"

/* A ThinkPad T440s: fwupd, libfwupdplugin/fu-hwids-test.c. */
static void t440s(struct identity *identity)
{
	identity_clear(identity);
	machine_set(identity, "sys-vendor", "LENOVO");
	machine_set(identity, "product-family", "ThinkPad T440s");
	machine_set(identity, "product-name", "20ARS19C0C");
	machine_set(identity, "product-sku", "LENOVO_MT_20AR_BU_Think_FM_ThinkPad T440s");
	machine_set(identity, "bios-vendor", "LENOVO");
	machine_set(identity, "bios-version", "GJET75WW (2.25 )");
	machine_set(identity, "bios-release", "2.25");
	machine_set(identity, "chassis-type", "10");
	machine_set(identity, "board-vendor", "LENOVO");
	machine_set(identity, "board-name", "20ARS19C0C");
}

static const char *const t440s_ids[CHID_COUNT] = {
	"147efce9-f201-5fc8-ab0c-c859751c3440", "b7cceb67-774c-537e-bf8b-22c6107e9a74",
	"f5ff077f-3eeb-5bae-be1c-e98ffe8ce5f8", "3faec92a-3ae3-5744-be88-495e90a7d541",
	"660ccba8-1b78-5a33-80e6-9fb8354ee873", "8dc9b7c5-f5d5-5850-9ab3-bd6f0549d814",
	"178cd22d-ad9f-562d-ae0a-34009822cdbe", "da1da9b6-62f5-5f22-8aaa-14db7eeda2a4",
	"059eb22d-6dc7-59af-abd3-94bbe017f67c", "0cf8618d-9eff-537c-9f35-46861406eb9c",
	"f4275c1f-6130-5191-845c-3426247eb6a1", "db73af4c-4612-50f7-b8a7-787cf4871847",
	"e093d715-70f7-51f4-b6c8-b4a7e31def85", "f8e1de5f-b68c-5f52-9d1a-f1ba52f1f773",
	"6de5d951-d755-576b-bd09-c5cf66b27234",
};

static void known_ids(void **state)
{
	struct identity identity;

	(void)state;
	t440s(&identity);
	for (unsigned n = 0; n < CHID_COUNT; n++) {
		char id[CHID_TEXT_SIZE];

		assert_true(chid_of(&identity, n, id));
		assert_string_equal(id, t440s_ids[n]);
	}
}

static void blanks_and_zeros_do_not_count(void **state)
{
	char id[CHID_TEXT_SIZE];
	struct identity identity;

	(void)state;
	t440s(&identity);
	machine_set(&identity, "sys-vendor", " \t00LENOVO \t");
	assert_true(chid_of(&identity, 14, id));
	assert_string_equal(id, t440s_ids[14]);
}

/* An id is made of what its fields say, and only when each of them says something. */
static void fields_decide(void **state)
{
	char before[CHID_TEXT_SIZE], id[CHID_TEXT_SIZE];

	(void)state;
	for (unsigned n = 0; n < CHID_COUNT; n++) {
		struct identity identity;

		t440s(&identity);
		assert_true(chid_of(&identity, n, before));
		for (unsigned field = 0; field < FIELD_COUNT; field++) {
			uint32_t bit = (uint32_t)1 << field;
			struct text kept = identity.field[field];

			identity.present &= ~bit;
			if (chid_fields(n) & bit) {
				assert_false(chid_of(&identity, n, id));
			} else {
				assert_true(chid_of(&identity, n, id));
				assert_string_equal(id, before);
			}
			identity.present |= bit;
			if (!(chid_fields(n) & bit))
				continue;
			identity.field[field] = text_of(field == FIELD_BIOS_RELEASE ? "1.2" : "7");
			assert_true(chid_of(&identity, n, id));
			assert_string_not_equal(id, before);
			identity.field[field] = kept;
		}
	}
}

static void no_id(void **state)
{
	char id[CHID_TEXT_SIZE] = "as it was";
	struct identity identity;

	(void)state;
	t440s(&identity);
	assert_int_equal(chid_fields(CHID_COUNT), 0);
	assert_false(chid_of(&identity, CHID_COUNT, id));
	machine_set(&identity, "product-name", "");
	assert_false(chid_of(&identity, 9, id));
	machine_set(&identity, "product-name", "caf\xc3\xa9");
	assert_false(chid_of(&identity, 9, id));
	identity.field[FIELD_BIOS_RELEASE] = text_of("2");
	assert_false(chid_of(&identity, 2, id));
	assert_string_equal(id, "as it was");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_ids),
		cmocka_unit_test(blanks_and_zeros_do_not_count),
		cmocka_unit_test(fields_decide),
		cmocka_unit_test(no_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
