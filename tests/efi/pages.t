#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# pages.t - after a rescue memory is as protected as the firmware's own policy has it, without and with a policy;
# and a page fault that is not ours reaches the firmware's handler as if we were not there.

. "$(dirname "$0")/../boot/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy
need_file "$EFI"/fwquirk{,-load,-pages,-spoil}x64.efi

# same_as_ever NAME: boots the volume with the driver and compares
same_as_ever() {
	local kind
	boot 120 '^pages: end|^pages: error' "${WITH_PROTOCOL[@]}" "${@:2}"
	expect '^fwquirk: FWQ-0001 applied free-writable' "$1: the driver is in place"
	expect '^pages: end' "$1: read-only pages are freed"
	reject "$EXCEPTION" "$1: without an exception"
	expect '^pages: protocol=gone' "$1: the protocol is uninstalled while a page is read-only"
	expect '^pages: freed-without-protocol=rw' "$1: and the page is freed all the same"
	for kind in code data; do
		expect "^pages: $kind-freed=.w." "$1: freed $kind is writable, as we believe it"
		is "$(value $kind-freed-readonly pages)" "$(value $kind-freed pages)" \
			"$1: $kind freed while read-only is as $kind freed as it came: $(value $kind-freed pages)"
	done
}

if ! firmware_use 2025.02; then
	skip_all "$why"
fi
esp_new
esp_programs driver
esp_put "$EFI/fwquirk-pagesx64.efi" /pages.efi
esp_script 'load fwquirkx64.efi' 'pages.efi'
same_as_ever plain
is "$(value data-freed pages)" rwx 'plain: this firmware has no policy of its own'

# The same firmware with its free memory made not executable, as a firmware with a policy has it.
firmware_use 2025.02
esp_new
esp_programs driver
esp_put "$EFI/fwquirk-spoilx64.efi" /spoil.efi
esp_script 'spoil.efi forbid-execution fwquirkx64.efi'
boot 120 '^spoil: end|^spoil: error' "${WITH_PROTOCOL[@]}"
expect '^spoil: start=success' 'policy: the driver is in place'
reject "$EXCEPTION" 'policy: without an exception'
is "$(value fresh spoil)" rw- 'policy: memory is not executable'
is "$(value before spoil)" r-x 'policy: a loader makes code of it'
is "$(value freed-readonly spoil)" rw- 'policy: freed, it is as before, not writable and executable at once'

# The build that enforces protection of images: ours run there.
if firmware_use 2025.02/strictnx; then
	esp_new "$EFI/fwquirk-loadx64.efi"
	esp_mkdir /EFI/fwquirk
	esp_put "$EFI/fwquirk-pagesx64.efi" /EFI/fwquirk/next.efi
	same_as_ever strictnx
else
	skip strictnx "$why"
fi

# passed_on NAME: a fault with the gate open that the gate refuses
passed_on() {
	esp_new
	esp_put "$EFI/fwquirk-pagesx64.efi" /pages.efi
	esp_script 'pages.efi chain'
	boot 120 '^pages: error' "${WITH_PROTOCOL[@]}"
	expect "$PAGE_FAULT" "$1: a fault that is not ours reaches the firmware"
	expect '^ExceptionData - 0+3 .*W:1 P:1' "$1: with its error code"
	expect "CR2 - 0+$(value page-at pages | sed 's/0x//' | tr a-f A-F)" "$1: with its address"
	expect '^RAX  - 0+A1A1A1A1, RCX - 0+C1C1C1C1, RDX - 0+D1D1D1D1' "$1: with its registers"
	expect '^RSI  - 0+5151, ' "$1: all of them"
	expect '^R8   - 0+8181, ' "$1: all of them"
	expect '^R11  - 0+B1B1, ' "$1: all of them"
	expect 'RFLAGS - .*[13579BDF]$' "$1: with its flags"
	expect "IDTR - 0+$(value gate-at pages | sed 's/0x//' | tr a-f A-F) " "$1: while our gate was open"
}
firmware_use 2025.02
passed_on '2025.02'
# This one handles page faults on a stack of its own (IST).
if firmware_use 2026.08; then
	passed_on '2026.08'
else
	skip 2026.08 "$why"
fi

done_testing
