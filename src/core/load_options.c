/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* load_options.c - UCS-2 load options in, switches, a path and arguments out; looks for no file */
#include <fwquirk/load_options.h>
#include <fwquirk/switches.h>

#define N_SUFFIX 4u

static const uint16_t efi_suffix[N_SUFFIX] = {'.', 'e', 'f', 'i'};

struct wide wide_sized(const uint16_t *at, size_t size)
{
	return (struct wide){at, size};
}

static bool is_blank(uint16_t c)
{
	return c == ' ' || c == '\t';
}

static uint16_t fold(uint16_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint16_t)(c - 'A' + 'a');
	return c == '/' ? '\\' : c;
}

bool wide_is_same_path(struct wide a, struct wide b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (fold(a.at[i]) != fold(b.at[i]))
			return false;
	return true;
}

struct wide wide_base_name(struct wide path)
{
	size_t start = path.size;

	while (start > 0 && fold(path.at[start - 1]) != '\\' && path.at[start - 1] != ':')
		start--;
	/* An empty one may have no address to count from. */
	return start ? wide_sized(path.at + start, path.size - start) : path;
}

static bool has_efi_suffix(struct wide path)
{
	return path.size > N_SUFFIX &&
	       wide_is_same_path(wide_sized(path.at + path.size - N_SUFFIX, N_SUFFIX),
				 wide_sized(efi_suffix, N_SUFFIX));
}

/* Up to the first NUL; no control characters, no surrogates, nothing that is not a character. */
static bool is_text(struct wide *options)
{
	size_t n = 0;

	while (n < options->size && options->at[n]) {
		uint16_t c = options->at[n++];

		if ((c < ' ' && !is_blank(c)) || (c >= 0x7f && c < 0xa0) ||
		    (c >= 0xd800 && c < 0xf900) || c >= 0xfffe)
			return false;
	}
	options->size = n;
	return true;
}

static struct wide trimmed(struct wide text)
{
	while (text.size && is_blank(text.at[0])) {
		text.at++;
		text.size--;
	}
	while (text.size && is_blank(text.at[text.size - 1]))
		text.size--;
	return text;
}

/* Takes a word, quoted or up to a blank, off the front of trimmed text; false for an open quote. */
static bool take_word(struct wide *text, struct wide *ret_word)
{
	bool quoted = text->size && text->at[0] == '"';
	size_t start = quoted, n = start;

	while (n < text->size && (quoted ? text->at[n] != '"' : !is_blank(text->at[n])))
		n++;
	if (quoted && n == text->size)
		return false;
	*ret_word = wide_sized(text->at + start, n - start);
	n += quoted;
	*text = trimmed(wide_sized(text->at + n, text->size - n));
	return true;
}

static bool is_dashes(struct wide word)
{
	return word.size == 2 && word.at[0] == '-' && word.at[1] == '-';
}

/* With or without .efi, with or without a folder. */
static bool is_own_name(struct wide word, struct wide own_name)
{
	struct wide name = wide_base_name(word), own = wide_base_name(own_name);

	if (wide_is_same_path(name, own))
		return own.size > 0;
	return has_efi_suffix(own) &&
	       wide_is_same_path(name, wide_sized(own.at, own.size - N_SUFFIX));
}

static bool is_path(struct wide word)
{
	for (size_t i = 0; i < word.size; i++)
		if (word.at[i] == ':')
			return false;
	return has_efi_suffix(word);
}

struct text wide_narrowed(struct wide wide, char *room, size_t n_room)
{
	size_t n = 0;

	for (; n < wide.size && n < n_room && wide.at[n]; n++)
		room[n] = wide.at[n] < 0x7f ? (char)wide.at[n] : '?';
	return text_sized(room, n);
}

/* One or more switches, and nothing else. */
static bool is_switches(struct wide word)
{
	char room[SWITCHES_MAX_CHARS];
	struct text rest = wide_narrowed(word, room, sizeof(room));
	enum switch_word found = SWITCH_UNKNOWN;
	uint32_t rule_id;

	while (switches_next(&rest, &found, &rule_id))
		if (found == SWITCH_UNKNOWN)
			return false;
	return found != SWITCH_UNKNOWN;
}

/* From the first switch to the end of the last one. */
static void add_switch(struct wide *switches, struct wide word)
{
	if (switches->size == 0)
		switches->at = word.at;
	switches->size = (size_t)(word.at + word.size - switches->at);
}

static enum status read_words(struct wide options, struct wide own_name,
			      struct next_options *ret_options)
{
	struct next_options read = {.path = {NULL, 0}};
	bool first = true;
	struct wide word;

	for (options = trimmed(options); options.size; first = false) {
		if (!take_word(&options, &word))
			return STATUS_MALFORMED;
		if (is_dashes(word)) {
			read.arguments = options;
			break;
		}
		if (first && is_own_name(word, own_name))
			continue;
		if (read.path.size == 0 && is_switches(word)) {
			add_switch(&read.switches, word);
			continue;
		}
		if (read.path.size || !is_path(word))
			return STATUS_MALFORMED;
		read.path = word;
	}
	*ret_options = read;
	return STATUS_OK;
}

static bool is_ascii(struct wide text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] >= 0x7f)
			return false;
	return true;
}

enum status next_options_read(struct wide options, struct wide own_name,
			      struct next_options *ret_options)
{
	enum status status;

	if (!is_text(&options))
		options.size = 0;
	status = read_words(options, own_name, ret_options);
	/* Nobody has typed this: bytes that happen to be characters of some script. */
	if (status != STATUS_OK && !is_ascii(options))
		return read_words(wide_sized(NULL, 0), own_name, ret_options);
	return status;
}
