#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# export.t - every target read by the program it is for: it hits what the rule hits, never more, and says what is lost
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
build=$(realpath -m "${BUILD:-build}")
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
mkmachine=$(realpath "${MKMACHINE:-build/test/gcc/mkmachine}")
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
here=tests/cli/export
# Who answers for our matcher, hundreds of times: the tool without sanitizers, where it is built.
matcher=$fwquirk
[ ! -x "$build/fwquirk" ] || matcher=$build/fwquirk
unset FWQUIRK_DB
command -v jq >/dev/null || tap_skip_all 'no jq to read JSON with'

db=$tmp/quirks.sqlite
"$fwquirk" build -o "$db" quirks >/dev/null || { echo "Bail out! $fwquirk builds no database"; exit 1; }
export FWQUIRK_DB=$db
n_rules=$("$fwquirk" list | grep -c '^FWQ-')
n_matching=$(cat $(find quirks -name '*.quirks') | awk '/^\[/ { id = $0 } /^Match = / && id { n++; id = "" } END { print n }')

# have_deb SUITE/PACKAGE: unpacked under $build/debs, fetching it if need be; else $why says why not. A refusal holds
# for ten minutes, as in the boot tests.
have_deb() {
	local missing=$build/debs/.missing-${1//\//-}
	[ -e "$build/debs/$1/.from" ] && return 0
	if [ -z "$(find "$missing" -mmin -10 2>/dev/null)" ]; then
		mkdir -p "$build/debs"
		tools/fetch-debs --into "$build/debs" "$1" >"$tmp/fetch" 2>&1 && return 0
		tail -n 1 "$tmp/fetch" >"$missing"
	fi
	why=$(cat "$missing")
	return 1
}
loss() { # TARGET KIND: lines of that kind in the report
	grep -c "^FWQ-[0-9]*: $2: " "$tmp/$1.loss"
}
written() { sed -n '1s/^[^:]*: \([0-9]*\) of .*/\1/p' "$tmp/$1.loss"; }
ids_of() { grep -oE '(FWQ-|FWQUIRK_)[0-9]{4,}' "$1" | sed 's/FWQUIRK_/FWQ-/' | sort -u; }

# ---- the command ---------------------------------------------------------------------------------
tap_run 'no target: exit 2' 2 'expected a target' "$fwquirk" export
tap_run 'an unknown target: exit 2, and which there are' 2 '^  hwdb ' "$fwquirk" export pdf
tap_run 'a folder is needed: exit 2' 2 'quirks is several files: expected -o and a folder' "$fwquirk" export quirks
tap_run '--db and PATH: exit 2' 2 'exclude each other' "$fwquirk" export --db "$db" csv quirks
tap_run '--loss - and standard output: exit 2' 2 'would be mixed' "$fwquirk" export --loss - csv
tap_run 'no database: exit 2' 2 'nowhere.sqlite: cannot open' "$fwquirk" export --db "$tmp/nowhere.sqlite" csv
tap_run 'broken rules: exit 2' 2 'error P' "$fwquirk" export csv tests/data/rules-broken
tap_run 'onto a full disk: exit 2' 2 'No space left' "$fwquirk" export -o /dev/full csv
tap_run 'the report goes to standard error' 0 '^csv: [0-9]+ of [0-9]+ rules written$' "$fwquirk" export csv -o "$tmp/csv"
tap_run '--loss - goes to standard output' 0 '^hwdb: ' "$fwquirk" export hwdb -o "$tmp/x" --loss -
for target in dmi-c hwdb c hwids json csv sql quirks; do
	tap_run "$target: exit 0" 0 '^$' "$fwquirk" export "$target" -o "$tmp/$target" --loss "$tmp/$target.loss"
	"$fwquirk" export "$target" -o "$tmp/again-$target" --loss /dev/null quirks 2>/dev/null
	case $target in json | sql | csv) same=$(cmp "$tmp/$target" "$tmp/again-$target" 2>&1) ;;
	*) same=$(diff -r "$tmp/$target" "$tmp/again-$target") ;; esac
	tap_none "$target: from rule files as from the database" "$same"
done
tap_none 'every target is in the manual and in docs/exports.md' \
	"$("$fwquirk" export pdf 2>&1 | sed -n 's/^  \([a-z-]*\) .*/\1/p' | while read -r target; do
		grep -q "^## \`$target\`" docs/exports.md || echo "docs/exports.md: $target"
		sed 's/\\-/-/g' docs/fwquirk.1 | grep -qx "\.B $target,*" || echo "docs/fwquirk.1: $target"
		grep -q " $target\b" tools/fwquirk/verbs.inc tools/completion/fwquirk.bash || echo "verbs.inc: $target"
	done)"

# ---- the reports ---------------------------------------------------------------------------------
for target in dmi-c hwdb c hwids; do
	out=$(grep -E '^FWQ-[0-9]+: left-out: ' "$tmp/$target.loss" | cut -d: -f1 | sort -u | wc -l)
	tap_same "$target: every rule is written or left out with a reason" "$n_rules" $(($(written $target) + out))
	tap_none "$target: nothing was widened that nobody asked for" "$(grep -E '^FWQ-[0-9]+: widened' "$tmp/$target.loss")"
	tap_none "$target: a rule left out has nothing else lost" \
		"$(awk -F: '/^FWQ/ { k[$1] = k[$1] $2 } END { for (r in k) if (k[r] ~ /left-out/ && k[r] ~ /dropped|narrowed|widened/) print r k[r] }' "$tmp/$target.loss")"
	"$fwquirk" export "$target" --json -o "$tmp/json-$target" --loss "$tmp/$target.loss.json"
	tap_same "$target: the same report as JSON" "$(grep -cE '^FWQ' "$tmp/$target.loss") $(grep -c '^always' "$tmp/$target.loss") $(written $target)" \
		"$(jq -r '"\(.losses | length) \(.always | length) \(.written)"' "$tmp/$target.loss.json")"
	"$fwquirk" export "$target" --widen -o "$tmp/wide-$target" --loss "$tmp/wide-$target.loss"
done
for target in dmi-c hwdb hwids; do
	tap_same "$target --widen writes more rules, and says of each why" yes \
		"$([ "$(written wide-$target)" -gt "$(written $target)" ] && [ "$(loss wide-$target widened)" -gt 0 ] && echo yes)"
done
tap_same 'c: every rule that matches machines' "$n_matching" "$(written c)"
for target in json csv sql quirks; do tap_same "$target: every rule" "$n_rules" "$(written $target)"; done
for target in json sql quirks; do tap_same "$target: nothing is lost" 1 "$(wc -l <"$tmp/$target.loss")"; done

# ---- quirks, sql, json, csv: nothing changes on the way --------------------------------------------
tap_none 'quirks: byte for byte' "$(diff -r -x README.md quirks "$tmp/quirks/quirks")"
"$fwquirk" build -o "$tmp/rebuilt.sqlite" "$tmp/quirks/quirks" >/dev/null
tap_none 'quirks: built again, the same database' "$(cmp "$db" "$tmp/rebuilt.sqlite" 2>&1)"
tap_run 'quirks: a folder with something in it is left alone: exit 2' 2 'quirks: is there and not empty' "$fwquirk" export quirks -o "$tmp/quirks"
mkdir "$tmp/empty"
tap_run 'quirks: an empty folder is taken' 0 . "$fwquirk" export quirks -o "$tmp/empty/"
tap_run 'quirks: no folder to put it in: exit 2' 2 'cannot make the folder' "$fwquirk" export quirks -o "$tmp/no/such"
if command -v sqlite3 >/dev/null; then
	tap_none 'sql: sqlite3 reads it' "$(sqlite3 -bail "$tmp/from.sqlite" <"$tmp/sql" 2>&1 >/dev/null)"
	tap_same 'sql: whole' ok "$(sqlite3 "$tmp/from.sqlite" 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
	"$fwquirk" export quirks --db "$tmp/from.sqlite" -o "$tmp/quirks-of-sql" --loss /dev/null
	tap_none 'sql: the same rules, byte for byte' "$(diff -r "$tmp/quirks" "$tmp/quirks-of-sql")"
	tap_same 'sql: the same index of words' "$("$fwquirk" query memory map)" "$("$fwquirk" query --db "$tmp/from.sqlite" memory map)"
	"$fwquirk" export sql --db "$tmp/from.sqlite" -o "$tmp/sql-again" --loss /dev/null
	tap_none 'sql: dumped again, the same text' "$(cmp "$tmp/sql" "$tmp/sql-again" 2>&1)"
	sqlite3 "$tmp/from.sqlite" "UPDATE file SET path = '../../outside.quirks' WHERE number = 0"
	tap_run 'quirks: a path that leads out is refused: exit 2' 2 'outside.quirks: no name for a file below' \
		"$fwquirk" export quirks --db "$tmp/from.sqlite" -o "$tmp/out"
	tap_same '... and nothing is there' '' "$(ls -d "$tmp"/out "$tmp"/.out.new 2>/dev/null)"
	sqlite3 -csv ":memory:" ".import --csv $tmp/csv csv" \
		"SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || sum(id GLOB 'FWQ-*' AND title <> '' AND evidence LIKE 'http%') FROM csv" >"$tmp/counts" 2>&1
	tap_same 'csv: sqlite3 reads it' "\"$n_rules $n_rules $n_rules\"" "$(cat "$tmp/counts")"
else
	tap_skip 'sql and csv: sqlite3 reads them' 'no sqlite3'
fi
tap_same 'csv: a line for each rule, and the header' $((n_rules + 1)) "$(wc -l <"$tmp/csv")"
tap_same 'csv: lines end in CR LF (RFC 4180)' $((n_rules + 1)) "$(grep -c $'\r$' "$tmp/csv")"
# The text again out of the JSON alone.
jq -j '.files as $files | .rules | to_entries | group_by(.value.file)[] | . as $rules | $rules[0].value.file as $path |
	"== \($path)\n" + (($files[] | select(.path == $path) | .header) | if . then . + "\n\n" else "" end) +
	([$rules | sort_by(.key)[].value |
	def key($k): if . then "\($k) = \(.)\n" else "" end;
	def role($r; $k): [.conditions[] | select(.role == $r) | .text | key($k)] | add // "";
	(if .comment then .comment + "\n" else "" end) + "[\(.id)]\n" + (.title | key("Title")) + (.defect | key("Defect")) +
	(.confidence | key("Confidence")) + (.mode | key("Mode")) + role("match"; "Match") + role("introduced"; "Introduced") +
	role("fixed"; "Fixed") + role("known-good"; "Known-good") + (.unmatched | key("Unmatched")) + (.unbounded | key("Unbounded")) +
	([.probes[] | (if .wanted then "" else "not " end) + .name | key("Probe")] | add // "") + (.unprobed | key("Unprobed")) +
	([.workarounds[].text | key("Workaround")] | add // "") + (.population | key("Population")) +
	([.evidence[] | .url + (if .says then " " + .says else "" end) | key("Evidence")] | add // "") +
	([.cases[] | key("Case")] | add // "") + ([.machines[] | key("Machine")] | add // "") +
	([.near_misses[] | key("Near-miss")] | add // "") + (.expires | key("Expires")) + (.remove_when | key("Remove-when")) +
	([.notes[] | key("Note")] | add // "")] | join("\n"))' "$tmp/json" >"$tmp/text-of-json"
(cd "$tmp/quirks" && find . -name '*.quirks' | sed 's|^\./||' | LC_ALL=C sort | while read -r f; do echo "== $f"; cat "$f"; done) >"$tmp/text"
tap_none 'json: the rule text can be written from it, byte for byte' "$(diff "$tmp/text" "$tmp/text-of-json" | head -n 20)"
tap_none 'json: every key is documented' \
	"$(jq -r '[paths | map(select(type == "string"))[-1]] | unique[]' "$tmp/json" | while read -r key; do
		sed -n '/^## `json`/,/^## `csv`/p' docs/exports.md | grep -q "\`$key\`" || echo "$key"
	done)"
tap_none 'csv: every column is documented' \
	"$(head -n 1 "$tmp/csv" | tr -d '\r' | tr , '\n' | while read -r column; do
		sed -n '/^## `csv`/,/^## `sql`/p' docs/exports.md | grep -q "\`$column\`" || echo "$column"
	done)"

# ---- every machine of the fixtures, as our matcher sees it ------------------------------------------
mkdir "$tmp/m"
"$fwquirk" pack -o "$tmp/table" "$db" >/dev/null
for file in tests/data/machines/*.machine; do
	name=$(basename "$file" .machine)
	"$mkmachine" "$file" "$tmp/m/$name.dump" || continue
	"$matcher" identify --json "$tmp/m/$name.dump" 2>/dev/null >"$tmp/smbios.json"
	"$mkmachine" --identity-args "$file" >"$tmp/efi"
	jq --rawfile efi "$tmp/efi" '. + ($efi | split("\n") | map(select(. != "") | capture("^(?<key>[^=]*)=(?<value>.*)$")) | from_entries)' \
		"$tmp/smbios.json" >"$tmp/m/$name.json"
	"$matcher" match --table "$tmp/table" --json "$tmp/m/$name.json" | grep -oE '"id": "FWQ-[0-9]+"' | cut -d'"' -f4 | sort >"$tmp/m/$name.ours"
	"$matcher" identify "$tmp/m/$name.json" 2>/dev/null | sed -n 's/^\([a-z-]*\)  *".*(placeholder)$/^\1=/p' >"$tmp/placeholders"
	# Fields as lines, and the modalias: drivers/firmware/dmi-id.c has names in this order, and drops blanks, ':' and
	# what is not printable ASCII.
	jq -r 'def clean: (. // "") | explode | map(select(. > 32 and . < 127 and . != 58)) | implode;
		(to_entries[] | "\(.key)=\(.value)"),
		"modalias=dmi:bvn\(.["bios-vendor"] | clean):bvr\(.["bios-version"] | clean):bd\(.["bios-date"] | clean):" +
		(if .["bios-release"] then "br\(.["bios-release"]):" else "" end) +
		(if .["ec-release"] then "efr\(.["ec-release"]):" else "" end) +
		"svn\(.["sys-vendor"] | clean):pn\(.["product-name"] | clean):pvr\(.["product-version"] | clean):" +
		"rvn\(.["board-vendor"] | clean):rn\(.["board-name"] | clean):rvr\(.["board-version"] | clean):cvn:" +
		"ct\(.["chassis-type"] // "2"):cvr:sku\(.["product-sku"] | clean):"' "$tmp/m/$name.json" >"$tmp/m/$name.lines"
	sed -n 's/^modalias=//p' "$tmp/m/$name.lines" >"$tmp/m/$name.modalias"
	grep -vf "$tmp/placeholders" "$tmp/m/$name.lines" >"$tmp/m/$name.without"
done
n_machines=$(ls "$tmp"/m/*.ours | wc -l)
tap_same 'there are machines' yes "$([ "$n_machines" -ge 40 ] && echo yes)"

# agree NAME DECIDABLE: what $tmp/m/*.theirs has against ours: never more, and of the rules in DECIDABLE the same.
agree() {
	for ours in "$tmp"/m/*.ours; do
		machine=$(basename "$ours" .ours)
		comm -13 "$ours" "$tmp/m/$machine.theirs" | sed "s/^/$machine: too much: /"
		comm -23 <(comm -12 "$ours" "$2") "$tmp/m/$machine.theirs" | sed "s/^/$machine: missing: /"
	done >"$tmp/differences"
	tap_none "$1" "$(cat "$tmp/differences")"
	cat "$tmp"/m/*.theirs | wc -l >"$tmp/hits"
}
hits() { tap_same "$1: there were hits" yes "$([ "$(cat "$tmp/hits")" -ge "$2" ] && echo yes)"; }

# ---- dmi-c ------------------------------------------------------------------------------------------
headers=
no_headers=
if ! have_deb trixie/linux-headers-common; then
	no_headers=$why
else
	headers=$(dirname "$(dirname "$(find "$build/debs/trixie/linux-headers-common" -path '*/include/linux/mod_devicetable.h' | head -n 1)")")
fi
grep '\.ident = ' "$tmp/dmi-c" | ids_of /dev/stdin >"$tmp/dmi-c.ids"
tap_same 'dmi-c: as many rules as the report says' "$(written dmi-c)" "$(wc -l <"$tmp/dmi-c.ids")"
compile_dmi() { # COMPILER OUTPUT FLAG...
	$1 -std=gnu11 -O1 -Wall -Wextra -Werror -Wno-unused -isystem "$headers" -DDMI_TABLE="\"$tmp/dmi-c\"" "${@:3}" -o "$2" $here/kernel_dmi.c 2>&1
}
for cc in gcc clang; do
	if [ -z "$headers" ] || ! command -v $cc >/dev/null; then
		tap_skip "dmi-c: $cc compiles it against Linux headers" "${no_headers:-no $cc}"
		continue
	fi
	tap_none "dmi-c: $cc compiles it against Linux headers" \
		"$(compile_dmi $cc "$tmp/dmi-$cc")"
done
if [ -x "$tmp/dmi-gcc" ]; then
	# Entries for another processor are compiled only there; here it is enough to say so.
	tap_none 'dmi-c: entries for aarch64 compile' "$(compile_dmi gcc "$tmp/dmi-aarch64" -D__aarch64__)"
	for machine in "$tmp"/m/*.lines; do
		program=$tmp/dmi-gcc
		! grep -q '^arch=aarch64$' "$machine" || program=$tmp/dmi-aarch64
		"$program" <"$machine" | sort -u >"${machine%.lines}.theirs"
	done
	agree 'dmi-c: on every machine what our matcher says' "$tmp/dmi-c.ids"
	hits dmi-c 10
else
	tap_skip 'dmi-c: on every machine what our matcher says' "${no_headers:-it did not compile}"
fi

# ---- c ----------------------------------------------------------------------------------------------
for cc in gcc clang; do
	command -v $cc >/dev/null || { tap_skip "c: $cc compiles it freestanding" "no $cc"; continue; }
	flags="-std=c11 -Os -ffreestanding -nostdlib -Wall -Wextra -Wpedantic -Werror -I$tmp/c"
	tap_none "c: $cc compiles it freestanding" \
		"$($cc $flags -c -o "$tmp/rules-$cc.o" "$tmp/c/fwquirk_rules.c" 2>&1 && $cc $flags -c -o "$tmp/match-$cc.o" $here/table_match.c 2>&1)"
	tap_none "c: $cc: the table needs nothing" "$(nm -u "$tmp/rules-$cc.o")"
	$cc -std=gnu11 -I"$tmp/c" -o "$tmp/table-$cc" $here/table_main.c "$tmp/match-$cc.o" "$tmp/rules-$cc.o" ||
		tap_fail "c: $cc links it"
done
"$tmp/table-gcc" --decidable | sort >"$tmp/c.ids"
for machine in "$tmp"/m/*.without; do "$tmp/table-gcc" <"$machine" | sort >"${machine%.without}.theirs"; done
agree 'c: a matcher of 150 lines says on every machine what ours does' "$tmp/c.ids"
hits c 20
tap_same 'c: most rules need no version scheme' yes "$([ "$(wc -l <"$tmp/c.ids")" -gt $((n_matching / 2)) ] && echo yes)"

# ---- hwdb -------------------------------------------------------------------------------------------
if command -v systemd-hwdb >/dev/null; then
	hwdb() { # FILE ROOT
		mkdir -p "$2/etc/udev/hwdb.d"
		cp "$1" "$2/etc/udev/hwdb.d/60-fwquirk.hwdb"
		systemd-hwdb update --strict --root="$2" 2>&1
	}
	tap_none 'hwdb: systemd-hwdb --strict has nothing against it' "$(hwdb "$tmp/hwdb" "$tmp/root" || echo failed)"
	ids_of "$tmp/hwdb" >"$tmp/hwdb.ids"
	for machine in "$tmp"/m/*.modalias; do
		systemd-hwdb query --root="$tmp/root" "$(cat "$machine")" | ids_of /dev/stdin >"${machine%.modalias}.theirs"
	done
	agree 'hwdb: on every modalias what our matcher says of the machine' "$tmp/hwdb.ids"
	hits hwdb 20
	tap_none 'hwdb: each Machine hits, each Near-miss does not' \
		"$("$fwquirk" show --text $(cat "$tmp/hwdb.ids") | sed -n 's/^\[\(.*\)\]$/id \1/p; s/^Machine = /hits /p; s/^Near-miss = /misses /p' |
			while read -r what name; do
				case $what in
				id) id=$name ;;
				hits) grep -qx "$id" "$tmp/m/$name.theirs" || echo "$id misses $name" ;;
				misses) ! grep -qx "$id" "$tmp/m/$name.theirs" || echo "$id hits $name" ;;
				esac
			done)"
else
	tap_skip 'hwdb: systemd-hwdb reads it' 'no systemd-hwdb (package udev)'
fi

# ---- hwids ------------------------------------------------------------------------------------------
tap_same 'hwids: a file for each rule' "$(written hwids)" "$(ls "$tmp/hwids" | wc -l)"
if command -v fwupdtool >/dev/null; then
	for id in $(ls "$tmp/hwids" | sed 's/\.json$//'); do
		for name in $("$fwquirk" show --text "$id" | sed -n 's/^Machine = //p'); do
			mkdir -p "$tmp/fw/$name/dmi"
			"$mkmachine" --folder "tests/data/machines/$name.machine" "$tmp/fw/$name/dmi/tables"
			FWUPD_SYSFSFWDIR=$tmp/fw/$name fwupdtool hwids 2>/dev/null | grep -oE '\{[0-9a-f-]{36}\}' >"$tmp/fwupd"
			echo "$id $name" >>"$tmp/asked"
			jq -r '.hwids[]' "$tmp/hwids/$id.json" | grep -qf - "$tmp/fwupd" || echo "$id $name"
		done
	done >"$tmp/unknown"
	tap_none 'hwids: fwupdtool finds one of them on each Machine' "$(cat "$tmp/unknown")"
	tap_same '... and was asked' yes "$([ -s "$tmp/asked" ] && echo yes)"
else
	tap_skip 'hwids: fwupdtool finds one of them on each Machine' 'no fwupdtool (package fwupd)'
fi
ukify=$(command -v ukify)
[ -n "$ukify" ] || ! have_deb trixie/systemd-ukify || ukify=$build/debs/trixie/systemd-ukify/usr/lib/systemd/ukify
if [ -n "$ukify" ] && command -v python3 >/dev/null; then
	# Only its reader of --hwids= is run: pefile, which it wants for images, need not be there.
	tap_same 'hwids: ukify makes a .hwids section of them' "$(jq -s 'map(.hwids | length) | add' "$tmp"/hwids/*.json)" \
		"$(python3 -c 'import importlib.machinery, importlib.util, pathlib, sys, unittest.mock
sys.dont_write_bytecode = True
sys.modules.setdefault("pefile", unittest.mock.MagicMock())
loader = importlib.machinery.SourceFileLoader("ukify", sys.argv[1])
ukify = importlib.util.module_from_spec(importlib.util.spec_from_loader("ukify", loader))
sys.modules["ukify"] = ukify
loader.exec_module(ukify)
section = ukify.parse_hwid_dir(pathlib.Path(sys.argv[2]))
n = 0
while int.from_bytes(section[28 * n:28 * n + 4], "little") == 0x1000001c:
    n += 1
print(n)' "$ukify" "$tmp/hwids" 2>&1)"
else
	tap_skip 'hwids: ukify makes a .hwids section of them' "$([ -n "$ukify" ] && echo 'no python3' || echo "$why")"
fi

# ---- texts that mean something in the target ------------------------------------------------------
cat >"$tmp/odd.quirks" <<'RULES'
# SPDX-License-Identifier: CC0-1.0

[FWQ-0001]
Title = "quoted", with */ and /* and ??/ and 100% of \n
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "  A [b]*? \\ \"c\" ??/ %d $x"
Match = product-name any-of "P;Q" "P'Q"
Unbounded = none
Evidence = https://example.org/1

[FWQ-0002]
Title = A '#' is a comment there
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "A"
Match = product-name any-of "P #2" "P 2"
Unbounded = none
Evidence = https://example.org/2

[FWQ-0003]
Title = Bytes outside of ASCII
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "A"
Match = product-name "\xe9\x01X"
Unbounded = none
Evidence = https://example.org/3

[FWQ-0004]
Title = Digits behind an escape
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "A\x017"
Match = product-name not "P"
Unbounded = none
Evidence = https://example.org/4

[FWQ-0005]
Title = The end of a text
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "A"
Match = bios-version suffix ".3"
Unbounded = none
Evidence = https://example.org/5

[FWQ-0006]
Title = The middle of a text
Defect = other
Confidence = reported
Mode = observe
Match = sys-vendor "A"
Match = board-name contains "zz"
Unbounded = none
Evidence = https://example.org/6

[FWQ-0007]
Title = Neighbours, one of them on some machines only
Defect = other
Confidence = reported
Mode = observe
Match = bios-date "01/02/2020"
Match = sys-vendor "B"
Unbounded = none
Evidence = https://example.org/7
RULES
odd_db=$tmp/odd.sqlite
"$fwquirk" build -o "$odd_db" "$tmp/odd.quirks" >/dev/null
for target in dmi-c hwdb c csv json sql; do
	"$fwquirk" export "$target" --db "$odd_db" -o "$tmp/odd-$target" --loss "$tmp/odd-$target.loss"
done
printf 'sys-vendor=%s\nproduct-name=%s\n' 'A [b]*? \ "c" ??/ %d $x' "P'Q" >"$tmp/odd.lines"
if [ -n "$headers" ]; then
	tap_none 'dmi-c: odd texts compile' "$(gcc -std=c99 -trigraphs -Wall -Wextra -Werror -Wno-unused -isystem "$headers" -D_GNU_SOURCE \
		-DDMI_TABLE="\"$tmp/odd-dmi-c\"" -o "$tmp/odd-dmi" $here/kernel_dmi.c 2>&1)"
	tap_same 'dmi-c: ... and mean the same' FWQ-0001 "$("$tmp/odd-dmi" <"$tmp/odd.lines")"
	tap_same 'dmi-c: an octal escape ends where it should' 'FWQ-0002 FWQ-0003' \
		"$(printf 'sys-vendor=A\nproduct-name=\351\1X\n' | "$tmp/odd-dmi" | cat - <(printf 'sys-vendor=A\nproduct-name=P #2\n' | "$tmp/odd-dmi") | sort | tr '\n' ' ' | sed 's/ $//')"
else
	tap_skip 'dmi-c: odd texts compile' "$no_headers"
fi
tap_none 'c: odd texts compile' "$(gcc -std=c11 -trigraphs -ffreestanding -Wall -Wextra -Werror -c -o "$tmp/odd.o" "$tmp/odd-c/fwquirk_rules.c" 2>&1)"
gcc -I"$tmp/odd-c" -o "$tmp/odd-table" $here/table_main.c $here/table_match.c "$tmp/odd.o"
tap_same 'c: ... and mean the same' FWQ-0001 "$("$tmp/odd-table" <"$tmp/odd.lines")"
tap_same 'c: "not" is kept' FWQ-0004 "$(printf 'sys-vendor=A\0017\nproduct-name=Q\n' | "$tmp/odd-table")"
if command -v systemd-hwdb >/dev/null; then
	tap_none 'hwdb: odd texts are read' "$(hwdb "$tmp/odd-hwdb" "$tmp/odd-root" || echo failed)"
	query() { # BVR BD SVN PN RN
		systemd-hwdb query --root="$tmp/odd-root" "dmi:bvnX:bvr$1:bd$2:svn$3:pn$4:pvrX:rvnX:rn$5:rvrX:cvnX:ct3:cvrX:sku:" | ids_of /dev/stdin
	}
	tap_same 'hwdb: ... and mean the same' FWQ-0001 "$(query 1 2 'A[b]*?\"c"??/%d$x' "P'Q" X)"
	tap_same 'hwdb: ... and no more' '' "$(query 1 2 'AbXX\"c"??/%d$x' "P'Q" X)"
	tap_same 'hwdb: another of several values' FWQ-0001 "$(query 1 2 'A[b]*?\"c"??/%d$x' 'P;Q' X)"
	tap_same 'hwdb: what is left of a rule with a "#"' FWQ-0002 "$(query 1 2 A P2 X)"
	tap_same 'hwdb: an end is the end of its field' FWQ-0005 "$(query 1.3 2 A X X)"
	tap_same 'hwdb: ... and not of the next' '' "$(query 1 2.3 A X.3 X.3)"
	tap_same 'hwdb: a middle is of its field' FWQ-0006 "$(query 1 2 A X XzzX)"
	tap_same 'hwdb: ... and not of another' '' "$(query zz zz A zz X)"
	tap_same 'hwdb: neighbours' FWQ-0007 "$(query 1 01/02/2020 B X X)"
	tap_same 'hwdb: neighbours with something between' FWQ-0007 "$(query 1 01/02/2020:br5.12:efr1.2 B X X)"
else
	tap_skip 'hwdb: odd texts are read' 'no systemd-hwdb (package udev)'
fi
tap_run 'hwdb: a value with "#" is a loss' 0 "FWQ-0002: narrowed: characters: .*'#' begins a comment" cat "$tmp/odd-hwdb.loss"
tap_run 'hwdb: bytes outside of ASCII are a loss' 0 'FWQ-0003: left-out: characters: ' cat "$tmp/odd-hwdb.loss"
tap_run 'hwdb: "not" is a loss' 0 'FWQ-0004: left-out: not: Match = product-name not "P"$' cat "$tmp/odd-hwdb.loss"
tap_same 'csv: quotes are doubled' 1 "$(grep -c '^FWQ-0001,"""quoted"", with ' "$tmp/odd-csv")"
if command -v sqlite3 >/dev/null; then
	sqlite3 -bail "$tmp/odd-again.sqlite" <"$tmp/odd-sql" >/dev/null
	"$fwquirk" export quirks --db "$tmp/odd-again.sqlite" -o "$tmp/odd-quirks" --loss /dev/null
	tap_none 'sql: odd texts come back' "$(diff "$tmp/odd.quirks" "$(find "$tmp/odd-quirks" -type f)" | grep '^[<>]' | grep -v 'sys-vendor "  A')"
else
	tap_skip 'sql: odd texts come back' 'no sqlite3'
fi
tap_same 'nothing is left beside' '' "$(find "$tmp" -name '.*.new')"
tap_done
