#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# match.t - match, explain and plan on the machines that rules name, and on what is none
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
mkmachine=${MKMACHINE:-build/test/gcc/mkmachine}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The identity of a fixture as JSON: SMBIOS fields by our own reader, firmware fields from [efi].
identity_of() { # NAME: prints the path
	local json=$dir/$1.json
	"$mkmachine" tests/data/machines/"$1".machine "$dir/$1.dump" &&
		"$fwquirk" identify --json "$dir/$1.dump" 2>/dev/null >"$dir/smbios.json"
	"$mkmachine" --identity-args tests/data/machines/"$1".machine |
		jq -R 'capture("^(?<key>[^=]*)=(?<value>.*)$") | {(.key): .value}' | jq -s add >"$dir/efi.json"
	jq -s '.[0] * (.[1] // {})' "$dir/smbios.json" "$dir/efi.json" >"$json"
	echo "$json"
}

# Every rule against every machine and near miss that it names.
machines=0
while read -r id kind name; do
	machines=$((machines + 1))
	json=$(identity_of "$name")
	case $kind in
	machine) tap_run "$id matches $name" 0 "matches by identity" "$fwquirk" explain "$id" "$json" ;;
	near) tap_run "$id does not match $name, and says why" 1 'does not match: .+' "$fwquirk" explain "$id" "$json" ;;
	esac
done < <("$fwquirk" show --text $("$fwquirk" list --json | jq -r '.[].id') |
	sed -n 's/^\[\(FWQ-[0-9]*\)\]$/id \1/p; s/^Machine = /machine /p; s/^Near-miss = /near /p' |
	awk '$1 == "id" { id = $2; next } { print id, $1, $2 }')
[ "$machines" -ge 3 ] && tap_ok "rules name machines ($machines)" || tap_fail 'rules name machines'

bad=$(identity_of qemu-ovmf-2025.02)
good=$(identity_of qemu-ovmf-2026.08)
tap_run 'match: known bad' 0 'known bad +FWQ-0001' "$fwquirk" match "$bad"
tap_run 'match: what to do' 0 'free-writable' "$fwquirk" match "$bad"
tap_run 'match: who says so' 0 'who says so +https://' "$fwquirk" match "$bad"
tap_run 'match --verbose: a near miss says why' 1 'FWQ-0001 .*(since-fixed|as new as the repair)' "$fwquirk" match --verbose "$good"
tap_same 'match --json: known bad' 'true FWQ-0001' "$("$fwquirk" match --json "$bad" | jq -r '"\(.known_bad) \(.rules[0].id)"')"
tap_same 'match --json --verbose: every rule with a reason' true \
	"$("$fwquirk" match --json --verbose "$good" | jq '(.rules | length) == .n_rules and (.rules | map(select(.matched | not)) | all(.reason != "none" and (.text | length) > 0))')"

tap_run 'plan: probes not run, so nothing is applied' 1 'FWQ-0001 +not-probed' "$fwquirk" plan "$bad"
tap_run 'plan: the probe says yes' 0 'apply +free-writable for FWQ-0001' "$fwquirk" plan --probe free-readonly-faults=yes "$bad"
tap_run 'plan: the probe says no' 1 'FWQ-0001 +fixed' "$fwquirk" plan --probe free-readonly-faults=no "$bad"
tap_run 'plan: observe' 1 'FWQ-0001 +observed' "$fwquirk" plan --observe --probe free-readonly-faults=yes "$bad"
yes=--probe=free-readonly-faults=yes
tap_run 'plan: a switch of the rule' 1 'FWQ-0001 +switched-off +a switch turns this rule off' "$fwquirk" plan $yes --switches=-FWQ-0001 "$bad"
tap_run 'plan: off' 1 'FWQ-0001 +switched-off +a switch says off' "$fwquirk" plan $yes --switches 'observe,off' "$bad"
tap_run 'plan: +ID leaves an armed rule armed' 0 'apply +free-writable for FWQ-0001' "$fwquirk" plan $yes --switches +FWQ-0001 --secure-boot "$bad"
tap_run 'plan: a typo is a usage error' 2 'expected off, observe.*found "of"' "$fwquirk" plan --switches of "$bad"
tap_run 'plan: an unknown probe is a usage error' 2 'expected --probe NAME=yes' "$fwquirk" plan --probe frob=yes "$bad"
tap_run 'plan: an answer that is none is a usage error' 2 'expected --probe NAME=yes' "$fwquirk" plan --probe map-present=perhaps "$bad"
tap_same 'plan --json: actions' 'free-writable' \
	"$("$fwquirk" plan --json --probe free-readonly-faults=yes "$bad" | jq -r '.actions[].workaround')"

tap_run 'explain: a rule that is not there' 2 'no rule FWQ-9999' "$fwquirk" explain FWQ-9999 "$bad"
tap_run 'explain: not an id' 2 'expected a rule such as FWQ-0001' "$fwquirk" explain 1 "$bad"
tap_same 'explain --json: each condition with its value' true \
	"$("$fwquirk" explain --json FWQ-0001 "$bad" | jq '.matched and (.conditions | length > 1 and all(.holds and has("value")))')"

# Sources that cannot tell: unknown never matches, and the message says which kind of ignorance it is.
echo 'dmi:bvnSomebody:bvr2025.02-8+deb13u1:bd11/08/2025:' >"$dir/modalias"
tap_run 'a field that the source cannot tell is not a match' 1 'not in this kind of source' "$fwquirk" match --verbose "$dir/modalias"


# Plain sentences, and a modalias, which has no blanks.
cat >"$dir/plain.quirks" <<'END'
# SPDX-License-Identifier: CC0-1.0

[FWQ-0001]
Title = It hangs
Defect = ebs-fail
Confidence = reported
Mode = observe
Match = sys-vendor "Dell Inc."
Match = product-name prefix "XPS 13"
Introduced = bios-date date 2016-09-13
Fixed = bios-version version dell "2.0.0"
Workaround = ebs-retry 3
Evidence = https://example.org/hangs the report
END
"$fwquirk" pack -o "$dir/plain.table" "$dir/plain.quirks" >/dev/null
"$fwquirk" build -o "$dir/plain.sqlite" "$dir/plain.quirks" >/dev/null
plain() { "$fwquirk" "$1" --table "$dir/plain.table" --db "$dir/plain.sqlite" "${@:2}"; }
echo '{"sys-vendor": "Dell Inc.", "product-name": "XPS 13 9360", "bios-version": "1.0.7", "bios-date": "09/13/2016"}' >"$dir/xps"
echo 'dmi:bvnDellInc.:bvr1.0.7:bd09/13/2016:svnDellInc.:pnXPS139360:pvr:' >"$dir/modalias"
tap_run 'match: since' 0 '^  since +2016-09-13 or later  \(here "09/13/2016"\)$' plain match "$dir/xps"
tap_run 'match: fixed in' 0 '^  fixed in +version "2.0.0" or newer  \(here "1.0.7"\)$' plain match "$dir/xps"
tap_run 'match: what to do, in words' 0 '^  what to do +ebs-retry 3 \(.*; observed only, not applied\)$' plain match "$dir/xps"
tap_run 'match: the report' 0 '^  who says so +https://example.org/hangs the report$' plain match "$dir/xps"
tap_run 'match: the modalias of the machine, too' 0 'known bad  FWQ-0001  It hangs' plain match "$dir/modalias"
tap_run 'match: and says how it was compared' 0 '^  compared +without blanks and colons, which a modalias has not$' plain match "$dir/modalias"
tap_same 'match --json: the same' 'true true FWQ-0001' "$(plain match --json "$dir/modalias" | jq -r '"\(.known_bad) \(.without_blanks) \(.rules[0].id)"')"
tap_run 'explain: a modalias' 0 'here "DellInc." \(compared without blanks: a modalias has none\)$' plain explain FWQ-0001 "$dir/modalias"
tap_run 'match --verbose: a modalias of another' 1 'FWQ-0001  product-name is "XPS159550"; the rule wants product-name prefix "XPS 13"' \
	plain match --verbose <(sed 's/XPS139360/XPS159550/' "$dir/modalias")

# Inputs that are none.
tap_run 'a missing file' 2 "no-such-file" "$fwquirk" match "$dir/no-such-file"
head -c 4096 /dev/zero >"$dir/zeros"
tap_run 'a file that describes no machine' 2 'zeros' "$fwquirk" match "$dir/zeros"
printf 'FWQT' >"$dir/short.table"
tap_run 'a table that is cut' 2 'not a usable table' "$fwquirk" match --table "$dir/short.table" "$bad"
tap_run 'a table that is not there' 2 'missing.table' "$fwquirk" match --table "$dir/missing.table" "$bad"
"$fwquirk" pack -o "$dir/good.table" quirks >/dev/null
tap_run 'the packed table as a file says the same' 0 'known bad +FWQ-0001' "$fwquirk" match --table "$dir/good.table" "$bad"
size=$(stat -c %s "$dir/good.table")
for at in 0 9 $((size / 2)) $((size - 1)); do
	cp "$dir/good.table" "$dir/flip.table"
	byte=$(od -An -tu1 -j "$at" -N1 "$dir/flip.table")
	printf "\\x$(printf %02x $((byte ^ 64)))" | dd of="$dir/flip.table" bs=1 seek="$at" conv=notrunc status=none
	tap_run "a table with a flipped bit in byte $at" 2 'not a usable table' "$fwquirk" match --table "$dir/flip.table" "$bad"
done
tap_run 'two sources are one too many' 2 'one SOURCE' "$fwquirk" match "$bad" "$good"
tap_done
