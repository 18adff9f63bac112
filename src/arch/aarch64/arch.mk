# SPDX-License-Identifier: MIT OR GPL-2.0-only
# The library and the host tool build here; there is no EFI driver for this architecture yet.
ARCH_FLAGS := -mgeneral-regs-only
EFI_ARCH   := aa64
