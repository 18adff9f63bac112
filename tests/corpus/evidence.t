#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# evidence.t - every case of the evidence table has a rule that names it, and no rule names one that is not there
#
# The table is no part of the project: ../shared/evidence beside it, or the folder in FWQUIRK_EVIDENCE.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.."
. tests/support/tap.sh

table=${FWQUIRK_EVIDENCE:-../shared/evidence}/firmware-bugs.tsv
[ -r "$table" ] || tap_skip_all "no evidence table at $table"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# One line a rule and case: rule, kind, case; "-" for a rule without a case.
cases_of() { # FILE...
	awk '
	function put(  i) {
		if (id == "")
			return
		kind = mode == "arm" ? "arm" : unmatched ? "unmatched" : workarounds ? "observe" : "query-only"
		if (!n)
			print id "\t" kind "\t-"
		for (i = 1; i <= n; i++)
			print id "\t" kind "\t" name[i]
	}
	FNR == 1 || /^\[/ { put(); id = mode = ""; n = unmatched = workarounds = 0 }
	/^\[FWQ-[0-9]+\]$/ { id = substr($0, 2, length($0) - 2) }
	/^Mode = / { mode = $3 }
	/^Unmatched = / { unmatched = 1 }
	/^Workaround = / { workarounds++ }
	/^Case = / { name[++n] = $3 }
	END { put() }' "$@"
}

missing() { # ROWS CASES: rows that no rule names
	comm -23 "$1" "$2"
}

unknown() { # ROWS CASES: cases that no row has
	comm -13 "$1" "$2"
}

tail -n +2 "$table" | cut -f1 | sort -u >"$tmp/rows"
find quirks -name '*.quirks' -print0 | sort -z | xargs -0 cat >"$tmp/rules"
cases_of "$tmp/rules" >"$tmp/all"
cut -f3 "$tmp/all" | grep -vx -- - | sort -u >"$tmp/cases"

tap_same 'the table has rows' yes "$([ "$(wc -l <"$tmp/rows")" -gt 100 ] && echo yes)"
tap_same 'no two rows of the table have one id' "$(tail -n +2 "$table" | wc -l)" "$(wc -l <"$tmp/rows")"
tap_same 'every rule is read' "$(grep -c '^\[FWQ-' "$tmp/rules")" "$(cut -f1 "$tmp/all" | sort -u | wc -l)"
tap_none 'every row is a case of some rule' "$(missing "$tmp/rows" "$tmp/cases")"
tap_none 'every case of a rule is a row' "$(unknown "$tmp/rows" "$tmp/cases")"

# The checks see what they are for: a row left out, a case made up.
grep -vx "$(sed -n 1p "$tmp/cases")" "$tmp/cases" >"$tmp/fewer"
tap_same 'a case left out is noticed' "$(sed -n 1p "$tmp/cases")" "$(missing "$tmp/rows" "$tmp/fewer")"
{ cat "$tmp/cases"; echo zzz-nobody-reported-this; } | sort >"$tmp/more"
tap_same 'a case made up is noticed' zzz-nobody-reported-this "$(unknown "$tmp/rows" "$tmp/more")"

for kind in arm observe query-only unmatched; do
	awk -F'\t' -v kind="$kind" '$2 == kind { rules[$1]; cases += $3 != "-" }
		END { for (r in rules) n++; printf "# %-10s %3d rules, %3d cases\n", kind, n, cases }' "$tmp/all"
done
tap_done
