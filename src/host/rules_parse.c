/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_parse.c - bytes of a rule file in, rules of a set out; goes on after every mistake */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules_memory.h"
#include "rules_parser.h"

/* ---- errors ---- */

static void add_error(struct rules_parser *parser, struct rule_place place, const char *code,
		      const char *hint, const char *format, va_list arguments)
{
	char message[512];

	parser->rule_is_bad = true;
	if (parser->n_errors++ >= RULES_MAX_ERRORS)
		return;
	vsnprintf(message, sizeof(message), format, arguments);
	diagnostics_add(parser->diagnostics, DIAGNOSTIC_ERROR, code,
			parser->set->file[parser->file].path, place, hint, "%s", message);
}

void rules_error_at(struct rules_parser *parser, struct rule_place place, const char *code,
		    const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_error(parser, place, code, hint, format, arguments);
	va_end(arguments);
}

void rules_error(struct rules_parser *parser, const char *at, const char *code, const char *hint,
		 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_error(parser, rules_place(parser, at), code, hint, format, arguments);
	va_end(arguments);
}

void rules_error_word(struct rules_parser *parser, const char *at, const char *code,
		      const char *nearest, const char *expected)
{
	struct cursor rest = {.at = at, .end = parser->line_end};
	char hint[96];

	if (nearest)
		snprintf(hint, sizeof(hint), "did you mean '%s'?", nearest);
	rules_error(parser, at, code, nearest ? hint : NULL, "expected %s, found %s", expected,
		    rules_found(&rest).text);
}

/* ---- the rule at hand ---- */

static void begin_rule(struct rules_parser *parser)
{
	memset(&parser->rule, 0, sizeof(parser->rule));
	parser->rule.file = parser->file;
	parser->rule.place = rules_place(parser, parser->line);
	parser->rule.comment = parser->comment;
	parser->comment = NULL;
	parser->seen = 0;
	parser->has_unread_line = false;
	parser->rule_is_bad = false;
	parser->state = STATE_RULE;
}

/* Match, Introduced, Fixed, Known-good; as written within each (insertion sort: stable, few). */
static void sort_conditions(struct rule *rule)
{
	for (size_t i = 1; i < rule->n_conditions; i++) {
		struct rule_condition moved = rule->condition[i];
		size_t j = i;

		for (; j && rule->condition[j - 1].role > moved.role; j--)
			rule->condition[j] = rule->condition[j - 1];
		rule->condition[j] = moved;
	}
}

/* Ends the rule at hand, if any: into the set when it is good. */
static void end_rule(struct rules_parser *parser)
{
	struct rule_set *set = parser->set;

	if (parser->state != STATE_RULE && parser->state != STATE_GAP)
		return;
	parser->state = STATE_OUTSIDE;
	rules_check_required(parser);
	if (parser->rule_is_bad) {
		rule_free(&parser->rule);
		return;
	}
	sort_conditions(&parser->rule);
	set->rule = rules_grow(set->rule, set->n_rules, sizeof(*set->rule));
	set->rule[set->n_rules++] = parser->rule;
	memset(&parser->rule, 0, sizeof(parser->rule));
}

/* ---- comments ---- */

static void add_comment(struct rules_parser *parser)
{
	size_t size = (size_t)(parser->line_end - parser->line);
	size_t old = parser->comment ? parser->comment_size + 1 : 0;

	if (!parser->comment) {
		parser->comment_place = rules_place(parser, parser->line);
		parser->comment_is_first = parser->state == STATE_START;
	}
	parser->comment = realloc(parser->comment, old + size + 1);
	if (!parser->comment)
		abort();
	if (old)
		parser->comment[old - 1] = '\n';
	memcpy(parser->comment + old, parser->line, size);
	parser->comment_size = old + size;
	parser->comment[parser->comment_size] = '\0';
}

static void drop_comment(struct rules_parser *parser)
{
	free(parser->comment);
	parser->comment = NULL;
}

/* A blank line or the end of the file behind comment lines: a header, or lost. */
static void end_comment(struct rules_parser *parser)
{
	struct rule_file *file = &parser->set->file[parser->file];

	if (!parser->comment)
		return;
	if (parser->comment_is_first) {
		file->header = parser->comment;
		parser->comment = NULL;
		return;
	}
	rules_error_at(parser, parser->comment_place, "P016",
		       "a comment stands directly before its section",
		       "expected a rule behind the comment, found none");
	drop_comment(parser);
}

static void comment_line(struct rules_parser *parser)
{
	if (parser->state == STATE_RULE) {
		rules_error(parser, parser->line, "P015",
			    "use Note, or leave a blank line before a comment on the next rule",
			    "expected a key or a blank line, found a comment");
		return;
	}
	if ((size_t)(parser->line_end - parser->line) > RULES_LINE_MAX_BYTES) {
		rules_error(parser, parser->line, "P011", NULL,
			    "expected at most %u bytes in a comment line, found %zu",
			    RULES_LINE_MAX_BYTES, (size_t)(parser->line_end - parser->line));
		return;
	}
	add_comment(parser);
	parser->state = STATE_OUTSIDE;
}

/* ---- other lines ---- */

static void blank_line(struct rules_parser *parser)
{
	end_comment(parser);
	if (parser->state == STATE_RULE)
		parser->state = STATE_GAP;
	else if (parser->state == STATE_STRAY)
		parser->state = STATE_OUTSIDE;
}

/* `[FWQ-0001]`. A rule begins in any case, so that its keys are not lines without a rule. */
static void section_line(struct rules_parser *parser)
{
	const char *inside = parser->line + 1, *close;
	struct cursor cursor = {.at = parser->line, .end = parser->line_end};
	char id[32] = "";

	begin_rule(parser);
	close = memchr(inside, ']', (size_t)(parser->line_end - inside));
	if (!close) {
		rules_error(parser, parser->line, "P017", NULL,
			    "expected a section as [FWQ-0001], found %s",
			    rules_found(&cursor).text);
		return;
	}
	if ((size_t)(close - inside) < sizeof(id))
		memcpy(id, inside, (size_t)(close - inside));
	cursor.at = inside;
	cursor.end = close;
	if (!rule_id_from_text(id, &parser->rule.id)) {
		rules_error(parser, inside, "P018",
			    "FWQ- and four digits, more only from 10000 on, not 0000",
			    "expected an identifier as FWQ-0001, found %s",
			    close == inside ? "none" : rules_found(&cursor).text);
		return;
	}
	cursor.at = close + 1;
	cursor.end = parser->line_end;
	rules_skip_blanks(&cursor);
	rules_take_end(parser, &cursor);
}

static void key_line(struct rules_parser *parser)
{
	if (parser->state == STATE_GAP) {
		rules_error(parser, parser->line, "P014", "remove the blank line before it",
			    "expected a comment or a section behind a blank line, found a key");
		parser->state = STATE_RULE;
	}
	if (parser->state == STATE_RULE) {
		rules_parse_key(parser);
		return;
	}
	if (parser->state != STATE_STRAY) {
		struct cursor cursor = {.at = parser->line, .end = parser->line_end};

		rules_error(parser, parser->line, "P012", NULL,
			    "expected a comment or a section as [FWQ-0001], found %s",
			    rules_found(&cursor).text);
		drop_comment(parser);
	}
	parser->state = STATE_STRAY;
}

static void text_line(struct rules_parser *parser)
{
	if (*parser->line == ' ') {
		parser->has_unread_line = true;
		rules_error(parser, parser->line, "P010",
			    "a value stays on one line: join it to the line before",
			    "expected a key at the start of the line, found a blank");
	} else if (*parser->line == '#')
		comment_line(parser);
	else if (*parser->line == '[')
		section_line(parser);
	else
		key_line(parser);
}

/* A line with bytes that no rule holds: whatever it was, what follows is read as if it were fine. */
static void skip_line(struct rules_parser *parser)
{
	if (*parser->line == '[') {
		begin_rule(parser);
		parser->rule_is_bad = true;
	}
	parser->has_unread_line = true;
}

/* ---- the file ---- */

/* A CR at the end of a line is reported once, then taken as part of the line's end. */
static void trim_line(struct rules_parser *parser)
{
	if (parser->line_end > parser->line && parser->line_end[-1] == '\r') {
		if (!parser->has_cr)
			rules_error(parser, parser->line_end - 1, "P005",
				    "save the file with Unix line ends",
				    "expected lines that end in LF, found CR LF");
		parser->has_cr = true;
		parser->line_end--;
	}
	while (parser->line_end > parser->line && parser->line_end[-1] == ' ')
		parser->line_end--;
}

static void parse_line(struct rules_parser *parser)
{
	trim_line(parser);
	if (parser->line == parser->line_end) {
		blank_line(parser);
		return;
	}
	/* First of all, so that a mistake in this line is not one of the rule before it. */
	if (*parser->line == '[' || (*parser->line == '#' && parser->state == STATE_GAP))
		end_rule(parser);
	if (rules_line_check(parser))
		text_line(parser);
	else
		skip_line(parser);
}

static void parse_lines(struct rules_parser *parser, const char *at, const char *end)
{
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));

		parser->line_number++;
		parser->line = at;
		parser->line_end = lf ? lf : end;
		parse_line(parser);
		if (!lf)
			rules_error(parser, end, "P050", NULL,
				    "expected a line feed at the end of the file, found none");
		at = lf ? lf + 1 : end;
	}
	end_comment(parser);
	end_rule(parser);
}

/* A file with a NUL byte is no text: nothing else in it is worth a message. */
static void report_nul(struct rules_parser *parser, const char *begin, const char *nul)
{
	parser->line = begin;
	parser->line_number = 1;
	for (const char *at = begin; at < nul; at++) {
		if (*at == '\n') {
			parser->line = at + 1;
			parser->line_number++;
		}
	}
	rules_error(parser, nul, "P004", "a binary file, or UTF-16: save it as UTF-8",
		    "expected text, found a NUL byte");
}

static size_t add_file(struct rule_set *set, const char *path)
{
	set->file = rules_grow(set->file, set->n_files, sizeof(*set->file));
	set->file[set->n_files] = (struct rule_file){.path = rules_copy(path, strlen(path))};
	return set->n_files++;
}

static void parse_text(struct rules_parser *parser, const char *at, const char *end)
{
	if (end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) {
		parser->line = at;
		parser->line_number = 1;
		rules_error(parser, at, "P003", "save the file as UTF-8 without one",
			    "expected text, found a byte order mark");
		parser->line_number = 0;
		at += 3;
	}
	parse_lines(parser, at, end);
}

static void report_unshown(struct rules_parser *parser)
{
	if (parser->n_errors > RULES_MAX_ERRORS)
		diagnostics_add(parser->diagnostics, DIAGNOSTIC_NOTE, "P051",
				parser->set->file[parser->file].path,
				(struct rule_place){.line = 0}, "is this a file of rules?",
				"%zu more errors are not shown",
				parser->n_errors - RULES_MAX_ERRORS);
}

bool rules_parse_bytes(struct rule_set *set, const char *path, const char *bytes, size_t size,
		       struct diagnostics *diagnostics)
{
	struct rules_parser parser = {.set = set, .diagnostics = diagnostics};
	size_t n_before = diagnostics->n;
	const char *end = bytes + size;

	if (size > RULES_FILE_MAX_BYTES) {
		rules_report_size(diagnostics, path);
		return false;
	}
	parser.file = add_file(set, path);
	if (size && memchr(bytes, '\0', size))
		report_nul(&parser, bytes, memchr(bytes, '\0', size));
	else
		parse_text(&parser, bytes, end);
	diagnostics_sort(diagnostics, n_before);
	report_unshown(&parser);
	return !parser.n_errors;
}
