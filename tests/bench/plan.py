# SPDX-License-Identifier: MIT
"""plan - how long it takes to rehearse a month and a year: in the engine, and as a whole command."""
import shutil
import tempfile
import time
from pathlib import Path

from station import CAMPAIGN, Station, median_ms, output

YEAR, JUNE = "a year of 100 broadcasts a day", "June 2024, the shipped campaign"


def aim_of(what):
    return 50 if what == JUNE else 300


def engine(record):
    for line in output(record.bench / "bench_rehearse", CAMPAIGN / "campaign.conf").splitlines():
        what, value, unit = line.split("\t")
        name, _, counted = what.partition(", ")
        if what.startswith(JUNE):
            name, counted = JUNE, what[len(JUNE) + 2:]
        record.ours(name, "the engine alone", float(value), unit, aim=aim_of(name), note=counted)


def rehearse(record):
    engine(record)
    with tempfile.TemporaryDirectory() as folder, Station(record.build, folder) as box:
        year, empty = Path(folder) / "year.conf", Path(folder) / "empty"
        year.write_text(output(record.bench / "bench_rehearse", "-", "--print-year"))
        empty.mkdir()
        for clip in CAMPAIGN.glob("*.mp3"):
            shutil.copy(clip, box.state / "clips")
        shutil.copy(CAMPAIGN / "campaign.conf", box.state / "campaigns/june.conf")
        box.start()
        box.measured()
        box.stop()
        plan = [record.build / "loaphuong", "plan", "--json"]
        record.ours(JUNE, "loaphuong plan --json", aim=50, unit="ms", value=median_ms(
            *plan, "--from", "2024-06-01", "--until", "2024-06-30", *box.folders()))
        record.ours(YEAR, "loaphuong plan --json", aim=300, unit="ms", value=median_ms(
            *plan, "--from", "2024-01-01", "--until", "2024-12-31", "-c", year, "--state", empty,
            "--runtime", box.runtime))
