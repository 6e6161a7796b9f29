# SPDX-License-Identifier: MIT
"""intake - what it costs to take recordings in: one of three minutes, and a thousand in one go, with the memory that
takes and the underruns of what plays meanwhile."""
import subprocess
import tempfile
import time
from pathlib import Path

import recordings
from peers import installed, peak_kib
from station import CAMPAIGN, ON_CARD, Card, Failed, Station, median_ms, output

CLIPS = 1000
SECONDS = 180
LONG_S = 1800  # on air from before the first clip until after the last


def folders_of(folder):
    config = folder / "loaphuong.conf"
    config.write_text('station { name = "bench" language = "en" }\n')
    (folder / "state").mkdir()
    return ["-c", config, "--state", folder / "state", "--runtime", folder / "run"]


def one(record, folder):
    mp3, measure = recordings.speech(folder, SECONDS), f"{SECONDS} s of speech"
    add = [record.build / "loaphuong", "clip", "add", "--replace", "--as", "ba-phut", mp3, *folders_of(folder)]
    record.ours(measure, "loaphuong clip add", median_ms(*add), "ms",
                note="measured, checked, hashed and synced to the disk")
    for row, command in {"loudgain -k": ["loudgain", "-q", "-k", mp3],
                         "ffmpeg ebur128=peak=true": ["ffmpeg", "-nostdin", "-v", "quiet", "-i", mp3, "-af",
                                                      "ebur128=peak=true", "-f", "null", "-"]}.items():
        if installed(command[0]):
            record.peer(measure, row, median_ms(*command), "ms", note="measures only")
        else:
            record.absent(measure, row, "ms")


def children(pid):
    """Those that measure: one that is not yet another program still has its parent's memory."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [child for child in found if b"--measure-recording" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


def add_all(record, files, folders, parent=None):
    """Clips a second, and the peaks of the one that starts the children (the command, or parent) and of a child."""
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in [record.build / "loaphuong", "clip", "add", *files, *folders]],
                               stdout=subprocess.DEVNULL)
    parent = parent or process.pid
    peak, child_peak = 0, 0
    while process.poll() is None:
        peak = max(peak, peak_kib(parent))
        for child in children(parent):
            child_peak = max(child_peak, peak_kib(child))
        time.sleep(0.002)  # a child lives some ten milliseconds
    if process.returncode != 0:
        raise Failed(f"clip add ended with {process.returncode}")
    return len(files) / (time.monotonic() - begin), peak / 1024, child_peak / 1024


def tell(record, row, who, found):
    speed, peak, child = found
    record.ours(f"{CLIPS} clips of 3 s in one go", row, speed, "clips/s", better="more")
    record.ours("peak memory", f"{row}: the {who}", peak, "MiB")
    record.ours("peak memory", f"{row}: a child that measures", child, "MiB")


def many(record, folder):
    tell(record, "no station", "command", add_all(record, recordings.many(folder, CLIPS), folders_of(folder)))


def long_recording(folder):
    long = folder / "dai.mp3"
    output("ffmpeg", "-nostdin", "-v", "quiet", "-y", "-stream_loop", "-1", "-i", CAMPAIGN / "khau-hieu-05.mp3",
           "-t", LONG_S, "-c:a", "libmp3lame", "-b:a", "64k", long)
    return long


def while_it_plays(record, folder):
    recordings.need("ffmpeg")
    card = Card(record.build, folder)
    with Station(record.build, folder, ON_CARD, "alsa", card.environment) as box:
        files = recordings.many(folder, CLIPS)
        box.start()
        box.command("clip", "add", str(long_recording(folder)))
        box.command("play", "dai")
        box.wait(lambda status: status["on_air"])
        found = add_all(record, files, box.folders(), box.process.pid)
        still = box.status()["on_air"] is not None
        box.hush()
        row = box.last_row()
        box.stop()
    tell(record, "a station that plays", "station", found)
    broke = [line for line in card.stamps.read_text().splitlines() if line.startswith("xrun ")]
    note = "" if still else "what was on air had ended before"
    record.ours("underruns meanwhile", "noted by the station", row["xruns"], "", aim=0, note=note)
    record.ours("underruns meanwhile", "noted by the card", len(broke), "", aim=0, note=note)


def imports(record):
    for measure in (one, many, while_it_plays):
        with tempfile.TemporaryDirectory() as scratch:
            measure(record, Path(scratch))
