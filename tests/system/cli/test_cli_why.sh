#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# why: the standing verdict first, then the log, then the plan.
source "$(dirname "$0")/harness.sh"

make_config station.conf
make_state state
why() { run 0 why -c station.conf --state state "$@"; }

why "2024-06-05 03:15"
quiet
answer_line 1 "03:15 outside-airtime"
has "Wednesday 2024-06-05 03:15"
has "2024-06-05 05:30"
has "(thang-6/dem): does not play: outside the permitted hours (outside-airtime)"

why 2024-06-05 05:45
answer_line 1 "05:45 inside-airtime"
has "Buổi sáng (thang-6/sang): plays. khau-hieu-01"
why 2024-06-05T05:45:02+07:00
answer_line 1 "05:45:02 inside-airtime"
has "(thang-6/sang): plays"

why "2024-06-05 17:00"
answer_line 1 "17:00 inside-airtime"
has "nothing is planned for that minute"
has "thang-6/sang: on this day, but at another time (other-time): 05:45, 06:30"
has "thang-6/tat: switched off (enabled = false) (disabled)"
why "2024-07-05 05:45"
has "thang-6/sang: its campaign does not run on this day (outside-campaign)"

# Today, whenever that is.
why 03:15
answer_line 1 "03:15 outside-airtime"

why dem
answer_line 1 "03:15 outside-airtime"
has "thang-6/dem"
why thang-6/sang
answer_line 1 "05:45 inside-airtime"
answer_line 2 "06:30 inside-airtime"
has "Buổi sáng"
has "never"
why tat
answer_line 1 "17:00 inside-airtime"
has "(disabled)"

LANGUAGE=vi why "2024-06-05 03:15"
answer_line 1 "03:15 outside-airtime"
has "ngoài khung giờ phát"

run 1 why -c station.conf --state state buoi-nao
complains '"buoi-nao" is neither a time'
run 1 why -c station.conf --state state 25:00

# Near midnight: the window belongs to the day on which it begins.
sed 's/"05:30-07:00"/"22:00-01:00"/; s/"05:45", "06:30"/"23:59", "00:30"/' station.conf >night.conf
run 0 why -c night.conf --state state "2024-06-05 00:30"
answer_line 1 "00:30 inside-airtime"
has "which end at 2024-06-05 01:00"
has "(thang-6/sang): plays"

# What began before midnight still sounds after it.
sed 's/"05:30-07:00"/"22:00-01:00"/; s/"05:45", "06:30"/"23:59:58"/' station.conf >midnight.conf
run 0 why -c midnight.conf --state state "2024-06-05 00:00"
has "2024-06-04 23:59:58"
hasnt "nothing is planned"

# The verdict of a broadcast counts its length too.
sed 's/"06:30"/"06:59:58"/' station.conf >edge.conf
run 0 why -c edge.conf --state state sang
answer_line 1 "05:45 inside-airtime"
answer_line 2 "06:59:58 ends-outside-airtime"
