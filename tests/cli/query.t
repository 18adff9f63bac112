#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# query.t - every filter as a user gives it, plans that begin with an index, views and the documented queries
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
unset FWQUIRK_DB
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/r.quirks" <<'END'
# SPDX-License-Identifier: CC0-1.0

[FWQ-0001]
Title = Hangs while leaving boot services
Defect = ebs-fail
Confidence = reproduced
Mode = arm
Match = sys-vendor "Hewlett-Packard"
Match = product-name any-of "HP EliteBook 840 G1" "HP EliteBook 850 G1"
Introduced = bios-date date 2014-02-01
Fixed = bios-version version hp "F.20"
Workaround = ebs-retry 3
Evidence = https://example.org/1
Case = elitebook.2014

[FWQ-0002]
Title = Memory map with holes
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "HP"
Match = product-name glob "HP Pro*Book 4?0"
Fixed = bios-date date 2020-01-31
Evidence = https://example.org/2

[FWQ-0003]
Title = A tablet that nobody has named
Defect = other
Confidence = reported
Mode = observe
Unmatched = the report has no strings
Unbounded = nobody knows
Evidence = https://example.org/3
END
db=$tmp/d.sqlite
"$fwquirk" build -o "$db" "$tmp/r.quirks" >/dev/null || exit 2
# NAME, the last digits that are expected, arguments
found() { tap_same "query $1" "$2" "$("$fwquirk" query --db "$db" "${@:3}" | sed -n 's/^FWQ-000\([0-9]\).*/\1/p' | tr -d '\n')"; }

found 'by words' 1 boot hangs
found 'by a vendor' 1 --vendor hewlett
found 'by a vendor of two letters' 2 --vendor hp
found 'by a part in the middle' 1 --vendor LETT-pack
found 'by a whole model' 1 --product 'HP EliteBook 850 G1'
found 'by a model that a pattern stands for' 2 --product 'hp probook 450'
found 'by vendor and model of different rules' '' --vendor hewlett --product probook
found 'by a version that is bad' 1 --vendor hewlett --version F.1A
found 'by a version that is good' '' --vendor hewlett --version F.20
found 'by defect' 23 --defect other
found 'by workaround' 1 --workaround ebs-retry
found 'armed' 1 --mode arm
found 'observed' 2 --mode observe
found 'that no machine can be told by' 3 --mode query-only
found 'by confidence' 23 --confidence reported
found 'by the date of a firmware' 23 --date 2013-12-31
found 'by a later date' 123 --date 2014-02-01
found 'by the latest date' 13 --date 2020-01-31
found 'since a day' 2 --since 2014-02-02
found 'by everything' 1 --vendor hewlett --product elitebook --version F.0A --date 2015-05-05 --since 2014-01-01 \
	--defect ebs-fail --workaround ebs-retry --mode arm --confidence reproduced boot
found 'by shell and SQL' '' --vendor "'; DROP TABLE rule; --" '$(reboot)' '"*'
tap_run 'a day that is none: exit 2' 2 '"31.12.2020" is not a day; expected yyyy-mm-dd' "$fwquirk" query --db "$db" --date 31.12.2020
tap_run 'a mode that is none: exit 2' 2 'no mode "on"; there are observe, arm, query-only' "$fwquirk" query --db "$db" --mode on

if command -v sqlite3 >/dev/null; then
	sql() { sqlite3 -readonly "$db" "$1"; }
	tap_same 'vendor_use' 'hewlett-packard 1 1|hp 1 0' "$(sql 'SELECT vendor || " " || n_rules || " " || n_armed FROM vendor_use' | paste -sd '|')"
	tap_same 'update_wanted' 'FWQ-0001 F.20' "$(sql "SELECT name || ' ' || fixed_version FROM update_wanted WHERE product LIKE '%850%'")"
	tap_same 'update_wanted, by date' 'FWQ-0002 2020-01-31' "$(sql "SELECT name || ' ' || fixed_date FROM update_wanted WHERE fixed_date NOT NULL")"
	tap_same 'identity_wanted' 'FWQ-0003 the report has no strings' "$(sql "SELECT name || ' ' || missing FROM identity_wanted")"
	tap_same 'case_rules' 'FWQ-0001' "$(sql "SELECT name FROM case_rules WHERE case_name = 'elitebook.2014'")"
	# What docs/database.md tells people to try.
	sed -n '/^```sql$/,/^```$/{/^```/d;p}' docs/database.md >"$tmp/documented.sql"
	tap_same 'the documented queries run' '' "$(sqlite3 -readonly -bail "$db" <"$tmp/documented.sql" 2>&1 >/dev/null)"
	tap_same 'there are documented queries' 1 "$(($(grep -c ';$' "$tmp/documented.sql") >= 8))"
	# Statements as store_find makes them: no filter may read all rules.
	plan() { sql "EXPLAIN QUERY PLAN SELECT id FROM rule WHERE 1 AND $1 ORDER BY id"; }
	for filter in "id IN (SELECT rowid FROM rule_words WHERE rule_words MATCH 'x')" "defect = 'x'" \
		"id IN (SELECT rule FROM rule_workaround WHERE workaround = 'x')" \
		"id IN (SELECT rowid FROM rule_names WHERE rule_names MATCH 'abc' UNION SELECT rule FROM rule_condition_value WHERE normal IN (SELECT value FROM json_each('[]')))"; do
		tap_none "reads what it is about: ${filter:0:50}" "$(plan "$filter" | grep -E 'SCAN (rule|rule_condition|rule_condition_value|rule_workaround)( |$)')"
	done
else
	tap_skip 'views and plans' 'no sqlite3'
fi
tap_done
