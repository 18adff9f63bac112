#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# rule-codes.t - every code of parser and linter is tested and documented; every allowed kernel option is
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh

page=docs/quirk-format.md
codes_in() { grep -ohE '"[PL][0-9]{3}"' "$@" | tr -d '"' | sort -u; }

codes=$(codes_in src/host/rules_*.c src/host/population_lint.c)
tap_same 'there are codes in the source' yes "$([ "$(wc -l <<<"$codes")" -gt 80 ] && echo yes)"
tap_none 'every code of the source has a test' \
	"$(for code in $codes; do grep -q "$code" tests/host/test_rules_*.c tests/host/test_population.c || echo "$code"; done)"
tap_none 'every code of the source is documented' \
	"$(for code in $codes; do grep -q "^| $code |" "$page" || echo "$code"; done)"
tap_none 'every documented code is in the source' \
	"$(sed -nE 's/^\| ([PL][0-9]{3}) \|.*/\1/p' "$page" | while read -r code; do grep -qx "$code" <<<"$codes" || echo "$code"; done)"
tap_none 'no code is documented twice' "$(sed -nE 's/^\| ([PL][0-9]{3}) \|.*/\1/p' "$page" | sort | uniq -d)"
tap_none 'every allowed kernel option is documented' \
	"$(sed -n '/kernel_options\[\]/,/;$/p' src/host/rules_lint_action.c | sed -nE 's/.*"([a-z0-9_=]+)\\0".*/\1/p' |
		while read -r option; do grep -qF "\`$option\`" "$page" || echo "$option"; done)"
tap_done
