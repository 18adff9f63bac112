#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# population.sh - how long 81,357 real machines take: check of 1,000 rules, diff; beside SQLite with GLOB, one after another
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
fwquirk=${FWQUIRK:-$build/fwquirk}
table=${FWQUIRK_CORPUS:-../shared/corpus}/dmidecode-txt/identities.tsv.xz
limit_ms=10000
[ -r "$table" ] || { echo "population.sh: no $table: nothing to measure"; exit 0; }
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

xz -dc "$table" >"$tmp/p.tsv"
awk -F '\t' -v n=1000 -f tests/bench/rules-of-machines.awk "$tmp/p.tsv" >"$tmp/r.quirks"
sed 's/ebs-retry 3/ebs-retry 4/; s/drop-mat/rebuild-mat/' "$tmp/r.quirks" >"$tmp/s.quirks"

# Wall clock and processor time of the best of three, in milliseconds.
best() { # COMMAND...
	local least= cpu= wall user sys ms
	for _ in 1 2 3; do
		{ TIMEFORMAT='%R %U %S'; time "$@" >"$tmp/out" 2>"$tmp/err"; } 2>"$tmp/time"
		read -r wall user sys <"$tmp/time"
		ms=$(awk -v t="$wall" 'BEGIN { printf "%d", t * 1000 }')
		[ -n "$least" ] && [ "$ms" -ge "$least" ] && continue
		least=$ms cpu=$(awk -v u="$user" -v s="$sys" 'BEGIN { printf "%d", (u + s) * 1000 }')
	done
	echo "$least $cpu"
}
say() { # WHAT MILLISECONDS CPU
	printf '%-66s %6d ms, %6d ms of processor\n' "$1" "$2" "$3"
}

echo "$(grep -c '^\[FWQ-' "$tmp/r.quirks") rules, $(($(wc -l <"$tmp/p.tsv") - 1)) machines, $(nproc) processors"
read -r packed packed_cpu < <(best "$fwquirk" check --limit 99999 --population "$table" "$tmp/r.quirks")
say 'check --population, packed table' "$packed" "$packed_cpu"
grep -E '^[0-9]+ machines of' "$tmp/out"
read -r plain plain_cpu < <(best "$fwquirk" check --limit 99999 --population "$tmp/p.tsv" "$tmp/r.quirks")
say 'check --population, table as text' "$plain" "$plain_cpu"
read -r diff diff_cpu < <(best "$fwquirk" diff --population "$table" "$tmp/r.quirks" "$tmp/s.quirks")
say 'diff --population, packed table' "$diff" "$diff_cpu"
if command -v sqlite3 >/dev/null; then
	# Of the thousand queries every twentieth: the time of all is twenty times as long.
	awk -F '\t' -v n=1000 -v sql=1 -f tests/bench/rules-of-machines.awk "$tmp/p.tsv" | awk 'NR % 20 == 0' >"$tmp/q.sql"
	sqlite3 "$tmp/m.sqlite" '.mode ascii' '.separator "\t" "\n"' ".import $tmp/p.tsv m" 2>/dev/null
	read -r sqlite sqlite_cpu < <(best sqlite3 "$tmp/m.sqlite" ".read $tmp/q.sql")
	say 'SQLite, GLOB over the table, no bounds, 1,000 rules (50 measured)' "$((sqlite * 20))" "$((sqlite_cpu * 20))"
	awk -v a="$packed" -v b="$((sqlite * 20))" 'BEGIN { printf "check is %.0f times as fast\n", b / a }'
else
	echo 'no sqlite3 to compare with'
fi
awk -v a="$packed" -v b="$limit_ms" 'BEGIN { printf "limit of %d ms: %s, %.1f times below\n", b, a <= b ? "kept" : "MISSED", b / a; exit a > b }'
