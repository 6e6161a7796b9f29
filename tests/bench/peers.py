# SPDX-License-Identifier: MIT
"""peers - the programs that stand beside, and how a process is weighed."""
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from station import CAMPAIGN, Failed


def installed(*programs):
    return all(shutil.which(program) for program in programs)


class Mpd:
    """An mpd of its own that plays on the card; songs copies of one recording are in its database."""

    def __init__(self, folder, card, songs):
        self.place, self.card, self.process = Path(folder) / "mpd", card, None
        (self.place / "music").mkdir(parents=True)
        for at in range(songs):
            shutil.copy(CAMPAIGN / "khau-hieu-05.mp3", self.place / f"music/clip-{at:04}.mp3")
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

    def __enter__(self):
        try:
            self.start()
            self.talk("update", "--wait")
            self.talk("add", "clip-0000.mp3")
        except (subprocess.CalledProcessError, Failed) as error:
            self.__exit__()
            raise Failed(f"mpd does not run here: {error} {(self.place / 'log').read_text()[-200:]}") from None
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def command(self, *words):
        return ["mpc", "-q", f"--host={self.place}/socket", *words]

    def talk(self, *words):
        subprocess.run(self.command(*words), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)

    def start(self):
        """Seconds from exec to its greeting."""
        (self.place / "socket").unlink(missing_ok=True)
        begin = time.monotonic()
        with open(self.place / "log", "ab") as log:
            self.process = subprocess.Popen(["mpd", "--no-daemon", "--stderr", str(self.place / "mpd.conf")],
                                            env=self.card.environment, stdout=log, stderr=log)
        while not self.greets():
            if self.process.poll() is not None or time.monotonic() - begin > 30:
                raise Failed("it never greeted")
            time.sleep(0.0005)  # as for the station
        return time.monotonic() - begin

    def greets(self):
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
