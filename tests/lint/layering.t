#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# layering.t - includes point one way, borders are where they belong, base and core need nothing of a C library
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
. tests/support/tap.sh

# Every #include of the files named, as "file: header", without those that match the pattern allowed.
includes_besides() { # ALLOWED FILE...
	allowed=$1
	shift
	[ $# -gt 0 ] || return 0
	grep -Hno '^#include *[<"][^>"]*[>"]' "$@" | sed 's/#include *//; s/[<>"]//g' |
		grep -Ev ":($allowed)\$" || true
}

freestanding='stdint\.h|stddef\.h|stdbool\.h|stdarg\.h|stdalign\.h'
base='fwquirk/(status|span|text|address)\.h'
core="fwquirk/[a-z_]+\.(h|def)"
own='[a-z_0-9]+\.(h|inc)'

tap_none 'base includes only base and freestanding headers' \
	"$(includes_besides "$freestanding|$base|$own" src/base/*.c include/fwquirk/{status,span,text,address}.h)"
tap_none 'core includes only base, core and freestanding headers' \
	"$(includes_besides "$freestanding|$core|$own" src/core/*.c include/fwquirk/*.h)"
tap_none 'core headers do not include host headers' "$(grep -Hn 'fwquirk/host/' include/fwquirk/*.h src/base/* src/core/* src/efi/* 2>/dev/null)"
tap_none 'efi includes no C library beyond freestanding headers' \
	"$(includes_besides "$freestanding|$core|$own|efi\.h|proto/$own" $(find src/efi -name '*.[ch]'))"
tap_none 'host includes nothing of efi or tools' \
	"$(grep -Hn -E '#include.*(src/efi|<efi|tools/|"tool\.h")' src/host/*.c include/fwquirk/host/*.h)"
tap_none 'only core/apply.c, efi and the fake act through platform.h' \
	"$(grep -lr 'fwquirk/platform.h' src tools tests include --include='*.[ch]' |
		grep -Ev '^(src/core/apply\.c|src/efi/|tests/fake/|tests/core/test_apply\.c)')"
tap_none 'only core/fault*.c, core/pagetable*.c, arch and efi know arch.h' \
	"$(grep -lr 'fwquirk/arch.h' src tools tests include --include='*.[chS]' |
		grep -Ev '^(src/core/(fault|pagetable)[a-z_]*\.c|include/fwquirk/(pagetable|fault)\.h|src/arch/|src/efi/|tests/)')"
tap_none 'EFI_ types only in efi and its tests' \
	"$(grep -nrE '\bEFI_(STATUS|HANDLE|GUID|SYSTEM_TABLE|BOOT_SERVICES)\b' src tools include --include='*.c' --include='*.h' |
		grep -v '^src/efi/' | grep -vE ':[0-9]+:\s*(/?\*|//)' | grep -vE '/\*.*EFI_' )"
tap_none 'only host/store*.c speaks SQLite' \
	"$(grep -lrE 'sqlite3_|sqlite3\.h' src tools include --include='*.[ch]' | grep -Ev '^src/host/store[a-z_]*\.[ch]$')"

# What base, core and arch need from outside, as one object.
if [ -e "$build/libfwquirk.a" ]; then
	object=$(mktemp)
	trap 'rm -f "$object"' EXIT
	ld -r --whole-archive -o "$object" "$build/libfwquirk.a"
	tap_none 'base, core and arch together need only mem*, platform_* and arch_*' \
		"$(nm -u "$object" | awk '{print $2}' |
			grep -Ev '^(memcpy|memmove|memset|memcmp|platform_[a-z_]+|arch_[a-z_]+|_GLOBAL_OFFSET_TABLE_)$')"
	tap_none 'base and core use general registers only' \
		"$(objdump -d --no-show-raw-insn "$build/libfwquirk.a" | grep -oE '%[xyz]mm[0-9]+' | sort -u)"
else
	tap_fail 'what base, core and arch need' "$build/libfwquirk.a is missing: make tool"
fi
tap_done
