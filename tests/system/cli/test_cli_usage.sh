#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Exit codes, options anywhere, help with an example for every command, both languages.
source "$(dirname "$0")/harness.sh"

run 2
run 0 --help
has "check"
has "clip list"
run 0 --version
has "loaphuong "

commands=0
for command in check plan why status play stop pause skip reload volume log "log verify" "clip add" "clip list" "clip show" "clip approve" \
	"clip remove" "clip restore" "clip say"; do
	# shellcheck disable=SC2086 # two words
	run 0 $command --help
	quiet
	has "Usage: loaphuong $command"
	has "--state DIR"
	has "Example:"
	sed '1,/^Example:/d' out | grep -qF "loaphuong $command" || fail "no example"
	commands=$((commands + 1))
done
[ "$commands" -eq 19 ]
run 0 --help plan
has "--diff OTHER.conf"
hasnt "--emergency"

run 2 sing
complains 'there is no command "sing"'
run 2 clip
complains "add, list, show"
run 2 plan --emergency
complains "plan has no option --emergency"
run 2 plan --loud
complains "--loud"
run 2 plan --from
complains "--from"
run 2 plan tomorrow
complains "too many words"
run 2 why
complains "why wants TIME|BROADCAST"
run 2 play goi-111 --emergency
complains "--by"
run 2 pause
complains "--until"
run 2 pause --off --until 17:00
run 2 volume loud
complains '"loud" is not a volume'
run 2 log --json --csv
complains "choose one"

# No service: what needs one says how to get one.
mkdir empty
for command in status stop skip reload volume "play goi-111" "pause --off" "volume -6"; do
	# shellcheck disable=SC2086
	run 3 $command --state empty
	complains "the station is not running"
	# shellcheck disable=SC2086
	run 3 --runtime empty $command
done
[ -z "$(ls -A empty)" ] || fail "a question left files in the state folder"

# The language: the caller's, then the station's.
LANGUAGE=vi run 3 status --state empty
complains "trạm không chạy"
make_config vi.conf
sed 's/name = "Thử"/name = "Thử" language = "en"/' vi.conf >en.conf
unset LANGUAGE
run 3 status --state empty -c vi.conf
complains "trạm không chạy"
run 3 status --state empty -c en.conf
complains "the station is not running"
echo "nonsense" >>en.conf
run 3 status --state empty -c en.conf
complains "the station is not running"
LANGUAGE=vi run 3 status --state empty -c en.conf
complains "trạm không chạy"

# An answer that cannot be written is no success.
if [ -w /dev/full ]; then
	"$LOAPHUONG" --help >/dev/full 2>err && fail "a full disk went unnoticed"
	grep -q "disk\|ổ đĩa" err
fi

# The manual: a section for each command, a word for each option of it and for each key of the config.
run 0 --help
sed -nE 's/^  ([a-z][a-z-]*( [a-z]+)?)  .*/\1/p' out >commands
page=$TREE/tools/man/loaphuong.1
while read -r command; do
	sed -n "/^\.Ss $command\( \|\$\)/,/^\.S[sh] /p" "$page" | sed '$d' >section
	[ -s section ] || fail "loaphuong(1) has no section of $command"
	run 0 $command --help
	for option in $(grep -oE -- '(^|[ ,])--[a-z-]+' out | tr -d ' ,' | sort -u); do
		grep -qE -- "(Fl|,) -${option#--}( |\$)" section || grep -qE -- "^\.It Fl ([a-z] , )?-${option#--}( |\$)" "$page" ||
			fail "loaphuong(1) has no $option of $command"
	done
done <commands
for key in $(grep -oE '^	?\{?"[a-z-]+", CONF_|\{"[a-z-]+", CONF_' "$TREE/config/conf_schema.c" | grep -oE '[a-z][a-z-]*' | grep -v CONF | sort -u); do
	grep -qE -- "(\.Cm|\.It Cm|\.Ss|Cm) ([a-z-]+ , )*$key\b|\b$key\b" "$TREE/tools/man/loaphuong.conf.5" || fail "loaphuong.conf(5) has no $key"
done
