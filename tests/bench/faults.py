# SPDX-License-Identifier: MIT
"""faults - what goes wrong, and what is lost by it: how soon a fault is shown, and the power cut 10,000 times."""
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from station import CAMPAIGN, ON_CARD, STATION, Card, Failed, Station

PATIENCE_S = 60
TIMES = 5


def until_shown_s(box, code, begin):
    """How long from that instant until status names the fault."""
    while time.monotonic() - begin < PATIENCE_S:
        if any(fault["code"] == code for fault in box.status()["faults"]):
            return time.monotonic() - begin
        time.sleep(0.01)  # a hundredth of what is told of it
    raise Failed(f"{code} was not shown within {PATIENCE_S} s: {box.status()['faults']}")


def of_card(record, row, faults, code):
    """While it plays, the card does this. A station of its own each time: some faults stay until it has played well."""
    took = []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory() as folder:
            card = Card(record.build, folder)
            with Station(record.build, folder, ON_CARD, "alsa", card.environment) as box:
                begin_playing(box, "khau-hieu-05")
                time.sleep(0.5)  # it is on air and heard
                begin = time.monotonic()
                card.tell(faults)
                took.append(until_shown_s(box, code, begin))
    shown(record, row, took)


def of_disk(record, row, illness, code):
    """The disk below the state folder is ill (tests/fake/sick_disk.c); what is on air ends, and its row meets it."""
    took = []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory() as folder:
            ill = Path(folder) / "ill"
            environment = dict(os.environ, LD_PRELOAD=str(record.build / "tests/fake/libsick_disk.so"),
                               LOA_SICK=str(ill), LOA_SICK_ROOT=str(Path(folder) / "state"))
            with Station(record.build, folder, STATION, environment=environment) as box:
                begin_playing(box, "nhac-hieu")
                begin = time.monotonic()
                ill.write_text(illness)
                box.ask({"do": "stop"})
                took.append(until_shown_s(box, code, begin))
    shown(record, row, took)


def begin_playing(box, clip):
    """Often enough for as long as a fault may take to be seen."""
    shutil.copy(CAMPAIGN / (clip + ".mp3"), box.state / "clips")
    box.start()
    box.measured()
    box.command("play", *[clip] * 12)
    box.wait(lambda status: status["on_air"])


def shown(record, row, took):
    record.ours("until status names it, the slowest", row, max(took), "s", aim=10, samples=sorted(took),
                note=f"of {len(took)}")


def fault(record):
    of_card(record, "sound card pulled while it plays", "gone-at 0 absent", "device-lost")
    of_card(record, "sound card stands still while it plays", "stall-at 0", "device-stalled")
    of_disk(record, "disk full, what is on air is stopped", "full", "log-not-writable")
    of_disk(record, "disk does not answer, what is on air is stopped", "stalled", "disk-stalled")


def cuts(record):
    """The test of the tree does it and fails at the first row that is lost."""
    n, program = record.options.cuts, record.build / "tests/system/test_power_cut"
    if not program.exists():
        raise Failed("test_power_cut was not built (loaphuongd is missing)")
    run = subprocess.run([str(program)], env=dict(os.environ, CUTS=str(n)), check=False, capture_output=True, text=True)
    told = run.stdout + run.stderr
    done = re.search(r"(\d+) cuts in ([\d.]+) s: nothing lost", told)
    seed = re.search(r"SEED=(\d+)", told)
    note = f"{seed[0]}" if seed else ""
    measure = "acknowledged log rows lost"
    if done and run.returncode == 0:
        record.ours(measure, f"{int(done[1]):,} simulated power cuts", 0, "rows", aim=0, note=note)
    else:
        record.add("ours", measure, f"{n:,} simulated power cuts", None, "rows", aim=0,
                   note=f"the test failed ({note}): {told.strip()[-300:]}")
