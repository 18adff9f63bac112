/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_config.c - `fwquirk config`: the variables that the firmware layer reads, shown and changed from Linux */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/attempt.h>
#include <fwquirk/host/efivars.h>
#include <fwquirk/last_fault.h>
#include <fwquirk/switches.h>

#include "record.h"
#include "tool.h"

struct config_run {
	const char *set; /* words, or NULL */
	bool clear, clear_attempts, clear_fault, as_json;
};

/* Printed up to the end of the room: the firmware layer takes a longer one as `off`. */
static struct text words_of(const uint8_t *bytes, size_t size)
{
	static char room[SWITCHES_MAX_CHARS];
	return switches_variable_text(span_of(bytes, size), room, sizeof(room));
}

static void print_words(const uint8_t *bytes, size_t size)
{
	fputs("switches  ", stdout);
	tool_print_text(stdout, words_of(bytes, size));
	putchar('\n');
}

static void print_attempts(const uint8_t *bytes, size_t size)
{
	struct attempt attempt;
	enum status status = attempt_read(span_of(bytes, size), &attempt);
	if (status != STATUS_OK)
		printf("attempts  not usable: %s\n", status_text(status));
	else if (attempt.n_begun < ATTEMPT_LIMIT)
		printf("attempts  %u boot with workarounds did not reach the operating system\n",
		       attempt.n_begun);
	else
		printf("attempts  %u boots with workarounds did not reach the operating system; "
		       "none "
		       "is applied until --clear-attempts\n",
		       attempt.n_begun);
}

static void print_fault(const uint8_t *bytes, size_t size)
{
	record_print_last_fault(span_of(bytes, size));
}

static json_t *json_words(const uint8_t *bytes, size_t size)
{
	return tool_json_text(words_of(bytes, size));
}

static json_t *json_attempts(const uint8_t *bytes, size_t size)
{
	struct attempt attempt;
	enum status status = attempt_read(span_of(bytes, size), &attempt);
	if (status != STATUS_OK)
		return json_pack("{s:s}", "error", status_text(status));
	return json_pack("{s:i, s:b, s:I, s:I}", "died", attempt.n_begun, "retreat",
			 attempt.n_begun >= ATTEMPT_LIMIT, "table_crc32",
			 (json_int_t)attempt.table_crc, "identity_crc32",
			 (json_int_t)attempt.identity_crc);
}

static json_t *json_fault(const uint8_t *bytes, size_t size)
{
	return record_json_last_fault(span_of(bytes, size));
}

static const struct shown {
	const char *variable, *key, *nothing;
	void (*print)(const uint8_t *bytes, size_t size);
	json_t *(*json)(const uint8_t *bytes, size_t size);
} shown[] = {
	{SWITCHES_VARIABLE_NAME, "switches", "switches  none", print_words, json_words},
	{ATTEMPT_VARIABLE_NAME, "attempts", NULL, print_attempts, json_attempts},
	{LAST_FAULT_VARIABLE_NAME, "last_fault", NULL, print_fault, json_fault},
};

static void print_secure_boot(int secure)
{
	if (secure == 1)
		puts("secure    Secure Boot is on: switches can only reduce what is done");
}

static int config_show(bool as_json)
{
	json_t *object = json_object();
	int secure = efivar_secure_boot(), code = TOOL_YES;
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]) && code == TOOL_YES; i++) {
		uint8_t *bytes;
		size_t size;
		char *error = NULL;
		enum efivar_result result = efivar_read(shown[i].variable, &bytes, &size, &error);
		if (result == EFIVAR_DONE) {
			if (as_json)
				json_object_set_new(object, shown[i].key,
						    shown[i].json(bytes, size));
			else
				shown[i].print(bytes, size);
			free(bytes);
		} else if (result != EFIVAR_ABSENT) {
			tool_error_take(error);
			code = result == EFIVAR_NONE ? TOOL_NO : TOOL_ERROR;
		} else if (as_json) {
			json_object_set_new(object, shown[i].key, json_null());
		} else if (shown[i].nothing) {
			puts(shown[i].nothing);
		}
	}
	json_object_set_new(object, "secure_boot", secure < 0 ? json_null() : json_boolean(secure));
	if (code == TOOL_YES && as_json)
		return tool_print_json(object, code);
	json_decref(object);
	if (code == TOOL_YES)
		print_secure_boot(secure);
	return code;
}

/* False, and said, for a word that the firmware layer would not understand. */
static bool words_are_good(const char *words)
{
	struct policy policy = {.off = false};
	struct text rest = text_of(words), before = rest;
	enum switch_word word;
	uint32_t rule_id;
	while (switches_next(&rest, &word, &rule_id)) {
		if (word == SWITCH_UNKNOWN) {
			size_t size = before.size - rest.size;
			tool_error("expected off, observe, loosen, +FWQ-nnnn or -FWQ-nnnn, found "
				   "\"%.*s\"",
				   (int)size, before.at);
			return false;
		}
		before = rest;
		while (before.size && (text_is_blank(*before.at) || *before.at == ','))
			before = text_sized(before.at + 1, before.size - 1);
	}
	uint8_t outcome = switches_add(&policy, text_of(words));
	if (strlen(words) > SWITCHES_MAX_CHARS || outcome & SWITCH_HAS_TOO_MUCH) {
		tool_error("too much: at most %u characters and %u rules", SWITCHES_MAX_CHARS,
			   POLICY_MAX_RULES);
		return false;
	}
	if (outcome & SWITCH_ASKS_MORE && efivar_secure_boot() == 1)
		fputs("fwquirk: Secure Boot is on: +FWQ-nnnn and loosen will be ignored\n", stderr);
	return true;
}

static int forget(const char *variable)
{
	char *error = NULL;
	enum efivar_result result = efivar_delete(variable, &error);
	return result == EFIVAR_DONE || result == EFIVAR_ABSENT ? TOOL_YES : tool_error_take(error);
}

static int config_change(const struct config_run *run)
{
	int code = TOOL_YES;
	if (run->set && !words_are_good(run->set))
		return TOOL_ERROR;
	if (run->set) {
		char *error = NULL;
		enum efivar_result result =
			efivar_write(SWITCHES_VARIABLE_NAME, run->set, strlen(run->set), &error);
		if (result != EFIVAR_DONE)
			code = tool_error_take(error);
	}
	if (run->clear && code == TOOL_YES)
		code = forget(SWITCHES_VARIABLE_NAME);
	if (run->clear_attempts && code == TOOL_YES)
		code = forget(ATTEMPT_VARIABLE_NAME);
	if (run->clear_fault && code == TOOL_YES)
		code = forget(LAST_FAULT_VARIABLE_NAME);
	return code;
}

int cmd_config(int argc, char **argv)
{
	static const struct option options[] = {
		{"set", required_argument, NULL, 's'},      {"clear", no_argument, NULL, 'c'},
		{"clear-attempts", no_argument, NULL, 'a'}, {"clear-fault", no_argument, NULL, 'f'},
		{"json", no_argument, NULL, 'j'},           {NULL, 0, NULL, 0},
	};
	struct config_run run = {.set = NULL};
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == '?')
			return tool_usage(argv[0], NULL);
		if (c == 's')
			run.set = optarg;
		run.clear |= c == 'c';
		run.clear_attempts |= c == 'a';
		run.clear_fault |= c == 'f';
		run.as_json |= c == 'j';
	}
	if (optind < argc)
		return tool_usage(argv[0], "unexpected argument \"%s\"", argv[optind]);
	if (run.set && run.clear)
		return tool_usage(argv[0], "--set and --clear contradict each other");
	if (run.set && strspn(run.set, " \t,") == strlen(run.set))
		return tool_usage(argv[0], "--set needs words; --clear takes them all away");
	if (run.set || run.clear || run.clear_attempts || run.clear_fault) {
		int code = config_change(&run);
		if (code != TOOL_YES)
			return code;
	}
	return config_show(run.as_json);
}
