# SPDX-License-Identifier: MIT
"""tones - the recordings of the tests: pure tones, told apart by their frequency, made once into MP3 files."""

import array
import math
import os
import shutil
import sqlite3
import wave

from host import or_left_out, run

RATE_HZ = 44100  # as phones and studios deliver it; the board's card runs at 48000
# name -> (Hz, seconds)
CLIPS = {
    "nhac-hieu": (600, 2.0),
    "khau-hieu-01": (1000, 3.0),
    "khau-hieu-02": (1500, 3.0),
    "goi-111": (2200, 6.0),
    "ngan": (3200, 1.0),
}
HZ = {name: hz for name, (hz, _) in CLIPS.items()}
SECONDS = {name: seconds for name, (_, seconds) in CLIPS.items()}


def write_wav(path, hz, seconds):
    n = int(RATE_HZ * seconds)
    values = array.array("h", (int(10000 * math.sin(2 * math.pi * hz * i / RATE_HZ)) for i in range(n)))
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(values.tobytes())


def make_clips(folder):
    """Makes NAME.mp3 for all of them where they are missing; returns the files."""
    os.makedirs(folder, exist_ok=True)
    paths = []
    for name, (hz, seconds) in CLIPS.items():
        path = os.path.join(folder, name)
        paths.append(f"{path}.mp3")
        if not os.path.exists(f"{path}.mp3"):
            write_wav(f"{path}.wav", hz, seconds)
            or_left_out("lame does not run", run, "lame", "--quiet", "-b", "64", f"{path}.wav", f"{path}.new")
            os.rename(f"{path}.new", f"{path}.mp3")
            os.remove(f"{path}.wav")
    return paths


def make_state(folder, clips, native, config):
    """A state folder with the recordings, measured by the command line of this machine: the board is slow at it."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    # They are measured for what the config says of the sound.
    with open(f"{folder}.conf", "w") as file:
        file.write(config)
    run(native, "clip", "add", "-c", f"{folder}.conf", "--state", folder, *make_clips(clips))
    # A log that begins now would make the clock of a board in 2024 wrong.
    for name in ("asrun.db", "asrun.db-wal", "asrun.head", "station.lock"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    # mke2fs -d takes over the second in which a file was written, and nothing finer.
    for name in CLIPS:
        path = os.path.join(folder, "clips", f"{name}.mp3")
        second = int(os.stat(path).st_mtime)
        os.utime(path, (second, second))
    with sqlite3.connect(os.path.join(folder, "library.db")) as library:
        library.execute("UPDATE clip SET mtime = mtime / 1000000000 * 1000000000")
    library.close()
