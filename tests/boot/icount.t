#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# icount.t - the limits on what a boot without a match may cost: instructions from the driver's entry to its exit, pages, hooks

. "$(dirname "$0")/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy
need_file "$EFI"/fwquirk{,-measure}x64.efi
firmware_use 2025.02 || skip_all "$why"

LIMIT=300000

figures=$("$BOOT_TOP/tests/boot/icount.sh" 2>&1) || bail "$figures"
printf '%s\n' "$figures" | sed 's/^/# /'
figure() { printf '%s\n' "$figures" | sed -n "s/^$1 //p"; }

# A handful of instructions of the loop's frame are in the ticks, too.
ticks=$(figure loop-ticks)
instructions=$(figure loop-instructions)
is $((ticks >= instructions && ticks <= instructions + 50)) 1 'the time stamp counter counts instructions'

# The firmware's SetVariable() alone takes some 270,000 for any variable, even of 16 bytes (it fills a scratch buffer of
# 256 KiB with rep stosb, and every turn counts). The driver calls it once, for the record; the limit is on the rest.
total=$(figure entry-to-exit)
cost=$(figure entry-to-exit-without-set-variable)
is $((cost > 0 && cost <= LIMIT)) 1 "no match: $cost instructions from entry to exit without SetVariable() (at most $LIMIT)"
boot=$(figure boot-until-entry)
is $((boot > total)) 1 "of a boot of $boot instructions until here that is $((total * 1000000 / boot)) millionths"
is "$(figure pages-left)" 0 'no match: no page left allocated'
is "$(figure hooks-left)" 0 'no match: no hook'

done_testing
