#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# check.t - sizes, stack and instruction counts against the committed ones of figures.tsv: none may grow by more than
# its margin, nor past the limit that some have
#
# `check.t --print` prints the figures as they are now, in the form of that file. Rules and machines are made, so that
# the figures do not depend on what else is on this machine; they are those of one compiler.
set -u -o pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
[ "${1:-}" = --print ] || printf 'TAP version 13\n'
skip() { echo "1..0 # SKIP $1"; exit 0; }
command -v valgrind >/dev/null || skip 'valgrind is not installed'
[ "$(uname -m)" = x86_64 ] || skip 'the figures are those of x86-64'
${CC:-cc} --version 2>/dev/null | grep -qE '^g?cc.* 12\.' || skip 'the figures are those of gcc 12'
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
make --no-print-directory BUILD="$build" "$build/bench/contest" "$build/bench/workload" "$build/quirks.table" >"$work/make" 2>&1 || { cat "$work/make"; exit 1; }

code() { # the size in the library of files
	local n=0 file
	for file in "$@"; do n=$((n + $(size "$build/lib/src/$file.o" | awk 'NR == 2 { print $1 }'))); done
	echo $n
}
lookup() { # FOLDER CONTESTANT
	valgrind --tool=callgrind --instr-atstart=no --collect-atstart=no --toggle-collect=contest_find --callgrind-out-file=/dev/null \
		"$build/bench/contest" "$1" "$2" count 2>&1 >/dev/null | sed -n 's/.*refs: *//p' | tr -d , | awk '{ printf "%.0f", $1 / 600 }'
}

# The deepest that the stack gets below a function, by the call graphs that the compiler leaves.
stack() { # FUNCTION
	awk -v root="$1" -f tests/bench/stack.awk $(find "$work/graphs" -name '*.ci') 2>>"$work/stack"
}

figures() {
	local n file name
	echo "code-reader-matcher $(code core/table core/table_condition core/table_key core/table_look core/table_read core/table_rule core/match core/match_key)"
	make --no-print-directory BUILD="$work/graphs" CC='gcc -fcallgraph-info=su' "$work/graphs/libfwquirk.a" >"$work/make" 2>&1 || exit 1
	echo "stack-open $(stack table_open)"
	echo "stack-lookup $(stack plan_consider)"
	echo "table-shipped $(stat -c %s "$build/quirks.table")"
	for n in 100 1000 10000 100000; do
		mkdir -p "$work/$n"
		"$build/bench/workload" $n "$work/$n" || exit 1
		for name in 'fwquirk table' 'fwquirk table, no texts'; do
			[ "$n $name" = '100000 fwquirk table, no texts' ] && continue
			file=${name#fwquirk table} && file=${file#, } && file=${file// /-}
			"$build/bench/contest" "$work/$n" "$name" once >"$work/line" || exit 1
			echo "bytes-${file:-texts}-$n $(stat -c %s "$work/$n/${file:-texts}.table")"
			echo "lookup-${file:-texts}-$n $(lookup "$work/$n" "$name")"
		done
	done
}

if [ "${1:-}" = --print ]; then
	figures | awk '
	BEGIN { limit["code-reader-matcher"] = 8192; limit["stack-open"] = limit["stack-lookup"] = 2048; limit["lookup-texts-100000"] = 8000 }
	{ print $1 "\t" $2 "\t" ($1 ~ /^lookup/ ? 4 : $1 ~ /shipped/ ? 60 : 2) ($1 in limit ? "\t" limit[$1] : "") }'
	exit
fi
figures >"$work/figures"
awk -F '\t' -v now="$work/figures" '
BEGIN { while ((getline line < now) > 0) { split(line, part, " "); value[part[1]] = part[2] } }
/^#/ { next }
{
	n++
	limit = $2 * (1 + $3 / 100)
	if ($4 && limit > $4)
		limit = $4
	ok = ($1 in value) && value[$1] > 0 && value[$1] <= limit
	failed += !ok
	printf "%sok %d - %s: %s, committed %s, at most %.0f\n", ok ? "" : "not ", n, $1, value[$1], $2, limit
	if (ok && value[$1] < $2 * (1 - $3 / 100))
		print "# better than committed: tests/bench/check.t --print"
}
END { print "1.." n; exit failed > 0 }' tests/bench/figures.tsv
