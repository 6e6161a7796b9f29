# SPDX-License-Identifier: MIT
"""sound - what decoding costs, and how fast a recording is measured."""
import os
import re
import resource
import statistics
import subprocess
import tempfile

import recordings
from peers import installed
from station import Failed, output

DECODED_S = 120  # long against the start of a program, which counts, too
ANALYSED_S = 180
RUNS = 5


def runs(*command):
    return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


def instructions(*command):
    """None: valgrind cannot run it here."""
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
                         check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                         env=dict(os.environ, GST_REGISTRY_FORK="no"))
    found = re.search(r"Collected : (\d+)", run.stderr)
    return int(found[1]) if found and run.returncode == 0 else None


def decoders(clip):
    return {
        "mpg123": ["-q", "-t", clip],
        "gst-launch-1.0": ["-q", "filesrc", f"location={clip}", "!", "mpegaudioparse", "!", "mpg123audiodec", "!",
                           "fakesink"],
        "ffmpeg": ["-v", "quiet", "-i", clip, "-f", "null", "-"],
        "mpv": ["--no-config", "--really-quiet", "--no-video", "--ao=null", "--untimed", clip],
        "sox": [clip, "-n"],
    }


def decode(record):
    recordings.need("valgrind")
    program, measure, unit = record.bench / "bench_decode", "instructions for each second of audio", "M"
    with tempfile.TemporaryDirectory() as folder:
        clip = str(recordings.speech(folder, DECODED_S))
        frames = str(int(float(output(program, "frames", clip))))
        seconds = int(frames) / 44100

        def count(*command):
            counted = instructions(*command)
            return counted / seconds / 1e6 if counted else None

        bare = count(program, "bare", clip)
        if not bare:
            raise Failed("valgrind cannot run the bare loop here")
        for row, rate, times in (("whole chain, equal rates", "44100", 2), ("whole chain to 48 kHz", "48000", 4)):
            value = count(program, "chain", clip, rate, frames)
            record.ours(measure, row, value, unit, aim=times * bare,
                        note=f"{value / bare:.1f} × the bare loop; the aim is {times} ×" if value else "")
        record.bare(measure, "bare libmpg123 loop", bare, unit, note="no loudness, limiter or high-pass")
        for name, words in decoders(clip).items():
            if not installed(name):
                record.absent(measure, name, unit)
            elif not runs(name, *words):
                record.absent(measure, name, unit, "it does not run here")
            else:
                value = count(name, *words)
                record.peer(measure, name, value, unit, note="decoding alone" if value else "valgrind cannot run it")


def cpu_s():
    """Of all children so far, and theirs: what other work on the machine hardly changes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median_cpu_s(*command):
    used = []
    for _ in range(RUNS):
        before = cpu_s()
        output(*command)
        used.append(cpu_s() - before)
    return statistics.median(used)


def analysis(record):
    program, measure, unit = record.bench / "bench_decode", "true peak and loudness", "× real time"
    with tempfile.TemporaryDirectory() as folder:
        clip = str(recordings.speech(folder, ANALYSED_S))
        for rate_hz, aim in ((48000, 400), (44100, None)):
            used = median_cpu_s(program, "measure", clip, str(rate_hz))
            record.ours(measure, f"loaphuong, card at {rate_hz / 1000:g} kHz", ANALYSED_S / used, unit, aim=aim,
                        better="more", note="resampled" if rate_hz != 44100 else "no resampling, as the peers")
        record.bare(measure, "bare libmpg123 + libebur128", ANALYSED_S / median_cpu_s(program, "analysis", clip), unit,
                    better="more")
        for row, command in {
            "loudgain -k": ["loudgain", "-q", "-k", clip],
            "ffmpeg ebur128=peak=true": ["ffmpeg", "-nostdin", "-v", "quiet", "-i", clip, "-af", "ebur128=peak=true",
                                         "-f", "null", "-"],
        }.items():
            if installed(command[0]):
                record.peer(measure, row, ANALYSED_S / median_cpu_s(*command), unit, better="more")
            else:
                record.absent(measure, row, unit)
