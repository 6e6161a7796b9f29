#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# plan: the month as it will be, as JSON Lines and as a page; what an edit changes.
source "$(dirname "$0")/harness.sh"

make_config station.conf
make_state state
plan() { run 0 plan -c station.conf --state state "$@"; }

plan --from 2024-06-01 --until 2024-06-30 --json
quiet
lines 61
first='{"at":"2024-06-01T05:45:00+07:00","campaign":"thang-6","broadcast":"sang","class":"normal",'
first+='"items":["khau-hieu-01"],"start":"2024-06-01T05:45:00.000+07:00",'
[[ $(head -n 1 out) == "$first"'"end":"2024-06-01T05:45:0'*'+07:00","outcome":"played","reason":null}' ]] ||
	fail "the first line is another"
[[ $(sed -n 2p out) == *'"items":["khau-hieu-02"]'* ]] || fail "the rotation does not turn"
at_night='{"at":"2024-06-05T03:15:00+07:00","campaign":"thang-6","broadcast":"dem","class":"normal",'
at_night+='"items":["khau-hieu-01"],"start":null,"end":null,"outcome":"refused","reason":"outside-airtime"}'
answer_line 9 "$at_night"
sort -c <(cut -d'"' -f4 out) || fail "not in order of time"
hasnt '"tat"'
cp out month

# Any part of the month is the same as in the whole.
plan --from 2024-06-10 --until 2024-06-11 --json
lines 4
cmp -s out <(sed -n 20,23p month) || fail "a part of the month differs from the whole"

plan --from 2024-06-05 --until 2024-06-05
has "Wednesday 2024-06-05"
has "Buổi sáng"
has "does not play: outside the permitted hours"
has "3 broadcasts"
has "1 without sound"
LANGUAGE=vi plan --from 2024-06-05 --until 2024-06-05
has "Thứ Tư, 05/06/2024"
has "sẽ không phát: ngoài khung giờ phát"

plan --from 2024-07-01 --until 2024-07-02
has "Nothing is planned from 2024-07-01 until 2024-07-02."
has "try --from 2024-06-01"
plan --from 2024-07-01 --until 2024-07-02 --json
lines 0
plan --from 2024-06-01
has "Friday 2024-06-07"
hasnt "2024-06-08"

# A line longer than most is a whole line, too.
long=khau-hieu-co-mot-cai-ten-that-la-dai-de-cho-dong-nay-dai-ra
sed "s/play = {\"khau-hieu-01\"}/play = {\"$long\"} repeat = 100/" station.conf >long.conf
echo "clip \"$long\" { title = \"dài\" }" >>long.conf
run 0 plan -c long.conf --state state --from 2024-06-05 --until 2024-06-05 --json
lines 3
[[ $(head -n 1 out) == *"\"items\":[$(printf "\"$long\",%.0s" {1..99})\"$long\"],"*'"reason":"'*'"}' ]] ||
	fail "the long line is not whole"

run 2 plan -c station.conf --state state --from 1.6.2024
complains '--from "1.6.2024" is not a date'
run 2 plan -c station.conf --state state --from 2024-02-30
run 2 plan -c station.conf --state state --from 2024-06-02 --until 2024-06-01
complains "exchange them"
run 2 plan -c station.conf --state state --from 2024-06-01 --until 2044-06-01
complains "shorter range"
run 0 plan -c station.conf --state state --from today --until tomorrow

# The shipped campaign: what the product was asked for.
mkdir -p shipped/campaigns
cp "$RECORDINGS"/*.conf shipped/campaigns/
run 0 plan -c "$TREE/config/loaphuong.conf" --state shipped --from 2024-06-01 --until 2024-06-30 --json
[ "$(cut -c 8-17 out | sort -u | wc -l)" -eq 30 ] || fail "not every day of June is planned"
run 0 plan -c "$TREE/config/loaphuong.conf" --state shipped --from 2024-07-01 --until 2024-07-31 --json
lines 0

# What an edit changes on air.
sed -e 's/"06:30"/"06:40"/' -e 's/enabled = false//' station.conf >new.conf
run 0 plan -c new.conf --state state --diff station.conf --from 2024-06-01 --until 2024-06-02
answer_line 1 "This change adds 2, removes 0, moves 2, changes 0; first difference 2024-06-01 06:30"
has "moved     2024-06-01 06:30  Buổi sáng: now 2024-06-01 06:40"
has "added     2024-06-01 17:00  tat: khau-hieu-02"
lines 5
run 0 plan -c station.conf --state state --diff new.conf --from 2024-06-01 --until 2024-06-02
answer_line 1 "This change adds 0, removes 2, moves 2, changes 0; first difference 2024-06-01 06:30"
run 0 plan -c station.conf --state state --diff station.conf --from 2024-06-01 --until 2024-06-02
has "makes no difference"
sed 's/"05:30-07:00"/"06:00-07:00"/' station.conf >later.conf
run 0 plan -c later.conf --state state --diff station.conf --from 2024-06-01 --until 2024-06-01 --json
lines 1
has '"change":"changed"'
has '"reason":"outside-airtime"'
run 1 plan -c station.conf --state state --diff missing.conf
complains "missing.conf"

# The accepted copy brings its own campaigns: an edit in campaigns/ is seen before it is reloaded.
mkdir -p edited/campaigns edited/clips edited/accepted/campaigns
echo 'station { name = "x" timezone = "Asia/Ho_Chi_Minh" }' >box.conf
cp box.conf edited/accepted/loaphuong.conf
one() {
	echo 'campaign "mot" { from = "2024-06-01" until = "2024-06-30"'
	echo "broadcast \"sang\" { at = {\"$1\"} play = {\"a\"} } clip \"a\" { } }"
}
one 05:45 >edited/accepted/campaigns/mot.conf
one 06:15 >edited/campaigns/mot.conf
run 0 plan -c box.conf --state edited --diff edited/accepted/loaphuong.conf --from 2024-06-01 --until 2024-06-01
answer_line 1 "This change adds 0, removes 0, moves 1, changes 0; first difference 2024-06-01 05:45"
