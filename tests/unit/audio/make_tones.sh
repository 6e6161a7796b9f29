#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make_tones.sh - makes the tones the player's tests play (fixtures/tone-*.mp3). Needs sox and lame. The tones
# differ in pitch, so that each can be found again in what was played.
set -euo pipefail
cd "$(dirname "$0")/fixtures"

tone() { # NAME HZ SECONDS
	sox -n -r 48000 -c 1 -b 16 -t wav - synth "$3" sine "$2" vol 0.5 |
		lame --quiet -m m -b 64 --noreplaygain - "tone-$1.mp3"
}
tone low 350 0.40
tone mid 620 0.35
tone high 1130 0.45
tone long 470 1.60
