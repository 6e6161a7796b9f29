#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_layers.sh [TREE] - who may include whom.
#
#   floor 4  firmware/main.c
#   floor 3  firmware/daemon*            tools             firmware/console (sees config, tools and core alone)
#   floor 2  firmware/edge               config
#   floor 1  audio                       firmware/core      (strangers to each other)
#
# Prints each breach as FILE:LINE: and ends with 1 if there was one. Before that it plants one breach
# of every rule in a scratch tree and must find it there: a check that cannot fail is none.
set -euo pipefail
export LC_ALL=C

# The rules, for records of four kinds: header PATH; include PATH LINE TEXT; permit PATH LINE TEXT;
# wait PATH LINE TEXT.
# shellcheck disable=SC2016 # awk's dollars
rules='
function floor_of(path) {
	if (path ~ /^firmware\/core\//) return "core"
	if (path ~ /^firmware\/edge\//) return "edge"
	if (path ~ /^firmware\/console\//) return "console"
	if (path ~ /^firmware\//) return "daemon"
	if (path ~ /^audio\//) return "audio"
	if (path ~ /^config\//) return "config"
	if (path ~ /^tools\//) return "tools"
	return "?"
}
function breach(text) {
	print path ":" line ": " text
	bad = 1
}
# Which floors a floor may see.
BEGIN {
	FS = "\t"
	split("core>core audio>audio config>config config>core edge>edge edge>core edge>audio " \
		"daemon>daemon daemon>core daemon>audio daemon>config daemon>edge " \
		"tools>tools tools>core tools>audio tools>config tools>edge " \
		"console>console console>config console>core console>tools", pairs, " ")
	for (i in pairs) may[pairs[i]] = 1
	# One foreign thing, one room: the header, and which files may know it.
	room["mpg123.h"] = "^audio/mp3"
	room["soxr.h"] = "^audio/resample"
	room["alsa/asoundlib.h"] = "^audio/sink_alsa"
	room["ebur128.h"] = "^audio/loudness"
	room["confuse.h"] = "^config/conf_parse[.]c$"
	room["utf8proc.h"] = "^config/names(_file)?[.]c$"
	room["sqlite3.h"] = "^firmware/(edge/store|console/account)"
	room["sodium.h"] = "^firmware/(edge/(store|library|history|digest)|console/(account|password))"
	room["jansson.h"] = "^firmware/(edge/(control|row_json|clip_json|change_json|history)|console/)|^tools/|^firmware/daemon"
	room["microhttpd.h"] = "^firmware/console/http"
	room["linux/landlock.h"] = "^firmware/edge/library_confine"
	room["linux/audit.h"] = room["linux/filter.h"] = room["linux/seccomp.h"] = "^firmware/edge/library_filter"
	room["linux/gpio.h"] = "^firmware/edge/gpio"
	room["systemd/sd-event.h"] = "^firmware/(daemon|console/)"
	room["systemd/sd-daemon.h"] = "^firmware/(daemon|console/console[.]c$)"
	# Edges are strangers too, but for these.
	split("clock>clock_sim control>row_json control>control_arrivals control>control_faults control>clip_json control>clip_file control>control_campaign control>change_json history>change_json clip_json>row_json clip_json>clip_file " \
		"clip_file>library library>store log_writer>store library>library_confine library>library_filter " \
		"library>library_container library>library_convert library>library_judge", edges, " ")
	for (i in edges) edge_pairs[edges[i]] = 1
	# The core: no I/O, no clock, no thread. stdio for snprintf alone, which check_purity holds.
	n = split("assert errno limits stdbool stddef stdint stdlib string stdio", pure, " ")
	for (i = 1; i <= n; i++) core_may[pure[i] ".h"] = 1
	# What comes with the C library and the kernel, for everybody else.
	libc = "^(assert|ctype|dirent|errno|fcntl|float|getopt|grp|inttypes|langinfo|libgen|libintl|limits" \
		"|locale|malloc|math|fts|poll|pthread|pwd|regex|sched|signal|spawn|stdarg|stdatomic|stdbool|stddef" \
		"|stdint|stdio|stdio_ext|stdlib|string|strings|syslog|termios|time|unistd|wchar|endian|glob" \
		"|arpa/inet|net/if|netdb|netinet/in|sys/[a-z_]+|linux/(rtc|sched|futex|limits|magic|prctl|openat2))[.]h$"
}
# May this file of the edge see that header of the edge? Its own room it may.
function edge_may(path, header,   file, pair, ends) {
	file = path
	sub(/.*\//, "", file)
	sub(/(_internal)?[.]h$/, "", header)
	if (index(file, header) == 1) return 1
	for (pair in edge_pairs) {
		split(pair, ends, ">")
		if (index(file, ends[1]) == 1 && header == ends[2]) return 1
	}
	return 0
}
# First the headers: where each one lives.
$1 == "header" {
	name = $2
	sub(/.*\//, "", name)
	if (name in home && floor_of(home[name]) != floor_of($2)) {
		path = $2; line = 1
		breach("a header of this name is already in " home[name] "; give it another name")
	}
	if (name ~ libc) {
		path = $2; line = 1
		breach("hides the <" name "> of the C library; give it another name")
	}
	home[name] = $2
	next
}
$1 == "permit" {
	path = $2; line = $3
	breach("only firmware/core/airtime*.c makes a permit or writes its fields")
	next
}
$1 == "wait" {
	path = $2; line = $3
	breach("snd_pcm_drain, _wait and _recover may never end: wait with a deadline, recover by state")
	next
}
{
	path = $2; line = $3; what = $4
	floor = floor_of(path)
	quoted = what ~ /"/
	match(what, /["<][^">]+[">]/)
	included = substr(what, RSTART + 1, RLENGTH - 2)
}
quoted {
	if (included ~ /\//) { breach("name the header alone, not its path: \"" included "\""); next }
	if (!(included in home)) {
		if (included !~ /_(embedded|generated)[.]h$/)
			breach("\"" included "\" is no header of this tree")
		next
	}
	to = floor_of(home[included])
	if (!((floor ">" to) in may)) { breach(floor " may not include " to " (\"" included "\")"); next }
	if (included ~ /^daemon/ && path !~ /^firmware\/(main|daemon[a-z_]*)[.][ch]$/)
		breach("nobody includes " included " but firmware/main.c")
	if (floor == "edge" && to == "edge" && !edge_may(path, included))
		breach("edges do not know each other (\"" included "\")")
	# A private header stays inside its room.
	if (included ~ /_internal[.]h$/) {
		prefix = home[included]
		sub(/_internal[.]h$/, "", prefix)
		if (index(path, prefix) != 1) breach("\"" included "\" is private to " prefix "*.c")
	}
	next
}
{
	if (floor == "core" && !(included in core_may)) { breach("the core may not include <" included ">"); next }
	if (included in room) {
		if (path !~ room[included]) breach("<" included "> belongs to another room: " room[included])
		next
	}
	if (included !~ libc) breach("<" included "> is foreign and has no room yet: give it one in tests/check_layers.sh")
}
END { exit bad }
'

check() { # TREE
	(
		cd "$1"
		folders=()
		for folder in firmware audio config tools; do
			[ -d "$folder" ] && folders+=("$folder")
		done
		find "${folders[@]}" -name '*.h' | sort | sed 's/^/header\t/'
		# grep ends with 1 where nothing matches, which is no fault here.
		{ grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' "${folders[@]}" || :; } |
			sort | sed -E 's/^([^:]*):([0-9]+):/include\t\1\t\2\t/'
		{ grep -rnE '(permit(\.|->)(start_us|end_us|unknown|seal)[[:space:]]*[-+|&]?=[^=])|(\(struct permit\)[[:space:]]*\{)|(struct permit [a-z_]+[[:space:]]*=)|memset\(&?[a-z_>.-]*permit' \
			--include='*.[ch]' "${folders[@]}" || :; } |
			{ grep -vE '^firmware/core/airtime[a-z_]*\.c:' || :; } |
			sed -E 's/^([^:]*):([0-9]+):/permit\t\1\t\2\t/'
		{ grep -rnE 'snd_pcm_(drain|wait|recover) *\(' --include='*.[ch]' "${folders[@]}" || :; } |
			{ grep -vE ':[[:space:]]*(/\*| \*|\*)' || :; } |
			sed -E 's/^([^:]*):([0-9]+):/wait\t\1\t\2\t/'
	) | awk "$rules"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
blind=0

plant() { # FILE TEXT... : a clean little tree with this one file in it must be found bad
	local tree=$scratch/tree file=$1
	shift
	rm -rf "$tree"
	mkdir -p "$tree"/firmware/{core,edge,console} "$tree"/{audio,config,tools}
	for header in firmware/core/plan.h firmware/edge/store.h firmware/edge/store_internal.h \
		firmware/daemon.h audio/player.h config/conf.h tools/client.h; do
		echo '#include <stdint.h>' >"$tree/$header"
	done
	check "$tree" >/dev/null || { echo "self-test: a clean tree was called bad"; blind=1; }
	printf '%s\n' "$@" >"$tree/$file"
	if check "$tree" >/dev/null; then
		echo "self-test: not noticed: $file with: $*"
		blind=1
	fi
}
plant firmware/core/a.c '#include <time.h>'
plant firmware/core/a.c '#include "store.h"'
plant firmware/core/a.c '#include "player.h"'
plant audio/a.c '#include "plan.h"'
plant config/a.c '#include "store.h"'
plant config/a.c '#include "player.h"'
plant firmware/edge/a.c '#include "conf.h"'
plant firmware/edge/a.c '#include "client.h"'
plant firmware/edge/a.c ' # include "../../config/conf.h"'
plant firmware/edge/clock.c '#include "store.h"'
plant firmware/edge/a.c '#include "store_internal.h"'
plant tools/a.c '#include "daemon.h"'
plant firmware/edge/a.c '#include "daemon.h"'
plant firmware/core/limits.h '#include <stdint.h>'
plant tools/plan.h '#include <stdint.h>'
plant config/conf_check.c '#include <confuse.h>'
plant audio/player.c '#include <mpg123.h>'
plant audio/mp3.c '#include <soxr.h>'
plant audio/sink_wav.c '#include <alsa/asoundlib.h>'
plant audio/dsp.c '#include <ebur128.h>'
plant config/conf.c '#include <utf8proc.h>'
plant tools/log.c '#include <sqlite3.h>'
plant firmware/edge/clock.c '#include <systemd/sd-event.h>'
plant audio/player.c '#include <jansson.h>'
plant tools/a.c '#include <sodium.h>'
plant firmware/edge/button.c '#include <linux/gpio.h>'
plant tools/a.c '#include <microhttpd.h>'
plant firmware/console/account.c '#include <microhttpd.h>'
plant firmware/console/http.c '#include <sqlite3.h>'
plant firmware/console/a.c '#include "store.h"'
plant firmware/console/a.c '#include "daemon.h"'
plant firmware/console/a.c '#include "player.h"'
plant firmware/edge/control.c '#include <systemd/sd-event.h>'
plant tools/a.c '#include <curl/curl.h>'
plant tools/a.c '#include "nowhere.h"'
plant firmware/core/station.c 'void f(struct permit *permit) { permit->end_us = 0; }'
plant firmware/core/station.c 'x = (struct permit){ .seal = 1 };'
plant firmware/core/station.c '	struct permit mine = {0};'
plant audio/sink_alsa.c '	snd_pcm_drain(pcm);'
plant audio/sink_alsa.c '	if (snd_pcm_wait(pcm, 100) < 0)'
plant audio/sink_alsa_follow.c '	return snd_pcm_recover (pcm, error, 1);'
[ "$blind" -eq 0 ] || exit 1

check "${1:-$(dirname "$0")/..}"
