#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# fault-kernel.t - Debian's unmodified kernels on firmware that hands their stub memory that is not mapped or read-only, or
# loads them where nothing can be executed: they die without us and come up with us.

. "$(dirname "$0")/lab.sh"

LOOSEN=(-smbios type=11,value=fwquirk=loosen)
END='^fwquirk-test: end of boot'
# The stub decompresses the kernel into one EfiLoaderCode allocation (Linux, drivers/firmware/efi/libstub/x86-stub.c).
MISSING='alloc=loader-code,np,0x400000'
READONLY='alloc=loader-code,ro,0x400000'
# The kernel's own image, as LoadImage() leaves it.
NOEXEC='large-image-nx=0x400000'

lab_one 2025.02 || skip_all "$why"
kernel_use trixie || skip_all "$why"

# symptom DEFECT ACCESS TEXT
symptom() {
	lab_boot without "$1" 240 "$END" "vmlinuz.efi $KERNEL_OPTIONS"
	expect "$PAGE_FAULT" "without, $1: $(kernel_version) dies in the firmware's exception handler"
	expect "^ExceptionData - .*$2" "without, $1: $3"
}
symptom "$MISSING" 'W:1 P:0' 'at its first store into that memory'
symptom "$READONLY" 'W:1 P:1' 'at its first store into that memory'
symptom "$NOEXEC" 'I:1 .*P:1' 'at its first instruction'
lab_row "$MISSING" '#PF W:1 P:0 in the decompressor' 'fault-fixup map'
lab_row "$READONLY" '#PF W:1 P:1 in the decompressor' 'fault-fixup write'
lab_row "$NOEXEC" '#PF I:1 P:1 at the entry' 'fault-fixup exec'

# rescued DEFECT PRODUCT ANSWER: with us the kernel of that firmware comes up and the journal says why
rescued() {
	local what before
	for suite in $(kernels_for "$generation"); do
		kernel_use "$suite" || { lab_cell "$1" "$generation" "$suite" "cannot: $why"; continue; }
		firmware_use "$generation"
		what="$generation, $(kernel_version), $1"
		before=$n_failed
		lab_machine "$2"
		LAB_RETRY=1
		lab_boot with "$1" 400 "$END" "vmlinuz.efi $KERNEL_OPTIONS"
		LAB_RETRY=
		reject "$EXCEPTION" "$what: no exception"
		expect '^fwquirk-test: userland reached' "$what: the kernel boots to userland"
		is "$(journal ".faults[] | select(.answer == \"$3\") | .image" | sort -u)" vmlinuz.efi \
			"$what: the journal has what was repaired, and for whom"
		is "$(journal '.faults[] | select(.repaired | not) | .answer')" '' "$what: nothing was passed on"
		is "$(section status | grep -c "^fault  *$3: ")" "$(journal "[.faults[] | select(.answer == \"$3\")] | length")" \
			"$what: fwquirk status says it, too"
		outcome "$1" "$generation" "$(kernel_version)" "$before"
	done
}

for generation in $GENERATIONS; do
	lab_firmware "$generation" || continue
	# The protocol lets the stub make the decompressed kernel executable itself; without it the rule has to say wx, and the
	# policy loosen.
	wx=
	LAB_QEMU=()
	[[ "$generation" != 2022.11* ]] || { wx=-wx; LAB_QEMU=("${LOOSEN[@]}"); }
	rescued "$MISSING" fault$wx mapped
	rescued "$READONLY" fault$wx 'made writable'
	LAB_QEMU=("${LOOSEN[@]}")
	rescued "$NOEXEC" fault-exec 'made executable'
	LAB_QEMU=()
done

done_testing
