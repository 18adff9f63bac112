#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# matrix.t - the table of all that the lab has tried: defect, symptom seen, rescued by, and on which firmware with which
# kernel. Waits for the other scripts of this run; a row without a cell for each firmware of its script is a failure.

BUILD=${BUILD:-build}
dir=$BUILD/tests/lab/matrix
cd "$(dirname "$0")/../.." || exit 1
. tests/support/tap.sh
. tests/lab/firmwares.sh

wanted=$(for script in tests/lab/*.t; do basename "$script" .t; done | grep -vx 'matrix')
missing() { for name in $wanted; do [ -e "$dir/$name.done" ] || echo "$name"; done; }

deadline=$((SECONDS + ${MATRIX_WAIT:-1500}))
while [ -n "$(missing)" ] && [ $SECONDS -lt $deadline ]; do sleep 1; done
tap_none 'every script of the lab has run' "$(missing)"

# What every script has written, behind the list of firmware that it had to try.
written() {
	local script
	for script in $wanted; do
		printf 'firmwares\t%s\n' "$(firmwares "$script")"
		cat "$dir/$script.tsv" 2>/dev/null
	done
}

table=$(written | awk -F '\t' '
	$1 == "firmwares" { script = n_scripts++; firmwares[script] = $2 }
	$1 == "absent" { absent[script, $2] = $3 }
	$1 == "row" { order[++n] = $2; symptom[$2] = $3; by[$2] = $4; of[$2] = script }
	$1 == "cell" { cell[$2, $3] = cell[$2, $3] (cell[$2, $3] == "" ? "" : "; ") $4 ": " $5 }
	END {
		for (i = 1; i <= n; i++) {
			row = order[i]
			printf "%s\n    symptom without us: %s\n    rescued by: %s\n", row, symptom[row], by[row]
			n_firmware = split(firmwares[of[row]], firmware, " ")
			for (f = 1; f <= n_firmware; f++) {
				found = cell[row, firmware[f]]
				if (found == "" && (of[row], firmware[f]) in absent)
					found = "cannot: " absent[of[row], firmware[f]]
				printf "    %-16s  %s\n", firmware[f], found == "" ? "BLANK: nothing was tried with " row : found
			}
		}
	}')
printf '\n%s\n' "$table" >&2
[ -n "$table" ] || tap_fail 'there is a table'
tap_none 'no cell of the table is blank' "$(printf '%s\n' "$table" | grep BLANK)"
tap_none 'nothing in it failed' "$(printf '%s\n' "$table" | grep FAILED)"
tap_done
