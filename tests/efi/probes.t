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
	lab_boot without '' 300 '^ask: end' 'fwquirk-ask.efi'
	no_trace $firmware
done
# These builds have no shell.
if firmware_use 2025.02/strictnx; then
	esp_new "$EFI/fwquirk-askx64.efi"
	boot 300 '^ask: end' "${WITH_PROTOCOL[@]}"
	no_trace strictnx
else
	skip strictnx "$why"
fi

# Without the shell, whose waiting for keys would be counted, too.
firmware_use 2025.02 || skip_all "$why"
esp_new "$EFI/fwquirk-askx64.efi"
boot 900 '^ask: end' "${WITH_PROTOCOL[@]}" -icount shift=0
no_trace 2025.02
cost=$(answer all)
is $((cost > 0 && cost <= LIMIT)) 1 "2025.02: all probes together take $cost instructions (at most $LIMIT)"
cp "$LOG" "$BOOT_DIR/good.log"
good() { sed -n "s/^ask: $1=//p" "$BOOT_DIR/good.log" | tail -n 1; }

# ---- made bad ------------------------------------------------------------------------------------------------

asked=()

# lab_has 'DEFECT...': the lab's driver knows all of them
lab_has() {
	local defect
	for defect in $1; do
		grep -q "{\"${defect%%=*}\"," "$BOOT_TOP"/tests/lab/driver/*.c || return 1
	done
}

# says_yes 'DEFECT...' [WORD...] -- PROBE...: no on the firmware as it is, yes on the one with the defects. WORDs are for ask.efi.
says_yes() {
	local defects=$1 words=() probe
	shift
	while [ "$1" != -- ]; do words+=("$1"); shift; done
	shift
	asked+=("$@")
	if ! lab_has "$defects"; then
		skip "$defects" 'the lab does not have all of it'
		return
	fi
	firmware_use "${FW_NAME:-2025.02}" || { skip "$defects" "$why"; return; }
	esp_new
	esp_put "$LAB/labx64.efi" /labx64.efi
	esp_put "$EFI/fwquirk-askx64.efi" /ask.efi
	printf '%s\n' $defects | esp_put - /lab.txt
	case " ${words[*]} " in
	*' lab '*) esp_script "ask.efi ${words[*]}" ;;
	*) esp_script 'load labx64.efi' "ask.efi ${words[*]}" ;;
	esac
	boot 300 '^ask: end' "${WITH_PROTOCOL[@]}"
	expect '^lab: broken' "$defects: the firmware is broken"
	no_trace "$defects"
	for probe; do
		is "$(good "$probe") $(answer "$probe")" 'no yes' "$probe: no without, yes with $defects"
	done
}

says_yes 'alloc=loader-code,nx alloc=loader-data,ro' -- loader-code-nx loader-data-readonly large-nx large-readonly services-hooked
says_yes 'alloc=loader-code,np alloc=loader-data,nx alloc=acpi-nvs,np' -- \
	loader-code-unmapped loader-data-nx acpi-unmapped large-unmapped
says_yes 'alloc=loader-code,ro alloc=loader-data,np' -- loader-code-readonly loader-data-unmapped
# With these the firmware itself could load nothing any more.
says_yes 'alloc=boot-data,ro alloc=boot-code,nx alloc=runtime-data,ro' lab runtime -- \
	boot-data-readonly boot-code-nx runtime-data-readonly
says_yes 'alloc=boot-data,np' lab -- boot-data-unmapped
says_yes 'alloc=boot-data,nx alloc=runtime-data,np' lab runtime -- boot-data-nx runtime-unmapped
says_yes 'conventional-withheld=ro services-checksum' -- conventional-readonly services-crc-wrong
says_yes 'conventional-withheld=np services-guarded' -- conventional-unmapped services-restored
says_yes 'conventional-nx services-astray runtime-service-nx' -- conventional-nx services-astray runtime-code-nx
FW_MEMORY=4608 says_yes above-4g-unmapped -- high-unmapped
says_yes 'protocol-lies dxe-refuses' -- map-lies dxe-refuses-protection
says_yes 'protocol-coarse protocol-refuses-large protocol-refuses-edge dxe-lies' alone -- \
	map-coarse map-refuses-large map-refuses-edge dxe-lies
# Their page has neighbours that are not ours: each finds out by itself that it must not.
for probe in map-sets-readonly free-readonly-faults; do
	is "$(answer "$probe") $(answer "alone $probe")" 'no-answer no-answer' "$probe: alone, too, not tried where the protocol is coarse"
done
says_yes 'protocol-reports-nothing dxe-drops-cacheability dxe-refuses-rp' -- \
	map-reports-wrong dxe-drops-cacheability dxe-refuses-rp
says_yes 'protocol-crashes-on-rp mat-code-xp' -- map-read-protect-faults mat-code-xp
says_yes 'mat-missing table-astray=esrt table-volatile=tpm-final' -- mat-incomplete table-outside-memory table-volatile
says_yes 'mat-overlap pml4-garbage' -- mat-overlap pml4-garbage
says_yes 'mat-size' -- mat-header-bad
says_yes 'memmap-zero-length memmap-overflow memmap-overlap memmap-runtime-uncached memmap-runtime-flag map-key' -- \
	memmap-zero-length memmap-overflow memmap-overlap memmap-runtime-uncached memmap-runtime-flag memmap-unstable mat-outside-runtime
says_yes 'memmap-many' -- memmap-oversize
FW_CPU=max says_yes five-level -- paging-5-level
FW_CPU=Haswell-v4,-nx FW_NAME=2026.08 says_yes '' -- nx-off

if lab_has 'dxe-absent mat-absent'; then
	firmware_use 2025.02
	lab_boot without 'dxe-absent mat-absent' 300 '^ask: end' 'fwquirk-ask.efi'
	no_trace 'dxe-absent mat-absent'
	for probe in dxe-present mat-present; do
		is "$(good $probe) $(answer $probe)" 'yes no' "$probe: yes where it is there, no where it is not"
	done
else
	skip 'dxe-absent mat-absent' 'the lab does not have all of it'
fi
asked+=(dxe-present mat-present)

# What firmware is like that is good: the other answer of the probes that say yes above.
firmware_use 2025.02
lab_boot without '' 300 '^ask: end' 'fwquirk-ask.efi protect alone'
no_trace 'image and stack protected'
for probe in stack-executable image-code-writable image-data-executable; do
	is "$(good $probe) $(answer $probe)" 'yes no' "$probe: no where it is protected"
	asked+=($probe)
done
for probe in map-sets-readonly free-readonly-faults; do
	is "$(answer "alone $probe")" yes "$probe: alone it says what it says among all"
done
WITH_PROTOCOL=()
lab_boot without '' 300 '^ask: end' 'fwquirk-ask.efi'
no_trace 'without the protocol'
for probe in map-present map-sets-readonly free-readonly-faults map-refuses-unaligned; do
	is "$(good $probe) $(answer $probe)" 'yes no' "$probe: yes with the protocol, no without"
	asked+=($probe)
done

# EDK II always says yes, U-Boot no (probex.t).
asked+=(pagetable-readonly)
untested=$(for probe in $(sed -n 's/^PROBE([^"]*"\([^"]*\)".*/\1/p' "$BOOT_TOP/include/fwquirk/vocab.def"); do
	case " ${asked[*]} " in *" $probe "*) ;; *) echo "$probe" ;; esac
done)
is "$untested" '' 'every probe was asked for both of its answers'

done_testing
