#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The commands with a running station, and its log afterwards.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

make_config station.conf
make_state state
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null \
	--pretend-now 2024-06-01T05:40:00+07:00 >said 2>&1 &
station_pid=$!
until_answer "Thử" status --state state

# What it does, for people and for programs.
run 0 status --state state
quiet
has "pretended (demonstration)"
has "On air      nothing"
has "05:45 sang, in "
has ": plays"
has "inside the permitted hours, until 07:00"
LANGUAGE=vi run 0 status --state state
has "Đang phát   không có gì"
run 0 status --runtime run --json
python3 - out <<'END' || fail "status --json is another"
import json, sys
status = json.load(open(sys.argv[1]))
assert status["next"]["broadcast"] == "sang" and status["next"]["verdict"]["outcome"] == "played"
assert status["on_air"] is None and status["clock"]["state"] == "pretended"
END

# Only the station of the state folder is asked.
mkdir other
run 3 status --state other
complains "the station is not running"
run 3 stop --state other --runtime run

run 0 volume -6 --state state
has "-6.0 dB"
run 0 --state state volume
has "-6.0 dB"
run 2 volume 5 --state state
complains "-60 to 0"

run 0 pause --until 06:00 --why "exam" --state state
has "2024-06-01 06:00"
run 0 status --state state
has "PAUSED"
has "does not play: the schedule is paused"
run 2 pause --until 05:00 --state state
complains "over already"
run 2 pause --until soon --state state
run 0 pause --off --state state
run 0 status --state state
hasnt "PAUSED"

run 0 skip --why "rain" --state state
has "Skipped: sang of 2024-06-01 05:45."
run 0 status --state state
has "06:30 sang"
# Why it will not be heard is in the log already, and the plan does not say otherwise.
until_answer "skipped by hand" why 05:45 --state state
has "In the log:"
hasnt "By the plan:"
# As status, the log and why have it, so has the plan: this one alone, and in order of time.
skipped='"items":["khau-hieu-01"],"start":null,"end":null,"outcome":"refused","reason":"skipped"}'
run 0 plan --state state --from 2024-06-01 --until 2024-06-02 --json
lines 4
grep -F '"at":"2024-06-01T05:45:00+07:00"' out | grep -qF "$skipped" || fail "the plan has it as played"
[ "$(grep -c '"outcome":"played"' out)" -eq 3 ] || fail "others are not as planned"
sort -c <(cut -d'"' -f4 out) || fail "not in order of time"
run 0 plan --state state --from 2024-06-01 --until 2024-06-02
has "does not play: skipped by hand"
has "4 broadcasts"
has "1 without sound"
LANGUAGE=vi run 0 plan --state state --from 2024-06-01 --until 2024-06-01
has "sẽ không phát: có người bỏ qua"
run 0 why sang --state state
has "(thang-6/sang): does not play: skipped by hand"

# A config with an error changes nothing; a good one does.
cp station.conf good.conf
echo "brodcast" >>station.conf
run 1 reload --state state
grep -q "^station.conf:[0-9]*: error: \|/station.conf:[0-9]*: error: " err || fail "the fault is not shown"
sed 's/"06:30"/"06:45"/' good.conf >station.conf
run 0 reload --state state
has "The new config is in force."
run 0 status --state state
has "06:45 sang"

# Without -c the plan is the running station's.
run 0 plan --state state --from 2024-06-01 --until 2024-06-01 --json
has '"at":"2024-06-01T06:45:00+07:00"'
has '"outcome":"played"'
run 0 plan --state state -c good.conf --from 2024-06-01 --until 2024-06-01 --json
has '"at":"2024-06-01T06:30:00+07:00"'
run 0 check --state state
has "station.conf: 0 errors"

run 0 clip add --state state "$RECORDINGS/goi-111.mp3"
has "added goi-111: 0:"
echo "no sound" >text.mp3
run 1 clip add --state state text.mp3
complains "text.mp3: "
# A name that is taken: the station asks as the command does without it. A spoken draft gives way.
as_read "$RECORDINGS/goi-111.mp3" read.mp3
run 0 clip add --state state --as goi-111 read.mp3
cmp -s state/clips/goi-111.mp3 read.mp3 || fail "the draft was not replaced"
run 1 clip add --state state --as goi-111 "$RECORDINGS/khau-hieu-03.mp3"
complains "--replace"
cmp -s state/clips/goi-111.mp3 read.mp3 || fail "the recording was replaced unsaid"
run 0 clip add --state state --as goi-111 --replace "$RECORDINGS/khau-hieu-03.mp3"
cmp -s state/clips/goi-111.mp3 "$RECORDINGS/khau-hieu-03.mp3" || fail "the recording was not replaced"
run 0 clip add --state state --as goi-111 "$RECORDINGS/goi-111.mp3"
run 0 clip list --state state --json
lines 3

# By hand.
run 2 play khau-hieu-01 --emergency --by " " --state state
complains "add --by WHO"
run 3 play nothing-of-the-kind --state state
complains "no clip or broadcast of that name"
run 0 play khau-hieu-01 --why "asked by the school" --state state
until_answer '"outcome":"played"' log --state state --json
has '"items":["khau-hieu-01"]'
has '"trigger":"cli"'
has '"why":"asked by the school"'
run 0 play goi-111 --emergency --by "=SUM(A1)" --state state
until_answer "goi-111, item 1 of 1" status --state state
has "(emergency, command line)"
run 0 stop --why "enough" --state state
until_answer "stopped by hand" log --state state
has "[command line: =SUM(A1)"
has "[pretended]"
run 3 stop --state state
run 0 log --csv --state state
answer_line 1 "$(printf 'row,at,campaign,broadcast,class,trigger,who,why,items,start,end,outcome,reason,aired,clock,pretended,frames,audible,xruns,durable,start_error_us,rms_dbfs,silence_ms\r')"
has ",'=SUM(A1) ("
python3 - out <<'END' || fail "the table cannot be read"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert [row["items"] for row in rows] == ["khau-hieu-01", "khau-hieu-01", "goi-111"], rows
assert [row["reason"] for row in rows] == ["skipped", "", "stopped"], rows
assert [row["class"] for row in rows] == ["normal", "priority", "emergency"], rows
END
run 0 log --json --from 2024-06-02 --state state
lines 0
run 0 log --json --from 2024-06-01 --until 2024-06-01 --state state
lines 3
cp out while_running

# What was done, and by whom.
run 0 log --notes --state state
quiet
has "Saturday 2024-06-01"
grep -qE '^  05:40:[0-9]{2}  the service started +\[loaphuongd\]  "[0-9.]+"  \[pretended\]$' out || fail "no start"
grep -qE '  the schedule paused +until 2024-06-01 06:00  \[.+\]  "exam"' out || fail "no pause"
grep -qE '  a broadcast skipped .*"rain"' out || fail "no skip"
has "the pause ended"
has "a new config refused"
has "a new config in force"
has "-6.0 dB"
has '"goi-111: goi-111"'
has "notes"
LANGUAGE=vi run 0 log --notes --state state
has "tạm dừng lịch phát"
run 0 log --notes --json --from 2024-06-02 --until 2024-06-30 --state state
lines 0
run 0 log --notes --json --until 2024-06-01 --state state
head -n 4 out >notes_while_running
python3 - out <<'END' || fail "the notes are others"
import json, sys
notes = [json.loads(line) for line in open(sys.argv[1])]
whats = [note["what"] for note in notes]
assert whats[0] == "start" and "reload-refused" in whats and "stop" in whats, whats
pause = notes[whats.index("pause")]
assert pause["until"] == "2024-06-01T06:00:00+07:00" and pause["why"] == "exam", pause
assert pause["who"] and pause["pretended"], pause
END
run 2 log --notes --csv --state state
complains "--notes and --csv"
run 0 log verify --state state
has "the chain is intact"
run 0 why sang --state state
answer_line 1 "05:45 inside-airtime"
answer_line 2 "06:45 inside-airtime"

# A log of more rows than the station answers at a time comes whole.
sed 's/at = {"05:45", "06:45"}/every = "5min" between = "06:00-24:00"/' station.conf >often.conf
cp often.conf station.conf
run 0 reload --state state
python3 - <<'END'
import json, socket
with socket.socket(socket.AF_UNIX) as station:
    station.connect("run/control.sock")
    replies = station.makefile("r")
    for _ in range(210):
        station.sendall(b'{"do":"skip"}\n')
        assert json.loads(replies.readline())["ok"]
END
run 0 log --json --state state
lines 213
[ "$(sed -n 's/.*"row":\([0-9]*\).*/\1/p' out | sort -nu | wc -l)" -eq 213 ] || fail "rows come twice"
run 0 log --notes --json --state state
[ "$(grep -c '"what":"skip"' out)" -eq 211 ] || fail "not 211 skips in the notes"
cp out all_notes

# The same log when the station is gone.
kill "$station_pid"
wait "$station_pid" || fail "the station ended with $?"
station_pid=
run 3 status --state state
run 0 log --json --state state -c station.conf
lines 213
head -n 3 out | cmp -s - while_running || fail "the files say something else than the station"
run 0 log --notes --json --state state -c station.conf
cmp -s out all_notes || fail "the files have other notes than the station"
run 0 log --notes --json --until 2024-06-01 --state state -c station.conf
head -n 4 out | cmp -s - notes_while_running || fail "the notes changed"
at=$(sed -n '2s/.*"at":"\([^"]*\)".*/\1/p' while_running)
run 0 why "$at" --state state -c station.conf
has "khau-hieu-01"
run 0 log verify --state state
events=$(sed -n 's/^events: //p' out)
[ "$events" -gt 6 ] || fail "there are only $events events"

# A hand on the log is seen.
cp -r state tampered
sqlite3 tampered/asrun.db "UPDATE event SET text = replace(text, 'asked by the school', 'asked by the police')"
run 1 log verify --state tampered
has "BROKEN"
has "(altered)"
has "first bad event: "
rm tampered/asrun.head
run 1 log verify --state tampered
