/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* made_store.h - rule text into a set or a database, where a test is about what comes after */
#ifndef FWQUIRK_TESTS_MADE_STORE_H
#define FWQUIRK_TESTS_MADE_STORE_H

#include <fwquirk/host/store.h>

/* Each ends the test program, with the messages, when it fails. */
struct rule_set made_set(const char *text);
void made_store_build(const char *path, const char *text);
struct store *made_store_open(const char *path);
/* Runs SQL on a database, as somebody else would, references unchecked. */
void made_store_change(const char *path, const char *sql);

#endif
