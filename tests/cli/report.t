#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# report.t - a machine full of private data in, a report without any out; asking, writing, refusing
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=$(realpath "${FWQUIRK:-build/fwquirk}")
mkmachine=${MKMACHINE:-build/test/gcc/mkmachine}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
export SOURCE_DATE_EPOCH=1763769600 # 2025-11-22

# Everything here that must stay secret has "Zq" in it, but for what has a form of its own.
cat >"$tmp/secrets.machine" <<'END'
[bios]
bios-vendor = Dell Inc.
bios-version = 1.0.7
bios-date = 09/13/2016
[system]
sys-vendor = Dell Inc.
product-name = XPS 13 9360
product-sku = 00:1a:2B:3c:4D:5e
product-family = "id 4c4c4544-0042-3010-8056-b7c04f445331"
string 0x07 = ZqSERIAL1
word 0x08 = 0x5a71
[board]
board-vendor = Dell Inc.
board-name = 0MM5PT
string 0x07 = ZqSERIAL2
string 0x08 = ZqASSET2
[chassis]
chassis-type = 9
string 0x07 = ZqSERIAL3
string 0x08 = ZqASSET3
[processor]
cpu-version = Intel(R) Core(TM) i7-7500U CPU @ 2.70GHz
string 0x20 = ZqSERIAL4
string 0x21 = ZqASSET4
[oem-strings]
text = ZqHOST.example.org
text = user ZqUSER
text = 00:1a:2b:3c:4d:5e
[type 17]
length = 40
string 0x18 = ZqSERIAL5
string 0x19 = ZqASSET5
[type 22]
length = 26
string 0x07 = ZqSERIAL6
END
cat >"$tmp/dmesg" <<'END'
[    0.000000] Linux version 6.1.0-13-amd64-ZqHOST (ZqUSER@ZqHOST) (gcc (Debian 12.2.0)) #1 SMP
[    0.000000] Command line: BOOT_IMAGE=/home/ZqUSER/vmlinuz root=UUID=4c4c4544-0042-3010-8056-b7c04f445331 efi=debug,ZqUSER ip=::::ZqHOST
[    0.000000] efi: EFI v2.7 by American Megatrends
[    0.000000] efi: ACPI=0x7bffe000 ACPI 2.0=0x7bffe014 SMBIOS=0x799f8000 ZqTABLE=0x5a715a71 MEMATTR=0x7cd8b018
[    0.000000] efi: mem00: [Boot Code          |RUN|  |  |  |  |  |  |  |RO|  |WB|WT|WC|UC] range=[0x00000000deadb000-0x00000000deadbfff] (0MB)
[    0.000000] efi: mem01: [Conventional|   |  |  |  |  |  |  |  |   |  |WB|WT|WC|UC] range=[0x0000000000001000-0x000000000008efff] (0MB)
[    0.000000] efi: memattr: Entry type should be RuntimeServiceCode/Data
[    0.000000] [Firmware Bug]: Page fault caused by firmware at PA: 0xdeadbeefdeadbeef
[    0.000000] DMI: Dell Inc. XPS 13 9360/0MM5PT, BIOS 1.0.7 09/13/2016
[    0.000000] e1000e 0000:00:1f.6 eth0: (PCI Express:2.5GT/s:Width x1) 00:1a:2b:3c:4d:5e
[    0.000000] systemd[1]: Hostname set to <ZqHOST>.
END
"$mkmachine" "$tmp/secrets.machine" "$tmp/dump" || tap_fail 'the dump is built'
tap_same 'the dump is full of secrets' yes "$([ "$(strings "$tmp/dump" | grep -c Zq)" -ge 12 ] && echo yes)"
"$fwquirk" report --yes -o "$tmp/r" --dmesg "$tmp/dmesg" --note 'seen from 00:1a:2b:3c:4d:5e' "$tmp/dump" >"$tmp/shown" 2>"$tmp/said"
tap_same 'a report is written' 0 $?
tap_same '... as it was shown' "$(cat "$tmp/shown")" "$(cat "$tmp/r")"
cat "$tmp/r" "$tmp/shown" "$tmp/said" >"$tmp/all"
tap_none 'no serial number, asset tag, host or user name' "$(grep -n 'Zq' "$tmp/all")"
tap_none 'no hardware address' "$(grep -niE '([0-9a-f]{2}[:-]){5}[0-9a-f]{2}' "$tmp/all")"
tap_none 'no UUID' "$(grep -niE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' "$tmp/all")"
tap_none 'no address of memory' "$(grep -niE 'dead|7bffe|799f8|7cd8b|5a71|8efff' "$tmp/all")"
tap_run 'what was masked is said' 0 'note: 3 values .*masked with x' cat "$tmp/said"
cat >"$tmp/expected" <<'END'
fwquirk-report 1
maker = "VERSION"
date = 2025-11-22
note = "seen from xx:xx:xx:xx:xx:xx"
source = "dump of dmidecode --dump-bin"
identity bios-vendor = "Dell Inc."
identity bios-version = "1.0.7"
identity bios-date = "09/13/2016"
identity sys-vendor = "Dell Inc."
identity product-name = "XPS 13 9360"
identity product-sku = "xx:xx:xx:xx:xx:xx"
identity product-family = "id xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
identity board-vendor = "Dell Inc."
identity board-name = "0MM5PT"
identity chassis-type = "9"
identity cpu-version = "Intel(R) Core(TM) i7-7500U CPU @ 2.70GHz"
identity efi-vendor = "American Megatrends"
identity uefi-revision = "2.70"
kernel = "6.1.0-13-amd64"
kernel-option = "efi=debug"
efi-table = "ACPI"
efi-table = "ACPI 2.0"
efi-table = "SMBIOS"
efi-table = "MEMATTR"
memory-map = efi
memory boot-code = 1 descriptors 1 pages
memory conventional = 1 descriptors 142 pages
memory-attribute run = 1
memory-attribute ro = 1
kernel-said mat-type = 1
kernel-said runtime-fault = 1
END
sed -i "s/VERSION/$("$fwquirk" --version)/; /^identity \(arch\|cpu-id\)/d" "$tmp/expected"
tap_same 'the report' "$(cat "$tmp/expected")" "$(grep -v '^identity cpu-id' "$tmp/r")"
tap_same 'it has less than 4 KiB' yes "$([ "$(wc -c <"$tmp/r")" -lt 4096 ] && echo yes)"

if command -v jq >/dev/null; then
	tap_same 'the same as JSON' "$(grep -c ' = ' "$tmp/r") XPS 13 9360 1" \
		"$("$fwquirk" report --json --dmesg "$tmp/dmesg" --note 'seen from 00:1a:2b:3c:4d:5e' "$tmp/dump" 2>/dev/null |
			jq -r '"\(length) \(.[] | select(.name == "product-name").value) \(.[] | select(.name == "mat-type").value)"')"
else
	tap_skip 'the same as JSON' 'no jq'
fi

# Explained, asked for, refused.
explained=$("$fwquirk" report --explain --dmesg "$tmp/dmesg" "$tmp/dump" 2>/dev/null)
tap_same 'every line is explained' "$(grep -vc '^    ' <<<"$explained")" "$(grep -c '^    .' <<<"$explained")"
tap_run 'nobody to ask: exit 2' 2 'nothing was written: nobody to ask; --yes' "$fwquirk" report -o "$tmp/no" "$tmp/dump"
tap_same '... and nothing is written' '' "$(ls "$tmp/no" 2>/dev/null)"
if script -qec true /dev/null >/dev/null 2>&1; then
	echo n | script -qec "$fwquirk report -o $tmp/no $tmp/dump" /dev/null >"$tmp/tty" 2>&1
	tap_same 'no on a terminal: exit 1' 1 $?
	tap_run '... after it was shown' 0 'XPS 13 9360' cat "$tmp/tty"
	tap_same '... and nothing is written' '' "$(ls "$tmp/no" 2>/dev/null)"
	echo y | script -qec "$fwquirk report -o $tmp/yes $tmp/dump" /dev/null >"$tmp/tty" 2>&1
	tap_same 'yes on a terminal writes it' 'fwquirk-report 1' "$(head -n 1 "$tmp/yes")"
else
	tap_skip 'a terminal that asks' 'no script(1), or no terminals here'
fi
tap_run 'a report of this machine by its tables' 0 'identity product-name = "XPS 13 9360"' \
	env FWQUIRK_SYSFS="$tmp/sys" bash -c 'mkdir -p "$2/firmware/dmi" && "$1" --folder "$3" "$2/firmware/dmi/tables" && "$0" report' \
	"$fwquirk" "$mkmachine" "$tmp/sys" "$tmp/secrets.machine"
mkdir -p "$tmp/sys/firmware/efi" && echo 64 >"$tmp/sys/firmware/efi/fw_platform_size"
tap_run 'width of the firmware' 0 '^efi-bits = 64$' env FWQUIRK_SYSFS="$tmp/sys" "$fwquirk" report
sed 's/XPS 13 9360/XPS 15 9560/' "$tmp/dmesg" >"$tmp/other-dmesg"
tap_run 'a log of another machine: exit 2' 2 'a log of another machine: its product-name' \
	"$fwquirk" report --dmesg "$tmp/other-dmesg" "$tmp/dump"
tap_run 'a kernel log alone' 0 'kernel-said mat-type = 1' "$fwquirk" report "$tmp/dmesg"
tap_run 'what is no journal: exit 2' 2 'not a usable journal' "$fwquirk" report --journal "$tmp/dmesg" "$tmp/dump"
tap_run 'no such log: exit 2' 2 'No such file' "$fwquirk" report --dmesg "$tmp/none" "$tmp/dump"
tap_run 'a note that is too long: exit 2' 2 'at most 256 bytes' "$fwquirk" report --note "$(printf '%0300d' 0)" "$tmp/dump"
tap_run 'onto a folder: exit 2' 2 'is a folder' "$fwquirk" report --yes -o "$tmp" "$tmp/dump"
printf 'fwquirk-report 1\nidentity product-name = "a\\xe2\\x80\\xaeb"\n' >"$tmp/turned"
tap_run 'a character that turns the text is not printed as it is' 0 'a.xe2.x80.xaeb' "$fwquirk" identify "$tmp/turned"
tap_run 'two sources: exit 2' 2 'one SOURCE, not 2' "$fwquirk" report "$tmp/dump" "$tmp/dump"

printf 'sys_vendor=Nobody\n' >"$tmp/sys-vendor"
# Real logs: every descriptor of the last map is counted, once.
logs=${FWQUIRK_CORPUS:-../shared/corpus}/efi-memmap
if [ -d "$logs" ]; then
	for log in "$logs"/*.txt; do
		lines=$(awk '/efi: +mem00:/ {n = 0} (/efi: +mem[0-9]+:/ || /efi: +0x[0-9a-f]+-0x/) && !/invalid/ {n++} END {print n + 0}' "$log")
		counted=$("$fwquirk" report --dmesg "$log" "$tmp/sys-vendor" 2>/dev/null |
			awk '/^memory-map = e820/ {e820 = 1} /^memory [a-z]/ && !e820 {n += $4} END {print n + 0}')
		[ "$lines" = "$counted" ] || echo "$log: $lines lines, $counted counted"
	done >"$tmp/counted"
	tap_none 'every descriptor of a real log is counted' "$(cat "$tmp/counted")"
	tap_same 'there were such logs' yes "$([ "$(cat "$logs"/*.txt | grep -c 'range=\[')" -gt 100 ] && echo yes)"
else
	tap_skip 'every descriptor of a real log is counted' "no $logs"
fi

# The document has every word that a report may have.
keys=$(grep -ohE '\{"[a-z0-9-]+", NAME_' src/host/report_lines.c | cut -d'"' -f2)
messages=$(grep -ohE 'MESSAGE\("[a-z-]+"' src/host/report_lines.c | cut -d'"' -f2)
tap_same 'there are words in the source' yes "$([ "$(wc -w <<<"$keys $messages")" -gt 40 ] && echo yes)"
tap_none 'every line of a report is documented' \
	"$(for key in $keys; do grep -qE "^\| \`$key[\` ]" docs/report-format.md || echo "$key"; done)"
tap_none 'every message of the kernel is documented' \
	"$(for name in $messages; do grep -qF "\`$name\`" docs/report-format.md || echo "$name"; done)"
tap_done
