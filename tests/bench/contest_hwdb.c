/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* contest_hwdb.c - rules as patterns on modaliases in a hardware database of systemd, asked through libsystemd */
#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/contest.h"

/* systemd/sd-hwdb.h need not be installed; the names are part of the library's interface. */
struct hwdb {
	void *db;
	int (*seek)(void *db, const char *modalias);
	int (*enumerate)(void *db, const char **key, const char **value);
};

static const struct {
	enum field field;
	const char *tag;
} tags[] = {{FIELD_BIOS_VENDOR, "bvn"}, {FIELD_BIOS_VERSION, "bvr"},    {FIELD_SYS_VENDOR, "svn"},
	    {FIELD_PRODUCT_NAME, "pn"}, {FIELD_PRODUCT_VERSION, "pvr"}, {FIELD_BOARD_VENDOR, "rvn"},
	    {FIELD_BOARD_NAME, "rn"}};

/* What Linux leaves of a text in a modalias; `is_pattern` makes brackets of what stands for others. */
static size_t put(char *to, const char *text, size_t size, bool is_pattern)
{
	size_t n = 0;

	for (size_t i = 0; i < size && text[i]; i++) {
		if (text[i] <= ' ' || text[i] > '~' || text[i] == ':')
			continue;
		if (is_pattern && strchr("*?[", text[i]))
			n += (size_t)sprintf(to + n, "[%c]", text[i]);
		else
			to[n++] = text[i];
	}
	to[n] = '\0';
	return n;
}

static void rule_put(FILE *out, const struct rule *rule, size_t value)
{
	fputs("dmi:*", out);
	for (size_t t = 0; t < sizeof(tags) / sizeof(tags[0]); t++) {
		for (size_t i = 0; i < rule->n_conditions; i++) {
			const struct rule_condition *condition = &rule->condition[i];
			char text[2048];

			if (condition->field != tags[t].field || condition->role != ROLE_MATCH ||
			    condition->op > OPERATOR_PREFIX)
				continue;
			put(text, condition->value[condition->n_values > 1 ? value : 0], SIZE_MAX,
			    true);
			fprintf(out, "%s%s%s:*", tags[t].tag, text,
				condition->op == OPERATOR_PREFIX ? "*" : "");
		}
	}
	fprintf(out, "\n FWQUIRK=%u\n\n", rule->id);
}

static bool update(const char *root)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		execlp("systemd-hwdb", "systemd-hwdb", "update", "--root", root, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

static bool load(struct hwdb *hwdb, const char *path)
{
	void *library = dlopen("libsystemd.so.0", RTLD_NOW);
	int (*open_path)(const char *path, void **ret);

	if (!library)
		return false;
	*(void **)&open_path = dlsym(library, "sd_hwdb_new_from_path");
	*(void **)&hwdb->seek = dlsym(library, "sd_hwdb_seek");
	*(void **)&hwdb->enumerate = dlsym(library, "sd_hwdb_enumerate");
	return open_path && hwdb->seek && hwdb->enumerate && open_path(path, &hwdb->db) >= 0;
}

static void *build(const struct rule_set *set, const char *folder, size_t *ret_bytes,
		   const char **ret_why)
{
	struct hwdb *hwdb = calloc(1, sizeof(*hwdb));
	char root[4096], path[4200];
	struct stat stat_;
	FILE *out;

	snprintf(root, sizeof(root), "%s/root", folder);
	snprintf(path, sizeof(path), "mkdir -p '%s/etc/udev/hwdb.d'", root);
	if (system(path))
		contest_die(root, "cannot be made");
	snprintf(path, sizeof(path), "%s/etc/udev/hwdb.d/60-rules.hwdb", root);
	out = fopen(path, "w");
	if (!out)
		contest_die(path, "cannot be written");
	for (size_t i = 0; i < set->n_rules; i++) {
		size_t n = set->rule[i].n_conditions > 1 ? set->rule[i].condition[1].n_values : 1;

		for (size_t value = 0; value < (n ? n : 1); value++)
			rule_put(out, &set->rule[i], value);
	}
	fclose(out);
	snprintf(path, sizeof(path), "%s/etc/udev/hwdb.bin", root);
	if (!update(root) || stat(path, &stat_) || !load(hwdb, path)) {
		*ret_why = "systemd-hwdb or libsystemd 252 is not installed";
		return NULL;
	}
	*ret_bytes = (size_t)stat_.st_size;
	return hwdb;
}

static unsigned find(void *built, const struct identity *identity)
{
	const struct hwdb *hwdb = built;
	const char *key, *value;
	char modalias[4096] = "dmi:";
	size_t at = 4;
	unsigned n = 0;

	for (size_t t = 0; t < sizeof(tags) / sizeof(tags[0]); t++) {
		struct text text = identity->field[tags[t].field];

		at += (size_t)sprintf(modalias + at, "%s", tags[t].tag);
		if (identity->present >> tags[t].field & 1)
			at += put(modalias + at, text.at, text.size, false);
		at += (size_t)sprintf(modalias + at, ":");
	}
	if (hwdb->seek(hwdb->db, modalias) < 0)
		return 0;
	while (hwdb->enumerate(hwdb->db, &key, &value) > 0)
		n++;
	return n;
}

const struct contestant contest_hwdb = {
	.name = "systemd hwdb",
	.what = "a pattern on the modalias for each rule and value",
	.build = build,
	.find = find,
	.needs_rules = true,
};
