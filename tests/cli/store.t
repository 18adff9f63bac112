#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# store.t - build, pack, list, show and query as a person meets them: words, exit codes, JSON, whole files
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
unset FWQUIRK_DB
db=$tmp/quirks.sqlite

rule() { # ID [MATCH]
	printf '[%s]\nTitle = Rule %s\nDefect = ebs-fail\nConfidence = reported\nMode = observe\n' "$1" "$1"
	printf 'Match = %s\nUnbounded = unknown\nWorkaround = ebs-retry 3\n' "${2:-product-name \"P\"}"
	printf 'Evidence = https://example.org/%s the thread\n' "$1"
}
is_json() { # FILTER, reads standard input
	jq -e "$1" >/dev/null
}
json() { # NAME CODE FILTER COMMAND...
	local name=$1 code=$2 filter=$3 output status
	shift 3
	output=$("$@" 2>/dev/null)
	status=$?
	if [ "$status" = "$code" ] && is_json "$filter" <<<"$output"; then
		tap_ok "$name"
	else
		tap_fail "$name" "exit $status, expected $code, and JSON as $filter
$output"
	fi
}
command -v jq >/dev/null || tap_skip_all 'no jq to read JSON with'

# build
tap_run 'build counts' 0 'quirks.sqlite: [0-9]+ rules \([0-9]+ armed\) of [0-9]+ files' "$fwquirk" build -o "$db" quirks
cp "$db" "$tmp/first.sqlite"
json 'build --json' 0 '.rules > 0 and .files > 0 and .conditions > 0 and .output' "$fwquirk" build --json -o "$db" quirks
tap_same 'the same rules give the same bytes' "$(sha256sum <"$tmp/first.sqlite")" "$(sha256sum <"$db")"
mkdir "$tmp/elsewhere" && cp -r quirks "$tmp/elsewhere/"
tap_run 'build by an absolute path' 0 'rules' "$fwquirk" build -o "$tmp/other.sqlite" "$tmp/elsewhere/quirks"
tap_same '... in another folder gives the same bytes' "$(sha256sum <"$db")" "$(sha256sum <"$tmp/other.sqlite")"
tap_same 'without PATH it is quirks' "$(sha256sum <"$db")" \
	"$("$fwquirk" build -o "$tmp/default.sqlite" >/dev/null && sha256sum <"$tmp/default.sqlite")"
tap_run 'build without -o: exit 2' 2 'expected -o and the database to write' "$fwquirk" build quirks
tap_run 'build of nothing there: exit 2' 2 'nowhere: .*No such file' "$fwquirk" build -o "$db" "$tmp/nowhere"
tap_run 'build of broken rules: exit 2' 2 'error P' "$fwquirk" build -o "$db" tests/data/rules-broken
tap_same '... and the database is as it was' "$(sha256sum <"$tmp/first.sqlite")" "$(sha256sum <"$db")"
{ rule FWQ-0001; echo; rule FWQ-0001; } >"$tmp/twice.quirks"
tap_run 'one number twice: exit 2' 2 'FWQ-0001' "$fwquirk" build -o "$tmp/twice.sqlite" "$tmp/twice.quirks"
tap_run 'onto a folder: exit 2' 2 'elsewhere: is a folder; name a file in it' "$fwquirk" build -o "$tmp/elsewhere" quirks
tap_run 'into no folder: exit 2' 2 'the folder has to exist' "$fwquirk" build -o "$tmp/no/x.sqlite" quirks
tap_run 'onto a full disk: exit 2' 2 '/dev/full: cannot write: No space left on device; make room' \
	"$fwquirk" build -o /dev/full quirks
tap_run 'over the limit of a file: exit 2' 2 'File too large' \
	bash -c 'ulimit -f 64 && exec "$0" build -o "$1" quirks' "$fwquirk" "$db"
tap_same '... and the database is as it was' "$(sha256sum <"$tmp/first.sqlite")" "$(sha256sum <"$db")"

# pack
tap_run 'pack a database' 0 'from-db.table: [0-9]+ bytes, [0-9]+ rules, [0-9.]+ bytes a rule, crc [0-9a-f]{8}$' \
	"$fwquirk" pack -o "$tmp/from-db.table" "$db"
json 'pack --json' 0 '.bytes > 0 and .rules > 0 and .bytes_per_rule > 0 and .crc > 0' \
	"$fwquirk" pack --json -o "$tmp/from-text.table" quirks
tap_same 'a table from text is a table from the database' \
	"$(sha256sum <"$tmp/from-db.table")" "$(sha256sum <"$tmp/from-text.table")"
tap_run 'pack without -o: exit 2' 2 'expected -o and the table to write' "$fwquirk" pack "$db"
tap_run 'a database beside rule files: exit 2' 2 'give it alone' "$fwquirk" pack -o "$tmp/x.table" "$db" quirks
rule FWQ-0001 'product-name contains "P"' >"$tmp/keyless.quirks"
tap_run 'a rule without a key: exit 2' 2 'FWQ-0001' "$fwquirk" pack -o "$tmp/keyless.table" "$tmp/keyless.quirks"
tap_same '... and no table' '' "$(ls "$tmp"/keyless.table* 2>/dev/null)"

# list, show
tap_same 'list has a line for every rule' "$(cat $(find quirks -name '*.quirks') | grep -c '^\[FWQ-')" \
	"$("$fwquirk" list --db "$db" | grep -c '^FWQ-[0-9]* ')"
json 'list --json' 0 'length > 0 and all(.id and .title and .defect and .mode and .confidence and (.workarounds | type == "array"))' \
	"$fwquirk" list --db "$db" --json
tap_same 'the database of the environment' "$("$fwquirk" list --db "$db")" "$(FWQUIRK_DB=$db "$fwquirk" list)"
tap_run 'list takes no argument: exit 2' 2 "found \"x\"; 'fwquirk query' searches" "$fwquirk" list --db "$db" x
tap_run 'show says what words mean' 0 'Defect +map-free-readonly: FreePages\(\) faults' "$fwquirk" show --db "$db" FWQ-0001
tap_run 'show has the evidence' 0 'https://github.com/tianocore/edk2/issues/11074' "$fwquirk" show --db "$db" FWQ-0001
json 'show --json' 0 'length == 2 and .[0].id == "FWQ-0002" and .[1].id == "FWQ-0001" and
	all(.[].conditions[]; .text and .role and .field and .operator) and .[1].evidence[0].url and .[1].file' \
	"$fwquirk" show --db "$db" --json FWQ-0002 FWQ-0001
for file in $(find quirks -name '*.quirks' | sort); do
	ids=$(sed -n 's/^\[\(FWQ-.*\)\]$/\1/p' "$file")
	[ -n "$ids" ] || continue
	# The rules of the file as they are, without its header.
	diff <(sed '1,/^$/d' "$file") <("$fwquirk" show --db "$db" --text $ids) || echo "$file"
done >"$tmp/differs" 2>&1
tap_none 'show --text is the text of the shipped rules' "$(cat "$tmp/differs")"
tap_run 'show of a rule that is not there: exit 1' 1 'no rule FWQ-9999' "$fwquirk" show --db "$db" FWQ-9999
tap_run 'show of what is no rule: exit 2' 2 'expected a rule such as FWQ-0001, found "x"' "$fwquirk" show --db "$db" x
tap_run 'show of nothing: exit 2' 2 'expected the identifier' "$fwquirk" show --db "$db"

# query
tap_run 'query by a word' 0 '^FWQ-0001 ' "$fwquirk" query --db "$db" freepages
tap_run 'query by filters' 0 '^FWQ-0001 ' "$fwquirk" query --db "$db" --vendor 'debian distribution' --version 2025.02-8 --mode arm
tap_run 'a repaired version is not found: exit 1' 1 '^$' "$fwquirk" query --db "$db" --vendor 'debian distribution' --version 2026.08-1
tap_run 'nothing found: exit 1' 1 '^$' "$fwquirk" query --db "$db" elephant
json 'nothing found as JSON: exit 1' 1 '. == []' "$fwquirk" query --db "$db" --json elephant
json 'query --json' 0 'map(.id) | index("FWQ-0001") != null' "$fwquirk" query --db "$db" --json --workaround free-writable
tap_run 'a word of query syntax is a word: exit 1' 1 '^$' "$fwquirk" query --db "$db" 'x" OR "freepages'
tap_run 'a defect that nobody has: exit 2' 2 'no defect "ebs"; there are .*ebs-fail' "$fwquirk" query --db "$db" --defect ebs
tap_run 'an option that nobody has: exit 2' 2 "fwquirk help query" "$fwquirk" query --db "$db" --nonsense

# what is not a database of ours
tap_run 'no database: exit 2' 2 "none.sqlite: cannot open: No such file or directory; 'fwquirk build' makes it" \
	"$fwquirk" list --db "$tmp/none.sqlite"
tap_run 'not a database: exit 2' 2 'Makefile: not a database' "$fwquirk" query --db Makefile x
head -c 20000 "$db" >"$tmp/cut.sqlite"
tap_run 'half a database: exit 2' 2 'cut off: 20000 of [0-9]+ bytes' "$fwquirk" show --db "$tmp/cut.sqlite" FWQ-0001
tap_run 'half a database is not packed: exit 2' 2 'cut off' "$fwquirk" pack -o "$tmp/x.table" "$tmp/cut.sqlite"
# user_version and application_id lie at bytes 60 and 68 (SQLite file format, section 1.3).
cp "$db" "$tmp/newer.sqlite" && printf '\0\0\0\2' | dd of="$tmp/newer.sqlite" bs=1 seek=60 conv=notrunc status=none
tap_run 'a newer schema: exit 2' 2 'newer fwquirk \(schema 2, this one knows 1\)' "$fwquirk" list --db "$tmp/newer.sqlite"
cp "$db" "$tmp/foreign.sqlite" && printf 'GPKG' | dd of="$tmp/foreign.sqlite" bs=1 seek=68 conv=notrunc status=none
tap_run 'of another program: exit 2' 2 'another program \(application_id 0x47504b47' "$fwquirk" list --db "$tmp/foreign.sqlite"

# nothing from the data reaches a terminal raw
rule FWQ-0001 'product-name "a\x1b[31m\x9b\x07"' >"$tmp/control.quirks"
"$fwquirk" build -o "$tmp/control.sqlite" "$tmp/control.quirks" >/dev/null
tap_same 'control characters in a value are spelled' 'product-name is "a\x1b[31m\x9b\x07"' \
	"$("$fwquirk" show --db "$tmp/control.sqlite" FWQ-0001 | sed -n 's/^ *Machines *//p')"
json '... and survive in JSON' 0 '.[0].conditions[0].text == "product-name \"a\\x1b[31m\\x9b\\x07\""' \
	"$fwquirk" show --db "$tmp/control.sqlite" --json FWQ-0001
if command -v sqlite3 >/dev/null; then
	sqlite3 "$tmp/control.sqlite" "UPDATE rule SET title = char(27) || '[31mred' || char(155)"
	tap_same 'control characters in a foreign title are spelled' '\x1b[31mred\xc2\x9b' \
		"$("$fwquirk" list --db "$tmp/control.sqlite" | sed 's/.*ebs-fail  //')"
	tap_run '... and show refuses it: exit 2' 2 'table rule, row of 1: title is not what' \
		"$fwquirk" show --db "$tmp/control.sqlite" FWQ-0001
else
	tap_skip 'control characters in a foreign title are spelled' 'no sqlite3'
	tap_skip '... and show refuses it: exit 2' 'no sqlite3'
fi

# the examples of the manual
if command -v sqlite3 >/dev/null; then
	n=0 failed=
	while IFS= read -r -d '' example; do
		n=$((n + 1))
		[ -n "$(sqlite3 -bail "$db" "$example" 2>&1)" ] && sqlite3 -bail "$db" "$example" >/dev/null 2>"$tmp/sql" ||
			failed+="$example: $(cat "$tmp/sql")"$'\n'
	done < <(awk '/^```sql$/ { on = 1; next } /^```$/ { if (on) printf "%c", 0; on = 0 } on' docs/database.md)
	tap_none "the $n queries of docs/database.md give an answer" "$failed"
	[ "$n" -ge 5 ] || tap_fail 'docs/database.md has queries'
else
	tap_skip 'the queries of docs/database.md give an answer' 'no sqlite3'
fi
tap_same 'nothing is left beside' '' "$(find "$tmp" -name '.*.new')"
tap_done
