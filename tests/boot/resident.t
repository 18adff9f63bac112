#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# resident.t - what stays in memory while one workaround is in effect: pages of the image, of pools and allocated ones

. "$(dirname "$0")/lib.sh"
need_tool qemu-system-x86_64 mformat mcopy
need_file "$EFI"/fwquirk{,-full,-measure}x64.efi
firmware_use 2025.02 || skip_all "$why"

# KiB; docs/bench.md says why it is not less.
LIMIT=100

for image in fwquirk fwquirk-full; do
	firmware_use 2025.02
	esp_new
	esp_programs measure
	esp_put "$EFI/${image}x64.efi" /driver.efi
	esp_script 'measure.efi stays=\driver.efi' 'reset -s'
	boot 120 '^measure: end' "${WITH_PROTOCOL[@]}"
	expect '^fwquirk: FWQ-0001 applied free-writable' "$image: one workaround is in effect"
	pages=$(value pages-left measure)
	its_own=$(value image-pages measure)
	is $((pages >= its_own && its_own > 0)) 1 "$image: stays, $pages pages, of which $its_own are the image"
	note "$image: $((pages * 4)) KiB: image $((its_own * 4)), else $(((pages - its_own) * 4))"
	# With all parts it is larger: only shown.
	[ $image != fwquirk ] || is $((pages * 4 <= LIMIT)) 1 "$image: $((pages * 4)) KiB, at most $LIMIT"
done

done_testing
