/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* describe.h - a whole rule in words for people, or as JSON for programs */
#ifndef FWQUIRK_DESCRIBE_H
#define FWQUIRK_DESCRIBE_H

#include <stdio.h>

#include <jansson.h>

#include <fwquirk/host/rule.h>

/* `path` is the file that the rule is from. */
void describe_text(FILE *out, const struct rule *rule, const char *path);
json_t *describe_json(const struct rule *rule, const char *path);

#endif
