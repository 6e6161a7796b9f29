# SPDX-License-Identifier: MIT
"""recordings - what is decoded, measured and taken in: speech made of the drafts of the campaign."""
import shutil
from pathlib import Path

from peers import installed
from station import CAMPAIGN, Failed, output


def need(*programs):
    if not installed(*programs):
        raise Failed("left out: install " + " and ".join(programs))


def speech(folder, seconds):
    """64 kbit/s mono at 44.1 kHz: the drafts over and over."""
    need("sox", "lame")
    wav, mp3, parts = Path(folder) / "speech.wav", Path(folder) / "speech.mp3", []
    for clip in sorted(CAMPAIGN.glob("khau-hieu-*.mp3")):
        parts.append(Path(folder) / (clip.stem + ".wav"))
        output("lame", "--quiet", "--decode", clip, parts[-1])
    output("sox", *parts * 8, "-r", "44100", "-c", "1", wav, "trim", "0", seconds)
    output("lame", "--quiet", "-b", "64", "-m", "m", wav, mp3)
    return mp3


def many(folder, n):
    files = [Path(folder) / f"bai-{at:04}.mp3" for at in range(n)]
    for path in files:
        shutil.copy(CAMPAIGN / "khau-hieu-01.mp3", path)
    return files
