/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* implemented.h - which workarounds src/efi of this tree can apply; the tool's `plan` says the same */
#ifndef FWQUIRK_IMPLEMENTED_H
#define FWQUIRK_IMPLEMENTED_H

#include <stdint.h>

#include <fwquirk/vocab.h>

/*
 * One line a workaround, in the order of vocab.def: X(WORKAROUND, steps) with the name of its `struct
 * workaround_steps` (src/efi/workaround.h).
 */
/* clang-format off */
#define WORKAROUND_LIST(X)                         \
	X(HIDE_MAP, workaround_hide_map)           \
	X(WRAP_MAP, workaround_wrap_map)           \
	X(PROVIDE_MAP, workaround_provide_map)     \
	X(FREE_WRITABLE, workaround_free_writable) \
	X(ALLOC_EXEC, workaround_alloc_exec)       \
	X(IMAGE_EXEC, workaround_image_exec)       \
	X(DXE_SAFE, workaround_dxe_safe)           \
	X(DROP_MAT, workaround_drop_table)         \
	X(REBUILD_MAT, workaround_rebuild_mat)     \
	X(MASK_RUNTIME, workaround_mask_runtime)   \
	X(KEEP_BOOT_SERVICES, workaround_keep_boot_services) \
	X(RESERVE, workaround_reserve)             \
	X(RESERVE_LOW, workaround_reserve)         \
	X(FIX_MEMMAP, workaround_fix_memmap)       \
	X(MAX_ADDRESS, workaround_max_address)     \
	X(EBS_RETRY, workaround_ebs_retry)         \
	X(EBS_DELAY, workaround_ebs_delay)         \
	X(DISCONNECT_NET, workaround_disconnect_net) \
	X(FAULT_FIXUP, workaround_fault_fixup)     \
	X(OWN_PAGETABLE, workaround_own_pagetable) \
	X(CLEAN_PML4, workaround_clean_pml4)       \
	X(DROP_TABLE, workaround_drop_table)       \
	X(MOVE_TABLE, workaround_move_table)       \
	X(KERNEL_OPTION, workaround_kernel_option) \
	/* the end of the list */
/* clang-format on */

/* Bit 1 << enum workaround, for struct policy. */
#define WORKAROUND_BIT(id, steps) | UINT32_C(1) << WORKAROUND_##id
#define WORKAROUNDS_IMPLEMENTED   (UINT32_C(0) WORKAROUND_LIST(WORKAROUND_BIT))

#endif
