# SPDX-License-Identifier: MIT
"""service - the service as a process: how soon it is ready, what it costs while nothing happens, how soon it is back."""
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from figures import NOT_INSTALLED
from liquidsoap import Liquidsoap
from peers import Mpd, installed, pss_mib, switches
from station import Card, Failed, Station

CLIPS = 1000
STARTS = 10
IDLE_S = 60
# What is peculiar to its first answer, and to how it idles.
SERVICES = ((Mpd, f"mpd, {CLIPS} songs", "", ""),
            (Liquidsoap, f"liquidsoap, {CLIPS} songs", "; until it tells that its playlist has them all, by name alone",
             "the card is closed; its clock goes on without a sound"))


def with_clips(record, folder, environment=None):
    box = Station(record.build, folder, environment=environment)
    box.clips(CLIPS)
    box.start()
    return box


def ready(record):
    with tempfile.TemporaryDirectory() as folder, with_clips(record, folder) as box:
        begin = time.monotonic()
        box.measured()
        record.ours(f"first start with {CLIPS} new clips", "all measured after", time.monotonic() - begin, "s")
        took = []
        for _ in range(STARTS):
            box.stop()
            took.append(box.start() * 1e3)
        box.stop()
    measure = "exec to first answer"
    record.ours(measure, f"loaphuongd, {CLIPS} clips", statistics.median(took), "ms", aim=50, samples=sorted(took),
                note=f"median of {STARTS}, the slowest {max(took):.0f}")
    for peer, row, until, _ in SERVICES:
        ready_peer(record, measure, peer, row, until)


def ready_peer(record, measure, peer, row, until):
    try:
        with tempfile.TemporaryDirectory() as folder, peer(folder, Card(record.build, folder), CLIPS) as service:
            took = []
            for _ in range(STARTS):
                service.stop()
                took.append(service.start() * 1e3)
        record.peer(measure, row, statistics.median(took), "ms", samples=sorted(took),
                    note=f"median of {STARTS}, the slowest {max(took):.0f}{until}")
    except Failed as why:
        record.absent(measure, row, "ms", str(why))


def restart(record):
    with tempfile.TemporaryDirectory() as folder, with_clips(record, folder) as box:
        box.measured()
        took = []
        for _ in range(STARTS):
            begin = time.monotonic()
            box.stop(signal.SIGKILL)
            box.start()
            took.append(time.monotonic() - begin)
        box.stop()
    record.ours("SIGKILL to armed, the slowest", f"loaphuongd, {CLIPS} clips", max(took), "s", aim=1,
                samples=sorted(took), note=f"of {STARTS}; systemd waits its RestartSec of 0.5 s besides")


class Supervisor:
    """What systemd is to a service with a watchdog: it is told that the service is well, and throws it away."""

    WATCHDOG_S = 60  # WatchdogSec of config/loaphuongd.service

    def __init__(self, folder):
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(str(folder / "notify"))
        self.environment = dict(os.environ, NOTIFY_SOCKET=str(folder / "notify"),
                                WATCHDOG_USEC=str(self.WATCHDOG_S * 1000000))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            self.told.recv(4096)


class Cron:
    """cron in the foreground, with the tables of this machine; only root may run it, and only one at a time."""

    def __enter__(self):
        if not installed("cron"):
            raise Failed(NOT_INSTALLED)
        if os.geteuid() != 0:
            raise Failed("only root can run it")
        self.process = subprocess.Popen([shutil.which("cron"), "-f"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        time.sleep(1)  # it ends at once if another runs
        if self.process.poll() is not None:
            raise Failed("another cron runs here")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def started(stack, make, who, why):
    """A peer that cannot run here is left out and the reason kept."""
    try:
        return {who: stack.enter_context(make()).process.pid}
    except Failed as failed:
        why[who] = str(failed)
        return {}


def weigh(pids):
    """The memory now, and wake-ups over the same minute for all."""
    pss = {who: pss_mib(pid) for who, pid in pids.items()}
    before = {who: switches(pid) for who, pid in pids.items()}
    time.sleep(IDLE_S)  # this minute is what is measured
    return pss, {who: (switches(pid) - before[who]) * 60 / IDLE_S for who, pid in pids.items()}


def after_a_broadcast(box):
    box.measured()
    box.command("play", "nhac-hieu")
    box.wait(lambda status: status["on_air"])
    box.hush()


def idle(record):
    ours, why = f"loaphuongd, {CLIPS} clips", {}
    notes = {row: note for _, row, _, note in SERVICES}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        box = stack.enter_context(with_clips(record, folder, Supervisor(folder).environment))
        after_a_broadcast(box)
        pids = {ours: box.process.pid}
        peers = {row: partial(peer, folder, Card(record.build, folder), CLIPS) for peer, row, _, _ in SERVICES}
        peers["cron -f"] = Cron
        for who, make in peers.items():
            pids |= started(stack, make, who, why)
        time.sleep(5)  # what a start and a broadcast still have to do is over
        pss, wakeups = weigh(pids)
        box.stop()
    for measure, unit, found, aim in (("PSS", "MiB", pss, 8), ("wake-ups of all threads", "a minute", wakeups, 2)):
        record.ours(measure, ours, found[ours], unit, aim=aim, note="after a broadcast, null sink, with the watchdog")
        for who in peers:
            if who in found:
                record.peer(measure, who, found[who], unit, note=notes.get(who, ""))
            else:
                record.absent(measure, who, unit, why[who])
