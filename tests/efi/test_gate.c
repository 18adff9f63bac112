/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_gate.c - the bytes of x86-64 interrupt gates, as the manual draws them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#if defined(__x86_64__)

#include "../../src/arch/x86_64/gate.h"

/* Offset 0x0123456789abcdef, selector 0x38, IST 3, interrupt gate. */
static const uint8_t bytes[16] = {0xef, 0xcd, 0x38, 0x00, 0x03, 0x8e, 0xab, 0x89,
				  0x67, 0x45, 0x23, 0x01, 0x00, 0x00, 0x00, 0x00};

static void target_is_read_from_its_three_places(void **state)
{
	struct idt_gate gate;
	(void)state;

	memcpy(&gate, bytes, sizeof(gate));
	assert_true(gate_target(&gate) == 0x0123456789abcdef);
	assert_true(gate_is_usable(&gate));
}

static void only_the_target_is_changed(void **state)
{
	struct idt_gate gate;
	(void)state;

	memcpy(&gate, bytes, sizeof(gate));
	gate_set_target(&gate, 0xfedcba9876543210);
	assert_true(gate_target(&gate) == 0xfedcba9876543210);
	assert_int_equal(gate.selector, 0x38);
	assert_int_equal(gate.ist, 3);
	assert_int_equal(gate.type, 0x8e);
	assert_int_equal(gate.reserved, 0);
	gate_set_target(&gate, 0x0123456789abcdef);
	assert_memory_equal(&gate, bytes, sizeof(gate));
}

static void only_present_interrupt_and_trap_gates_are_usable(void **state)
{
	struct idt_gate gate;
	(void)state;

	memcpy(&gate, bytes, sizeof(gate));
	for (unsigned type = 0; type < 256; type++) {
		gate.type = (uint8_t)type;
		assert_int_equal(gate_is_usable(&gate),
				 (type & 0x9f) == 0x8e || (type & 0x9f) == 0x8f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(target_is_read_from_its_three_places),
		cmocka_unit_test(only_the_target_is_changed),
		cmocka_unit_test(only_present_interrupt_and_trap_gates_are_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	print_message("1..0 # SKIP gates of x86-64\n");
	return 0;
}

#endif
