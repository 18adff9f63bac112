#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# usage.t - help, wrong words, exit codes, and standard output that cannot be written
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh
fwquirk=${FWQUIRK:-build/fwquirk}

tap_run 'help lists every verb' 0 'identify' "$fwquirk" help
tap_run 'no verb is an error with the help' 2 'usage: fwquirk VERB' "$fwquirk"
tap_run 'an unknown verb is an error' 2 'no verb "frobnicate"' "$fwquirk" frobnicate
tap_run 'help of an unknown verb is an error' 2 'no verb "frobnicate"' "$fwquirk" help frobnicate
tap_run 'the version' 0 '^fwquirk [0-9]+\.[0-9]+\.[0-9]+$' "$fwquirk" --version
for verb in $(sed -n 's/^{"\([a-z]*\)".*/\1/p' tools/fwquirk/verbs.inc); do
	tap_run "$verb: help by help" 0 "^usage: fwquirk $verb " "$fwquirk" help "$verb"
	tap_run "$verb: help by --help" 0 "^usage: fwquirk $verb " "$fwquirk" "$verb" --help
	tap_run "$verb: an unknown option is a usage error" 2 "fwquirk help $verb" "$fwquirk" "$verb" --frobnicate
	found=$("$fwquirk" "$verb" --frobnicate 2>/dev/null)
	tap_same "$verb: errors do not go to standard output" '' "$found"
done
if [ -w /dev/full ]; then
	"$fwquirk" help >/dev/full 2>/dev/null
	tap_same 'a full disk behind standard output is an error' 2 $?
else
	tap_skip 'a full disk behind standard output is an error' 'no /dev/full'
fi
tap_done
