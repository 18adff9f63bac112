# SPDX-License-Identifier: MIT OR GPL-2.0-only
# fwquirk.bash - completion for bash; the verbs and options of `fwquirk help`

_fwquirk_options() {
	case $1 in
	check) echo --json --machines --today --population --limit --tolerance ;;
	fmt) echo --check --write ;;
	build) echo --output --json ;;
	pack) echo --output --no-texts --json ;;
	parts) echo --table --armed --json ;;
	diff) echo --population --json ;;
	list) echo --db --json ;;
	show) echo --db --json --text ;;
	query) echo --db --json --vendor --product --version --date --since --defect --workaround --mode --confidence ;;
	identify) echo --json ;;
	journal | status) echo --verbose --json ;;
	match) echo --table --db --verbose --json ;;
	scan) echo --table --db --jobs --all --json ;;
	explain) echo --table --db --json ;;
	draft) echo --population --machine-out --id --db --title --defect --workaround --evidence --fixed --key --json ;;
	import) echo --db --json ;;
	report) echo --output --explain --yes --by --note --dmesg --journal --json ;;
	plan) echo --table --probe --observe --switches --secure-boot --json ;;
	config) echo --set --clear --clear-attempts --clear-fault --json ;;
	export) echo --db --output --widen --loss --json ;;
	esac
}

_fwquirk() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local verbs='check fmt build pack parts diff list show query identify match scan explain plan journal status config report draft import export help'
	if [ "$COMP_CWORD" = 1 ] || { [ "$COMP_CWORD" = 2 ] && [ "$before" = help ]; }; then
		mapfile -t COMPREPLY < <(compgen -W "$verbs --version" -- "$word")
		return
	fi
	case $before in
	--set | --switches) mapfile -t COMPREPLY < <(compgen -W 'off observe loosen' -- "$word") && return ;;
	--mode) mapfile -t COMPREPLY < <(compgen -W 'observe arm query-only' -- "$word") && return ;;
	--confidence)
		mapfile -t COMPREPLY < <(compgen -W 'reported reproduced root-caused vendor-confirmed' -- "$word") && return
		;;
	esac
	case ${COMP_WORDS[1]},$word in
	export,[a-z]*) mapfile -t COMPREPLY < <(compgen -W 'dmi-c c hwdb hwids json csv sql quirks reports' -- "$word") ;;
	*,-*) mapfile -t COMPREPLY < <(compgen -W "$(_fwquirk_options "${COMP_WORDS[1]}") --help" -- "$word") ;;
	show,* | explain,FWQ*)
		mapfile -t COMPREPLY < <(compgen -W "$(fwquirk list 2>/dev/null | grep -o '^FWQ-[0-9]*')" -- "$word")
		;;
	*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _fwquirk fwquirk
