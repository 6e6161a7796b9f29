#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check: all faults in one run, file and line, exit code.
source "$(dirname "$0")/harness.sh"

make_config good.conf
make_state state
run 0 check -c good.conf --state state
quiet
has "good.conf:8: warning: "
has "good.conf: 0 errors, "

cat >bad.conf <<'END'
station { name = "Thử" timezone = "Asia/Hanoi2" }
airtime { alow = {"05:30-07:00"} }
campaign "a" {
	from  = "2024-06-31"
	until = "2024-06-30"
	broadcast "sang" { at = {"5h45"} play = {"khong-co"} }
}
END
run 1 check -c bad.conf --state state
quiet
has "bad.conf:1: error: "
has "bad.conf:2: error: "
has "'allow'"
has "bad.conf:4: error: "
has "bad.conf:6: error: "
has "khong-co"
has "bad.conf: 5 errors"

LANGUAGE=vi run 1 check -c bad.conf --state state
has "bad.conf:2: error: "
has "có phải ý là 'allow'"

# Commands that need the config name its first fault, in one line.
run 1 plan -c bad.conf --state state
complains "bad.conf:1: "
run 1 why 03:15 -c bad.conf --state state
complains "loaphuong check -c bad.conf"
run 1 check -c missing.conf --state state
has "missing.conf"

# The campaigns of the state folder belong to it, and are named as they are.
mkdir state/campaigns
echo 'campaign "x" { from = "2024-06-01" until = "2024-05-01" }' >state/campaigns/x.conf
run 1 check -c good.conf --state state
has "state/campaigns/x.conf:1: error: "
echo 'station { name = "x" }' >state/campaigns/x.conf
run 1 check --state state -c good.conf
has "state/campaigns/x.conf:1: error: "

run 1 plan -c nowhere.conf --state state
complains "loaphuong: nowhere.conf: there is no such file"
