#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# put-table.sh IMAGE.efi TABLE OUTPUT.efi - another rule table into a driver or loader, without a new link. The table
# is the image's last section, so it may be longer or shorter than the one it replaces. A signed image has to be
# signed again.
set -eu

[ $# = 3 ] || { echo "usage: put-table.sh IMAGE.efi TABLE OUTPUT.efi" >&2; exit 2; }
OBJCOPY=${OBJCOPY:-objcopy}
OBJDUMP=${OBJDUMP:-objdump}

address=$("$OBJDUMP" --section-headers "$1" | awk '$2 == ".fwquirk" { print "0x" $4 }')
[ -n "$address" ] || { echo "put-table.sh: $1: has no section .fwquirk" >&2; exit 1; }
# objcopy --update-section keeps the old VirtualSize (binutils 2.40), so the section is taken out and put in.
"$OBJCOPY" --remove-section .fwquirk --add-section .fwquirk="$2" --change-section-vma .fwquirk="$address" \
	--set-section-flags .fwquirk=alloc,load,readonly,data "$1" "$3.new"
mv "$3.new" "$3"
