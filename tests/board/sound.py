# SPDX-License-Identifier: MIT
"""
sound - what the board's card played, and what is in it.

QEMU's WAV file goes on only while the card's stream runs: there is no silence between two streams. So it says what
sounded and for how long; when it began, the kernel's trace says. A card that is put back starts the file anew, with
a header: those headers divide the recording into takes. The file is a pipe, because QEMU would cut a file short.
"""

import array
import os
import threading

from tones import HZ

RATE_HZ = 48000
BLOCK = RATE_HZ // 100  # 10 ms
QUIET = 33  # of 32768: -60 dBFS


class Recorder:
    """Reads the pipe until QEMU closes it."""

    def __init__(self, path):
        self.path = path
        self.data = bytearray()
        if not os.path.exists(path):
            os.mkfifo(path)
        # Opened for both ways it never ends by itself, and QEMU can open it at once.
        self.pipe = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while True:
            data = os.read(self.pipe, 65536)
            if data.endswith(b"the recording ends"):
                self.data += data[:-len(b"the recording ends")]
                return
            self.data += data

    def end(self):
        """One Take for each time that QEMU opened the file; QEMU must be gone."""
        os.write(self.pipe, b"the recording ends")
        self.thread.join()
        os.close(self.pipe)
        return self.takes()

    def takes(self):
        """The same, of what was recorded so far."""
        return [Take(part[40:]) for part in bytes(self.data).split(b"RIFF")[1:]]


class Take:
    """The left channel, and for each 10 ms of it the peak and the number of times it went up through zero."""

    def __init__(self, data):
        self.samples = array.array("h", data[:len(data) // 4 * 4])[0::2]
        blocks = [self.samples[at:at + BLOCK] for at in range(0, len(self.samples) - BLOCK + 1, BLOCK)]
        self.peaks = [max(max(block), -min(block)) for block in blocks]
        self.ups = [count_ups(block) for block in blocks]

    def seconds(self):
        return len(self.samples) / RATE_HZ

    def onset(self):
        """Seconds to the first sample above -60 dBFS; None if there is none."""
        for at, value in enumerate(self.samples):
            if value > QUIET or value < -QUIET:
                return at / RATE_HZ
        return None

    def tones(self):
        """What sounds, as a list of [frequency in Hz (0 = silence), begin, end] in seconds, shortest 50 ms."""
        parts = []
        for i, (peak, ups) in enumerate(zip(self.peaks, self.ups)):
            hz = 0 if peak <= QUIET else nearest_tone(ups * 100)
            if parts and parts[-1][0] == hz:
                parts[-1][2] = (i + 1) / 100
            else:
                parts.append([hz, i / 100, (i + 1) / 100])
        return join([part for part in parts if part[2] - part[1] >= 0.05])

    def level(self, begin, end):
        """Root mean square of a part, of full scale."""
        part = self.samples[int(begin * RATE_HZ):int(end * RATE_HZ)]
        return (sum(value * value for value in part) / max(1, len(part))) ** 0.5 / 32768


def count_ups(block):
    return sum(1 for a, b in zip(block, block[1:]) if a < 0 <= b)


def nearest_tone(hz):
    return min(HZ.values(), key=lambda tone: abs(tone - hz))


def join(parts):
    joined = []
    for part in parts:
        if joined and joined[-1][0] == part[0]:
            joined[-1][2] = part[2]
        else:
            joined.append(part)
    return joined
