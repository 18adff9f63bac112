#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# memmap.t - memory maps with every kind of mistake, low memory that is written to, memory in use that is called free:
# fix-memmap, reserve-low, reserve. All at once in one boot a firmware; ranges that no machine can hold are refused.

. "$(dirname "$0")/lab.sh"
need_file "$LAB"/{map,walk,record}x64.efi

RANGE=0x1b800000
DEFECTS="memmap-zero-length memmap-overflow memmap-beyond-width memmap-overlap memmap-runtime-uncached memmap-runtime-flag"
DEFECTS="$DEFECTS memmap-boot-type lowmem-scribble memmap-missing=$RANGE,0x10000"
LINES=('map.efi first=0x0 bytes=0x10000' "map.efi first=$RANGE bytes=0x10000" 'record.efi')

lab_row memmap-zero-length 'a reserved descriptor of no pages (map.efi counts it)' fix-memmap
lab_row memmap-overflow 'a descriptor that runs over the end of 64 bits (map.efi)' fix-memmap
lab_row memmap-beyond-width 'free memory where the processor has no addresses (map.efi)' fix-memmap
lab_row memmap-overlap 'memory in use is called free as well: overlapping descriptors (map.efi)' fix-memmap
lab_row memmap-runtime-uncached 'RUNTIME descriptors without cacheability (map.efi)' fix-memmap
lab_row memmap-runtime-flag 'runtime data without RUNTIME: it would stay unmapped (map.efi)' fix-memmap
lab_row memmap-boot-type 'runtime code is typed as boot services, which are reused (map.efi)' fix-memmap
lab_row lowmem-scribble 'what a program keeps in the first 64 KiB is overwritten (map.efi)' reserve-low
lab_row memmap-missing 'what a program keeps in memory called free is overwritten (map.efi)' reserve

# damaged N: what the Nth run of map.efi said
said() { sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" <(grep -a '^map: ' "$LOG") | sed -n "${2:-1}p"; }

# 1. Without us, on one firmware
lab_one 2025.02 || skip_all "$why"
lab_machine memmap-bad
lab_boot without "$DEFECTS" 300 '^record: end' "${LINES[@]}"
is "$(said zero-length)" 1 'without us: a descriptor without pages'
is "$(said beyond)" 2 'without us: two descriptors beyond what there can be'
is "$(($(said overlap) + 0 > 20))" 1 'without us: descriptors that overlap'
# Runtime code, and the flash that variables are written to, but by SMM where there is one.
is "$(said runtime-uncached)" "$([ -n "${FWQUIRK_FLAVOUR:-}" ] && echo 1 || echo 2)" 'without us: RUNTIME without cacheability'
is "$(($(said runtime-flag) + 0 > 0))" 1 'without us: a runtime type without RUNTIME'
is "$(($(said runtime-reusable) + 0 > 0))" 1 'without us: RUNTIME memory of a type that is reused'
is "$(said pages-free) $(said pages-damaged)" '16 16' 'without us: low memory is free, and overwritten'
is "$(said pages-free 2) $(said pages-damaged 2)" '16 16' 'without us: memory in use is free, and overwritten'

# 2. With us, on each
for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	LAB_WALK=1 lab_boot with "data-nx walk $DEFECTS" 300 '^record: end' "${LINES[@]}"
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	for what in zero-length beyond overlap runtime-uncached runtime-flag runtime-reusable; do
		is "$(said $what)" 0 "$generation: no $what is left"
	done
	is "$(said pages-damaged) $(said pages-damaged 2)" '0 0' "$generation: nothing is overwritten any more"
	is "$(said pages-free) $(said pages-free 2)" '0 0' "$generation: because nobody is given that memory"
	for id in FWQ-9401 FWQ-9402 FWQ-9403; do
		is "$(lab_verdict $id)" 'applied none' "$generation: $id was applied"
	done
	is "$(lab_journal '[.events[].event] | map(select(. == "memmap-fixed" or . == "memory-held")) | length')" 3 \
		"$generation: the journal says what was repaired and held"
	result=rescued
	[ "$(said zero-length)$(said beyond)$(said overlap)$(said runtime-uncached)$(said runtime-flag)$(said runtime-reusable)" = 000000 ] ||
		result=FAILED
	for row in zero-length overflow beyond-width overlap runtime-uncached runtime-flag boot-type; do
		lab_cell memmap-$row "$generation" map.efi $result
	done
	result=FAILED
	[ "$(said pages-damaged)$(said pages-free)" != 00 ] || result=rescued
	lab_cell lowmem-scribble "$generation" map.efi $result
	result=FAILED
	[ "$(said pages-damaged 2)$(said pages-free 2)" != 00 ] || result=rescued
	lab_cell memmap-missing "$generation" map.efi $result
done

# 3. The next version of the machine; and this one, with a map in order: identity alone arms nothing
lab_one 2025.02
lab_machine memmap-bad 2.0
lab_boot with "$DEFECTS" 300 '^record: end' "${LINES[@]}"
is "$(said zero-length) $(said pages-damaged)" '1 16' 'near miss: everything is as it was'
is "$(lab_verdict FWQ-9401)" 'not-applicable since-fixed' 'near miss: and the journal says why'
lab_one 2026.08 || lab_one 2022.11
lab_machine memmap-bad
lab_boot with '' 300 '^record: end' 'record.efi'
is "$(lab_verdict FWQ-9401)" 'fixed probe-no' 'a map in order: the probes say no, and it is left alone'
is "$(lab_verdict FWQ-9402)" 'applied none' 'a rule without a probe goes by identity'

# 4. What cannot be held
lab_one 2025.02
lab_machine reserve-bad
lab_boot with '' 300 '^record: end' 'map.efi' 'record.efi'
for id in 9411:'our own image' 9412:'page 0' 9413:'above the address width' 9414:'no memory' 9416:'half a page' 9417:'everything'; do
	is "$(lab_verdict FWQ-${id%%:*})" 'refused precondition' "reserve, ${id#*:}: refused"
done
is "$(lab_journal '[.events[].event] | unique | join(" ")')" 'memory-absent memory-in-use' 'and the journal says what was there'
expect '^map: end' 'and the boot goes on'
done_testing
