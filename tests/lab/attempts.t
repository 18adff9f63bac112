#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# attempts.t - boots that die with workarounds in effect: two of them, and the third goes without, until somebody says
# otherwise, or the table or the firmware is another one. A boot that dies here is one whose power goes off.
# And what stays for the next boot is seen there, and under Linux, and can be forgotten there.

. "$(dirname "$0")/lab.sh"
lab_one 2025.02 || skip_all "$why"
need_file "$LAB"/{record,start}x64.efi "$BUILD/fwquirk-static" "$EFI/fwquirkx64.efi"
GUID=7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42

# marker [record|after]: how many boots the marker counts, "absent", or "error ..."
marker() {
	local line
	line=$(sed -n "s/^${1:-record}: FwquirkAttempt=//p" "$LOG" | tail -n 1)
	case "$line" in
	00000007:*) echo $((16#${line: -2})) ;;
	*) echo "$line" ;;
	esac
}
died() { lab_journal .boots_died "${1:-record}"; }
applied='applied none'
away='switched-off retreat'

# One boot with our driver: LINE at its end; the power goes off when the record has been printed, or by LINE.
once() { lab_boot without '' 240 "${2:-^record: end}" 'start.efi \fwquirkx64.efi' "${1:-record.efi}"; }

lab_machine switches 2.0
once 'record.efi exit' '^after: end'
is "$(lab_verdict FWQ-9900) $(marker) $(marker after)" 'not-applicable since-fixed absent absent' 'no match: no marker is written'
lab_machine switches

once 'record.efi exit' '^after: end'
is "$(lab_verdict FWQ-9900) $(marker)" "$applied 1" 'a boot with workarounds is marked'
is "$(marker after)" absent 'and unmarked when it comes to ExitBootServices()'
is "$(grep -ac '^record: exited' "$LOG") $(grep -ac '^record: exit failed' "$LOG")" '1 0' 'which that does not make fail'
is "$(lab_journal '.boots_died' after)" 0 'nobody has died'

once 'record.efi reset' 'no such line'
is "$(marker) $BOOT_END" '1 off' 'somebody restarts the machine before that'

once
is "$(lab_verdict FWQ-9900) $(marker) $(died)" "$applied 1 0" 'which counts as no death; this boot is killed'
once
is "$(lab_verdict FWQ-9900) $(marker) $(died)" "$applied 2 1" 'the first death is seen; workarounds again; killed again'
cp "$FW_VARS" "$BOOT_DIR/two-deaths"

once 'record.efi exit' '^after: end'
is "$(lab_verdict FWQ-9900) $(marker) $(died)" "$away 2 2" 'the third boot goes without'
expect '^fwquirk: FWQ-9900 switched-off: two boots with workarounds in effect did not reach the operating system' 'and says so'
expect '^fwquirk: .fwquirk config --clear-attempts. makes it try again' 'and what to do'
is "$(marker after)" 2 'that it comes through changes nothing'
is "$(lab_verdict FWQ-9901)" 'observed mode-observe' 'a rule that observes still does'
once
is "$(lab_verdict FWQ-9900) $(marker)" "$away 2" 'nor does one more boot, killed or not'

# Another firmware version, another table: the count begins anew.
lab_machine switches 1.1
once
is "$(lab_verdict FWQ-9900) $(marker) $(died)" "$applied 1 0" 'another firmware version: tried again'
lab_machine switches
cp "$BOOT_DIR/two-deaths" "$FW_VARS"
LAB_FILES=("$BOOT_DIR/stockx64.efi")
cp "$EFI/fwquirkx64.efi" "$BOOT_DIR/stockx64.efi"
lab_boot without '' 240 '^record: end' 'start.efi \stock.efi' 'record.efi'
is "$(lab_verdict FWQ-0001) $(marker) $(died)" "$applied 1 0" 'another table: tried again'
LAB_FILES=()

# Linux tells it, forgets it and sets a switch; and the record of a fault that an earlier boot has left.
cp "$BOOT_DIR/two-deaths" "$FW_VARS"
fault=465751460100100051000000d18cd314030000000000000000401f7e0000000034125a7e0000000000005a7e0000000063000000000000007856341216020100000029230000677275627836342e656669
if kernel_use bookworm; then
	lab_boot without '' 600 '^fwquirk-test: end of boot' \
		"setvar FwquirkLastFault -guid $GUID -bs -rt -nv =$fault" 'start.efi \fwquirkx64.efi' \
		"vmlinuz.efi $KERNEL_OPTIONS fwquirk_run=config,--clear-attempts,--clear-fault,--set,+FWQ-9901:loosen"
	expect '^fwquirk: an earlier boot died of a page fault at 0x7e1f4000 by the instruction at 0x7e5a1234 grubx64.efi' 'the last fault is on the console'
	is "$(section status | grep -c '^attempts  2 boots .* this one went without')" 1 'fwquirk status tells of the boots that died'
	is "$(section status | grep -c '^died      a boot of a page fault at 0x7e1f4000 (budget used up), .* in grubx64.efi; in effect: FWQ-0001, FWQ-9001')" 1 'and of the last fault'
	is "$(journal '[.boots_died, .last_fault.image, (.switches | length)] | map(tostring) | join(" ")')" '2 grubx64.efi 0' 'fwquirk journal, too'
	expect '^fwquirk-test: end wish exit=0' 'fwquirk config forgets both, and sets a switch'
	is "$(section wish | tr '\n' ' ')" 'switches  +FWQ-9901 loosen ' 'and shows what is left'
	KERNEL=
	once
	is "$(lab_verdict FWQ-9900) $(lab_verdict FWQ-9901) $(marker)" "$applied applied duplicate 1" 'workarounds are applied again, by the switch set under Linux, too'
	is "$(lab_journal '[.boots_died, .last_fault, .switches[].source, .switches[].words] | map(tostring) | join(" ")')" \
		'0 null variable +FWQ-9901 loosen' 'nothing is left of deaths and fault'
else
	skip 'Linux tells it, forgets it and sets a switch' "$why"
fi
done_testing
