#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# fuzz.t - a short burst of every fuzzer, seeded with the project's own inputs; a finding is kept and named
#
# The same inputs each time, so that a change is judged by what it changes; FUZZ_SEED=0 takes others.
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
build=${BUILD:-build}
seconds=${FUZZ_SECONDS:-5}
mkmachine=${MKMACHINE:-$build/test/gcc/mkmachine}
findings=$build/test/fuzz/findings
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$findings" "$dir"/{rules,smbios,text,table,journal,report,identity_table,switches}

cp quirks/*/*.quirks tests/data/rules-broken/* "$dir/rules/" 2>/dev/null
sed -n '/^    fwquirk-report/,/^$/s/^    //p' docs/report-format.md >"$dir/report/example"
awk -v n=60 -f tests/support/made-machines.awk | cut -f 2,3,8,9,6,10,11,1 | sed 1d >"$dir/identity_table/made"
printf 'off, observe loosen +FWQ-0001 -fwq-2' >"$dir/switches/words"
printf '\013\005\002\000\001fwquirk=off\0\0' >"$dir/switches/oem"
cp "$build/quirks.table" "$dir/table/" 2>/dev/null
for machine in tests/data/machines/*.machine tests/data/broken/*.machine; do
	name=$(basename "$machine" .machine)
	"$mkmachine" --form table "$machine" "$dir/smbios/$name" 2>/dev/null
	"$mkmachine" "$machine" "$dir/text/$name" 2>/dev/null
done

found_any=no
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	found_any=yes
	seeds=$dir/${name#fuzz_}
	mkdir -p "$seeds"
	output=$("$build/test/fuzz/fuzz/$name" -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 \
		-artifact_prefix="$findings/$name-" "$seeds" 2>&1)
	status=$?
	runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' <<<"$output")
	if [ $status = 0 ] && [ "${runs:-0}" -gt 0 ]; then
		tap_ok "$name: $runs runs in $seconds s"
	else
		tap_fail "$name: exit $status" "$(tail -n 30 <<<"$output")"
	fi
done
[ $found_any = yes ] || tap_fail 'there are fuzzers'
tap_done
