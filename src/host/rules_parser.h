/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_parser.h - what the files of the rule parser share; nobody else includes it */
#ifndef FWQUIRK_RULES_PARSER_H
#define FWQUIRK_RULES_PARSER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/text.h>

#define RULES_FILE_MAX_BYTES ((size_t)16 << 20)
#define RULES_LINE_MAX_BYTES 4000u /* a comment, or the value behind a `=` */
#define RULES_MAX_CONDITIONS 64u
#define RULES_MAX_ERRORS     1000u /* a file with more is something else than rules */
#define RULES_NAME_MAX_BYTES 64u

/* Where the parser is between two lines. */
enum rules_state {
	STATE_START,   /* nothing yet but blank lines */
	STATE_OUTSIDE, /* behind a blank line, outside of a rule */
	STATE_RULE,    /* behind a section or a key */
	STATE_GAP,     /* in a rule, behind a blank line: it ends unless a key follows */
	STATE_STRAY,   /* in lines that belong to no rule and were reported once */
};

struct rules_parser {
	struct rule_set *set;
	size_t file;
	struct diagnostics *diagnostics;
	size_t n_errors;

	const char *line; /* the line at hand, without its LF and trailing blanks */
	const char *line_end;
	unsigned line_number;

	enum rules_state state;
	char *comment; /* comment lines waiting for their section */
	size_t comment_size;
	struct rule_place comment_place;
	bool comment_is_first; /* nothing but blank lines stands before it */

	struct rule rule;
	uint32_t seen;        /* keys of the rule that occurred, a bit each */
	bool has_unread_line; /* a line of the rule may have held any key */
	bool rule_is_bad;

	bool has_cr; /* CR LF was reported */
};

/* Rest of a value: `at` moves on. */
struct cursor {
	const char *at;
	const char *end;
};

/* "'word'", "\"string\"" or "the end of the line", short enough for a message. */
struct found {
	char text[64];
};

/*
 * An error at a place in the line at hand: "expected ..., found ..." and an optional hint. The rule
 * at hand is not kept.
 */
void rules_error(struct rules_parser *parser, const char *at, const char *code, const char *hint,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same at a place outside of the line at hand. */
void rules_error_at(struct rules_parser *parser, struct rule_place place, const char *code,
		    const char *hint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* "did you mean '...'?" as the hint when there is a near word. */
void rules_error_word(struct rules_parser *parser, const char *at, const char *code,
		      const char *nearest, const char *expected);

/* How many bytes at the start are printable ASCII: nothing to look at there. */
size_t rules_plain(const char *at, size_t size);

/*
 * Checks the bytes of a raw line: reports the first one that no rule text holds and returns false.
 */
bool rules_line_check(struct rules_parser *parser);
/*
 * Size of the UTF-8 sequence (RFC 3629) at the start of the bytes, 0 when there is none; its code
 * point.
 */
size_t rules_utf8(const char *at, size_t size, uint32_t *ret_code_point);
/* Code points that are not allowed raw: they do not show, or make the text look like another. */
bool rules_is_unseen(uint32_t code_point);

/* ---- pieces of a value; each says what it expected when it returns false ---- */

struct found rules_found(const struct cursor *cursor);
void rules_skip_blanks(struct cursor *cursor);
/* The next run of bytes that are not blanks, without consuming it; empty at the end. */
struct text rules_peek_word(const struct cursor *cursor);
/* Consumes a word and the blanks behind it. */
struct text rules_take_word(struct cursor *cursor);
/* Consumes the word when it is this one. */
bool rules_take_if(struct cursor *cursor, const char *word);
/* A quoted string, unescaped, malloc'ed; never empty in normal form. */
bool rules_take_string(struct rules_parser *parser, struct cursor *cursor, char **ret_string);
/* 0x and hexadecimal digits, at most 64 bits. */
bool rules_take_hex(struct rules_parser *parser, struct cursor *cursor, uint64_t *ret_value);
/* Decimal, at most 32 bits, no superfluous zeros. */
bool rules_take_decimal(struct rules_parser *parser, struct cursor *cursor, const char *what,
			uint64_t *ret_value);
/* yyyy-mm-dd, malloc'ed. */
bool rules_take_date(struct rules_parser *parser, struct cursor *cursor, char **ret_date);
bool rules_hex_from_word(struct text word, uint64_t *ret_value);
/* All of the rest, malloc'ed. Always true. */
bool rules_take_text(struct cursor *cursor, char **ret_text);
bool rules_take_end(struct rules_parser *parser, struct cursor *cursor);
struct rule_place rules_place(const struct rules_parser *parser, const char *at);

/* ---- values of keys: each parses one and adds it to parser->rule ---- */

bool rules_parse_condition(struct rules_parser *parser, struct cursor *cursor,
			   enum condition_role role);
bool rules_parse_workaround(struct rules_parser *parser, struct cursor *cursor);

/* A line `Key = value` inside a rule. */
void rules_parse_key(struct rules_parser *parser);
/* Reports the required keys that the rule at hand lacks. */
void rules_check_required(struct rules_parser *parser);

/* The known word nearest to a misspelt one; NULL when none is near. */
const char *rules_nearest(struct text word, const char *(*name)(unsigned), unsigned count);

/* Names of runtime services by their bit in EFI_RT_PROPERTIES_TABLE (UEFI 2.10 section 4.6.2). */
#define RULES_N_SERVICES 14u
const char *rules_service_name(unsigned bit);

/* P002. */
void rules_report_size(struct diagnostics *diagnostics, const char *path);

#endif
