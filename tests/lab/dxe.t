#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# dxe.t - SetMemorySpaceAttributes() of the DXE services refuses, lies, loses cacheability: Debian's kernels and a
# trigger without us, with dxe-safe, and on a near miss.

. "$(dirname "$0")/lab.sh"

KERNEL_END='^fwquirk-test: end of boot'
KERNEL_LINE="vmlinuz.efi $KERNEL_OPTIONS"
HABITS='dxe-refuses-rp dxe-drops-cacheability'

# --- without us --------------------------------------------------------------------------------------------------

lab_one 2022.11 || skip_all "$why"
lab_boot without "protocol-absent $HABITS" 400 '^attributes: end' 'attributes.efi dxe dxe-rp'
expect '^attributes: dxe-rp=bad refused' 'symptom: dxe-refuses-rp: permissions are refused when RP is among them'
expect '^attributes: dxe=bad not cached' 'symptom: dxe-drops-cacheability: a page whose permissions change is not cached'
lab_boot without 'protocol-absent dxe-lies' 400 '^attributes: end' 'attributes.efi dxe'
expect '^attributes: dxe=bad not set' 'symptom: dxe-lies: success, and the page is as before'
lab_row dxe-refuses-rp 'EFI_UNSUPPORTED for RP, RO and XP together' dxe-safe
lab_row dxe-drops-cacheability 'the page is not cached any more' dxe-safe
lab_row dxe-lies 'success, and the page is as before' dxe-safe
lab_row dxe-refuses 'stub: Unable to unprotect memory range, then a reset' dxe-safe
if kernel_use bookworm; then
	LAB_QEMU=(-d cpu_reset -D "$BOOT_DIR/cpu.log")
	FW_CPU=max
	lab_boot without 'protocol-absent dxe-nx dxe-refuses' 900 "$KERNEL_END" "$KERNEL_LINE"
	FW_CPU=
	expect 'Unable to unprotect memory range' 'symptom: dxe-refuses: the stub says that it could not'
	reject '^fwquirk-test: userland' 'symptom: dxe-refuses: the kernel does not come up'
	is "$(grep -c 'Triple fault' "$BOOT_DIR/cpu.log")" 1 'symptom: dxe-refuses: triple fault'
	LAB_QEMU=()
else
	skip 'symptoms of the kernel' "$why"
fi
unset KERNEL

# --- with us -----------------------------------------------------------------------------------------------------

lab_machine dxe-bad
for generation in $GENERATIONS; do
	lab_firmware $generation || continue
	before=$n_failed
	lab_boot with "data-nx walk protocol-absent $HABITS" 400 '^walk: end' 'attributes.efi dxe dxe-rp' 'walk.efi types=no'
	expect '^fwquirk: FWQ-9215 applied dxe-safe' "$generation: dxe-safe is applied"
	for step in dxe dxe-rp; do expect "^attributes: $step=ok" "$generation: $step is as asked, and cached"; done
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	for defect in $HABITS; do outcome $defect $generation attributes $before; done
	before=$n_failed
	lab_boot with 'protocol-absent dxe-lies' 400 '^after: end' 'attributes.efi dxe dxe-rp' 'record.efi exit'
	for step in dxe dxe-rp; do expect "^attributes: $step=ok" "$generation: dxe-lies: $step is as asked"; done
	is "$(lab_journal '[.events[] | select(.event == "dxe-call")] | length' after)" 1 "$generation: dxe-lies: the journal says it"
	outcome dxe-lies $generation attributes $before
	for suite in $(kernels_for $generation); do
		kernel_use $suite || { note "$why"; continue; }
		before=$n_failed
		LAB_RETRY=1
		FW_CPU=max
		lab_boot with 'protocol-absent dxe-nx dxe-refuses' 900 "$KERNEL_END" "$KERNEL_LINE"
		FW_CPU=
		reject 'Unable to unprotect memory range' "$generation: dxe-refuses: the stub has nothing to complain of"
		expect '^fwquirk-test: userland reached' "$generation: dxe-refuses: $(kernel_version) boots to userland"
		is "$(lab_verdict FWQ-9215)" 'applied none' "$generation: the journal has the verdict"
		outcome dxe-refuses $generation "$(kernel_version)" $before
		LAB_RETRY=
	done
	unset KERNEL
done

# --- near misses -------------------------------------------------------------------------------------------------

lab_one 2025.02 || { note "$why"; done_testing; }
lab_boot with 'protocol-absent dxe-absent' 400 '^record: end' 'attributes.efi dxe' 'record.efi'
is "$(lab_verdict FWQ-9215)" 'refused precondition' 'without DXE services there is nothing to do'
lab_machine dxe-bad 2.0
lab_boot with 'protocol-absent dxe-lies' 400 '^record: end' 'attributes.efi dxe' 'record.efi'
expect '^attributes: dxe=bad not set' 'near miss: the DXE services lie as before'
is "$(lab_verdict FWQ-9215)" 'not-applicable since-fixed' 'near miss: the journal says why'

done_testing
