#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# pagetable.t - page tables that are read-only, or hold garbage: loaders that put an entry into the firmware's tables, or
# follow all of them, die of a page fault; with own-pagetable and clean-pml4 they do not, and Debian's kernels come up.

. "$(dirname "$0")/lab.sh"

# symptom DEFECT WHAT REGEX ROW-TEXT WORKAROUND
symptom() {
	KERNEL=
	lab_machine "$1"
	lab_boot without "$1" 180 '^pagetable: end' "pagetable.efi $2"
	expect "$PAGE_FAULT" "$1: without us a loader dies of a page fault"
	expect "$3" "$1: of the kind that the defect makes"
	reject '^pagetable: end' "$1: and does not come to its end"
	lab_row "$1" "$4" "$5"
}

# rescue DEFECT WHAT RULE SUITE GENERATION MARK: trigger and kernel in one boot
rescue() {
	local mark=$6
	KERNEL=
	lab_machine "$1"
	kernel_use "$4" || { skip "$5: $1" "$why"; lab_cell "$1" "$5" "$4" "cannot: $why"; return; }
	LAB_RETRY=1 LAB_WALK=1 lab_boot with "data-nx walk $1" 300 '^fwquirk-test: end of boot' "pagetable.efi $2" walk.efi "vmlinuz.efi $KERNEL_OPTIONS"
	expect "$mark" "$5: $1: the loader's work is done"
	expect '^fwquirk-test: userland reached' "$5: $1: and the kernel $(kernel_version) boots to userland"
	is "$(lab_verdict "$3")" 'applied none' "$5: $1: the journal says what was applied"
	lab_no_fresh_wx "$5: $1: no page is writable and executable that was not before"
	if [ "$(lab_verdict "$3")" = 'applied none' ] && grep -aq '^fwquirk-test: userland reached' "$LOG"; then
		lab_cell "$1" "$5" "$(kernel_version), trigger" rescued
	else
		lab_cell "$1" "$5" "$(kernel_version), trigger" FAILED
	fi
}

# near_miss DEFECT WHAT RULE: a version later nothing is done, the loader dies as before
near_miss() {
	KERNEL=
	lab_machine "$1" 2.0
	lab_boot with "$1" 180 '^pagetable: end' record.efi "pagetable.efi $2"
	is "$(lab_verdict "$3")" 'not-applicable since-fixed' "$1: a version later nothing is done, and the journal says why"
	expect "$PAGE_FAULT" "$1: and the loader dies as if we were not there"
	reject '^fwquirk: ' "$1: nothing is printed"
}

lab_one 2025.02 || skip_all "$why"
symptom pagetable-readonly write '^ExceptionData - 0+3 .*W:1 P:1' \
	'#PF W:1 P:1 in a loader that puts an entry into the tables (trigger, after esx-boot)' own-pagetable
near_miss pagetable-readonly write FWQ-9501
symptom pml4-garbage follow 'CR2 - 000000D0BAD5E' \
	'#PF P:0 in a loader that follows every entry (trigger, after esx-boot)' clean-pml4
near_miss pml4-garbage follow FWQ-9502

# The machine's name on a firmware whose tables can be written: identity without behaviour. (EDK II protects its tables from
# others by itself.)
lab_machine pagetable-readonly
lab_boot with pagetable-writable 180 '^record: end' record.efi
is "$(lab_verdict FWQ-9501)" 'fixed probe-no' 'the same machine with writable tables: nothing is done'

for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	for suite in $(kernels_for "$generation"); do
		firmware_use "$generation"
		rescue pagetable-readonly write FWQ-9501 "$suite" "$generation" '^pagetable: written=yes'
		firmware_use "$generation"
		rescue pml4-garbage follow FWQ-9502 "$suite" "$generation" '^pagetable: tables='
	done
done

done_testing
