#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# runtime.t - runtime services that fault when they are called, or use memory of boot services: masked, or the memory kept.

. "$(dirname "$0")/lab.sh"
need_file "$LAB"/{os,record}x64.efi

CALLS='os.efi call=GetTime,SetTime,GetVariable,QueryVariableInfo'
OS_END='^os: end'
KERNEL_OPTIONS='initrd=\initrd.img console=ttyS0 loglevel=8 panic=-1 no_timer_check'
WRITE='lab_write=/sys/firmware/efi/efivars/Lab-605dab50-e046-4300-abb6-3dd810dd8b23'
KERNEL_END='^fwquirk-test: end of boot|Kernel panic'

# memory KEY: pages of boot or runtime memory as os.efi has found them
memory() { sed -n 's/^os: memory //p' "$LOG" | tr ' ' '\n' | sed -n "s/^$1=//p"; }

failed_before=0
cell() {
	lab_cell "$1" "$generation" "$2" "$([ $n_failed = "$failed_before" ] && echo rescued || echo FAILED)"
	failed_before=$n_failed
}

# 1. Without us
if lab_one 2022.11 && kernel_use bookworm; then
	lab_boot without runtime-fault=SetVirtualAddressMap 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS"
	expect 'unable to handle page fault for address: 0000600000000000' "SetVirtualAddressMap: Linux $(kernel_version) faults in it"
	expect 'Kernel panic' 'and panics'
	lab_boot without 'runtime-touches-boot=GetVariable mat-absent' 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS"
	expect "Page fault caused by firmware at PA: $(sed -n 's/^lab: touched=//p' "$LOG")" "boot services: Linux $(kernel_version) faults in GetVariable"
	expect 'Froze efi_rts_wq and disabled EFI Runtime Services' 'and does without runtime services'
	lab_boot without 'runtime-fault=QueryVariableInfo mat-absent runtime-properties=0x1fff' 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS $WRITE"
	expect 'Firmware Bug.*Page fault caused by firmware' \
		"QueryVariableInfo: Linux $(kernel_version) calls it at a write, although the firmware says that it is not there"
	KERNEL=
	lab_boot without runtime-fault=SetTime 240 "$OS_END" "$CALLS"
	expect '^os: SetTime called' 'SetTime is called'
	expect "$PAGE_FAULT" 'and faults'
else
	skip 'symptoms' "$why"
fi
lab_row runtime-fault=SetVirtualAddressMap 'Linux 6.1: page fault at boot, panic' 'kernel-option efi=noruntime'
lab_row runtime-fault=QueryVariableInfo 'Linux 6.1: page fault at the first write of a variable, runtime services disabled' mask-runtime
lab_row runtime-fault=SetTime 'page fault when it is called (os.efi)' mask-runtime
lab_row runtime-touches-boot=GetVariable 'Linux 6.1: page fault when boot services are gone, runtime services disabled' \
	keep-boot-services

# 2. With us
for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	failed_before=$n_failed
	KERNEL=
	lab_machine mask-time
	LAB_WALK=1 lab_boot with 'data-nx walk runtime-fault=SetTime' 240 "$OS_END" record.efi "$CALLS"
	is "$(lab_verdict FWQ-9304)" 'applied none' "$generation: SetTime is masked"
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	expect '^os: SetTime masked' "$generation: an operating system sees it"
	expect '^os: QueryVariableInfo called status=0x0' "$generation: and calls the others"
	cell runtime-fault=SetTime os.efi
	lab_machine mask-query
	lab_boot with runtime-fault=QueryVariableInfo 240 "$OS_END" record.efi "$CALLS"
	is "$(lab_verdict FWQ-9303)" 'applied none' "$generation: QueryVariableInfo and SetVariable are masked"
	is "$(lab_journal '.events[] | select(.event == "services-masked") | .after')" 0x1fbf "$generation: journalled"
	expect '^os: QueryVariableInfo masked' "$generation: an operating system sees it"
	cell runtime-fault=QueryVariableInfo os.efi
	# Both orders of the two in a rule.
	for both in keep-mat:FWQ-9312 mat-keep:FWQ-9313; do
		lab_machine "${both%:*}"
		LAB_WALK=1 lab_boot with 'data-nx walk runtime-touches-boot=GetVariable' 240 "$OS_END" record.efi "$CALLS"
		is "$(lab_verdict "${both#*:}")" 'applied none' "$generation: $both: boot services kept, and a table for them"
		is "$(memory boot)" 0x0 "$generation: $both: nothing of boot services is left to reuse"
		expect '^os: mat .* none=0x0 twice=0x0 .* lost=0x0' "$generation: $both: each page is in the table once, each service can be called"
		lab_no_fresh_wx "$generation: $both: no page is writable and executable that was not before"
	done
	for kernel in $(kernels_for "$generation"); do
		kernel_use "$kernel" || { skip "$generation with $kernel" "$why"; continue; }
		lab_machine keep-mat
		LAB_RETRY=1 lab_boot with 'runtime-touches-boot=GetVariable' 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS $WRITE efi=debug"
		expect '^fwquirk-test: userland reached' "$generation: Linux $(kernel_version) comes up under that table"
		is "$(lab_verdict FWQ-9312)" 'applied none' "$generation: reads the record with GetVariable"
		reject 'Firmware Bug|disabled EFI Runtime|memattr: !|unreasonably large' "$generation: and has nothing to complain of"
		lab_machine keep-boot
		LAB_RETRY=1 lab_boot with 'runtime-touches-boot=GetVariable mat-absent' 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS $WRITE"
		expect '^fwquirk-test: userland reached' "$generation: Linux $(kernel_version) comes up"
		is "$(lab_verdict FWQ-9306)" 'applied none' "$generation: reads the record with GetVariable: boot services are kept"
		reject 'Firmware Bug|disabled EFI Runtime' "$generation: no runtime service has faulted"
		cell runtime-touches-boot=GetVariable "$(kernel_version)"
		lab_machine option-svam
		LAB_RETRY=1 LAB_WALK=1 lab_boot with 'data-nx walk runtime-fault=SetVirtualAddressMap' 600 "$KERNEL_END" record.efi "vmlinuz.efi $KERNEL_OPTIONS"
		is "$(lab_verdict FWQ-9311)" 'applied none' "$generation: SetVirtualAddressMap: the kernel is given an option"
		expect '^fwquirk-test: userland reached' "$generation: Linux $(kernel_version) with it comes up"
		expect '^fwquirk-test: cmdline .*efi=noruntime' "$generation: the option is on its command line"
		lab_no_fresh_wx "$generation: no page is writable and executable that was not before, up to the exit"
		cell runtime-fault=SetVirtualAddressMap "$(kernel_version)"
	done
done

# 3. The kernel with the mask; what is refused; one version later
if lab_one 2022.11 && kernel_use bookworm; then
	lab_machine mask-query
	LAB_RETRY=1 lab_boot with 'runtime-fault=QueryVariableInfo mat-absent' 600 "$KERNEL_END" "vmlinuz.efi $KERNEL_OPTIONS $WRITE"
	expect '^fwquirk-test: userland reached' "QueryVariableInfo: Linux $(kernel_version) comes up"
	reject '^fwquirk-test: write: done' 'QueryVariableInfo: no variable can be written'
	reject 'Firmware Bug' 'QueryVariableInfo: and nothing faults'
	is "$(lab_verdict FWQ-9303)" 'applied none' 'QueryVariableInfo: variables can be read'
fi
KERNEL=
lab_one 2025.02 || skip_all "$why"
lab_machine mask-svam
lab_boot with runtime-fault=SetVirtualAddressMap 240 "$OS_END" record.efi "$CALLS"
is "$(lab_verdict FWQ-9305)" 'refused not-heeded' 'a mask that Linux on x86 would not heed is refused when the plan is made'
expect '^os: supported mask=0x3fff' 'and no table says anything'
lab_machine mask-time
lab_boot with 'runtime-properties=0x3ffd runtime-fault=SetTime' 240 "$OS_END" record.efi "$CALLS"
is "$(lab_verdict FWQ-9304)" 'refused precondition' 'what the firmware says itself is not said again'
lab_machine keep-boot 2.0
lab_boot with '' 240 "$OS_END" record.efi "$CALLS"
is "$(lab_verdict FWQ-9306)" 'not-applicable since-fixed' 'near miss: nothing for version 2.0'
reject '^os: memory boot=0x0 ' 'near miss: boot services are what they were'
lab_machine keep-boot
LAB_WALK=1 lab_boot with 'data-nx walk' 240 "$OS_END" record.efi "$CALLS"
lab_no_fresh_wx 'kept: no page is writable and executable that was not before'
is "$(memory boot)" 0x0 'kept: an operating system finds nothing that it may reuse of boot services'
lab_machine mask-time 2.0
lab_boot with runtime-fault=QueryVariableInfo 240 "$OS_END" record.efi 'os.efi call=GetTime'
is "$(lab_verdict FWQ-9304)" 'not-applicable since-fixed' 'near miss: SetTime is not masked for version 2.0'
expect '^os: supported mask=0x3fff' 'near miss: and no table says anything'

done_testing
