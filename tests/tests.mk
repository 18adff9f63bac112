# SPDX-License-Identifier: MIT OR GPL-2.0-only
# tests.mk - every test: cmocka programs under ASan and UBSan by gcc and by clang, fuzzers, TAP scripts
#
# A file tests/{base,core,host,efi,corpus}/test_NAME.c is one program; nothing else has to be said here.
# Scripts are tests/*/*.t. They find what they need in the environment that check-host and check-boot set.

TEST_SOURCES    := $(sort $(wildcard $(foreach d,base core host efi corpus,tests/$(d)/test_*.c)))
SUPPORT_SOURCES := $(sort $(filter-out tests/machine/mkmachine.c,$(wildcard tests/machine/*.c)) \
	$(wildcard tests/fake/*.c tests/support/*.c))
FUZZ_SOURCES    := $(sort $(wildcard tests/fuzz/fuzz_*.c))
VERB_SOURCES    := $(filter-out tools/fwquirk/main.c,$(TOOL_SOURCES))

# The fuzzer calls its entry point by name, without a header.
FUZZ_FLAGS := -fsanitize=fuzzer-no-link -Wno-missing-prototypes

# One configuration a line: name, compiler, extra flags.
define test_configuration
$(BUILD)/test/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC-$(1),$$<)$(2) $$(TEST_FLAGS) $(3) -c -o $$@ $$<
$(BUILD)/test/$(1)/embedded_sql.o: src/host/embedded_sql.S db/schema.sql db/views.sql db/reports.sql
	@mkdir -p $$(@D)
	$$(call say,AS-$(1),$$<)$(2) -c -o $$@ $$<
$(BUILD)/test/$(1)/libtest.a: $$(patsubst %.c,$(BUILD)/test/$(1)/%.o,$$(LIB_SOURCES) $$(HOST_SOURCES) \
		$$(SUPPORT_SOURCES) $$(VERB_SOURCES)) $(BUILD)/test/$(1)/embedded_sql.o $(BUILD)/host/table.o
	$$(call say,AR-$(1),$$@)rm -f $$@ && $$(AR) rcsD $$@ $$^
$(BUILD)/test/$(1)/fwquirk: $(BUILD)/test/$(1)/tools/fwquirk/main.o $(BUILD)/test/$(1)/libtest.a
	$$(call say,LD-$(1),$$@)$(2) $$(TEST_FLAGS) -o $$@ $$^ $$(HOST_LIBS)
$(BUILD)/test/$(1)/mkmachine: $(BUILD)/test/$(1)/tests/machine/mkmachine.o $(BUILD)/test/$(1)/libtest.a
	$$(call say,LD-$(1),$$@)$(2) $$(TEST_FLAGS) -o $$@ $$^ $$(HOST_LIBS)
$(BUILD)/test/$(1)/%: $(BUILD)/test/$(1)/tests/%.o $(BUILD)/test/$(1)/libtest.a
	@mkdir -p $$(@D)
	$$(call say,LD-$(1),$$@)$(2) $$(TEST_FLAGS) $(if $(filter fuzz,$(1)),-fsanitize=fuzzer) -o $$@ $$^ $$(HOST_LIBS) \
		$(if $(filter fuzz,$(1)),,-lcmocka)
endef
$(eval $(call test_configuration,gcc,$(GCC)))
$(eval $(call test_configuration,clang,$(CLANG)))
$(eval $(call test_configuration,fuzz,$(CLANG),$(FUZZ_FLAGS)))

TEST_PROGRAMS := $(foreach cc,gcc clang,$(TEST_SOURCES:tests/%.c=$(BUILD)/test/$(cc)/%))
FUZZ_PROGRAMS := $(FUZZ_SOURCES:tests/%.c=$(BUILD)/test/fuzz/%)
TEST_TOOLS    := $(foreach cc,gcc clang,$(BUILD)/test/$(cc)/fwquirk $(BUILD)/test/$(cc)/mkmachine)

LINT_SCRIPTS := $(sort $(wildcard tests/lint/*.t))
HOST_SCRIPTS := $(LINT_SCRIPTS) $(sort $(wildcard tests/cli/*.t tests/corpus/*.t tests/fuzz/*.t tests/bench/*.t))
# The table of the laboratory comes last: it waits for the scripts that fill it.
BOOT_SCRIPTS := $(sort $(wildcard tests/efi/*.t tests/boot/*.t) $(filter-out %/matrix.t,$(wildcard tests/lab/*.t))) \
	tests/lab/matrix.t

TEST_ENVIRONMENT := BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) FWQUIRK_DB=$(DB) \
	FWQUIRK=$(BUILD)/test/gcc/fwquirk MKMACHINE=$(BUILD)/test/gcc/mkmachine \
	CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1

.PHONY: tests
tests: $(TEST_PROGRAMS) $(FUZZ_PROGRAMS) $(TEST_TOOLS)

# prove stops at a script that cannot be run, without counting that as a failure.
.PHONY: runnable
runnable:
	@for f in $(HOST_SCRIPTS) $(BOOT_SCRIPTS); do [ -x $$f ] || { echo "$$f: chmod +x" >&2; exit 1; }; done

# All of it in one run, so that the last lines tell about everything.
check: setup runnable
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) tool efi tests
	$(Q)rm -rf $(BUILD)/tests/lab/matrix
	$(Q)$(TEST_ENVIRONMENT) $(PROVE) -j$(JOBS) --timer --directives --exec '' \
		$(TEST_PROGRAMS) $(HOST_SCRIPTS) $(BOOT_SCRIPTS)

# Without boots: seconds, for the loop while writing code.
check-host: runnable
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) tool tests
	$(Q)$(TEST_ENVIRONMENT) $(PROVE) -j$(JOBS) --exec '' $(TEST_PROGRAMS) $(HOST_SCRIPTS)

check-boot: setup runnable
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) tool efi
	$(Q)rm -rf $(BUILD)/tests/lab/matrix
	$(Q)$(TEST_ENVIRONMENT) $(PROVE) --timer --directives --exec '' $(BOOT_SCRIPTS)

lint:
	$(Q)$(TEST_ENVIRONMENT) $(PROVE) --exec '' $(LINT_SCRIPTS)
