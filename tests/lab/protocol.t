#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# protocol.t - EFI_MEMORY_ATTRIBUTE_PROTOCOL lies, refuses, reports wrongly, crashes: Debian's kernels and a trigger
# without us, with wrap-map, and on a near miss.

. "$(dirname "$0")/lab.sh"

KERNEL_END='^fwquirk-test: end of boot'
STUB_END="$KERNEL_END|efi_stub_entry\(\) failed"
KERNEL_LINE="vmlinuz.efi $KERNEL_OPTIONS"
PARTIAL='protocol-refuses-large protocol-refuses-edge protocol-refuses-unaligned protocol-coarse protocol-crashes-on-rp protocol-reports-nothing'
STEPS='page large edge unaligned coarse report rp code'

# --- without us --------------------------------------------------------------------------------------------------

lab_one 2022.11 || skip_all "$why"

# The trigger, where it survives: what it was told is not what it got.
lab_boot without "$PARTIAL dxe-nx" 400 '^attributes: end' 'attributes.efi large edge unaligned coarse report'
for step in large edge unaligned; do expect "^attributes: $step=bad refused" "symptom: $step is refused"; done
expect '^attributes: coarse=bad neighbours changed' 'symptom: coarse changes the neighbours'
expect '^attributes: report=bad not what the page tables say' 'symptom: what is reported is not what the page tables say'
lab_boot without 'protocol-crashes-on-rp' 400 '^attributes: end' 'attributes.efi rp'
expect "$PAGE_FAULT" 'symptom: the firmware faults when RP is mentioned'
lab_row protocol-refuses-large 'stub: Failed to set EFI_MEMORY_RO attribute, Failed to decompress kernel' wrap-map
lab_row protocol-refuses-edge 'the same' wrap-map
lab_row protocol-refuses-unaligned 'EFI_UNSUPPORTED for the size of a section' wrap-map
lab_row protocol-coarse 'neighbouring pages change' wrap-map
lab_row protocol-reports-nothing 'a read-only page is said to be writable' wrap-map
lab_row protocol-crashes-on-rp '#PF in the firmware' wrap-map
lab_row protocol-lies 'triple fault behind ExitBootServices() at the 5-level trampoline' wrap-map

if kernel_use bookworm; then
	for defect in protocol-refuses-large protocol-refuses-edge; do
		lab_boot without "$defect dxe-nx" 900 "$STUB_END" "$KERNEL_LINE"
		expect 'Failed to set EFI_MEMORY_RO attribute' "symptom: $defect: the stub cannot protect the kernel"
		expect 'Failed to decompress kernel' "symptom: $defect: and gives up"
	done
	# A processor with 57 address bits makes the kernel jump to a page that it has asked to be executable.
	FW_CPU=max
	LAB_QEMU=(-d cpu_reset -D "$BOOT_DIR/cpu.log")
	lab_boot without 'protocol-lies dxe-nx' 900 "$KERNEL_END" "$KERNEL_LINE"
	expect '^EFI stub: Loaded initrd' 'symptom: protocol-lies: the stub is content'
	reject '^fwquirk-test: userland' 'symptom: protocol-lies: the kernel does not come up'
	is "$(grep -c 'Triple fault' "$BOOT_DIR/cpu.log")" 1 'symptom: protocol-lies: triple fault behind ExitBootServices()'
	LAB_QEMU=()
	FW_CPU=
else
	skip 'symptoms of the kernel' "$why"
fi
unset KERNEL

# --- with us -----------------------------------------------------------------------------------------------------

for generation in $GENERATIONS; do
	lab_firmware $generation || continue
	for suite in $(kernels_for $generation); do
		kernel_use $suite || { note "$why"; continue; }
		before=$n_failed
		LAB_RETRY=1
		lab_machine protocol-partial
		LAB_WALK=1 lab_boot with "$PARTIAL dxe-nx walk" 900 "$KERNEL_END" "attributes.efi $STEPS" 'walk.efi types=no' "$KERNEL_LINE"
		expect '^fwquirk: FWQ-9212 applied wrap-map' "$generation: wrap-map is applied to a partial protocol"
		for step in $STEPS; do expect "^attributes: $step=ok" "$generation: $step is as asked"; done
		lab_no_more_wx "$generation: no page more is writable and executable afterwards"
		for defect in $PARTIAL; do outcome $defect $generation attributes $before; done
		expect '^fwquirk-test: userland reached' "$generation: $(kernel_version) boots to userland"
		is "$(lab_verdict FWQ-9212)" 'applied none' "$generation: the journal has the verdict"
		is "$(journal '[.events[] | select(.event == "permissions")] | length > 0')" true "$generation: and what was changed"
		for defect in protocol-refuses-large protocol-refuses-edge; do outcome $defect $generation "$(kernel_version)" $before; done

		before=$n_failed
		lab_machine protocol-lies
		FW_CPU=max
		lab_boot with 'protocol-lies dxe-nx walk' 900 "$KERNEL_END" "$KERNEL_LINE"
		FW_CPU=
		expect '^fwquirk: FWQ-9211 applied wrap-map' "$generation: wrap-map is applied to a lying protocol"
		expect '^fwquirk-test: userland reached' "$generation: $(kernel_version) boots to userland with 5-level paging"
		outcome protocol-lies $generation "$(kernel_version)" $before
	done
done
unset KERNEL
LAB_RETRY=

# --- a firmware that lies by itself ---

if lab_one 2026.08; then
	FW_CPU=Haswell-v4,nx=off
	lab_boot without '' 400 '^attributes: end' 'attributes.efi xp'
	expect '^attributes: xp=bad lie' '2026.08 without NX: success, and the page is executable'
	lab_machine protocol-partial
	lab_boot with '' 400 '^attributes: end' 'attributes.efi page xp'
	expect '^attributes: page=ok' '2026.08 without NX: ours does what the processor can'
	expect '^attributes: xp=ok' '2026.08 without NX: and refuses what it cannot'
	FW_CPU=
else
	skip '2026.08 lies by itself' "$why"
fi

# --- together with free-writable, which needs an honest protocol ---

if lab_one 2025.02; then
	LAB_FILES=("$EFI/fwquirk-triggerx64.efi")
	lab_machine protocol-lies-free
	lab_boot with 'data-nx walk protocol-lies' 400 '^walk: end' 'fwquirk-trigger.efi pages' 'walk.efi types=no'
	expect '^fwquirk: FWQ-9219 applied wrap-map' 'both: wrap-map first'
	expect '^fwquirk: FWQ-9220 applied free-writable' 'both: then free-writable, whose checks need it'
	expect '^trigger: attributes=0x20000' 'both: a page is made read-only'
	expect '^trigger: free-pages=success' 'both: and freed, where this firmware would fault'
	lab_no_fresh_wx 'both: no page is writable and executable that was not before'
	LAB_FILES=()
else
	skip 'together with free-writable' "$why"
fi

# --- near misses -------------------------------------------------------------------------------------------------

lab_one 2025.02 || { note "$why"; done_testing; }
lab_machine protocol-lies 2.0
lab_boot with 'protocol-lies' 400 '^record: end' 'attributes.efi page' 'record.efi'
expect '^attributes: page=bad not set' 'near miss: the protocol lies as before'
is "$(lab_verdict FWQ-9211)" 'not-applicable since-fixed' 'near miss: the journal says why'
lab_machine protocol-fight
lab_boot with '' 400 '^record: end' 'record.efi'
is "$(lab_verdict FWQ-9217) $(lab_verdict FWQ-9218)" 'applied none refused conflict' 'two rules that fight: the first wins'

done_testing
