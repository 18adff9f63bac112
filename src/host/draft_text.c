/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft_text.c - what is known of a draft in, the text of a rule out that the parser has read */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include "draft_parts.h"
#include "rules_memory.h"

#define FILL_IN        "FILL-IN"
#define STAND_IN_URL   "https://fill-in.invalid/"
#define TITLE_MAX      100u
#define MAX_NOTE_LINES 4u

/* ---- what the reports point to ---- */

static bool has_answer(const struct report *report, enum probe probe, const char *answer)
{
	const struct report_entry *entry = report_find(report, REPORT_PROBE, probe);

	return entry && strcmp(entry->value, answer) == 0;
}

enum defect draft_defect_of(const struct report *report)
{
	if (has_answer(report, PROBE_FREE_READONLY_FAULTS, "yes"))
		return DEFECT_MAP_FREE_READONLY;
	if (has_answer(report, PROBE_MAP_PRESENT, "yes") &&
	    has_answer(report, PROBE_MAP_SETS_READONLY, "no"))
		return DEFECT_MAP_LIES;
	for (size_t i = 0; i < report->n; i++) {
		if (report->entry[i].key == REPORT_KERNEL_SAID &&
		    report_message_defect(report->entry[i].name) != DEFECT_OTHER)
			return report_message_defect(report->entry[i].name);
	}
	return DEFECT_OTHER;
}

static void write_probes(FILE *out, const struct drafting *drafting)
{
	const struct report *report = &drafting->request->report[0];

	if (!drafting->defect)
		return;
	if (strcmp(drafting->defect, defect_name(DEFECT_MAP_FREE_READONLY)) == 0 &&
	    has_answer(report, PROBE_FREE_READONLY_FAULTS, "yes"))
		fputs("Probe = free-readonly-faults\n", out);
	if (strcmp(drafting->defect, defect_name(DEFECT_MAP_LIES)) == 0 &&
	    has_answer(report, PROBE_MAP_SETS_READONLY, "no"))
		fputs("Probe = map-present\nProbe = not map-sets-readonly\n", out);
}

/* ---- the text ---- */

/* "Dell Inc. XPS 13 9360", "LENOVO ThinkPad T470s": as people call it, whatever the keys are. */
static void write_model(FILE *out, const struct identity *identity)
{
	static const enum field vendors[] = {FIELD_SYS_VENDOR, FIELD_BOARD_VENDOR,
					     FIELD_BIOS_VENDOR};
	static const enum field usual[] = {FIELD_PRODUCT_NAME, FIELD_BOARD_NAME,
					   FIELD_PRODUCT_VERSION};
	static const enum field lenovo[] = {FIELD_PRODUCT_VERSION, FIELD_PRODUCT_NAME,
					    FIELD_BOARD_NAME};
	struct text vendor = draft_first_of(identity, vendors, 3);
	bool is_lenovo = text_has_prefix(vendor, text_of("lenovo"));
	struct text model = draft_first_of(identity, is_lenovo ? lenovo : usual, 3);

	/* HP's products begin with its name. */
	if (vendor.size && !text_has_prefix(model, vendor))
		fprintf(out, "%.*s ", (int)vendor.size, vendor.at);
	fprintf(out, "%.*s", (int)model.size, model.at);
}

/* "Dell Inc. XPS 13 9360, firmware 1.0.7: ...", whole characters up to the limit. */
static char *title_of(const struct drafting *drafting)
{
	const struct identity *identity = &drafting->identity[0];
	struct text version = identity->field[FIELD_BIOS_VERSION];
	enum defect defect;
	char *raw = NULL, *title;
	size_t size;
	FILE *out = open_memstream(&raw, &size);

	if (!out)
		abort();
	write_model(out, identity);
	if (identity_has(identity, FIELD_BIOS_VERSION))
		fprintf(out, ", firmware %.*s", (int)draft_trim(version).size,
			draft_trim(version).at);
	if (drafting->defect && defect_from_name(text_of(drafting->defect), &defect))
		fprintf(out, ": %s", defect_meaning(defect));
	if (fclose(out))
		abort();
	title = report_text(text_sized(raw, size));
	free(raw);
	for (size = strlen(title) > TITLE_MAX ? TITLE_MAX : strlen(title);
	     size && ((title[size] & 0xc0) == 0x80 || title[size - 1] == ' ');)
		size--;
	title[size] = '\0';
	return title;
}

/* What the people said who sent the reports, as the comment of the rule. */
static void write_comment(FILE *out, const struct draft_request *request)
{
	unsigned n = 0;

	for (size_t i = 0; i < request->n_reports; i++) {
		const struct report *report = &request->report[i];

		for (size_t j = 0; j < report->n && n < MAX_NOTE_LINES; j++) {
			const struct report_entry *entry = &report->entry[j];
			struct text said = draft_trim(text_sized(entry->value, entry->size));
			char *note = report_text(said);

			if (entry->key == REPORT_NOTE && *note) {
				fprintf(out, "# %s\n", note);
				n++;
			}
			free(note);
		}
	}
	if (!n)
		fputs("# What happens, to whom, and when the rule can go.\n", out);
}

static void write_machines(FILE *out, const struct draft *draft)
{
	for (size_t i = 0; i < draft->n_machines; i++)
		fprintf(out, "%s = %s\n", draft->machine[i].must_match ? "Machine" : "Near-miss",
			draft->machine[i].name);
}

static void write_rule(FILE *out, const struct drafting *drafting, const char *title)
{
	const struct draft_request *request = drafting->request;

	fprintf(out, "# SPDX-License-Identifier: CC0-1.0\n\n");
	write_comment(out, request);
	fprintf(out, "[" RULE_ID_FORMAT "]\nTitle = %s\nDefect = %s\n", request->id, title,
		drafting->defect ? drafting->defect : "other");
	fputs("Confidence = reported\nMode = observe\n", out);
	draft_keys_write(out, &drafting->keys, drafting->mask);
	draft_bounds_write(out, &drafting->bounds, drafting->identity, request->n_reports,
			   request->fixed);
	write_probes(out, drafting);
	for (size_t i = 0; i < request->n_workarounds; i++)
		fprintf(out, "Workaround = %s\n", request->workaround[i]);
	if (drafting->draft.count.n_machines > POPULATION_LIMIT)
		fprintf(out, "Population = %u\n", (unsigned)drafting->draft.count.n_machines);
	for (size_t i = 0; i < request->n_evidence; i++)
		fprintf(out, "Evidence = %s\n", request->evidence[i]);
	if (!request->n_evidence)
		fputs("Evidence = " STAND_IN_URL "\n", out);
	if (request->has_machines)
		write_machines(out, &drafting->draft);
}

/* The first finding of the parser, for the option that brought it in. */
static bool refuse(const struct diagnostics *diagnostics, char **ret_error)
{
	const struct diagnostic *first = &diagnostics->list[0];

	if (!diagnostics->n)
		return file_error(ret_error, "the draft does not read");
	return file_error(ret_error, "not what a rule may have: %s%s%s", first->message,
			  first->hint ? "; " : "", first->hint ? first->hint : "");
}

/* Writes the rule and reads it again: what is in the set is what the parser takes. */
bool draft_parse(struct drafting *drafting, char **ret_error)
{
	struct diagnostics diagnostics = {.n = 0};
	char *text = NULL, *title;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool is_good;

	if (!out)
		abort();
	title = drafting->request->title ? NULL : title_of(drafting);
	write_rule(out, drafting, title ? title : drafting->request->title);
	free(title);
	if (fclose(out))
		abort();
	rule_set_free(&drafting->set);
	drafting->set = (struct rule_set){.n_files = 0};
	is_good = rules_parse_bytes(&drafting->set, "draft", text, size, &diagnostics) ||
		  refuse(&diagnostics, ret_error);
	diagnostics_free(&diagnostics);
	free(text);
	return is_good;
}

static void miss(struct draft *draft, const char *key)
{
	draft->missing = rules_grow(draft->missing, draft->n_missing, sizeof(*draft->missing));
	draft->missing[draft->n_missing++] = rules_copy(key, strlen(key));
}

/* Canonical, with FILL-IN where only a person knows: `fwquirk check` refuses it there. */
void draft_format(struct drafting *drafting)
{
	static const char stand_in[] = "Evidence = " STAND_IN_URL;
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	rules_format_file(out, &drafting->set, 0);
	if (fclose(out))
		abort();
	if (!drafting->defect)
		miss(&drafting->draft, "Defect");
	if (!drafting->request->n_evidence)
		miss(&drafting->draft, "Evidence");
	out = open_memstream(&drafting->draft.text, &drafting->draft.size);
	if (!out)
		abort();
	for (line = text; *line; line = rest) {
		rest = strchrnul(line, '\n');
		rest += *rest == '\n';
		if (!drafting->defect && strncmp(line, "Defect = ", 9) == 0)
			fputs("Defect = " FILL_IN "\n", out);
		else if (strncmp(line, stand_in, strlen(stand_in)) == 0)
			fputs("Evidence = " FILL_IN "\n", out);
		else
			fwrite(line, 1, (size_t)(rest - line), out);
	}
	if (fclose(out))
		abort();
	free(text);
}
