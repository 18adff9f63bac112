#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# matrix.t - the table of all that the lab has tried: defect, symptom seen, rescued by, and on which firmware with which
# kernel. Waits for the other scripts of this run; a row without a cell for a generation is a failure.

BUILD=${BUILD:-build}
dir=$BUILD/tests/lab/matrix
cd "$(dirname "$0")/../.." || exit 1
. tests/support/tap.sh

wanted=$(for script in tests/lab/*.t; do basename "$script" .t; done | grep -vx 'matrix')
missing() { for name in $wanted; do [ -e "$dir/$name.done" ] || echo "$name"; done; }

deadline=$((SECONDS + ${MATRIX_WAIT:-1500}))
while [ -n "$(missing)" ] && [ $SECONDS -lt $deadline ]; do sleep 1; done
tap_none 'every script of the lab has run' "$(missing)"

table=$(cat "$dir"/*.tsv 2>/dev/null | awk -F '\t' '
	$1 == "row" { order[++n] = $2; symptom[$2] = $3; by[$2] = $4 }
	$1 == "cell" { cell[$2, $3] = cell[$2, $3] (cell[$2, $3] == "" ? "" : "; ") $4 ": " $5 }
	END {
		split("2022.11 2025.02 2026.08", generation, " ")
		for (i = 1; i <= n; i++) {
			printf "%s\n    symptom without us: %s\n    rescued by: %s\n", order[i], symptom[order[i]], by[order[i]]
			for (g = 1; g <= 3; g++) {
				found = cell[order[i], generation[g]]
				printf "    %s  %s\n", generation[g], found == "" ? "BLANK" : found
			}
		}
	}')
printf '\n%s\n' "$table" >&2
tap_none 'no cell of the table is blank' "$(printf '%s\n' "$table" | grep BLANK)"
tap_none 'nothing in it failed' "$(printf '%s\n' "$table" | grep FAILED)"
tap_done
