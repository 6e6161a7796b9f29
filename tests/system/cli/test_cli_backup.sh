#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# All of a station in one file, made while it is on air; taken back on another card; and what is no backup.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

make_config station.conf
make_state state
mkdir -p state/campaigns state/removed console
printf 'campaign "them" {\n\ttitle = "Thêm" # ghi chú\n\tfrom = "06-01"\n\tuntil = "06-30"\n}\n' >state/campaigns/them.conf
sqlite3 console/console.db "PRAGMA journal_mode=WAL; CREATE TABLE account(name); INSERT INTO account VALUES('Lan')" >/dev/null
chmod 0750 state
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null --pretend-now 2024-06-01T05:44:59+07:00 >said 2>&1 &
station_pid=$!
until_answer "Thử" status --state state
run 0 volume -6 --state state

# On air, and again and again while the log is written.
for i in 1 2 3; do
	run 0 play khau-hieu-01 --state state --why "lần $i" || :
	run 0 backup "b$i.tar.gz" --state state --console console
	quiet
	has "b$i.tar.gz: "
done
run 1 backup b1.tar.gz --state state --console console
complains "is there already"
run 0 backup b1.tar.gz --force --state state --console console
tar -tzf b3.tar.gz >list
for name in config/loaphuong.conf state/asrun.db state/asrun.head state/clips/khau-hieu-01.mp3 state/campaigns/them.conf \
	state/volume console/console.db manifest.json; do
	grep -qx "$name" list || fail "the backup has no $name"
done
[ "$(stat -c %a b3.tar.gz)" = 600 ] || fail "everybody may read the accounts"
tar -xzOf b3.tar.gz manifest.json >manifest.json
python3 - <<'END' || fail "the manifest is another"
import json
m = json.load(open("manifest.json"))
assert m["format"] == 1 and m["intact"] and m["events"] > 3 and m["station"] == "Thử" and len(m["files"]) >= 8, m
END
run 1 restore b3.tar.gz --state state --console console -c station.conf --yes
complains "systemctl stop"
run 0 log --state state --json
cp out log.before
kill "$station_pid" && wait "$station_pid" || :
station_pid=

# On another card: as it was, proved, and it plays.
run 1 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf
complains "cannot be written"
mkdir new
run 1 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf
complains "add --yes"
has 'A backup of "Thử"'
[ -z "$(ls new)" ] || fail "something is there already"
run 0 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes
has "Restored."
cmp new/loaphuong.conf station.conf || fail "the config is another"
diff -r state/clips new/state/clips || fail "the recordings are others"
cmp state/campaigns/them.conf new/state/campaigns/them.conf || fail "the campaign is another"
[ "$(sqlite3 new/console/console.db "SELECT name FROM account")" = Lan ] || fail "the accounts are others"
[ "$(stat -c %a new/state/inbox)" = 2770 ] || fail "the inbox is not open to the group"
run 0 log verify --state new/state
has "intact"
run 0 log --state new/state --json
head -n "$(wc -l <out)" log.before | cut -d, -f1-5 >a
cut -d, -f1-5 out >b
[ -s b ] || fail "the log is empty"
diff a b || fail "the log is another"
"$LOAPHUONGD" -c new/loaphuong.conf --state new/state --runtime run --sink null --pretend-now 2024-06-01T06:29:58+07:00 >said 2>&1 &
station_pid=$!
until_answer '"broadcast":"sang","class":"normal"' log --state new/state --json
run 0 volume --state new/state
has "-6.0 dB"
kill "$station_pid" && wait "$station_pid" || :
station_pid=

# Over what is there: that stays beside it.
run 0 restore b1.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes
ls -d new/state.before-* new/console.before-* new/loaphuong.conf.before-* >/dev/null || fail "what was there is gone"
run 0 log verify --state new/state

# What is none, is damaged, or wants out: refused, and nothing is touched.
find new | sort >before
refuse() { # FILE TEXT
	run 1 restore "$1" --state new/state --console new/console -c new/loaphuong.conf --yes
	complains "$2"
	find new | sort | cmp - before || fail "$1 has left something"
}
refuse none.tar.gz "cannot be opened"
echo "no archive" >text.tar.gz
refuse text.tar.gz "no backup"
head -c 20000 b3.tar.gz >cut.tar.gz
refuse cut.tar.gz "no backup"
mkdir -p x && tar -xzf b3.tar.gz -C x
pack() { (cd x && tar -czf "../$1" --format=pax "${@:2}" $(find config state console -type f | sort) manifest.json); }
pack same.tar.gz
echo more >>x/state/clips/khau-hieu-01.mp3
pack altered.tar.gz
refuse altered.tar.gz "no backup"
cp state/clips/khau-hieu-01.mp3 x/state/clips/
echo evil >x/state/clips/evil.mp3
pack more.tar.gz
refuse more.tar.gz "no backup"
rm x/state/clips/evil.mp3 && echo evil >evil
pack out.tar.gz --transform='s,^config/loaphuong.conf,../../evil,'
refuse out.tar.gz "no backup"
pack absolute.tar.gz -P --transform='s,^config/loaphuong.conf,/tmp/evil-loaphuong,'
refuse absolute.tar.gz "no backup"
[ ! -e /tmp/evil-loaphuong ] || fail "a file outside was written"
ln -sf /etc/passwd x/state/clips/link.mp3
(cd x && tar -czf ../link.tar.gz state/clips/link.mp3 manifest.json)
refuse link.tar.gz "no backup"
rm x/state/clips/link.mp3
(cd x && tar -czf ../twice.tar.gz config/loaphuong.conf config/loaphuong.conf manifest.json)
refuse twice.tar.gz "no backup"
sed -i 's/"format": 1/"format": 2/' x/manifest.json
pack newer.tar.gz
refuse newer.tar.gz "newer loaphuong"
sed -i 's/"format": 2/"format": 1/' x/manifest.json
# A log that was altered on the way, with a manifest to match.
python3 - <<'END'
import hashlib, json, sqlite3
db = sqlite3.connect("x/state/asrun.db")
table = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
for name in table:
    columns = [c[1] for c in db.execute(f"PRAGMA table_info({name})")]
    if "text" in columns:
        db.execute(f"UPDATE {name} SET text = replace(text, 'khau-hieu-01', 'khau-hieu-02')")
db.commit()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
m = json.load(open("x/manifest.json"))
import os
m["files"] = [dict(f, size=os.path.getsize("x/" + f["name"]), sha256=hashlib.sha256(open("x/" + f["name"], "rb").read()).hexdigest())
              for f in m["files"] if os.path.exists("x/" + f["name"])]
json.dump(m, open("x/manifest.json", "w"))
END
pack lie.tar.gz
refuse lie.tar.gz "does not prove itself"

# Whatever ended one that was at it (no memory, a signal, the power): its folder is the next one's, which begins it anew.
cut_off() { # SIGNAL: ends a restore that has its folder and waits for the archive
	rm -f slow.tar.gz && mkfifo slow.tar.gz
	env --default-signal=INT "$LOAPHUONG" restore slow.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes >out 2>err &
	local restore=$!
	exec 8>slow.tar.gz # open when the other end is: then it is at it
	[ -d new/state.restore ] || fail "it has another folder than the next one looks at"
	mkdir -p new/state.restore/state/clips && echo old >new/state.restore/state/clips/khau-hieu-01.mp3
	# Not while it lives, nor while what it started does.
	run 1 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes
	complains "another restore"
	kill "-$1" "$restore" && wait "$restore" 2>/dev/null || :
	run 1 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes
	complains "another restore"
	exec 8>&-
	flock new/state.restore true # its tar has ended
	run 0 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes
	[ -z "$(ls -d new/*.restore* 2>/dev/null)" ] || fail "$1 has left something"
	diff -r state/clips new/state/clips || fail "a recording is of the restore that was cut off"
}
for signal in KILL TERM INT; do cut_off "$signal"; done
# What is no folder of a restore is not touched.
ln -s "$work/state" new/state.restore
run 1 restore b3.tar.gz --state new/state --console new/console -c new/loaphuong.conf --yes
complains "cannot be written"
rm new/state.restore
[ -s state/asrun.db ] || fail "it removed what a link led to"
