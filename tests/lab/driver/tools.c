/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* tools.c - lines, numbers, service tables for the defects; knows no defect */
#include "lab.h"

#define SERIAL 0x3f8

static void serial(char c)
{
	uint8_t ready = 0;

	for (unsigned i = 0; i < 100000 && !(ready & 0x20); i++)
		__asm__ volatile("inb %1, %0" : "=a"(ready) : "Nd"((uint16_t)(SERIAL + 5)));
	__asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((uint16_t)SERIAL));
}

static void serial_text(const char *text)
{
	for (; *text; text++)
		serial(*text);
}

void lab_say(const char *text)
{
	serial_text("\r\nlab: ");
	serial_text(text);
	serial_text("\r\n");
}

void lab_say_hex(const char *text, uint64_t number)
{
	serial_text("\r\nlab: ");
	serial_text(text);
	serial_text("=0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		if (!shift || number >> shift)
			serial("0123456789abcdef"[number >> shift & 15]);
	serial_text("\r\n");
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
}

uint64_t lab_number(const char *text, uint64_t otherwise, const char **ret_rest)
{
	unsigned base = text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10;
	const char *at = text + (base == 16 ? 2 : 0);
	uint64_t number = 0;
	bool any = false;

	for (; digit(*at) < base; at++, any = true)
		number = number * base + digit(*at);
	if (ret_rest)
		*ret_rest = any ? at : text;
	return any ? number : otherwise;
}

bool lab_word_is(const char *text, const char *word)
{
	while (*text && *text == *word) {
		text++;
		word++;
	}
	return !*word && (!*text || *text == ',');
}

/* UEFI 2.10 section 4.2.1. CalculateCrc32() of the sane table, which may itself be a defect's victim later. */
void lab_checksum(EFI_TABLE_HEADER *header)
{
	UINT32 crc = 0;

	header->CRC32 = 0;
	lab_sane.CalculateCrc32(header, header->HeaderSize, &crc);
	header->CRC32 = crc;
}

void *lab_replace(EFI_TABLE_HEADER *header, void *slot, void *replacement)
{
	void **pointer = slot, *original = *pointer;

	*pointer = replacement;
	lab_checksum(header);
	return original;
}

void *lab_table(const EFI_GUID *guid)
{
	for (UINTN i = 0; i < lab_system->NumberOfTableEntries; i++) {
		EFI_CONFIGURATION_TABLE *table = &lab_system->ConfigurationTable[i];
		const uint64_t *a = (const uint64_t *)&table->VendorGuid,
			       *b = (const uint64_t *)guid;

		if (a[0] == b[0] && a[1] == b[1])
			return table->VendorTable;
	}
	return NULL;
}
