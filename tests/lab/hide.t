#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# hide.t - a loader that breaks because EFI_MEMORY_ATTRIBUTE_PROTOCOL is there: without us, with hide-map, and on near
# misses. old.efi is attributes.efi without NX_COMPAT.

. "$(dirname "$0")/lab.sh"

lab_row protocol-present 'a loader takes execution from its neighbour (shim pull 772): #PF I:1 P:1' hide-map
lab_one 2025.02 || skip_all "$why"
lab_boot without 'protocol-refuses-unaligned' 400 '^attributes: end' 'old.efi old-loader'
expect '^attributes: old-loader-protocol=present' 'symptom: the old loader finds the protocol'
expect '^ExceptionData - 0+11 .*I:1 .*P:1' 'symptom: and makes code non-executable that is not its own'

lab_machine protocol-breaks-loader
for generation in $GENERATIONS; do
	lab_firmware $generation || continue
	before=$n_failed
	LAB_WALK=1 lab_boot with 'data-nx walk protocol-refuses-unaligned' 400 '^after: end' 'old.efi old-loader' 'walk.efi types=no' 'attributes.efi page' 'record.efi exit'
	expect '^fwquirk: FWQ-9216 applied hide-map' "$generation: hide-map is applied"
	expect '^attributes: old-loader=ok' "$generation: the old loader finds no protocol and goes on"
	expect '^attributes: page=ok' "$generation: an image that says NX_COMPAT has it as before"
	lab_no_fresh_wx "$generation: no page is writable and executable that was not before"
	is "$(lab_journal '.events[] | select(.event == "map-hidden") | .text' after)" old.efi "$generation: the journal says from whom it was hidden"
	if [ $n_failed = $before ]; then lab_cell protocol-present $generation old rescued; else lab_cell protocol-present $generation old FAILED; fi
done

lab_one 2025.02 || { note "$why"; done_testing; }
lab_boot with 'protocol-refuses-unaligned alloc=loader-code,nx' 400 '^record: end' 'attributes.efi page' 'record.efi'
is "$(lab_verdict FWQ-9216)" 'refused precondition' 'where code is not executable by itself the protocol is not hidden'
lab_machine protocol-breaks-loader 2.0
lab_boot with 'protocol-refuses-unaligned' 400 '^record: end' 'old.efi page' 'record.efi'
expect '^attributes: protocol=present' 'near miss: the protocol is there for everybody'
is "$(lab_verdict FWQ-9216)" 'not-applicable since-fixed' 'near miss: the journal says why'

done_testing
