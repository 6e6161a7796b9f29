#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make_kinds.sh - makes fixtures/kind-*.mp3, one recording in every kind of MP3 there is, tones.mp3, and
# speech-*.mp3, one sentence far too quiet and far too loud. Needs python3, sox and lame.
#
# Each kind-*.mp3 is the same second and 123 frames: a click 10 frames from the head, 440 Hz at -12 dBFS
# from 0.3 to 0.7 s, a click 10 frames before the end. So a test can tell where its first and last frames are.
set -euo pipefail
cd "$(dirname "$0")/fixtures"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

source_of() { # RATE CHANNELS
	python3 - "$work/source.wav" "$1" "$2" <<-'end'
		import math, struct, sys, wave
		path, rate, channels = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
		n = rate + 123
		x = [0.0] * n
		x[10] = x[n - 11] = 0.9
		first, last = int(0.3 * rate), int(0.7 * rate)
		for i in range(first, last):
		    edge = min(1, (i - first) / (0.02 * rate), (last - i) / (0.02 * rate))
		    x[i] = 10 ** (-12 / 20) * math.sin(2 * math.pi * 440 * i / rate) * math.sin(math.pi / 2 * edge) ** 2
		with wave.open(path, "wb") as out:
		    out.setnchannels(channels), out.setsampwidth(2), out.setframerate(rate)
		    out.writeframes(b"".join(struct.pack("<h", round(32767 * v)) * channels for v in x))
	end
}

kind() { # NAME RATE CHANNELS LAME-OPTIONS...
	source_of "$2" "$3"
	lame --quiet --noreplaygain --resample "$2" "${@:4}" "$work/source.wav" "kind-$1.mp3"
}
kind 8000-mono    8000 1 -b 24
kind 11025-stereo 11025 2 -b 64
kind 12000-mono   12000 1 -b 32
kind 16000-stereo 16000 2 -b 64
kind 22050-mono   22050 1 -b 64
kind 24000-stereo 24000 2 -b 96
kind 32000-mono   32000 1 -b 64
kind 44100-stereo 44100 2 -b 128
kind 48000-mono   48000 1 -b 64
kind cbr-320      48000 2 -b 320 -m s
kind vbr          44100 2 -V 4
kind abr          44100 1 --abr 72
kind free         44100 1 --freeformat -b 100
kind bare-44100   44100 1 -b 64 -t
kind bare-24000   24000 2 -b 96 -t
kind bare-vbr     48000 1 -V 4 -t

# Six tones, a third of a second each.
tones=()
for hz in 300 1000 3000 6000 10000 15000; do
	sox -R -D -n -r 44100 -c 1 -b 16 "$work/$hz.wav" synth 0.333 sine "$hz" gain -12
	tones+=("$work/$hz.wav")
done
sox "${tones[@]}" "$work/tones.wav"
lame --quiet --noreplaygain -b 128 "$work/tones.wav" tones.mp3

speech() { # NAME SOX-EFFECTS...
	lame --quiet --decode ../../../../config/campaigns/thang-hanh-dong-2024/khau-hieu-05.mp3 "$work/speech.wav"
	sox -R "$work/speech.wav" "$work/level.wav" "${@:2}"
	lame --quiet --noreplaygain -m m -b 32 "$work/level.wav" "speech-$1.mp3"
}
speech quiet gain -23
speech loud gain 15
