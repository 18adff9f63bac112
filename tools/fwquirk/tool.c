/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* tool.c - messages, JSON and the choice of table and database for every verb */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fwquirk/host/embedded.h>
#include <fwquirk/host/file.h>
#include <fwquirk/host/report.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/host/store.h>

#include "tool.h"

#define TABLE_FILE_MAX_BYTES (64u << 20)

static void print_message(const char *prefix, const char *format, va_list arguments)
{
	fprintf(stderr, "%s: ", prefix);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

int tool_error(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	print_message("fwquirk", format, arguments);
	va_end(arguments);
	return TOOL_ERROR;
}

int tool_error_take(char *message)
{
	tool_error("%s", message ? message : "out of memory");
	free(message);
	return TOOL_ERROR;
}

int tool_usage(const char *verb, const char *format, ...)
{
	if (format) {
		va_list arguments;
		va_start(arguments, format);
		fprintf(stderr, "fwquirk %s: ", verb);
		vfprintf(stderr, format, arguments);
		fputc('\n', stderr);
		va_end(arguments);
	}
	fprintf(stderr, "'fwquirk help %s' tells how to use it.\n", verb);
	return TOOL_ERROR;
}

bool tool_has_colour(FILE *stream)
{
	const char *term = getenv("TERM");
	return isatty(fileno(stream)) && !getenv("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

const char *tool_colour(FILE *stream, const char *name)
{
	static const struct {
		const char *name, *sequence;
	} colours[] = {
		{"red", "\033[31m"}, {"green", "\033[32m"}, {"yellow", "\033[33m"},
		{"bold", "\033[1m"}, {"dim", "\033[2m"},    {"", "\033[0m"},
	};
	if (!tool_has_colour(stream))
		return "";
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (strcmp(colours[i].name, name) == 0)
			return colours[i].sequence;
	return "";
}

/* Length of the valid, printable UTF-8 sequence at the start, 0 when there is none (RFC 3629). */
static size_t utf8_printable_size(const unsigned char *at, size_t size)
{
	if (at[0] < 0x80)
		return at[0] >= 0x20 && at[0] != 0x7f;
	size_t n = at[0] >= 0xf0 && at[0] <= 0xf4 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc2 ? 2 : 0;
	if (n == 0 || at[0] > 0xf4 || n > size)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	bool overlong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
	bool surrogate = at[0] == 0xed && at[1] >= 0xa0;
	bool beyond = at[0] == 0xf4 && at[1] >= 0x90;
	bool c1_control = at[0] == 0xc2 && at[1] < 0xa0;
	return overlong || surrogate || beyond || c1_control ? 0 : n;
}

void tool_print_text(FILE *out, struct text text)
{
	char *shown = report_text(text);

	fputs(shown, out);
	free(shown);
}

json_t *tool_json_text(struct text text)
{
	json_t *json = json_stringn(text.at ? text.at : "", text.size);
	if (json)
		return json;
	/* Not UTF-8: each offending byte becomes U+FFFD, three bytes. */
	char *clean = malloc(text.size * 3 + 1);
	if (!clean)
		abort();
	size_t size = 0;
	const unsigned char *at = (const unsigned char *)text.at;
	for (size_t i = 0; i < text.size;) {
		size_t n = at[i] < 0x80 ? 1 : utf8_printable_size(at + i, text.size - i);
		memcpy(clean + size, n ? text.at + i : "\xef\xbf\xbd", n ? n : 3);
		size += n ? n : 3;
		i += n ? n : 1;
	}
	json = json_stringn(clean, size);
	free(clean);
	if (!json)
		abort();
	return json;
}

int tool_print_json(json_t *json, int exit_code)
{
	if (!json || json_dumpf(json, stdout, JSON_INDENT(2) | JSON_SORT_KEYS) != 0)
		exit_code = tool_error("cannot write JSON to standard output");
	putchar('\n');
	json_decref(json);
	return exit_code;
}

static bool say_unless_usable(const char *name, enum status status)
{
	const char *advice = status == STATUS_TOO_NEW ? "use a newer fwquirk"
						      : "pack it again with 'fwquirk pack'";
	if (status != STATUS_OK)
		tool_error("%s: not a usable table: %s; %s", name, status_text(status), advice);
	return status == STATUS_OK;
}

bool tool_table_open(const char *path, struct tool_table *ret_table)
{
	struct tool_table opened = {.owned = NULL};
	if (!path) {
		struct span built_in =
			span_of(fwquirk_table, (size_t)(fwquirk_table_end - fwquirk_table));
		/* The packer has checked it in depth. */
		if (!say_unless_usable("the built-in table", table_open(built_in, &opened.table)))
			return false;
		*ret_table = opened;
		return true;
	}
	size_t size;
	char *error = NULL;
	if (!file_read(path, TABLE_FILE_MAX_BYTES, &opened.owned, &size, &error)) {
		tool_error_take(error);
		return false;
	}
	enum status status = table_open(span_of(opened.owned, size), &opened.table);
	if (status == STATUS_OK)
		status = table_check(&opened.table);
	if (!say_unless_usable(path, status)) {
		free(opened.owned);
		return false;
	}
	*ret_table = opened;
	return true;
}

void tool_table_close(struct tool_table *table)
{
	free(table->owned);
	table->owned = NULL;
}

const char *tool_database_path(const char *option)
{
	static char beside[4096];
	if (option)
		return option;
	const char *environment = getenv("FWQUIRK_DB");
	if (environment && *environment)
		return environment;
	ssize_t n = readlink("/proc/self/exe", beside, sizeof(beside) - sizeof("quirks.sqlite"));
	if (n > 0) {
		beside[n] = '\0';
		strcpy(strrchr(beside, '/') + 1, "quirks.sqlite");
		if (access(beside, R_OK) == 0)
			return beside;
	}
	return FWQUIRK_DATADIR "/quirks.sqlite";
}

/* An open database; NULL without a message when none is there and none was named. */
static struct store *rules_store(const char *option, bool *ret_failed)
{
	const char *path = tool_database_path(option);
	char *error = NULL;
	*ret_failed = false;
	if (!option && access(path, R_OK) != 0)
		return NULL;
	struct store *store = store_open(path, &error);
	*ret_failed = !store;
	if (!store)
		tool_error_take(error);
	return store;
}

static bool rules_loaded(struct store *store, bool is_loaded, char *error, bool *ret_failed)
{
	store_close(store);
	*ret_failed = !is_loaded;
	if (!is_loaded)
		tool_error_take(error);
	return is_loaded;
}

bool tool_rules_load(const char *option, struct rule_set *ret_set, bool *ret_failed)
{
	struct store *store = rules_store(option, ret_failed);
	char *error = NULL;
	if (!store)
		return false;
	bool is_loaded = store_load(store, ret_set, &error);
	return rules_loaded(store, is_loaded, error, ret_failed);
}

bool tool_rules_load_ids(const char *option, const uint32_t *id, size_t n, struct rule_set *ret_set,
			 bool *ret_failed)
{
	struct store *store = rules_store(option, ret_failed);
	char *error = NULL;
	if (!store)
		return false;
	bool is_loaded = store_load_ids(store, id, n, ret_set, &error);
	return rules_loaded(store, is_loaded, error, ret_failed);
}

const struct rule *tool_rule_find(const struct rule_set *set, uint32_t id)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (set->rule[i].id == id)
			return &set->rule[i];
	return NULL;
}
