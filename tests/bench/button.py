# SPDX-License-Identifier: MIT
"""button - from the edge of a button to the first sample.

The board is simulated (firmware/edge/gpio_sim.h) and debounces itself, so that what is measured is the station: event,
decision, row, clip, first sample. The sink is the null sink, idle before each press.
"""
import shutil
import socket
import struct
import tempfile
import threading
import time
from datetime import datetime

from figures import percentile
from station import CAMPAIGN, STATION, Station

PRESSES = 30
AIM_MS = 50
EVENT = struct.Struct("=Q4I24x")  # struct gpio_v2_line_event
ANSWER = struct.Struct("=i3I32s32s")  # struct gpio_sim_answer
BUTTON = """button "main" { line = "GPIO17" press = "nhac-hieu" cooldown = "0s" }
"""


class Board:
    """One button."""

    def __init__(self, path):
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listening.bind(path)
        self.listening.listen()
        self.line, self.seqno = None, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            line, _ = self.listening.accept()
            line.recv(4096)
            line.send(ANSWER.pack(0, 17, 0, 1, b"simchip0", b""))
            self.line = line

    def edge(self, active):
        self.seqno += 1
        self.line.send(EVENT.pack(time.monotonic_ns(), 1 if active else 2, 17, self.seqno, self.seqno))


def press(box, board):
    """ms until the first sample, by the log."""
    pressed = time.time()
    board.edge(True)
    time.sleep(0.1)  # a finger
    board.edge(False)
    box.wait(lambda status: status["on_air"])
    box.hush()
    return (datetime.fromisoformat(box.last_row()["start"]).timestamp() - pressed) * 1e3


def edge(record):
    with tempfile.TemporaryDirectory() as folder, Station(record.build, folder, STATION + BUTTON) as box:
        board = Board(folder + "/board")
        box.more = ["--lines", "sim:" + folder + "/board"]
        shutil.copy(CAMPAIGN / "nhac-hieu.mp3", box.state / "clips")
        box.start()
        box.wait(lambda status: status["measuring"] == 0 and status["lines"][0]["state"] == "ok")
        took = [press(box, board) for _ in range(PRESSES)]
        box.stop()
    record.ours("edge to first sample, p50", "loaphuong, null sink, no relay", percentile(took, 0.5), "ms", aim=AIM_MS,
                samples=sorted(took), note="debounce excluded")
    record.ours("edge to first sample, the slowest", "loaphuong, null sink, no relay", max(took), "ms", aim=AIM_MS,
                note=f"of {PRESSES}")
