/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_switches.c - load options, a variable and SMBIOS in, a policy and who said so out; understands no word */
#include "find_smbios.h"
#include "find_switches.h"
#include "own_image.h"
#include "variables.h"

/* What was converted; the record borrows from it. */
static char options_room[SWITCHES_MAX_CHARS], variable_room[SWITCHES_MAX_CHARS];

static void add(struct policy *policy, struct switches_said *said, enum switch_source source,
		struct text words, uint8_t more)
{
	uint8_t outcome = switches_add(policy, words) | more;

	if (more & SWITCH_HAS_TOO_MUCH)
		policy->off = true;
	if (said->n < SWITCHES_MAX_SAID)
		said->said[said->n++] = (struct said){(uint8_t)source, outcome, words};
}

/* ASCII, as efibootmgr writes it without --unicode: as UCS-2 it would be characters of some script. */
static bool is_ascii(struct span bytes)
{
	size_t n = 0;

	while (n < bytes.size && bytes.at[n] >= ' ' && bytes.at[n] < 0x7f)
		n++;
	return n > 1 && (n == bytes.size || !bytes.at[n]);
}

/* Text that is not understood as a whole is taken word by word: nothing that reduces may be lost. */
static void from_options(struct policy *policy, struct switches_said *said)
{
	struct next_options options;
	struct own_image own;
	struct wide words;

	if (own_image_find(&own) != STATUS_OK)
		return;
	if (is_ascii(own.bytes)) {
		add(policy, said, SWITCH_SOURCE_OPTIONS,
		    switches_variable_text(own.bytes, options_room, sizeof(options_room)), 0);
		return;
	}
	words = own.options;
	if (next_options_read(own.options, own.path, &options) == STATUS_OK)
		words = options.switches;
	if (words.size)
		add(policy, said, SWITCH_SOURCE_OPTIONS,
		    wide_narrowed(words, options_room, sizeof(options_room)), 0);
}

static void from_variable(struct policy *policy, struct switches_said *said)
{
	uint8_t bytes[2 * SWITCHES_MAX_CHARS];
	UINTN size = sizeof(bytes);
	enum status status = variable_get(u"" SWITCHES_VARIABLE_NAME, bytes, &size);

	if (status == STATUS_OK)
		add(policy, said, SWITCH_SOURCE_VARIABLE,
		    switches_variable_text(span_of(bytes, size), variable_room,
					   sizeof(variable_room)),
		    0);
	else if (status == STATUS_NO_SPACE)
		add(policy, said, SWITCH_SOURCE_VARIABLE, text_of("..."), SWITCH_HAS_TOO_MUCH);
}

static void from_smbios(struct policy *policy, struct switches_said *said)
{
	struct switches_oem oem = {.strings = {NULL, 0}};
	struct span table;
	struct text words;

	if (find_smbios(&table) != STATUS_OK)
		return;
	oem.walk = smbios_walk_begin(table);
	while (switches_oem_next(&oem, &words))
		add(policy, said, SWITCH_SOURCE_SMBIOS, words, 0);
}

/* Nobody vouches for what was said. */
static void restrict_all(struct policy *policy, struct switches_said *said)
{
	switches_restrict(policy);
	for (unsigned i = 0; i < said->n; i++)
		if (said->said[i].outcome & SWITCH_ASKS_MORE)
			said->said[i].outcome |= SWITCH_IGNORED;
}

void find_switches(struct policy *policy, struct switches_said *ret_said)
{
	ret_said->n = 0;
	from_options(policy, ret_said);
	from_variable(policy, ret_said);
	from_smbios(policy, ret_said);
	if ((policy->allow_loosen || policy->n_rules) && variables_secure_boot())
		restrict_all(policy, ret_said);
}
