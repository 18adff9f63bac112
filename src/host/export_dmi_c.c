/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_dmi_c.c - a rule set in, a C table of struct dmi_system_id for Linux out */
#include <stdlib.h>
#include <string.h>

#include "export_c_text.h"
#include "export_terms.h"

/* Linux include/linux/mod_devicetable.h: four matches an entry, `char substr[79]` with its NUL. */
#define MATCHES_MAX     4u
#define SUBSTR_MAX_SIZE 78u

/* The same header, enum dmi_field; drivers/firmware/dmi_scan.c fills them from the same bytes. */
static const char *const slots[FIELD_COUNT] = {
	[FIELD_BIOS_VENDOR] = "DMI_BIOS_VENDOR",
	[FIELD_BIOS_VERSION] = "DMI_BIOS_VERSION",
	[FIELD_BIOS_DATE] = "DMI_BIOS_DATE",
	[FIELD_BIOS_RELEASE] = "DMI_BIOS_RELEASE",
	[FIELD_EC_RELEASE] = "DMI_EC_FIRMWARE_RELEASE",
	[FIELD_SYS_VENDOR] = "DMI_SYS_VENDOR",
	[FIELD_PRODUCT_NAME] = "DMI_PRODUCT_NAME",
	[FIELD_PRODUCT_VERSION] = "DMI_PRODUCT_VERSION",
	[FIELD_PRODUCT_SKU] = "DMI_PRODUCT_SKU",
	[FIELD_PRODUCT_FAMILY] = "DMI_PRODUCT_FAMILY",
	[FIELD_BOARD_VENDOR] = "DMI_BOARD_VENDOR",
	[FIELD_BOARD_NAME] = "DMI_BOARD_NAME",
	[FIELD_BOARD_VERSION] = "DMI_BOARD_VERSION",
	[FIELD_CHASSIS_TYPE] = "DMI_CHASSIS_TYPE",
};

/* A kernel knows for which processor it was compiled; 64-bit x86 may run on 32-bit firmware. */
static const struct {
	const char *name, *macro;
} arches[] = {
	{"x86_64", "defined(__x86_64__)"},
	{"ia32", "defined(__i386__)"},
	{"aarch64", "defined(__aarch64__)"},
	{"arm", "defined(__arm__)"},
	{"riscv64", "(defined(__riscv) && __riscv_xlen == 64)"},
	{"loongarch64", "defined(__loongarch64)"},
};

static const char *arch_macro(struct text value)
{
	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++)
		if (text_equal(value, text_of(arches[i].name)))
			return arches[i].macro;
	return NULL;
}

static enum export_can can_say_arch(enum operator_ op, struct text value,
				    struct export_doubt *ret_doubt)
{
	if (op != OPERATOR_EQUAL || !arch_macro(value)) {
		*ret_doubt = (struct export_doubt){"field", "no such macro of a compiler"};
		return EXPORT_CANNOT;
	}
	if (!text_equal(value, text_of("x86_64")))
		return EXPORT_CAN;
	*ret_doubt = (struct export_doubt){
		"field", "a 64-bit kernel may have been started by 32-bit firmware"};
	return EXPORT_CAN_WIDER;
}

static enum export_can can_say(enum field field, enum operator_ op, struct text value,
			       struct export_doubt *ret_doubt)
{
	if (field == FIELD_ARCH)
		return can_say_arch(op, value, ret_doubt);
	if (!slots[field]) {
		*ret_doubt = (struct export_doubt){"field", "no slot in enum dmi_field"};
		return EXPORT_CANNOT;
	}
	if (value.size > SUBSTR_MAX_SIZE) {
		*ret_doubt = (struct export_doubt){"length", "over 78 bytes"};
		return EXPORT_CANNOT;
	}
	switch (op) {
	case OPERATOR_EQUAL:
	case OPERATOR_CONTAINS:
		return EXPORT_CAN;
	case OPERATOR_PREFIX:
	case OPERATOR_SUFFIX:
		*ret_doubt = (struct export_doubt){"operator", "DMI_MATCH finds it anywhere"};
		return EXPORT_CAN_WIDER;
	default:
		*ret_doubt = (struct export_doubt){"operator", "no such operator"};
		return EXPORT_CANNOT;
	}
}

static const struct export_dialect dialect = {
	.can_say = can_say,
	.max_terms = MATCHES_MAX,
	.free_fields = (uint32_t)1 << FIELD_ARCH,
};

static void print_guard(FILE *out, const struct export_terms *terms)
{
	for (size_t i = 0; i < terms->n; i++) {
		const struct export_term *term = &terms->term[i];

		if (term->field != FIELD_ARCH)
			continue;
		fputs("#if ", out);
		for (size_t j = 0; j < term->n; j++)
			fprintf(out, "%s%s", j ? " || " : "", arch_macro(text_of(term->value[j])));
		putc('\n', out);
	}
}

static void print_guard_end(FILE *out, const struct export_terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->term[i].field == FIELD_ARCH)
			fputs("#endif\n", out);
}

static void print_entry(FILE *out, const struct rule *rule, const struct export_terms *terms,
			const size_t *choice)
{
	fprintf(out, "\t{\n\t\t.callback = FWQUIRK_DMI_CALLBACK,\n\t\t.ident = \"" RULE_ID_FORMAT,
		rule->id);
	fputs("\",\n\t\t.matches = {\n", out);
	for (size_t i = 0; i < terms->n; i++) {
		const struct export_term *term = &terms->term[i];

		if (term->field == FIELD_ARCH)
			continue;
		fprintf(out, "\t\t\t%s(%s, ",
			term->op == OPERATOR_EQUAL ? "DMI_EXACT_MATCH" : "DMI_MATCH",
			slots[term->field]);
		export_print_c_string(out, text_of(term->value[choice[i]]));
		fputs("),\n", out);
	}
	fprintf(out, "\t\t},\n\t\t.driver_data = (void *)%uUL,\n\t},\n", rule->id);
}

static void print_rule(FILE *out, const struct rule *rule, const struct export_terms *terms)
{
	size_t choice[EXPORT_MAX_TERMS] = {0};

	fputs("\t/* ", out);
	fprintf(out, RULE_ID_FORMAT ": ", rule->id);
	export_print_c_comment(out, rule->title);
	fputs("; ", out);
	export_print_summary(out, rule);
	fputs(" */\n", out);
	print_guard(out, terms);
	do {
		/* One architecture of several is no entry of its own. */
		bool is_first = true;

		for (size_t i = 0; i < terms->n; i++)
			is_first &= terms->term[i].field != FIELD_ARCH || !choice[i];
		if (is_first)
			print_entry(out, rule, terms, choice);
	} while (export_next_choice(terms, choice));
	print_guard_end(out, terms);
}

static const char head[] =
	"/* SPDX-License-Identifier: CC0-1.0 */\n"
	"/* Made by 'fwquirk export dmi-c' from rules about broken UEFI firmware; do not edit. */\n"
	"#include <linux/mod_devicetable.h>\n"
	"\n"
	"/* Called by dmi_check_system() for an entry that matches. */\n"
	"#ifndef FWQUIRK_DMI_CALLBACK\n"
	"#define FWQUIRK_DMI_CALLBACK NULL\n"
	"#endif\n"
	"\n"
	"/* driver_data is the number of the rule: 1 for FWQ-0001. Ends with an empty entry. */\n"
	"extern const struct dmi_system_id fwquirk_dmi_table[];\n"
	"const struct dmi_system_id fwquirk_dmi_table[] = {\n";

static void lose_always(struct export_loss *loss)
{
	export_lose(loss, 0, EXPORT_NARROWED, "normal-form",
		    "texts are compared byte for byte: other letter case, blanks at the ends and "
		    "runs of blanks do not match");
	export_lose(loss, 0, EXPORT_WIDENED, "placeholder",
		    "a placeholder is a text like any other; matters for DMI_MATCH only");
	export_lose(loss, 0, EXPORT_WIDENED, "legacy",
		    "a machine started by a legacy BIOS matches too: ask efi_enabled(EFI_BOOT)");
	export_lose(loss, 0, EXPORT_DROPPED, "story",
		    "confidence, parameters of workarounds, evidence, cases, notes");
}

bool export_dmi_c(const struct rule_set *set, const struct export_options *options,
		  struct export_files *files, struct export_loss *loss, char **ret_error)
{
	FILE *out = export_file_add(files, "");

	(void)ret_error;
	loss->n_rules = set->n_rules;
	lose_always(loss);
	fputs(head, out);
	export_each_rule(set, &dialect, options->widen, loss, out, print_rule);
	fputs("\t{ }\n};\n", out);
	return true;
}
