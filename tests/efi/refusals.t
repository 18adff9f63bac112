#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# refusals.t - one thing is wrong at a time: a damaged rule table, no SMBIOS, no variables, no memory, a lying protocol.
# Each time the driver refuses by name, leaves nothing, and the boot goes on; at the end the healthy driver works.

. "$(dirname "$0")/../boot/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy objcopy objdump
need_file "$EFI"/fwquirk{,-spoil,-trigger,-measure}x64.efi "$BUILD/quirks.table"
firmware_use 2025.02 || skip_all "$why"

put_table() { OBJCOPY=objcopy "$BOOT_TOP/src/efi/put-table.sh" --force "$EFI/fwquirkx64.efi" "$1" "$BOOT_DIR/$2.efi"; }

# poke OFFSET BYTES: the table with other bytes there
poke() {
	cp "$BUILD/quirks.table" "$BOOT_DIR/table"
	printf "$2" | dd of="$BOOT_DIR/table" bs=1 seek="$1" conv=notrunc status=none
	echo "$BOOT_DIR/table"
}

size=$(wc -c <"$BUILD/quirks.table")
head -c $((size - 1)) "$BUILD/quirks.table" >"$BOOT_DIR/short"
head -c 5 "$BUILD/quirks.table" >"$BOOT_DIR/stub"
put_table "$BOOT_DIR/short" cut
put_table "$BOOT_DIR/stub" stub
put_table "$(poke $((size - 1)) '\377')" flipped
put_table "$(poke 0 'TQWF')" swapped
put_table "$(poke 0 'XXXX')" other
put_table "$(poke 4 '\377\377')" newer
objcopy --remove-section .fwquirk "$EFI/fwquirkx64.efi" "$BOOT_DIR/none.efi"
tables='cut stub flipped swapped other newer none'
kinds='no-smbios smbios-nowhere smbios-damaged smbios-table-nowhere map-lies crc-wrong no-events no-memory'

esp_new
esp_programs driver trigger measure
esp_put "$EFI/fwquirk-spoilx64.efi" /spoil.efi
lines=('dmpstore -d -guid 7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42')
for t in $tables; do
	esp_put "$BOOT_DIR/$t.efi" "/$t.efi"
	lines+=("echo begin-$t" "spoil.efi nothing $t.efi")
done
for k in $kinds; do
	lines+=("echo begin-$k" "spoil.efi $k fwquirkx64.efi")
done
# What stays behind, by the same driver with an unusable table
lines+=('echo begin-leftovers' 'measure.efi driver=\swapped.efi')
lines+=('echo begin-healthy' 'load fwquirkx64.efi' 'trigger.efi' 'echo begin-end')
esp_script "${lines[@]}"
boot 240 '^begin-end' "${WITH_PROTOCOL[@]}"
whole=$LOG
expect '^begin-end' 'the boot goes on to its end'
reject "$EXCEPTION" 'without an exception'

# part NAME: the log of one attempt as $LOG
part() {
	LOG=$BOOT_DIR/part.log
	sed -n "/^begin-$1\$/,/^begin-/p" "$whole" >"$LOG"
}

# refused NAME NOTE: the driver goes away, the console and the journal say so
refused() {
	part "$1"
	expect '^spoil: start=aborted' "$1: the driver refuses"
	expect "$2" "$1: and says why: $2"
}

refused cut '^fwquirk: no rule table, nothing is done: '
expect '^spoil: table=bytes end' 'cut: so does the journal'
refused stub '^fwquirk: no rule table, nothing is done: '
refused flipped '^fwquirk: no rule table, nothing is done: .*checksum'
expect '^spoil: table=.*checksum' 'flipped: so does the journal'
refused swapped '^fwquirk: no rule table, nothing is done: .*byte order'
expect '^spoil: table=.*byte order' 'swapped: so does the journal'
refused other '^fwquirk: no rule table, nothing is done: '
refused newer '^fwquirk: no rule table, nothing is done: .*(version|new)'
expect '^spoil: table=.*(version|new)' 'newer: so does the journal'
refused none '^fwquirk: no rule table, nothing is done: '

for kind in no-smbios smbios-nowhere smbios-damaged smbios-table-nowhere; do
	refused $kind '^fwquirk: no SMBIOS table: '
	expect '^spoil: note=no SMBIOS table: ' "$kind: so does the journal"
	reject '^spoil: rule=' "$kind: no rule matches a machine that does not say who it is"
done
part smbios-damaged
expect '^fwquirk: no SMBIOS table: .*checksum' 'smbios-damaged: by its checksum'
refused map-lies '^spoil: rule=1 fixed probe-no'
refused crc-wrong '^fwquirk: FWQ-0001 refused free-writable: '
expect '^spoil: rule=1 refused precondition' 'crc-wrong: so does the journal'
refused no-events '^fwquirk: FWQ-0001 refused free-writable: '
expect '^spoil: rule=1 refused no-space' 'no-events: so does the journal'
refused no-memory '^fwquirk: FWQ-0001 not-probed'
part leftovers
is "$(value hooks measure)" 0 'a table that is refused: no hook'
is "$(value handles-left measure)" 0 'a table that is refused: no handle'
is "$(value free-pages-after measure)" "$(value free-pages-before measure)" 'a table that is refused: no page'
part healthy
expect '^fwquirk: FWQ-0001 applied free-writable' 'afterwards the healthy driver does its work'
expect '^trigger: free-pages=success' 'and the trigger ends well'

# Without variables or without a console there is less to be seen, and no less done.
firmware_use 2025.02
esp_script 'spoil.efi no-variables fwquirkx64.efi' 'trigger.efi' 'echo begin-end'
boot 120 '^begin-end' "${WITH_PROTOCOL[@]}"
expect '^fwquirk: FWQ-0001 applied free-writable' 'no-variables: the driver does its work'
expect '^fwquirk: the journal variable could not be written: refused' 'no-variables: and says that there is no record'
expect '^spoil: journal=none' 'no-variables: there is none'
expect '^trigger: free-pages=success' 'no-variables: the trigger ends well'

firmware_use 2025.02
esp_script 'spoil.efi no-console fwquirkx64.efi' 'trigger.efi' 'echo begin-end'
boot 120 '^begin-end' "${WITH_PROTOCOL[@]}"
reject '^fwquirk: ' 'no-console: nothing is printed'
expect '^spoil: rule=1 applied none' 'no-console: the driver does its work, the journal says so'
expect '^trigger: free-pages=success' 'no-console: the trigger ends well'

# A table that was put in and needs more than the image has: what is here is done, the rest refused by name.
need_file "$BUILD/lab/lab.table"
put_table "$BUILD/lab/lab.table" lab
for machine in starved alloc-exec-trigger; do
	firmware_use 2025.02
	esp_new
	esp_programs trigger
	esp_put "$EFI/fwquirk-spoilx64.efi" /spoil.efi
	esp_put "$BOOT_DIR/lab.efi" /lab.efi
	# The trigger kills this firmware where free-writable is not applied.
	lines=('spoil.efi nothing lab.efi')
	[ $machine != starved ] || lines+=('trigger.efi')
	esp_script "${lines[@]}" 'echo begin-end'
	boot 120 '^begin-end' "${WITH_PROTOCOL[@]}" -smbios "type=1,manufacturer=fwquirk lab,product=$machine,version=1.0"
	expect '^begin-end' "$machine: the boot goes on"
	if [ $machine = starved ]; then
		expect '^fwquirk: FWQ-9910 applied free-writable' "$machine: the workaround that is here is applied"
		expect '^trigger: free-pages=success' "$machine: and works"
		expect '^fwquirk: FWQ-9918 refused wrap-map: this image or build does not have the workaround' \
			"$machine: a workaround that is not here is refused by name"
		expect '^spoil: rule=9918 refused not-implemented' "$machine: the journal says so"
	else
		expect '^fwquirk: FWQ-9105 not-probed: this image does not have the probe' \
			"$machine: a rule with a probe that is not here is not applied"
		expect '^spoil: rule=9105 not-probed probe-absent' "$machine: the journal says so"
	fi
done

done_testing
