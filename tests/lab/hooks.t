#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# hooks.t - options for a kernel, by a hook on StartImage(); and the hook on firmware that puts its own pointers back into
# the service table in the middle of a boot.

. "$(dirname "$0")/lab.sh"

WANTED='^fwquirk-test: cmdline .*console=ttyS0.* efi=debug pci=nocrs$'

# kernel_boot with|without DEFECT [LINE...]: the kernel in use, by the shell's LoadImage() and StartImage()
kernel_boot() {
	LAB_RETRY=1 lab_boot "$1" "$2" 300 '^fwquirk-test: end of boot' "${@:3}" "vmlinuz.efi $KERNEL_OPTIONS"
	expect '^fwquirk-test: userland reached' "$(kernel_version) boots to userland"
}

lab_row kernel-option 'the kernel starts without the option' kernel-option
lab_row services-restored 'a hook is gone two seconds later (trigger)' 'hooks are looked after (shown with kernel-option)'

for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	for suite in $(kernels_for "$generation"); do
		firmware_use "$generation"
		kernel_use "$suite" || { skip "$generation with $suite's kernel" "$why"; continue; }
		# A firmware that restores its table every half second has all that the one that does not has, and more.
		lab_machine services-restored
		kernel_boot with services-restored=500 'stall 2000000'
		expect "$WANTED" "$generation, $(kernel_version): the options are on the kernel's command line, behind what was there"
		expect '^event     hook-restored' "$generation: the journal says that hooks were put back"
		expect '^event     option-appended.*efi=debug' "$generation: and which option was appended"
		if grep -aEq "$WANTED" "$LOG"; then result=rescued; else result=FAILED; fi
		lab_cell kernel-option "$generation" "$(kernel_version)" $result
		lab_cell services-restored "$generation" "$(kernel_version)" $result
	done
done

lab_one 2025.02 || skip_all "$why"
KERNEL=
lab_boot without services-restored=500 180 '^hook: end' hook.efi
expect '^hook: after-two-seconds=gone' 'services-restored: without us a hook is gone two seconds later'
lab_boot without '' 180 '^hook: end' hook.efi
expect '^hook: after-two-seconds=there' 'and on a sane firmware it is not'

kernel_use bookworm || skip_all "$why"
lab_machine kernel-option 2.0
kernel_boot with ''
reject '^fwquirk-test: cmdline .*efi=debug' 'a version later the kernel gets no option'
is "$(lab_verdict FWQ-9503)" 'not-applicable since-fixed' 'and the journal says why'

KERNEL=
lab_machine option-in-vain
lab_boot with '' 180 '^record: end' record.efi
is "$(lab_verdict FWQ-9504)" 'refused precondition' 'an option that Linux on x86 takes and ignores is refused'
expect '^fwquirk: FWQ-9504 refused kernel-option' 'and the console says so'

done_testing
