#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# badinput.t - a firmware without variables, without SMBIOS, without a console, without memory: each time the boot goes on, and
# what could be done was done and told.

. "$(dirname "$0")/lab.sh"
need_file "$LAB"/{record,start,starve,noop}x64.efi
lab_one 2025.02 || skip_all "$why"
lab_machine switches
DRIVER='start.efi \fwquirkx64.efi'
# Frees a read-only page: dies without the workaround.
TRIGGER='fwquirk-trigger.efi pages'
LAB_FILES=("$EFI/fwquirk-triggerx64.efi")
need_file "${LAB_FILES[@]}"

# went_on WHAT: rescued, and on to ExitBootServices() and behind it
went_on() {
	expect '^trigger: free-pages=success' "$1: the workaround works"
	expect '^after: end' "$1: the boot goes on"
}

lab_boot without 'variables=absent' 240 '^after: end' "$DRIVER" "$TRIGGER" 'record.efi exit'
expect '^fwquirk: FWQ-9900 applied free-writable' 'no variable service: applied'
expect '^fwquirk: the journal variable could not be written: not supported here' 'no variable service: said'
expect '^fwquirk: no attempt marker, a boot that dies will not be counted' 'no variable service: nor a marker'
went_on 'no variable service'

lab_boot without 'variables=protected' 240 '^after: end' "$DRIVER" "$TRIGGER" 'record.efi exit'
expect '^fwquirk: the journal variable could not be written: refused' 'write-protected variables: said'
went_on 'write-protected variables'

lab_boot without 'variables=full' 240 '^after: end' "$DRIVER" "$TRIGGER" 'record.efi exit'
expect '^fwquirk: the journal variable could not be written: not enough space' 'no room for any variable: said'
went_on 'no room for any variable'

lab_boot without 'variables=full,300' 240 '^after: end' "$DRIVER" "$TRIGGER" 'record.efi exit'
reject 'could not be written' 'little room for variables: a journal is written'
is "$(lab_journal '.rules[] | select(.id == "FWQ-9900") | .verdict')" applied 'little room for variables: it has the verdict'
is "$(($(lab_journal .lost) > 0))" 1 'little room for variables: and tells how much it lacks'
went_on 'little room for variables'

lab_boot without 'smbios-absent' 240 '^after: end' "$DRIVER" 'record.efi exit'
expect '^fwquirk: no SMBIOS table: ' 'no SMBIOS: said'
is "$(lab_journal '.identity["efi-vendor"] + " " + (.identity["sys-vendor"] // "none") + " " + (.notes | join(" "))')" \
	"Debian distribution of EDK II none no SMBIOS table: $(lab_journal '.notes[0]' | sed 's/^[^:]*: //')" 'no SMBIOS: what else is known is in the record'
expect '^after: end' 'no SMBIOS: the boot goes on'

lab_boot without '' 240 '^after: end' 'start.efi silent \fwquirkx64.efi' "$TRIGGER" 'record.efi exit'
expect '^start: start=success' 'no console: applied'
reject '^fwquirk: ' 'no console: nothing is printed'
is "$(lab_verdict FWQ-9900)" 'applied none' 'no console: the record has it'
went_on 'no console'

lab_one 2025.02
# Two rules that fight: the second is refused when the plan is made, with the reason, whatever becomes of the first (which has
# nothing to do on a machine with so little memory).
lab_machine fight
lab_boot without '' 240 '^after: end' "$DRIVER" 'record.efi exit'
is "$(lab_verdict FWQ-9904)" 'refused conflict' 'two rules that fight: the second is refused'
case "$(lab_verdict FWQ-9903)" in
*conflict) fail 'two rules that fight: the first is judged on its own' ;;
*) pass 'two rules that fight: the first is judged on its own' ;;
esac
expect '^fwquirk: FWQ-9904 refused max-address: another rule.s workaround excludes it' 'two rules that fight: said'
expect '^after: end' 'two rules that fight: the boot goes on'

# Every allocation of ours fails once, and after each round the firmware is as it was before.
lab_machine starved
lab_boot without '' 900 '^starve: end' 'starve.efi \fwquirk-loadx64.efi \noop.efi' 'record.efi tag=now'
rounds=$(value rounds starve)
note "the loader was started $rounds times, each time with another allocation failing"
is "$((rounds >= 10))" 1 'out of memory at every allocation: there are many'
is "$(grep -a '^starve: round [0-9]*: ' "$LOG" | grep -vc ': pages-')" 0 'out of memory at every allocation: handles, images, services and tables are as before'
expect '^starve: lost=0 ' "out of memory at every allocation: no page is lost, in no round ($(sed -n 's/^starve: lost=.*tables=//p' "$LOG") became page tables)"
expect '^starve: last=success' 'out of memory at no allocation: all is well'
expect '^fwquirk: FWQ-9910 (not-probed|refused|failed)' 'out of memory: said'
lab_machine switches
lab_boot without '' 300 '^after: end' 'starve.efi \fwquirkx64.efi' "$TRIGGER" 'record.efi exit'
is "$(value bad starve)" 0 'the driver, out of memory: nothing is left behind'
is "$(($(value rounds starve) >= 3))" 1 'the driver, out of memory: until it copes'
went_on 'the driver, out of memory'
done_testing
