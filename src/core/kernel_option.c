/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* kernel_option.c - an option or an image in, allowed or not, Linux or not out; changes nothing */
#include <stdint.h>

#include <fwquirk/kernel_option.h>

static const char any_arch[] = "efi=debug\0"
			       "efi=disable_early_pci_dma\0"
			       "efi=no_disable_early_pci_dma\0"
			       "efi=nochunk\0"
			       "efi=noruntime\0"
			       "efi=nosoftreserve\0"
			       "efi=runtime\0"
			       "nokaslr\0";
static const char only_x86[] = "add_efi_memmap\0"
			       "efi_no_storage_paranoia\0"
			       "pci=no_e820\0"
			       "pci=nocrs\0"
			       "pci=use_crs\0"
			       "pci=use_e820\0"
			       "reboot=acpi\0"
			       "reboot=efi\0"
			       "reboot=pci\0";
static const char not_x86[] = "efi=novamap\0";

#define X86_OFFSET_FLAG    0x1feu
#define X86_FLAG           0xaa55u
#define X86_OFFSET_MAGIC   0x202u
#define X86_MAGIC          0x53726448u /* "HdrS" */
#define OTHER_OFFSET_MAGIC 0x38u
#define ARM64_MAGIC        0x644d5241u /* "ARM\x64" */
#define RISCV_MAGIC        0x05435352u /* "RSC\x05" */

static bool is_in(const char *list, struct text option)
{
	const char *word;

	for (unsigned i = 0; *(word = text_nth(list, i)); i++)
		if (text_is_same(text_of(word), option))
			return true;
	return false;
}

bool kernel_option_is_allowed(struct text option)
{
	return is_in(any_arch, option) || is_in(only_x86, option) || is_in(not_x86, option);
}

bool kernel_option_is_heeded(struct text option, struct text arch)
{
	bool x86 = text_is_same(arch, text_of("x86_64"));

	return is_in(any_arch, option) || is_in(x86 ? only_x86 : not_x86, option);
}

bool kernel_is_linux(struct span image)
{
	uint32_t magic;
	uint16_t flag;

	if (span_le16(image, X86_OFFSET_FLAG, &flag) && flag == X86_FLAG &&
	    span_le32(image, X86_OFFSET_MAGIC, &magic) && magic == X86_MAGIC)
		return true;
	return span_le32(image, OTHER_OFFSET_MAGIC, &magic) &&
	       (magic == ARM64_MAGIC || magic == RISCV_MAGIC);
}

static bool is_end(struct wide options, size_t at)
{
	return at >= options.size || options.at[at] <= ' ';
}

bool kernel_options_have(struct wide options, struct text option)
{
	for (size_t at = 0; at < options.size; at++) {
		size_t n = 0;

		if (at > 0 && !is_end(options, at - 1))
			continue;
		while (n < option.size && at + n < options.size &&
		       options.at[at + n] == (uint8_t)option.at[n])
			n++;
		if (n == option.size && is_end(options, at + n))
			return true;
	}
	return false;
}
