# SPDX-License-Identifier: MIT
"""
board - the box of a station, simulated: a scenario writes its config, sets its date, turns it on, touches its lines
and its card, cuts its power, and afterwards asks for what sounded, what the relay did, and what the log says.

Times are local times of the station's zone, "06:00:05" on the day of the board's start, or seconds of that day.
"""

import datetime
import glob
import json
import os
import re
import shutil

import image
import tones
from host import Failed, expect, run
from qemu import Qemu
from sound import Recorder

ZONE = datetime.timezone(datetime.timedelta(hours=7))
STATION = """
station { name = "Bảng thử" timezone = "Asia/Ho_Chi_Minh" language = "en" }
audio { device = "hw:0" channels = 2 high-pass = 0 }
"""
BUTTON, HOTLINE = image.LINES.index("BUTTON"), image.LINES.index("HOTLINE")
RELEASED = {BUTTON: 1, HOTLINE: 1}


def read_trace(text, offset_s):
    """What the kernel saw: see trace() of a board."""
    seen = []
    for line in text.splitlines():
        found = re.search(r" (\d+\.\d+): (pcm_(start|stop)|gpio_value: (\d+) set (\d))", line)
        if not found:
            continue
        at = float(found.group(1)) + offset_s
        if found.group(3):
            seen.append((at, found.group(3)))
        else:
            seen.append((at, image.LINES[int(found.group(4)) % 8], int(found.group(5))))
    return seen


class Works:
    """What all boards share: the folder of the cache and what is in it."""

    def __init__(self, cache, supply, native):
        self.cache = cache
        self.supply = supply
        self.native = native  # the command line for this machine, to look into a disk
        self.kernel = glob.glob(os.path.join(supply.kernel, "boot/vmlinuz-*"))[0]
        self.base = os.path.join(cache, "base.cpio")
        self.tree = os.path.join(cache, "virt.dtb")
        self.state = os.path.join(cache, "state")


class Boards:
    """The boards of one scenario; all are off when it is over."""

    def __init__(self, works, name):
        self.works = works
        self.folder = os.path.join(works.cache, "runs", name)
        self.made = []
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)

    def new(self, config, start, **options):
        folder = os.path.join(self.folder, str(len(self.made) + 1))
        os.makedirs(folder)
        board = Board(self.works, folder, config, start, **options)
        self.made.append(board)
        return board

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for board in self.made:
            board.off()


class Board:
    def __init__(self, works, folder, config, start, sound="hda", disk_log=False, stick=False):
        self.works = works
        self.folder = folder
        self.sound = sound
        self.stick = stick  # sticks will be plugged in
        self.config = STATION + config
        self.start = datetime.datetime.fromisoformat(start).replace(tzinfo=ZONE)
        self.disk_log = os.path.join(self.folder, "disk.log") if disk_log else None
        self.disk = os.path.join(self.folder, "disk.img")
        self.qemu = None
        self.recorder = None
        self.edges = []
        self._make_disk()

    def _make_disk(self):
        image.make_disk(self.disk, self.works.state)
        if self.disk_log:
            open(self.disk_log, "w").close()

    # --- on and off -------------------------------------------------------------------------------------------

    def on(self, start=None, inputs=None):
        """Power on, and the service started as the system would; returns when it is ready."""
        if start:
            self.start = datetime.datetime.fromisoformat(start).replace(tzinfo=ZONE)
        own = os.path.join(self.folder, "own.cpio")
        image.make_own(own, self.works.supply, self.sound, self.stick, {"etc/loaphuong/loaphuong.conf": self.config.encode()})
        initrd = os.path.join(self.folder, "initrd")
        with open(initrd, "wb") as both:
            for part in (self.works.base, own):
                with open(part, "rb") as file:
                    shutil.copyfileobj(file, both)
        pipe = os.path.join(self.folder, "sound")
        self.recorder = Recorder(pipe)
        base = self.start.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        self.qemu = Qemu(self.folder, {
            "kernel": self.works.kernel, "tree": self.works.tree, "initrd": initrd, "base": base,
            "sound": self.sound, "stick": self.stick, "pipe": pipe, "disk": self.disk, "disk_log": self.disk_log})
        self.qemu.begin(RELEASED if inputs is None else inputs)
        self.sh("until [ -e /dev/snd/pcmC0D0p ]; do :; done")
        late = self.now() - self.start.timestamp()
        expect(late < 12, f"the board's time leapt {late:.0f} s ahead while it booted; no fault of the station")
        self.start_service()

    def start_service(self):
        self.sh("guest start loaphuongd --state /state 2>>/tmp/said >/tmp/pid || { cat /tmp/said; exit 1; }")

    def off(self):
        """Cuts the power; what sounded since on() is in the result, a list of takes."""
        if not self.recorder:
            return []
        if self.qemu:
            self.qemu.end()
            self.edges = self.qemu.edges
            self.qemu = None
        takes = self.recorder.end()
        self.recorder = None
        return takes

    # --- the guest --------------------------------------------------------------------------------------------

    def sh(self, script, rests=False):
        status, text = self.qemu.sh(script, rests)
        if status != 0:
            raise Failed(f"on the board: {script.strip().splitlines()[0]}: {text.strip()[-500:]}")
        return text

    def instant(self, time):
        """The instant of a local time of the day, in seconds since 1970."""
        if isinstance(time, (int, float)):
            midnight = self.start.replace(hour=0, minute=0, second=0)
            return midnight.timestamp() + time
        if "T" in time:
            return datetime.datetime.fromisoformat(time).replace(tzinfo=ZONE).timestamp()
        parts = [float(part) for part in time.split(":")] + [0.0]
        return self.instant(parts[0] * 3600 + parts[1] * 60 + parts[2])

    def now(self):
        """The instant on the board."""
        return self.pair()[1] / 1e9

    def until(self, time):
        self.sh(f"guest until {round(self.instant(time) * 1000)}", rests=True)

    def after(self, seconds):
        self.sh(f"sleep {seconds}", rests=True)

    def set_clock(self, time):
        """What a service for the network's time does when it first hears from it."""
        self.sh(f"date -s @{round(self.instant(time))} >/dev/null && guest synchronized")

    def step_clock(self, seconds, at=None, after_s=0):
        """As a service for the network's time does it; at: a time to do it at, or after_s seconds after that."""
        when = f" {round((self.instant(at) + after_s) * 1000)}" if at else ""
        self.sh(f"guest step {round(seconds * 1000)}{when}", rests=bool(at))

    def pair(self):
        """One moment by CLOCK_MONOTONIC and by the clock, in nanoseconds."""
        return tuple(int(word) for word in self.sh("guest pair").split())

    # --- what is plugged into it ------------------------------------------------------------------------------

    def pull_card(self):
        self.qemu.pull_card()
        self.sh("while [ -e /dev/snd/pcmC0D0p ]; do :; done")

    def plug_card(self):
        self.qemu.plug_card()
        self.sh("until [ -e /dev/snd/pcmC0D0p ]; do :; done")

    def plug_stick(self, path, bytes_per_s=0):
        """Plugged in, and looked at by udev: the unit that it wants."""
        self.qemu.plug_stick(path, bytes_per_s)
        self.sh("until [ -e /dev/sda1 ]; do :; done; udevadm settle")
        return self.sh("udevadm info -q property --property=SYSTEMD_WANTS --value /dev/sda1").strip()

    def pull_stick(self):
        self.qemu.pull_stick()
        self.sh("while [ -e /dev/sda1 ]; do :; done")

    def let_go(self, line):
        self.qemu.set_line(image.LINES.index(line), 1)

    def press(self, line="BUTTON", seconds=0.2, bounces=0):
        """Presses a button that connects to ground; bounces: how often the contact opens again, 1 ms apart."""
        number = image.LINES.index(line)
        for _ in range(bounces):
            self.qemu.set_line(number, 0)
            self.after(0.001)
            self.qemu.set_line(number, 1)
            self.after(0.001)
        self.qemu.set_line(number, 0)
        self.after(seconds)
        for _ in range(bounces):
            self.qemu.set_line(number, 1)
            self.after(0.001)
            self.qemu.set_line(number, 0)
            self.after(0.001)
        self.let_go(line)

    def storm(self, line, edges):
        """A wire beside a motor: edges as fast as the board's processor lets them in, some 10 kHz."""
        for k in range(edges):
            self.qemu.set_line(image.LINES.index(line), k % 2)
        self.let_go(line)

    # --- what happened ----------------------------------------------------------------------------------------

    def log(self):
        """The rows of the as-run log, oldest first."""
        return [json.loads(line) for line in self.sh("loaphuong log --state /state --json").splitlines()]

    def trace(self, pair=None):
        """What the kernel saw, in order: (instant in seconds, "start" or "stop"), (instant, line, level). Instants are
        those of the clock as it goes now, or as it went at an earlier pair()."""
        mono, real = pair or self.pair()
        return read_trace(self.sh("cat /sys/kernel/tracing/trace"), (real - mono) / 1e9)

    def relay_edges(self):
        """The levels that the relay's wire took from on() to off(), in order, as seen outside the board."""
        return [level for line, level in self.edges if image.LINES[line] == "RELAY"]

    def relay_level(self):
        """The level of the relay's wire now, as seen outside the board."""
        return ([level for line, level in self.qemu.edges if image.LINES[line] == "RELAY"] or [0])[-1]

    def status(self):
        """What the station answers."""
        return json.loads(self.sh("loaphuong status --state /state --json"))

    def notes(self):
        """What is in the log besides broadcasts: what people did, oldest first."""
        return self.sh("loaphuong log --state /state --notes")

    def said(self):
        return self.sh("cat /tmp/said")

    def verify(self):
        text = self.sh("loaphuong log verify --state /state")
        return text.strip()
