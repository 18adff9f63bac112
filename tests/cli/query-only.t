#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# query-only.t - a rule that no machine is told by: found, shown, never packed, never matched; the keys beside it
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

cat >"$tmp/r.quirks" <<'END'
# SPDX-License-Identifier: CC0-1.0

[FWQ-0001]
Title = A tablet that nobody named
Defect = ebs-fail
Confidence = reported
Mode = observe
Unmatched = the report has no SMBIOS strings
Workaround = ebs-retry 3
Evidence = https://example.org/tablet
Case = tablet.2015
Expires = 2031-05-01

[FWQ-0002]
Title = A board with a name
Defect = other
Confidence = reported
Mode = observe
Match = board-name "P8Z77-V"
Unbounded = nobody knows
Population = 12
Evidence = https://example.org/board
Case = board-1
Case = board-2
END
db=$tmp/q.sqlite table=$tmp/q.table
echo '{"board-name": "P8Z77-V"}' >"$tmp/board.json"

tap_run 'check accepts it' 0 '^2 rules in 1 file: 0 errors, 0 warnings$' "$fwquirk" check --today 2031-04-30 "$tmp/r.quirks"
tap_run 'on its last day it has expired: exit 1' 1 'r.quirks:12:11: error L045: .*2031-05-01 on 2031-05-01$' \
	"$fwquirk" check --today 2031-05-01 "$tmp/r.quirks"
tap_run 'a day that is none: exit 2' 2 'expected --today yyyy-mm-dd, found "tomorrow"' "$fwquirk" check --today tomorrow
tap_run 'it is canonical' 0 '^' "$fwquirk" fmt --check "$tmp/r.quirks"
tap_run 'build has both' 0 ': 2 rules' "$fwquirk" build -o "$db" "$tmp/r.quirks"
tap_run 'pack has the one that can match' 0 ' 1 rule,' "$fwquirk" pack -o "$table" "$db"
tap_run 'list tells it apart' 0 '^FWQ-0001 +query-only +reported' "$fwquirk" list --db "$db"
tap_run 'query finds it by what is missing' 0 '^FWQ-0001 ' "$fwquirk" query --db "$db" 'smbios strings'
tap_run 'query finds it by its case' 0 '^FWQ-0001 ' "$fwquirk" query --db "$db" tablet.2015
tap_same 'query --json' '["FWQ-0001",true]' \
	"$("$fwquirk" query --db "$db" --json tablet | tr -d ' \n' | sed -E 's/.*"id":("[^"]*").*"query_only":(true|false).*/[\1,\2]/')"
tap_run 'show says what is missing' 0 'Machines +cannot be told, .*: the report has no SMBIOS' "$fwquirk" show --db "$db" FWQ-0001
tap_run 'show has cases and date' 0 'Expires +2031-05-01' "$fwquirk" show --db "$db" FWQ-0001
tap_same 'show --text is the text' "$(sed '1,2d' "$tmp/r.quirks")" "$("$fwquirk" show --db "$db" --text FWQ-0001 FWQ-0002)"
tap_run 'match knows the other' 0 'known bad +FWQ-0002' "$fwquirk" match --table "$table" --db "$db" "$tmp/board.json"
tap_run 'match --verbose does not name it' 0 'known bad +FWQ-0002' "$fwquirk" match --verbose --table "$table" --db "$db" "$tmp/board.json"
tap_same '... indeed' '' "$("$fwquirk" match --verbose --table "$table" --db "$db" "$tmp/board.json" | grep FWQ-0001)"
tap_run 'explain says why it cannot: exit 2' 2 'FWQ-0001 has no condition to explain, .*: the report has no SMBIOS strings' \
	"$fwquirk" explain --table "$table" --db "$db" FWQ-0001 "$tmp/board.json"
tap_done
