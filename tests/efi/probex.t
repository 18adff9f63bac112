#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# probex.t - fwquirk-probex64.efi on every firmware there is: its report comes back off the volume, and the tool reads it,
# files it and finds the machine in it; where the volume cannot be written, it says so.

. "$(dirname "$0")/../boot/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy
need_file "$EFI/fwquirk-probex64.efi" "$BUILD/fwquirk"
fwquirk=$BUILD/fwquirk
REPORT=$BOOT_DIR/report.txt
END='^fwquirk: (report: |the report could not be written)'

# answer PROBE: of the report
answer() { sed -n "s/^probe $1 = //p" "$REPORT"; }

# ask NAME [QEMU-ARGUMENT...]: boots the program from the default place and fetches what it wrote
ask() {
	esp_new "$EFI/fwquirk-probex64.efi"
	boot 300 "$END" "${@:2}"
	expect '^fwquirk: report: \\EFI\\BOOT\\fwquirk-report.txt' "$1: it says where the report is"
	rm -f "$REPORT"
	mcopy -n -i "$ESP" ::/EFI/BOOT/fwquirk-report.txt "$REPORT" 2>/dev/null
	is "$(env FWQUIRK_REPORTS=$BOOT_DIR/reports.sqlite "$fwquirk" import "$REPORT" >"$BOOT_DIR/said" 2>&1 && echo filed)" filed \
		"$1: the report is filed" || sed 's/^/# /' "$BOOT_DIR/said"
	is "$(grep -c '^probe ' "$REPORT")" "$(grep -c '^PROBE(' "$BOOT_TOP/include/fwquirk/vocab.def")" "$1: every probe has a line"
	is "$(grep -c '^probe .* = not-run' "$REPORT")" 0 "$1: every probe has run"
	is "$(grep -Eic '([0-9a-f]{2}[:-]){5}[0-9a-f]{2}' "$REPORT")" 0 "$1: no hardware address"
}

for firmware in 2022.11 2025.02 2026.08; do
	if ! firmware_use $firmware; then
		skip $firmware "$why"
		continue
	fi
	ask $firmware "${WITH_PROTOCOL[@]}"
	is "$(answer map-present)" "$([ $firmware = 2022.11 ] && echo no || echo yes)" "$firmware: the protocol"
	is "$(answer free-readonly-faults)" "$([ $firmware = 2025.02 ] && echo yes || echo no)" "$firmware: FreePages()"
	is "$(sed -n 's/^paging-levels = //p' "$REPORT")" 4 "$firmware: levels of page tables"
	if [ $firmware = 2025.02 ]; then
		is "$("$fwquirk" match "$REPORT" | grep -c '^known bad  FWQ-0001')" 1 "$firmware: the tool knows the machine by it"
	else
		is "$("$fwquirk" match "$REPORT" | grep -c 'FWQ-0001')" 0 "$firmware: the tool knows nothing against it"
	fi
done

# Debian's builds without the switch take the protocol away.
if firmware_use 2025.02; then
	ask 'without the protocol'
	is "$(answer map-present)" no 'without the protocol: said'
	is "$(answer map-lies)" no 'without the protocol: nothing that could lie'
else
	skip '2025.02 without the protocol' "$why"
fi
if firmware_use 2025.02/strictnx; then
	ask strictnx "${WITH_PROTOCOL[@]}"
else
	skip strictnx "$why"
fi

# From a volume that is write-protected, with a masked address in the identity.
if firmware_use 2022.11; then
	esp_new "$EFI/fwquirk-probex64.efi"
	cp "$ESP" "$BOOT_DIR/readonly.img"
	esp_new
	esp_script 'fs1:\EFI\BOOT\BOOTX64.EFI'
	boot 300 "$END" -drive if=none,id=ro,format=raw,readonly=on,file="$BOOT_DIR/readonly.img" \
		-device virtio-blk-pci,drive=ro
	expect '^fwquirk: the report could not be written: ' 'write-protected: it says so'
	expect '^fwquirk: [0-9]+ probes: ' 'write-protected: what it found is on the console all the same'
	ask 'an address in the identity' -smbios 'type=1,product=Box "52:54:00:12:34:56"'
	is "$(sed -n 's/^identity product-name = //p' "$REPORT")" '"Box \"xx:xx:xx:xx:xx:xx\""' 'an address in the identity is masked'
else
	skip 'a volume that is write-protected' "$why"
fi

# Another firmware altogether, U-Boot: descriptors of 40 bytes, neither DXE services nor attributes table, SSE off.
if have_deb trixie/u-boot-qemu; then
	FW_UBOOT=$DEBS/trixie/u-boot-qemu/usr/lib/u-boot/qemu-x86_64/u-boot.rom
	ask_uboot() {
		esp_new "$EFI/fwquirk-probex64.efi"
		LOG=$BOOT_LOGS/$BOOT_NAME-uboot.log
		: >"$LOG"
		timeout 300 qemu-system-x86_64 -machine q35 -accel tcg -m 512 -bios "$FW_UBOOT" -display none -no-reboot \
			-net none -serial "file:$LOG" -drive if=none,id=esp,format=raw,file="$ESP" -device virtio-blk-pci,drive=esp \
			</dev/null >/dev/null 2>&1 &
		QEMU_PID=$!
		while kill -0 $QEMU_PID 2>/dev/null && ! grep -aEq "${END#^}|resetting" "$LOG"; do sleep 0.5; done
		kill $QEMU_PID 2>/dev/null
		wait $QEMU_PID 2>/dev/null
		QEMU_PID=
	}
	ask_uboot
	rm -f "$REPORT"
	mcopy -n -i "$ESP" ::/EFI/BOOT/fwquirk-report.txt "$REPORT" 2>/dev/null
	is "$("$fwquirk" match "$REPORT" 2>&1 | grep -c 'malformed\|expected')$(grep -c '^identity efi-vendor = "Das U-Boot"' "$REPORT")" 01 \
		'U-Boot: the tool reads the report'
	is "$(grep '^probe .* = yes' "$REPORT" | cut -d' ' -f2 | tr '\n' ' ')" \
		'stack-executable image-code-writable image-data-executable nx-off ' 'U-Boot: what it has, everything RWX without NX'
	is "$(answer memmap-overlap)$(answer table-outside-memory)$(answer services-astray)$(answer services-crc-wrong)" nononono \
		'U-Boot: and nothing that is wrong'
else
	skip U-Boot "$why"
fi

done_testing
