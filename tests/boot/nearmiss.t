#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# nearmiss.t - firmware that is almost the broken one: nothing is done to it, nothing of us stays in it, nothing is
# printed, and the record says why.

. "$(dirname "$0")/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy cpio jq
need_file "$EFI"/fwquirk{,-measure,-census,-trigger}x64.efi "$BUILD/fwquirk-static"
kernel_use bookworm || skip_all "$why"

RULE=FWQ-0001

# left_alone NAME [QEMU-ARGUMENT...]: boots and checks what is true of every near miss
left_alone() {
	local name=$1
	shift
	esp_new
	esp_programs driver measure census
	esp_kernel
	esp_script 'measure.efi driver=\fwquirkx64.efi' 'load fwquirkx64.efi' 'census.efi after state' \
		"vmlinuz.efi $KERNEL_OPTIONS"
	boot_kernel 300 '^fwquirk-test: end of boot' "${WITH_PROTOCOL[@]}" "$@"
	expect '^measure: end' "$name: the driver runs and returns"
	reject '^measure: start=success' "$name: and does not ask to stay"
	is "$(value handles-left measure)" 0 "$name: no handle is left"
	is "$(value images-left measure)" 0 "$name: no image is left"
	is "$(value pages-left measure)" 0 "$name: no page is left"
	is "$(value hooks measure)" 0 "$name: no service is hooked"
	is "$(value config-tables-left measure)" 0 "$name: no configuration table is left"
	reject '^fwquirk: ' "$name: nothing is printed"
	reject "$EXCEPTION" "$name: no exception"
	expect '^fwquirk-test: end status exit=[01]' "$name: the kernel boots and fwquirk status reads the record"
	is "$(journal .start)" driver "$name: the record is this boot's"
	is "$(journal '[.rules[] | select(.verdict == "applied")] | length')" 0 "$name: the record has nothing applied"
}

# verdict: the record's verdict and reason for the rule
verdict() { journal ".rules[] | select(.id == \"$RULE\") | .verdict + \" \" + .reason + \" \" + (.field // \"\")"; }

if firmware_use 2026.08; then
	left_alone 2026.08
	is "$(verdict)" 'not-applicable since-fixed bios-version' '2026.08: because its version has the repair'
else
	skip 2026.08 "$why"
fi

if firmware_use 2025.02; then
	FW_MACHINE=smbios-entry-point-type=64
	left_alone '2025.02 as another firmware' "${OTHER_IDENTITY[@]}"
	is "$(verdict)" 'not-applicable differs bios-vendor' '2025.02 as another firmware: because it is another vendor'
	is "$(journal '.identity["bios-vendor"]')" 'Example Firmware' '2025.02 as another firmware: as the record says'
	FW_MACHINE=
else
	skip '2025.02 as another firmware' "$why"
fi

if firmware_use 2022.11; then
	left_alone 2022.11
	is "$(verdict)" 'not-applicable differs bios-vendor' '2022.11: because it is another vendor'
	is "$(journal '.identity["bios-vendor"]')" 'EFI Development Kit II / OVMF' '2022.11: as the record says'
else
	skip 2022.11 "$why"
fi

done_testing
