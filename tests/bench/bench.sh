#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# bench.sh - the figures of docs/bench.md: sizes, instruction counts, ratios; a limit that is missed is said
#
# Takes six to eight minutes on two shared cores: a boot, then contest.sh, then bench_ask.sh.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
missed=0

figure() { # NAME VALUE UNIT LIMIT: a value that should be at most the limit
	local verdict=ok
	[ "$2" -le "$4" ] || { verdict=MISSED && missed=$((missed + 1)); }
	printf '%-62s %9s %-12s limit %s %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

ratio() { # NAME OURS THEIRS WANTED
	local times
	times=$(awk -v a="$2" -v b="$3" 'BEGIN { printf "%.1f", b / a }')
	local verdict=ok
	awk -v t="$times" -v w="$4" 'BEGIN { exit !(t >= w) }' || { verdict=MISSED && missed=$((missed + 1)); }
	printf '%-62s %9s %-12s want %s %s\n' "$1" "$times" "times" "$4" "$verdict"
}

text_bytes() { # OBJECT...
	size "$@" | awk 'NR > 1 { n += $1 } END { print n }'
}

echo "== sizes"
for image in fwquirkx64 fwquirk-loadx64; do
	[ -e "$build/efi/$image.efi" ] && figure "$image.efi with the shipped table" "$(stat -c %s "$build/efi/$image.efi")" bytes 65536
done
figure "SMBIOS walk + table reader + matcher, code and constants" \
	"$(text_bytes "$build"/lib/src/core/{smbios,table,match}*.o)" bytes 16384
figure "table reader + matcher alone, as firmware links them" \
	"$(text_bytes "$build"/lib/src/core/{table,table_condition,table_key,table_look,table_read,table_rule,match,match_key}.o)" bytes 8192

echo "== one dump: match against dmidecode --from-dump"
# A machine of the usual size: 54 structures, as the median of real ones.
dump=$build/bench/machine.dump
{
	cat tests/data/machines/dell-xps-13-9360.machine
	for i in 1 2 3; do printf '\n[type 7]\nlength = 27\nstring 0x04 = L%d Cache\n' $i; done
	for i in $(seq 16); do printf '\n[type 8]\nlength = 9\nstring 0x04 = J%d\nstring 0x06 = USB %d\n' "$i" "$i"; done
	for i in $(seq 8); do printf '\n[type 9]\nlength = 17\nstring 0x04 = PCI-E Slot %d\n' "$i"; done
	for i in $(seq 8); do printf '\n[type 17]\nlength = 40\nstring 0x10 = DIMM %d\nstring 0x17 = Samsung\nstring 0x1a = M471A1K43CB1-CTD\n' "$i"; done
	for i in $(seq 12); do printf '\n[type 41]\nlength = 11\nstring 0x04 = Onboard device %d\n' "$i"; done
} >"$build/bench/machine.machine"
"$build/test/gcc/mkmachine" --form dump64 "$build/bench/machine.machine" "$dump" || exit 2
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | sed -n 's/.*refs: *//p' | tr -d ,
}
ours=$(instructions "$build/fwquirk-static" match "$dump")
theirs=$(instructions dmidecode --from-dump "$dump")
echo "instructions of the whole process: fwquirk match $ours, dmidecode $theirs"
echo "as processes, start included: $(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.1f", b / a }') times fewer instructions"

time_ns() { # COMMAND...: per run, of loops of 30 processes; the least of ten, as others have the machine, too
	local start took least= turn run
	for ((turn = 0; turn < 10; turn++)); do
		start=$(date +%s%N)
		for ((run = 0; run < 30; run++)); do "$@" >/dev/null 2>&1; done
		took=$((($(date +%s%N) - start) / 30))
		[ -n "$least" ] && [ "$took" -ge "$least" ] || least=$took
	done
	echo "$least"
}
inside=$("$build/bench/bench_match" "$dump" 20000)
process=$(time_ns "$build/fwquirk-static" match "$dump")
figure "match on a dump as a process, start included" "$((process / 1000))" microseconds 2000
dmidecode=$(time_ns dmidecode --from-dump "$dump")
nothing=$(time_ns /bin/true)
echo "nanoseconds: match in one process $inside, match as a process $process, dmidecode $dmidecode, /bin/true $nothing"
ratio "time, dump after dump in one process" "$inside" "$dmidecode" 20
echo "time as a process: $(awk -v a="$process" -v b="$dmidecode" 'BEGIN { printf "%.1f", b / a }') times; starting any process costs $nothing ns of it"

echo "== scan: rate beside a shell loop over dmidecode, memory beside the number of dumps"
mkdir -p "$build/bench/dumps"
for i in $(seq 400); do cp "$dump" "$build/bench/dumps/$i.dump"; done
loop_over_dmidecode() {
	local file
	for file in "$build"/bench/dumps/{1..40}.dump; do
		dmidecode --from-dump "$file" | grep -qE 'Product Name: (XPS 13 9360|20Q0)' && echo "$file"
	done
}
elapsed_ns() { local start; start=$(date +%s%N); "$@" >/dev/null 2>&1; echo $(($(date +%s%N) - start)); }
scan_ns=$(elapsed_ns "$build/fwquirk-static" scan "$build/bench/dumps")
loop_ns=$(elapsed_ns loop_over_dmidecode)
ratio "scan of 400 dumps, a dump" "$((scan_ns / 400))" "$((loop_ns / 40))" 50
if [ -x /usr/bin/time ]; then
	peak() { /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -n 1; }
	few=$(peak "$build/fwquirk-static" scan "$build"/bench/dumps/?.dump)
	many=$(peak "$build/fwquirk-static" scan "$build/bench/dumps")
	echo "peak memory of scan, KiB: $few for 9 dumps, $many for 400"
	figure "peak memory of scan, for 391 dumps more" "$((many - few))" KiB 1024
fi

if [ -x tests/boot/icount.sh ] && [ -e "$build/efi/fwquirkx64.efi" ]; then
	echo "== firmware, -icount shift=0"
	tests/boot/icount.sh
fi
echo "== finding the rules of a machine: ours beside what else one could use"
tests/bench/contest.sh || missed=$((missed + 1))
echo "== asking"
tests/bench/bench_ask.sh || missed=$((missed + 1))
[ "$missed" = 0 ] || echo "$missed figures missed"
exit $((missed > 0))
