/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* kernel_option.h - which options may go onto a Linux command line, and which image is a Linux */
#ifndef FWQUIRK_KERNEL_OPTION_H
#define FWQUIRK_KERNEL_OPTION_H

#include <stdbool.h>

#include <fwquirk/load_options.h>
#include <fwquirk/span.h>
#include <fwquirk/text.h>

/*
 * The compiled-in list: words that change how the kernel treats the firmware and its memory map and
 * nothing else (Linux, Documentation/admin-guide/kernel-parameters.txt). Exact, case counts.
 */
bool kernel_option_is_allowed(struct text option);

/*
 * False for an option that Linux on this architecture ("x86_64", "aarch64", ...) takes and ignores:
 * efi=novamap has an effect only where the generic EFI stub runs (drivers/firmware/efi/libstub/efi-stub.c),
 * which x86 does not use; pci=, reboot= and the like only on x86.
 */
bool kernel_option_is_heeded(struct text option, struct text arch);

/*
 * True for the headers of a Linux image as loaded or as a file: the x86 boot protocol's "HdrS" and 0xAA55
 * (Documentation/arch/x86/boot.rst, offsets 202h and 1FEh), or the magic of arm64 and riscv at 38h
 * (Documentation/arch/arm64/booting.rst, Documentation/arch/riscv/boot-image-header.rst).
 */
bool kernel_is_linux(struct span image);

/* True when one of the blank-separated words of the load options is the option. */
bool kernel_options_have(struct wide options, struct text option);

#endif
