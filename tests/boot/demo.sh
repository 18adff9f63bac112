#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# demo.sh - the case as a person would want to see it: the crash, the rescue, the record under Linux, the near miss.
# Everything shown is cut from the console of a real boot; nothing is made up. Part of `make demo`.

. "$(dirname "$0")/lib.sh"

bold= dim= red= green= normal=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\033[1m' dim=$'\033[2m' red=$'\033[31m' green=$'\033[32m' normal=$'\033[0m'
fi
n_wrong=0

title() { printf '\n%s%s%s\n' "$bold" "$1" "$normal"; }
text() { printf '%s\n' "$@"; }
skipped() { printf '%s(skipped: %s)%s\n' "$bold" "$1" "$normal"; }

# console FROM [TO]: the lines of the console from one that matches FROM to one that matches TO, as they were
console() { sed -nE "/$1/,/${2:-$1}/p" "$LOG" | cut -c 1-110 | sed "s/^/    $dim|$normal /"; }
# lines REGEX: only the lines that match
lines() { grep -aE -- "$1" "$LOG" | cut -c 1-110 | sed "s/^/    $dim|$normal /"; }

# verdict REGEX GOOD BAD: one line that says how it ended, and remembers when it ended badly
verdict() {
	if grep -aEq -- "$1" "$LOG"; then
		printf '  %s=> %s%s\n' "$green" "$2" "$normal"
	else
		printf '  %s=> %s (whole console: %s)%s\n' "$red" "$3" "$LOG" "$normal"
		n_wrong=$((n_wrong + 1))
	fi
}

# demo_boot SCRIPT-LINE... : boots shell, driver, trigger, kernel; QEMU's arguments in $arguments
demo_boot() {
	esp_new
	esp_programs driver trigger
	esp_kernel
	esp_script "$@"
	boot_kernel 300 "$end" "${arguments[@]}"
}

record() { section status | sed "s/^/    $dim|$normal /"; }

# near_miss TITLE: a boot with the driver on firmware that has not got the defect, and what the record says
near_miss() {
	title "$1"
	end='^fwquirk-test: end of boot'
	demo_boot 'load fwquirkx64.efi' "trigger.efi pages next=\\vmlinuz.efi $KERNEL_OPTIONS"
	text 'The driver is loaded all the same; it prints nothing and unloads itself. Under Linux, fwquirk status:'
	record
	verdict '^fwquirk-test: end status exit=[01]' 'left alone, and the record says why' 'no record'
}

for tool in qemu-system-x86_64 mformat mcopy cpio; do
	command -v "$tool" >/dev/null || { echo "demo: needs $tool" >&2; exit 1; }
done
need_file "$EFI"/fwquirk{,-trigger}x64.efi "$BUILD/fwquirk-static"
text 'Getting firmware, a kernel and a UEFI shell from Debian (once; they are kept in the user'"'"'s cache) ...'
kernel_use bookworm || { echo "demo: $why" >&2; exit 1; }
arguments=("${WITH_PROTOCOL[@]}")

title '1. The crash: edk2 2025.02 as Debian ships it, memory attribute protocol on, nothing of ours'
if firmware_use 2025.02; then
	text 'A boot loader makes its pages read-only, as it should, and frees them later:'
	end='^trigger: end'
	demo_boot 'trigger.efi pages' 'reset -s'
	lines '^trigger: (allocate|set-ro|free)'
	console "$EXCEPTION" '^RIP'
	lines '^CR0'
	verdict "$PAGE_FAULT" 'the firmware has died inside its own FreePages()' 'no crash: this firmware is not the broken one'

	title '2. The rescue: the same firmware, the same boot loader, fwquirkx64.efi loaded before it'
	end='^fwquirk-test: end of boot'
	demo_boot 'load fwquirkx64.efi' "trigger.efi pages next=\\vmlinuz.efi $KERNEL_OPTIONS"
	lines '^fwquirk: |^trigger: (set-ro|free|next=)|^EFI stub|^fwquirk-test: userland'
	verdict '^fwquirk-test: userland reached' "Debian's unmodified kernel is up" 'the boot did not get through'

	title '3. The record: what fwquirk status says under that Linux'
	record
	verdict '^fwquirk-test: end status exit=0' 'the record came through the boot' 'no record'
else
	skipped "$why"
	skipped 'without the broken firmware there is no crash and no rescue to show'
fi

if firmware_use 2026.08; then
	near_miss '4. The near miss: edk2 2026.08, where FreePages() is repaired'
elif firmware_use 2025.02; then
	skipped "$why"
	arguments+=("${OTHER_IDENTITY[@]}")
	near_miss '4. The near miss: the same firmware under another name (SMBIOS identity overridden)'
else
	skipped "$why"
fi
if ! have_deb trixie/ovmf; then
	if firmware_use 2022.11; then
		near_miss "What can be shown with this suite alone: edk2 2022.11, a real boot with the layer in front"
	else
		skipped "$why"
	fi
fi
echo
[ $n_wrong = 0 ]
