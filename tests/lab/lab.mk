# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# lab.mk - the fault-injecting driver, trigger programs, and our driver and loader with the rules of the lab in them.
# Included by the top Makefile behind efi.mk and boot.mk, whose variables it uses.

ifeq ($(EFI_ARCH),x64)

LAB := $(BUILD)/lab

# ---- the driver that breaks a firmware: linked like our own images, with memory.o for the compiler ----

LAB_OBJECTS := $(patsubst tests/lab/driver/%.c,$(LAB)/obj/%.o,$(sort $(wildcard tests/lab/driver/*.c tests/lab/driver/*.S)))
LAB_OBJECTS := $(LAB_OBJECTS:tests/lab/driver/%.S=$(LAB)/obj/%.o)

# The lists of defects that the files have.
$(LAB)/defects.h: $(wildcard tests/lab/driver/*.c)
	@mkdir -p $(@D)
	$(Q)sed -n 's/^const struct defect \(defects_[a-z0-9_]*\)\[\].*/DEFECTS(\1)/p' $^ >$@
$(LAB)/obj/main.o: EFI_FLAGS += -I$(LAB)
$(LAB)/obj/main.o: $(LAB)/defects.h

$(LAB)/obj/%.o: tests/lab/driver/%.c
	@mkdir -p $(@D)
	$(call say,EFI-CC,$<)$(EFI_CC) $(EFI_FLAGS) -c -o $@ $<

$(LAB)/obj/%.o: tests/lab/driver/%.S
	@mkdir -p $(@D)
	$(call say,EFI-AS,$<)$(EFI_CC) -c -o $@ $<

LAB_LINK = $(EFI_LINK) -o $@ $(filter %.o,$^)

$(LAB)/obj/lab.1.elf: $(LAB_OBJECTS) $(BUILD)/efi/obj/memory.o $(BUILD)/efi/obj/table.o src/efi/image.lds
	$(Q)$(LAB_LINK)
$(LAB)/obj/lab.reloc.S: $(LAB)/obj/lab.1.elf src/efi/relocations.sh
	$(Q)src/efi/relocations.sh $< >$@.new && mv $@.new $@
$(LAB)/obj/lab.reloc.o: $(LAB)/obj/lab.reloc.S
	$(Q)$(EFI_CC) -c -o $@ $<
$(LAB)/obj/lab.elf: $(LAB_OBJECTS) $(BUILD)/efi/obj/memory.o $(BUILD)/efi/obj/table.o $(LAB)/obj/lab.reloc.o src/efi/image.lds
	$(call say,EFI-LD,$@)$(LAB_LINK)
# NX_COMPAT, too: some firmware reacts to an image without it.
$(LAB)/labx64.efi: $(LAB)/obj/lab.elf
	$(call say,EFI,$@)$(OBJCOPY) --strip-all --target=efi-bsdrv-x86_64 --section-alignment=4096 --file-alignment=512 \
		--set-section-flags .rodata=alloc,load,readonly,data \
		-j .text -j .rodata -j .data -j .bss -j .sbat -j .reloc -j .fwquirk $< $@.new
	$(Q)pe=$$(od -An -tu4 -j60 -N4 $@.new) && printf '\000\001' | \
		dd of=$@.new bs=1 seek=$$((pe + 24 + 70)) conv=notrunc status=none && mv $@.new $@

# ---- a runtime driver, which the firmware keeps: for runtime services that misbehave ----

LAB_RUNTIME := $(LAB)/runtime/touch.o $(BUILD)/efi/obj/memory.o $(BUILD)/efi/obj/table.o

$(LAB)/runtime/%.o: tests/lab/runtime/%.c
	@mkdir -p $(@D)
	$(call say,EFI-CC,$<)$(EFI_CC) $(EFI_FLAGS) -c -o $@ $<
$(LAB)/runtime/touch.1.elf: $(LAB_RUNTIME) src/efi/image.lds
	$(Q)$(LAB_LINK)
$(LAB)/runtime/touch.reloc.S: $(LAB)/runtime/touch.1.elf src/efi/relocations.sh
	$(Q)src/efi/relocations.sh $< >$@.new && mv $@.new $@
$(LAB)/runtime/touch.reloc.o: $(LAB)/runtime/touch.reloc.S
	$(Q)$(EFI_CC) -c -o $@ $<
$(LAB)/runtime/touch.elf: $(LAB_RUNTIME) $(LAB)/runtime/touch.reloc.o src/efi/image.lds
	$(call say,EFI-LD,$@)$(LAB_LINK)

# NX_COMPAT, too: some firmware reacts to an image without it.
lab_driver = $(Q)$(OBJCOPY) --strip-all --target=$(1) --section-alignment=4096 --file-alignment=4096 \
		--set-section-flags .rodata=alloc,load,readonly,data \
		-j .text -j .rodata -j .data -j .bss -j .sbat -j .reloc -j .fwquirk $< $@.new && \
	pe=$$(od -An -tu4 -j60 -N4 $@.new) && printf '\000\001' | \
		dd of=$@.new bs=1 seek=$$((pe + 24 + 70)) conv=notrunc status=none && mv $@.new $@
$(LAB)/touchx64.efi: $(LAB)/runtime/touch.elf
	$(call lab_driver,efi-rtdrv-x86_64)

# ---- trigger programs: one file each, on what tests/boot/efi offers (say.h, state.h, next.h) ----

LAB_PROGRAMS := $(patsubst tests/lab/programs/%.c,$(LAB)/%x64.efi,$(sort $(wildcard tests/lab/programs/*.c)))

$(LAB)/programs/%.o: tests/lab/programs/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BOOT_CFLAGS) -I$(BOOT_DIR)/efi -MMD -MP -c -o $@ $<
$(LAB)/programs/%.so: $(LAB)/programs/%.o $(BOOT_COMMON)
	$(call say,LD,$@)$(LD) $(BOOT_LDFLAGS) $(GNUEFI_LIB)/crt0-efi-x86_64.o $^ -lgnuefi -o $@
$(LAB)/programs/walk.so $(LAB)/programs/starve.so: $(LAB)/obj/walk_count.o
# An image that does not say NX_COMPAT, as those of old loaders.
$(LAB)/oldx64.efi: $(LAB)/attributesx64.efi
	$(Q)cp $< $@.new && pe=$$(od -An -tu4 -j60 -N4 $@.new) && printf '\000\000' | \
		dd of=$@.new bs=1 seek=$$((pe + 24 + 70)) conv=notrunc status=none && mv $@.new $@

$(LAB_PROGRAMS): $(LAB)/%x64.efi: $(LAB)/programs/%.so
	$(boot_image)

# ---- our own images with the rules of the lab -----------------------------------------------------

LAB_RULES := $(sort $(wildcard tests/lab/rules/*.quirks))

$(LAB)/lab.table: $(TOOL) $(LAB_RULES)
	@mkdir -p $(@D)
	$(call say,PACK,$@)$(TOOL) pack -o $@ tests/lab/rules >/dev/null
$(LAB)/fwquirkx64.efi: $(BUILD)/efi/fwquirk-fullx64.efi
$(LAB)/fwquirk-loadx64.efi: $(BUILD)/efi/fwquirk-full-loadx64.efi
$(LAB)/fwquirkx64.efi $(LAB)/fwquirk-loadx64.efi: $(LAB)/lab.table src/efi/put-table.sh
	$(Q)FWQUIRK=$(TOOL) src/efi/put-table.sh $(filter %.efi,$^) $(LAB)/lab.table $@

.PHONY: lab
lab: $(LAB)/labx64.efi $(LAB_PROGRAMS) $(LAB)/oldx64.efi $(LAB)/touchx64.efi $(LAB)/fwquirkx64.efi $(LAB)/fwquirk-loadx64.efi
efi: lab

-include $(wildcard $(LAB)/obj/*.d $(LAB)/programs/*.d)

endif
