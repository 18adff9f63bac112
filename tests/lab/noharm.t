#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# noharm.t - firmware that is not bad: the builds with Secure Boot and with strict protection, memory with guard pages, five
# levels of page tables, and U-Boot as another UEFI implementation. The layer identifies the machine, finds nothing,
# leaves nothing, and the boot goes on. (tests/boot/nearmiss.t has the plain builds, with a kernel behind.)

. "$(dirname "$0")/lab.sh"
need_file "$EFI"/fwquirk{,-measure,-census}x64.efi

# nothing_left NAME PAGES: what measure.efi and record.efi must have said; PAGES is what any image leaves there
nothing_left() {
	expect '^measure: end' "$1: the driver runs and returns"
	reject '^measure: (entry|start)=success' "$1: it does not ask to stay"
	is "$(value pages-left measure)" "$2" "$1: no page is left by us"
	is "$(value hooks measure)" 0 "$1: no service is hooked"
	is "$(value handles-left measure)$(value images-left measure)$(value config-tables-left measure)" 000 \
		"$1: no handle, image or table is left"
	is "$(lab_journal '[.rules[] | select(.verdict != "not-applicable")] | length')" 0 "$1: no rule applies"
	reject "$EXCEPTION" "$1: no exception"
	reject '^fwquirk: ' "$1: nothing is printed"
}

# Our own driver with the rules that are shipped, on a machine that none of them knows.
shipped() {
	LAB_FILES=("$EFI"/fwquirk-{measure,census}x64.efi "$BOOT_DIR/shippedx64.efi")
	cp "$EFI/fwquirkx64.efi" "$BOOT_DIR/shippedx64.efi"
	lab_boot without "$1" 300 '^record: end' walk.efi 'fwquirk-measure.efi driver=\shipped.efi' walk.efi record.efi
}

# walks NAME: the pages by permission before and after
walks() {
	local before after
	before=$(grep -a '^walk: ' "$LOG" | sed '/^walk: end/q' | sort)
	after=$(grep -a '^walk: ' "$LOG" | sed '1,/^walk: end/d' | sort)
	[ -n "$before" ] || fail "$1: the page tables were walked"
	is "$(printf '%s\n' "$after" | grep -c .)" "$(printf '%s\n' "$before" | grep -c .)" "$1: walked before and after"
}

OTHER=(-smbios "type=0,vendor=Example Firmware,version=1.0,date=01/02/2020,release=3.4")
LAB_QEMU=("${OTHER[@]}")
for generation in $GENERATIONS; do
	for flavour in secboot strictnx; do
		if ! firmware_use "$generation/$flavour"; then
			skip "$generation/$flavour" "$why"
			continue
		fi
		shipped ''
		nothing_left "$generation/$flavour" 0
	done
	for odd in heap-guard five-level; do
		firmware_use "$generation" || { skip "$generation with $odd" "$why"; continue; }
		[ $odd != five-level ] || FW_CPU=Haswell-v4,la57=on
		shipped "$odd"
		FW_CPU=
		expect '^lab: broken' "$generation with $odd: it is as odd as asked"
		nothing_left "$generation with $odd" 0
		walks "$generation with $odd"
	done
done
LAB_QEMU=()

# ---- U-Boot -------------------------------------------------------------------------------------------------------

# uboot_boot SECONDS REGEX LINE...: a disk with one partition, U-Boot's console, each line sent when the prompt is there again
uboot_boot() {
	local seconds=$1 end=$2 disk=$BOOT_DIR/disk.img raw=$BOOT_DIR/console keys=$BOOT_DIR/keys fd deadline prompts=0 line
	shift 2
	n_boots=$((n_boots + 1))
	LOG=$BOOT_LOGS/$BOOT_NAME-$n_boots.log
	rm -f "$disk" "$keys"
	truncate -s 1M "$disk" && cat "$ESP" >>"$disk"
	# One entry of the partition table: an EFI system partition from sector 2048 on, 64 MiB.
	printf '\0\0\0\0\357\0\0\0\0\010\0\0\0\0\002\0' | dd of="$disk" bs=1 seek=446 conv=notrunc status=none
	printf '\125\252' | dd of="$disk" bs=1 seek=510 conv=notrunc status=none
	mkfifo "$keys"
	: >"$raw"
	exec {fd}<>"$keys"
	qemu-system-x86_64 -machine pc -accel tcg -cpu Haswell-v4 -m 512 -nodefaults -display none -no-reboot -net none \
		-serial stdio -bios "$DEBS/trixie/u-boot-qemu/usr/lib/u-boot/qemu-x86_64/u-boot.rom" \
		-drive if=none,id=disk,format=raw,file="$disk" -device ide-hd,drive=disk <"$keys" >"$raw" 2>/dev/null &
	QEMU_PID=$!
	deadline=$((SECONDS + seconds))
	BOOT_END=timeout
	while [ $SECONDS -lt $deadline ]; do
		clean_log "$raw" >"$LOG"
		if [ $# -eq 0 ] && grep -aEq -- "$end" "$LOG"; then BOOT_END=marker; break; fi
		if [ $prompts = 0 ] && grep -aq 'Hit any key' "$LOG"; then
			printf '\r' >&"$fd"
			prompts=1
		elif [ $# -gt 0 ] && [ $prompts -gt 0 ] && [ "$(grep -ac '^=> ' "$LOG")" -ge $prompts ] &&
			tail -c 3 "$raw" | grep -q '=> '; then
			printf '%s\r' "$1" >&"$fd"
			shift
			prompts=$((prompts + 1))
			sleep 1
		fi
		sleep 0.2
	done
	kill "$QEMU_PID" 2>/dev/null
	wait "$QEMU_PID" 2>/dev/null
	QEMU_PID=
	exec {fd}>&-
	clean_log "$raw" >"$LOG"
}

# uboot_measure DRIVER: what starting it costs and leaves
uboot_measure() {
	firmware_use 2025.02
	esp_new "$EFI/fwquirk-loadx64.efi"
	esp_programs driver measure census
	esp_put "$LAB/recordx64.efi" /record.efi
	uboot_boot 300 '^record: end' 'bootdev hunt ide' "setenv bootargs go driver=\\\\$1" \
		'load ide 2:1 ${loadaddr} measure.efi' 'bootefi ${loadaddr}' \
		'load ide 2:1 ${loadaddr} record.efi' 'bootefi ${loadaddr}'
}

if ! have_deb trixie/u-boot-qemu || ! have_deb trixie/ovmf; then
	skip U-Boot "$why"
	done_testing
fi
# U-Boot keeps some pages of every image that was started and has ended.
uboot_measure census.efi
expect '^measure: end' 'U-Boot: any other image runs and returns'
usual=$(value pages-left measure)
uboot_measure fwquirkx64.efi
nothing_left U-Boot "$usual"
is "$(lab_journal '.identity["sys-vendor"] + ", " + .identity["efi-vendor"]')" 'QEMU, Das U-Boot' 'U-Boot: the machine is identified'
is "$(lab_journal '.identity["arch"]')" x86_64 'U-Boot: and its architecture'

# The loader in front of the kernel. On U-Boot's memory map Debian's kernels panic soon after that, with us or without ("Cannot
# find place for new RAMDISK").
if kernel_use bookworm; then
	esp_new "$EFI/fwquirk-loadx64.efi"
	esp_kernel
	uboot_boot 300 'Linux version' 'bootdev hunt ide' \
		"setenv bootargs \\\\vmlinuz.efi -- console=ttyS0 earlyprintk=serial panic=-1 no_timer_check" \
		'load ide 2:1 ${loadaddr} EFI/BOOT/BOOTX64.EFI' 'bootefi ${loadaddr}'
	expect "Linux version $KERNEL_VERSION" 'U-Boot: our loader starts the kernel'
else
	skip 'U-Boot: our loader in front of a kernel' "$why"
fi

done_testing
