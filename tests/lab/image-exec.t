#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# image-exec.t - firmware that loads images without NX_COMPAT into memory that cannot be executed: Debian's shim and GRUB, and
# a program of ours whose flag is cleared. With us their code sections are read and execute, never writable at once, and are
# again as the firmware had them before it frees them.

. "$(dirname "$0")/lab.sh"
need_file "$LAB/allocx64.efi" "$LAB/recordx64.efi" "$LAB/walkx64.efi"

DEFECT=image-nx
UP='fwquirk-test: end journal|Kernel panic'
FETCHES='ExceptionData - 0000000000000011  I:1'
lab_row $DEFECT '#PF I:1 P:1 at the entry point of an image without NX_COMPAT: shim, GRUB' image-exec

# The same program without NX_COMPAT (Microsoft "PE Format", DllCharacteristics)
plain=$BOOT_DIR/plain.efi
cp "$LAB/allocx64.efi" "$plain"
pe=$(od -An -tu4 -j60 -N4 "$plain")
printf '\0\0' | dd of="$plain" bs=1 seek=$((pe + 24 + 70)) conv=notrunc status=none
LAB_FILES=("$plain")

lab_one 2025.02 || skip_all "$why"
lab_machine image-exec
if grub_use trixie; then
	lab_boot without $DEFECT 180 "$PAGE_FAULT|Welcome to GRUB" alloc.efi "$GRUB_START"
	expect '^alloc: end' 'without us: an image with NX_COMPAT runs'
	expect "$FETCHES" 'without us: shim dies at its first instruction'
	reject 'Welcome to GRUB' 'without us: and GRUB is never reached'
else
	skip 'shim without us' "$why"
fi

LAB_GRUB=
lab_machine image-exec 2.0
lab_boot with $DEFECT 180 "$PAGE_FAULT|alloc: end" record.efi plain.efi
is "$(lab_verdict FWQ-9106)" 'not-applicable since-fixed' 'near miss: a version later the rule does not apply'
expect "$FETCHES" 'near miss: it dies as before'

lab_machine image-exec
lab_boot with "conventional-nx $DEFECT walk" 180 "$PAGE_FAULT|^walk: end" 'plain.efi data walk' walk.efi
expect '^alloc: end' 'with us: the image runs'
is "$(lab_fresh loader-code)" '' 'with us: no page of it is writable and executable while it runs, and none afterwards'

try() { # GENERATION GRUB-SUITE KERNEL-SUITE
	local before=$n_failed what="$1, GRUB of $2, kernel of $3"
	firmware_use "$1" && kernel_use "$3" && grub_use "$2" || {
		lab_cell $DEFECT "$1" "GRUB of $2" "cannot: $why"
		skip "$what" "$why"
		return
	}
	LAB_RETRY=1
	lab_boot with $DEFECT 400 "$UP" walk.efi plain.efi plain.efi walk.efi "$GRUB_START"
	LAB_RETRY=
	is "$(grep -ac '^alloc: end' "$LOG")" 2 "$what: an image runs, returns and is freed, twice"
	is "$(sed -n 's/^walk: wx=//p' "$LOG" | uniq -c | awk '{ print $1 }')" 2 "$what: no more is writable and executable than before"
	expect 'fwquirk-test: userland reached' "$what: shim and GRUB start Linux"
	is "$(lab_verdict FWQ-9106)" 'applied none' "$what: which has the record of it"
	expect '"text": "shimx64.efi"' "$what: with the image"
	lab_cell $DEFECT "$1" "GRUB of $2, $(kernel_version)" "$([ "$n_failed" = "$before" ] && echo rescued || echo FAILED)"
}
for generation in $GENERATIONS; do
	for suite in $(kernels_for "$generation"); do
		try "$generation" "$([[ "$generation" = 2022.11* ]] && echo bookworm || echo trixie)" "$suite"
	done
done

done_testing
