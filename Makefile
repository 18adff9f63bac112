# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Makefile - sources in pipeline order; reads as the table of contents. `make help` lists the targets.

VERSION  := 0.1.0
BUILD    ?= build
ARCH     ?= $(shell uname -m)
CC       ?= cc
# The two compilers that everything must pass under.
GCC      ?= gcc
CLANG    ?= clang
PREFIX   ?= /usr/local
DESTDIR  ?=
FUZZ_SECONDS ?= 5
# Three boots at a time on two cores: each of them waits now and then. The boot tests set their own limits.
PROVE    ?= prove
JOBS     ?= 3

ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' "$(1)" "$(2)";
endif

# ---- sources, in the order in which data flows --------------------------------------------------

BASE_SOURCES := $(sort $(wildcard src/base/*.c))
CORE_SOURCES := $(sort $(wildcard src/core/*.c))
ARCH_SOURCES := $(sort $(wildcard src/arch/$(ARCH)/*.c))
ARCH_ASSEMBLY := $(sort $(wildcard src/arch/$(ARCH)/*.S))
HOST_SOURCES := $(sort $(wildcard src/host/*.c))
TOOL_SOURCES := $(sort $(wildcard tools/fwquirk/*.c))
RULE_FILES   := $(sort $(shell find quirks -name '*.quirks'))
MACHINES     := $(sort $(wildcard tests/data/machines/*.machine))

# ---- flags --------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wvla
COMMON   := -std=gnu11 -g $(WARNINGS) -Iinclude -MMD -MP
# Base and core: one set of objects for the firmware and for the tool, so no libc, no SSE, position independent.
include src/arch/$(ARCH)/arch.mk
CORE_FLAGS := $(COMMON) -Oz -ffreestanding -fno-stack-protector -fpic -fvisibility=hidden \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections $(ARCH_FLAGS)
HOST_FLAGS := $(COMMON) -O2 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-DFWQUIRK_VERSION='"$(VERSION)"' -DFWQUIRK_DATADIR='"$(PREFIX)/share/fwquirk"'
TEST_FLAGS := $(COMMON) -O1 -D_GNU_SOURCE -DFWQUIRK_VERSION='"$(VERSION)"' \
	-DFWQUIRK_DATADIR='"$(PREFIX)/share/fwquirk"' -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Itests -Itools/fwquirk
HOST_LIBS  := -lsqlite3 -ljansson -luuid -lm

# ---- what people build --------------------------------------------------------------------------

TOOL   := $(BUILD)/fwquirk
STATIC := $(BUILD)/fwquirk-static
TABLE  := $(BUILD)/quirks.table
DB     := $(BUILD)/quirks.sqlite
LIB    := $(BUILD)/libfwquirk.a

.PHONY: all help tool efi setup demo check check-host check-boot lint bench bench-check clean install FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: setup
	$(Q)$(MAKE) --no-print-directory tool efi

tool: $(TOOL) $(STATIC) $(DB) $(TABLE)

help:
	@sed -n 's/^# target: //p' Makefile

# target: all      set up, build the tool, the database, the table and the EFI files
# target: demo     set up, build, and show a broken firmware, its rescue and the record (a few minutes)
# target: check    set up and run every test
# target: bench    measure sizes, instruction counts and ratios, beside what else one could use
# target: bench-check  compare sizes and instruction counts with the committed ones
# target: install  into $(DESTDIR)$(PREFIX)
# target: clean    remove $(BUILD); downloads stay in the cache

# ---- library: base + core + arch, freestanding --------------------------------------------------

LIB_SOURCES := $(BASE_SOURCES) $(CORE_SOURCES) $(ARCH_SOURCES)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/lib/%.o) $(ARCH_ASSEMBLY:%.S=$(BUILD)/lib/%.o)

$(BUILD)/lib/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CORE_FLAGS) -c -o $@ $<

# The innermost loop of a lookup: worth a hundred bytes more.
$(BUILD)/lib/src/core/table_look.o: CORE_FLAGS += -O2

$(BUILD)/lib/%.o: %.S
	@mkdir -p $(@D)
	$(call say,AS,$<)$(CC) -c -o $@ $<

$(LIB): $(LIB_OBJECTS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcsD $@ $(LIB_OBJECTS)

# ---- host tool: linked twice, first with an empty table, to pack the one that it then carries ---

TOOL_OBJECTS := $(HOST_SOURCES:%.c=$(BUILD)/host/%.o) $(TOOL_SOURCES:%.c=$(BUILD)/host/%.o) \
	$(BUILD)/host/src/host/embedded_sql.o

$(BUILD)/host/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(HOST_FLAGS) -c -o $@ $<

$(BUILD)/host/src/host/embedded_sql.o: src/host/embedded_sql.S db/schema.sql db/views.sql db/reports.sql
	@mkdir -p $(@D)
	$(call say,AS,$<)$(CC) -c -o $@ $<

$(BUILD)/stage1/table.o: src/host/embedded_table.S
	@mkdir -p $(@D)
	$(call say,AS,$<): >$(@D)/empty && $(CC) -DFWQUIRK_TABLE_FILE='"$(@D)/empty"' -c -o $@ $<

$(BUILD)/host/table.o: src/host/embedded_table.S $(TABLE)
	$(call say,AS,$<)$(CC) -DFWQUIRK_TABLE_FILE='"$(TABLE)"' -c -o $@ $<

$(BUILD)/stage1/fwquirk: $(TOOL_OBJECTS) $(BUILD)/stage1/table.o $(LIB)
	$(call say,LD,$@)$(CC) -o $@ $^ $(HOST_LIBS)

$(DB): $(BUILD)/stage1/fwquirk $(RULE_FILES)
	$(call say,BUILD,$@)$< build -o $@ quirks >/dev/null

$(TABLE): $(BUILD)/stage1/fwquirk $(DB)
	$(call say,PACK,$@)$< pack -o $@ $(DB) >/dev/null

$(TOOL): $(TOOL_OBJECTS) $(BUILD)/host/table.o $(LIB)
	$(call say,LD,$@)$(CC) -o $@ $^ $(HOST_LIBS)

# For an initramfs. SQLite could load extensions, which a static program cannot; the linker would warn.
$(STATIC): $(TOOL_OBJECTS) $(BUILD)/host/table.o $(LIB)
	$(call say,LD,$@)$(CC) -static -Wl,--no-warnings -o $@ $^ $(HOST_LIBS)

# ---- firmware and boot laboratory ---------------------------------------------------------------

-include src/efi/efi.mk
-include tests/boot/boot.mk
-include tests/lab/lab.mk

efi: $(EFI_FILES)

# ---- tests: host tests under sanitizers, once with each compiler --------------------------------

include tests/tests.mk

# ---- figures ------------------------------------------------------------------------------------

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/host/table.o $(filter $(BUILD)/host/src/host/%,$(TOOL_OBJECTS)) $(LIB)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(HOST_FLAGS) -o $@ $(filter %.c %.o %.a,$^) $(HOST_LIBS)

BENCH_OBJECTS := $(filter $(BUILD)/host/src/host/%,$(TOOL_OBJECTS)) $(BUILD)/host/table.o $(LIB)

$(BUILD)/bench/workload: $(wildcard tests/bench/workload*.[ch]) tests/support/rule_generator.c $(BENCH_OBJECTS)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(HOST_FLAGS) -MF $@.d -Itests -o $@ $(filter %.c %.o %.a,$^) $(HOST_LIBS)

$(BUILD)/bench/contest: $(wildcard tests/bench/contest*.[ch]) $(BENCH_OBJECTS)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(HOST_FLAGS) -MF $@.d -Itests -o $@ $(filter %.c %.o %.a,$^) $(HOST_LIBS) -ldl

# Part of check, by name for those who look at nothing else.
bench-check: $(BUILD)/bench/workload $(BUILD)/bench/contest $(TABLE)
	$(Q)BUILD=$(BUILD) tests/bench/check.t

bench: setup
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) tool efi $(BUILD)/bench/bench_match $(BUILD)/bench/workload $(BUILD)/bench/contest $(BUILD)/test/gcc/mkmachine
	$(Q)BUILD=$(BUILD) tests/bench/bench.sh

# ---- set-up, demo, install ----------------------------------------------------------------------

setup:
	$(Q)tools/setup

demo: setup
	$(Q)$(MAKE) --no-print-directory tool efi
	$(Q)BUILD=$(BUILD) tests/boot/demo.sh
	$(Q)BUILD=$(BUILD) tools/demo-query

install: $(TOOL) $(DB) $(TABLE)
	install -Dm755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/fwquirk
	install -Dm644 $(DB) $(DESTDIR)$(PREFIX)/share/fwquirk/quirks.sqlite
	install -Dm644 $(TABLE) $(DESTDIR)$(PREFIX)/share/fwquirk/quirks.table
	install -Dm644 docs/fwquirk.1 $(DESTDIR)$(PREFIX)/share/man/man1/fwquirk.1
	install -Dm644 tools/completion/fwquirk.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/fwquirk
	for f in $(EFI_FILES); do install -Dm644 $$f $(DESTDIR)$(PREFIX)/lib/fwquirk/$$(basename $$f) || exit 1; done

clean:
	rm -rf $(BUILD)

# Not what was downloaded: packages have folders of that name.
-include $(shell find $(BUILD) -path $(BUILD)/debs -prune -o -type f -name '*.d' -print 2>/dev/null)
