#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Tried as an operator would: files as people really send them, each through each way in. The table of what
# became of them is printed; the three ways must agree. LONG_S: seconds of the recording that nobody cut,
# a seventh of it silence: 70 minutes, and fewer in the quick run.
source "$(dirname "$0")/harness.sh"
: "${LOAPHUONGD:?}"
long_s=${LONG_S:-4200}

ffmpeg() { command ffmpeg -nostdin -v error -y "$@"; }
# As if a person had read it: without the mark of a spoken draft, which gives way to what comes after it.
for i in {1..8}; do
	as_read "$RECORDINGS/khau-hieu-0$i.mp3" "said-$i.mp3"
done
said() { echo "said-$1.mp3"; }

# A seventieth of it in frames that stand for themselves, so that the whole is made by putting them one after the other.
piece() { # FFMPEG-INPUT...
	ffmpeg "$@" -t $((long_s / 70)) -ac 1 -ar 8000 -b:a 8k -reservoir 0 -write_xing 0 -id3v2_version 0 -f mp3 -
}

make_long() { # FILE
	local i
	piece -stream_loop -1 -i said-1.mp3 >talk
	piece -f lavfi -i anullsrc=r=8000:cl=mono >pause
	for i in {1..70}; do
		if [ "$i" -gt 30 ] && [ "$i" -le 40 ]; then cat pause; else cat talk; fi
	done >"$1"
}

# The count of frames in the head says something else than what follows.
make_lying() { # FROM FILE
	python3 - "$@" <<-'PY'
		import struct, sys
		data = bytearray(open(sys.argv[1], "rb").read())
		# Info or Xing is the tag's name; then come 4 bytes of flags, and the count.
		at = max(data.find(b"Xing"), data.find(b"Info"))
		assert at > 0
		data[at + 8:at + 12] = struct.pack(">I", 10)
		open(sys.argv[2], "wb").write(data)
	PY
}

# In the order in which they are given to the station.
names=()
takes=()
post() { # taken|refused CODE FILE: made already as post/FILE; CODE: why refused, or of a warning
	names+=("$3")
	takes+=("$1 $2")
	[ -s "post/$3" ] || fail "post/$3 was not made"
}

mkdir post
: >out
: >err
last=()
ffmpeg -i "$(said 2)" -c:a aac -b:a 32k "post/voice_zalo_1717200000.m4a"
post taken - "voice_zalo_1717200000.m4a"
ffmpeg -f lavfi -i testsrc=s=176x144:r=10 -i "$(said 3)" -c:v mpeg4 -c:a aac -shortest "post/VID_20240601_074500.mp4"
post taken - "VID_20240601_074500.mp4"
make_long "post/Hop to dan pho.mp3"
post taken long-silence "Hop to dan pho.mp3"
decomposed=$(printf 'Kha\xcc\x82\xcc\x89u hie\xcc\x82\xcc\xa3u 4 (mo\xcc\x9b\xcc\x81i).mp3')
cp "$(said 4)" "post/$decomposed"
post taken - "$decomposed"
head -c $(($(stat -c %s "$(said 5)") / 2)) "$(said 5)" >"post/Chép dở.mp3"
post refused truncated "Chép dở.mp3"
{ printf '%%PDF-1.7\n' && yes '1 0 obj << /Type /Catalog >> endobj' | head -n 300; } >"post/Công văn 12.mp3" || :
post refused not-audio "Công văn 12.mp3"
cp "$(said 6)" "post/Loa phường.mp3"
post taken - "Loa phường.mp3"
cp "$(said 6)" "post/Loa phường (1).mp3"
post taken same-recording "Loa phường (1).mp3"
ffmpeg -i "$(said 7)" "post/Máy tính.wav"
post taken - "Máy tính.wav"
# A phone of those years: AMR where this ffmpeg can make it, else AAC in the same box.
ffmpeg -i "$(said 8)" -ac 1 -ar 8000 -c:a "$(command ffmpeg -v quiet -encoders | grep -om1 libopencore_amrnb || echo aac)" "post/Rec001.3gp"
post taken - "Rec001.3gp"
ffmpeg -i "$(said 1)" honest.mp3
make_lying honest.mp3 "post/Tải từ mạng.mp3"
post refused lying "Tải từ mạng.mp3"

station() { # STATE: a running one, with nothing in its library
	mkdir "$1"
	"$LOAPHUONGD" -c station.conf --state "$1" --runtime "$1/run" --sink null \
		--pretend-now 2024-06-01T08:00:00+07:00 >"$1/said" 2>&1 &
	station_pid=$!
	until_answer "Thử" status --state "$1"
}

end_station() {
	kill "$station_pid"
	wait "$station_pid" || fail "the station ended badly"
	station_pid=
}

# Of the newest status in out: what became of each file, as lines FILE<tab>RESULT CODE.
arrivals() {
	python3 - out <<-'PY'
		import json, sys
		for arrival in json.load(open(sys.argv[1]))["arrivals"]:
		    # A recording that is there already is done with: nothing is lost.
		    result = "refused" if arrival["result"] == "refused" else "taken"
		    codes = [warning["code"] for warning in arrival["warnings"]]
		    print(arrival["file"], result + " " + (arrival["code"] or ",".join(codes) or "-"), sep="\t")
	PY
}

verdict_of() { # FILE VERDICTS
	awk -F'\t' -v file="$1" '$1 == file { print $2 }' "$2"
}

# 1. By hand, without a station.
by_hand() {
	local name code
	mkdir hand
	for name in "${names[@]}"; do
		last=(clip add "$name")
		code=0
		"$LOAPHUONG" clip add --state hand "post/$name" >out 2>err || code=$?
		if [ "$code" -eq 0 ]; then
			quiet
			has "added "
			if grep -q "has the same recording" out; then
				printf '%s\ttaken same-recording\n' "$name"
			elif grep -q "Nothing can be heard for $((long_s / 7 / 60)) min" out; then
				printf '%s\ttaken long-silence\n' "$name"
			else
				printf '%s\ttaken %s\n' "$name" "$(sed -n '2s/^ *//p' out | grep . || echo -)"
			fi
		else
			[ "$code" -eq 1 ] || fail "exit code $code, want 1"
			complains "post/$name: "
			printf '%s\trefused %s\n' "$name" "$(sed -n 's/.*(\([a-z-]*\))$/\1/p' err)"
		fi
	done >by-hand
}

# 2. Dropped into the inbox of a running station: gone when it is settled, and the reason beside what was refused.
by_inbox() {
	local name
	station dropped
	for name in "${names[@]}"; do
		cp "post/$name" dropped/inbox/
	done
	while [ -n "$(find dropped/inbox -maxdepth 1 -type f)" ]; do
		kill -0 "$station_pid" || fail "the station has ended"
		sleep 0.1
	done
	run 0 status --state dropped --json
	arrivals >by-inbox
	for name in "${names[@]}"; do
		if [[ $(verdict_of "$name" by-inbox) == refused* ]]; then
			cmp -s "post/$name" "dropped/inbox/rejected/$name" || fail "not kept in rejected/: $name"
			cp "dropped/inbox/rejected/$name.txt" out
			has "$(verdict_of "$name" by-inbox | cut -d' ' -f2)"
		else
			[ ! -e "dropped/inbox/rejected/$name" ] || fail "taken and rejected: $name"
		fi
	done
	run 0 clip list --state dropped --json
	cp out list-inbox
	end_station
}

# 3. On a stick, which is a folder here, and read as the unit reads it.
by_stick() {
	local name
	station plugged
	mkdir stick
	cp -r post stick/LOAPHUONG
	run 1 usb import stick -c station.conf --state plugged --runtime plugged/run
	for name in "${names[@]}"; do
		has "LOAPHUONG/$name"
	done
	tail -c +4 stick/LOAPHUONG/KET-QUA.txt >result
	run 0 status --state plugged --json
	arrivals >by-stick
	cp result out
	for name in "${names[@]}"; do
		has "LOAPHUONG/$name"
		[[ $(verdict_of "$name" by-stick) != refused* ]] ||
			grep -A1 -F "LOAPHUONG/$name" out | grep -q '^    .\{20,\}' || fail "KET-QUA.txt does not say why: $name"
	done
	run 0 clip list --state plugged --json
	cp out list-stick
	end_station
}

cat >station.conf <<'CONF'
station { name = "Thử" }
airtime { allow = {"05:30-07:00"} }
usb { result-file = true }
campaign "c" {
	from  = "2024-06-01"
	until = "2024-06-30"
	broadcast "b" { at = {"05:45"} play = {"chua-co"} }
}
clip "chua-co" { text = "Xin chào." }
CONF
by_hand
by_inbox
by_stick
run 0 clip list --state hand --json
cp out list-hand

bad=
printf '%-26s  %-24s %-24s %-24s\n' "file" "clip add" "inbox" "USB"
for i in "${!names[@]}"; do
	name=${names[i]}
	hand=$(verdict_of "$name" by-hand)
	inbox=$(verdict_of "$name" by-inbox)
	stick=$(verdict_of "$name" by-stick)
	python3 -c 'import sys, unicodedata
cells = [unicodedata.normalize("NFC", cell) for cell in sys.argv[1:]]
print("%-26s  %-24s %-24s %-24s" % tuple(cells))' "$name" "$hand" "$inbox" "$stick"
	for verdict in "$hand" "$inbox" "$stick"; do
		# Of two that are the same, either may have come first.
		[ "$verdict" = "${takes[i]}" ] || [[ $name == "Loa phường"* && $verdict == taken* ]] || bad+=" $name: $verdict, want ${takes[i]};"
	done
done
last=()
: >out
: >err
[ -z "$bad" ] || fail "$bad"

# One name, whichever way it came, and its title composed.
for list in list-hand list-inbox list-stick; do
	cp "$list" out
	has '"khau-hieu-4-moi"'
	has '"Khẩu hiệu 4 (mới)"'
done
