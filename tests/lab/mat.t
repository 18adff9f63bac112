#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# mat.t - the Memory Attributes Table: wrong number of entries, wrong size of them, code that is shut, entries that are missing or
# overlap; dropped, or built anew. os.efi says what an operating system would find; kernels say what they made of it.

. "$(dirname "$0")/lab.sh"
need_file "$LAB"/{os,record}x64.efi

OS=('record.efi' 'os.efi call=GetTime,GetVariable,SetVirtualAddressMap,QueryVariableInfo')
OS_END='^os: end'
KERNEL_OPTIONS='initrd=\initrd.img console=ttyS0 loglevel=8 panic=-1 no_timer_check'
KERNEL_END="^fwquirk-test: end of boot|Kernel panic"

# of_mat KEY: a number that os.efi says of the table
of_mat() { sed -n 's/^os: mat //p' "$LOG" | tr ' ' '\n' | sed -n "s/^$1=//p"; }

# is_good WHAT: every page of runtime memory once in the table, code executable and not writable, nothing both
is_good() {
	is "$(of_mat none) $(of_mat twice) $(of_mat open) $(of_mat lost)" '0x0 0x0 0x0 0x0' \
		"$1: every page of runtime memory is protected once, every service can be called"
	is "$(of_mat code)" "$code" "$1: as much code as in the firmware's own good table"
	expect '^os: QueryVariableInfo called status=0x0' "$1: runtime services work"
}

# cell DEFECT WITH: by the tests since the last call
failed_before=0
cell() {
	lab_cell "$1" "$generation" "$2" "$([ $n_failed = "$failed_before" ] && echo rescued || echo FAILED)"
	failed_before=$n_failed
}

rescue_shell() {
	lab_machine "$2"
	LAB_WALK=1 lab_boot with "data-nx walk $1" 240 "$OS_END" "${OS[@]}"
	is "$(lab_verdict "$3")" 'applied none' "$generation: $1: $2 is applied"
	lab_no_fresh_wx "$generation: $1: no page is writable and executable that was not before"
}

rescue_kernel() {
	KERNEL=
	kernel_use "$kernel" || { note "$kernel's kernel: $why"; return 1; }
	lab_machine "$2"
	LAB_RETRY=1 lab_boot with "$1" 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS efi=debug"
	expect '^fwquirk-test: userland reached' "$generation: $1: Linux $(kernel_version) comes up"
	is "$(lab_verdict "$3")" 'applied none' "$generation: $1: $2 is applied"
	reject 'Firmware Bug|memattr: !' "$generation: $1: and has nothing to complain of"
}

# symptom_kernel DEFECT REGEX WHAT: the kernel of the first generation, without us
symptom_kernel() {
	lab_boot without "$1" 600 "$2|^fwquirk-test: end of boot" "vmlinuz.efi $KERNEL_OPTIONS"
	expect "$2" "$1: Linux $(kernel_version): $3"
	failed_before=$n_failed
}

# 1. Without us
if lab_one 2022.11 && kernel_use bookworm; then
	symptom_kernel mat-size 'memattr: Entry type should be RuntimeServiceCode/Data' 'walks through memory that is no table'
	symptom_kernel mat-descriptor-size 'memattr: Entry type should be RuntimeServiceCode/Data' 'takes no entry of it'
	symptom_kernel mat-code-xp 'Page fault caused by firmware|unable to handle page fault|exec.* NX-protected' 'faults in a runtime service'
	symptom_kernel mat-overlap 'Page fault caused by firmware|unable to handle page fault|exec.* NX-protected' 'faults in a runtime service'
	KERNEL=
	lab_boot without mat-missing 240 "$OS_END" "${OS[@]}"
	is "$(of_mat code)" 0x0 'mat-missing: no code of runtime services is protected'
	reject '^os: mat .* none=0x0 ' 'mat-missing: there are pages without an entry'
	lab_boot without runtime-late=GetVariable 240 "$OS_END" "${OS[@]}"
	is "$(of_mat lost)" 0x1 'runtime-late: the code of a driver that came late is not executable by the table'
else
	skip 'symptoms' "$why"
fi
lab_row mat-size 'Linux 6.1 takes all of memory for entries and does not come back' drop-mat
lab_row mat-descriptor-size 'Linux: every entry refused, runtime services writable and executable' rebuild-mat
lab_row mat-code-xp 'Linux: page fault in the first runtime service, runtime services disabled' rebuild-mat
lab_row mat-overlap 'Linux: page fault in the first runtime service, runtime services disabled' rebuild-mat
lab_row mat-missing 'code of runtime services is not in the table (os.efi)' rebuild-mat
lab_row runtime-late 'the code of a runtime driver started late is data by the table (os.efi); Linux 6.1: page fault in it' rebuild-mat

# 2. With us
for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	LAB_RETRY=
	KERNEL=
	lab_machine nothing
	lab_boot without '' 240 "$OS_END" "${OS[@]}"
	code=$(of_mat code)
	is_good "$generation: as it comes"

	rescue_shell mat-size drop-mat FWQ-9301
	expect '^os: mat absent' "$generation: mat-size: the table is gone"
	expect '^os: QueryVariableInfo called status=0x0' "$generation: mat-size: runtime services work"
	cell mat-size os.efi
	for defect in mat-descriptor-size mat-code-xp mat-missing mat-overlap; do
		rescue_shell $defect rebuild-mat FWQ-9302
		is_good "$generation: $defect"
		is "$(lab_journal '[.events[] | select(.event == "mat-rebuilt")] | length')" 1 "$generation: $defect: journalled"
		cell $defect os.efi
	done
	rescue_shell runtime-late=GetVariable rebuild-mat FWQ-9302
	is "$(of_mat none) $(of_mat twice) $(of_mat lost)" '0x0 0x0 0x0' "$generation: runtime-late: every service can be called"
	cell runtime-late os.efi
	for kernel in $(kernels_for "$generation"); do
		case $generation in
		2022.11*) rescue_kernel mat-size drop-mat FWQ-9301 && cell mat-size "$(kernel_version)" ;;
		2025.02*) rescue_kernel mat-overlap rebuild-mat FWQ-9302 && cell mat-overlap "$(kernel_version)" ;;
		*) rescue_kernel mat-code-xp rebuild-mat FWQ-9302 && cell mat-code-xp "$(kernel_version)" ;;
		esac
	done
	KERNEL=
done

# 3. One version later: nothing is done, and the record says why
lab_one 2025.02 || skip_all "$why"
for near in 'drop-mat mat-size FWQ-9301' 'rebuild-mat mat-code-xp FWQ-9302'; do
	set -- $near
	lab_machine "$1" 2.0
	lab_boot with "$2" 240 "$OS_END" "${OS[@]}"
	is "$(lab_verdict "$3")" 'not-applicable since-fixed' "near miss: $1 is not for version 2.0"
	is "$(lab_journal '.events | length')" 0 "near miss: nothing was done"
	reject '^os: mat absent' 'near miss: the table is as it was'
done

done_testing
