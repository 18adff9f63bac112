#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# max-address.t - memory above 4 GiB that the firmware hands out and has not mapped: without us the first write to it
# is the last, with us nobody gets it before the operating system has page tables of its own, and it has it then.

. "$(dirname "$0")/lab.sh"
need_file "$LAB/allocx64.efi" "$LAB/recordx64.efi" "$LAB/walkx64.efi"

DEFECT=above-4g-unmapped
# 2 GiB below 4 GiB and 1 GiB above
FW_MEMORY=3072
DIED="$PAGE_FAULT|alloc: end"
UP='fwquirk-test: end journal|Kernel panic'
OPTIONS=${KERNEL_OPTIONS/loglevel=4/loglevel=7}
lab_machine max-address

lab_one 2025.02 || skip_all "$why"
lab_row $DEFECT '#PF W:1 P:0 at the first write above 4 GiB: alloc.efi; Linux 6.1 and 6.12 where KASLR picks such a place' max-address

lab_boot without $DEFECT 180 "$DIED" 'alloc.efi pages=0x100'
expect '^alloc: at=0x1[0-9a-f]{8}$' 'without us: memory above 4 GiB is handed out'
expect "$PAGE_FAULT" 'without us: the firmware dies of a page fault'
expect 'W:1 P:0' 'without us: a write to what is not mapped'

lab_machine max-address 2.0
lab_boot with $DEFECT 180 "$DIED" record.efi 'alloc.efi pages=0x100'
is "$(lab_verdict FWQ-9103)" 'not-applicable since-fixed' 'near miss: a version later the rule does not apply'
expect "$PAGE_FAULT" 'near miss: nothing is done, the firmware dies as before'

lab_machine max-address
lab_boot with '' 180 '^alloc: end' record.efi 'alloc.efi pages=0x100'
is "$(lab_verdict FWQ-9103)" 'fixed probe-no' 'a machine of that name with all of its memory mapped: fixed'
expect '^alloc: at=0x1[0-9a-f]{8}$' 'and memory above 4 GiB is handed out'

lab_machine max-address-too-low
lab_boot with $DEFECT 180 "^shell: done" record.efi "echo shell: done"
is "$(lab_verdict FWQ-9104)" 'refused precondition' 'an address that leaves too little below is refused'

lab_machine max-address
try() { # GENERATION SUITE
	firmware_use "$1" && kernel_use "$2" || { lab_cell $DEFECT "$1" "$2" "cannot: $why"; skip "$1/$2" "$why"; return; }
	local before=$n_failed what=$1/$2
	LAB_RETRY=1
	LAB_WALK=1 lab_boot with "data-nx walk $DEFECT" 400 "$UP" 'alloc.efi pages=0x100' walk.efi "vmlinuz.efi $OPTIONS"
	LAB_RETRY=
	expect '^alloc: end' "$what: a loader gets memory that it can use"
	reject '^alloc: at=0x[0-9a-f]{9}' "$what: all of it below 4 GiB"
	expect '^walk: loader-data none=262144 ' "$what: what is above is held as loader data, and mapped no more than before"
	lab_no_fresh_wx "$what: no page is writable and executable that was not before, up to the exit"
	expect 'fwquirk-test: userland reached' "$what: Linux comes up"
	is "$(lab_verdict FWQ-9103)" 'applied none' "$what: and has the record of it"
	is "$(journal '.events[] | select(.event == "memory-held") | .bytes')" 0x40000000 "$what: 1 GiB was held"
	expect 'e820: \[mem 0x0000000100000000-0x000000013fffffff\] +(usable|System RAM)' "$what: and is Linux's to use"
	lab_cell $DEFECT "$1" "$(kernel_version)" "$([ "$n_failed" = "$before" ] && echo rescued || echo FAILED)"
}
for generation in $GENERATIONS; do
	for suite in $(kernels_for "$generation"); do try "$generation" "$suite"; done
done

done_testing
