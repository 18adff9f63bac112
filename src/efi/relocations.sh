#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# relocations.sh ELF - base relocations of an image linked to address 0 with --emit-relocs, as assembly
# for its .reloc section (Microsoft "PE Format", "The .reloc Section"): blocks of one page each, entries of
# type 10 (IMAGE_REL_BASED_DIR64). Fails on a relocation that PE cannot express.
set -eu

readelf --wide --relocs "$1" | awk '
function hex(text,	i, value) {
	value = 0
	for (i = 1; i <= length(text); i++)
		value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return value
}
/^Relocation section/ { skip = $3 ~ /debug/ }
skip || $3 !~ /^R_/ { next }
$3 == "R_X86_64_64" { at[n++] = hex($1); next }
$3 ~ /^R_X86_64_(NONE|PC8|PC16|PC32|PLT32|PC64|GOTPCREL|GOTPCRELX|REX_GOTPCRELX)$/ { next }
{ print "relocations.sh: " $3 " at " $1 " cannot be in a PE image" > "/dev/stderr"; failed = 1; exit 1 }
END {
	if (failed)
		exit 1
	print "\t.section .reloc, \"a\", @progbits"
	# Never empty: firmware takes an image without base relocations for one that cannot be moved.
	if (n == 0)
		print "\t.long 0x1000, 12\n\t.short 0, 0"
	for (i = 0; i < n; i++)		# ascending, a few dozen: insertion sort
		for (j = i; j > 0 && at[j - 1] > at[j]; j--) {
			t = at[j]; at[j] = at[j - 1]; at[j - 1] = t
		}
	for (i = 0; i < n; i = j) {
		page = at[i] - at[i] % 4096
		for (j = i; j < n && at[j] < page + 4096; j++)
			;
		odd = (j - i) % 2
		printf "\t.long 0x%x, %d\n", page, 8 + 2 * (j - i + odd)
		for (k = i; k < j; k++)
			printf "\t.short 0x%x\n", 10 * 4096 + at[k] - page
		if (odd)
			print "\t.short 0"
	}
	print "\t.section .note.GNU-stack, \"\", @progbits"
}'
