#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# parts.sh COMMAND... - the list of parts that the command prints (`fwquirk parts`), as the two macros that parts.c wants
set -eu

list=$("$@")
printf '%s\n' "$list" | tr 'a-z-' 'A-Z_' | awk '
NF { bits[$1] = bits[$1] " | 1ull << " $1 "_" $2 }
END {
	print "#define PARTS_WORKAROUNDS (0ull" bits["WORKAROUND"] ")"
	print "#define PARTS_PROBES (0ull" bits["PROBE"] ")"
}'
