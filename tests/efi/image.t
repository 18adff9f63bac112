#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# image.t - the EFI images as files: what a firmware that enforces W^X and a shim that enforces NX_COMPAT and SBAT want
# to see (Microsoft "PE Format"; UEFI 2.10 section 2.1.1; shim's SBAT.md), and that the rule table can be replaced.

set -u -o pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
case "$BUILD" in /*) ;; *) BUILD=$top/$BUILD ;; esac
# For driver and loader; with all parts, or as a tool of its own, an image may be larger (docs/bench.md).
LIMIT=65536
LIMIT_ALL=106496
for tool in objdump objcopy readelf od; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0
failed=0

# is GOT WANTED DESCRIPTION
is() {
	n=$((n + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $n - $3"
	else
		failed=1
		printf 'not ok %d - %s\n# got:    %s\n# wanted: %s\n' $n "$3" "$1" "$2"
	fi
}

# number FILE OFFSET SIZE: little-endian
number() { od -An -v -tu"$3" -j "$2" -N "$3" "$1" | tr -d ' '; }

# sections FILE: name, VirtualSize, VirtualAddress, SizeOfRawData, PointerToRawData, Characteristics; one a line
sections() {
	local pe count at i
	pe=$(number "$1" 60 4)
	count=$(number "$1" $((pe + 6)) 2)
	at=$((pe + 24 + $(number "$1" $((pe + 20)) 2)))
	for ((i = 0; i < count; i++, at += 40)); do
		echo "$(dd if="$1" bs=1 skip=$at count=8 status=none | tr -d '\0')" \
			"$(number "$1" $((at + 8)) 4)" "$(number "$1" $((at + 12)) 4)" "$(number "$1" $((at + 16)) 4)" \
			"$(number "$1" $((at + 20)) 4)" "$(number "$1" $((at + 36)) 4)"
	done
}

# bytes FILE SECTION: its contents
bytes() { objcopy -O binary --only-section="$2" "$1" "$work/section" && cat "$work/section"; }

# base_relocations FILE: addresses, ascending, one a line
base_relocations() {
	bytes "$1" .reloc >"$work/reloc"
	local size at=0 page block i entry
	size=$(wc -c <"$work/reloc")
	while [ $at -lt "$size" ]; do
		page=$(number "$work/reloc" $at 4)
		block=$(number "$work/reloc" $((at + 4)) 4)
		[ "$block" -ge 8 ] || break
		for ((i = at + 8; i < at + block; i += 2)); do
			entry=$(number "$work/reloc" $i 2)
			[ $((entry >> 12)) = 10 ] && echo $((page + (entry & 4095)))
		done
		at=$((at + block))
	done
}

# link_relocations ELF: where the link put absolute addresses into what is loaded
link_relocations() {
	readelf --wide --relocs "$1" | awk '/^Relocation section/ { debug = $3 ~ /debug/ }
		!debug && $3 == "R_X86_64_64" { print "0x" $1 }' | while read -r at; do echo $((at)); done | sort -n
}

# check_image FILE ELF SUBSYSTEM LIMIT TABLE
check_image() {
	local name pe section size address raw at flags end=0 bad=
	name=$(basename "$1")
	if [ ! -e "$1" ]; then
		is missing there "$name: is built"
		return
	fi
	pe=$(number "$1" 60 4)
	is "$(number "$1" $((pe + 4)) 2)" $((0x8664)) "$name: for x86-64"
	is "$(number "$1" $((pe + 24 + 68)) 2)" "$3" "$name: subsystem $3"
	is $(($(number "$1" $((pe + 24 + 70)) 2) & 0x100)) 256 "$name: NX_COMPAT"
	is "$(number "$1" $((pe + 24 + 32)) 4)" 4096 "$name: sections on page boundaries"
	is "$(number "$1" $((pe + 8)) 4)" 0 "$name: no time stamp, so that the same sources give the same bytes"
	[ "$(wc -c <"$1")" -le "$4" ]
	is $? 0 "$name: $(wc -c <"$1") bytes, at most $4"
	while read -r section size address raw at flags; do
		[ $((address % 4096)) = 0 ] || bad="$bad $section:unaligned"
		[ "$address" -ge $end ] || bad="$bad $section:overlaps"
		[ $((at + (size < raw ? size : raw))) -le "$(wc -c <"$1")" ] || bad="$bad $section:outside"
		# IMAGE_SCN_MEM_EXECUTE and IMAGE_SCN_MEM_WRITE
		[ $((flags & 0xa0000000)) != $((0xa0000000)) ] || bad="$bad $section:W+X"
		case $section in
		.text) [ $((flags & 0xa0000000)) = $((0x20000000)) ] || bad="$bad $section:not-RX" ;;
		.data|.bss) [ $((flags & 0xa0000000)) = $((0x80000000)) ] || bad="$bad $section:not-RW" ;;
		*) [ $((flags & 0xa0000000)) = 0 ] || bad="$bad $section:not-RO" ;;
		esac
		end=$(((address + size + 4095) / 4096 * 4096))
	done < <(sections "$1")
	is "$bad" '' "$name: no section unaligned, overlapping, outside, or with more permissions than it needs"
	# State that begins as something else than zero is a section of its own, where there is some.
	is "$(sections "$1" | cut -d ' ' -f 1 | grep -vx .data | tr '\n' ' ')" '.text .rodata .bss .sbat .reloc .fwquirk ' "$name: sections"
	is "$(bytes "$1" .sbat | cut -d , -f 1,2 | tr '\n' ' ')" 'sbat,1 fwquirk,1 ' "$name: SBAT entries"
	is "$(bytes "$1" .sbat | awk -F , '{ print NF }' | tr '\n' ' ')" '6 6 ' "$name: of six fields each"
	is "$(base_relocations "$1" | tr '\n' ' ')" "$(link_relocations "$2" | tr '\n' ' ')" \
		"$name: base relocations are the absolute addresses of the link"
	is "$(objdump -d -j .text "$1" | grep -cE '%([xyz]mm|st|mm)[0-9(]')" 0 "$name: general registers only"
	is "$(bytes "$1" .fwquirk | cmp - "$5" 2>&1)" '' "$name: carries the rule table that was built"
}

read -r setting small_table <"$BUILD/efi/parts/setting"
case "$small_table" in /*) ;; *) small_table=$top/$small_table ;; esac
[ "$setting" = armed ] || LIMIT=$LIMIT_ALL
check_image "$BUILD/efi/fwquirkx64.efi" "$BUILD/efi/obj/fwquirk.elf" 11 $LIMIT "$small_table"
check_image "$BUILD/efi/fwquirk-loadx64.efi" "$BUILD/efi/obj/fwquirk-load.elf" 10 $LIMIT "$small_table"
check_image "$BUILD/efi/fwquirk-fullx64.efi" "$BUILD/efi/obj/fwquirk-full.elf" 11 $LIMIT_ALL "$BUILD/quirks.table"
check_image "$BUILD/efi/fwquirk-full-loadx64.efi" "$BUILD/efi/obj/fwquirk-full-load.elf" 10 $LIMIT_ALL "$BUILD/quirks.table"
check_image "$BUILD/efi/fwquirk-probex64.efi" "$BUILD/efi/obj/fwquirk-probe.elf" 10 $LIMIT_ALL "$BUILD/quirks.table"

# What an image says that it has is what was linked: by the names of the workarounds' steps and of the probes' functions.
# implemented.h has workaround and steps.
fwquirk=$BUILD/fwquirk
has_symbol() { readelf --wide --symbols "$BUILD/efi/obj/$1.elf" | grep -E " $2\$" >/dev/null; }
lacks() { "$fwquirk" parts --table "$work/lab.table" "$BUILD/efi/$1x64.efi" || :; }
"$fwquirk" pack -o "$work/lab.table" "$top/tests/lab/rules" >/dev/null || exit 1
for image in fwquirk fwquirk-load fwquirk-full fwquirk-full-load; do
	wrong=
	while read -r workaround steps; do
		name=$(echo "$workaround" | tr 'A-Z_' 'a-z-')
		lacks $image | grep -x "workaround $name" >/dev/null && says=1 || says=0
		has_symbol $image "$steps" && says=$((says + 1))
		# drop-mat is drop-table with a GUID of its own, and reserve-low a reserve.
		case $steps in workaround_drop_table|workaround_reserve) continue ;; esac
		"$fwquirk" parts --table "$work/lab.table" | grep -x "workaround $name" >/dev/null && [ $says != 1 ] && wrong="$wrong $name"
	done < <(sed -n 's/.*X(\([A-Z0-9_]*\), \(workaround_[a-z0-9_]*\)).*/\1 \2/p' "$top/include/fwquirk/implemented.h")
	is "$wrong" '' "$image: what it says that it has of workarounds is what was linked"
	is "$("$fwquirk" parts --armed "$BUILD/efi/${image}x64.efi")" '' "$image: has what the armed rules of its table need"
done
is "$(lacks fwquirk-full; lacks fwquirk-full-load)" '' 'all parts are in the images with all parts'
if [ "$setting" = armed ]; then
	has_symbol fwquirk workaround_wrap_map
	is $? 1 'fwquirkx64.efi: wrap-map, which no armed rule needs, is not linked'
	has_symbol fwquirk probe_tables
	is $? 1 'fwquirkx64.efi: nor is a probe that no rule names'
	is "$(lacks fwquirk | grep -c 'wrap-map\|table-volatile')" 2 'fwquirkx64.efi: and it says so'
fi
has_symbol fwquirk-full workaround_wrap_map && has_symbol fwquirk-full probe_tables
is $? 0 'fwquirk-fullx64.efi: both are'

# Another table, shorter and longer than the image's own
for size in 1 100 20000; do
	head -c $size /dev/zero | tr '\0' x >"$work/table"
	"$top/src/efi/put-table.sh" --force "$BUILD/efi/fwquirkx64.efi" "$work/table" "$work/other.efi"
	is "$(bytes "$work/other.efi" .fwquirk | cmp - "$work/table" 2>&1)" '' "put-table.sh: a table of $size bytes"
	is "$(sections "$work/other.efi" | awk '$1 == ".fwquirk" { print $2 }')" $size 'put-table.sh: and its size'
	pe=$(number "$work/other.efi" 60 4)
	is "$(number "$work/other.efi" $((pe + 24 + 56)) 4)" \
		"$(sections "$work/other.efi" | awk '$1 == ".fwquirk" { print int(($3 + $2 + 4095) / 4096) * 4096 }')" \
		'put-table.sh: and SizeOfImage'
	is $(($(number "$work/other.efi" $((pe + 24 + 70)) 2) & 0x100)) 256 'put-table.sh: still NX_COMPAT'
done
: >"$work/table"
"$top/src/efi/put-table.sh" "$top/src/efi/put-table.sh" "$work/table" "$work/none.efi" 2>/dev/null
is $? 1 'put-table.sh: a file that is no image is refused'
[ ! -e "$work/none.efi" ]
is $? 0 'put-table.sh: and nothing is written'

# A table that needs more than the image has
export FWQUIRK=$fwquirk
said=$("$top/src/efi/put-table.sh" "$BUILD/efi/fwquirk-fullx64.efi" "$work/lab.table" "$work/full.efi" 2>&1)
is "$? $said" '0 ' 'put-table.sh: an image with all parts takes any table'
if [ "$setting" = armed ]; then
	said=$("$top/src/efi/put-table.sh" "$BUILD/efi/fwquirkx64.efi" "$work/lab.table" "$work/small.efi" 2>&1)
	is "$? $(echo "$said" | wc -l) $(echo "$said" | grep -c 'lacks what armed rules need: .*workaround wrap-map')" '1 1 1' \
		'put-table.sh: one that lacks something does not, and says what in one line'
	[ ! -e "$work/small.efi" ]
	is $? 0 'put-table.sh: and nothing is written'
	"$top/src/efi/put-table.sh" --force "$BUILD/efi/fwquirkx64.efi" "$work/lab.table" "$work/small.efi"
	is "$? $(bytes "$work/small.efi" .fwquirk | cmp - "$work/lab.table" 2>&1)" '0 ' 'put-table.sh: --force does it'
fi
head -c 100 "$work/lab.table" >"$work/table"
"$top/src/efi/put-table.sh" "$BUILD/efi/fwquirkx64.efi" "$work/table" "$work/none.efi" 2>/dev/null
is "$? $(ls "$work"/none.efi* 2>/dev/null)" '1 ' 'put-table.sh: a damaged table is refused'

echo "1..$n"
exit $failed
