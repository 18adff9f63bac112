/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_vocabulary.c - vocab.def in, rows of the vocabulary tables out; knows no word by itself */
#include <stdio.h>

#include <fwquirk/vocab.h>

#include "store_sql.h"

/* Tables of three columns: name, number, and a phrase. */
static const struct word {
	const char *table, *name;
	int number;
	const char *phrase;
} words[] = {
#define OPERATOR(number, id, name, meaning)   {"operator", name, number, meaning},
#define SCHEME(number, id, name, example)     {"scheme", name, number, example},
#define DEFECT(number, id, name, meaning)     {"defect", name, number, meaning},
#define CONFIDENCE(number, id, name, meaning) {"confidence", name, number, meaning},
#define MODE(number, id, name, meaning)       {"mode", name, number, meaning},
#define WX(number, id, name, meaning)         {"wx", name, number, meaning},
#define PROBE(number, id, name, meaning)      {"probe", name, number, meaning},
#include <fwquirk/vocab.def>
};

static const struct {
	const char *name;
	int number;
	const char *kind, *origin;
} fields[] = {
#define FIELD(number, id, name, kind, origin) {name, number, #kind, origin},
#include <fwquirk/vocab.def>
};

static const struct {
	const char *name;
	int number;
	const char *wx, *parameter, *meaning;
} workarounds[] = {
#define WORKAROUND(number, id, name, wx, parameter, meaning) \
	{name, number, #wx, #parameter, meaning},
#include <fwquirk/vocab.def>
};

static bool fill_word(sqlite3 *db, const struct word *word)
{
	sqlite3_stmt *insert;
	char sql[80];
	bool is_done;

	snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES (?1, ?2, ?3)", word->table);
	if (sqlite3_prepare_v2(db, sql, -1, &insert, NULL))
		return false;
	is_done = SQL_RUN(insert, SQL_TEXT(word->name), SQL_INT(word->number),
			  SQL_TEXT(word->phrase));
	sqlite3_finalize(insert);
	return is_done;
}

static bool fill_fields(sqlite3 *db)
{
	static const char sql[] = "INSERT INTO field (name, number, kind, origin) "
				  "VALUES (replace(?1, '-', '_'), ?2, lower(?3), ?4)";
	sqlite3_stmt *insert;
	bool is_done = true;

	if (sqlite3_prepare_v2(db, sql, -1, &insert, NULL))
		return false;
	for (size_t i = 0; is_done && i < sizeof(fields) / sizeof(fields[0]); i++)
		is_done = SQL_RUN(insert, SQL_TEXT(fields[i].name), SQL_INT(fields[i].number),
				  SQL_TEXT(fields[i].kind), SQL_TEXT(fields[i].origin));
	sqlite3_finalize(insert);
	return is_done;
}

static bool fill_workarounds(sqlite3 *db)
{
	static const char sql[] = "INSERT INTO workaround (name, number, wx, parameter, meaning) "
				  "VALUES (?1, ?2, lower(?3), lower(?4), ?5)";
	sqlite3_stmt *insert;
	bool is_done = true;

	if (sqlite3_prepare_v2(db, sql, -1, &insert, NULL))
		return false;
	for (size_t i = 0; is_done && i < sizeof(workarounds) / sizeof(workarounds[0]); i++)
		is_done = SQL_RUN(insert, SQL_TEXT(workarounds[i].name),
				  SQL_INT(workarounds[i].number), SQL_TEXT(workarounds[i].wx),
				  SQL_TEXT(workarounds[i].parameter),
				  SQL_TEXT(workarounds[i].meaning));
	sqlite3_finalize(insert);
	return is_done;
}

bool store_fill_vocabulary(sqlite3 *db)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!fill_word(db, &words[i]))
			return false;
	return fill_fields(db) && fill_workarounds(db);
}
