# SPDX-License-Identifier: MIT
"""peers - the programs that stand beside, and how a process is weighed."""
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from figures import NOT_INSTALLED
from station import CAMPAIGN, Failed


def installed(*programs):
    return all(shutil.which(program) for program in programs)


class Peer:
    """A service of its own that plays on the card, in its folder; songs copies of one recording are there."""

    PROGRAMS = ()  # that must be installed, its own first

    def __init__(self, folder, card, songs):
        if not installed(*self.PROGRAMS):
            raise Failed(NOT_INSTALLED)
        self.place, self.card, self.songs, self.process = Path(folder) / self.PROGRAMS[0], card, songs, None
        (self.place / "music").mkdir(parents=True)
        for at in range(songs):
            shutil.copy(CAMPAIGN / "khau-hieu-05.mp3", self.place / f"music/clip-{at:04}.mp3")
        self.configure()

    def __enter__(self):
        try:
            self.start()
            self.prepare()
        except (subprocess.SubprocessError, Failed) as error:
            self.stop()
            raise Failed(f"{self.PROGRAMS[0]} does not run here: {error} {self.said()}") from None
        return self

    def __exit__(self, kind, error, trace):
        """Whatever else failed, that it was gone is the reason."""
        gone = self.process.poll() is not None
        self.stop()
        if error and gone:
            raise Failed(f"{self.PROGRAMS[0]} ended by itself: {self.said()}") from error

    def said(self):
        return " ".join((self.place / "log").read_text(errors="replace")[-200:].split())

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def start(self):
        """Seconds from exec to its first answer."""
        (self.place / "socket").unlink(missing_ok=True)
        begin = time.monotonic()
        with open(self.place / "log", "ab") as log:
            self.process = subprocess.Popen(self.program(), env=self.environment(), stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begin > 30:
                raise Failed("it never answered")
            time.sleep(0.0005)  # as for the station
        return time.monotonic() - begin

    def environment(self):
        return self.card.environment

    def prepare(self):
        """What it must be told once before it can be told to play."""


class Mpd(Peer):
    PROGRAMS = ("mpd", "mpc")

    def configure(self):
        (self.place / "mpd.conf").write_text(f"""music_directory "{self.place}/music"
            db_file "{self.place}/db"
            bind_to_address "{self.place}/socket"
            audio_output {{
                type "alsa"
                name "card"
                device "loapace"
                mixer_type "none"
            }}
            """)

    def program(self):
        return ["mpd", "--no-daemon", "--stderr", str(self.place / "mpd.conf")]

    def prepare(self):
        self.talk("update", "--wait")
        self.talk("add", "clip-0000.mp3")

    def command(self, *words):
        return ["mpc", "-q", f"--host={self.place}/socket", *words]

    def talk(self, *words):
        subprocess.run(self.command(*words), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)

    def play(self):
        return self.command("play")

    def silence(self):
        self.talk("stop")

    def answers(self):
        """Its greeting."""
        try:
            with socket.socket(socket.AF_UNIX) as talk:
                talk.connect(str(self.place / "socket"))
                return talk.recv(100).startswith(b"OK MPD")
        except OSError:
            return False


def pss_mib(pid):
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return int(found[1]) / 1024


def switches(pid):
    """How often each of its threads was scheduled so far."""
    return sum(int(number) for task in Path(f"/proc/{pid}/task").iterdir()
               for number in re.findall(r"ctxt_switches:\s+(\d+)", (task / "status").read_text()))


def peak_kib(pid):
    """Of its memory, so far; 0: it is gone."""
    try:
        found = re.search(r"^VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
    except OSError:
        return 0
    return int(found[1]) if found else 0
