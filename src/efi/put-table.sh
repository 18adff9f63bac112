#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# put-table.sh [--force] IMAGE.efi TABLE OUTPUT.efi - another rule table into a driver or loader, without a new link. The
# table is the image's last section, so it may be longer or shorter than the one it replaces. A signed image has to be
# signed again. A table whose rules need workarounds or probes that the image does not have is refused, as the image would
# refuse these rules; --force puts it in, and asks nothing of the table.
set -eu

force=
[ "${1:-}" = --force ] && { force=1; shift; }
[ $# = 3 ] || { echo "usage: put-table.sh [--force] IMAGE.efi TABLE OUTPUT.efi" >&2; exit 2; }
OBJCOPY=${OBJCOPY:-objcopy}
OBJDUMP=${OBJDUMP:-objdump}
FWQUIRK=${FWQUIRK:-fwquirk}

address=$("$OBJDUMP" --section-headers "$1" | awk '$2 == ".fwquirk" { print "0x" $4 }')
[ -n "$address" ] || { echo "put-table.sh: $1: has no section .fwquirk" >&2; exit 1; }
if [ -z "$force" ]; then
	code=0
	lacks=$("$FWQUIRK" parts --armed --table "$2" "$1") || code=$?
	[ $code = 0 ] || {
		[ -n "$lacks" ] && lacks="$1: lacks what armed rules need: $(echo "$lacks" | paste -s -d , -)"
		echo "put-table.sh: ${lacks:-what the table needs is not known}; take an image with all parts, or --force" >&2
		exit 1
	}
fi
# objcopy --update-section keeps the old VirtualSize (binutils 2.40), so the section is taken out and put in.
"$OBJCOPY" --remove-section .fwquirk --add-section .fwquirk="$2" --change-section-vma .fwquirk="$address" \
	--set-section-flags .fwquirk=alloc,load,readonly,data "$1" "$3.new"
mv "$3.new" "$3"
