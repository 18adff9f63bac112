#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# journal.t - journal and status where there is no record, and where it is damaged; good ones come from real boots
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
name=FwquirkJournal-7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42

mkdir -p "$dir/legacy" "$dir/uefi/firmware/efi/efivars"
tap_run 'not booted by UEFI' 1 'not booted by UEFI' env FWQUIRK_SYSFS="$dir/legacy" "$fwquirk" status
tap_run 'the layer did not run' 1 'did not run this boot' env FWQUIRK_SYSFS="$dir/uefi" "$fwquirk" status
mkdir -p "$dir/unmounted/firmware/efi"
tap_run 'efivarfs is not mounted' 1 'mount -t efivarfs' env FWQUIRK_SYSFS="$dir/unmounted" "$fwquirk" journal

printf '\x06\x00\x00\x00not a journal at all' >"$dir/uefi/firmware/efi/efivars/$name"
tap_run 'a variable that is no journal' 2 'not a usable journal' env FWQUIRK_SYSFS="$dir/uefi" "$fwquirk" status
: >"$dir/empty"
tap_run 'an empty file' 2 'not a usable journal' "$fwquirk" journal "$dir/empty"
tap_run 'a missing file' 2 'missing' "$fwquirk" journal "$dir/missing"
head -c 200000 /dev/zero >"$dir/large"
tap_run 'a file that is too large' 2 'large' "$fwquirk" journal "$dir/large"
tap_run 'status takes no argument' 2 'unexpected argument' "$fwquirk" status "$dir/empty"
tap_run 'journal takes one file' 2 'unexpected argument' "$fwquirk" journal "$dir/empty" "$dir/empty"
tap_done
