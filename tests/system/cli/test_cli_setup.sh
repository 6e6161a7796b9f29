#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The first start: a technician at a terminal, a simulated board, an ALSA card that records what it plays.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"
here=$(dirname "$0")
build=$(dirname "$LOAPHUONG")
export ALSA_CONFIG_PATH=$build/tests/pcm/asound.conf LOA_PACE_FILE=$work/heard.raw
mkdir -p state
mkfifo orders
python3 "$here/board.py" board.sock outputs <orders &
board_pid=$!
exec 3>orders
trap 'kill "$board_pid" 2>/dev/null || :; finish' EXIT
# The board says nothing when it listens; if it has ended, so does the test.
until [ -S board.sock ]; do
	kill -0 "$board_pid"
	sleep 0.05
done

talk() { # CONFIG, the script on standard input
	last=(setup -c "$1")
	python3 "$here/converse.py" "$LOAPHUONG" setup -c "$1" --state state --lines "sim:$work/board.sock" >out 2>err ||
		fail "the talk went otherwise"
}
nothing_written() {
	local file
	for file in "$1".new-* "$1".old-*; do
		[ ! -e "$file" ] || fail "$file is left behind"
	done
}
outputs_are() { # TEXT: what the relay did, from the start
	[ "$(tr '\n' ',' <outputs)" = "$1" ] || fail "the board's outputs: $(tr '\n' ',' <outputs), not $1"
}

# On a new box: the sample becomes the config. A wrong answer is asked for again, a tone is made louder.
talk station.conf <<-'END'
	see Name
	tell orders refuse GPIO14 16
	say Đài truyền thanh xã "Thử"
	see Time zone
	say Asia/Hanoi
	see Asia/Hanoi
	see Asia/Hanoi
	see Time zone
	say Asia/Ho_Chi_Minh
	see Free on gpiochip0:
	see ID_SDA (0)  1  GPIO2  GPIO3
	see Line of the button
	say GPIO71
	see no line is called so
	see Take this line all the same
	say n
	see Line of the button
	say GPIO17
	see Press the button
	tell orders level GPIO17 0
	tell orders level GPIO17 1
	see this is the line
	see A press plays
	say goi-111
	see amplifier's relay
	say GPIO17
	see Is the relay on
	say y
	see already taken
	see amplifier's relay
	say GPIO27
	see Is the relay on
	wait outputs GPIO27 1
	say y
	see A tone on default
	see Did the loudspeakers sound
	say again
	see A tone on default
	see Did the loudspeakers sound
	say y
	see 5/5
	say 5h30-7h
	see is not a window of time
	see Hours
	say 05:30-07:00, 16:30-18:30
	see station.conf is written
	end 0
END
has "Nothing is planned"
has "GPIO13  GPIO15" # what somebody holds is not offered
diff <(grep -E '^	?[a-z]' station.conf | sed 's/  *#.*//; s/^	//') - <<-'END' || fail "the config is not as answered"
	station {
		name = "Đài truyền thanh xã \"Thử\""
		timezone = "Asia/Ho_Chi_Minh"
	audio {
		device = "default"
	airtime {
		allow = {"05:30-07:00", "16:30-18:30"}
	clock {
	button "main" {
		line = "GPIO17"
		press = "goi-111"
		hold = "stop"
	relay {
		line = "GPIO27"
		lead = "1500ms"
		hold = "800ms"
	usb {
END
run 0 check -c station.conf --state state
# Every comment of the sample that does not show one of these keys is still there.
diff <(grep '#' "$TREE/config/loaphuong.conf" | grep -vE '# (name|timezone|device|allow) =') \
	<(grep '#' station.conf | grep -vE '(name|timezone|device) =') || fail "comments are lost"
# The amplifier was on while the card sounded, and only then: tried, tone, tone.
outputs_are "GPIO17 1,GPIO17 0,GPIO17 0,GPIO27 1,GPIO27 0,GPIO27 1,GPIO27 0,GPIO27 1,GPIO27 0,GPIO27 0,"
python3 - heard.raw <<-'END' || fail "the tones are not as they should be"
	import array, math, sys
	samples = array.array("h", open(sys.argv[1], "rb").read())
	half = len(samples) // 2
	levels = [20 * math.log10(max(map(abs, part)) / 32768) for part in (samples[:half], samples[half:])]
	print(len(samples), levels)
	# from -30 dB, 5 dB louder
	sys.exit(0 if len(samples) > 48000 and abs(levels[0] + 30) < 0.5 and abs(levels[1] + 25) < 0.5 else 1)
END
nothing_written station.conf

# Again on the same box: what holds stands in brackets; the other way round is found out.
echo "level GPIO5 0" >&3
: >outputs
cp station.conf first.conf
talk station.conf <<-'END'
	see Name [Đài truyền thanh xã "Thử"]
	say
	see Time zone [Asia/Ho_Chi_Minh]
	say
	see Line of the button ("-": there is none) [GPIO17]
	say GPIO5
	see Press the button
	tell orders level GPIO5 1
	tell orders level GPIO5 0
	see this is the line
	see A press plays (clip, broadcast, or "stop") [goi-111]
	say
	see [GPIO27]
	say
	see Is the relay on
	say n
	see Is the relay on
	say y
	see Did the loudspeakers sound
	say y
	see [05:30-07:00, 16:30-18:30]
	say
	see the config before is
	end 0
END
cmp -s first.conf station.conf.old-1 || fail "the config before is not kept"
diff first.conf station.conf >changes && fail "nothing has changed"
diff <(grep '^[<>]' changes | tr -d '\t') - <<-'END' || fail "it changed otherwise"
	< line = "GPIO17"
	> line = "GPIO5"
	> active-low = false
	> bias = "pull-down"
	> active-low = true
END
# The same answers once more: not a byte, and no copy.
cp station.conf second.conf
run 0 setup -c station.conf --state state --answers second.conf
has "says all that already"
[ ! -e station.conf.old-2 ] || fail "a copy of the same"

# Ctrl-C while the relay is on: off again, and nothing written.
: >outputs
talk station.conf <<-'END'
	see Name
	say Khác
	see Time zone
	say
	see Line of the button
	say -
	see amplifier's relay
	say GPIO26
	see Is the relay on
	wait outputs GPIO26 1
	say ^C
	see nothing was changed
	end 1
END
cmp -s station.conf second.conf || fail "it was changed after all"
[ "$(tail -n 1 outputs)" = "GPIO26 0" ] || fail "the relay stays on"
[ ! -e station.conf.old-2 ] || fail "a copy without a change"

# No card sounds: the technician is told what to look at, and the answer is his.
echo refuse >"$work/control"
talk none.conf <<-'END'
	see Name
	say Trạm
	see Time zone
	say
	see Line of the button
	say -
	see amplifier's relay
	say -
	see Did the loudspeakers sound
	say n
	see Look at cable
	see Sound card to be used [default]
	say card:USB
	see Hours
	say
	see is written
	end 0
END
grep -q 'device = "card:USB"' none.conf || fail "the device is not as answered"
run 1 doctor -c none.conf --state state
has "card:USB is not there"

# Unattended: the config of one box sets up the next, by root of a script, with campaigns and a station that runs.
cat >answers.conf <<-'END'
	station { name = "Trạm hai" }
	airtime { allow = "06:00-07:00" }
END
make_state state
mkdir -p state/campaigns
make_config all.conf
sed -n '/^campaign/,$p' all.conf >state/campaigns/thang-6.conf
cp second.conf station.conf
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null --lines "sim:$work/board.sock" \
	--pretend-now 2024-06-01T04:00:00+07:00 >said 2>&1 &
station_pid=$!
until_answer "Đài truyền thanh" status --state state
run 1 setup -c station.conf --state state </dev/null
complains "the station runs and holds sound card and lines"
run 0 setup -c station.conf --state state --answers answers.conf --start
has "is written; the config before is"
until_answer "Trạm hai" status --state state
run 0 plan --state state --from 2024-06-02 --until 2024-06-02
has "06:30"
has "outside the permitted hours"

# What is wrong is said by file and line, and nothing is changed.
cp station.conf before.conf
wrong() { # CODE TEXT, the answers on standard input
	cat >wrong.conf
	run "$1" setup -c station.conf --state state --answers wrong.conf
	grep -qF -- "$2" err || fail "standard error does not hold: $2"
	cmp -s station.conf before.conf || fail "it was changed"
	nothing_written wrong.conf
}
wrong 1 "wrong.conf:2: error:" <<<$'station {\n\tnam = "x"\n}'
wrong 1 "wrong.conf:1: error:" <<<'airtime { allow = {"05:30-25:00"} }'
wrong 1 "wrong.conf:1: answers are about the box" <<<'clip "x" { }'
wrong 1 "wrong.conf has no answers" <<<'# nothing'
wrong 1 "already taken" <<<'led "x" { line = "GPIO27" }'
rm wrong.conf
run 1 setup -c station.conf --state state --answers wrong.conf
complains "wrong.conf"
kill "$station_pid"
wait "$station_pid" || :
station_pid=
# A campaign that is wrong is no fault of the answers, and nothing is started with it.
echo 'campaign "y" {' >state/campaigns/y.conf
run 1 setup -c station.conf --state state --answers second.conf --start
has "campaigns/y.conf:1: error:"
has "The station is not started before this is corrected"
rm state/campaigns/y.conf
# A config with a fault is not written over.
echo 'station {' >broken.conf
run 1 setup -c broken.conf --state state --answers answers.conf
grep -qF "broken.conf:1: error:" err && grep -qF "correct" err || fail "the fault is not said"
# Where nothing may be written, it is said before the first question.
run 1 setup -c /proc/nowhere/station.conf --state state </dev/null
complains "use sudo"
echo "as it should be"
