/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* free_trial.h - does freeing read-only memory fault? Found out without dying of it */
#ifndef EFI_FREE_TRIAL_H
#define EFI_FREE_TRIAL_H

#include <stdbool.h>

#include <fwquirk/status.h>

/*
 * Each frees one read-only page through the boot services table as it is now, with our gate in front of
 * the firmware's page-fault handler; a fault on that page is repaired and becomes the answer. No
 * page stays allocated or read-only, the IDT register is as before.
 *
 * STATUS_OK sets *ret_faulted. STATUS_ABSENT: no protocol, so nothing could be made read-only. STATUS_FAILED:
 * it does not make pages read-only. STATUS_UNSUPPORTED: it could not be tried in safety.
 */
enum status free_trial_page(bool *ret_faulted);
/* The same for a page in the middle of a pool allocation. */
enum status free_trial_pool(bool *ret_faulted);

#endif
