/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint_text.c - the words of a rule in, those that mislead or say nothing new out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules_lint.h"
#include "rules_memory.h"
#include "rules_parser.h"

#define TITLE_MAX_BYTES 100u

/* ---- letters that look like others ---- */

/*
 * Scripts with letters that look like Latin ones (Unicode Technical Standard 39, confusables.txt):
 * Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu, Cherokee supplement, full-width forms,
 * mathematical letters. SMBIOS strings have none of them (DSP0134 section 6.1.3: ASCII).
 */
static const uint32_t look_alikes[][2] = {
	{0x0370, 0x03ff}, {0x0400, 0x052f}, {0x0530, 0x058f}, {0x13a0, 0x13ff},   {0x2c80, 0x2cff},
	{0xa4d0, 0xa4ff}, {0xab70, 0xabbf}, {0xff21, 0xff5a}, {0x1d400, 0x1d7ff},
};

static bool is_look_alike(uint32_t code_point)
{
	for (size_t i = 0; i < sizeof(look_alikes) / sizeof(look_alikes[0]); i++) {
		if (code_point >= look_alikes[i][0] && code_point <= look_alikes[i][1])
			return true;
	}
	return false;
}

static bool is_latin(uint32_t code_point)
{
	return (code_point >= 'A' && code_point <= 'Z') || (code_point >= 'a' && code_point <= 'z');
}

/* The first letter that looks like another, beside Latin letters: in one word, or in the whole text. */
static bool find_look_alike(const char *text, bool by_word, uint32_t *ret_code_point)
{
	size_t left = strlen(text), n;
	uint32_t code_point, found = 0;
	bool has_latin = false;

	for (; left; text += n, left -= n) {
		n = rules_utf8(text, left, &code_point);
		if (!n) { /* a raw byte of a value */
			n = 1;
			continue;
		}
		if (is_look_alike(code_point))
			found = found ? found : code_point;
		else if (is_latin(code_point))
			has_latin = true;
		else if (by_word && code_point < 0x80) {
			has_latin = false;
			found = 0;
		}
		if (found && has_latin) {
			*ret_code_point = found;
			return true;
		}
	}
	return false;
}

static void lint_value_letters(struct lint *lint, const struct rule_condition *condition,
			       const char *value)
{
	uint32_t code_point;

	if (value && find_look_alike(value, false, &code_point))
		lint_error(
			lint, condition->place, "L046",
			"type the string again, or copy it from the machine",
			"expected letters of one script in \"%s\", found U+%04X beside Latin ones",
			value, (unsigned)code_point);
}

static void lint_letters(struct lint *lint, const char *key, const char *text)
{
	uint32_t code_point;

	if (text && find_look_alike(text, true, &code_point))
		lint_warning(
			lint, lint->rule->place, "L047", NULL,
			"expected words of one script in %s, found U+%04X beside Latin letters",
			key, (unsigned)code_point);
}

static void lint_all_letters(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		for (size_t j = 0; j < condition->n_values; j++)
			lint_value_letters(lint, condition, condition->value[j]);
		lint_value_letters(lint, condition, condition->low);
		lint_value_letters(lint, condition, condition->high);
	}
	lint_letters(lint, "Title", rule->title);
	lint_letters(lint, "Unmatched", rule->unmatched);
	lint_letters(lint, "Unbounded", rule->unbounded);
	lint_letters(lint, "Unprobed", rule->unprobed);
	lint_letters(lint, "Remove-when", rule->remove_when);
	for (size_t i = 0; i < rule->n_notes; i++)
		lint_letters(lint, "Note", rule->note[i]);
	for (size_t i = 0; i < rule->n_evidence; i++)
		lint_letters(lint, "Evidence", rule->evidence[i].says);
}

/* ---- addresses ---- */

static bool has_web_scheme(const char *url)
{
	const char *rest = strncmp(url, "https://", 8) == 0  ? url + 8
			   : strncmp(url, "http://", 7) == 0 ? url + 7
							     : "";

	return *rest != '\0';
}

static bool is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return !*text;
}

static void lint_address(struct lint *lint, const struct rule_evidence *evidence)
{
	if (!has_web_scheme(evidence->url))
		lint_error(lint, evidence->place, "L008", NULL,
			   "expected an address with https:// or http://, found '%s'",
			   evidence->url);
	else if (!is_ascii(evidence->url))
		lint_error(lint, evidence->place, "L046",
			   "write other letters as %NN, and a host in its xn-- form",
			   "expected an address of ASCII letters, found '%s'", evidence->url);
}

/*
 * What two spellings of one address have in common, malloc'ed: no scheme, no "www.", the host in
 * lower case, no slash at the end. Of a message at lore.kernel.org, whatever the list.
 */
static char *address_core(const char *url)
{
	const char *at = strstr(url, "://");
	size_t host, size;
	char *core;

	at = at ? at + 3 : url;
	if (strncasecmp(at, "www.", 4) == 0)
		at += 4;
	host = strcspn(at, "/?#");
	if (host == 15 && strncasecmp(at, "lore.kernel.org", host) == 0 && at[host])
		at += host + 1 + strcspn(at + host + 1, "/");
	size = strlen(at);
	while (size && at[size - 1] == '/')
		size--;
	core = rules_copy(at, size);
	host = strcspn(core, "/?#");
	for (size_t i = 0; i < host; i++)
		core[i] = core[i] >= 'A' && core[i] <= 'Z' ? (char)(core[i] + 32) : core[i];
	return core;
}

/* Equal spellings are L017. */
static bool is_other_spelling(const char *a, const char *b)
{
	char *left = address_core(a), *right = address_core(b);
	bool is_same = strcmp(left, right) == 0;

	free(left);
	free(right);
	return is_same && strcmp(a, b) != 0;
}

static void lint_evidence(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	for (size_t i = 0; i < rule->n_evidence; i++) {
		const struct rule_evidence *evidence = &rule->evidence[i];

		lint_address(lint, evidence);
		for (size_t j = 0; j < i; j++) {
			if (is_other_spelling(rule->evidence[j].url, evidence->url))
				lint_error(lint, evidence->place, "L041",
					   "one piece of evidence counts once",
					   "expected another address, found that of line %u in "
					   "another spelling",
					   rule->evidence[j].place.line);
		}
	}
}

void lint_texts(struct lint *lint)
{
	const struct rule *rule = lint->rule;
	size_t size = strlen(rule->title);

	if (size > TITLE_MAX_BYTES)
		lint_warning(lint, rule->place, "L033", "say the rest in a Note",
			     "expected a title of at most %u bytes, found %zu", TITLE_MAX_BYTES,
			     size);
	lint_evidence(lint);
	lint_all_letters(lint);
}
