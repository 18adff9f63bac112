#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# cases.t - rules from beyond the evidence table: how many, each with evidence that can be opened, spread over sources
#
# A rule without a Case stands for something that the table does not have.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.."
. tests/support/tap.sh

wanted=60

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# A line a rule: rule, its cases, pieces of evidence, those that are no address or say nothing, hosts of the others.
rules_of() { # FILE...
	awk '
	function put() {
		if (id != "")
			print id "\t" cases "\t" evidence "\t" bad "\t" hosts
		id = hosts = ""
		cases = evidence = bad = 0
	}
	FNR == 1 || /^\[/ { put() }
	/^\[FWQ-[0-9]+\]$/ { id = substr($0, 2, length($0) - 2) }
	/^Case = / { cases++ }
	/^Evidence = / {
		evidence++
		if ($3 !~ /^https?:\/\/[a-z0-9.-]+\.[a-z]+\/./ || NF < 4)
			bad++
		split($3, part, "/")
		hosts = hosts " " part[3]
	}
	END { put() }' "$@"
}

further() { # RULES: rules without a case
	awk -F'\t' '$2 == 0 { print $1 }' "$1"
}

unproven() { # RULES: rules without a case that have no evidence, or some that nobody can open
	awk -F'\t' '$2 == 0 && ($3 == 0 || $4 > 0) { print $1 }' "$1"
}

find quirks -name '*.quirks' -print0 | sort -z | xargs -0 cat >"$tmp/text"
rules_of "$tmp/text" >"$tmp/rules"
n=$(further "$tmp/rules" | wc -l)

tap_same 'every rule is read' "$(grep -c '^\[FWQ-' "$tmp/text")" "$(wc -l <"$tmp/rules")"
tap_same "at least $wanted rules go beyond the evidence table" yes \
	"$([ "$n" -ge "$wanted" ] && echo yes || echo "$n")"
tap_none 'each of them has evidence, an address and what it says' "$(unproven "$tmp/rules")"
awk -F'\t' '$2 == 0 { print $5 }' "$tmp/rules" | tr -s ' ' '\n' | sed '/^$/d' | sort | uniq -c | sort -rn >"$tmp/hosts"
tap_same 'they come from ten places or more' yes "$([ "$(wc -l <"$tmp/hosts")" -ge 10 ] && echo yes)"

# Two further rules are not one and the same case: no two have a title in common.
tap_none 'no two of them have one title' "$(awk '
	/^\[FWQ-/ { if (title != "" && !cases) print title; title = ""; cases = 0 }
	/^Title = / { title = $0 }
	/^Case = / { cases++ }
	END { if (title != "" && !cases) print title }' "$tmp/text" | sort | uniq -d)"

# The checks see what they are for.
printf '%s\n' '[FWQ-9001]' 'Title = a' '' '[FWQ-9002]' 'Evidence = somewhere on a list, I think' '' \
	'[FWQ-9003]' 'Case = b' '' '[FWQ-9004]' 'Evidence = https://example.org/' '' \
	'[FWQ-9005]' 'Evidence = https://example.org/a what it says' >"$tmp/made"
rules_of "$tmp/made" >"$tmp/made-rules"
tap_same 'evidence that is missing or no address is noticed' 'FWQ-9001 FWQ-9002 FWQ-9004' \
	"$(unproven "$tmp/made-rules" | paste -sd' ')"
tap_same 'a rule with a case is not counted' 4 "$(further "$tmp/made-rules" | wc -l)"

echo "# $n rules beyond the evidence table, their evidence:"
sed 's/^/# /' "$tmp/hosts" | head -n 12
tap_done
