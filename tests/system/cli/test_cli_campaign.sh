#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The programme changed without an editor: tried, saved, aired, undone; and what must not come of it.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

make_state state
mkdir state/campaigns
cat >state/campaigns/thang-6.conf <<'END'
# Tháng hành động, giờ do chị Lan đặt
campaign "thang-6" {
	title = "Tháng 6"
	from  = "2024-06-01" # ngày đầu
	until = "2024-06-30"

	playlist "khau-hieu" { clips = {"khau-hieu-01", "khau-hieu-02"} }

	# buổi chiều: sau giờ làm
	broadcast "chieu" {
		at   = {"17:00"} # năm giờ
		play = {"khau-hieu"}
	}
}
END
cp state/campaigns/thang-6.conf before.conf
cat >station.conf <<'END'
station { name = "Thử" }
airtime { allow = {"05:30-07:00", "16:30-18:30"} }
END

base() { sha256sum state/campaigns/thang-6.conf | cut -d' ' -f1; }
change() { # CHANGE: to changes.json, on what the file holds now
	printf '{"file":"thang-6.conf","base":"%s","changes":[%s]}\n' "$(base)" "$1" >changes.json
}
value() { python3 -c 'import json,sys; print(eval(sys.argv[1], {"a": json.load(open("out"))}))' "$1"; }
is() { [ "$(value "$1")" = "$2" ] || fail "$1 is $(value "$1"), want $2"; }

# Without a station: shown and tried, not saved.
run 0 campaign show -c station.conf --state state --json
quiet
is 'a[0]["file"], a[0]["editable"], a[0]["campaigns"][0]["values"]["title"]' "('thang-6.conf', True, 'Tháng 6')"
is 'a[0]["campaigns"][0]["broadcasts"][0]["values"]["at"]' "['17:00']"
[ "$(value 'a[0]["sha256"]')" = "$(base)" ] || fail "another SHA-256"
run 0 campaign show -c station.conf --state state
has "at       17:00"
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["17:15"]}}'
run 3 campaign save -c station.conf --state state changes.json
complains "the station is not running"
run 0 campaign history -c station.conf --state state
has "Nobody has changed"
cmp state/campaigns/thang-6.conf before.conf || fail "the file was touched"

"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null \
	--pretend-now 2024-06-10T16:40:00+07:00 >said 2>&1 &
station_pid=$!
until_answer "17:00 chieu" status --state state

# Tried: what it would do.
run 0 campaign try --state state changes.json
quiet
has "adds 0, removes 0, moves 21, changes 0; first difference 2024-06-10 17:00"
run 0 campaign try --state state - --json <changes.json
is 'a["ok"], a["differs"], a["counts"]["moved"], a["lost_comments"]' "(True, True, 21, [])"
is 'a["differences"][0]["after"]["at"]' "2024-06-10T17:15:00+07:00"
is 'a["seconds"]["before"] == a["seconds"]["after"] > 0' True
cmp state/campaigns/thang-6.conf before.conf || fail "trying has touched the file"
# into the night: it would not air, and that is said before
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["03:15"]}}'
run 0 campaign try --state state changes.json --json
is '[f["code"] for f in a["faults"] if f["new"]]' "['outside-airtime']"
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["25:15"]}}'
run 0 campaign try --state state changes.json --json
is 'a["ok"], a["error"], a["faults"][0]["level"], a["faults"][0]["new"]' "(False, 'config', 'error', True)"
run 1 campaign try --state state changes.json
has "thang-6.conf:11: error: "

# Saved: one value differs, every comment is there, it is in force, and the log says who.
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["17:15"],"play":["khau-hieu"]}}'
run 0 campaign save --state state changes.json --by "Chị Lan" --why "họp"
has "Saved, and in force."
sed 's/{"17:00"}/{"17:15"}/' before.conf | cmp - state/campaigns/thang-6.conf || fail "the file is another"
until_answer "17:15 chieu" status --state state
run 0 log --state state --notes
has "the programme changed"
has "thang-6.conf: họp"
has "Chị Lan ("
run 0 campaign history --state state
lines 1
has "thang-6.conf"
has "Chị Lan ("

# Once more with what was seen before: somebody was faster.
sed -i "s/\"base\":\"[0-9a-f]*\"/\"base\":\"$(sha256sum <before.conf | cut -d' ' -f1)\"/" changes.json
cp state/campaigns/thang-6.conf saved.conf
run 1 campaign save --state state changes.json
complains "changed in the meantime"
run 1 campaign try --state state changes.json
complains "changed in the meantime"
# What has errors, says nothing new, or names what is not there: nothing is written.
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["25:15"]}}'
run 1 campaign save --state state changes.json
has "error: "
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["17:15"]}}'
run 1 campaign save --state state changes.json
complains "already"
change '{"campaign":"thang-6","kind":"broadcast","name":"toi","remove":true}'
run 1 campaign save --state state changes.json
complains "not there any more"
change '{"campaign":"thang-6","kind":"broadcast","name":"x\u0001","values":{"at":["17:15"]}}'
run 1 campaign save --state state changes.json
complains "cannot be written"
printf '{"file":"../../x.conf","base":null,"changes":[{"campaign":"x"}]}' >changes.json
run 1 campaign save --state state changes.json
complains "not what they should be"
printf '{"file":"x.conf","base":' >changes.json
run 1 campaign try --state state changes.json
complains "no JSON object"
cmp state/campaigns/thang-6.conf saved.conf || fail "the file was touched"
run 0 campaign history --state state
lines 1

# A one-off in a file of its own; it airs.
cat >changes.json <<'END'
{"file":"phat-them.conf","base":null,"changes":[
 {"campaign":"phat-them","values":{"title":"Phát thêm","from":"01-01","until":"12-31"}},
 {"campaign":"phat-them","kind":"broadcast","name":"mot-lan","values":
  {"at":["16:50"],"dates":["2024-06-10"],"play":["khau-hieu-01"]}}]}
END
run 0 campaign try --state state changes.json
has "adds 1, removes 0, moves 0, changes 0; first difference 2024-06-10 16:50"
run 0 campaign save --state state changes.json
until_answer "16:50 mot-lan" status --state state

# Undone, redone; the newest first, and by number over a change that came later.
run 0 campaign undo --state state --by "Chị Lan"
has "Undone, and in force."
[ ! -e state/campaigns/phat-them.conf ] || fail "the file is still there"
run 0 campaign undo --state state
run 0 check --state state -c station.conf
has "no faults"
[ -e state/campaigns/phat-them.conf ] || fail "the undo was not undone"
run 0 campaign undo 1 --state state
cmp state/campaigns/thang-6.conf before.conf || fail "it is not as it was before"
run 0 plan --state state --from 2024-06-10 --until 2024-06-10
has "17:00     chieu"
run 0 campaign history --state state --json
lines 5
# A hand was at the file since: not over it unasked.
echo "# một dòng nữa" >>state/campaigns/thang-6.conf
run 1 campaign undo 5 --state state
complains "changed in the meantime"
run 0 campaign undo 5 --state state --anyway
cmp state/campaigns/thang-6.conf saved.conf || fail "it is not as it was before"
run 0 campaign undo --state state
grep -q "một dòng nữa" state/campaigns/thang-6.conf || fail "what the hand wrote is lost"
run 1 campaign undo 99 --state state
complains "no such save"
run 2 campaign undo zwei --state state

# A disk that refuses: said, and nothing half.
cp state/campaigns/thang-6.conf saved.conf
chmod a-w state/campaigns
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["17:20"]}}'
if [ "$(id -u)" -ne 0 ]; then
	run 1 campaign save --state state changes.json
	complains "The disk refuses"
fi
chmod u+w state/campaigns
# As Notepad saves it.
printf '\xef\xbb\xbf' | cat - saved.conf >state/campaigns/thang-6.conf
run 0 campaign show --state state --json
sha=$(value '[f["sha256"] for f in a if f["file"] == "thang-6.conf"][0]')
printf '{"file":"thang-6.conf","base":"%s","changes":[{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["17:25"]}}]}' \
	"$sha" >changes.json
run 0 campaign save --state state changes.json
grep -q '17:25' state/campaigns/thang-6.conf || fail "not saved"
# A file with errors is left to the hand that wrote it.
echo "campaign {" >>state/campaigns/thang-6.conf
change '{"campaign":"thang-6","kind":"broadcast","name":"chieu","values":{"at":["17:20"]}}'
run 1 campaign save --state state changes.json
complains "has errors"
run 0 campaign show --state state
has "This file has errors"
cp saved.conf state/campaigns/thang-6.conf
run 0 log verify --state state
