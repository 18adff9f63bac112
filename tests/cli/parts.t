#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# parts.t - what a table uses and an image has, on made tables and images
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$fwquirk" pack -o "$dir/lab.table" tests/lab/rules >/dev/null || exit 1
lab() { "$fwquirk" parts --table "$dir/lab.table" "$@"; }
# Armed rules of the laboratory; FWQ-9901 observes and has the workaround of others, FWQ-9000 none.
tap_same 'every workaround that the rules name, once' \
	"$(sed -n 's/^Workaround = \([a-z0-9-]*\).*/\1/p' tests/lab/rules/*.quirks | sort -u)" \
	"$(lab | sed -n 's/^workaround //p' | sort)"
tap_same 'every probe that the rules name, once' \
	"$(sed -n 's/^Probe = \(not \)\{0,1\}\([a-z0-9-]*\).*/\2/p' tests/lab/rules/*.quirks | sort -u)" \
	"$(lab | sed -n 's/^probe //p' | sort)"
tap_same 'JSON has the same' "$(lab)" \
	"$(lab --json | jq -r '(.workarounds[] | "workaround " + .), (.probes[] | "probe " + .)')"

# Only FWQ-9900 of that file is armed and has a probe; the others lose their arms.
sed 's/^Mode = arm/Mode = observe/; /^\[FWQ-9900\]/,/^$/s/^Mode = observe/Mode = arm/' tests/lab/rules/record.quirks >"$dir/one.quirks"
"$fwquirk" pack -o "$dir/one.table" "$dir/one.quirks" >/dev/null || exit 1
tap_same 'armed: workarounds of armed rules, probes of all' "workaround free-writable
probe free-readonly-faults" "$("$fwquirk" parts --armed --table "$dir/one.table")"
tap_run 'else those of rules that observe, too' 0 '^workaround fault-fixup' "$fwquirk" parts --table "$dir/one.table"

# image WORKAROUNDS PROBES [BYTES-BEFORE]: a file with the record that images have; bits as printf escapes, least first
image() {
	head -c "${3:-4096}" /dev/zero
	printf 'fwqparts%b\0\0\0\0%b' "$1" "$2"
	head -c 100 /dev/zero
}
all='\377\377\377\377'
image $all $all$all >"$dir/full"
image '\0\0\0\0' '\0\0\0\0\0\0\0\0' >"$dir/bare"
image '\010\0\0\0' '\0\0\0\0\0\0\0\0' 64 >"$dir/free"
image $all $all$all 4099 >"$dir/odd"
printf 'fwqparts' >"$dir/short"
tap_same 'an image with everything lacks nothing' 0 "$(lab "$dir/full"; echo $?)"
tap_same 'one with nothing lacks all' "$(lab; echo 1)" "$(lab "$dir/bare"; echo $?)"
tap_run '... and the exit status says so' 1 '^workaround wrap-map' "$fwquirk" parts --table "$dir/lab.table" "$dir/bare"
tap_run 'one that has something lacks the rest' 1 '^probe free-readonly-faults' "$fwquirk" parts --armed --table "$dir/one.table" "$dir/free"
tap_same '... and not that' '' "$("$fwquirk" parts --armed --table "$dir/one.table" "$dir/free" | grep workaround)"
for file in odd short one.table nothing; do
	tap_run "$file: is no image" 2 "$file: " "$fwquirk" parts --table "$dir/lab.table" "$dir/$file"
done
tap_run 'a table that is none' 2 'one.quirks' "$fwquirk" parts --table "$dir/one.quirks" "$dir/full"
tap_run 'one image at a time' 2 'one IMAGE at a time' "$fwquirk" parts "$dir/full" "$dir/bare"
tap_done
