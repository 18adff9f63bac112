#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# tables.t - configuration tables that point outside memory, or into memory that does not last: dropped, moved, and what is refused.

. "$(dirname "$0")/lab.sh"
need_file "$LAB"/{os,record}x64.efi

OS=('record.efi' 'os.efi wipe vendor')
OS_END='^os: end'
KERNEL_OPTIONS='initrd=\initrd.img console=ttyS0 loglevel=8 panic=-1 no_timer_check lab_show=/sys/firmware/efi/esrt/entries/entry0/fw_version'
ASTRAY='table-astray=rt-properties table-astray=tpm-final table-astray=vendor'

# table DATA1 KEY: "at" or "type" of that configuration table as os.efi has found it
table() { sed -n "s/^os: table guid=$1 //p" "$LOG" | tr ' ' '\n' | sed -n "s/^$2=//p"; }

failed_before=0
cell() {
	lab_cell "$1" "$generation" "$2" "$([ $n_failed = "$failed_before" ] && echo rescued || echo FAILED)"
}

# 1. Without us
if lab_one 2022.11 && kernel_use bookworm; then
	lab_boot without table-astray=rt-properties 600 'PANIC: early exception|^fwquirk-test: end of boot' \
		"vmlinuz.efi $KERNEL_OPTIONS earlyprintk=ttyS0,115200"
	expect 'PANIC: early exception 0x0e' "rt-properties astray: Linux $(kernel_version) dies before its console is up"
	lab_boot without 'table-astray=vendor table-volatile=esrt' 600 '^fwquirk-test: end of boot' "vmlinuz.efi $KERNEL_OPTIONS"
	expect 'ESRT header is not in the memory map' "esrt volatile: Linux $(kernel_version) refuses it"
	expect 'show /sys/firmware/efi/esrt.*No such file' 'and nobody can update firmware by it'
	KERNEL=
	lab_boot without "$ASTRAY table-volatile=esrt" 240 "$OS_END" "${OS[@]}"
	is "$(table 0xeb66918a type) $(table 0x1e2ed096 type) $(table 0x66771500 type)" '0x63 0x63 0x63' 'three tables are nowhere'
	is "$(table 0xb122a263 type)" 0x2 'one is in memory of a loader'
	lab_boot without 'table-astray=esrt table-volatile=vendor' 240 "$OS_END" "${OS[@]}"
	is "$(table 0xb122a263 type)" 0x63 'an ESRT nowhere'
	expect '^os: vendor says ZZZZ' 'a table in memory that is reused is overwritten'
else
	skip 'symptoms' "$why"
fi
lab_row table-astray=rt-properties 'Linux 6.1: early exception, before its console is up' drop-table
lab_row table-astray=tpm-final 'the table is in no memory (os.efi)' drop-table
lab_row table-astray=vendor 'the table is in no memory (os.efi)' drop-table
lab_row table-astray=esrt 'the table is in no memory (os.efi)' drop-table
lab_row table-volatile=esrt 'Linux 6.1: ESRT header is not in the memory map, no entries' move-table
lab_row table-volatile=vendor 'the table is overwritten (os.efi)' 'none: its length is not known'
lab_row table-volatile=tpm-final 'not moved: the firmware goes on writing to it' 'none: only the kernel can'

# 2. With us
for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	failed_before=$n_failed
	lab_machine tables
	for kernel in $(kernels_for "$generation"); do
		kernel_use "$kernel" || { skip "$generation with $kernel" "$why"; continue; }
		LAB_RETRY=1 LAB_WALK=1 lab_boot with "data-nx walk $ASTRAY table-volatile=esrt" 600 '^fwquirk-test: end of boot' "vmlinuz.efi $KERNEL_OPTIONS"
		expect '^fwquirk-test: userland reached' "$generation: Linux $(kernel_version) comes up"
		is "$(lab_verdict FWQ-9307)" 'applied none' "$generation: three tables dropped, one moved"
		is "$(journal '[.events[].event] | sort | join(" ")')" 'table-dropped table-dropped table-dropped table-moved' \
			"$generation: journalled"
		lab_no_fresh_wx "$generation: no page is writable and executable that was not before, up to the exit"
		reject 'ESRT header is not' "$generation: Linux takes the ESRT"
		expect 'show /sys/firmware/efi/esrt.*: 7$' "$generation: and shows what it says"
		for defect in table-astray=rt-properties table-astray=tpm-final table-astray=vendor table-volatile=esrt; do
			cell $defect "$(kernel_version)"
		done
	done
	KERNEL=
	failed_before=$n_failed
	lab_machine drop-esrt
	LAB_WALK=1 lab_boot with 'data-nx walk table-astray=esrt' 240 "$OS_END" "${OS[@]}"
	is "$(lab_verdict FWQ-9308)" 'applied none' "$generation: an ESRT nowhere is dropped"
	is "$(table 0xb122a263 at)" '' "$generation: and not found any more"
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	cell table-astray=esrt os.efi
	lab_cell table-volatile=vendor "$generation" os.efi 'cannot: the length of a table that is not known cannot be known'
	lab_cell table-volatile=tpm-final "$generation" os.efi 'cannot: firmware goes on writing to the final events until ExitBootServices()'
done

# 3. What is refused, and one version later
lab_one 2025.02 || skip_all "$why"
lab_machine move-unknown
lab_boot with 'table-volatile=vendor table-volatile=tpm-final' 240 "$OS_END" "${OS[@]}"
is "$(lab_verdict FWQ-9309)" 'refused precondition' 'a table of unknown length is not moved'
is "$(lab_verdict FWQ-9310)" 'refused precondition' 'the final events of the TPM are not moved'
is "$(table 0x66771500 type) $(table 0x1e2ed096 type)" '0x2 0x2' 'and both are where they were'
lab_machine tables 2.0
lab_boot with "$ASTRAY table-volatile=esrt" 240 "$OS_END" "${OS[@]}"
is "$(lab_verdict FWQ-9307)" 'not-applicable since-fixed' 'near miss: nothing for version 2.0'
is "$(table 0x66771500 type) $(table 0xb122a263 type)" '0x63 0x2' 'near miss: the tables are as they were'
# The right machine, and nothing wrong with it: the probes say so.
lab_machine tables
lab_boot with '' 240 "$OS_END" "${OS[@]}"
is "$(lab_verdict FWQ-9307)" 'fixed probe-no' 'near miss: a machine without the defect is left alone'

done_testing
