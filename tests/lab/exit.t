#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# exit.t - ExitBootServices() that fails, hangs while a device is busy or a network is going, or is never given the right
# key: ebs-retry, ebs-delay, disconnect-net, one by one where they hurt and all at once where they help.

. "$(dirname "$0")/lab.sh"
need_file "$LAB"/{leave,record}x64.efi
lab_one 2022.11 || skip_all "$why"
kernel_use bookworm || skip_all "$why"

LINUX="vmlinuz.efi $KERNEL_OPTIONS"
END='^fwquirk-test: end of boot'
NETWORK=(-device virtio-net-pci,romfile=)

# on_network: the next boot has a network device. The shell comes from the volume, ahead of booting from there.
on_network() {
	have_deb trixie/efi-shell-x64 || return 1
	FW_SHELL=$DEBS/trixie/efi-shell-x64/usr/share/efi-shell-x64/shellx64.efi
	LAB_QEMU=("${NETWORK[@]}")
}

lab_row ebs-fail "exit_boot() failed! (Linux 6.1)" ebs-retry
lab_row map-key 'no key that GetMemoryMap() tells is right (leave.efi)' ebs-retry
lab_row ebs-early 'ExitBootServices() hangs for ever (leave.efi)' ebs-delay
lab_row ebs-net 'ExitBootServices() hangs for ever (leave.efi)' disconnect-net

# 1. Without us
lab_boot without 'ebs-fail=4' 600 'exit_boot\(\) failed!|Linux version' "$LINUX"
expect 'exit_boot\(\) failed!' 'without us: Linux 6.1 gives up'
reject 'Linux version' 'without us: and does not start'
KERNEL=
lab_one 2025.02 || skip_all "$why"
lab_boot without 'map-key' 300 '^leave: end' 'leave.efi tries=4'
is "$(grep -ac '^leave: refused' "$LOG")" 4 'without us: no key is right, ever'
lab_one 2025.02
lab_boot without 'ebs-early=100' 300 '^leave: end|hangs:' 'leave.efi tries=2'
expect 'hangs: a device is busy' 'without us: a busy device hangs the exit'
lab_one 2025.02
on_network || skip_all "$why"
lab_boot without 'ebs-net' 300 '^leave: end|hangs:' 'leave.efi tries=2'
expect 'hangs: a network device is going' 'without us: a network device hangs the exit'

# 2. With us, all of it at once, and the record read behind the exit
for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	KERNEL=
	lab_machine ebs-all
	on_network
	lab_boot with 'data-nx walk ebs-fail=1 map-key ebs-early=100 ebs-net' 300 '^after: end|hangs:|^leave: end' 'record.efi exit'
	reject 'hangs:' "$generation: nothing hangs"
	expect '^after: end' "$generation: boot services end"
	is "$(lab_verdict FWQ-9407)" 'applied none' "$generation: the rule was applied"
	is "$(lab_journal '[.events[].event] | map(select(startswith("ebs") or startswith("net"))) | join(" ")' after)" \
		'net-disconnected ebs-delayed' "$generation: the journal says what was done on the way out"
	lab_no_fresh_wx "$generation: no page is writable and executable at the exit that was not before"
	result=FAILED
	! grep -aq '^after: end' "$LOG" || result=rescued
	for row in map-key ebs-early ebs-net; do lab_cell $row "$generation" record.efi $result; done
	LAB_QEMU=()

	# A kernel that asks twice where four fail
	for suite in $(kernels_for "$generation"); do
		kernel_use "$suite" || { skip "$generation with $suite's kernel" "$why"; lab_cell ebs-fail "$generation" "$suite" "cannot: $why"; continue; }
		firmware_use "$generation"
		lab_machine ebs-fail
		LAB_RETRY=1
		lab_boot with 'ebs-fail=4' 900 "$END" "$LINUX"
		LAB_RETRY=
		expect '^fwquirk-test: userland reached' "$generation: Linux $(kernel_version) comes up"
		is "$(grep -ac '^lab: ExitBootServices=0x8' "$LOG")" 4 "$generation: after four failures"
		is "$(lab_verdict FWQ-9404)" 'applied none' "$generation: the rule was applied"
		result=FAILED
		! grep -aq '^fwquirk-test: userland reached' "$LOG" || result=rescued
		lab_cell ebs-fail "$generation" "$(kernel_version)" $result
	done
done
KERNEL=

# 3. A map that has changed is the caller's business: the old one must not be taken for good
lab_one 2025.02
lab_machine ebs-fail
lab_boot with 'ebs-grow=1' 300 '^leave: end' 'leave.efi tries=2'
is "$(grep -ac '^lab: ExitBootServices=' "$LOG")" 2 'the map has changed: no retry behind the back of the caller'
expect '^leave: refused' 'the map has changed: the caller is told'
expect '^leave: boot services have ended' 'the map has changed: and comes again with the new one'

# 4. The key of an older answer, while the map is the same
lab_one 2025.02
lab_boot with 'map-key' 300 '^leave: end' 'leave.efi old-key'
expect '^leave: boot services have ended' 'the key of the same map from an earlier answer is as good'

# 5. The next version of the machine
lab_one 2025.02
lab_machine ebs-fail 2.0
lab_boot with 'ebs-fail=4' 300 '^leave: end' 'record.efi' 'leave.efi tries=4'
is "$(grep -ac '^leave: refused' "$LOG")" 4 'near miss: it fails as before'
is "$(lab_verdict FWQ-9404)" 'not-applicable since-fixed' 'near miss: and the journal says why'
done_testing
