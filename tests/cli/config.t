#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# config.t - variables shown and changed through files like those of efivarfs; every way in which they cannot be
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
dir=$(mktemp -d)
trap 'chattr -i "$dir"/*/firmware/efi/efivars/* 2>/dev/null; rm -rf "$dir"' EXIT
guid=7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42
global=8be4df61-93ca-11d2-aa0d-00e098032b8c
vars=$dir/uefi/firmware/efi/efivars
config=$vars/FwquirkConfig-$guid
attempt=$vars/FwquirkAttempt-$guid
fault=$vars/FwquirkLastFault-$guid
mkdir -p "$vars" "$dir/legacy" "$dir/unmounted/firmware/efi"
run() { FWQUIRK_SYSFS=$dir/uefi "$fwquirk" config "$@"; }
json() { run --json "$@" | jq -c "$2" 2>/dev/null; }
hex() { printf '%s' "$1" | perl -ne 'print pack "H*", $_'; }
bytes() { od -An -v -tx1 "$1" 2>/dev/null | tr -d ' \n'; }

# Nothing there yet.
tap_run 'nothing is set' 0 '^switches  none$' run
tap_same 'nothing is set, as JSON' '{"attempts":null,"last_fault":null,"secure_boot":null,"switches":null}' "$(run --json | jq -cS .)"
tap_run 'taking away what is not there is done' 0 '^switches  none$' run --clear --clear-attempts --clear-fault

# Setting, replacing by something shorter, taking away.
tap_run 'words are set' 0 '^switches  observe -FWQ-0001$' run --set 'observe -FWQ-0001'
tap_same 'as attributes 7 and ASCII' "07000000$(printf 'observe -FWQ-0001' | od -An -v -tx1 | tr -d ' \n')" "$(bytes "$config")"
tap_run 'a shorter setting replaces a longer one' 0 '^switches  off$' run --set off
tap_same 'with nothing left behind it' '070000006f6666' "$(bytes "$config")"
before=$(stat -c '%y %i' "$config")
sleep 0.02
tap_run 'the same again' 0 '^switches  off$' run --set off
tap_same 'is not written: flash wears' "$before" "$(stat -c '%y %i' "$config")"
tap_same 'as JSON' '"off"' "$(run --json | jq -c .switches)"
tap_run 'taken away' 0 '^switches  none$' run --clear
tap_same 'there is no variable any more' no "$([ -e "$config" ] && echo yes || echo no)"

# What a UEFI shell writes.
hex '070000006f00660066000000' >"$config"
tap_run 'UCS-2 is read, too' 0 '^switches  off$' run
printf '\007\0\0\0\033[31moff' >"$config"
tap_run 'nothing that is set reaches the terminal as it is' 0 '^switches  \\x1b\[31moff$' run
rm "$config"

# Words that the layer would not understand are not set.
tap_run 'a typo is refused' 2 'found "obsrve"' run --set 'off obsrve'
tap_run 'and named by its own word' 2 'found "-FWQ-x"' run --set 'off, -FWQ-x'
tap_run 'no words' 2 'needs words' run --set ' , '
tap_run 'too many rules' 2 'at most 256 characters and 16 rules' run --set "$(seq -f -FWQ-%04.0f -s ' ' 17)"
tap_run 'too long' 2 'at most 256 characters' run --set "$(printf 'off %.0s' $(seq 70))"
tap_same 'and nothing was written' no "$([ -e "$config" ] && echo yes || echo no)"
tap_run 'contradiction' 2 'contradict' run --set off --clear
tap_run 'unexpected argument' 2 'unexpected argument "off"' run off
tap_run 'unknown option' 2 'fwquirk help config' run --bogus

# Secure Boot, as the firmware's own variables have it.
printf '\006\0\0\0\001' >"$vars/SecureBoot-$global"
printf '\006\0\0\0\0' >"$vars/SetupMode-$global"
tap_run 'Secure Boot is told' 0 'Secure Boot is on' run
tap_run 'and what it will ignore' 0 '\+FWQ-nnnn and loosen will be ignored' run --set '+FWQ-0001'
tap_same 'as JSON' true "$(run --json | jq .secure_boot)"
printf '\006\0\0\0\001' >"$vars/SetupMode-$global"
tap_same 'setup mode checks nothing' false "$(run --json | jq .secure_boot)"
run --clear >"$dir/out"

# Boots that died.
hex 0700000046575141010010001900000001abf8f3010000000200000001 >"$attempt"
tap_run 'one boot died' 0 '^attempts  1 boot with workarounds did not reach' run
tap_same 'as JSON' '{"died":1,"identity_crc32":2,"retreat":false,"table_crc32":1}' "$(run --json | jq -cS .attempts)"
hex 07000000465751410100100019000000bbfaf16a010000000200000002 >"$attempt"
tap_run 'two boots died' 0 '^attempts  2 boots .* none is applied until --clear-attempts' run
tap_same 'as JSON: retreat' true "$(run --json | jq .attempts.retreat)"
tap_run 'forgotten' 0 '^switches  none$' run --clear-attempts
tap_same 'the marker is gone' no "$([ -e "$attempt" ] && echo yes || echo no)"
printf '\007\0\0\0damaged' >"$attempt"
tap_run 'a damaged marker' 0 '^attempts  not usable' run
run --clear-attempts >"$dir/out"

# The last fault.
hex 07000000465751460100100051000000d18cd314030000000000000000401f7e0000000034125a7e0000000000005a7e0000000063000000000000007856341216020100000029230000677275627836342e656669 >"$fault"
tap_run 'the last fault' 0 '^died      a boot of a page fault at 0x7e1f4000 \(budget used up\), code 0x3, instruction 0x7e5a1234, 0x1234 behind the start of its image, in grubx64.efi; in effect: FWQ-0001, FWQ-9001' run
tap_same 'as JSON' '{"address":"0x7e1f4000","answer":"budget used up","code":"0x3","cycles":"0x63","image":"grubx64.efi","image_base":"0x7e5a0000","instruction":"0x7e5a1234","rules":["FWQ-0001","FWQ-9001"],"table_crc32":305419896}' \
	"$(run --json | jq -cS .last_fault)"
tap_run 'forgotten' 0 '^switches  none$' run --clear-fault
tap_same 'the record is gone' no "$([ -e "$fault" ] && echo yes || echo no)"
printf '\007\0\0\0FWQF' >"$fault"
tap_same 'a damaged record as JSON' '{"error":"bytes end too early"}' "$(run --json | jq -c .last_fault)"
rm "$fault"
printf 'xy' >"$config"
tap_run 'too few bytes for a variable' 2 'too few for a variable' run
rm "$config"

# The journal of a boot with all of it.
hex 4657514a01001000a70000003e22da1c09010001010500302e312e300c120001012d4657512d30303031206f62737276650c0b00020c2b4657512d303030320c09000302611b5b33316d620d0100020b5100465751460100100051000000d18cd314030000000000000000401f7e0000000034125a7e0000000000005a7e0000000063000000000000007856341216020100000029230000677275627836342e65666902010002 >"$dir/journal"
tap_run 'journal: a source with a typo' 0 '^switches  load-options: -FWQ-0001 obsrve \(not all understood\)$' "$fwquirk" journal "$dir/journal"
tap_run 'journal: restricted by Secure Boot' 0 '^switches  variable: \+FWQ-0002 \(under Secure Boot only what reduces counts\)$' "$fwquirk" journal "$dir/journal"
tap_run 'journal: too many, and safe for a terminal' 0 '^switches  smbios: a\\x1b\[31mb \(too many, taken as off\)$' "$fwquirk" journal "$dir/journal"
tap_run 'journal: boots that died' 0 '^attempts  2 boots .* this one went without' "$fwquirk" journal "$dir/journal"
tap_run 'journal: the last fault' 0 '^died      a boot of a page fault at 0x7e1f4000' "$fwquirk" journal "$dir/journal"
tap_same 'journal: as JSON' '["load-options",true,false,2,"grubx64.efi",0]' \
	"$("$fwquirk" journal --json "$dir/journal" | jq -c '[.switches[0].source, .switches[0].not_understood, .switches[0].restricted, .boots_died, .last_fault.image, .unknown]')"
{ printf '\006\0\0\0' && cat "$dir/journal"; } >"$vars/FwquirkJournal-$guid"
tap_run 'status tells it, too' 0 '^attempts  2 boots' env FWQUIRK_SYSFS="$dir/uefi" "$fwquirk" status

# Where it cannot be.
tap_run 'not booted by UEFI' 1 'not booted by UEFI' env FWQUIRK_SYSFS="$dir/legacy" "$fwquirk" config
tap_run 'not booted by UEFI, to be changed' 2 'not booted by UEFI' env FWQUIRK_SYSFS="$dir/legacy" "$fwquirk" config --set off
tap_run 'efivarfs is not mounted' 1 'mount -t efivarfs' env FWQUIRK_SYSFS="$dir/unmounted" "$fwquirk" config
tap_run 'efivarfs is not mounted, to be cleared' 2 'mount -t efivarfs' env FWQUIRK_SYSFS="$dir/unmounted" "$fwquirk" config --clear

# Another user, a read-only mount and the immutable flag need rights of their own to be tried.
chmod 755 "$dir"
other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if [ "$(id -u)" = 0 ] && "${other[@]}" "$fwquirk" --version >"$dir/out" 2>&1; then
	run --set off >"$dir/out"
	tap_run 'another user may look' 0 '^switches  off$' "${other[@]}" env FWQUIRK_SYSFS="$dir/uefi" "$fwquirk" config
	tap_run 'and not change' 2 'needs root' "${other[@]}" env FWQUIRK_SYSFS="$dir/uefi" "$fwquirk" config --set observe
	tap_run 'nor delete' 2 'needs root' "${other[@]}" env FWQUIRK_SYSFS="$dir/uefi" "$fwquirk" config --clear
else
	tap_skip 'another user may look and not change' 'cannot become another user here'
fi
if mount --bind "$vars" "$vars" 2>"$dir/out" && mount -o remount,ro,bind "$vars" 2>"$dir/out"; then
	tap_run 'a read-only efivarfs' 2 'mounted read-only.*remount,rw' run --set observe
	umount "$vars"
else
	mountpoint -q "$vars" && umount "$vars"
	tap_skip 'a read-only efivarfs' 'cannot mount here'
fi
run --set off >"$dir/out"
if chattr +i "$config" 2>"$dir/out"; then
	tap_run 'an immutable variable is changed' 0 '^switches  observe$' run --set observe
	tap_same 'and immutable again' yes "$(lsattr "$config" | grep -q '^[^ ]*i' && echo yes || echo no)"
	tap_run 'and deleted' 0 '^switches  none$' run --clear
else
	tap_skip 'an immutable variable is changed' 'this file system has no such flag'
fi
tap_done
