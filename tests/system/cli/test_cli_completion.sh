#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the shell offers: every command and option that the program lists, and no other.
source "$(dirname "$0")/harness.sh"
source "$TREE/tools/completion.bash"

offers() { # WORD...: what is offered for the last of them
	COMP_WORDS=("$LOAPHUONG" "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_loaphuong
	printf '%s\n' "${COMPREPLY[@]}" | sort >out
	last=("completion of" "$@")
}

run 0 --help
sed -nE 's/^  ([a-z][a-z-]*( [a-z]+)?)  .*/\1/p' out >commands
[ "$(wc -l <commands)" -ge 30 ] || fail "the overview has another form"
offers ""
cut -d' ' -f1 commands | sort -u | cmp -s - out || fail "not all commands are offered, or others"
offers cl
[ "$(tr '\n' ' ' <out)" = "clip clock " ] || fail "cl"
offers clip ""
sed -n 's/^clip //p' commands | sort | cmp -s - out || fail "clip"
offers clip re
[ "$(tr '\n' ' ' <out)" = "remove restore " ] || fail "clip re"
# The options of each command are those of its help.
while read -r -a words; do
	LANGUAGE=en "$LOAPHUONG" "${words[@]}" --help | grep -oE -- '(^|[ ,])--[a-z-]+' | tr -d ' ,' | sort -u >want
	offers "${words[@]}" --
	sort -u out | cmp -s - want || fail "the options of ${words[*]}"
	grep -qx -- --help out || fail "${words[*]} has no --help"
done <commands
offers plan --fr
[ "$(cat out)" = --from ] || fail "plan --fr"
make_state state
touch station.conf
offers plan -c stat
[ "$(tr '\n' ' ' <out)" = "state station.conf " ] || fail "a file"
