#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# contribute.t - CONTRIBUTING.md followed by somebody new: its commands, as they stand there, from a dump to a rule
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
tool=$(realpath "${FWQUIRK:-build/fwquirk}")
mkmachine=$(realpath "${MKMACHINE:-build/test/gcc/mkmachine}")
export FWQUIRK_DB
FWQUIRK_DB=$(realpath "${FWQUIRK_DB:-build/quirks.sqlite}")
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
top=$PWD

# A copy of what a contributor edits, and a machine that nobody has reported.
mkdir -p "$tmp/tree/tests/data" "$tmp/bin"
cp -r quirks "$tmp/tree/" && cp -r tests/data/machines "$tmp/tree/tests/data/"
cat >"$tmp/sick.machine" <<'END'
[bios]
bios-vendor = Acme Firmware
bios-version = 2.4.6
bios-date = 03/04/2024
[system]
sys-vendor = Acme Computers
product-name = Anvil 9
string 0x07 = SERIAL-1234
[board]
board-vendor = Acme Computers
board-name = ANV-9
[chassis]
chassis-type = 10
END
cat >"$tmp/tree/sick.dmesg" <<'END'
[    0.000000] Linux version 6.12.1-amd64 (builder@somewhere) (gcc) #1 SMP
[    0.000000] efi: mem00: [Boot Data   |   |  |  |  |  |  |  |  |   |  |WB|WT|WC|UC] range=[0x0000000000001000-0x0000000000001fff] (0MB)
[    0.000000] DMI: Acme Computers Anvil 9/ANV-9, BIOS 2.4.6 03/04/2024
END
"$mkmachine" "$tmp/sick.machine" "$tmp/tree/sick.bin" || tap_fail 'the dump is built'
# The person says yes; nothing else is different.
cat >"$tmp/bin/fwquirk" <<END
#!/bin/bash
[ "\$1" != report ] || set -- report --yes "\${@:2}"
exec "$tool" "\$@"
END
chmod +x "$tmp/bin/fwquirk"
PATH=$tmp/bin:$PATH

# Every line of every block of commands; behind # its exit status, where it is not 0.
sed -n '/^ *```sh$/,/^ *```$/{/```/d;s/^ *//;p}' CONTRIBUTING.md >"$tmp/commands"
tap_same 'the page has commands' yes "$([ "$(wc -l <"$tmp/commands")" -ge 10 ] && echo yes)"
tap_same 'it is one page' yes "$([ "$(wc -l <CONTRIBUTING.md)" -le 80 ] && echo yes)"
for verb in match report draft check fmt build pack import show; do
	grep -q "^fwquirk $verb" "$tmp/commands" || echo "$verb"
done >"$tmp/verbs"
tap_none 'every step is a command' "$(cat "$tmp/verbs")"

cd "$tmp/tree" || exit 1
n=0
while IFS= read -r command; do
	n=$((n + 1))
	code=$(sed -n 's/.*# exit \([0-9]\).*/\1/p' <<<"$command")
	bash -c "$command" >"$tmp/out.$n" 2>"$tmp/err.$n" </dev/null
	found=$?
	if [ "$found" = "${code:-0}" ]; then
		tap_ok "${command%%  *# exit*}"
	else
		tap_fail "${command%%  *# exit*}" "exit $found, expected ${code:-0}: $(cat "$tmp/out.$n" "$tmp/err.$n")"
	fi
done <"$tmp/commands"
step() { # PATTERN: what that command printed
	local at
	at=$(grep -nE "$1" "$tmp/commands" | tail -n 1 | cut -d: -f1)
	cat "$tmp/out.$at" "$tmp/err.$at"
}

# What the person saw on the way.
said() { # NAME COMMAND PATTERN
	tap_run "$1" 0 "$3" step "$2"
}
said 'first nobody knew it' '^fwquirk match sick' 'not known bad'
said 'the report was explained' 'report --explain' '^    what a harmless|^    model or firmware'
tap_none 'the serial number stayed on the machine' "$(grep -l SERIAL-1234 -r "$tmp/tree" --exclude=sick.bin)"
said 'the draft says what is missing' '^fwquirk draft' 'fill in: Evidence'
said '... and names its machines' '^fwquirk draft' 'near miss: .*acme-anvil-9-2.4.6-later.machine'
said 'check says where' '^fwquirk check.*exit 2' 'acme.quirks:6:10: error P027: expected a defect class'
said 'then it is known bad' '^fwquirk match --table' '^known bad  FWQ-[0-9]+  Acme Computers Anvil 9, firmware 2\.4\.6'
said '... and somebody says so' '^fwquirk match --table' 'https://bugs.example.org/1234'
said 'explain agrees, on the report' '^fwquirk explain' 'Acme Computers'
said 'the report is filed and linked' '^fwquirk import' '1 new .* rules match 1 of 1'
said 'show tells on what it was seen' '^fwquirk show' 'Seen on +Acme Computers Anvil 9, 2\.4\.6 of 03/04/2024: 1 report'

# The machines of the draft, built: one is matched, the near misses are not.
rule=quirks/30-maker/acme.quirks
for name in $(sed -nE 's/^(Machine|Near-miss) = //p' $rule); do
	"$mkmachine" "tests/data/machines/$name.machine" "$tmp/$name.bin"
	fwquirk match --table quirks.table "$tmp/$name.bin" >/dev/null
	echo "$? $(grep -c "^Machine = $name\$" $rule)"
done >"$tmp/verdicts"
tap_same 'machine and near misses' '0 1;1 0;1 0;' "$(tr '\n' ';' <"$tmp/verdicts")"
tap_same 'the rule is in canonical form' "$(cat $rule)" "$(fwquirk fmt $rule)"
tap_same 'its number is new' 1 "$(cat quirks/*/*.quirks | grep -c "^\[$(sed -n 's/^\[\(.*\)\]/\1/p' $rule)\]")"
tap_run 'drafted again: the machines are not written over' 2 'is there already' \
	fwquirk draft --machine-out tests/data/machines sick.report
tap_run 'a folder in place of a report: exit 2' 2 'Is a directory' fwquirk draft quirks
tap_run 'no report: exit 2' 2 'expected 1 to 64 reports' fwquirk draft
tap_run 'what is no number: exit 2' 2 'expected a rule such as FWQ-0001' fwquirk draft --id 1 sick.report

# How many others it would hit, among many real machines.
cd "$top" || exit 1
population=${FWQUIRK_CORPUS:-../shared/corpus}/dmidecode-txt/identities.tsv.xz
"$mkmachine" tests/data/machines/dell-xps-13-9360.machine "$tmp/dell.bin"
fwquirk report -o "$tmp/dell.report" "$tmp/dell.bin" >/dev/null 2>&1
if [ -e "$population" ]; then
	tap_run 'with a population the keys are weighed' 0 'keys: +sys-vendor "Dell Inc.", product-name "XPS 13 9360": [0-9]+ of [0-9]{5} machines, 1 model' \
		fwquirk draft --population "$population" "$tmp/dell.report"
else
	tap_skip 'with a population the keys are weighed' "no $population"
fi
tap_same 'all of it took less than ten minutes' yes "$([ $SECONDS -lt 600 ] && echo yes)"
tap_done
