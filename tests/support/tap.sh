# SPDX-License-Identifier: MIT OR GPL-2.0-only
# tap.sh - TAP for shell tests; source it, call the functions, end with tap_done

tap_n=0

tap_ok() { # NAME
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1"
}

tap_fail() { # NAME [DETAIL]
	tap_n=$((tap_n + 1))
	echo "not ok $tap_n - $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | head -n 40 | sed 's/^/# /'
}

# Passes when the finding is empty: for checks that list what is wrong.
tap_none() { # NAME FINDINGS
	if [ -z "$2" ]; then tap_ok "$1"; else tap_fail "$1" "$2"; fi
}

tap_same() { # NAME EXPECTED FOUND
	if [ "$2" = "$3" ]; then
		tap_ok "$1"
	else
		tap_fail "$1" "expected: $2
found:    $3"
	fi
}

tap_skip() { # NAME REASON
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# Runs a command: its exit status must be CODE, its output (both streams) match the extended expression.
tap_run() { # NAME CODE PATTERN COMMAND...
	local name=$1 code=$2 pattern=$3 output status
	shift 3
	output=$("$@" 2>&1 </dev/null)
	status=$?
	if [ "$status" != "$code" ]; then
		tap_fail "$name" "exit $status, expected $code, of: $*
$output"
	elif ! grep -qE -- "$pattern" <<<"$output"; then
		tap_fail "$name" "nothing like /$pattern/ in the output of: $*
$output"
	else
		tap_ok "$name"
	fi
}

# For a whole file: nothing was run, and why.
tap_skip_all() { # REASON
	echo "1..0 # SKIP $1"
	exit 0
}

tap_done() {
	echo "1..$tap_n"
}
