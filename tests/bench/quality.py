# SPDX-License-Identifier: MIT
"""quality - what a resampler adds to a sine: the power of the sine against that of all that is left without it."""
import array
import math
import operator
import statistics
import subprocess
import tempfile
from pathlib import Path

from figures import BARE
from peers import installed
from station import output

IN_HZ, OUT_HZ = 44100, 48000
HZ = (1000, 10000)
EDGE_S = 0.5  # where a filter runs in and out
PARTS = 16
FLOAT, SHORT = "f", "h"


def fitted(samples, step):
    """Sine and cosine of that step a sample, by least squares. Over many periods they are all but orthogonal, so that
    two equations do, and the mean is taken off before."""
    waves = [math.sin(step * at) for at in range(len(samples))], [math.cos(step * at) for at in range(len(samples))]
    ss, cc, sc = (math.fsum(map(operator.mul, one, other)) for one, other in
                  ((waves[0], waves[0]), (waves[1], waves[1]), waves))
    s, c = (math.fsum(map(operator.mul, wave, samples)) for wave in waves)
    most = ss * cc - sc * sc
    return (s * cc - c * sc) / most, (c * ss - s * sc) / most, waves


def true_step(samples, step):
    """Some converters count periods in whole samples and so play a little flat or sharp. That is no noise: how the
    phase moves from part to part tells the frequency that came out."""
    size = len(samples) // PARTS
    phases = []
    for at in range(0, PARTS * size, size):
        sine, cosine, _ = fitted(samples[at:at + size], step)
        phases.append(math.atan2(cosine, sine) - step * at)
    moves = [math.remainder(after - before, 2 * math.pi) for before, after in zip(phases, phases[1:])]
    return step + statistics.fmean(moves) / size


def snr_db(samples, hz, rate):
    """None: there is too little of it."""
    edge = int(EDGE_S * rate)
    middle = samples[edge:len(samples) - edge]
    if len(middle) < rate:
        return None
    mean = math.fsum(middle) / len(middle)
    middle = [value - mean for value in middle]
    step = 2 * math.pi * hz / rate
    for _ in range(2):
        step = true_step(middle, step)
    sine, cosine, waves = fitted(middle, step)
    noise = math.fsum((value - sine * s - cosine * c) ** 2 for value, s, c in zip(middle, *waves))
    return 10 * math.log10((sine ** 2 + cosine ** 2) / 2 * len(middle) / max(noise, 1e-30))


def samples_of(path, kind=FLOAT):
    samples = array.array(kind)
    whole = path.read_bytes()
    samples.frombytes(whole[:len(whole) // samples.itemsize * samples.itemsize])
    return samples


def asound(folder, converter, out):
    """The converter alone, above a device that keeps what comes in a file."""
    config = Path(folder) / f"{converter}.conf"
    config.write_text(f"""
        pcm.into {{
            type file
            file "{out}"
            format "raw"
            slave.pcm {{ type null }}
        }}
        pcm.bench {{
            type rate
            slave {{ pcm "into" rate {OUT_HZ} format S16_LE }}
            converter "{converter}"
        }}
        """)
    return config


class Sine:
    """One frequency: as floats, as a WAV file in 24 bits, and as MP3 for the one that takes nothing else."""

    def __init__(self, record, folder, hz):
        self.record, self.hz, self.folder = record, hz, Path(folder)
        self.program = record.bench / "bench_quality"
        self.measure = f"{hz // 1000} kHz sine"

    def add(self, who, row, make, kind=FLOAT, rate=OUT_HZ, note="", **more):
        """make(out) writes the samples into the file out."""
        out = self.folder / "out.raw"
        out.unlink(missing_ok=True)
        try:
            make(out)
            value = snr_db(samples_of(out, kind), self.hz, rate)
        except (subprocess.CalledProcessError, OSError):
            value = None
        if value is None:
            self.record.absent(self.measure, row, "dB", "it does not run here", who=who)
        else:
            self.record.add(who, self.measure, row, value, "dB", better="more", note=note, **more)

    def piped(self, *words):
        def make(out):
            with open(out, "wb") as to:
                subprocess.run([str(self.program), *map(str, words)], check=True, stdout=to, stderr=subprocess.DEVNULL)
        return make

    def alsa(self, converter):
        def make(out):
            output(self.program, "alsa", self.hz, "bench",
                   env={"ALSA_CONFIG_PATH": str(asound(self.folder, converter, out))})
        return make

    def sox(self, floats):
        def make(out):
            output("sox", "-t", "f32", "-r", IN_HZ, "-c", 1, floats, "-t", "f32", "-r", OUT_HZ, out)
        return make

    def ffmpeg(self, floats):
        def make(out):
            output("ffmpeg", "-nostdin", "-v", "quiet", "-f", "f32le", "-ar", IN_HZ, "-ac", 1, "-i", floats,
                   "-ar", OUT_HZ, "-f", "f32le", out)
        return make

    def gstreamer(self, wav):
        def make(out):
            output("gst-launch-1.0", "-q", "filesrc", f"location={wav}", "!", "wavparse", "!", "audioresample", "!",
                   f"audio/x-raw,format=F32LE,rate={OUT_HZ}", "!", "filesink", f"location={out}")
        return make

    def with_mp3(self, floats):
        """mpg123 resamples only what it decodes; the same decoded at its own rate tells what the coding costs."""
        wav, mp3 = self.folder / "sine.wav", self.folder / "sine.mp3"
        output("sox", "-t", "f32", "-r", IN_HZ, "-c", 1, floats, "-b", "24", wav)
        output("lame", "--quiet", "-b", "320", "-m", "m", wav, mp3)
        self.add("peer", "mpg123 NtoM", self.piped("mpg123", mp3, OUT_HZ), note="of an MP3 at 320 kbit/s")
        self.add(BARE, "the same MP3, not resampled", self.piped("mpg123", mp3, IN_HZ), rate=IN_HZ,
                 note="what the coding alone leaves")

    def all(self):
        floats, wav = self.folder / "sine.f32", self.folder / "float.wav"
        self.piped("sine", self.hz)(floats)
        self.add("ours", "loaphuong", self.piped("ours", self.hz), aim=120)
        for converter in ("linear", "speexrate", "speexrate_best"):
            self.add("peer", f"ALSA {converter}", self.alsa(converter), SHORT, note="16 bits: 98 dB at most")
        if installed("sox"):
            self.add("peer", "sox rate", self.sox(floats), note="as it is without options")
        else:
            self.record.absent(self.measure, "sox rate", "dB")
        if installed("ffmpeg"):
            self.add("peer", "ffmpeg swresample", self.ffmpeg(floats), note="as it is without options")
        else:
            self.record.absent(self.measure, "ffmpeg swresample", "dB")
        if installed("gst-launch-1.0", "sox"):
            output("sox", "-t", "f32", "-r", IN_HZ, "-c", 1, floats, "-e", "floating-point", "-b", "32", wav)
            self.add("peer", "GStreamer audioresample", self.gstreamer(wav), note="as it is without options")
        else:
            self.record.absent(self.measure, "GStreamer audioresample", "dB")
        if installed("sox", "lame"):
            self.with_mp3(floats)
        else:
            self.record.absent(self.measure, "mpg123 NtoM", "dB", "lame or sox is not installed")


def quality(record):
    for hz in HZ:
        with tempfile.TemporaryDirectory() as folder:
            Sine(record, folder, hz).all()
