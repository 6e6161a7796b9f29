#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# loaphuong doctor as a technician meets it: without a service, without an install, then beside a station.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"

# No systemd here; what it would say is planted where a test wants it.
mkdir bin
printf '#!/bin/sh\nexit 1\n' >bin/systemctl
chmod +x bin/systemctl
export PATH="$work/bin:$PATH"

# Nothing is there: everything is named, with its cure, and nothing is made.
run 1 doctor --state nowhere -c nowhere.conf
quiet
has "FAIL  config          nowhere.conf: "
has "FAIL  service         It does not run"
has "FAIL  folders         nowhere is not there"
has "      -> sudo systemctl enable --now loaphuongd"
[ ! -e nowhere ] || fail "doctor made a folder"
LANGUAGE=vi run 1 doctor --state nowhere -c nowhere.conf
has "FAIL  dịch vụ         Không chạy"

# Files alone.
make_config station.conf
printf '%s\n' 'audio { device = "null" }' 'clip "khau-hieu-01" { text = "a" }' 'clip "khau-hieu-02" { text = "b" }' >>station.conf
make_state state
run 1 doctor --state state -c station.conf
has "station.conf: no "
has "OK    sound           null opens at 48000 Hz, 1 channels"
has "OK    time zone       Asia/Ho_Chi_Minh: it is "
has "OK    folders         state and what is in it"
has "FAIL  service"
run 1 doctor --state state -c station.conf --json
python3 - out <<'END' || fail "doctor --json is another"
import json, sys
answer = json.load(open(sys.argv[1]))
assert answer["fail"] == sum(f["level"] == "FAIL" for f in answer["findings"]) > 0
assert all(f["cure"] for f in answer["findings"] if f["level"] != "OK"), answer
assert {"config", "service", "sound", "clock", "zone", "lines", "folders", "groups", "disk", "log",
        "recordings", "watchdog", "programs"} <= {f["check"] for f in answer["findings"]}
END
sed 's/"null"/"card:Nowhere"/' station.conf >wrong.conf
run 1 doctor --state state -c wrong.conf
has "FAIL  sound           card:Nowhere is not there"
run 2 doctor --watch 0 --state state
complains "from 1 to"
run 3 doctor --watch 1 --state state
complains "the station is not running"

# What systemd says.
cat >bin/systemctl <<'END'
#!/bin/sh
case "$*" in
*Runtime*) echo RuntimeWatchdogUSec=15s ;;
*) printf 'Id=loaphuongd.service\nLoadState=loaded\nActiveState=failed\nUnitFileState=disabled\nWatchdogUSec=1min\n\nId=chrony.service\nActiveState=active\n' ;;
esac
END
run 1 doctor --state state -c station.conf
has "-> journalctl -u loaphuongd"
has "chrony keeps the time"
has "The board restarts itself"

# Beside a station, which has the card and the log for itself.
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null \
	--pretend-now 2024-06-01T05:40:00+07:00 >said 2>&1 &
station_pid=$!
tries=0
until "$LOAPHUONG" status --state state >/dev/null 2>&1; do
	kill -0 "$station_pid" || { cat said; exit 1; }
	tries=$((tries + 1))
	[ "$tries" -lt 600 ] || { echo "the station does not answer"; exit 1; }
	sleep 0.1
done
run 0 doctor --state state
quiet
has "OK    service         It runs, version "
has "WARN  clock           pretended"
has "OK    log             The chain of "
has "OK    recordings      Broadcasts within 24 hours: 2, all with recordings."
has "WARN  proof of sound  The log knows of no sound yet."
has " 0 FAIL"
"$LOAPHUONG" stop --state state >/dev/null 2>&1 || :
run 1 doctor --watch 1 --state state
complains "names no button, relay or light"

# A recording that is gone is named before the hour comes.
rm state/clips/khau-hieu-02.mp3
kill -HUP "$station_pid"
tries=0
until "$LOAPHUONG" clip list --state state | grep -q "^no recording: khau-hieu-02"; do
	tries=$((tries + 1))
	[ "$tries" -lt 600 ] || { echo "the station does not notice"; exit 1; }
	sleep 0.1
done
run 1 doctor --state state
has "FAIL  recordings      Broadcasts within 24 hours that lack a recording: 1 of 2, for one khau-hieu-02."

# Without the data of its zone that is the finding, whatever rows the log has.
mkdir month
"${MAKE_MONTH:?}" month >/dev/null
TZDIR=$work/nowhere run 1 doctor --state month -c station.conf
has "cannot be read"
echo "as it should be"
