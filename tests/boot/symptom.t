#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# symptom.t - without us: edk2 2025.02 with the memory attribute protocol dies inside FreePages() and FreePool()
# when freed pages are read-only; its neighbours do not die in FreePages().

. "$(dirname "$0")/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy
need_file "$EFI/fwquirk-triggerx64.efi"

# trigger_boot OPTIONS: boots the shell and runs the trigger with them
trigger_boot() {
	esp_new
	esp_programs trigger
	esp_script "trigger.efi $1" 'reset -s'
	boot 180 '^trigger: end' "${WITH_PROTOCOL[@]}"
}

# hex NAME: the register NAME in the exception's dump
hex() { sed -nE "s/.*\b$1 *- ([0-9A-F]{16}).*/\1/p" "$LOG" | head -n 1; }

# dies_in_firmware WHAT ADDRESS-KEY: the exception is a write to the read-only page, by the firmware's own code
dies_in_firmware() {
	expect "$PAGE_FAULT" "2025.02: $1 of a read-only page ends in a page fault"
	expect '^ExceptionData - 0+3 .*W:1 P:1' "2025.02: $1: the fault is a write to a page that is present"
	is $((0x$(hex CR2))) $(($(value "$2"))) "2025.02: $1: the page is the first read-only one"
	local rip=$((0x$(hex RIP))) image=$(($(value image-at))) size=$(($(value image-bytes)))
	if [ $rip -lt $image ] || [ $rip -ge $((image + size)) ]; then
		pass "2025.02: $1: the writer is the firmware, not the program"
	else
		fail "2025.02: $1: the writer is the firmware, not the program"
	fi
	reject '^trigger: free-' "2025.02: $1 never returns"
}

if firmware_use 2025.02; then
	trigger_boot pages
	expect '^trigger: set-ro=success' '2025.02: making pages read-only succeeds'
	expect '^trigger: attributes=0x20000' '2025.02: and they are'
	dies_in_firmware FreePages read-only-at
	trigger_boot pool
	expect '^trigger: set-ro=success' '2025.02: making pages of a pool read-only succeeds'
	dies_in_firmware FreePool read-only-at
else
	skip '2025.02 dies in FreePages and FreePool' "$why"
fi

if firmware_use 2026.08; then
	trigger_boot pages
	expect '^trigger: set-ro=success' '2026.08: making pages read-only succeeds'
	expect '^trigger: free-pages=success' '2026.08: FreePages of a read-only page returns success'
	reject "$EXCEPTION" '2026.08: no exception'
else
	skip '2026.08 frees read-only pages' "$why"
fi

if firmware_use 2022.11; then
	trigger_boot pages
	expect '^trigger: protocol=absent' '2022.11: there is no memory attribute protocol'
	expect '^trigger: free-pages=success' '2022.11: FreePages returns success'
	reject "$EXCEPTION" '2022.11: no exception'
else
	skip '2022.11 has no such protocol' "$why"
fi

done_testing
