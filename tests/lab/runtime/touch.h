/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* touch.h - what the runtime driver of the lab is told in its load options */
#ifndef LAB_TOUCH_H
#define LAB_TOUCH_H

#include <stdint.h>

struct touch_options {
	uint64_t address;        /* to be read and written at each call */
	uint64_t service_offset; /* of the pointer in EFI_RUNTIME_SERVICES */
};

#endif
