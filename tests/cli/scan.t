#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# scan.t - a fleet as folders, archives, tables and lists; what strangers put into archives; order, exit codes
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
case $fwquirk in /*) ;; *) fwquirk=$PWD/$fwquirk ;; esac
unset FWQUIRK_DB
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cat >"$tmp/r.quirks" <<'END'
# SPDX-License-Identifier: CC0-1.0

[FWQ-0001]
Title = The board of the tests
Defect = other
Confidence = reported
Mode = arm
Match = sys-vendor "Micro-Star International Co., Ltd."
Match = product-name prefix "MS-7"
Fixed = bios-version version dotted "2.0"
Workaround = hide-map
Evidence = https://example.org/1

[FWQ-0002]
Title = The same without a bound
Defect = other
Confidence = reported
Mode = observe
Match = product-name "MS-7A40 \"x\""
Unbounded = nobody knows
Evidence = https://example.org/2
END
table=$tmp/t db=$tmp/d.sqlite
"$fwquirk" pack -o "$table" "$tmp/r.quirks" >/dev/null && "$fwquirk" build -o "$db" "$tmp/r.quirks" >/dev/null || exit 2
scan() { "$fwquirk" scan --table "$table" "$@" 2>/dev/null </dev/null; }
msi='"sys-vendor": "Micro-Star International Co., Ltd.", "product-name": "MS-7A40"'

# ---- a folder ----
fleet=$tmp/fleet
mkdir -p "$fleet/b/c" "$fleet/tables"
echo "{$msi, \"bios-version\": \"1.5\"}" >"$fleet/bad.json"
echo "{$msi, \"bios-version\": \"2.0\"}" >"$fleet/b/fixed.json"
echo '{"sys-vendor": "QEMU"}' >"$fleet/b/c/other.json"
printf 'sys_vendor=Micro-Star International Co., Ltd.\nproduct_name=MS-7A40 "x"\nbios_version=1\n' >"$fleet/a"
ln -s /etc/passwd "$fleet/link"
ln -s ../.. "$fleet/b/loop"
mkfifo "$fleet/pipe"
tap_run 'a folder: exit 0, some are known bad' 0 '^known bad   .*/bad.json  FWQ-0001  \(Micro-Star International Co., Ltd., MS-7A40, 1.5\)$' \
	"$fwquirk" scan --table "$table" "$fleet"
tap_run 'two rules match one machine' 0 '^known bad   .*/fleet/a  FWQ-0001 FWQ-0002 ' "$fwquirk" scan --table "$table" "$fleet"
tap_run 'counts, and what was left alone' 0 '^4 machines: 2 known bad, 2 not known, 0 inputs .*, 3 links and special files left alone$' \
	"$fwquirk" scan --table "$table" "$fleet"
tap_run 'a rule with its count, workaround and title' 0 '^       2  FWQ-0001  arm      hide-map  The board of the tests$' \
	"$fwquirk" scan --db "$db" --table "$table" "$fleet"
tap_same 'not known bad: only with --all' '2' "$(scan --all "$fleet" | grep -c '^not known ')"
tap_same 'the byte order of names' "$fleet/a $fleet/b/c/other.json $fleet/b/fixed.json $fleet/bad.json" \
	"$(scan --json "$fleet" | jq -r .id | paste -sd ' ')"
tap_same 'JSON says which rules, and what to do' \
	'{"id":"FWQ-0001","mode":"arm","confidence":"reported","workarounds":["hide-map"]}' \
	"$(scan --json "$fleet/bad.json" | jq -c '.rules[0] | {id, mode, confidence, workarounds}')"
tap_same 'known_bad' 'true false false true' "$(scan --json "$fleet" | jq -r .known_bad | paste -sd ' ')"
tap_run 'none known bad: exit 1' 1 '^1 machine: 0 known bad' "$fwquirk" scan --table "$table" "$fleet/b/c"
tap_run 'jobs do not change the output' 0 '^$' cmp <(scan --json --jobs 1 "$fleet") <(scan --json --jobs 9 "$fleet")

mkdir -p "$tmp/tables/m" && "${MKMACHINE:-build/test/gcc/mkmachine}" --form table tests/data/machines/dell-xps-13-9360.machine "$tmp/tables/m/DMI" 2>/dev/null ||
	rm -rf "$tmp/tables/m"
if [ -s "$tmp/tables/m/DMI" ]; then
	printf 'x' >"$tmp/tables/m/other"
	tap_same 'a folder with DMI is one machine' "$tmp/tables/m" "$(scan --json "$tmp/tables" | jq -r .id)"
	ln -s /dev/zero "$tmp/tables/m/smbios_entry_point"
	tap_same 'not when a link is in it' "$tmp/tables/m/DMI" "$(scan --json "$tmp/tables" | jq -r 'select(.kind) | .id')"
else
	tap_skip 'a folder with DMI is one machine' 'no bare table was made'
	tap_skip 'not when a link is in it' 'no bare table was made'
fi

# ---- one bad input does not stop the others ----
printf 'nothing that describes a machine\n' >"$fleet/0-bad"
tap_run 'something unreadable: exit 2' 2 '^unreadable  .*/0-bad: not a description of a machine' "$fwquirk" scan --table "$table" "$fleet"
tap_same 'the others are told' '4 1' "$(scan --json "$fleet" | jq -s -r '[(map(select(.kind)) | length), (map(select(.error)) | length)] | join(" ")')"
rm "$fleet/0-bad"
tap_run 'no such file: exit 2' 2 '/nowhere: cannot open: No such file' "$fwquirk" scan --table "$table" "$tmp/nowhere"
tap_run 'no argument: exit 2' 2 'expected a folder, a file or -' "$fwquirk" scan
tap_run 'no jobs: exit 2' 2 'expected --jobs 1 to 64, found "0"' "$fwquirk" scan --jobs 0 "$fleet"

# ---- archives ----
(cd "$tmp" && tar -cf "$tmp/f.tar" --exclude=pipe --exclude=link --exclude=loop --sort=name fleet)
for packer in cat gzip xz zstd; do
	if command -v $packer >/dev/null; then
		$packer <"$tmp/f.tar" >"$tmp/f.$packer"
		tap_same "an archive through $packer" "$tmp/f.$packer:fleet/a $tmp/f.$packer:fleet/bad.json" \
			"$(scan --json "$tmp/f.$packer" | jq -r 'select(.known_bad) | .id' | paste -sd ' ')"
		head -c 60 "$tmp/f.$packer" >"$tmp/cut"
		tap_run "... cut off: exit 2" 2 'cut|damaged|not a description|none' "$fwquirk" scan --table "$table" "$tmp/cut"
	else
		tap_skip "an archive through $packer" "no $packer"
		tap_skip '... cut off: exit 2' "no $packer"
	fi
done
tap_same 'an archive on standard input' 2 "$("$fwquirk" scan --json --table "$table" - <"$tmp/f.gzip" 2>/dev/null | grep -c '"known_bad":true')"
tap_same 'an archive through a pipe' 2 "$(cat "$tmp/f.tar" | "$fwquirk" scan --json --table "$table" - 2>/dev/null | grep -c '"known_bad":true')"
tap_same 'a packed archive through a pipe' 2 "$(cat "$tmp/f.gzip" | "$fwquirk" scan --json --table "$table" - 2>/dev/null | grep -c '"known_bad":true')"
head -c 3000 "$tmp/f.tar" >"$tmp/cut.tar"
tap_run 'cut off in a member: the first ones, and why not the rest' 2 'the archive ends .*: cut off' "$fwquirk" scan --table "$table" "$tmp/cut.tar"
{ head -c 512 "$tmp/f.tar" && head -c 5000 /dev/zero | tr '\0' 'x'; } >"$tmp/damaged.tar"
tap_run 'damaged inside' 2 'the archive is damaged: the head of a member is none' "$fwquirk" scan --table "$table" "$tmp/damaged.tar"

# A member by hand: NAME KIND SIZE, content on standard input.
member() {
	local head sum
	head=$(printf '%s' "$1" | head -c 100 | od -An -v -tx1 | tr -d ' \n')
	head=$(printf '%-200s' "$head" | tr ' ' 0)
	head+=$(printf '0000644\0000000000\0000000000\000' | od -An -v -tx1 | tr -d ' \n')
	head+=$(printf '%011o\00000000000000\000' "$3" | od -An -v -tx1 | tr -d ' \n')
	head+=2020202020202020$(printf '%s' "$2" | od -An -v -tx1 | tr -d ' \n')
	head=$(printf '%-1024s' "$head" | tr ' ' 0)
	sum=$(fold -w2 <<<"$head" | awk 'BEGIN { for (i = 0; i < 256; i++) v[sprintf("%02x", i)] = i } { n += v[$1] } END { printf "%06o", n }')
	head=${head:0:296}$(printf '%s\000 ' "$sum" | od -An -v -tx1 | tr -d ' \n')${head:312}
	printf '%b' "$(fold -w2 <<<"$head" | sed 's/^/\\x/' | tr -d '\n')"
	cat
	head -c $(((512 - $3 % 512) % 512)) /dev/zero
}
json="{$msi, \"bios-version\": \"1.5\"}"
put() { printf '%s' "$json" | member "$1" 0 ${#json}; }
end() { head -c 1024 /dev/zero; }
{ put good.json; end; } >"$tmp/hand.tar"
tap_run 'an archive by hand' 0 'known bad   .*:good.json ' "$fwquirk" scan --table "$table" "$tmp/hand.tar"
for name in ../out.json /etc/out.json a/../../out.json ..; do
	{ put "$name"; put good.json; end; } >"$tmp/hand.tar"
	tap_run "the name $name is refused" 2 "hand.tar:$name: has a name that leads out of the archive" "$fwquirk" scan --table "$table" "$tmp/hand.tar"
	tap_same '... and nothing but it' "$tmp/hand.tar:good.json" "$(scan --json "$tmp/hand.tar" | jq -r 'select(.known_bad) | .id')"
done
for kind in 1 2 3 4 6 S V; do
	{ member odd $kind 0 </dev/null; put good.json; end; } >"$tmp/hand.tar"
	tap_run "a member of kind $kind is refused, the next is read" 2 'hand.tar:odd: is (a link|a device|of a kind)' "$fwquirk" scan --table "$table" "$tmp/hand.tar"
done
{ put $'evil\033[31m"name'; end; } >"$tmp/hand.tar"
tap_run 'escapes in a name are spelled' 0 'hand.tar:evil.x1b\[31m"name' "$fwquirk" scan --table "$table" "$tmp/hand.tar"
tap_same '... and are data in JSON' $'evil\033[31m"name' "$(scan --json "$tmp/hand.tar" | jq -r '.id | split(":")[1]')"
{ head -c 17000000 /dev/zero | member big 0 17000000; put good.json; end; } >"$tmp/hand.tar"
tap_run 'a member of 17 MB is refused' 2 'hand.tar:big: is larger than 16 MiB, the most that is read of one machine' "$fwquirk" scan --table "$table" "$tmp/hand.tar"
tap_same '... and the next is read' 1 "$(scan --json "$tmp/hand.tar" | grep -c known_bad.:true)"
{ member huge 0 8589934591 </dev/null | head -c 512; } >"$tmp/hand.tar"
tap_run 'a size that no file has' 2 'damaged: a member larger than any file' "$fwquirk" scan --table "$table" "$tmp/hand.tar"
{ put inner.json; end; } >"$tmp/inner" && size=$(stat -c %s "$tmp/inner")
{ member inner.tar 0 "$size" <"$tmp/inner"; end; } >"$tmp/hand.tar"
tap_run 'an archive in an archive' 2 'inner.tar: an archive in an archive; unpack it first' "$fwquirk" scan --table "$table" "$tmp/hand.tar"
long=$(printf 'folder-of-a-long-name/%.0s' 1 2 3 4 5 6 7)machine.json
mkdir -p "$tmp/long/$(dirname "$long")" && echo "$json" >"$tmp/long/$long"
for format in pax gnu ustar; do
	(cd "$tmp/long" && tar --format=$format -cf "$tmp/long.tar" "$long")
	tap_same "a long name, $format" "$tmp/long.tar:$long" "$(scan --json "$tmp/long.tar" | jq -r .id)"
done
if command -v xz >/dev/null; then
	head -c 30000000 /dev/zero | xz >"$tmp/bomb.xz"
	tap_run 'a packed file that is more than one machine can be' 2 'larger than 16 MiB, the most that is read of one machine' "$fwquirk" scan --table "$table" "$tmp/bomb.xz"
else
	tap_skip 'a packed file that is more than one machine can be' 'no xz'
fi
tap_same 'nothing was written outside' '' "$(find "$tmp" -name 'out.json')"

# ---- tables ----
{
	printf 'host\tsys_vendor\tproduct_name\tbios_version\n'
	printf 'h1\tMicro-Star International Co., Ltd.\tMS-7A40\t1.5\n'
	printf 'h2\tMicro-Star International Co., Ltd.\tMS-7A40\t2.1\n'
	printf 'h3\tQEMU\n'
	printf 'h4 "q"\tMicro-Star International Co., Ltd.\tMS-7A40 "x"\t1\n'
} >"$tmp/table.tsv"
tap_same 'a table: line and name' "$tmp/table.tsv:2 h1|$tmp/table.tsv:5 h4 \"q\"" \
	"$(scan --json "$tmp/table.tsv" | jq -r 'select(.known_bad) | .id + " " + .name' | paste -sd '|')"
tap_run 'a row with fields missing is an error of its line' 2 'table.tsv:4: expected 4 fields between tabs' "$fwquirk" scan --table "$table" "$tmp/table.tsv"
tap_same 'a table on standard input' 2 "$("$fwquirk" scan --json --table "$table" - <"$tmp/table.tsv" 2>/dev/null | grep -c '"known_bad":true')"

# ---- lists ----
{
	echo "{\"name\": \"rack 7\", $msi, \"bios-version\": \"1.5\"}"
	echo
	echo '{"sys-vendor": "QEMU"}'
	echo '{"sys-vendor": 5}'
	echo 'dmi:bvnX:bvr1.5:bd01/01/2020:svnMicro-StarInternationalCo.,Ltd.:pnMS-7A40:pvr1:'
	echo '{"nonsense'
} >"$tmp/list"
tap_same 'a list of identities and modaliases' "1 rack 7|3 |5 " \
	"$(scan --json "$tmp/list" | jq -r 'select(.kind) | (.id | split(":")[1]) + " " + .name' | paste -sd '|')"
tap_same 'without the blanks that a modalias has not' true "$(scan --json "$tmp/list" | jq -r 'select(.without_blanks) | .known_bad')"
tap_run 'what is wrong with a line' 2 'list:4: "sys-vendor": expected a string' "$fwquirk" scan --table "$table" "$tmp/list"
tap_run 'what is no JSON' 2 'list:6:10: not JSON' "$fwquirk" scan --table "$table" "$tmp/list"
echo "$fleet/bad.json" >>"$tmp/list"
tap_run 'paths are not read from a file' 2 'list:7: expected an identity as JSON or a dmi: modalias' "$fwquirk" scan --table "$table" "$tmp/list"
tap_same 'paths are read from standard input, in order' "1 3 5 $fleet/bad.json" \
	"$("$fwquirk" scan --json --table "$table" - <"$tmp/list" 2>/dev/null | jq -r 'select(.kind) | .id | sub("standard input:"; "")' | paste -sd ' ')"
coproc "$fwquirk" scan --json --table "$table" - 2>/dev/null
answers=
for version in 1.5 2.0 1.9; do
	echo "{$msi, \"bios-version\": \"$version\"}" >&"${COPROC[1]}"
	read -t 20 -r answer <&"${COPROC[0]}" || break
	answers+=" $(jq -r .known_bad <<<"$answer")"
done
eval "exec ${COPROC[1]}>&-"
wait
tap_same 'a line is answered before the next one comes' ' true false true' "$answers"
yes "{$msi, \"bios-version\": \"1.5\"}" | head -n 30000 >"$tmp/many"
tap_same 'many lines, in order' "$(seq 30000 | md5sum)" "$(scan --json "$tmp/many" | sed -n 's/^{"id":"[^"]*:\([0-9]*\)".*"known_bad":true.*/\1/p' | md5sum)"
if [ -w /dev/full ]; then
	"$fwquirk" scan --json --table "$table" "$fleet" >/dev/full 2>/dev/null
	tap_same 'a full disk is an error' 2 $?
else
	tap_skip 'a full disk is an error' 'no /dev/full'
fi
tap_done
