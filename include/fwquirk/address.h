/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* address.h - kinds of addresses, which do not mix */
#ifndef FWQUIRK_ADDRESS_H
#define FWQUIRK_ADDRESS_H

#include <stdint.h>

/* Before ExitBootServices() the numbers are the same (UEFI 2.10 section 2.3.4: "identity mapped"). */
typedef struct {
	uint64_t at;
} phys_t;

typedef struct {
	uint64_t at;
} virt_t;

#endif
