/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_wrap_map.c - wrap-map: whoever asks for the memory attribute protocol gets one that does what it
 * says. docs/workarounds/wrap-map.md says for whom and why.
 */
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "map.h"
#include "map_ours.h"
#include "permissions.h"
#include "workaround.h"

static bool is_offered;

static enum status check(const struct action *action)
{
	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	return map_locate() && !map_found_is(NULL) ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	enum status status = permissions_prepare();

	(void)action;
	if (status == STATUS_OK)
		status = map_take();
	if (status == STATUS_OK)
		status = map_offer(&is_offered);
	if (status == STATUS_OK)
		return status;
	map_give_back();
	permissions_release();
	return status;
}

/* A page read-only and writable again, through whatever LocateProtocol() gives: map.c believes no status alone. */
static enum status verify(const struct action *action)
{
	virt_t page;

	(void)action;
	if (map_locate() != &map_ours || map_readonly_page(EfiLoaderData, &page) != STATUS_OK)
		return STATUS_FAILED;
	if (map_clear_readonly(page, PAGE_SIZE_BYTES) != STATUS_OK || firmware_is_readonly(page))
		return STATUS_FAILED; /* and the page is lost */
	return firmware_free(page, 1);
}

static enum status undo(const struct action *action)
{
	enum status status = map_withdraw(&is_offered);

	(void)action;
	permissions_release();
	return map_give_back() == STATUS_OK ? status : STATUS_FAILED;
}

const struct workaround_steps workaround_wrap_map = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
