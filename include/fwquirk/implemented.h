/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* implemented.h - which workarounds src/efi of this tree can apply; the tool's `plan` says the same */
#ifndef FWQUIRK_IMPLEMENTED_H
#define FWQUIRK_IMPLEMENTED_H

#include <stdint.h>

#include <fwquirk/vocab.h>

/* Bit 1 << enum workaround, for struct policy. */
#define WORKAROUNDS_IMPLEMENTED (UINT32_C(1) << WORKAROUND_FREE_WRITABLE)

#endif
