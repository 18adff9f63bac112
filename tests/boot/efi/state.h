/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* state.h - what a firmware holds at one moment: pages, handles, images, the sums of its service
 * tables. */
#ifndef BOOT_STATE_H
#define BOOT_STATE_H

#include <efi.h>

struct state {
	UINT64 pages_free;
	UINT64 pages_loader;
	UINT64 pages_boot;
	UINT64 pages_runtime;
	UINTN n_handles;
	UINTN n_images;
	UINT64 boot_services_sum;    /* of the pointers, not of the header */
	UINT64 runtime_services_sum; /* likewise */
	UINTN boot_services_crc_right;
	UINTN n_config_tables;
};

/* Takes stock. Needs no memory from the firmware that it does not give back. */
EFI_STATUS state_take(EFI_SYSTEM_TABLE *table, struct state *ret_state);

#endif
