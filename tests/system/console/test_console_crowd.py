#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A crowd at the console: a thousand connections that say nothing, uploads of two gigabytes in all, and an upload that
claims to be as large. The station's broadcasts begin in the same sample as before, and STOP is obeyed.

The sink is a WAV file in which the place is the time. Figures are printed, not asserted.
"""
import datetime
import resource
import shutil
import socket
import statistics
import struct
import threading
import time

from harness import PATIENCE_S, TREE, Box, run, wait_for

EVERY_S = 5
ADDRESSES = 6  # of the crowd; each may have 32 connections, so that others are served beside them
CROWD = 1000
BYTES = 2 << 30
ONE = 190 << 20  # of an upload: what the console takes is at most 200 MiB
HEAD = 44        # of the WAV file
CLIP = f"{TREE}/config/campaigns/thang-hanh-dong-2024/nhac-hieu.mp3"
CONFIG = """airtime { allow = {"00:00-24:00"} }
campaign "c" { from = "2024-06-01" until = "2024-06-30"
  broadcast "b" { every = "5s" between = "05:52-06:30" play = {"tin"} } }
"""
box = Box(sink="wav:", config=CONFIG)
box.sink = f"wav:{box.folder}/heard.wav"
shutil.copy(f"{TREE}/tests/unit/edge/fixtures/tone.mp3", f"{box.state}/clips/tin.mp3")
shutil.copy(CLIP, f"{box.state}/clips/nhac-hieu.mp3")
lan = None
idle = []


def closed_rows():
    rows = box.ask_station({"do": "log", "broadcast": "b", "newest_first": True, "limit": 100})["rows"]
    return [row for row in rows if row["outcome"] not in (None, "open")]


def instant(text):
    return datetime.datetime.fromisoformat(text)


def onsets(rows):
    """Samples from the plan to the first sound, of each broadcast, and how many a millisecond has."""
    with open(f"{box.folder}/heard.wav", "rb") as file:
        head = file.read(HEAD)
        samples = memoryview(file.read())
    channels, rate = struct.unpack_from("<HI", head, 22)
    begin = instant(box.pretend)
    found = []
    for row in rows:
        at = int((instant(row["at"]) - begin).total_seconds() * rate)
        frames = samples[2 * channels * at:2 * channels * (at + rate)].cast("h")
        first = next((i for i, sample in enumerate(frames) if abs(sample) > 30), None)
        assert first is not None, f"nothing is heard of {row}"
        found.append(first // channels)
    return found, rate // 1000


def broadcasts(n):
    """The next n that are still to come."""
    now = instant(box.ask_station({"do": "status"})["status"]["now"])
    rows = wait_for(f"{n} broadcasts", lambda: (lambda found: found if len(found) >= n else None)(
        [row for row in closed_rows() if instant(row["at"]) > now]))
    assert all(row["outcome"] == "played" for row in rows), rows
    return rows


def plays_since(ms):
    air = box.ask_station({"do": "status"})["status"]["on_air"] or {}
    return air.get("clip") == "nhac-hieu" and air["clip_position_ms"] >= ms


def stops(n):
    """From the click to the last of the sound, ms: what the row says beyond the place at which the clip was."""
    took = []
    while len(took) < n:
        if not box.ask("POST", "/api/v1/play", {"names": ["nhac-hieu"]}, lan).json()["ok"]:
            continue
        wait_for("the sound", lambda: plays_since(500))
        at = box.ask_station({"do": "status"})["status"]["on_air"]
        assert box.ask("POST", "/api/v1/stop", {}, lan).json()["ok"]
        wait_for("silence", lambda: (box.ask_station({"do": "status"})["status"]["on_air"] or {}).get("row") != at["row"])
        row = next(r for r in box.ask_station({"do": "log", "newest_first": True, "limit": 20})["rows"] if r["row"] == at["row"])
        assert row["reason"] == "stopped", row
        took.append((instant(row["end"]) - instant(row["start"])).total_seconds() * 1000 - at["clip_position_ms"])
    return took


def a_quiet_hour():
    global lan, quiet
    lan = box.first()
    quiet, millisecond = onsets(broadcasts(4))
    assert max(quiet) - min(quiet) <= millisecond, quiet  # what the station promises, on a machine with other work too
    took = stops(10)
    print(f"quiet: STOP obeyed after {statistics.median(took):.0f} ms, at most {max(took):.0f} ms")


def what_is_too_large_is_refused_at_once():
    before = shutil.disk_usage(box.folder).used
    with box.connect() as sock:
        sock.sendall(box.head("PUT", "/api/v1/clips?name=to", {
            "Cookie": f"loaphuong={lan.token}", "X-CSRF-Token": lan.csrf, "Content-Length": str(BYTES),
            "Content-Type": "application/octet-stream"}))
        assert b" 413 " in sock.recv(4096)
    assert shutil.disk_usage(box.folder).used - before < ONE


class Sender(threading.Thread):
    """Uploads that are no recordings, until so many bytes were sent."""

    def __init__(self, n):
        super().__init__(daemon=True)
        self.left, self.error = n, None
        self.start()

    def run(self):
        try:
            while self.left > 0:
                answer = box.ask("PUT", "/api/v1/clips?name=rac", bytes(ONE), lan, Content_Type="application/octet-stream")
                assert answer.status in (400, 409, 413, 422, 503), (answer.status, answer.body[:200])
                self.left -= ONE
        except Exception as error:  # pylint: disable=broad-except
            self.error = error


def come(address):
    """A connection that says nothing; whether it was taken is the console's business."""
    sock = socket.socket()
    sock.setblocking(False)
    sock.bind((address, 0))
    sock.connect_ex(("127.0.0.1", box.port))
    idle.append(sock)


def nothing_is_heard_of_a_crowd():
    # The crowd is ours: those who run already keep the limit that they have.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    begin = time.monotonic()
    senders, loud = [Sender(BYTES // 2), Sender(BYTES // 2)], []
    while len(loud) < 6 or any(sender.is_alive() for sender in senders):
        assert time.monotonic() < begin + 3 * PATIENCE_S, f"{len(loud)} broadcasts, {[s.left >> 20 for s in senders]} MiB left"
        for i in range(CROWD):
            come(f"127.0.7.{1 + i % ADDRESSES}")
        loud += broadcasts(1)
        while len(idle) > CROWD:
            idle.pop(0).close()
    for sender in senders:
        assert sender.error is None, sender.error
    begun, millisecond = onsets(loud)
    assert max(begun) - min(quiet) <= millisecond and min(begun) >= min(quiet) - millisecond, (begun, quiet)
    print(f"{len(loud)} broadcasts among {len(idle)} idle connections and "
          f"{sum(BYTES // 2 - s.left for s in senders) >> 20} MiB: "
          f"begun {sorted(set(begun))} samples after the plan, before {sorted(set(quiet))}")


def stop_among_the_crowd():
    took = stops(5)
    print(f"among the crowd: STOP obeyed after {statistics.median(took):.0f} ms, at most {max(took):.0f} ms")
    for sock in idle:
        sock.close()


with box:
    run(a_quiet_hour, what_is_too_large_is_refused_at_once, nothing_is_heard_of_a_crowd, stop_among_the_crowd)
