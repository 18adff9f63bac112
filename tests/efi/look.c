/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* look.c - facts in, console lines out; frees what it allocates */
#include <fwquirk/pagetable.h>

#include "look.h"
#include "map.h"

#define LINE_CHARS 200u
#define N_PAGES    4u

static void say_line(const struct text_buffer *buffer)
{
	EFI_SIMPLE_TEXT_OUT_PROTOCOL *out = firmware.system->ConOut;
	CHAR16 line[LINE_CHARS];

	for (size_t i = 0; i <= buffer->size; i++)
		line[i] = (CHAR16)buffer->at[i];
	out->OutputString(out, line);
}

void say(const char *what, struct text value)
{
	char room[LINE_CHARS];
	struct text_buffer buffer = text_buffer_of(room, sizeof(room));

	text_append_c(&buffer, program);
	text_append_c(&buffer, ": ");
	text_append_c(&buffer, what);
	text_append_char(&buffer, '=');
	text_append(&buffer, value);
	text_append_c(&buffer, "\r\n");
	say_line(&buffer);
}

void say_c(const char *what, const char *value)
{
	say(what, text_of(value));
}

void say_hex(const char *what, uint64_t value)
{
	char room[32];
	struct text_buffer buffer = text_buffer_of(room, sizeof(room));

	text_append_hex(&buffer, value, 1);
	say(what, text_sized(buffer.at, buffer.size));
}

const char *permissions(virt_t page)
{
	static const char *const names[] = {"r--", "r-x", "rw-", "rwx"};
	struct leaf leaf;

	if (pagetable_find(&firmware.pagetable, page, &leaf) != STATUS_OK)
		return "---";
	return names[leaf.writable << 1 | leaf.executable];
}

/* As a loader leaves the code of an image. */
static void make_code(virt_t first)
{
	struct memory_attribute_protocol *map = map_locate();

	if (!map ||
	    EFI_ERROR(map->clear(map, first.at, N_PAGES * PAGE_SIZE_BYTES, MEMORY_ATTRIBUTE_XP)) ||
	    map_set_readonly(first, N_PAGES * PAGE_SIZE_BYTES) != STATUS_OK)
		say_c("error", "cannot make the pages read-only");
}

/* The last page is looked at: the first may have been allocated again by then. */
void free_and_look(EFI_MEMORY_TYPE type, const char *what, bool readonly)
{
	virt_t first, last;

	if (firmware_allocate(type, N_PAGES, &first) != STATUS_OK)
		return;
	last.at = first.at + (N_PAGES - 1) * PAGE_SIZE_BYTES;
	if (readonly)
		make_code(first);
	say_c(readonly ? "before" : "fresh", permissions(last));
	firmware_free(first, N_PAGES);
	say_c(what, permissions(last));
}
