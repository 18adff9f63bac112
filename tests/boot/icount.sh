#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# icount.sh - what a boot without a match costs, a line "NAME VALUE" per figure. QEMU's -icount counts instructions,
# so the figures do not depend on the machine this runs on. Exit 3, with the reason, when there is no firmware for it.

. "$(dirname "$0")/lib.sh"
need_file "$EFI"/fwquirk{,-measure}x64.efi
firmware_use 2025.02 || { echo "icount.sh: $why" >&2; exit 3; }

esp_new
esp_programs driver measure
esp_script 'measure.efi driver=\fwquirkx64.efi' 'reset -s'
boot 600 '^measure: end' -icount shift=0 "${WITH_PROTOCOL[@]}" "${OTHER_IDENTITY[@]}"
if [ "$BOOT_END" != marker ]; then
	echo "icount.sh: the boot ended by $BOOT_END, see $LOG" >&2
	exit 1
fi
total=$(value entry-ticks measure)
variable=$(value set-variable-ticks measure)
cat <<FIGURES
loop-instructions $(value loop-instructions measure)
loop-ticks $(value loop-ticks measure)
entry-to-exit $total
set-variable $variable
entry-to-exit-without-set-variable $((total - variable))
boot-until-entry $(value ticks-since-reset measure)
record-bytes $(value set-variable-bytes measure)
pages-left $(value pages-left measure)
hooks-left $(value hooks measure)
FIGURES
