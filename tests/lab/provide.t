#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# provide.t - memory that is not executable, and nobody to ask for more: no EFI_MEMORY_ATTRIBUTE_PROTOCOL from the
# beginning, or none any more; Debian's kernels and a trigger without us, with provide-map, and on a near miss.

. "$(dirname "$0")/lab.sh"

KERNEL_END='^fwquirk-test: end of boot'
KERNEL_LINE="vmlinuz.efi $KERNEL_OPTIONS"
ABSENT='protocol-absent dxe-nx dxe-absent'
VANISHES='protocol-vanishes dxe-nx dxe-absent'

# --- without us --------------------------------------------------------------------------------------------------

lab_one 2022.11 || skip_all "$why"
lab_boot without "$VANISHES" 400 '^attributes: end' 'attributes.efi code'
expect '^lab: the protocol is gone' 'symptom: protocol-vanishes: it goes when an image is loaded'
expect '^attributes: protocol=absent' 'symptom: protocol-vanishes: that image has none'
expect '^ExceptionData - 0+11 .*I:1 .*P:1' 'symptom: protocol-vanishes: its code is not executable'
lab_row protocol-vanishes 'code of the image that was loaded: #PF I:1 P:1' provide-map
lab_row protocol-absent 'the kernel is jumped to behind ExitBootServices() and is not executable: triple fault' provide-map
if kernel_use bookworm; then
	LAB_QEMU=(-d cpu_reset -D "$BOOT_DIR/cpu.log")
	FW_CPU=max
	lab_boot without "$ABSENT" 900 "$KERNEL_END" "$KERNEL_LINE"
	FW_CPU=
	reject '^fwquirk-test: userland' 'symptom: protocol-absent: the kernel does not come up'
	is "$(grep -c 'Triple fault' "$BOOT_DIR/cpu.log")" 1 'symptom: protocol-absent: triple fault'
	LAB_QEMU=()
else
	skip 'symptoms of the kernel' "$why"
fi
unset KERNEL

# --- with us -----------------------------------------------------------------------------------------------------

for generation in $GENERATIONS; do
	lab_firmware $generation || continue
	before=$n_failed
	lab_machine protocol-vanishes
	lab_boot with "data-nx walk $VANISHES" 400 '^after: end' 'attributes.efi page large edge unaligned coarse report code' 'record.efi exit'
	expect '^fwquirk: FWQ-9214 applied provide-map' "$generation: provide-map is applied while the protocol is there"
	expect '^lab: the protocol is gone' "$generation: the protocol goes"
	for step in page large edge unaligned coarse report code; do expect "^attributes: $step=ok" "$generation: ours does $step"; done
	is "$(lab_journal '[.events[] | select(.event == "map-provided")] | length' after)" 1 "$generation: the journal says that it had gone"
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	outcome protocol-vanishes $generation attributes $before
	for suite in $(kernels_for $generation); do
		kernel_use $suite || { note "$why"; continue; }
		before=$n_failed
		LAB_RETRY=1
		lab_machine protocol-absent
		FW_CPU=max
		LAB_WALK=1 lab_boot with "$ABSENT" 900 "$KERNEL_END" 'attributes.efi page code' 'walk.efi types=no' "$KERNEL_LINE"
		FW_CPU=
		expect '^fwquirk: FWQ-9213 applied provide-map' "$generation: provide-map is applied where there is no protocol"
		lab_no_more_wx "$generation: no page more is writable and executable afterwards"
		expect '^fwquirk-test: userland reached' "$generation: $(kernel_version) boots to userland"
		is "$(lab_verdict FWQ-9213)" 'applied none' "$generation: the journal has the verdict"
		outcome protocol-absent $generation "$(kernel_version)" $before
		LAB_RETRY=
	done
	unset KERNEL
done

# --- near miss ---------------------------------------------------------------------------------------------------

lab_one 2025.02 || { note "$why"; done_testing; }
lab_machine protocol-absent 2.0
lab_boot with "$ABSENT" 400 '^record: end' 'attributes.efi page' 'record.efi'
expect '^attributes: protocol=absent' 'near miss: there is no protocol as before'
is "$(lab_verdict FWQ-9213)" 'not-applicable since-fixed' 'near miss: the journal says why'

done_testing
