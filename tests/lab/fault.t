#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# fault.t - fault-fixup with a trigger program: memory that cannot be used is repaired, once a 2 MiB, cheaply; what nobody must
# touch goes to the firmware's handler and is there to be read in the next boot; the handler is gone at the hand-off.

. "$(dirname "$0")/lab.sh"
need_file "$LAB/faultx64.efi" "$LAB/walkx64.efi" "$LAB/recordx64.efi" "$BUILD/fwquirk"

LOOSEN=(-smbios type=11,value=fwquirk=loosen)
UNUSABLE='alloc=loader-data,ro alloc=loader-data,np,0x400000'

# faults FILTER: of the journal that record.efi has printed behind the hand-off
faults() { lab_journal ".faults[] | $1" after; }

# ---- without us: the firmware's exception handler has the last word ------------------------------------------------

lab_one 2025.02 || skip_all "$why"
# symptom DEFECT WORDS ACCESS: the trigger dies with that error code
symptom() {
	lab_boot without "$1" 180 '^fault: end' "fault.efi $2"
	expect "$PAGE_FAULT" "without, $1: a page fault"
	expect "^ExceptionData - .*$3" "without, $1: as documented ($3)"
}
symptom 'alloc=loader-data,np' fill=4194304 'I:0 .*W:1 P:0'
symptom 'alloc=loader-data,ro' copy 'I:0 .*W:1 P:1'
symptom 'alloc=loader-data,edge' fill=4194304 'I:0 .*W:1 P:0'
symptom 'alloc=loader-code,nx' call 'I:1 .*P:1'
symptom 'pool=loader-data,np' pool 'I:0 .*W:1 P:0'
symptom 'conventional-nx' code-pool 'I:1 .*P:1'
lab_row 'alloc=loader-data,np' '#PF W:1 P:0 at the first store' fault-fixup
lab_row 'alloc=loader-data,ro' '#PF W:1 P:1 in CopyMem()' fault-fixup
lab_row 'pool=loader-data,np' '#PF W:1 P:0 at the first page that a pool block has to itself' fault-fixup
lab_row 'conventional-nx, code of a pool' '#PF I:1 P:1' 'fault-fixup exec'
lab_row 'alloc=loader-data,edge' '#PF W:1 P:0 at a multiple of 2 MiB' fault-fixup

# ---- with us, on each generation ------------------------------------------------------------------------------------

for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	lab_machine fault
	lab_boot with "data-nx walk $UNUSABLE" 240 '^after: end' 'walk.efi types=no' \
		'fault.efi fill=8388608 copy free' 'walk.efi types=no' 'record.efi exit'
	expect '^fwquirk: FWQ-9200 applied fault-fixup' "$generation: applied"
	expect '^fault: wrong-words=0' "$generation: 8 MiB that were not mapped are filled, and hold what was written"
	expect '^fault: copied=0x5a' "$generation: CopyMem() into read-only memory"
	expect '^fault: set=0xa5' "$generation: SetMem(), the same"
	expect '^fault: end' "$generation: and memory is freed, read-only or not"
	reject "$EXCEPTION" "$generation: no exception"
	result=FAILED
	grep -aq '^fault: end' "$LOG" && result=rescued
	lab_cell 'alloc=loader-data,np' "$generation" fault.efi $result
	lab_cell 'alloc=loader-data,ro' "$generation" fault.efi $result
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	is "$(faults 'select(.answer == "mapped") | .repaired' | sort -u)" true "$generation: the journal has the repairs"
	is "$(faults 'select(.answer == "mapped") | .image' | head -n 1)" fault.efi "$generation: with the image"
	is "$(faults 'select(.answer == "mapped") | .faults' | awk '{ n += $1 } END { print (n >= 4 && n <= 5) }')" 1 \
		"$generation: 8 MiB took one fault for each 2 MiB that they lie in"
	is "$(faults 'select(.answer == "made writable") | .access' | sort -u)" write "$generation: read-only pages, too"
	case "$generation" in
	2025.02) is "$(faults 'select(.answer == "made writable" and (.image | not)) | .code' | sort -u)" 0x3 \
		"$generation: inside the firmware" ;;
	esac
done

# Two rules with one word each are one engine that repairs what either wants; a pool, and pages.
lab_machine fault-two
for generation in $GENERATIONS; do
	firmware_use "$generation" || continue
	before=$n_failed
	lab_boot with 'data-nx walk alloc=loader-data,ro pool=loader-data,np' 240 '^after: end' 'fault.efi copy pool' 'walk.efi types=no' 'record.efi exit'
	is "$(lab_journal '.rules[] | select(.id == "FWQ-9204" or .id == "FWQ-9205") | .verdict + " " + .reason' after | sort -u)" \
		'applied none' "$generation: two rules: both are applied"
	expect '^fault: set=0xa5' "$generation: two rules: what is read-only is made writable"
	expect '^fault: pool-wrong-bytes=0' "$generation: two rules: a pool block whose pages were not mapped is filled"
	expect '^fault: free-pool=success' "$generation: two rules: and freed"
	reject "$EXCEPTION" "$generation: two rules: no exception"
	is "$(faults .answer | sort -u | tr '\n' ' ')" 'made writable mapped ' "$generation: two rules: the journal has both kinds of repair"
	lab_no_fresh_wx "$generation: two rules: no page is writable and executable that was not before"
	outcome 'pool=loader-data,np' "$generation" fault.efi $before
done

lab_machine fault
for generation in $GENERATIONS; do
	firmware_use "$generation" || continue
	before=$n_failed
	lab_boot with 'alloc=loader-data,edge' 240 '^fault: end' 'fault.efi fill=8388608' 'fault.efi late'
	expect '^fault: wrong-words=0' "$generation: edges of 2 MiB: repaired"
	outcome 'alloc=loader-data,edge' "$generation" fault.efi "$before"
done

# ---- a near miss: one version later -----------------------------------------------------------------------------------

lab_one 2025.02
lab_machine fault 2.0
lab_boot with "$UNUSABLE" 180 '^fault: wrong-words' 'record.efi' 'fault.efi fill=8388608'
is "$(lab_verdict FWQ-9200)" 'not-applicable since-fixed' 'one version later: the journal says why not'
expect "$PAGE_FAULT" 'one version later: nothing is repaired'
expect 'IDTR - ' 'and the firmware says where'

lab_boot with 'pool=loader-data,np' 180 '^fault: end' 'fault.efi pool'
expect "$PAGE_FAULT" 'one version later: nor is a pool'

# ---- code ---------------------------------------------------------------------------------------------------------------

lab_machine fault-exec
lab_boot with 'alloc=loader-code,nx' 180 '^fault: end' 'record.efi' 'fault.efi call'
is "$(lab_verdict FWQ-9202)" 'refused policy-loosen' 'exec: nothing without the policy'
expect "$PAGE_FAULT" 'exec: and the fault is the firmware'"'"'s'
LAB_QEMU=("${LOOSEN[@]}")
for generation in $GENERATIONS; do
	firmware_use "$generation" || continue
	before=$n_failed
	lab_boot with 'conventional-nx alloc=loader-code,nx walk' 180 '^after: end' 'walk.efi types=no' 'fault.efi call code-pool' 'walk.efi types=no' 'record.efi exit'
	expect '^fault: called=17' "$generation, exec: with the policy code is called"
	expect '^fault: called-again=18' "$generation, exec: written again and called again"
	is "$(lab_fresh loader-code)" '' "$generation, exec: no page of code is writable and executable at once"
	outcome 'alloc=loader-code,nx, called' "$generation" fault.efi "$before"
	expect '^fault: pool-called=19' "$generation, exec: with the policy code in a pool is called"
	expect '^fault: free-pool=success' "$generation, exec: and freed"
	# The last one on some is the firmware's own, which writes over the pool that it is given back.
	is "$(faults .answer | head -n 4 | tr '\n' ' ')" 'made executable made writable made executable made executable ' \
		"$generation, exec: as the journal says"
	outcome 'conventional-nx, code of a pool' "$generation" fault.efi "$before"
done
lab_machine fault-wx
lab_one 2025.02
lab_boot with 'conventional-nx alloc=loader-code,np walk' 180 '^after: end' 'fault.efi call' 'walk.efi types=no' 'record.efi exit'
expect '^fault: called-again=18' 'wx: code is written and called where nothing was mapped'
is "$(faults .answer)" mapped 'wx: with one fault'
is "$(lab_fresh loader-code | head -n 1)" 0x4 'wx: the four pages of that allocation are writable and executable, and no others'
LAB_QEMU=()
lab_row 'alloc=loader-code,nx, called' '#PF I:1 P:1' 'fault-fixup exec'

# ---- passed on, and told in the next boot --------------------------------------------------------------------------------

# last: answer, code, address of the last fault that record.efi has printed
last() {
	lab_variable FwquirkLastFault "$BOOT_DIR/last" || { echo absent; return; }
	od -An -v -tu1 -w1 "$BOOT_DIR/last" | awk '{ b[NR - 1] = $1 }
		function le(at, n,  v) { for (v = 0; n > 0; n--) v = v * 256 + b[20 + at + n - 1]; return v }
		END { printf "%d 0x%x 0x%x\n", le(44, 1), le(0, 8), le(8, 8) }'
}
cr2() { sed -n 's/.*CR2 - 0*\([0-9A-F]*\),.*/\1/p' "$LOG" | tr A-F a-f; }
# dies DEFECT WORD NAME: the trigger with us; its fault reaches the firmware with our handler in front
dies() {
	lab_boot with "$1" 180 "^fault: $2=" 'record.efi' "fault.efi $2"
	expect "$PAGE_FAULT" "$3: the firmware's handler has it"
	reject "^fault: $2=" "$3: nothing was repaired"
	expect 'IDTR - ' "$3: it prints what it always prints"
}

lab_machine fault
lab_one 2025.02
dies 'unmapped=0,4096' zero 'page 0'
address=$(cr2)
dies 'unmapped=0xfed00000,4096' mmio MMIO
is "$(last)" "17 0x0 0x$address" 'page 0: the next boot can read it'
lab_boot with '' 180 '^after: end' 'record.efi exit'
is "$(last)" '19 0x0 0xfed00000' 'MMIO: the next boot can read it'

lab_one 2025.02
dies guard-pages guard 'guard page'
expect '^fault: inside=written' 'guard page: the allocation itself is usable'
address=$(cr2)
dies '' own 'our own code'
is "$(last)" "19 0x2 0x$address" 'guard page: the next boot can read it'
address=$(cr2)
lab_boot with '' 180 '^after: end' 'record.efi exit'
is "$(last)" "18 0x3 0x$address" 'our own code: the next boot can read it'

# On 2026.08 the firmware's handler has a stack of its own.
for generation in 2025.02 2026.08; do
	lab_one $generation || continue
	lab_machine fault-rearm
	lab_boot with 'alloc=loader-data,np' 180 '^fault: end' 'fault.efi storm'
	expect '^fault: stored=64' "$generation, storm: 64 faults on one page, repaired for one access each"
	reject '^fault: stored=96' "$generation, storm: and no more"
	expect "$PAGE_FAULT" "$generation, storm: what is beyond the budget is the firmware's"
	lab_boot with '' 180 '^after: end' 'record.efi exit'
	is "$(last | cut -d' ' -f1,2)" '22 0x2' "$generation, storm: the next boot can read it"
done

# A fault inside the record of a fault: on 2026.08 it comes onto the same stack and would write over the first.
for generation in 2025.02 2026.08; do
	lab_one $generation || continue
	lab_machine fault
	lab_boot with 'unmapped=0,4096 last-fault-faults' 180 '^fault: zero=' 'fault.efi zero'
	expect '^lab: faults in SetVariable' "$generation, nested: the record of the fault faults"
	expect "$PAGE_FAULT" "$generation, nested: the firmware's handler runs"
	is "$(cr2)" 8 "$generation, nested: and shows the first fault"
done

# ---- the hand-off ------------------------------------------------------------------------------------------------------------

lab_machine fault
for generation in $GENERATIONS; do
	firmware_use "$generation" || continue
	lab_boot with '' 180 '^fault: after-debug=' 'fault.efi late'
	idt() { sed -n "s/^fault: $1=//p" "$LOG" | tr -d ' '; }
	expect '^fault: exit=0+$' "$generation: ExitBootServices() succeeds"
	is "$([ "$(idt now-idt)" != "$(idt event-idt)" ] && [ "$(idt now-page-fault)" != "$(idt event-page-fault)" ] && echo gone)" gone \
		"$generation: the handler is gone when a late event of the hand-off runs"
	is "$(idt after-idt) $(idt after-page-fault) $(idt after-debug)" \
		"$(idt event-idt) $(idt event-page-fault) $(idt event-debug)" "$generation: and when the call returns"
done

# ---- figures -------------------------------------------------------------------------------------------------------------------

lab_one 2025.02
LAB_QEMU=(-icount shift=0,sleep=off)
lab_boot with 'alloc=loader-data,np' 590 '^fault: filled' 'fault.efi fill=8388608'
first=$(value first-store-ticks fault) more=$(value more-faults fault) ticks=$(value more-ticks fault) most=$(value most-ticks fault)
note "first fault $first instructions, then $more faults, $ticks together, $most the most"
# What is left without the dearest one: a piece of 2 MiB that has to be mapped page by page.
common=$(((ticks - most) / (more > 1 ? more - 1 : 1)))
is $((common > 200 && common <= 3000)) 1 "from fault to resume, 2 MiB mapped: $common instructions (at most 3000)"
is $((more + 1 <= 5)) 1 "8 MiB that lie in five pieces of 2 MiB: $((more + 1)) faults"

done_testing
