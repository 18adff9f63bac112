#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# probes.t - every probe: no trace of it is left on any firmware, all of them together cost at most LIMIT instructions, and
# each says yes on a firmware that was made to have the defect (tests/lab) and no on the same one as it is.

. "$(dirname "$0")/../lab/lab.sh"
need_file "$EFI/fwquirk-askx64.efi"
LIMIT=2000000
LAB_FILES=("$EFI/fwquirk-askx64.efi")

answer() { sed -n "s/^ask: $1=//p" "$LOG" | tail -n 1; }

# no_trace NAME
no_trace() {
	expect '^ask: end' "$1: all probes come back"
	expect '^ask: trace=none' "$1: pages, permissions, handles, tables and IDT are as before"
	grep -a -A2 '^ask: changed' "$LOG" | sed 's/^/# /'
	reject "$EXCEPTION" "$1: without an exception"
}

# ---- as they come --------------------------------------------------------------------------------------------

for firmware in 2022.11 2026.08; do
	if ! firmware_use $firmware; then
		skip $firmware "$why"
		continue
	fi
	lab_boot without '' 300 '^ask: end' 'fwquirk-ask.efi twice'
	no_trace $firmware
done
if firmware_use 2025.02 secboot.strictnx; then
	lab_boot without '' 300 '^ask: end' 'fwquirk-ask.efi twice'
	no_trace strictnx
else
	skip strictnx "$why"
fi

firmware_use 2025.02 || skip_all "$why"
LAB_QEMU=(-icount shift=0)
lab_boot without '' 900 '^ask: end' 'fwquirk-ask.efi twice'
LAB_QEMU=()
no_trace 2025.02
cost=$(answer all)
is $((cost > 0 && cost <= LIMIT)) 1 "2025.02: all probes together take $cost instructions (at most $LIMIT)"
cp "$LOG" "$BOOT_DIR/good.log"
good() { sed -n "s/^ask: $1=//p" "$BOOT_DIR/good.log" | tail -n 1; }

# ---- made bad ------------------------------------------------------------------------------------------------

# says_yes 'DEFECT...' PROBE...: no on the firmware as it is, yes on the one with the defects
says_yes() {
	local defects=$1 probe
	shift
	firmware_use 2025.02
	lab_boot without "$defects" 300 '^ask: end' 'fwquirk-ask.efi'
	expect '^lab: broken' "$defects: the firmware is broken"
	expect '^ask: end' "$defects: all probes come back"
	reject "$EXCEPTION" "$defects: without an exception"
	for probe; do
		is "$(good "$probe") $(answer "$probe")" 'no yes' "$defects: $probe says no without, yes with"
	done
}

says_yes 'alloc=loader-code,nx alloc=loader-data,ro alloc=boot-code,nx alloc=boot-data,ro' \
	loader-code-nx loader-data-readonly boot-code-nx boot-data-readonly large-nx large-readonly
says_yes 'alloc=loader-code,np alloc=loader-data,nx alloc=acpi-nvs,np alloc=runtime-data,np' \
	loader-code-unmapped loader-data-nx acpi-unmapped runtime-unmapped large-unmapped

done_testing
