#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clip say: a draft by the real espeak-ng, a person's recording in its place, and other programs that speak.
source "$(dirname "$0")/harness.sh"

mkdir state
cat >station.conf <<'END'
station { name = "Thử" say-as = {"NVH=nhà văn hóa"} }
airtime { allow = {"05:30-07:00"} }
clip "hop-dan" { title = "Họp dân" text = "UBND phường họp dân tại NVH lúc 19h30 ngày 01/6/2024. Gọi 111 nếu thấy trẻ em bị xâm hại." }
clip "trong" { }
END
set -- --state state -c station.conf

# How it is read, without a sound.
run 0 clip say hop-dan --words "$@"
answer_line 1 "ủy ban nhân dân phường họp dân tại nhà văn hóa lúc mười chín giờ ba mươi phút ngày mồng một tháng sáu năm hai nghìn không trăm hai mươi tư. Gọi một, một, một nếu thấy trẻ em bị xâm hại."
[ ! -e state/clips/hop-dan.mp3 ] || fail "a clip was made"

run 0 clip say hop-dan "$@"
quiet
has "added hop-dan: 0:"
run 0 clip show hop-dan --json "$@"
python3 - out <<'END' || fail "the draft is another"
import json, sys
clip = json.load(open(sys.argv[1]))
assert clip["draft"] and "draft" in clip["marks"] and clip["title"] == "Họp dân", clip
# Some 45 syllables: longer than ten seconds, shorter than thirty.
assert 10000 < clip["length_ms"] < 30000 and -40 < clip["lufs"] < -5, clip
END
run 0 clip list "$@"
has "spoken draft: hop-dan"
run 0 log --notes "$@"
has "a spoken draft added"

# A text of its own, spoken over the draft; then a person's recording, which no draft takes the place of unsaid.
run 0 clip say hop-dan "Hoãn họp." "$@"
run 0 clip show hop-dan --json "$@"
python3 -c 'import json; assert json.load(open("out"))["length_ms"] < 4000' || fail "the old draft is there"
as_read "$RECORDINGS/goi-111.mp3" read.mp3
run 0 clip add --as hop-dan read.mp3 "$@"
run 0 clip list "$@"
hasnt "spoken draft"
run 1 clip say hop-dan "$@"
complains "--replace"
cmp -s state/clips/hop-dan.mp3 read.mp3 || fail "the recording was replaced unsaid"
run 0 clip say hop-dan --replace "$@"
run 0 clip list "$@"
has "spoken draft: hop-dan"

# What cannot be spoken.
run 1 clip say trong "$@"
complains "has no text"
run 1 clip say nothing "$@"
complains 'there is no clip "nothing"'
run 2 clip say ../x "Xin chào." "$@"
complains "give another name"
run 2 clip say x " - " "$@"
complains "the text is empty"
run 2 clip say x "$(printf '\xff')" "$@"
complains "UTF-8"
run 2 clip say x "$(printf 'a%.0s' {1..4096})" "$@"
complains "longer than"

# Another program: its words as they are, no shell between.
cat >speaker <<'END'
#!/bin/sh
printf '%s|' "$@" >said
cat >input
exec espeak-ng -v vi -s 300 --stdout -- "$2"
END
chmod +x speaker
sed "s|^station {|station { say = {\"$work/speaker\", \"a b; touch shell\", \"{text}\"}|" station.conf >other.conf
run 0 clip say nguy-hiem 'Số 5; $(touch shell) `touch shell` & | ngày 1/6' --state state -c other.conf
[ "$(cat said)" = 'a b; touch shell|Số năm; $(touch shell) `touch shell` và | ngày mồng một tháng sáu|' ] || fail "said: $(cat said)"
[ "$(cat input)" = 'Số năm; $(touch shell) `touch shell` và | ngày mồng một tháng sáu' ] || fail "input: $(cat input)"
[ ! -e shell ] || fail "a shell was there"
tail -c 128 state/clips/nguy-hiem.mp3 | grep -aq "^TAG.*draft spoken by speaker" || fail "no mark"
sed 's|^station {|station { say = {"no-such-speaker"}|' station.conf >other.conf
run 1 clip say x "Xin chào." --state state -c other.conf
complains "no-such-speaker cannot be started"
sed 's|^station {|station { say = {"sh", "-c", "echo away >\&2; exit 3"}|' station.conf >other.conf
run 1 clip say x "Xin chào." --state state -c other.conf
complains "sh failed (away)"
sed 's|^station {|station { say = {"true"}|' station.conf >other.conf
run 1 clip say x "Xin chào." --state state -c other.conf
[ ! -e state/clips/x.mp3 ] || fail "a clip was made of nothing"
LANGUAGE=vi run 1 clip say trong "$@"
complains "chưa có lời"
