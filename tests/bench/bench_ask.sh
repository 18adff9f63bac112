#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# bench_ask.sh - what asking costs, beside what one would do today, in the same run
#
# Milliseconds by the clock and of processor time (which bash counts in whole ones), each the least of several
# runs: a busy machine makes the first longer, hardly the second. Exit 1: a limit was missed.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
corpus=${FWQUIRK_CORPUS:-../shared/corpus}/dmidecode-txt
fwquirk=$build/fwquirk-static
work=$build/bench/ask
missed=0
mkdir -p "$work"
make --no-print-directory BUILD="$build" "$fwquirk" "$build/test/gcc/bench/print_rules" >/dev/null || exit 2

# RUNS COMMAND...: sets wall and cpu, milliseconds with three digits behind the point.
measure() {
	local runs=$1 w c
	shift
	wall=999999 cpu=999999
	for ((i = 0; i < runs; i++)); do
		read -r w c < <({
			TIMEFORMAT='%U %S'
			before=$EPOCHREALTIME
			time "$@" >"$work/output" 2>/dev/null
			echo "${before/./} ${EPOCHREALTIME/./}" >&2
		} 2>&1 | awk 'NR == 1 { c = ($1 + $2) * 1000 } NR == 2 { print ($2 - $1) / 1000, c }')
		wall=$(awk -v a="$wall" -v b="$w" 'BEGIN { print a < b ? a : b }')
		cpu=$(awk -v a="$cpu" -v b="$c" 'BEGIN { print a < b ? a : b }')
	done
}

figure() { # NAME LIMIT RUNS COMMAND...
	local name=$1 limit=$2 verdict=
	measure "${@:3}"
	[ "$limit" = - ] || verdict="limit $limit ms: $(awk -v w="$wall" -v l="$limit" 'BEGIN { if (w <= l) printf "ok, %.1f times better", l / w; else print "MISSED" }')"
	[ "${verdict%MISSED}" = "$verdict" ] || missed=$((missed + 1))
	printf '%-66s %9.1f ms  (processor %8.1f ms)  %s\n' "$name" "$wall" "$cpu" "$verdict"
}

echo "== 10,000 made rules"
"$build/test/gcc/bench/print_rules" 10000 >"$work/r10k.quirks"
build_and_pack() {
	"$fwquirk" build -o "$work/r10k.sqlite" "$work/r10k.quirks" && "$fwquirk" pack -o "$work/r10k.table" "$work/r10k.sqlite"
}
figure 'build + pack' 1000 5 build_and_pack
figure 'starting any process' - 20 /bin/true
figure 'query: a word' 5 20 "$fwquirk" query --db "$work/r10k.sqlite" 4711
figure 'query: a vendor' 5 20 "$fwquirk" query --db "$work/r10k.sqlite" --vendor 'LENOVO 4711'
figure 'query: a vendor of two letters' 5 20 "$fwquirk" query --db "$work/r10k.sqlite" --vendor hp
figure 'query: a product in part' 5 20 "$fwquirk" query --db "$work/r10k.sqlite" --product hinkpa
figure 'query: a defect and a word' 5 20 "$fwquirk" query --db "$work/r10k.sqlite" --defect ebs-fail 4711
figure 'query: a workaround, a version and a word' 5 20 "$fwquirk" query --db "$work/r10k.sqlite" --workaround hide-map --version 1.5.0 4711
figure 'show' 5 20 "$fwquirk" show --db "$work/r10k.sqlite" FWQ-4711
figure '  today: grep over the rule text' - 10 grep -n 4711 "$work/r10k.quirks"
if command -v sqlite3 >/dev/null; then
	figure '  today: the same database, LIKE over its titles and values' - 10 sqlite3 -readonly "$work/r10k.sqlite" \
		"SELECT DISTINCT rule.name FROM rule JOIN rule_condition_value AS v ON v.rule = rule.id WHERE title LIKE '%4711%' OR v.value LIKE '%LENOVO 4711%'"
fi

if [ ! -e "$corpus/identities.tsv.xz" ]; then
	echo "the figures of fleets are skipped: no corpus at $corpus"
	exit $((missed > 0))
fi

echo "== 4,702 texts, the shipped rules"
rm -rf "$work/texts" && mkdir "$work/texts" && xz -dc "$corpus/linuxhw.tar.xz" | tar -xf - -C "$work/texts"
figure 'scan: a folder' 1000 5 "$fwquirk" scan "$work/texts"
figure 'scan: the packed archive of it' 1000 5 "$fwquirk" scan "$corpus/linuxhw.tar.xz"
figure 'scan: a line of JSON each' 1000 5 "$fwquirk" scan --json "$work/texts"
# The texts are what dmidecode --from-dump would print; a loop over dumps has that to pay besides.
grep_loop() {
	find "$work/texts" -type f | head -n 470 | while IFS= read -r text; do
		vendor=$(sed -n '/^System Information/,/^$/s/^\tManufacturer: //p' "$text" | head -n 1)
		product=$(sed -n '/^System Information/,/^$/s/^\tProduct Name: //p' "$text" | head -n 1)
		grep -qF "$vendor|$product" "$work/known" && echo "$text"
	done
}
printf 'Dell Inc.|XPS 13 9360\nLENOVO|20Q0\n' >"$work/known"
figure '  today: a shell loop with sed and grep over a tenth of them' - 1 grep_loop
if command -v dmidecode >/dev/null && [ -d "$corpus/../smbios-bin" ]; then
	dmidecode_loop() {
		for dump in "$corpus"/../smbios-bin/*.bin; do
			dmidecode --from-dump "$dump" | grep -qE 'Product Name: (XPS 13 9360|20Q0)' && echo "$dump"
		done
	}
	echo "$(ls "$corpus"/../smbios-bin/*.bin | wc -l) dumps:"
	figure '  scan' - 5 "$fwquirk" scan "$corpus"/../smbios-bin/*.bin
	figure '  today: a shell loop over dmidecode --from-dump and grep' - 3 dmidecode_loop
fi

echo "== 81,357 identities, 1,000 rules about models among them"
xz -dc "$corpus/identities.tsv.xz" >"$work/identities.tsv"
awk -v n=1000 -v step=37 -f tests/bench/rules_of_table.awk "$work/identities.tsv" >"$work/r1k.quirks"
"$fwquirk" pack -o "$work/r1k.table" "$work/r1k.quirks" >/dev/null && "$fwquirk" build -o "$work/r1k.sqlite" "$work/r1k.quirks" >/dev/null || exit 2
figure 'scan: the packed table' 1000 5 "$fwquirk" scan --db "$work/r1k.sqlite" --table "$work/r1k.table" "$corpus/identities.tsv.xz"
tail -n 1 "$work/output"
figure 'scan: a line of JSON each' 1000 5 "$fwquirk" scan --json --table "$work/r1k.table" "$corpus/identities.tsv.xz"
figure '  of it xz, which runs beside' - 5 xz -dc "$corpus/identities.tsv.xz"
if command -v sqlite3 >/dev/null; then
	# One pattern a rule, as in a table of modalias patterns; a tenth of the machines.
	awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } NR % 10 == 0 { print $c["sys_vendor"] "\t" $c["product_name"] }' \
		"$work/identities.tsv" >"$work/tenth.tsv"
	sed -n 's/^Match = sys-vendor "\(.*\)"$/\1/p' "$work/r1k.quirks" >"$work/v"
	sed -n 's/^Match = product-name "\(.*\)"$/*\1*/p' "$work/r1k.quirks" >"$work/p"
	paste "$work/v" "$work/p" >"$work/patterns.tsv"
	rm -f "$work/glob.sqlite"
	sqlite3 "$work/glob.sqlite" 'CREATE TABLE machine (vendor, product)' 'CREATE TABLE pattern (vendor, product)' '.mode tabs' \
		".import $work/tenth.tsv machine" ".import $work/patterns.tsv pattern" 2>/dev/null
	figure '  today: GLOB over a SQLite table, a tenth of the machines' - 1 sqlite3 "$work/glob.sqlite" \
		'SELECT count(*) FROM machine, pattern WHERE machine.product GLOB pattern.product AND machine.vendor GLOB pattern.vendor'
fi
if command -v systemd-hwdb >/dev/null; then
	mkdir -p "$work/root/etc/udev/hwdb.d"
	"$fwquirk" export --widen -o "$work/root/etc/udev/hwdb.d/60-fwquirk.hwdb" hwdb "$work/r1k.quirks" 2>/dev/null
	systemd-hwdb update --root="$work/root" 2>/dev/null
	hwdb_loop() {
		for ((n = 0; n < 100; n++)); do
			systemd-hwdb query --root="$work/root" 'dmi:bvnDellInc.:bvr1.0.7:bd09/13/2016:svnDellInc.:pnXPS139360:'
		done
	}
	figure '  today: systemd-hwdb query, 100 machines' - 1 hwdb_loop
	yes 'dmi:bvnDellInc.:bvr1.0.7:bd09/13/2016:svnDellInc.:pnXPS139360:' | head -n 100 >"$work/modaliases"
	figure '  scan: the same 100 modaliases' - 5 "$fwquirk" scan --table "$work/r1k.table" "$work/modaliases"
fi
[ "$missed" = 0 ] || echo "$missed figures missed"
exit $((missed > 0))
