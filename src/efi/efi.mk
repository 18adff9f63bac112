# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# efi.mk - the EFI images: objects, link at address 0, base relocations, link again, PE. Included by the
# top Makefile, whose BUILD, ARCH, EFI_ARCH, CC, LIB, TABLE, VERSION, WARNINGS, Q and say it uses.

ifeq ($(EFI_ARCH),x64)

EFI_CC     ?= $(CC)
EFI_LD     ?= ld
OBJCOPY    ?= objcopy
# gnu-efi gives the types of the UEFI specification; nothing of its code is linked.
EFI_HEADERS ?= $(firstword $(wildcard /usr/include/efi /usr/local/include/efi))

EFI_FLAGS := -std=gnu11 -g -Oz $(WARNINGS) -include src/efi/hidden.h -Iinclude -Isrc/efi -MMD -MP \
	-isystem $(EFI_HEADERS) -isystem $(EFI_HEADERS)/$(ARCH) -DGNU_EFI_USE_MS_ABI -DHAVE_USE_MS_ABI \
	-DFWQUIRK_VERSION='"$(VERSION)"' -ffreestanding -fshort-wchar -fpic -fvisibility=hidden \
	-fno-stack-protector -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections $(ARCH_FLAGS)

# The workarounds that driver and loader have: `armed`, those that the table's rules apply by themselves; `rules`, also those
# of rules that only observe, which a switch can arm; `all` (docs/efi.md, "Parts").
EFI_PARTS  ?= armed
ifeq ($(filter armed rules all,$(EFI_PARTS)),)
$(error EFI_PARTS is armed, rules or all, not "$(EFI_PARTS)")
endif

# The table in these two: without the texts that are compared, which makes it two thirds as long and decides the same.
EFI_TABLE  ?= $(BUILD)/efi/quirks.table

# Everything but what makes one image different from another.
EFI_COMMON_SOURCES := $(filter-out main load_main probe_main next parts,$(basename $(notdir $(sort $(wildcard src/efi/*.c)))))
EFI_OBJECTS := $(EFI_COMMON_SOURCES:%=$(BUILD)/efi/obj/%.o)

# Image, its sources beside the common ones, its subsystem (UEFI 2.10 section 2.1.1, table 2-1).
EFI_FILES := $(patsubst %,$(BUILD)/efi/%x64.efi,fwquirk fwquirk-load fwquirk-full fwquirk-full-load fwquirk-probe)
$(EFI_FILES): EFI_TARGET = efi-app-x86_64
$(BUILD)/efi/fwquirkx64.efi $(BUILD)/efi/fwquirk-fullx64.efi: EFI_TARGET = efi-bsdrv-x86_64

# For tests/efi/*.t only.
EFI_TEST_FILES := $(BUILD)/efi/fwquirk-askx64.efi $(BUILD)/efi/fwquirk-spoilx64.efi $(BUILD)/efi/fwquirk-pagesx64.efi
$(EFI_TEST_FILES): EFI_TARGET = efi-app-x86_64
$(BUILD)/efi/obj/ask.o $(BUILD)/efi/obj/spoil.o $(BUILD)/efi/obj/pages.o $(BUILD)/efi/obj/look.o: $(BUILD)/efi/obj/%.o: tests/efi/%.c
	@mkdir -p $(@D)
	$(call say,EFI-CC,$<)$(EFI_CC) $(EFI_FLAGS) -c -o $@ $<

.PHONY: efi
efi: $(EFI_FILES) $(EFI_TEST_FILES)

# The compiler must not make memcpy() out of memcpy().
$(BUILD)/efi/obj/memory.o: EFI_FLAGS += -fno-builtin

$(BUILD)/efi/obj/%.o: src/efi/%.c
	@mkdir -p $(@D)
	$(call say,EFI-CC,$<)$(EFI_CC) $(EFI_FLAGS) -c -o $@ $<

# What each setting of EFI_PARTS stands for, as bits.
$(BUILD)/efi/parts/armed.h: PARTS_OPTIONS := --armed
$(BUILD)/efi/parts/armed.h $(BUILD)/efi/parts/rules.h: $(TABLE) $(BUILD)/stage1/fwquirk src/efi/parts.sh
	@mkdir -p $(@D)
	$(Q)src/efi/parts.sh $(BUILD)/stage1/fwquirk parts $(PARTS_OPTIONS) --table $(TABLE) >$@
$(BUILD)/efi/parts/all.h:
	@mkdir -p $(@D)
	$(Q)printf '#define PARTS_WORKAROUNDS UINT32_MAX\n#define PARTS_PROBES UINT64_MAX\n' >$@

$(BUILD)/efi/obj/parts-%.o: src/efi/parts.c $(BUILD)/efi/parts/%.h
	$(call say,EFI-CC,$< ($*))$(EFI_CC) $(EFI_FLAGS) -include $(BUILD)/efi/parts/$*.h -c -o $@ $<

$(BUILD)/efi/quirks.table: $(BUILD)/stage1/fwquirk $(DB)
	@mkdir -p $(@D)
	$(call say,PACK,$@)$< pack --no-texts -o $@ $(DB) >/dev/null

$(BUILD)/efi/obj/table.o: src/efi/table.S $(TABLE)
$(BUILD)/efi/obj/table-small.o: src/efi/table.S $(EFI_TABLE)
$(BUILD)/efi/obj/table.o $(BUILD)/efi/obj/table-small.o:
	@mkdir -p $(@D)
	$(call say,EFI-AS,$< ($(lastword $^)))$(EFI_CC) -DFWQUIRK_VERSION='"$(VERSION)"' -DFWQUIRK_TABLE_FILE='"$(lastword $^)"' -c -o $@ $<

EFI_LINK = $(EFI_LD) -nostdlib -static --no-undefined --gc-sections --emit-relocs --build-id=none \
	-z noexecstack -z max-page-size=4096 -T src/efi/image.lds

$(BUILD)/efi/obj/%.1.elf: $(EFI_OBJECTS) $(LIB) src/efi/image.lds
	$(Q)$(EFI_LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^)

$(BUILD)/efi/obj/%.reloc.S: $(BUILD)/efi/obj/%.1.elf src/efi/relocations.sh
	$(Q)src/efi/relocations.sh $< >$@.new && mv $@.new $@

$(BUILD)/efi/obj/%.reloc.o: $(BUILD)/efi/obj/%.reloc.S
	$(Q)$(EFI_CC) -c -o $@ $<

# The sections behind .reloc move with its size; nothing refers to them by address.
$(BUILD)/efi/obj/%.elf: $(EFI_OBJECTS) $(BUILD)/efi/obj/%.reloc.o $(LIB) src/efi/image.lds
	$(call say,EFI-LD,$@)$(EFI_LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^)

# both IMAGE OBJECT...: for its first link and its second
both = $(foreach n,1.elf elf,$(eval $(BUILD)/efi/obj/$(1).$(n): $(2:%=$(BUILD)/efi/obj/%.o)))
$(call both,fwquirk,main parts-$(EFI_PARTS) table-small)
$(call both,fwquirk-load,load_main next parts-$(EFI_PARTS) table-small)
$(call both,fwquirk-full,main parts-all table)
$(call both,fwquirk-full-load,load_main next parts-all table)
$(call both,fwquirk-probe,probe_main parts-all table)
$(call both,fwquirk-ask,ask look parts-all table)
$(call both,fwquirk-spoil,spoil look parts-all table)
$(call both,fwquirk-pages,pages look parts-all table)

# Another setting than that of the last link is a reason to link again.
$(BUILD)/efi/parts/setting: FORCE
	@mkdir -p $(@D)
	$(Q)echo '$(EFI_PARTS) $(EFI_TABLE)' | cmp -s - $@ || echo '$(EFI_PARTS) $(EFI_TABLE)' >$@
$(foreach i,fwquirk fwquirk-load,$(foreach n,1.elf elf,$(BUILD)/efi/obj/$(i).$(n))): $(BUILD)/efi/parts/setting

# NX_COMPAT (0x0100 in DllCharacteristics, offset 70 of the optional header; Microsoft "PE Format",
# "Optional Header Windows-Specific Fields") is what objcopy has no option for.
$(EFI_FILES) $(EFI_TEST_FILES): $(BUILD)/efi/%x64.efi: $(BUILD)/efi/obj/%.elf
	$(call say,EFI,$@)$(OBJCOPY) --strip-all --target=$(EFI_TARGET) --section-alignment=4096 --file-alignment=512 \
		--set-section-flags .rodata=alloc,load,readonly,data \
		-j .text -j .rodata -j .data -j .bss -j .sbat -j .reloc -j .fwquirk $< $@.new
	$(Q)pe=$$(od -An -tu4 -j60 -N4 $@.new) && printf '\000\001' | \
		dd of=$@.new bs=1 seek=$$((pe + 24 + 70)) conv=notrunc status=none && mv $@.new $@

.SECONDARY:
-include $(wildcard $(BUILD)/efi/obj/*.d)

endif
