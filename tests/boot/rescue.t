#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# rescue.t - with us: on the firmware that dies in symptom.t the same trigger ends well and Debian's unmodified
# kernel boots, however the layer was started; and under Linux the record says what was done.

. "$(dirname "$0")/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy cpio jq
need_file "$EFI"/fwquirk{,-load,-trigger}x64.efi "$BUILD/fwquirk-static"
firmware_use 2025.02 || skip_all "$why"
kernel_use bookworm || skip_all "$why"

RULE=FWQ-0001
# The trigger as a boot loader: makes pages read-only, frees them, starts the kernel.
LOADER_OPTIONS="pages next=\\vmlinuz.efi $KERNEL_OPTIONS"
END='^fwquirk-test: end of boot'

# kernel_or_oldest SUITE: that suite's kernel, or bookworm's when it cannot be had
kernel_or_oldest() { kernel_use "$1" || { note "$1's kernel: $why; bookworm's instead"; kernel_use bookworm; }; }

# rescued HOW STARTED-AS: what must be true of every boot with the layer
rescued() {
	expect '^trigger: set-ro=success' "$1: the trigger makes pages read-only"
	expect '^trigger: free-pages=success' "$1: and frees them"
	reject "$EXCEPTION" "$1: no exception"
	expect '^fwquirk-test: userland reached' "$1: Linux $KERNEL_VERSION, unmodified, boots to userland"
	expect '^fwquirk-test: end status exit=0' "$1: fwquirk status works under it"
	is "$(section status | grep -c "^rule  *$RULE  *applied  *free-writable\$")" 1 "$1: and says what was applied"
	is "$(section status | grep -c '^rules .* more have keys of other machines')" 1 "$1: and knows the layer's table as its own"
	is "$(journal .start)" "$2" "$1: the journal knows how it was started"
	is "$(journal ".rules[] | select(.id == \"$RULE\") | .verdict + \" \" + (.workarounds | join(\" \"))")" \
		'applied free-writable' "$1: the journal has the verdict"
	is "$(journal '.probes["free-readonly-faults"]')" yes "$1: the probe saw the defect"
	is "$(journal '.identity["bios-version"]')" "$(firmware_version)" "$1: the journal has the firmware's version"
	is "$(journal '.lost')" 0 "$1: nothing was lost from the journal"
	is "$(section config | jq -c .attempts 2>/dev/null)" null "$1: the marker of a boot that may die is gone"
}

# firmware_version: the version that the package carries and the firmware reports
firmware_version() { cut -f 1,3 "$DEBS/MANIFEST" | sed -n 's,^trixie/ovmf\t,,p'; }

# 1. From the shell
esp_new
esp_programs driver trigger census
esp_kernel
esp_script 'load fwquirkx64.efi' 'trigger.efi pool' 'census.efi after state' "trigger.efi $LOADER_OPTIONS"
boot_kernel 300 "$END" "${WITH_PROTOCOL[@]}"
expect "^fwquirk: $RULE applied free-writable" 'shell: the console says what was applied'
expect '^trigger: free-pool=success' 'shell: a pool with read-only pages is freed, too'
expect '^after: boot-services-crc=right' 'shell: the boot services table has a right checksum'
rescued shell driver

# 2. From a Driver#### variable: one boot to set it, one that has it. SMBIOS 3 entry point this time.
firmware_use 2025.02
FW_MACHINE=smbios-entry-point-type=64
kernel_or_oldest trixie
esp_new
esp_programs driver trigger
esp_kernel
esp_script 'bcfg driver add 0 fs0:\fwquirkx64.efi "fwquirk"' 'reset -s'
boot 180 '^bcfg: Add Driver0000' "${WITH_PROTOCOL[@]}"
expect '^bcfg: Add Driver0000' 'Driver####: the variable is set'
esp_script "trigger.efi $LOADER_OPTIONS"
boot_kernel 300 "$END" "${WITH_PROTOCOL[@]}"
rescued 'Driver####' driver
FW_MACHINE=

# systemd_boot PATH: Debian's systemd-boot there, with the trigger as its only entry
systemd_boot() {
	esp_put "$DEBS/bookworm/systemd-boot-efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" "$1"
	esp_mkdir /loader
	esp_mkdir /loader/entries
	printf 'timeout 0\ndefault trigger.conf\n' | esp_put - /loader/loader.conf
	printf 'title trigger\nefi /trigger.efi\noptions %s\n' "$LOADER_OPTIONS" | esp_put - /loader/entries/trigger.conf
}

# 3. From \EFI\systemd\drivers by Debian's systemd-boot
# 4. By our own loader in front of the same systemd-boot, which is one of its defaults
if have_deb bookworm/systemd-boot-efi; then
	firmware_use 2025.02
	kernel_use bookworm
	esp_new
	esp_programs trigger
	esp_kernel
	esp_mkdir /EFI/systemd
	esp_mkdir /EFI/systemd/drivers
	esp_put "$EFI/fwquirkx64.efi" /EFI/systemd/drivers/fwquirkx64.efi
	systemd_boot /EFI/BOOT/BOOTX64.EFI
	boot_kernel 300 "$END" "${WITH_PROTOCOL[@]}"
	expect "^fwquirk: $RULE applied free-writable" 'systemd-boot: the console says what was applied'
	rescued systemd-boot driver

	firmware_use 2025.02
	kernel_or_oldest trixie
	esp_new "$EFI/fwquirk-loadx64.efi"
	esp_programs trigger
	esp_kernel
	esp_mkdir /EFI/systemd
	systemd_boot /EFI/systemd/systemd-bootx64.efi
	boot_kernel 300 "$END" "${WITH_PROTOCOL[@]}"
	rescued 'fwquirk-load, default next' loader
else
	skip 'systemd-boot, and our loader in front of it' "$why"
fi

# 5. By our own loader, with the next image named in its load options
firmware_use 2025.02
kernel_use bookworm
esp_new
esp_programs trigger loader
esp_kernel
esp_script "fwquirk-loadx64.efi \\trigger.efi -- $LOADER_OPTIONS"
boot_kernel 300 "$END" "${WITH_PROTOCOL[@]}"
rescued 'fwquirk-load, named next' loader

done_testing
