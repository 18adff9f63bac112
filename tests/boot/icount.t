#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# icount.t - what a boot without a match costs: instructions from the driver's entry to its exit, pages left, hooks.
# QEMU's -icount counts, so the figure does not depend on the machine the test runs on.

. "$(dirname "$0")/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy
need_file "$EFI"/fwquirk{,-measure}x64.efi
firmware_use 2025.02 || skip_all "$why"

LIMIT=300000

esp_new
esp_programs driver measure
esp_script 'measure.efi driver=\fwquirkx64.efi' 'reset -s'
boot 240 '^measure: end' -icount shift=0 "${WITH_PROTOCOL[@]}" "${OTHER_IDENTITY[@]}"
expect '^measure: end' 'the driver was measured'
ticks=$(value loop-ticks measure)
instructions=$(value loop-instructions measure)
# A handful of instructions of the loop's frame are in the ticks, too.
if [ "${ticks:-0}" -ge "${instructions:-1}" ] && [ "$ticks" -le $((instructions + 50)) ]; then
	pass 'the time stamp counter counts instructions'
else
	fail 'the time stamp counter counts instructions'
	note "$ticks ticks for $instructions instructions"
fi
# The firmware's SetVariable() alone takes some 270,000 for any variable, even of 16 bytes (it fills a scratch buffer of
# 256 KiB with rep stosb, and every turn counts). The driver calls it once, for the record; the limit is on the rest.
total=$(value entry-ticks measure)
variable=$(value set-variable-ticks measure)
cost=$((${total:-0} - ${variable:-0}))
if [ $cost -gt 0 ] && [ $cost -le $LIMIT ]; then
	pass "no match: $cost instructions from entry to exit without SetVariable() (at most $LIMIT)"
else
	fail "no match: $cost instructions from entry to exit without SetVariable() (at most $LIMIT)"
fi
note "with SetVariable(), which writes the record of $(value set-variable-bytes measure) bytes in $variable: $total"
is $(($(value free-pages-before measure) - $(value free-pages-after measure))) 0 'no match: no page left allocated'
is "$(value hooks measure)" 0 'no match: no hook'
# For the bench
mkdir -p "$BUILD/bench"
printf 'driver-no-match-instructions %s\nfirmware-set-variable-instructions %s\n' "$cost" "$variable" >"$BUILD/bench/icount.txt"

done_testing
