#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# rules.t - check and fmt as a person meets them: messages, exit codes, JSON, files left as they were
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
tmp=$(mktemp -d) && trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT

rule() { # ID
	printf '[%s]\nTitle = T\nDefect = other\nConfidence = reported\nMode = observe\n' "$1"
	printf 'Match = product-name "P"\nUnbounded = u\nEvidence = https://example.org\n'
}
head='# SPDX-License-Identifier: CC0-1.0
'

# check
tap_run 'the shipped rules have no finding' 0 '^[0-9]+ rules in [0-9]+ files: 0 errors, 0 warnings$' \
	"$fwquirk" check --machines tests/data/machines
tap_same 'every finding in the broken files' "$(cat tests/data/rules-broken/findings.expect)" \
	"$("$fwquirk" check tests/data/rules-broken)"
tap_run 'broken text: exit 2' 2 'error P003' "$fwquirk" check tests/data/rules-broken/byte-order-mark.quirks
tap_run 'text that parses and must not be shipped: exit 1' 1 'error L001' \
	"$fwquirk" check tests/data/rules-broken/identifier-twice.quirks
tap_run 'no such file: exit 2' 2 'nowhere: error P001: .*No such file' "$fwquirk" check "$tmp/nowhere"
mkdir "$tmp/empty"
tap_run 'no rules in a folder: exit 2' 2 'empty: error P052' "$fwquirk" check "$tmp/empty"
tap_run 'a machine that is not there: exit 1' 1 'error L027: .*/qemu-ovmf-2025.02.machine' \
	"$fwquirk" check --machines "$tmp/empty" quirks
{ echo "$head"; rule FWQ-0001 | sed 's/"P"/prefix "20"/'; } >"$tmp/warned.quirks"
tap_run 'a warning alone: exit 0' 0 'warning L004' "$fwquirk" check "$tmp/warned.quirks"
tap_same 'standard input' '-:1:1: error P012: expected a comment or a section as [FWQ-0001], found '"'x'" \
	"$(echo x | "$fwquirk" check - | head -n 1)"
head -c $((17 << 20)) /dev/zero | tr '\0' '\n' >"$tmp/huge.quirks"
tap_run 'a file of 17 MiB: exit 2' 2 'error P002: expected at most 16 MiB' "$fwquirk" check "$tmp/huge.quirks"
rm "$tmp/huge.quirks"
json=$("$fwquirk" check --json tests/data/rules-broken)
tap_same '--json: exit 2' 2 $?
if command -v python3 >/dev/null; then
	tap_same '--json: one object a finding' \
		"$(grep -cE '(error|warning) [PL][0-9]{3}: ' tests/data/rules-broken/findings.expect) P003 error 1 1" \
		"$(python3 -c 'import json,sys
f = json.load(sys.stdin)
b = [x for x in f if x["path"].endswith("/byte-order-mark.quirks")][0]
print(len(f), b["code"], b["severity"], b["line"], b["column"])' <<<"$json")"
else
	tap_skip '--json: one object a finding' 'no python3 to read it'
fi
tap_same '--json: nothing found is an empty array' '[]' "$("$fwquirk" check --json quirks | tr -d '[:space:]')"

# fmt
tap_run 'the shipped rules are canonical' 0 '^' "$fwquirk" fmt --check quirks
{ rule FWQ-0001 | sed 's/ = /=/'; echo; echo; rule FWQ-0002; } >"$tmp/loose.quirks"
chmod 640 "$tmp/loose.quirks"
cp -p "$tmp/loose.quirks" "$tmp/before"
{ rule FWQ-0001; echo; rule FWQ-0002; } >"$tmp/wanted"
tap_run '--check tells what differs: exit 1' 1 '^@@ -2,8 \+2,7 @@$' "$fwquirk" fmt --check "$tmp/loose.quirks"
tap_same 'no option: canonical text on standard output' "$(cat "$tmp/wanted")" "$("$fwquirk" fmt "$tmp/loose.quirks")"
tap_same 'standard input' "$(cat "$tmp/wanted")" "$("$fwquirk" fmt - <"$tmp/loose.quirks")"
tap_same 'neither has changed the file' "$(md5sum <"$tmp/before")" "$(md5sum <"$tmp/loose.quirks")"
tap_run '--write: exit 0' 0 'loose.quirks' "$fwquirk" fmt --write "$tmp/loose.quirks"
tap_same '--write has written canonical text' "$(md5sum <"$tmp/wanted")" "$(md5sum <"$tmp/loose.quirks")"
tap_same '--write keeps the mode' 640 "$(stat -c %a "$tmp/loose.quirks")"
inode=$(stat -c %i "$tmp/loose.quirks")
"$fwquirk" fmt --write "$tmp/loose.quirks" >/dev/null
tap_same '--write leaves a canonical file alone' "$inode" "$(stat -c %i "$tmp/loose.quirks")"
cp tests/data/rules-broken/tabs.quirks "$tmp/broken.quirks"
tap_run '--write of a broken file: exit 2' 2 'error P006' "$fwquirk" fmt --write "$tmp/broken.quirks"
tap_same '... and it is as it was' "$(md5sum <tests/data/rules-broken/tabs.quirks)" "$(md5sum <"$tmp/broken.quirks")"
tap_run '--write of standard input: exit 2' 2 'standard input' "$fwquirk" fmt --write -
tap_run '--check and --write: exit 2' 2 'exclude each other' "$fwquirk" fmt --check --write "$tmp/loose.quirks"
tap_run 'no path: exit 2' 2 'expected files' "$fwquirk" fmt
mkdir "$tmp/locked"
cp "$tmp/before" "$tmp/locked/r.quirks"
chmod 555 "$tmp/locked"
if [ "$(id -u)" != 0 ]; then
	tap_run '--write in a read-only folder: exit 2' 2 'locked/r.quirks' "$fwquirk" fmt --write "$tmp/locked/r.quirks"
	tap_same '... and it is as it was' "$(md5sum <"$tmp/before")" "$(md5sum <"$tmp/locked/r.quirks")"
else
	tap_skip '--write in a read-only folder: exit 2' 'root may write anywhere'
fi
tap_same 'nothing is left beside' '' "$(find "$tmp" -name '.*.new')"
tap_done
