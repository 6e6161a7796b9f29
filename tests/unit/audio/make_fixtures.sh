#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the recordings in fixtures/ again; needs sox and lame. The tests bend their bytes themselves
# (tags, cuts, lies), so only what an encoder alone can make is kept as a file.
set -eu
cd "$(dirname "$0")/fixtures"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make NAME RATE CHANNELS "SOX EFFECTS" "LAME OPTIONS"
make() {
	# shellcheck disable=SC2086
	sox -R -D -n -r "$2" -c "$3" -b 16 "$work/$1.wav" $4
	# shellcheck disable=SC2086
	lame -S --noreplaygain $5 "$work/$1.wav" "$1.mp3" 2>"$work/lame.log" || cat "$work/lame.log"
}

make cbr       44100 1 "synth 1 sine 1000 gain -6" "-b 64"
make vbr       48000 2 "synth 1 pinknoise gain -12" "-V 6"
make no-xing   48000 2 "synth 1 pinknoise gain -12" "-V 6 -t"
make low       22050 1 "synth 1 sine 440 gain -6" "-b 32"
make telephone  8000 1 "synth 1 sine 440 gain -6" "-b 16"
make free      44100 2 "synth 0.5 sine 440 sine 880 gain -6" "--freeformat -b 200"
make plain     44100 1 "synth 1 sine 1000 gain -6" "-b 64 -t"
make bursts    44100 1 "synth 3 pinknoise synth 3 square amod 3 gain -6" "-b 64"
make quiet     44100 1 "synth 1 sine 1000 gain -60" "-b 32"
make silence   44100 1 "trim 0 1" "-b 32"
make short     44100 1 "synth 0.32 sine 1000 gain -12" "-b 64"
make too-short 44100 1 "synth 0.2 sine 1000 gain -12" "-b 64"
make framed    44100 1 "synth 1 sine 1000 gain -20 pad 0.5 0.25" "-b 64"
