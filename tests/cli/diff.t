#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# diff.t - diff as a person meets it: rules, machines, every kind of input, exit codes, JSON
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
corpus=${FWQUIRK_CORPUS:-../shared/corpus}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

rule() { # NUMBER KEYS...
	printf '\n[FWQ-%04d]\nTitle = Rule %d\nDefect = other\nConfidence = reported\n' "$1" "$1"
	printf '%s\n' "${@:2}" "Evidence = https://example.org/$1"
}
head='# SPDX-License-Identifier: CC0-1.0'
{
	echo "$head"
	rule 1 'Mode = arm' 'Match = product-name "Model 3"' 'Workaround = ebs-retry 3'
	rule 2 'Mode = observe' 'Match = sys-vendor "Maker 1"' 'Workaround = drop-mat'
	rule 3 'Mode = observe' 'Match = board-name "Board 9"' 'Workaround = reserve-low'
	rule 4 'Mode = observe' 'Unmatched = u'
	rule 5 'Mode = observe' 'Match = product-name "Model 0"'
	rule 8 'Mode = arm' 'Match = product-name "Model 8"' 'Workaround = drop-mat'
} >"$tmp/old.quirks"
{
	echo "$head"
	rule 1 'Mode = arm' 'Match = product-name "Model 3"' 'Workaround = ebs-retry 5'
	rule 2 'Mode = arm' 'Match = sys-vendor "Maker 1"' 'Workaround = drop-mat'
	rule 4 'Mode = observe' 'Unmatched = not the same'
	rule 5 'Mode = observe' 'Match = product-name "Model 0"'
	rule 6 'Mode = arm' 'Match = product-name any-of "Model 11" "Model 12"' 'Match = efi-vendor "E"' 'Workaround = reserve-low'
	rule 7 'Mode = observe' 'Match = efi-vendor "E"' 'Workaround = reserve-low'
	rule 8 'Mode = arm' 'Match = product-name "Model 8"' 'Workaround = drop-mat' 'Workaround = kernel-option "nokaslr"'
} >"$tmp/new.quirks"
awk -v n=4000 -f tests/support/made-machines.awk >"$tmp/p.tsv"
d() { "$fwquirk" diff "$@"; }

d "$tmp/old.quirks" "$tmp/new.quirks" >"$tmp/out"
tap_same 'differences: exit 1' 1 $?
tap_same 'rules that came, went and changed, with the lines' 'changed  FWQ-0001  Rule 1
    -Workaround = ebs-retry 3
    +Workaround = ebs-retry 5
changed  FWQ-0002  Rule 2
    -Mode = observe
    +Mode = arm
removed  FWQ-0003  Rule 3
changed  FWQ-0004  Rule 4
    -Unmatched = u
    +Unmatched = not the same
added    FWQ-0006  Rule 6
added    FWQ-0007  Rule 7
changed  FWQ-0008  Rule 8
    +Workaround = kernel-option "nokaslr"
rules: 2 added, 1 removed, 4 changed, 1 the same' "$(cat "$tmp/out")"
tap_run 'the same: exit 0' 0 '^rules: 0 added, 0 removed, 0 changed, 6 the same$' d "$tmp/old.quirks" "$tmp/old.quirks"

# 4000 machines: 100 of each model; Model 9, 19, 29 and 39 are placeholders on boards of that number.
tap_same 'machines that gain, lose or change' 'change  drop-mat (observed) to drop-mat (armed): 400 machines of 4 models: Maker 1 Board 9 (100), Maker 1 Model 5 (100), Maker 1 Model 6 (100), Maker 1 Model 7 (100)
gain    reserve-low (armed): 200 machines of 2 models: Maker 2 Model 11 (100), Maker 2 Model 12 (100)
gain    kernel-option "nokaslr" (armed): 100 machines of 1 model: Maker 1 Model 8 (100)
change  ebs-retry 3 (armed) to ebs-retry 5 (armed): 100 machines of 1 model: Maker 0 Model 3 (100)
lose    reserve-low (observed): 100 machines of 1 model: Maker 1 Board 9 (100)
fields that the population lacks, and that were not looked at: efi-vendor
rules that find nothing with the fields of the population: 1
machines: 800 of 4000 get something else' \
	"$(d --population "$tmp/p.tsv" "$tmp/old.quirks" "$tmp/new.quirks" | sed '1,/^rules:/d')"
tap_run 'the same rules, the same machines: exit 0' 0 '^machines: 0 of 4000 get something else$' \
	d --population "$tmp/p.tsv" "$tmp/new.quirks" "$tmp/new.quirks"
tap_same 'one processor says what two say' \
	"$(d --population "$tmp/p.tsv" "$tmp/old.quirks" "$tmp/new.quirks" | sha256sum)" \
	"$(taskset -c 0 "$fwquirk" diff --population "$tmp/p.tsv" "$tmp/old.quirks" "$tmp/new.quirks" | sha256sum)"

# databases, tables, folders
for side in old new; do
	"$fwquirk" build -o "$tmp/$side.sqlite" "$tmp/$side.quirks" >/dev/null
	"$fwquirk" pack -o "$tmp/$side.table" "$tmp/$side.quirks" >/dev/null
done
tap_same 'databases say what the text says' "$(cat "$tmp/out")" "$(d "$tmp/old.sqlite" "$tmp/new.sqlite")"
tap_same 'a database and text' "$(cat "$tmp/out")" "$(d "$tmp/old.sqlite" "$tmp/new.quirks")"
tap_same 'tables have no titles and no rules without Match' 'changed  FWQ-0001
    -Workaround = ebs-retry 3
    +Workaround = ebs-retry 5
changed  FWQ-0002
    -Mode = observe
    +Mode = arm
removed  FWQ-0003
added    FWQ-0006
added    FWQ-0007
changed  FWQ-0008
    +Workaround = kernel-option "nokaslr"
rules: 2 added, 1 removed, 3 changed, 1 the same' "$(d "$tmp/old.table" "$tmp/new.table")"
tap_same 'a table and text: what tables have' "$(d "$tmp/old.table" "$tmp/new.table")" "$(d "$tmp/old.table" "$tmp/new.quirks")"
tap_run 'a table of these rules is the same: exit 0' 0 'rules: 0 added, 0 removed, 0 changed' d "$tmp/new.sqlite" "$tmp/new.table"
tap_same 'machines by tables' "$(d --population "$tmp/p.tsv" "$tmp/old.quirks" "$tmp/new.quirks" | sed '1,/^rules:/d')" \
	"$(d --population "$tmp/p.tsv" "$tmp/old.table" "$tmp/new.table" | sed '1,/^rules:/d')"
mkdir "$tmp/folder" && sed '/FWQ-0005/,$d' "$tmp/old.quirks" >"$tmp/folder/a.quirks" && cp "$tmp/old.quirks" "$tmp/all.quirks"
tap_run 'a folder; files do not count' 1 '^rules: 0 added, 2 removed, 0 changed, 4 the same$' d "$tmp/all.quirks" "$tmp/folder"
tap_run 'the shipped rules and their database: exit 0' 0 'rules: 0 added, 0 removed, 0 changed' d quirks "${FWQUIRK_DB:-build/quirks.sqlite}"

if command -v jq >/dev/null; then
	tap_same 'JSON: rules' 'changed FWQ-0001 2,changed FWQ-0002 2,removed FWQ-0003 0,changed FWQ-0004 2,added FWQ-0006 0,added FWQ-0007 0,changed FWQ-0008 1 1 null' \
		"$(d --json "$tmp/old.quirks" "$tmp/new.quirks" | jq -r '([.rules[] | "\(.change) \(.id) \(.lines | length)"] | join(",")) + " \(.same) \(.population)"')"
	tap_same 'JSON: machines' '800 4000 change/400/4 gain/200/2 gain/100/1 change/100/1 lose/100/1 efi-vendor 1' \
		"$(d --json --population "$tmp/p.tsv" "$tmp/old.quirks" "$tmp/new.quirks" | jq -r '.population | "\(.affected) \(.machines) " + ([.changes[] | "\(.change)/\(.machines)/\(.models | length)"] | join(" ")) + " \(.lacking[0]) \(.rules_not_counted)"')"
	d --json "$tmp/old.quirks" "$tmp/new.quirks" >/dev/null
	tap_same 'JSON: exit 1' 1 $?
else
	for name in rules machines 'exit 1'; do tap_skip "JSON: $name" 'no jq'; done
fi

# what cannot be compared
tap_run 'one argument: exit 2' 2 'expected OLD and NEW, found 1 argument$' d "$tmp/old.quirks"
tap_run 'no such file: exit 2' 2 'none: error P001' d "$tmp/old.quirks" "$tmp/none"
tap_run 'no such population: exit 2' 2 'none.tsv: cannot read' d --population "$tmp/none.tsv" "$tmp/old.quirks" "$tmp/new.quirks"
{ cat "$tmp/old.quirks"; rule 1 'Mode = observe' 'Match = product-name "X"'; } >"$tmp/twice.quirks"
tap_run 'one number twice: exit 2' 2 'twice.quirks: FWQ-0001 is there twice' d "$tmp/twice.quirks" "$tmp/new.quirks"
head -c 100 "$tmp/old.table" >"$tmp/cut.table"
tap_run 'half a table: exit 2' 2 'cut.table: not a usable table' d "$tmp/cut.table" "$tmp/new.table"
tap_run 'broken text: exit 2' 2 'error P003' d tests/data/rules-broken/byte-order-mark.quirks "$tmp/new.quirks"
sed 's/Rule 1/\xe2\x80\x9crule\xe2\x80\x9d/; s/Model 3/a\\x1b[31m/' "$tmp/old.quirks" >"$tmp/control.quirks"
tap_run 'control characters stay spelled' 1 '\+Match = product-name "a\\x1b\[31m"$' d "$tmp/old.quirks" "$tmp/control.quirks"

real=$corpus/dmidecode-txt/identities.tsv.xz
if [ -r "$real" ] && command -v xz >/dev/null; then
	{
		echo "$head"
		rule 1 'Mode = arm' 'Match = product-name prefix "20HG"' 'Workaround = drop-mat'
	} >"$tmp/one.quirks"
	{
		echo "$head"
		rule 1 'Mode = arm' 'Match = product-name any-of prefix "20HG" "20HH"' 'Workaround = drop-mat'
	} >"$tmp/two.quirks"
	by_hand=$(xz -dc "$real" | awk -F'\t' 'function t(s) { gsub(/^ +| +$/, "", s); return tolower(s) } t($4) ~ /^20hh/' | wc -l)
	tap_run 'real machines: those that the wider rule takes in' 1 "^gain    drop-mat \(armed\): $by_hand machines" \
		d --population "$real" "$tmp/one.quirks" "$tmp/two.quirks"
else
	tap_skip 'real machines: those that the wider rule takes in' "no $real"
fi
tap_done
