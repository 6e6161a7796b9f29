#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The wiring guide, followed line by line against a simulated board: its config is taken out of the page, what it
# says a step prints must be printed, and the mistakes of its last table must look as it says. The lights page has
# the blink codes that the lamp blinks.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"
docs=$TREE/tools/doc

# The page on the box and the table of the code are one.
python3 - "$TREE/firmware/core/lamp.h" "$docs/lights.en.html" "$docs/den-bao.vi.html" <<'END' || { echo "the lights pages and lamp.h differ"; exit 1; }
import re, sys
codes = [int(code) for code in re.findall(r"^\tLAMP_(?!LAST)\w+ = (\d+),", open(sys.argv[1]).read(), re.M)]
assert len(codes) >= 5, codes
for page in sys.argv[2:]:
    rows = re.findall(r'<tr data-code="(\d+)"><td class="n">(\d+)</td><td class="d">([● ]*)</td>', open(page).read())
    assert [int(row[0]) for row in rows] == codes, (page, rows)
    assert all(int(code) == int(shown) == dots.count("●") for code, shown, dots in rows), (page, rows)
END

# The config of the page: every <pre> without a prompt.
config_of() { # PAGE
	python3 - "$1" <<'END'
import html, re, sys
print('airtime { allow = {"00:00-24:00"} }')
for block in re.findall(r"<pre>(.*?)</pre>", open(sys.argv[1]).read(), re.S):
    if not block.startswith("$"):
        print(html.unescape(block))
END
}
config_of "$docs/wiring.en.html" >station.conf
config_of "$docs/dau-day.vi.html" >vi.conf
diff <(sed 's/ *#.*//' station.conf) <(sed 's/ *#.*//' vi.conf) || { echo "the two guides have different configs"; exit 1; }

# Nobody waits here between two presses.
sed -i 's/hold       = "stop"/hold       = "stop" cooldown = "0s"/' station.conf

mkfifo orders
python3 "$(dirname "$0")/board.py" board.sock outputs <orders &
board_pid=$!
exec 3>orders
mkdir -p state
run 0 clip add --state state "$RECORDINGS/goi-111.mp3"
until [ -S board.sock ]; do sleep 0.05; done
"$LOAPHUONGD" -c station.conf --state state --runtime run --sink null --lines "sim:$work/board.sock" \
	--pretend-now 2024-06-01T09:14:00+07:00 >said 2>&1 &
station_pid=$!
trap 'kill "$board_pid" 2>/dev/null || :; finish' EXIT

until_says() { # TEXT COMMAND...: asks again until the answer holds TEXT
	local text=$1 tries=0
	shift
	until "$LOAPHUONG" "$@" >out 2>err || :; grep -qF -- "$text" out; do
		kill -0 "$station_pid" || { cat said; fail "the station has ended"; }
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "never saw: $text"
		sleep 0.1
	done
	last=("$@")
}
# What a page says a step prints: the times in it, rows and chips aside.
printed() { # PAGE FILE...
	python3 - "$@" <<'END'
import html, re, sys
def plain(line):
    line = re.sub(r"\d\d:\d\d:\d\d", "TIME", line)
    line = re.sub(r"(row|dòng) \d+", r"\1 N", line)
    line = re.sub(r"^(OK +)(lines|đường dây)?(?= )", r"\1", line)
    return re.sub(r"\s+", " ", line).strip()
said = {plain(line) for name in sys.argv[2:] for line in open(name)}
for line in re.findall(r'<span class="out">(.*?)</span>', open(sys.argv[1]).read()):
    line = html.unescape(line)
    if not line.startswith("/etc/") and plain(line) not in said:
        sys.exit(f"not printed: {line}")
END
}

# A hand at the button: the second press of a quick machine falls into the pause after the first, and a person
# would press again.
press_until() { # TEXT FILE
	local tries=0 lines
	until grep -qF -- "$1" "$2"; do
		tries=$((tries + 1))
		[ "$tries" -lt 60 ] || { cat "$2" said; exit 1; }
		for level in 0 1; do
			lines=$(watched "$2")
			echo "level GPIO17 $level" >&3
			until [ "$(watched "$2")" -gt "$lines" ]; do sleep 0.1; done
		done
		for _ in 1 2 3 4 5; do
			grep -qF -- "$1" "$2" || sleep 0.1
		done
	done
}
watched() { # FILE: how many lines of the button stand there
	grep -c "button main\|nút bấm main" "$1" || :
}

# Steps 3 to 7, in both languages.
until_says "0 FAIL" doctor --wiring --state state
follow() { # LANGUAGE PAGE WORD
	export LANGUAGE=$1
	run 0 check -c station.conf --state state
	run 0 doctor --wiring --state state
	cp out "wiring.$1"
	"$LOAPHUONG" doctor --watch 60 --state state >"watch.$1" &
	local watch_pid=$!
	until grep -q clock "watch.$1"; do sleep 0.1; done
	press_until "$3" "watch.$1"
	kill "$watch_pid"
	wait "$watch_pid" || :
	run 0 stop --state state
	until_says '"on_air": null' status --json --state state
	run 0 test-tone --relay-only --state state
	cp out "click.$1"
	run 0 test-tone --state state
	cp out "tone.$1"
	printed "$2" "wiring.$1" "watch.$1" "tone.$1" || { tail -n 30 "wiring.$1" "watch.$1" "tone.$1"; exit 1; }
	export LANGUAGE=en
}
follow en "$docs/wiring.en.html" "press: plays its message"
# Without relay edges the amplifier stays dark: on and off for the message, the click and the tone.
for _ in $(seq 300); do
	[ "$(grep '^GPIO27' outputs | tail -n 1)" = "GPIO27 0" ] && break
	sleep 0.1
done
[ "$(grep -c '^GPIO27 1' outputs)" -eq 3 ] && [ "$(grep '^GPIO27' outputs | tail -n 1)" = "GPIO27 0" ] ||
	{ cat outputs; echo "the relay was not switched three times"; exit 1; }
run 0 log --notes --state state
has "the relay tested"
run 0 press main --state state
run 0 stop --state state
until_says '"on_air": null' status --json --state state
follow vi "$docs/dau-day.vi.html" "nhấn: phát bài của nút"

# The mistakes.
cp station.conf good.conf
mistake() { # SED TEXT
	sed "$1" good.conf >station.conf
	run 0 reload --state state
	until_says "$2" doctor --wiring --state state
}
mistake 's/"GPIO17"/"GPIO71"/' "FAIL  lines           button main, GPIO71: no line is called GPIO71"
mistake 's/active-low = true/active-low = false/' "button main, GPIO17 (gpiochip0:17): pressed at this moment"
echo "refuse GPIO17 16" >&3
mistake 's/"pull-up"/"disabled"/' "line GPIO17 is held by other"
echo "refuse GPIO17 13" >&3
mistake 's/30ms/20ms/; s/"pull-up"/"as-is"/' "line GPIO17: the GPIO devices may not be opened"
has "adduser loaphuong gpio"
echo "refuse GPIO17 0" >&3
echo "level GPIO17 0" >&3
mistake 's/x/x/' "pressed at this moment"
echo "level GPIO17 1" >&3
until_says "button main, GPIO17 (gpiochip0:17): released" doctor --wiring --state state

# Without the service the lines are looked at, not taken.
kill "$station_pid"
wait "$station_pid" || :
station_pid=
"$LOAPHUONG" doctor --wiring --state state -c station.conf >out 2>err || :
has "button main, GPIO17"
run 3 test-tone --relay-only --state state
echo "as it should be"
