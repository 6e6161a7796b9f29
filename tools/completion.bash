# SPDX-License-Identifier: MIT
# Completion of loaphuong for bash: installed as bash-completion/completions/loaphuong.
#
# Commands and options are those that the program itself lists, so this file never grows old; names of
# clips come from the station, where it may be asked.
# shellcheck disable=SC2086 # a command may have two words
_loaphuong() {
	local program=${COMP_WORDS[0]} now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command="" word commands
	# "  clip add   Take recordings ...": two blanks before, two behind the name
	commands=$(LANGUAGE=en "$program" --help 2>/dev/null | sed -nE 's/^  ([a-z][a-z-]*( [a-z]+)?)  .*/\1/p')
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $word == -* ]] && continue
		if grep -qxE "${command:+$command }$word( .*)?" <<<"$commands"; then
			command=${command:+$command }$word
		fi
	done
	case $before in
	-c | --config | --diff | --answers | -o | --output) # the shell's own: files
		mapfile -t COMPREPLY < <(compgen -f -- "$now")
		return
		;;
	--state | --runtime | --console)
		mapfile -t COMPREPLY < <(compgen -d -- "$now")
		return
		;;
	esac
	if [[ $now == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(LANGUAGE=en "$program" $command --help 2>/dev/null |
			grep -oE -- '(^|[ ,])--[a-z-]+' | tr -d ' ,' | sort -u)" -- "$now")
		return
	fi
	case $command in
	play | "clip show" | "clip approve" | "clip remove" | "clip say")
		mapfile -t COMPREPLY < <(compgen -W "$("$program" clip list --json 2>/dev/null |
			grep -oE '"name": ?"[^"]+"' | cut -d'"' -f4)" -- "$now")
		;;
	backup | restore | "clip add" | "campaign try" | "campaign save" | "usb import")
		mapfile -t COMPREPLY < <(compgen -f -- "$now")
		;;
	*)
		# the next word of a command: "clip" and then "add"
		mapfile -t COMPREPLY < <(compgen -W "$(sed -nE "s/^${command:+$command }([a-z-]+).*/\1/p" <<<"$commands" | sort -u)" -- "$now")
		;;
	esac
}
complete -F _loaphuong loaphuong
