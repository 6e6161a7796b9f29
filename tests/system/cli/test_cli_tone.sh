#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The test tone: quiet, proved like a broadcast, never in the way of one, and at night only by name.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

start() { # INSTANT
	"$LOAPHUONGD" -c station.conf --state state --runtime run --sink "wav:$work/sound.wav" \
		--pretend-now "$1" >said 2>&1 &
	station_pid=$!
	local tries=0
	until "$LOAPHUONG" status --state state >/dev/null 2>&1; do
		kill -0 "$station_pid" || { cat said; exit 1; }
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || { echo "the station does not answer"; exit 1; }
		sleep 0.1
	done
}
stop_station() {
	kill "$station_pid"
	wait "$station_pid" || :
	station_pid=
}

make_config station.conf
make_state state
run 3 test-tone --state state
complains "the station is not running"
run 2 test-tone --seconds 31 --state state
complains "from 1 to 30"
run 2 test-tone --seconds 1.5 --state state
run 2 test-tone --level -3 --state state
complains "-60 to -16"
run 2 test-tone --anyway --state state
complains "--by WHO"

# Inside the permitted hours: the clip is brought along, and the log has the card's word.
start 2024-06-01T05:31:00+07:00
run 0 test-tone --seconds 2 --why "after the storm" --state state
quiet
has "The tone goes on air: 2 s, row 1 of the log."
has "The sound card took 2.0 s of it, 1."
run 0 log --json --state state
has '"items":["test-tone","test-tone"]'
has '"class":"normal"'
has '"trigger":"cli"'
has '"why":"after the storm"'
has '"outcome":"played"'
run 0 clip list --state state
has "test-tone"
LANGUAGE=vi run 0 test-tone --seconds 1 --level -20 --state state
has "dòng 2 trong nhật ký"

# Not before a broadcast, nor over one.
stop_station
rm sound.wav
start 2024-06-01T05:44:50+07:00
run 3 test-tone --state state
complains "A broadcast begins at 05:45:00"
stop_station

# The level that was asked for, in the sound itself: 10 dB louder is 10 dB louder.
rm sound.wav
start 2024-06-01T05:31:00+07:00
run 0 test-tone --seconds 1 --level -34 --state state
run 0 test-tone --seconds 1 --level -24 --state state
stop_station
python3 - sound.wav <<'END' || fail "the levels are others"
import math, struct, sys
data = open(sys.argv[1], "rb").read()[44:]
samples = struct.unpack("<%dh" % (len(data) // 2), data)
seconds = [samples[i:i + 4800] for i in range(0, len(samples), 4800)]
peaks = [max(map(abs, part), default=0) for part in seconds]
first = next(i for i, peak in enumerate(peaks) if peak > 100)
quiet = max(peaks[first:first + 9])
loud = max(peaks)
ratio = 20 * math.log10(loud / quiet)
assert 9.5 < ratio < 10.5, (quiet, loud, ratio)
assert loud < 32767 * 10 ** (-8 / 20), loud
END

# At night: refused and logged; with a name it sounds, as an emergency that no report counts.
rm sound.wav
start 2024-06-02T03:15:00+07:00
run 3 test-tone --seconds 1 --state state
complains "outside the permitted hours"
run 0 test-tone --seconds 1 --anyway --by "Trần Văn Bình" --state state
run 0 log --json --from 2024-06-02 --state state
lines 2
answer_line 1 "$(grep '"outcome":"refused","reason":"outside-airtime"' out)"
has '"class":"emergency"'
has '"who":"Trần Văn Bình ('
stop_station
echo "as it should be"
