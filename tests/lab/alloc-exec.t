#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# alloc-exec.t - memory that cannot be executed, and Debian's signed shim and GRUB on it: 2.06 and 2.12 die at the first
# instruction of what shim has put into loader code; 2.06 dies once more behind ExitBootServices(), in the free page at the bottom
# of memory that its relocator takes. With us they start the kernel, and no other page gains anything.

. "$(dirname "$0")/lab.sh"
need_file "$LAB/allocx64.efi" "$LAB/recordx64.efi" "$LAB/walkx64.efi"

FREE=conventional-nx
CODE=alloc=loader-code,nx
UP='fwquirk-test: end journal|Kernel panic'
FETCHES='ExceptionData - 0000000000000011  I:1'
LOOSEN=(-smbios type=11,value=fwquirk=loosen)
lab_row $FREE '#PF I:1 P:1 at 0x1000, behind ExitBootServices(): GRUB 2.06 (bookworm), in its relocator' alloc-exec
lab_row $CODE '#PF I:1 P:1 at the first instruction of GRUB 2.06 and 2.12; alloc.efi' alloc-exec

# ---- without a kernel: a trigger that executes what it has allocated ----

lab_one 2025.02 || skip_all "$why"
LAB_FILES=("$BOOT_DIR/alloca.efi")
cp "$LAB/allocx64.efi" "$BOOT_DIR/alloca.efi"
LAB_QEMU=("${LOOSEN[@]}")

lab_machine alloc-exec-trigger
lab_boot without $CODE 180 "$PAGE_FAULT|alloc: end" 'alloc.efi execute'
expect "$FETCHES" 'without us: executing loader code is a page fault'
reject '^alloc: executed' 'without us: and nothing more'

lab_boot with "conventional-nx $CODE walk" 180 "$PAGE_FAULT" record.efi walk.efi 'alloc.efi execute keep walk' walk.efi 'alloca.efi execute'
is "$(lab_verdict FWQ-9105)" 'applied none' 'with us, loosening allowed: applied'
expect '^alloc: executed' 'with us: the named image executes its pages'
expect "$FETCHES" 'with us: one of another name does not'
is "$(lab_fresh loader-code)" 0x3 'with us: while it runs exactly the three pages that it has taken are W and X, before and afterwards none'
expect '^walk: loader-code none=0 r=0 rw=3 ' 'with us: its three pages are writable only'

lab_machine alloc-exec-trigger 2.0
lab_boot with $CODE 180 "$PAGE_FAULT|alloc: end" record.efi 'alloc.efi execute'
is "$(lab_verdict FWQ-9105)" 'not-applicable since-fixed' 'near miss: a version later the rule does not apply'
expect "$FETCHES" 'near miss: it dies as before'

lab_machine alloc-exec-trigger
LAB_QEMU=()
lab_boot with $CODE 180 "$PAGE_FAULT|alloc: end" record.efi 'alloc.efi execute'
is "$(lab_verdict FWQ-9105)" 'refused policy-loosen' 'nobody has allowed loosening: refused'
expect "$FETCHES" 'and it dies as before'

# ---- what no stock loader executes: the firmware is right, and nothing of ours takes that away ----

# nobody DEFECT WHAT SYMPTOM WORDS: the trigger dies of it, and there is no rescue
nobody() {
	lab_row "$1" "#PF I:1 P:1 in $2: alloc.efi only, GRUB 2.06 and 2.12 and Linux start" 'nothing'
	lab_boot without "$1" 180 "$PAGE_FAULT|alloc: end" "alloc.efi $3"
	expect "$FETCHES" "$1: executing $2 is a page fault"
	for generation in $GENERATIONS; do
		lab_cell "$1" "$generation" alloc.efi "cannot: no stock loader needs it, and a policy that is right is left alone"
	done
}
nobody stack-nx 'the stack' stack
nobody alloc=loader-data,nx 'loader data' 'data execute'

# ---- shim and GRUB ----

LAB_FILES=()
LAB_QEMU=("${LOOSEN[@]}")
lab_machine alloc-exec

grub_symptom() { # GENERATION GRUB-SUITE DEFECTS
	lab_one "$1" && kernel_use bookworm && grub_use "$2" || { skip "$1, GRUB of $2" "$why"; return 1; }
	lab_boot without "$3" 300 "$UP" "$GRUB_START"
	expect "$FETCHES" "without us, $1, GRUB of $2: dies of executing what cannot be"
	reject 'fwquirk-test: userland reached' "without us, $1, GRUB of $2: no kernel comes up"
}
grub_symptom 2022.11 bookworm "$FREE" && expect 'RIP  - 0000000000001000' 'in the lowest free page: the relocator of 2.06'
grub_symptom 2022.11 trixie "$CODE" && reject 'grub-is-up' 'before GRUB 2.12 has said a word'

# grub_rescue GENERATION GRUB-SUITE KERNEL-SUITE DEFECT...
grub_rescue() {
	local before=$n_failed what="$1, GRUB of $2, kernel of $3" defect
	firmware_use "$1" && kernel_use "$3" && grub_use "$2" || {
		for defect in "${@:4}"; do lab_cell "$defect" "$1" "GRUB of $2" "cannot: $why"; done
		skip "$what" "$why"
		return
	}
	LAB_RETRY=1
	lab_boot with "walk ${*:4}" 400 "$UP" "$GRUB_START"
	LAB_RETRY=
	expect 'fwquirk-test: userland reached' "$what: Linux comes up"
	# Where both defects are, two rules want the same, and the first is the one that has done it.
	if [ $# = 5 ]; then is "$(lab_verdict FWQ-9101)" 'applied none' "$what: and has the record of it"; fi
	if [ $# = 4 ]; then is "$(lab_verdict FWQ-9102)" 'applied none' "$what: and has the record of it"; fi
	expect '"event": "made-executable"' "$what: with the pages"
	if [[ " ${*:4} " = *" $FREE "* ]]; then
		is "$(journal '.events[] | select(.event == "made-executable" and .first == "0x1000") | .pages')" 0x2 \
			"$what: two free pages for the relocator"
		# Page 0 is as the firmware has it.
		expect '^lab: walk free none=[0-9]+ r=0 rw=[0-9]+ rx=0 rwx=[0-3]$' "$what: no other free page can be executed"
	fi
	for defect in "${@:4}"; do
		lab_cell "$defect" "$1" "GRUB of $2, $(kernel_version)" "$([ "$n_failed" = "$before" ] && echo rescued || echo FAILED)"
	done
}
for generation in $GENERATIONS; do
	for suite in $(kernels_for "$generation"); do
		grub_rescue "$generation" bookworm "$suite" "$FREE" "$CODE"
		grub_rescue "$generation" trixie "$suite" "$CODE"
	done
done

done_testing
