#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# import.t - reports filed, shown and given back; strangers refused, killed imports without a trace
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
command -v sqlite3 >/dev/null || tap_skip_all 'no sqlite3 to look at the database with'
command -v jq >/dev/null || tap_skip_all 'no jq to read JSON with'
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
unset FWQUIRK_DB FWQUIRK_REPORTS
mkdir "$tmp/db" && db=$tmp/db/quirks.sqlite reports=$tmp/db/reports.sqlite

rule() { # ID VERSION
	printf '[%s]\nTitle = Rule %s\nDefect = ebs-fail\nConfidence = reported\nMode = observe\n' "$1" "$1"
	printf 'Match = sys-vendor "Maker"\nMatch = product-name "Model"\nMatch = bios-version "%s"\n' "$2"
	printf 'Unbounded = unknown\nWorkaround = ebs-retry 3\nEvidence = https://example.org/%s the thread\n' "$1"
}
report() { # VERSION [LINE...]
	printf 'fwquirk-report 1\ndate = 2026-01-02\nby = "%s"\n' "${by:-Ann}"
	printf 'identity bios-version = "%s"\nidentity sys-vendor = "Maker"\nidentity product-name = "%s"\n' "$1" "${model:-Model}"
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
}
query() { sqlite3 "$reports" "$1"; }
state() { sqlite3 "$reports" .dump | sha256sum; }

{ rule FWQ-0001 1.0; echo; rule FWQ-0002 2.0; } >"$tmp/a.quirks"
"$fwquirk" build -o "$db" "$tmp/a.quirks" >/dev/null || tap_fail 'the rules are built'
report 1.0 'rule FWQ-0001 = not-probed probe-unknown map-present' >"$tmp/one"
by=Bob model='  MODEL ' report 1.0 'rule FWQ-0001 = applied' >"$tmp/two"
report 2.0 >"$tmp/three"
report 9.9 >"$tmp/unknown"

# Filing, grouping, linking.
tap_run 'show before any report' 0 '^  Evidence' "$fwquirk" show --db "$db" FWQ-0001
tap_run 'export before any report: exit 2' 2 "no reports there; 'fwquirk import'" "$fwquirk" export --db "$db" -o "$tmp/none" reports
tap_run 'import counts' 0 'reports.sqlite: 2 new \(1 of firmware not reported before\), 0 already there; rules match 2 of 2' \
	"$fwquirk" import --db "$db" "$tmp/one" "$tmp/two"
tap_same 'import --json' '2 1 1 2 4 3' "$("$fwquirk" import --json --db "$db" "$tmp/one" "$tmp/three" "$tmp/two" "$tmp/unknown" |
	jq -r '"\(.new) \(.known - 1) \(.new_firmware - 1) \(.known) \(.reports) \(.linked)"')"
tap_same 'three firmwares, one of them twice' '1|2 2|1 3|1' \
	"$(query 'SELECT id, n_reports FROM reported_firmware ORDER BY id' | tr '\n' ' ' | sed 's/ $//')"
tap_same 'each linked to its rule' '1|FWQ-0001 2|FWQ-0001 3|FWQ-0002' \
	"$(query 'SELECT report, rule_name FROM sightings ORDER BY 1' | tr '\n' ' ' | sed 's/ $//')"
tap_run 'show tells on what' 0 '^  Seen on +Maker Model, 1\.0.*: 2 reports$' "$fwquirk" show --db "$db" FWQ-0001
tap_run '... who saw it, when, with which result' 0 'report 1 by Ann, 2026-01-02: not-probed probe-unknown map-present' \
	"$fwquirk" show --db "$db" FWQ-0001
tap_run '... each of them' 0 'report 2 by Bob, 2026-01-02: applied' "$fwquirk" show --db "$db" FWQ-0001
tap_same 'the query of the document works' 'FWQ-0001|Maker Model, 1.0 of|Bob|applied' \
	"$(query "$(sed -n '/^```sql$/,/^```$/{/```/d;p}' docs/report-format.md)" | sed -n 2p | sed 's/ *|/|/g')"
tap_same 'show --json tells the same' '1 Ann applied false' \
	"$("$fwquirk" show --db "$db" --json FWQ-0001 | jq -r '.[0].reports | "\(.[0].report) \(.[0].by) \(.[1].result) \(.[0].stale)"')"
tap_none 'show --text is the rule alone' "$("$fwquirk" show --db "$db" --text FWQ-0001 | grep -i ann)"

# Reports outlast the rules; links follow them.
{ rule FWQ-0001 1.0; echo; rule FWQ-0003 9.9; } >"$tmp/a.quirks"
"$fwquirk" build -o "$db" "$tmp/a.quirks" >/dev/null
tap_same 'building the rules again leaves the reports' 4 "$(query 'SELECT count(*) FROM report')"
tap_run 'other rules: show says that the links are old' 0 "Seen on +the reports were linked to other rules" "$fwquirk" show --db "$db" FWQ-0003
tap_run 'an import of nothing links anew' 0 '0 new .* rules match 3 of 4' "$fwquirk" import --db "$db"
tap_run '... to the new rule' 0 'report 4 by Ann' "$fwquirk" show --db "$db" FWQ-0003
tap_same '... and no more to the old' 0 "$(query 'SELECT count(*) FROM report_rule WHERE rule = 2')"

# Back, byte for byte.
printf 'fwquirk-report 1\r\nnote = "J\\xc3\\xb6rg \\x1b[2J"\r\nidentity product-name = "\\xff\\xe2\\x80\\xae"\r\n' >"$tmp/odd"
"$fwquirk" import --db "$db" "$tmp/odd" >/dev/null
tap_run 'export reports' 0 '^$' "$fwquirk" export --db "$db" -o "$tmp/out" reports
for name in one two three unknown odd; do
	n=$((${n:-0} + 1))
	cmp -s "$tmp/$name" "$tmp/out/00000$n.report" || echo "$name"
done >"$tmp/differ"
tap_none '... gives every report back, byte for byte' "$(cat "$tmp/differ")"
tap_same 'nothing but them' 5 "$(ls "$tmp/out" | wc -l)"
tap_same 'texts in the database can be shown anywhere' 'note|Jörg \x1b[2J identity|\xff\xe2\x80\xae' \
	"$(query 'SELECT key, value FROM report_line WHERE report = 5' | tr '\n' ' ' | sed 's/ $//')"
FWQUIRK_REPORTS=$tmp/again.sqlite "$fwquirk" import --db "$db" "$tmp"/out/*.report >/dev/null
tap_same 'an export filed elsewhere is the same database' "$(state)" "$(reports=$tmp/again.sqlite state)"

# What a stranger may send.
before=$(state)
refused() { # NAME PATTERN FILE...
	local name=$1 pattern=$2
	shift 2
	tap_run "$name: exit 2" 2 "$pattern" "$fwquirk" import --db "$db" "$@"
}
report 1.0 $'note = "\e[2J"' >"$tmp/terminal"
refused 'a terminal escape' 'terminal:7: expected printable ASCII' "$tmp/terminal"
tap_none '... that does not reach the terminal' "$("$fwquirk" import --db "$db" "$tmp/terminal" 2>&1 | grep -a $'\e')"
printf 'fwquirk-report 1\nidentity product-name = "\xc0\x80"\n' >"$tmp/invalid"
refused 'invalid UTF-8' 'invalid:2: expected printable ASCII' "$tmp/invalid"
head -c 100000000 /dev/zero >"$tmp/huge"
refused '100 MB' 'huge: larger than 65536 bytes' "$tmp/huge"
refused 'an endless file' 'zero: larger than 65536 bytes' /dev/zero
refused 'an empty file' 'null:1: expected fwquirk-report 1' /dev/null
refused 'a folder' 'Is a directory' "$tmp"
refused 'a database in place of a report' 'expected|larger' "$db"
report 1.0 'serial = "X"' >"$tmp/key"
refused 'a line that no report has' 'key:7: expected a line of a report' "$tmp/key"
refused 'good ones beside a bad one' 'nothing was imported' "$tmp/one" "$tmp/key" "$tmp/three"
report "'); DROP TABLE report; --" >"$tmp/sql-new"
mv "$tmp/sql-new" "$tmp/\$(touch $(basename "$tmp")-pwned);--.report"
tap_same 'the database is untouched' "$before" "$(state)"
tap_run 'SQL and shell metacharacters are text' 0 '1 new' "$fwquirk" import --db "$db" "$tmp/"*pwned*
tap_same '... in the database as well' "'); DROP TABLE report; --" \
	"$(query "SELECT value FROM report_line WHERE report = 6 AND name = 'bios-version'")"
tap_none '... and nowhere else' "$(find . "$tmp" -maxdepth 1 -name '*-pwned')"

# What is not a database of reports.
tap_run 'the rules in its place: exit 2' 2 'not a database of reports' env FWQUIRK_REPORTS="$db" "$fwquirk" import --db "$db" "$tmp/one"
tap_run 'a text in its place: exit 2' 2 'not a database of reports' env FWQUIRK_REPORTS="$tmp/one" "$fwquirk" import --db "$db" "$tmp/one"
tap_run 'into no folder: exit 2' 2 'cannot be opened' env FWQUIRK_REPORTS="$tmp/no/x.sqlite" "$fwquirk" import --db "$db" "$tmp/one"
cp "$reports" "$tmp/newer.sqlite" && sqlite3 "$tmp/newer.sqlite" 'PRAGMA user_version = 2'
tap_run 'of a newer fwquirk: exit 2' 2 'a newer fwquirk' env FWQUIRK_REPORTS="$tmp/newer.sqlite" "$fwquirk" show --db "$db" FWQ-0001
tap_run 'no rules: exit 2' 2 "'fwquirk build' makes it" "$fwquirk" import --db "$tmp/none.sqlite" "$tmp/one"

# Killed on the way: as soon as SQLite begins to write, and a little later.
mkdir "$tmp/many"
for i in $(seq 400); do report "1.$i" "kernel = \"$i\"" >"$tmp/many/$i"; done
before=$(state)
killed=0
for delay in 0 0 0.002 0.005 0.01 0.02; do
	"$fwquirk" import --db "$db" "$tmp"/many/* >/dev/null 2>&1 &
	pid=$!
	while [ ! -s "$reports-journal" ] && kill -0 $pid 2>/dev/null; do :; done
	sleep $delay
	kill -9 $pid 2>/dev/null && killed=$((killed + 1))
	wait $pid 2>/dev/null
	[ "$(query 'PRAGMA integrity_check')" = ok ] || echo "damaged after $delay"
	n=$(query 'SELECT count(*) FROM report')
	[ "$n" = 6 ] || [ "$n" = 406 ] || echo "$n reports after $delay"
	[ "$n" = 406 ] || [ "$(state)" = "$before" ] || echo "changed after $delay"
done >"$tmp/killed" 2>/dev/null
tap_same 'imports were killed' yes "$([ $killed -ge 2 ] && echo yes)"
tap_none 'killed, an import has filed all or nothing' "$(cat "$tmp/killed")"
tap_run 'the next import works' 0 'rules match [0-9]+ of 406' bash -c '"$0" import --db "$1" "$2"/many/*' "$fwquirk" "$db" "$tmp"
"$fwquirk" import --db "$db" "$tmp/one" "$tmp/two" >/dev/null &
"$fwquirk" import --db "$db" "$tmp/three" >/dev/null
first=$?
wait $!
tap_same 'two imports at a time wait for each other' '0 0' "$first $?"
tap_done
