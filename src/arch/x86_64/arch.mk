# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Firmware may enter us with SSE off, and interrupts run on our stack: general registers only, no red zone.
ARCH_FLAGS := -mno-red-zone -mgeneral-regs-only
EFI_ARCH   := x64
