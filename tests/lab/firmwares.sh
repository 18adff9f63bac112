# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# firmwares.sh - name of a script of the lab in, firmware that it tries its defects on out; sourced by lab.sh, which tries, and by
# matrix.t, which counts. A name is a generation, and behind / the flavour of the build: firmware_use.

PLAIN='2022.11 2025.02 2026.08'
# 2022.11 has no build with strict protection.
FLAVOURED='2022.11/secboot 2025.02/secboot 2025.02/strictnx 2026.08/secboot 2026.08/strictnx'

# firmwares SCRIPT: every plain build and one with a flavour: the scripts that have rows take those in turn, in the order of
# their names. All with FWQUIRK_MATRIX=full; FWQUIRK_FIRMWARES names them one by one.
firmwares() {
	local flavoured=($FLAVOURED) script turn=0
	if [ -n "${FWQUIRK_FIRMWARES:-}" ]; then
		echo "$FWQUIRK_FIRMWARES"
		return
	fi
	if [ "${FWQUIRK_MATRIX:-}" = full ]; then
		echo "$PLAIN $FLAVOURED"
		return
	fi
	for script in $(LC_ALL=C grep -l '^[^#]*lab_row ' "$(dirname "${BASH_SOURCE[0]}")"/*.t); do
		[ "$(basename "$script" .t)" != "$1" ] || break
		turn=$((turn + 1))
	done
	echo "$PLAIN ${flavoured[turn % ${#flavoured[@]}]}"
}
