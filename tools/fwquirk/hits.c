/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hits.c - a question in, lines or JSON out */
#include <stdio.h>
#include <string.h>

#include "hits.h"
#include "input.h"
#include "tool.h"

/* Columns as wide as what is in them. */
struct widths {
	size_t mode, confidence, defect;
};

static void widen(size_t *width, const char *word)
{
	if (strlen(word) > *width)
		*width = strlen(word);
}

/* What an entry that no machine is told by does is neither to arm nor to observe. */
static const char *mode_word(const struct store_hit *hit)
{
	return hit->is_unmatched ? "query-only" : hit->mode;
}

static void print_word(const char *word, size_t width)
{
	tool_print_text(stdout, text_of(word));
	printf("%*s", (int)(width - strlen(word)) + 2, "");
}

static void print_lines(const struct store_hit *hits, size_t n)
{
	struct widths widths = {.mode = 0};

	for (size_t i = 0; i < n; i++) {
		widen(&widths.mode, mode_word(&hits[i]));
		widen(&widths.confidence, hits[i].confidence);
		widen(&widths.defect, hits[i].defect);
	}
	for (size_t i = 0; i < n; i++) {
		printf(RULE_ID_FORMAT "  ", hits[i].id);
		print_word(mode_word(&hits[i]), widths.mode);
		print_word(hits[i].confidence, widths.confidence);
		print_word(hits[i].defect, widths.defect);
		tool_print_text(stdout, text_of(hits[i].title));
		putchar('\n');
	}
}

/* "a b" to ["a", "b"] */
static json_t *json_words(const char *words)
{
	json_t *array = json_array();

	for (size_t size; *words; words += size + (words[size] == ' ')) {
		size = strcspn(words, " ");
		json_array_append_new(array, tool_json_text(text_sized(words, size)));
	}
	return array;
}

static json_t *json_hit(const struct store_hit *hit)
{
	char id[16];

	snprintf(id, sizeof(id), RULE_ID_FORMAT, hit->id);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:b}", "id", id, "title",
			 tool_json_text(text_of(hit->title)), "defect",
			 tool_json_text(text_of(hit->defect)), "mode",
			 tool_json_text(text_of(hit->mode)), "confidence",
			 tool_json_text(text_of(hit->confidence)), "workarounds",
			 json_words(hit->workarounds), "query_only", (int)hit->is_unmatched);
}

static int print_hits(const struct store_hit *hits, size_t n, bool as_json)
{
	json_t *array;

	if (!as_json) {
		print_lines(hits, n);
		return TOOL_YES;
	}
	array = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_hit(&hits[i]));
	return tool_print_json(array, TOOL_YES);
}

int hits_run(const char *db, const struct store_query *query, bool as_json, size_t *ret_n)
{
	struct store *store = input_store(db);
	struct store_hit *hits;
	char *error = NULL;
	int code;

	if (!store)
		return TOOL_ERROR;
	if (store_find(store, query, &hits, ret_n, &error)) {
		code = print_hits(hits, *ret_n, as_json);
		store_hits_free(hits, *ret_n);
	} else {
		code = tool_error_take(error);
	}
	store_close(store);
	return code;
}
