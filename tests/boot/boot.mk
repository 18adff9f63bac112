# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# boot.mk - the boot laboratory: EFI programs of the tests, and what the boots are made of.
# Included by the top Makefile. Needs BUILD and CC; installs nothing and downloads nothing by itself.

BUILD ?= build
GNUEFI_INCLUDE ?= $(firstword $(wildcard /usr/include/efi /usr/local/include/efi))
GNUEFI_LIB ?= $(patsubst %/crt0-efi-x86_64.o,%,$(firstword $(wildcard \
	/usr/lib/crt0-efi-x86_64.o /usr/lib/gnuefi/crt0-efi-x86_64.o /usr/lib64/gnuefi/crt0-efi-x86_64.o \
	/usr/local/lib/crt0-efi-x86_64.o)))

BOOT_DIR := tests/boot
BOOT_PROGRAMS := trigger census
BOOT_EFI := $(BOOT_PROGRAMS:%=$(BUILD)/efi/fwquirk-%x64.efi)
BOOT_COMMON := say next

BOOT_CFLAGS := -std=gnu11 -Os -g -Wall -Wextra -Werror -ffreestanding -fshort-wchar -fpic -fno-stack-protector \
	-fno-strict-aliasing -fno-asynchronous-unwind-tables -mno-red-zone -mgeneral-regs-only \
	-fvisibility=hidden -DGNU_EFI_USE_MS_ABI -DHAVE_USE_MS_ABI \
	-isystem $(GNUEFI_INCLUDE) -isystem $(GNUEFI_INCLUDE)/x86_64
BOOT_LDFLAGS := -nostdlib -shared -Bsymbolic -z nocombreloc -z noexecstack --no-undefined \
	-T $(GNUEFI_LIB)/elf_x86_64_efi.lds -L $(GNUEFI_LIB)

.PHONY: boot-programs
boot-programs: $(BOOT_EFI) $(BUILD)/tests/boot/init

$(BUILD)/tests/boot/%.o: $(BOOT_DIR)/efi/%.c
	@mkdir -p $(@D)
	$(CC) $(BOOT_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/boot/%.so: $(BUILD)/tests/boot/%.o $(BOOT_COMMON:%=$(BUILD)/tests/boot/%.o)
	$(LD) $(BOOT_LDFLAGS) $(GNUEFI_LIB)/crt0-efi-x86_64.o $^ -lgnuefi -o $@

# The PE optional header's DllCharacteristics get NX_COMPAT (0x0100), which objcopy cannot set
# (Microsoft PE format, "Optional Header Windows-Specific Fields").
$(BOOT_EFI): $(BUILD)/efi/fwquirk-%x64.efi: $(BUILD)/tests/boot/%.so
	@mkdir -p $(@D)
	objcopy -j .text -j .sdata -j .data -j .rodata -j .dynamic -j .dynsym -j '.rel*' -j .reloc \
		--target efi-app-x86_64 --subsystem=10 $< $@.new
	@pe=$$(od -An -tu4 -j 60 -N 4 $@.new) && printf '\000\001' | \
		dd of=$@.new bs=1 seek=$$((pe + 24 + 70)) conv=notrunc status=none
	@mv $@.new $@

# The userland of the kernel boots: static, so that it needs nothing else in its file system
$(BUILD)/tests/boot/init: $(BOOT_DIR)/init/init.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -Os -Wall -Wextra -Werror -static -o $@ $<

.PRECIOUS: $(BUILD)/tests/boot/%.o $(BUILD)/tests/boot/%.so
-include $(wildcard $(BUILD)/tests/boot/*.d)
