#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# population.t - check --population as a person meets it: counts, limits, JSON, broken tables; the real one when there
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
corpus=${FWQUIRK_CORPUS:-../shared/corpus}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

rule() { # NUMBER KEYS...
	printf '\n[FWQ-%04d]\nTitle = Rule %d\nDefect = other\nConfidence = reported\nMode = observe\n' "$1" "$1"
	printf '%s\n' "${@:2}" "Evidence = https://example.org/$1"
}
{
	echo '# SPDX-License-Identifier: CC0-1.0'
	rule 1 'Match = product-name "Model 3"' 'Unbounded = u'
	rule 2 'Match = sys-vendor "maker 0"' 'Unbounded = u' 'Population = 1000'
	rule 3 'Match = board-name "Board 9"' 'Unbounded = u'
	rule 4 'Match = product-name "Model 3"' 'Match = efi-vendor "E"' 'Unbounded = u'
	rule 5 'Match = product-name "Model 999"' 'Unbounded = u'
	rule 6 'Unmatched = nobody knows which'
	rule 7 'Match = product-name prefix "Model 1"' 'Fixed = bios-version version dotted "1.10"'
} >"$tmp/r.quirks"
awk -v n=8000 -f tests/support/made-machines.awk >"$tmp/p.tsv"
count() { "$fwquirk" check --limit 2000 --population "${1:-$tmp/p.tsv}" "${@:2}" "$tmp/r.quirks"; }

count >"$tmp/out"
tap_same 'good rules: exit 0' 0 $?
tap_run 'a model' 0 '^FWQ-0001  200 machines of 1 model: Maker 0 Model 3 \(200\)$' cat "$tmp/out"
tap_run 'a maker, and what it makes' 0 \
	'^FWQ-0002  1000 machines of 5 models: Maker 0 Model 0 \(200\), Maker 0 Model 1 \(200\), Maker 0 Model 2 \(200\), 2 more$' cat "$tmp/out"
tap_run 'a board where the product is a placeholder' 0 '^FWQ-0003  200 machines of 1 model: Maker 1 Board 9 \(200\)$' cat "$tmp/out"
tap_run 'a field that the table lacks' 0 'note L053: FWQ-0004 hits at most 200 machines: the population lacks efi-vendor' cat "$tmp/out"
tap_run 'a rule that hits none' 0 'note L052: FWQ-0005 hits none' cat "$tmp/out"
# 10 of 11 models of 200 machines, less the placeholder; 10 of 20 versions, of which 1 in 25 is not known.
tap_same 'versions are read under their scheme' \
	"$(awk -F'\t' 'NR > 1 && $3 ~ /^Model 1/ && $8 ~ /^1\.[0-9]$/' "$tmp/p.tsv" | wc -l)" \
	"$(sed -n 's/^FWQ-0007  \([0-9]*\) machines.*/\1/p' "$tmp/out")"
tap_run 'all in all' 0 '^8000 machines of 40 models: 5 rules hit some, 1 none; 0 not counted; 1 without Match$' cat "$tmp/out"
tap_run 'over the limit: exit 1' 1 'r.quirks:3:1: error L050: expected at most 199 machines, .*found 200' count "$tmp/p.tsv" --limit 199
awk -v n=800 -f tests/support/made-machines.awk >"$tmp/small.tsv"
tap_run 'fewer than stated: exit 1' 1 'error L051: expected 1000 machines, give or take 100, found 100' count "$tmp/small.tsv"
tap_run 'within a wider tolerance: exit 0' 0 '^FWQ-0002  100 machines' count "$tmp/small.tsv" --tolerance 90
if command -v xz >/dev/null; then
	xz -c "$tmp/p.tsv" >"$tmp/p.xz"
	tap_same 'a packed table says the same' "$(cat "$tmp/out")" "$(count "$tmp/p.xz")"
	head -c 1000 "$tmp/p.xz" >"$tmp/cut.xz"
	tap_run 'a packed table that is cut off: exit 2' 2 'cut.xz: xz cannot unpack it: damaged or cut off' count "$tmp/cut.xz"
else
	tap_skip 'a packed table says the same' 'no xz'
	tap_skip 'a packed table that is cut off: exit 2' 'no xz'
fi
tap_same 'a table from standard input says the same' "$(cat "$tmp/out")" "$(count - <"$tmp/p.tsv")"
tap_same 'one processor says what two say' "$(cat "$tmp/out")" "$(taskset -c 0 "$fwquirk" check --limit 2000 --population "$tmp/p.tsv" "$tmp/r.quirks")"
tap_run 'no table: exit 2' 2 'none.tsv: cannot read: No such file' count "$tmp/none.tsv"
tap_run 'a table of something else: exit 2' 2 'Makefile:1: expected a header line with columns such as sys_vendor' count Makefile
{ cat "$tmp/small.tsv"; echo 'half a line'; } >"$tmp/half.tsv"
tap_run 'a broken line: exit 2' 2 'half.tsv:802: expected 11 fields between tabs, as in the first line, found 1' count "$tmp/half.tsv"
tap_run 'a limit that is none: exit 2' 2 'expected a number behind --limit, found "few"' count "$tmp/p.tsv" --limit few
printf 'sys_vendor\tproduct_name\nM\x1b[31m\xff\tModel 3\n' >"$tmp/hostile.tsv"
tap_run 'nothing from the table reaches a terminal raw' 1 '^FWQ-0001  1 machine of 1 model: M\\x1b\[31m\\xff Model 3 \(1\)$' count "$tmp/hostile.tsv"
if command -v jq >/dev/null; then
	tap_same 'JSON has all of it' '8000 40 7 200 Model 3 2' \
		"$(count "$tmp/p.tsv" --json | jq -r '.population as $p | "\($p.machines) \($p.models) \($p.rules | length) \($p.rules[0].machines) \($p.rules[0].models[0].product) \(.findings | length)"')"
	tap_same 'JSON: scopes' 'exact exact exact at-most exact unmatched exact' \
		"$(count "$tmp/p.tsv" --json | jq -r '[.population.rules[].scope] | join(" ")')"
else
	tap_skip 'JSON has all of it' 'no jq'
	tap_skip 'JSON: scopes' 'no jq'
fi

real=$corpus/dmidecode-txt/identities.tsv.xz
if [ -r "$real" ] && command -v xz >/dev/null; then
	xz -dc "$real" >"$tmp/real.tsv"
	{
		echo '# SPDX-License-Identifier: CC0-1.0'
		rule 1 'Match = sys-vendor "LENOVO"' 'Match = product-name prefix "20HG"' 'Unbounded = u'
		rule 2 'Match = bios-vendor "Apple Inc."' 'Match = product-name contains "MacBookPro"' 'Unbounded = u' 'Population = 99999'
	} >"$tmp/r.quirks"
	# By hand, with nothing of ours: trimmed, any case.
	by_hand=$(awk -F'\t' 'function t(s) { gsub(/^ +| +$/, "", s); return tolower(s) } NR > 1 && t($3) == "lenovo" && t($4) ~ /^20hg/' "$tmp/real.tsv" | wc -l)
	tap_same 'real machines: as many as awk finds' "$by_hand" "$(count "$real" | sed -n 's/^FWQ-0001  \([0-9]*\) machines.*/\1/p')"
	tap_run 'real machines: a wrong statement is refused' 1 'error L051: expected 99999 machines' count "$real"
	tap_run 'the shipped rules hit what they say, and few: exit 0' 0 '^[0-9]+ rules in [0-9]+ files: 0 errors' \
		"$fwquirk" check --population "$real" quirks
else
	for name in 'as many as awk finds' 'a wrong statement is refused'; do
		tap_skip "real machines: $name" "no $real"
	done
	tap_skip 'the shipped rules hit what they say, and few: exit 0' "no $real"
fi
tap_done
