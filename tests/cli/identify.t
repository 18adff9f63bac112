#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# identify.t - the verb as people use it: every kind of source by file, folder, pipe and machine
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
mkmachine=${MKMACHINE:-build/test/gcc/mkmachine}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset FWQUIRK_SYSFS FWQUIRK_DMIDECODE

cat >"$dir/machine" <<'END'
[bios]
bios-vendor = Maker of Firmware
bios-version = 1.10.0
bios-date = 02/03/2021
[system]
sys-vendor = Maker
product-name = "Model \x1b[31m \"7\" \\"
product-version = To Be Filled By O.E.M.
[board]
board-name = "B-\xfc"
END
"$mkmachine" "$dir/machine" "$dir/dump"

tap_run 'a field and its value' 0 '^sys-vendor +"Maker"$' "$fwquirk" identify "$dir/dump"
tap_run 'a placeholder is called one' 0 '^product-version +"To Be Filled By O.E.M."  \(placeholder\)$' "$fwquirk" identify "$dir/dump"
tap_run 'an absent field' 0 '^ec-release +absent$' "$fwquirk" identify "$dir/dump"
tap_run 'a field that the source cannot tell' 0 '^efi-vendor +not in this kind of source$' "$fwquirk" identify "$dir/dump"
tap_run 'what it is' 0 '^dump of dmidecode --dump-bin, SMBIOS 3\.0$' "$fwquirk" identify "$dir/dump"
tap_run 'control characters are shown, not sent' 0 'product-name +"Model \\x1b\[31m \\"7\\" \\\\"$' "$fwquirk" identify "$dir/dump"
tap_run 'bytes that are no text are shown' 0 'board-name +"B-\\xfc"' "$fwquirk" identify "$dir/dump"
tap_same 'twenty fields, a line each' 20 "$("$fwquirk" identify "$dir/dump" | sed '/^$/q' | grep -c .)"

"$fwquirk" identify --json "$dir/dump" >"$dir/json" 2>"$dir/notes"
tap_same 'JSON: the raw strings' 'To Be Filled By O.E.M.' "$(jq -r '."product-version"' "$dir/json")"
tap_same 'JSON: absent fields are left out' 7 "$(jq length "$dir/json")"
tap_same 'JSON read again is the same' "$(cat "$dir/json")" "$("$fwquirk" identify --json "$dir/json")"
tap_run 'a byte that is no UTF-8 survives JSON' 0 'board-name +"B-\\xfc"' "$fwquirk" identify "$dir/json"

tail -c +33 "$dir/dump" >"$dir/table"
truncate -s -6 "$dir/table"
"$fwquirk" identify --json "$dir/table" >"$dir/json2" 2>"$dir/notes"
tap_same 'JSON: remarks go to standard error' 1 "$(grep -c '^fwquirk: note: the table has no end-of-table structure' "$dir/notes")"
tap_same 'JSON: and not to standard output' "$(cat "$dir/json")" "$(cat "$dir/json2")"
tap_run 'remarks for people' 0 '^note: the table has no end-of-table structure' "$fwquirk" identify "$dir/table"

# Ways in.
mkdir "$dir/tables"
"$mkmachine" --folder "$dir/machine" "$dir/tables"
tap_run 'a folder' 0 '^folder with DMI and smbios_entry_point' "$fwquirk" identify "$dir/tables"
tap_same 'standard input' "$(cat "$dir/json")" "$("$fwquirk" identify --json - <"$dir/dump")"
tap_same 'a pipe' "$(cat "$dir/json")" "$("$fwquirk" identify --json <(cat "$dir/dump"))"
if command -v dmidecode >/dev/null; then
	dmidecode --from-dump "$dir/dump" >"$dir/text"
	tap_run 'dmidecode text' 0 '^bios-version +"1\.10\.0"$' "$fwquirk" identify "$dir/text"
	sed 's/$/\r/' "$dir/text" | iconv -f UTF-8 -t UTF-16LE | { printf '\xff\xfe'; cat; } >"$dir/utf16"
	tap_run 'dmidecode text from another system' 0 '^bios-version +"1\.10\.0"$' "$fwquirk" identify "$dir/utf16"
else
	tap_skip 'dmidecode text' 'no dmidecode'
	tap_skip 'dmidecode text from another system' 'no dmidecode'
fi
echo 'dmi:bvnMakerofFirmware:bvr1.10.0:svnMaker:' >"$dir/modalias"
tap_run 'a modalias is lossy' 0 '^bios-vendor +"MakerofFirmware"  \(changed by this kind of source\)$' "$fwquirk" identify "$dir/modalias"
echo '[    0.000000] DMI: Brand New Maker Model/B1, BIOS 1.0 01/02/2024' >"$dir/line"
tap_run 'a kernel line: what it tells' 0 '^board-name +"B1"$' "$fwquirk" identify "$dir/line"
tap_run 'a kernel line: what it does not' 0 '^product-name +not in this kind of source$' "$fwquirk" identify "$dir/line"
mkdir -p "$dir/sys/firmware/dmi" "$dir/empty"
ln -s "$dir/tables" "$dir/sys/firmware/dmi/tables"
tap_run 'this machine' 0 '^SMBIOS tables of this machine' env FWQUIRK_SYSFS="$dir/sys" "$fwquirk" identify
tap_run 'this machine has an architecture' 0 '^arch +"' env FWQUIRK_SYSFS="$dir/sys" "$fwquirk" identify
tap_run 'a machine without SMBIOS' 2 'this machine shows no SMBIOS: .*name a dump' env FWQUIRK_SYSFS="$dir/empty" "$fwquirk" identify

# What is none.
tap_run 'a file that is not there' 2 '^fwquirk: .*/none: cannot open: No such file' "$fwquirk" identify "$dir/none"
tap_run 'a file that describes no machine' 2 'not a description of a machine that I know: tried dmidecode' "$fwquirk" identify Makefile
tap_run 'an empty file' 2 'is empty' "$fwquirk" identify /dev/null
tap_run 'a folder that is none' 2 'a folder with neither DMI' "$fwquirk" identify "$dir/empty"
tap_run 'a file without end' 2 'larger than' "$fwquirk" identify /dev/zero
head -c 65536 /dev/urandom >"$dir/noise"
tap_run 'noise' 2 'not a description of a machine|not JSON' "$fwquirk" identify "$dir/noise"
head -c 30 "$dir/dump" >"$dir/cut"
tap_run 'a dump that is cut' 2 'make (the dump again|a dump)' "$fwquirk" identify "$dir/cut"
echo '{"sys-vendor": 1}' >"$dir/bad.json"
tap_run 'JSON with a mistake' 2 'bad.json: "sys-vendor": expected a string' "$fwquirk" identify "$dir/bad.json"
tap_run 'two sources' 2 'one SOURCE, not 2' "$fwquirk" identify "$dir/dump" "$dir/dump"
tap_run 'an option that is none' 2 'fwquirk help identify' "$fwquirk" identify --frob
"$fwquirk" identify --json "$dir/none" >"$dir/out" 2>/dev/null
tap_same 'an error prints no JSON' 0 "$(stat -c %s "$dir/out")"
tap_done
