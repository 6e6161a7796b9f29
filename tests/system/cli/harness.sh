# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# harness.sh - sourced by test_cli_*.sh: run the command line and say what must come out of it. A failure
# prints the line of the test, what came, and ends the test. Everything happens in a folder of its own.
#
#   run CODE ARGUMENT...   loaphuong with these arguments must exit with CODE
#   has TEXT               the answer holds TEXT          hasnt TEXT
#   answer_line N TEXT     the answer's Nth line is TEXT
#   lines N                the answer has N lines
#   complains TEXT         exactly one line on standard error, and it holds TEXT
#   quiet                  nothing on standard error
#   until_answer TEXT ARGUMENT...  asked again until the answer holds TEXT
#   as_read FILE NEW       a recording as if a person had read it: without the mark of a spoken draft
set -euo pipefail

: "${LOAPHUONG:?}" "${TREE:?}"
unset LANGUAGE LC_ALL LC_MESSAGES LANG TZ
export LANGUAGE=en
RECORDINGS=$TREE/config/campaigns/thang-hanh-dong-2024
work=$(mktemp -d)
station_pid=
finish() {
	[ -z "$station_pid" ] || kill "$station_pid" 2>/dev/null || :
	[ -z "$station_pid" ] || wait "$station_pid" 2>/dev/null || :
	rm -rf "$work"
}
trap finish EXIT
cd "$work"

fail() { # TEXT
	local frame=0
	# The line of the test itself, not of the harness.
	while [[ ${BASH_SOURCE[frame]} == *harness.sh ]]; do frame=$((frame + 1)); done
	echo "$(basename "${BASH_SOURCE[frame]}"):${BASH_LINENO[frame - 1]}: $1"
	echo "---- the command: loaphuong ${last[*]-}"
	sed 's/^/  out: /' out
	sed 's/^/  err: /' err
	exit 1
}

run() {
	local want=$1 code=0
	shift
	last=("$@")
	timeout 120 "$LOAPHUONG" "$@" >out 2>err || code=$?
	[ "$code" -eq "$want" ] || fail "exit code $code, want $want"
}

has() { grep -qF -- "$1" out || fail "the answer does not hold: $1"; }
hasnt() { ! grep -qF -- "$1" out || fail "the answer holds: $1"; }
quiet() { [ ! -s err ] || fail "there is something on standard error"; }
lines() { [ "$(wc -l <out)" -eq "$1" ] || fail "$(wc -l <out) lines, want $1"; }
answer_line() { [ "$(sed -n "$1p" out)" = "$2" ] || fail "line $1 is not: $2"; }
complains() {
	[ "$(wc -l <err)" -eq 1 ] || fail "$(wc -l <err) lines on standard error, want 1"
	grep -qF -- "$1" err || fail "standard error does not hold: $1"
}

# The station says nothing to us when it is ready, so there is nothing else to wait on.
until_answer() { # TEXT COMMAND...
	local text=$1 tries=0
	shift
	until "$LOAPHUONG" "$@" >out 2>err && grep -qF -- "$text" out; do
		kill -0 "$station_pid" || { [ ! -f said ] || cat said; fail "the station has ended"; }
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "never saw: $text"
		sleep 0.1
	done
	last=("$@")
}

as_read() { head -c -128 "$1" >"$2"; }

# A state folder with two recordings that are measured already.
make_state() { # DIR
	mkdir -p "$1"
	run 0 clip add --state "$1" "$RECORDINGS/khau-hieu-01.mp3" "$RECORDINGS/khau-hieu-02.mp3"
}

make_config() { # FILE
	cat >"$1" <<-'END'
		station { name = "Thử" }
		airtime { allow = {"05:30-07:00", "16:30-18:30"} }
		campaign "thang-6" {
			from  = "2024-06-01"
			until = "2024-06-30"
			playlist "khau-hieu" { clips = {"khau-hieu-01", "khau-hieu-02"} }
			broadcast "sang" { title = "Buổi sáng" at = {"05:45", "06:30"} play = {"khau-hieu"} }
			broadcast "dem"  { at = {"03:15"} dates = {"2024-06-05"} play = {"khau-hieu-01"} }
			broadcast "tat"  { at = {"17:00"} play = {"khau-hieu-02"} enabled = false }
		}
	END
}
