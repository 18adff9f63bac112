#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# switches.t - what people say about the workarounds, by load options, variable and OEM string, on real boots: each word, which
# one wins, and that Secure Boot lets them only reduce what is done.

. "$(dirname "$0")/lab.sh"

GUID=7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42
lab_machine switches

# verdict RULE TAG: as the record printed with that tag has it
verdict() { lab_journal ".rules[] | select(.id == \"$1\") | .verdict + \" \" + .reason" "$2"; }
# said TAG: "SOURCE WORDS" of each source, joined
said() { lab_journal '[.switches[] | .source + " " + .words] | join("; ")' "$1"; }
flags() { lab_journal '[.switches[] | [.not_understood, .too_many, .restricted] | map(if . then "1" else "0" end) | join("")] | join(" ")' "$1"; }

lab_one 2025.02 || skip_all "$why"
need_file "$LAB"/{record,start,noop}x64.efi

# 1. Load options and the variable, all in one boot: where nothing is applied the driver leaves and is started again.
lab_boot without '' 240 '^last: end' \
	'start.efi \fwquirkx64.efi off' 'record.efi tag=off' \
	'start.efi \fwquirkx64.efi fwquirkx64.efi observe' 'record.efi tag=observe' \
	'start.efi \fwquirkx64.efi -FWQ-9900' 'record.efi tag=minus' \
	'start.efi \fwquirkx64.efi -FWQ-9900 obsrve' 'record.efi tag=typo' \
	"setvar FwquirkConfig -guid $GUID -bs -rt -nv =\"observe,-FWQ-9901\"" \
	'start.efi \fwquirkx64.efi +FWQ-9901' 'record.efi tag=variable' \
	"setvar FwquirkConfig -guid $GUID -bs -rt -nv =L\"off\"" \
	'start.efi \fwquirkx64.efi +FWQ-9901' 'record.efi tag=wide' \
	"setvar FwquirkConfig -guid $GUID =" \
	'fwquirk-loadx64.efi off \noop.efi -- observe' 'record.efi tag=loader' \
	'fwquirk-loadx64.efi off obsrve' \
	'start.efi \fwquirkx64.efi -FWQ-9900 +FWQ-9901' 'record.efi tag=plus' 'record.efi tag=last'
is "$(verdict FWQ-9900 off) / $(verdict FWQ-9901 off)" 'switched-off switch-off / switched-off switch-off' 'off: every rule is switched off'
is "$(said off) $(flags off)" 'load-options off 000' 'off: the record says where that came from'
is "$(lab_journal '.probes["free-readonly-faults"]' off)" not-run 'off: no probe is run'
is "$(verdict FWQ-9900 observe) / $(verdict FWQ-9901 observe)" 'observed switch-observe / observed mode-observe' 'observe: decided, not applied'
is "$(lab_journal '.probes["free-readonly-faults"]' observe)" yes 'observe: probes are run'
is "$(said observe)" 'load-options observe' 'observe: without our own name in front of it'
is "$(verdict FWQ-9900 minus)" 'switched-off switch-rule-off' '-ID: this rule is switched off'
is "$(verdict FWQ-9901 minus)" 'observed mode-observe' '-ID: and no other'
is "$(verdict FWQ-9900 typo)" 'switched-off switch-rule-off' 'a typo beside -ID does not cost the -ID'
is "$(flags typo)" 100 'and is in the record'
expect '^fwquirk: switches by load-options, not all understood: -FWQ-9900 obsrve$' 'and on the console'
is "$(verdict FWQ-9900 variable) / $(verdict FWQ-9901 variable)" 'observed switch-observe / switched-off switch-rule-off' 'variable: observe, and -ID wins over +ID of the load options'
is "$(said variable)" 'load-options +FWQ-9901; variable observe,-FWQ-9901' 'variable: both sources are in the record'
is "$(verdict FWQ-9900 wide)" 'switched-off switch-off' 'variable: what a shell writes as UCS-2 counts, too'
is "$(said loader)" 'load-options off' 'loader: a switch in front of the path, and not behind --'
is "$(verdict FWQ-9900 loader)" 'switched-off switch-off' 'loader: is heeded'
expect '^noop: runs' 'loader: the next image is started all the same'
expect '^fwquirk: expected \[SWITCH\.\.\.\] \[PATH\.efi\] \[-- ARGUMENTS\], found: fwquirk-loadx64\.efi off obsrve' 'loader: a typo is told, nothing is started'
is "$(verdict FWQ-9900 plus) / $(verdict FWQ-9901 plus)" 'switched-off switch-rule-off / applied switch-rule-on' '+ID: a rule that observes is armed by it'
is "$(verdict FWQ-9902 plus)" "$(verdict FWQ-9902 minus)" 'a rule that nobody speaks of stays as it is'
expect '^fwquirk: FWQ-9901 applied free-writable: the rule only observes and a switch turns it on' '+ID: the console says so'

# 2. Load options of a boot manager's own: Driver0000 with optional data as efibootmgr writes them, without and with --unicode.
# option HEX: the shell's line that makes Driver0000 our driver on the virtio disk, with these optional data
option() {
	local name=660077007100750069007200 path=5c006600770071007500690072006b007800360034002e00650066006900
	printf 'setvar Driver0000 -guid 8be4df61-93ca-11d2-aa0d-00e098032b8c -bs -rt -nv =%s%s%s%s%s%s' "010000003a00${name}6b000000" \
		02010c00d041030a00000000 010106000001 "04042400${path}0000" 7fff0400 "$1"
}
lab_one 2025.02
lab_boot without '' 240 '^first: end' 'bcfg driver add 0 fs0:\fwquirkx64.efi "fwquirk"' "$(option 6f627365727665)" 'record.efi tag=first'
lab_boot without '' 240 '^last: end' "$(option 2d004600570051002d0039003900300030000000)" 'record.efi tag=last'
is "$(said last)" 'load-options observe' 'Driver####: optional data in ASCII'
is "$(verdict FWQ-9900 last)" 'observed switch-observe' 'Driver####: are heeded'
lab_boot without '' 240 '^last: end' 'record.efi tag=last'
is "$(said last)" 'load-options -FWQ-9900' 'Driver####: optional data in UCS-2'
is "$(verdict FWQ-9900 last)" 'switched-off switch-rule-off' 'Driver####: are heeded, too'

# 3. OEM strings, two of them, and a rule that may loosen by a switch only.
LAB_QEMU=(-smbios 'type=11,value=something else,value=fwquirk=-FWQ-9900,value=FWQUIRK=loosen')
lab_one 2025.02
lab_boot without '' 240 '^oem: end' 'start.efi \fwquirkx64.efi' 'record.efi tag=oem'
is "$(said oem)" 'smbios -FWQ-9900; smbios loosen' 'OEM strings: both are read'
is "$(verdict FWQ-9900 oem)" 'switched-off switch-rule-off' 'OEM strings: are heeded'
loosened=$(verdict FWQ-9902 oem)
LAB_QEMU=()
lab_one 2025.02
lab_boot without '' 240 '^last: end' 'start.efi \fwquirkx64.efi observe' 'record.efi tag=last'
is "$(said last)" 'load-options observe' 'without an OEM string: nothing of it is left'
is "$loosened" 'applied none' 'loosen: allows what loosens'
lab_boot without '' 240 '^last: end' 'start.efi \fwquirkx64.efi -FWQ-9900' 'record.efi tag=last'
is "$(verdict FWQ-9902 last)" 'refused policy-loosen' 'loosen: not said, not loosened'
lab_one 2025.02
lab_boot without '' 240 '^last: end' 'start.efi \fwquirkx64.efi -FWQ-9900 +FWQ-9902' 'record.efi tag=last'
is "$(verdict FWQ-9902 last)" 'applied none' '+ID: allows this rule to loosen'

# 4. Secure Boot: the firmware checks signatures, ours among them; what asks for more than the rules is not heeded.
# sign FILE: signs a copy with the key that the variables of Debian's snakeoil set trust
sign() { "$SBSIGN" --key "$BOOT_DIR/key" --cert "$SNAKEOIL.pem" --output "$BOOT_DIR/signed-$(basename "$1")" "$1" >"$BOOT_DIR/sign.log" 2>&1; }

secure() {
	local file
	have_deb bookworm/sbsigntool && have_deb trixie/efi-shell-x64 || return 1
	command -v openssl >/dev/null || { why='openssl is not installed'; return 1; }
	SBSIGN=$DEBS/bookworm/sbsigntool/usr/bin/sbsign
	"$SBSIGN" --version >"$BOOT_DIR/sign.log" 2>&1 || { why="sbsign does not run here: $(cat "$BOOT_DIR/sign.log")"; return 1; }
	SNAKEOIL=$DEBS/trixie/ovmf/usr/share/ovmf/PkKek-1-snakeoil
	openssl rsa -in "$SNAKEOIL.key" -passin pass:snakeoil -out "$BOOT_DIR/key" 2>"$BOOT_DIR/sign.log" || { why=$(cat "$BOOT_DIR/sign.log"); return 1; }
	for file in "$DEBS/trixie/efi-shell-x64/usr/share/efi-shell-x64/shellx64.efi" "$LAB"/{fwquirk,record,start}x64.efi; do
		sign "$file" || { why=$(cat "$BOOT_DIR/sign.log"); return 1; }
	done
}

# secure_boot VARIABLES LINE...: the secboot build with these variables
secure_boot() {
	firmware_use 2025.02/secboot
	cp "$DEBS/trixie/ovmf/usr/share/OVMF/$1" "$FW_VARS" && chmod u+w "$FW_VARS"
	shift
	esp_new "$BOOT_DIR/signed-shellx64.efi"
	esp_put "$BOOT_DIR/signed-fwquirkx64.efi" /fwquirkx64.efi
	esp_put "$LAB/fwquirkx64.efi" /unsigned.efi
	esp_put "$BOOT_DIR/signed-recordx64.efi" /record.efi
	esp_put "$BOOT_DIR/signed-startx64.efi" /start.efi
	esp_script "$@"
	boot 300 '^last: end' "${WITH_PROTOCOL[@]}" "${LAB_IDENTITY[@]}" -smbios 'type=11,value=fwquirk=+FWQ-9901 loosen'
}

if secure; then
	lines=('start.efi \unsigned.efi off' 'start.efi \fwquirkx64.efi off' 'record.efi tag=off'
		'start.efi \fwquirkx64.efi' 'record.efi tag=more' 'record.efi tag=last')
	secure_boot OVMF_VARS_4M.snakeoil.fd "${lines[@]}"
	expect '^start: load=(access-denied|0x800000000000001a)' 'Secure Boot: signatures are checked'
	is "$(said more) $(flags more)" 'smbios +FWQ-9901 loosen 001' 'Secure Boot: +ID and loosen are in the record as not heeded'
	is "$(verdict FWQ-9901 more)" 'observed mode-observe' 'Secure Boot: the rule stays as it is'
	is "$(verdict FWQ-9902 more)" 'refused policy-loosen' 'Secure Boot: and nothing is loosened'
	expect '^fwquirk: switches by smbios, under Secure Boot they can only reduce: \+FWQ-9901 loosen' 'Secure Boot: the console says so'
	is "$(verdict FWQ-9901 off)" 'switched-off switch-off' 'Secure Boot: off is heeded'

	secure_boot OVMF_VARS_4M.fd "${lines[@]}"
	expect '^start: load=success' 'the same firmware without keys: nothing is checked'
	is "$(flags more)" 000 'the same firmware without keys: nothing is ignored'
	is "$(verdict FWQ-9901 more | grep -c '^observed')" 0 'the same firmware without keys: +ID counts'
else
	skip 'Secure Boot lets switches only reduce' "$why"
fi
done_testing
