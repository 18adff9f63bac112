#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# files.t - licence lines, format, sizes, and documents that say what is there
set -u
cd "$(dirname "$0")/../.."
. tests/support/tap.sh

# The files of the project: those git knows, or all but build output where there is no git.
project_files() {
	git ls-files --cached --others --exclude-standard 2>/dev/null || find . -type f -not -path './build/*' | sed 's|^\./||'
}
mapfile -t files < <(project_files | while IFS= read -r f; do [ -f "$f" ] && echo "$f"; done)

tap_none 'every file names its licence' \
	"$(for f in "${files[@]}"; do
		[ -s "$f" ] || continue
		case $f in
		tests/data/rules-broken/*) continue ;; # broken on purpose, down to the first byte
		quirks/*.quirks) want='SPDX-License-Identifier: CC0-1.0' ;;
		*) want='SPDX-License-Identifier: (MIT OR GPL-2.0-only|CC0-1.0)' ;;
		esac
		head -n 5 "$f" | grep -aqE "$want" || echo "$f"
	done)"
tap_none 'every test and every script with a first line for a shell can be run' \
	"$(for f in "${files[@]}"; do
		case $f in
		*.t) [ -x "$f" ] || echo "$f" ;;
		*) head -n 1 "$f" | grep -aq '^#!' && [ ! -x "$f" ] && echo "$f" ;;
		esac
	done)"
tap_none 'the top level is the agreed one' \
	"$(for f in "${files[@]}"; do echo "${f%%/*}"; done | sort -u |
		grep -vxE 'quirks|db|src|include|tools|tests|docs|Makefile|README\.md|LICENSE|CONTRIBUTING\.md|\.ci|\.clang-format|\.gitignore')"
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep -E '\.[ch]$')
tap_none 'no source file is longer than 600 lines' \
	"$(wc -l "${sources[@]}" | awk '$1 > 600 && $2 != "total"')"
tap_none 'every C file says what it is' \
	"$(for f in "${sources[@]}"; do
		base=$(basename "$f")
		sed -n 2,4p "$f" | grep -qF "$base - " || echo "$f: no line \"$base - ...\""
	done)"
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	tap_none 'clang-format agrees' "$(clang-format --dry-run -Werror "${sources[@]}" 2>&1 | grep -F ': error:' | cut -d: -f1 | sort -u)"
else
	tap_skip 'clang-format agrees' "the format was decided by clang-format 14; this is $(clang-format --version 2>/dev/null || echo none)"
fi

# Documents.
tap_none 'the manual page has every verb' \
	"$(sed -n 's/^{"\([a-z]*\)".*/\1/p' tools/fwquirk/verbs.inc | while read -r verb; do
		grep -q "^\.SS $verb\$" docs/fwquirk.1 || echo "docs/fwquirk.1: no section for $verb"
	done)"
tap_none 'the manual page has every option' \
	"$(grep -ohE '\-\-[a-z]+(-[a-z]+)*' tools/fwquirk/verbs.inc | sort -u | while read -r option; do
		grep -qF -- "$(printf '%s' "$option" | sed 's/-/\\-/g')" docs/fwquirk.1 || echo "docs/fwquirk.1: no $option"
	done)"
tap_none 'the completion has every verb and option' \
	"$(grep -ohE '^\{"[a-z]+"|\-\-[a-z]+(-[a-z]+)*' tools/fwquirk/verbs.inc | tr -d '{"' | sort -u | while read -r word; do
		grep -qE -- "(^|[^a-z-])$word([^a-z-]|\$)" tools/completion/fwquirk.bash || echo "tools/completion/fwquirk.bash: no $word"
	done)"
tap_none 'every package that set-up installs is justified' \
	"$(sed -n '/^packages="/,/"$/p' tools/setup | sed 's/packages="//; s/"//' | tr -s ' \t' '\n' | grep . | while read -r package; do
		grep -qF "\`$package\`" docs/dependencies.md || echo "docs/dependencies.md: no $package"
	done)"
tap_none 'links between documents lead somewhere' \
	"$(grep -oHE '\]\([^)#:]+\)' README.md CONTRIBUTING.md docs/*.md quirks/*.md 2>/dev/null | sed 's/\](/ /; s/)$//; s/: / /; s/:\]//' |
		while read -r from to; do
			from=${from%%:*}
			[ -e "$(dirname "$from")/$to" ] || echo "$from: $to"
		done)"
tap_none 'every document of docs is reachable from the README or the pipeline' \
	"$(for f in docs/*.md; do
		grep -qF "$(basename "$f")" README.md docs/pipeline.md CONTRIBUTING.md || echo "$f"
	done)"
tap_done
