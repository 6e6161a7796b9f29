# SPDX-License-Identifier: MIT
"""station - a loaphuongd of its own in a scratch folder, and the sound card that it plays on."""
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
CAMPAIGN = TREE / "config/campaigns/thang-hanh-dong-2024"
STATION = """station { name = "bench" timezone = "Asia/Ho_Chi_Minh" language = "en" }
airtime { allow = {"00:00-24:00"} }
clock { trust = "always" }
"""
ON_CARD = STATION + 'audio { device = "loapace" }\n'
RUNS = 5
PREROLL_MS = 30  # as in the sample config


class Failed(Exception):
    """This section cannot be measured; the others can."""


def output(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **more).stdout


def median_ms(*command):
    """Of whole commands, exec to end."""
    took = []
    for _ in range(RUNS):
        begin = time.monotonic()
        output(*command)
        took.append((time.monotonic() - begin) * 1e3)
    return statistics.median(took)


class Card:
    """A sound card made of a clock (tests/pcm/loapace.c) that stamps each start and breaks when told to."""

    def __init__(self, build, folder):
        self.stamps = Path(folder) / "stamps"
        self.control = Path(folder) / "card"
        self.environment = dict(os.environ, LOA_PACE_STAMPS=str(self.stamps), LOA_PACE_CONTROL=str(self.control),
                                ALSA_CONFIG_PATH=str(build / "tests/pcm/asound.conf"))

    def tell(self, faults):
        """Written beside and renamed: the card never reads half of it."""
        fresh = self.control.with_suffix(".new")
        fresh.write_text(faults)
        fresh.rename(self.control)

    def stamped_us(self, event):
        """CLOCK_MONOTONIC of each such event so far: write (the first after an opening), start."""
        if not self.stamps.exists():
            return []
        return [int(line.split()[1]) for line in self.stamps.read_text().splitlines() if line.startswith(event + " ")]

    def starts_us(self):
        return self.stamped_us("start")

    def next_start_us(self, before, patience_s=5):
        """The start that comes after so many; None: it never came. Its time is in the stamp, so looking may be slow."""
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            starts = self.starts_us()
            if len(starts) > before:
                return starts[before]
            time.sleep(0.005)  # the stamp has the time: looking late costs nothing
        return None


class Station:
    def __init__(self, build, folder, config=STATION, sink="null", environment=None):
        self.build, self.folder = build, Path(folder)
        self.config = self.folder / "loaphuong.conf"
        self.config.write_text(config)
        self.runtime = self.folder / "runtime"
        self.state = self.folder / "state"
        for place in (self.runtime, self.state / "clips", self.state / "campaigns"):
            place.mkdir(parents=True, exist_ok=True)
        self.sink, self.environment = sink, environment
        self.more = []  # words for the service
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Whatever happened, no service is left behind."""
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGKILL)

    def clips(self, n):
        """So many of one recording, and the tune."""
        for at in range(n):
            shutil.copy(CAMPAIGN / "khau-hieu-01.mp3", self.state / f"clips/clip-{at:04}.mp3")
        shutil.copy(CAMPAIGN / "nhac-hieu.mp3", self.state / "clips")

    def folders(self):
        return ["-c", str(self.config), "--state", str(self.state), "--runtime", str(self.runtime)]

    def ask(self, request):
        with socket.socket(socket.AF_UNIX) as talk:
            talk.connect(str(self.runtime / "control.sock"))
            talk.sendall((json.dumps(request) + "\n").encode())
            reply = b""
            while not reply.endswith(b"\n"):
                got = talk.recv(65536)
                if not got:
                    raise OSError("the station closed the socket")
                reply += got
        return json.loads(reply)

    def start(self):
        """Seconds from exec to the first answered status."""
        begin = time.monotonic()
        with open(self.folder / "station.log", "ab") as log:
            self.process = subprocess.Popen([str(self.build / "loaphuongd"), *self.folders(), "--sink", self.sink,
                                             *self.more], stdout=log, stderr=log, env=self.environment)
        while True:
            try:
                if self.ask({"do": "status"})["ok"]:
                    return time.monotonic() - begin
            except OSError:
                if self.process.poll() is not None or time.monotonic() - begin > 60:
                    raise Failed("the station did not start: " + self.said()) from None
            time.sleep(0.0005)  # what is measured is tens of milliseconds; a busy loop would slow the service

    def said(self):
        return (self.folder / "station.log").read_text()[-500:]

    def status(self):
        return self.ask({"do": "status"})["status"]

    def wait(self, done, limit_s=300):
        """For what is not measured itself: it may be seen a little late."""
        end = time.monotonic() + limit_s
        while not done(self.status()):
            if time.monotonic() > end:
                raise Failed("the station did not get there: " + json.dumps(self.status()))
            time.sleep(0.05)  # what is waited for here is not measured

    def measured(self):
        self.wait(lambda status: status["measuring"] == 0)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()

    def command(self, *words):
        return output(self.build / "loaphuong", *words, *self.folders())

    def silence(self):
        self.ask({"do": "stop"})
        self.wait(lambda status: not status["on_air"])

    def hush(self):
        """Stops what is on air, and waits until the card has played out and is idle."""
        self.silence()
        time.sleep(1)  # the card tells nobody that its buffer is empty

    def last_row(self):
        return json.loads(self.command("log", "--json").splitlines()[-1])
