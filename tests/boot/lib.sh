# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# lib.sh - sourced by the boot tests: firmware, a boot volume and QEMU arguments in; a console log and TAP lines
# out. One machine at a time, no root, no network, nothing left behind but logs in $BUILD/tests/boot/log/.
#
# A test says what it needs (firmware_use, kernel_use, need_file), makes a volume (esp_new, esp_put, esp_text),
# boots it (boot, boot_kernel) and states what the log must hold (expect, reject).

set -u -o pipefail

BOOT_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$BOOT_TOP/build}
case "$BUILD" in /*) ;; *) BUILD=$BOOT_TOP/$BUILD ;; esac
DEBS=$BUILD/debs
EFI=$BUILD/efi
BOOT_LOGS=$BUILD/tests/boot/log
BOOT_NAME=$(basename "${0%.*}")
mkdir -p "$BOOT_LOGS"
BOOT_DIR=$(mktemp -d "${TMPDIR:-/tmp}/fwquirk-boot.XXXXXX") || exit 1
QEMU_PID=
n_boots=0
n_tests=0
n_failed=0
log_shown=

boot_cleanup() {
	[ -z "$QEMU_PID" ] || kill "$QEMU_PID" 2>/dev/null
	rm -rf "$BOOT_DIR"
}
trap boot_cleanup EXIT
trap 'exit 1' INT TERM

# --- TAP ---------------------------------------------------------------------------------------------------------

note() { printf '# %s\n' "$@"; }

pass() { n_tests=$((n_tests + 1)); echo "ok $n_tests - $1"; }

fail() {
	n_tests=$((n_tests + 1))
	n_failed=$((n_failed + 1))
	echo "not ok $n_tests - $1"
	[ -n "${LOG:-}" ] && [ "$LOG" != "$log_shown" ] || return 0
	log_shown=$LOG
	note "the end of $LOG (the machine stopped by: ${BOOT_END:-})"
	tail -n "${FWQUIRK_TAIL:-25}" "$LOG" | sed 's/^/#   /'
}

# skip DESCRIPTION REASON: a test that could not be done here, and says so
skip() { n_tests=$((n_tests + 1)); echo "ok $n_tests - $1 # SKIP $2"; }

# skip_all REASON: the whole file could not be done here
skip_all() { echo "1..0 # SKIP $1"; exit 0; }

# bail REASON: nothing more can be tested
bail() {
	echo "Bail out! $1"
	exit 1
}

done_testing() {
	echo "1..$n_tests"
	[ "$n_failed" = 0 ] || exit 1
	exit 0
}

# expect REGEX DESCRIPTION / reject REGEX DESCRIPTION: about the log of the last boot
expect() { if grep -aEq -- "$1" "$LOG"; then pass "$2"; else fail "$2"; note "no line matches: $1"; fi; }
reject() {
	if grep -aEq -- "$1" "$LOG"; then
		fail "$2"
		note "this matches $1:"
		grep -aE -- "$1" "$LOG" | head -n 3 | sed 's/^/#   /'
	else
		pass "$2"
	fi
}

# section NAME: what the tool printed under Linux in the last boot (status, journal), between the markers of init.c
section() { sed -n "/^fwquirk-test: begin $1\$/,/^fwquirk-test: end $1 /p" "$LOG" | sed '1d;$d'; }

# journal FILTER: the journal as JSON under Linux, through jq
journal() { section journal | jq -r "$1" 2>/dev/null; }

# is GOT WANTED DESCRIPTION
is() { if [ "$1" = "$2" ]; then pass "$3"; else fail "$3"; note "got:    $1" "wanted: $2"; fi; }

# value KEY [PROGRAM]: what the last line "PROGRAM: KEY=..." of the log says
value() { sed -n "s/^${2:-trigger}: $1=//p" "$LOG" | tail -n 1; }

# --- what a test needs -------------------------------------------------------------------------------------------

# have_deb SUITE/PACKAGE: true when it is unpacked, fetching it if need be; else $why says why not. A refusal holds
# for ten minutes, so that one make does not wait for a dead mirror again and again.
have_deb() {
	local missing=$DEBS/.missing-${1//\//-}
	why=
	[ -e "$DEBS/$1/.from" ] && return 0
	if [ -z "$(find "$missing" -mmin -10 2>/dev/null)" ]; then
		mkdir -p "$DEBS"
		"$BOOT_TOP/tools/fetch-debs" --into "$DEBS" "$1" >"$BOOT_DIR/fetch.log" 2>&1 && return 0
		tail -n 1 "$BOOT_DIR/fetch.log" >"$missing"
	fi
	why=$(cat "$missing")
	return 1
}

# firmware_package NAME: the package that firmware NAME (its upstream release) is in
firmware_package() {
	case "$1" in
	2022.11) echo bookworm/ovmf ;;
	2025.02) echo trixie/ovmf ;;
	2026.08) echo sid/ovmf-generic ;;
	*) echo "lib.sh: no firmware is called $1" >&2; exit 1 ;;
	esac
}

# firmware_use NAME[/secboot|/strictnx]: the next boots run on it, with fresh variables. The builds with a flavour have SMM, and
# get it. False, with $why, when it cannot be had.
firmware_use() {
	local package flavour=
	package=$(firmware_package "${1%%/*}") || exit 1
	have_deb "$package" || return 1
	case "$1" in
	*/secboot) flavour=secboot ;;
	*/strictnx) flavour=secboot.strictnx ;;
	*/*) bail "no firmware is called $1" ;;
	esac
	# Debian's plain builds up to 2025.02 have a UEFI shell inside; for the others it is a package of its own.
	FW_SHELL=
	if [ "$1" = 2026.08 ] || [ -n "$flavour" ]; then
		have_deb trixie/efi-shell-x64 || return 1
		FW_SHELL=$DEBS/trixie/efi-shell-x64/usr/share/efi-shell-x64/shellx64.efi
	fi
	FW_CODE=$DEBS/$package/usr/share/OVMF/OVMF_CODE_4M${flavour:+.$flavour}.fd
	[ -e "$FW_CODE" ] || { why="$package has no build $flavour"; return 1; }
	FW_ARGUMENTS=()
	FW_MACHINE=
	if [ -n "$flavour" ]; then
		FW_MACHINE=smm=on
		FW_ARGUMENTS=(-global driver=cfi.pflash01,property=secure,value=on)
	fi
	FW_VARS=$BOOT_DIR/vars.fd
	cp "$DEBS/$package/usr/share/OVMF/OVMF_VARS_4M.fd" "$FW_VARS" && chmod u+w "$FW_VARS"
}

# kernel_use SUITE: Debian's unmodified kernel of that suite and an initramfs with the tool, if there is one
kernel_use() {
	local package=$1/linux-image-amd64
	have_deb "$package" || return 1
	need_file "$BUILD/tests/boot/init"
	# Newer packages have it among the modules, without a version in its name.
	KERNEL=$(find "$DEBS/$package" -name 'vmlinuz*' -type f | head -n 1)
	[ -n "$KERNEL" ] || { why="no kernel in $package"; return 1; }
	KERNEL_VERSION=$(basename "$(find "$DEBS/$package" -path '*/lib/modules/*' -prune | head -n 1)")
	INITRD=$BOOT_DIR/initrd-$1.img
	local files=()
	[ -e "$BUILD/fwquirk-static" ] && files+=("$BOOT_DIR/fwquirk") && cp "$BUILD/fwquirk-static" "$BOOT_DIR/fwquirk"
	"$BOOT_TOP/tests/boot/init/mkinitramfs" "$BUILD/tests/boot/init" "$DEBS/$package" "$INITRD" "${files[@]}" ||
		bail "cannot make the initramfs for $package"
}

# need_file FILE...: a missing product of our own build is a failure, never a skip
need_file() {
	local file
	for file; do
		[ -e "$file" ] && continue
		bail "$file is missing: build it first (make)"
	done
}

# need_tool TOOL...: programs of this system, without which nothing can be booted
need_tool() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip_all "$tool is not installed"
	done
}

# --- the boot volume ---------------------------------------------------------------------------------------------

# esp_new [BOOTX64.EFI]: an empty FAT volume with that program, else the shell, as the one that is started by default
esp_new() {
	ESP=$BOOT_DIR/esp.img
	rm -f "$ESP"
	truncate -s 64M "$ESP"
	mformat -i "$ESP" -F -v FWQUIRK ::
	local first=${1:-$FW_SHELL}
	mmd -i "$ESP" ::/EFI ::/EFI/BOOT
	[ -z "$first" ] || esp_put "$first" /EFI/BOOT/BOOTX64.EFI
}

esp_mkdir() { mmd -i "$ESP" "::$1" || bail "cannot make $1 on the boot volume"; }
esp_put() { mcopy -o -i "$ESP" "$1" "::$2" || bail "cannot put $1 on the boot volume"; }

# esp_text PATH: standard input as a text file with the line ends a UEFI shell likes
esp_text() { sed 's/$/\r/' | mcopy -o -i "$ESP" - "::$1"; }

# esp_script LINE...: what the shell does after start-up
esp_script() { printf '%s\n' 'echo -off' 'fs0:' "$@" | esp_text /startup.nsh; }

# esp_programs NAME...: programs of the tests (trigger, census, measure) and of the project (driver), at the top
esp_programs() {
	local name
	for name; do
		case "$name" in
		driver) esp_put "$EFI/fwquirkx64.efi" /fwquirkx64.efi ;;
		loader) esp_put "$EFI/fwquirk-loadx64.efi" /fwquirk-loadx64.efi ;;
		*) esp_put "$EFI/fwquirk-${name}x64.efi" "/$name.efi" ;;
		esac
	done
}

esp_kernel() {
	esp_put "$KERNEL" /vmlinuz.efi
	esp_put "$INITRD" /initrd.img
}

# How every kernel of the tests is started. On a busy machine the emulated timer comes late, which must not be taken for
# a broken one.
KERNEL_OPTIONS='initrd=\initrd.img console=ttyS0 loglevel=4 panic=-1 no_timer_check'

# --- the machine -------------------------------------------------------------------------------------------------

# What the firmware prints when it dies, and the switch that keeps the memory attribute protocol in place.
EXCEPTION='X64 Exception Type - '
PAGE_FAULT='X64 Exception Type - 0E\(#PF'
WITH_PROTOCOL=(-fw_cfg name=opt/org.tianocore/UninstallMemAttrProtocol,string=n)
# Somebody else's firmware identity, for near misses
OTHER_IDENTITY=(-smbios "type=0,vendor=Example Firmware,version=1.0,date=01/02/2020,release=3.4")

clean_log() { sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g' "$1" | tr -d '\r\000'; }

# boot SECONDS REGEX [QEMU-ARGUMENT...]: runs the volume $ESP on the firmware until the console shows REGEX, the
# machine goes off, it dies in an exception, or the time is over. Leaves $LOG and $BOOT_END (marker, off,
# exception, timeout). FW_MACHINE may add machine options (smbios-entry-point-type=64); FW_CPU and FW_MEMORY (MiB)
# are another processor and memory size.
boot() {
	local seconds=$1 end=$2 raw=$BOOT_DIR/console keys=$BOOT_DIR/keys answered=0 turn=0 deadline fd
	shift 2
	n_boots=$((n_boots + 1))
	LOG=$BOOT_LOGS/$BOOT_NAME-$n_boots.log
	rm -f "$keys" "$raw"
	mkfifo "$keys"
	: >"$raw"
	exec {fd}<>"$keys"
	qemu-system-x86_64 -machine "q35${FW_MACHINE:+,$FW_MACHINE}" -accel tcg -cpu "${FW_CPU:-Haswell-v4}" \
		-m "${FW_MEMORY:-512}" "${FW_ARGUMENTS[@]}" \
		-nodefaults -display none -no-reboot -net none -serial stdio \
		-drive if=pflash,format=raw,unit=0,readonly=on,file="$FW_CODE" \
		-drive if=pflash,format=raw,unit=1,file="$FW_VARS" \
		-drive if=none,id=esp,format=raw,file="$ESP" -device virtio-blk-pci,drive=esp \
		"$@" <"$keys" >"$raw" 2>"$BOOT_DIR/qemu.err" &
	QEMU_PID=$!
	deadline=$((SECONDS + seconds))
	while :; do
		# Looking costs more than many a machine needs: only when there is something new, and once in a while.
		if [ "$raw" -nt "$LOG" ] || [ $((turn++ % 10)) = 0 ]; then
			clean_log "$raw" >"$LOG"
			if grep -aEq -- "$end" "$LOG"; then BOOT_END=marker; break; fi
			if grep -aEq -- "(Find|Can't find) image" "$LOG"; then BOOT_END=exception; break; fi
			# The shell waits five seconds before its script unless a key is pressed.
			if [ $answered = 0 ] && grep -aq 'Press ESC in' "$LOG"; then
				answered=1
				printf '\r' >&"$fd"
			fi
		fi
		if ! kill -0 "$QEMU_PID" 2>/dev/null; then BOOT_END=off; break; fi
		if [ $SECONDS -ge $deadline ]; then BOOT_END=timeout; break; fi
		sleep 0.2
	done
	kill "$QEMU_PID" 2>/dev/null
	wait "$QEMU_PID" 2>/dev/null
	QEMU_PID=
	exec {fd}>&-
	clean_log "$raw" >"$LOG"
	grep -v 'warning: TCG doesn' "$BOOT_DIR/qemu.err" >>"$LOG"
	[ $BOOT_END != off ] || ! grep -aEq -- "$end" "$LOG" || BOOT_END=marker
	return 0
}

# boot_kernel SECONDS REGEX [QEMU-ARGUMENT...]: the same, but a *kernel* that hangs or panics under emulation is
# booted once more, and that is said. What the firmware does is never tried again.
boot_kernel() {
	local vars=$BOOT_DIR/vars.before
	cp "$FW_VARS" "$vars"
	boot "$@"
	if [ $BOOT_END = marker ] || [ $BOOT_END = exception ] || ! grep -aEq 'EFI stub: |Linux version' "$LOG"; then
		return 0
	fi
	note "the kernel did not come up ($BOOT_END), trying once more; its last words:"
	tail -n 3 "$LOG" | sed 's/^/#   /'
	cp "$vars" "$FW_VARS"
	boot "$@"
}
