#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# contest.sh [OUT] - ways to find the rules of a machine, side by side on the same rules and machines: a line of JSON
# each into OUT/contest.json, a table into OUT/contest.txt, a plot into OUT/bench.svg. Takes about four minutes.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
out=${1:-$build/bench}
table=${FWQUIRK_CORPUS:-../shared/corpus}/dmidecode-txt/identities.tsv.xz
sizes=${SIZES:-100 1000 10000 100000}
mkdir -p "$out"
if [ -r "$table" ]; then from="$table"; else from=; echo "contest.sh: no $table: machines are made"; fi

# Instructions a lookup: what callgrind collects inside of contest_find, for some ten seconds; at least three lookups.
instructions() { # FOLDER CONTESTANT NANOSECONDS
	valgrind --tool=callgrind --instr-atstart=no --collect-atstart=no --toggle-collect=contest_find --callgrind-out-file=/dev/null \
		"$build/bench/contest" "$1" "$2" count "$(awk -v ns="$3" 'BEGIN { n = int(2e8 / ns); print (n < 3 ? 3 : n > 600 ? 600 : n) }')" 2>&1 |
		awk '/refs:/ { gsub(",", ""); refs = $NF } match($0, /"lookups": [0-9]+/) { n = substr($0, RSTART + 11, RLENGTH - 11) } END { if (n) printf "%.0f", refs / n }'
}

: >"$out/contest.json"
for n in $sizes; do
	folder=$build/bench/rules-$n
	rm -rf "$folder" && mkdir -p "$folder"
	"$build/bench/workload" "$n" "$folder" ${from:+"$from"} || exit 2
	for name in 'fwquirk table' 'fwquirk table, no texts' 'dmi_system_id' 'systemd hwdb' 'SQLite, index' 'SQLite, GLOB' 'sorted hashes'; do
		line=$("$build/bench/contest" "$folder" "$name") || exit 2
		counted=$(instructions "$folder" "$name" "$(printf '%s' "$line" | sed -n 's/.*"ns": \([0-9]*\).*/\1/p')")
		[ -z "$counted" ] || line=${line%\}}", \"instructions\": $counted}"
		printf '%s\n' "$line" | tee -a "$out/contest.json"
	done
done
awk -f tests/bench/contest_text.awk "$out/contest.json" | tee "$out/contest.txt"
awk -f tests/bench/contest_svg.awk "$out/contest.json" >"$out/bench.svg"
