# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# boot.mk - the boot laboratory: EFI programs of the tests, and what the boots are made of.
# Included by the top Makefile, whose BUILD, CC, Q and say it uses; installs nothing and downloads nothing by itself.

BUILD ?= build
GNUEFI_INCLUDE ?= $(firstword $(wildcard /usr/include/efi /usr/local/include/efi))
GNUEFI_LIB ?= $(patsubst %/crt0-efi-x86_64.o,%,$(firstword $(wildcard \
	/usr/lib/crt0-efi-x86_64.o /usr/lib/gnuefi/crt0-efi-x86_64.o /usr/lib64/gnuefi/crt0-efi-x86_64.o \
	/usr/local/lib/crt0-efi-x86_64.o)))

BOOT_DIR := tests/boot
BOOT_PROGRAMS := trigger census measure
BOOT_EFI := $(BOOT_PROGRAMS:%=$(BUILD)/efi/fwquirk-%x64.efi)
BOOT_COMMON := $(BUILD)/tests/boot/common.a
BOOT_COMMON_OBJECTS := $(patsubst %,$(BUILD)/tests/boot/%.o,say next state runtime)

BOOT_CFLAGS := -std=gnu11 -Os -g -Wall -Wextra -Werror -ffreestanding -fshort-wchar -fpic -fno-stack-protector \
	-fno-strict-aliasing -fno-asynchronous-unwind-tables -mno-red-zone -mgeneral-regs-only \
	-fvisibility=hidden -DGNU_EFI_USE_MS_ABI -DHAVE_USE_MS_ABI \
	-isystem $(GNUEFI_INCLUDE) -isystem $(GNUEFI_INCLUDE)/x86_64
BOOT_LDFLAGS := -nostdlib -shared -Bsymbolic -z nocombreloc -z noexecstack --no-undefined \
	-T $(GNUEFI_LIB)/elf_x86_64_efi.lds -L $(GNUEFI_LIB)

.PHONY: boot-programs efi
efi: boot-programs
boot-programs: $(BOOT_EFI) $(BUILD)/tests/boot/init

$(BUILD)/tests/boot/%.o: $(BOOT_DIR)/efi/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BOOT_CFLAGS) -MMD -MP -c -o $@ $<

$(BOOT_COMMON): $(BOOT_COMMON_OBJECTS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcsD $@ $^

$(BUILD)/tests/boot/%.so: $(BUILD)/tests/boot/%.o $(BOOT_COMMON)
	$(call say,LD,$@)$(LD) $(BOOT_LDFLAGS) $(GNUEFI_LIB)/crt0-efi-x86_64.o $^ -lgnuefi -o $@

# The PE optional header's DllCharacteristics get NX_COMPAT (0x0100), which objcopy cannot set
# (Microsoft PE format, "Optional Header Windows-Specific Fields").
define boot_image
	@mkdir -p $(@D)
	$(call say,EFI,$@)objcopy -j .text -j .sdata -j .data -j .rodata -j .dynamic -j .dynsym -j '.rel*' -j .reloc \
		--target efi-app-x86_64 --subsystem=10 $< $@.new
	$(Q)pe=$$(od -An -tu4 -j 60 -N 4 $@.new) && printf '\000\001' | \
		dd of=$@.new bs=1 seek=$$((pe + 24 + 70)) conv=notrunc status=none
	$(Q)mv $@.new $@
endef
$(BOOT_EFI): $(BUILD)/efi/fwquirk-%x64.efi: $(BUILD)/tests/boot/%.so
	$(boot_image)

# The userland of the kernel boots: static, so that it needs nothing else in its file system
$(BUILD)/tests/boot/init: $(BOOT_DIR)/init/init.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) -std=gnu11 -Os -Wall -Wextra -Werror -static -o $@ $<
