# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# lab.sh - sourced by tests/lab/*.t: a good firmware made bad on purpose, booted without us, with us, and as a near miss.
# Builds on tests/boot/lib.sh (firmware_use, kernel_use, boot, expect, reject, journal, done_testing).
#
#	lab_machine nx-loader-code          the identity that the rules of tests/lab/rules match
#	lab_boot without 'alloc=code,nx' 120 'REGEX' 'vmlinuz.efi $KERNEL_OPTIONS'
#	lab_boot with    ...                the same with our driver (the lab's rules in it) loaded behind the defect
#
# What was seen goes into the table that matrix.t prints: lab_row, lab_cell.

. "$(dirname "${BASH_SOURCE[0]}")/../boot/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/firmwares.sh"

LAB=$BUILD/lab
LAB_MATRIX=$BUILD/tests/lab/matrix
mkdir -p "$LAB_MATRIX"
rm -f "$LAB_MATRIX/$BOOT_NAME".*
: >"$LAB_MATRIX/$BOOT_NAME.tsv"
trap 'touch "$LAB_MATRIX/$BOOT_NAME.done"; boot_cleanup' EXIT

GENERATIONS=$(firmwares "$BOOT_NAME")

need_tool qemu-system-x86_64 mformat mcopy cpio jq
need_file "$LAB"/{labx64,fwquirkx64,fwquirk-loadx64}.efi

# kernels_for FIRMWARE: the suites whose kernels are tried on it: its own; all on a plain build with FWQUIRK_MATRIX=full
kernels_for() {
	case "${FWQUIRK_MATRIX:-} $1" in
	*/*) ;;
	full*) echo bookworm trixie sid; return ;;
	esac
	case "$1" in
	2022.11*) echo bookworm ;;
	2025.02*) echo trixie ;;
	*) echo sid ;;
	esac
}

# lab_machine PRODUCT [VERSION]: what SMBIOS says in the next boots: sys-vendor "fwquirk lab", product-name PRODUCT,
# product-version VERSION (1.0; the rules end with 2.0)
lab_machine() { LAB_IDENTITY=(-smbios "type=1,manufacturer=fwquirk lab,product=$1,version=${2:-1.0}"); }
lab_machine nothing

# lab_boot with|without 'DEFECT...' SECONDS END LINE...: a volume with the shell, the broken firmware (no DEFECT: as it is),
# our driver when "with", the kernel when kernel_use was called; then the shell's LINEs. LAB_FILES are copied to the top.
# With LAB_WALK set, walk.efi runs before and behind the load of our driver, for lab_no_more_wx; with data-nx and walk as
# the first of the DEFECTs the pages are compared one by one, for lab_no_fresh_wx.
# LAB_QEMU are further arguments of QEMU. A kernel that hangs under emulation is booted once more when LAB_RETRY is set,
# which is for rescues only. LAB_SANE: the firmware may refuse to be broken.
LAB_FILES=()
LAB_QEMU=()
LAB_RETRY=
LAB_WALK=
LAB_SANE=
LAB_GRUB=
lab_boot() {
	local how=$1 defects=$2 seconds=$3 end=$4 lines=() walk=() file
	shift 4
	[ -z "$LAB_WALK" ] || walk=('walk.efi types=no')
	esp_new
	esp_put "$LAB/labx64.efi" /labx64.efi
	esp_put "$LAB/fwquirkx64.efi" /fwquirkx64.efi
	esp_put "$LAB/fwquirk-loadx64.efi" /fwquirk-loadx64.efi
	for file in "${LAB_FILES[@]}" $(find "$LAB" -maxdepth 1 -name '*x64.efi' ! -name 'fwquirk*' ! -name 'labx64*'); do
		esp_put "$file" "/$(basename "$file" | sed 's/x64\.efi$/.efi/')"
	done
	[ -z "${KERNEL:-}" ] || esp_kernel
	[ -z "$LAB_GRUB" ] || grub_put
	if [ -n "$defects" ]; then
		printf '%s\n' $defects | esp_put - /lab.txt
		lines+=('load labx64.efi')
	fi
	# Boots that end here by a killed machine are no deaths that count: attempts.t starts the driver in its own way.
	[ "$how" = without ] ||
		lines+=('setvar FwquirkAttempt -guid 7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42 = >nul' \
			"${walk[@]}" 'load fwquirkx64.efi' "${walk[@]}")
	esp_script "${lines[@]}" "$@"
	if [ -n "$LAB_RETRY" ]; then
		boot_kernel "$seconds" "$end" "${WITH_PROTOCOL[@]}" "${LAB_IDENTITY[@]}" "${LAB_QEMU[@]}"
	else
		boot "$seconds" "$end" "${WITH_PROTOCOL[@]}" "${LAB_IDENTITY[@]}" "${LAB_QEMU[@]}"
	fi
	# What follows would prove nothing.
	[ -z "$defects" ] || [ -n "$LAB_SANE" ] || grep -aq '^lab: broken' "$LOG" || fail "the firmware is broken as asked: $defects"
}

# grub_use SUITE: Debian's signed shim and GRUB of that suite are on the volumes of the next boots, with a configuration that
# starts the kernel in use; false, with $why, when they cannot be had. GRUB_START is the shell's line for it.
grub_use() {
	have_deb "$1/shim-signed" && have_deb "$1/grub-efi-amd64-signed" || return 1
	LAB_GRUB=$1
}
GRUB_START='\EFI\debian\shimx64.efi'
grub_put() {
	esp_mkdir /EFI/debian
	esp_put "$DEBS/$LAB_GRUB/shim-signed/usr/lib/shim/shimx64.efi.signed" /EFI/debian/shimx64.efi
	esp_put "$DEBS/$LAB_GRUB/grub-efi-amd64-signed/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" /EFI/debian/grubx64.efi
	printf '%s\n' 'search --no-floppy --file --set=root /vmlinuz.efi' 'echo grub-is-up' \
		"linux /vmlinuz.efi ${KERNEL_OPTIONS#* }" 'initrd /initrd.img' boot | esp_put - /EFI/debian/grub.cfg
}

# lab_row DEFECT SYMPTOM RESCUED-BY: the row of the table: what was seen without us, which workaround helps
lab_row() { printf 'row\t%s\t%s\t%s\n' "$1" "$2" "$3" >>"$LAB_MATRIX/$BOOT_NAME.tsv"; }

# lab_cell DEFECT GENERATION KERNEL RESULT: RESULT is rescued, FAILED, or "cannot: REASON"; KERNEL a version or the trigger's name
lab_cell() { printf 'cell\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$LAB_MATRIX/$BOOT_NAME.tsv"; }

# lab_one GENERATION: firmware_use for what is tried on one firmware: symptoms, near misses, refusals. With FWQUIRK_FLAVOUR=secboot
# or strictnx that is this build of it (2022.11 has no strictnx).
lab_one() {
	local flavour=${FWQUIRK_FLAVOUR:-}
	[ "$1/$flavour" != 2022.11/strictnx ] || flavour=secboot
	firmware_use "$1${flavour:+/$flavour}"
}

# lab_firmware NAME: the next boots run on it; false when it cannot be had, which is then what every cell of the script says of it
lab_firmware() {
	firmware_use "$1" && return
	printf 'absent\t%s\t%s\n' "$1" "$why" >>"$LAB_MATRIX/$BOOT_NAME.tsv"
	skip "$1" "$why"
	return 1
}

# outcome DEFECT GENERATION PROGRAM NUMBER-OF-FAILURES-BEFORE: the cell of what has just been tried
outcome() {
	if [ $n_failed = "$4" ]; then lab_cell "$1" "$2" "$3" rescued; else lab_cell "$1" "$2" "$3" FAILED; fi
}

# lab_variable NAME FILE [record|after]: a variable of ours as record.efi has printed it, before or after ExitBootServices(),
# into FILE (four bytes of attributes first, as under Linux). False when it was not there.
lab_variable() {
	local line
	line=$(sed -n "s/^${3:-record}: $1=\([0-9a-f]*\):/\1/p" "$LOG" | tail -n 1)
	[ -n "$line" ] || return 1
	# The attributes are printed as a number, the bytes in their order.
	printf '%s' "${line:6:2}${line:4:2}${line:2:2}${line:0:2}${line:8}" | perl -ne 'print pack "H*", $_' >"$2"
}

# lab_journal FILTER [record|after]: the journal that record.efi has printed, as JSON through jq: needs no kernel
lab_journal() {
	lab_variable FwquirkJournal "$BOOT_DIR/journal" "${2:-record}" || return 1
	"$BUILD/fwquirk" journal --json "$BOOT_DIR/journal" | jq -r "$1"
}

# lab_no_more_wx DESCRIPTION: after the first run of walk.efi in the last boot none found more pages that can be written and executed
lab_no_more_wx() {
	local counts most
	mapfile -t counts < <(sed -n 's/^walk: wx=//p' "$LOG")
	most=$(printf '%s\n' "${counts[@]:1}" | sort -n | tail -n 1)
	if [ ${#counts[@]} -ge 2 ] && [ "$most" -le "${counts[0]}" ]; then
		pass "$1"
	else
		fail "$1"
		note "pages, one walk after the other: ${counts[*]}"
	fi
}

# lab_no_fresh_wx DESCRIPTION: no page can be written and executed, by walk.efi or at ExitBootServices(), that could not be when
# the defect `walk` was put in, ahead of our driver; but for code of images that were loaded since
lab_no_fresh_wx() {
	if grep -aq '^lab: walk end' "$LOG" && ! grep -aq '^lab: walk fresh ' "$LOG"; then
		pass "$1"
	else
		fail "$1"
		note "pages that are new: $(sed -n 's/^lab: walk fresh //p' "$LOG" | tr '\n' ' ')"
	fi
}

# lab_fresh TYPE: how many pages of that type were said to be new, a line a walk that has found some
lab_fresh() { sed -n "s/^lab: walk fresh $1=//p" "$LOG"; }

# lab_verdict ID: verdict, reason of that rule in the journal of the last boot, under Linux or by record.efi
lab_verdict() {
	local filter=".rules[] | select(.id == \"$1\") | .verdict + \" \" + .reason"
	if grep -aq '^record: FwquirkJournal=' "$LOG"; then lab_journal "$filter"; else journal "$filter"; fi
}

# kernel_version: of the kernel in use, for cells: 6.1
kernel_version() { echo "$KERNEL_VERSION" | sed -E 's/^([0-9]+\.[0-9]+).*/\1/'; }
