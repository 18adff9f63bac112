#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# fetch.t - tools/fetch-debs without a network: what it does with the cache, and what it says when it cannot.

. "$(dirname "$0")/lib.sh"
need_tool dpkg-deb apt-get flock

FETCH=$BOOT_TOP/tools/fetch-debs
export XDG_CACHE_HOME=$BOOT_DIR/cache
# Nobody listens there.
export FWQUIRK_DEBIAN_URI=http://127.0.0.1:9/debian
cache=$XDG_CACHE_HOME/fwquirk/debs/sid
into=$BOOT_DIR/into
deb=toy_1.0-1_amd64.deb

# make_deb TEXT: a package in the cache, as an earlier run would have left it
make_deb() {
	rm -rf "$BOOT_DIR/toy"
	mkdir -p "$BOOT_DIR/toy/DEBIAN" "$BOOT_DIR/toy/usr" "$cache"
	printf 'Package: toy\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: nobody <nobody@example.org>\nDescription: toy\n' \
		>"$BOOT_DIR/toy/DEBIAN/control"
	echo "$1" >"$BOOT_DIR/toy/usr/file"
	dpkg-deb --root-owner-group -b "$BOOT_DIR/toy" "$cache/$deb" >/dev/null
	sha256sum "$cache/$deb" | sed "s,  .*, $deb," >"$cache/toy.is"
}

# run ARGUMENT...: leaves $out, $err and $status
run() {
	out=$("$FETCH" --into "$into" "$@" 2>"$BOOT_DIR/err")
	status=$?
	err=$(cat "$BOOT_DIR/err")
}

run --offline sid/toy
is "$status" 3 'nothing in the cache: its own exit code'
is "$err" 'fetch-debs: sid/toy: not available: --offline' 'and one line that says so'

run sid/toy
is "$status" 3 'a mirror that does not answer: the same exit code'
is "$(echo "$err" | grep -c '^fetch-debs: sid/toy: not available: apt-get update: ')" 1 'and one line with the reason'

make_deb one
run sid/toy sid/other
is "$status" 3 'one of two packages is in the cache: not all there'
is "$(cat "$into/sid/toy/usr/file")" one 'the other one is unpacked from the cache'
is "$(echo "$out" | grep -c "^sid/toy: $deb (cache, because: ")" 1 'and it says that it used the cache, and why'
is "$(cut -f 1-3 "$into/MANIFEST")" "$(printf 'sid/toy\ttoy\t1.0-1')" 'the manifest has it'
is "$(cut -f 4 "$into/MANIFEST")" "$(sha256sum "$cache/$deb" | cut -d ' ' -f 1)" 'with its checksum'

make_deb two
run --offline sid/toy
is "$(cat "$into/sid/toy/usr/file")" two 'a newer file in the cache replaces what is unpacked'

make_deb three
printf 'x' | dd of="$cache/$deb" bs=1 seek=200 conv=notrunc status=none
run --offline sid/toy
is "$status" 3 'a damaged file in the cache is refused'
is "$(cat "$into/sid/toy/usr/file")" two 'what was unpacked stays'
is "$([ -e "$cache/$deb" ] && echo there)" '' 'and the damaged file is gone'

run sid
is "$status" 2 'a name without a suite is a usage error'
run
is "$status" 2 'so is nothing at all'

done_testing
