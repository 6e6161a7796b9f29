# SPDX-License-Identifier: MIT
"""figures - what a measurement yields, and the file that keeps it.

A figure stands in a section under a measure (what was asked of all: "p50", "instructions"); figures of one measure
are compared with one another. value None: it could not be measured, and the note says why.
"""
import dataclasses
import json
import os
import time

OURS, PEER, BARE = "ours", "peer", "bare"  # bare: the library alone, which bounds what one can do
NOT_INSTALLED = "not installed"


@dataclasses.dataclass
class Figure:
    who: str
    measure: str
    row: str
    value: float | None
    unit: str
    aim: float | None = None
    better: str = "less"  # or "more"
    note: str = ""
    samples: list = dataclasses.field(default_factory=list)  # in the unit; what value was taken from

    def met(self):
        """None where there is no aim; what of ours could not be measured does not meet it."""
        if self.who == OURS and self.value is None:
            return False
        if self.aim is None:
            return None
        return self.value <= self.aim if self.better == "less" else self.value >= self.aim


def percentile(samples, share):
    """The smallest sample that at least this share of them does not exceed."""
    ordered = sorted(samples)
    at = -(-len(ordered) * round(share * 1000) // 1000)  # rounded up, in whole numbers
    return ordered[max(0, min(len(ordered), at) - 1)]


def number(value):
    """Three digits are enough to compare by."""
    if value is None:
        return "-"
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.1 else f"{value:.3f}"


def aim_words(figure):
    if figure.aim is None:
        return ""
    sign = "≤" if figure.better == "less" else "≥"
    return f"{sign} {number(figure.aim)} {figure.unit}".rstrip()


class Record:
    """The figures of one section while it runs; each is told as it comes."""

    def __init__(self, build, bench, options):
        self.build, self.bench, self.options = build, bench, options
        self.figures = []

    def add(self, who, measure, row, value, unit, **more):
        figure = Figure(who, measure, row, value, unit, **more)
        self.figures.append(figure)
        says = f"{number(value)} {unit}" if value is not None else figure.note
        met = {None: "", True: "  met", False: "  MISSED"}[figure.met()]
        aim = "aim " + aim_words(figure) + met if figure.aim is not None else ""
        print(f"  {measure + ': ' + row:<74} {says:>22}  {aim}", flush=True)

    def ours(self, *figure, **more):
        self.add(OURS, *figure, **more)

    def peer(self, *figure, **more):
        self.add(PEER, *figure, **more)

    def bare(self, *figure, **more):
        self.add(BARE, *figure, **more)

    def absent(self, measure, row, unit, why=NOT_INSTALLED, who=PEER):
        self.add(who, measure, row, None, unit, note=why)


def as_section(record, commit):
    return {"made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "commit": commit,
            "load": round(os.getloadavg()[0], 1),
            "figures": [dataclasses.asdict(figure) for figure in record.figures]}


def of_section(section):
    return [Figure(**figure) for figure in section["figures"]]


def load(path):
    return json.loads(path.read_text()) if path.exists() else {"machine": {}, "versions": {}, "sections": {}}


def rounded(thing):
    """Nobody needs the 15th digit of a sample, least of all in a file that is kept."""
    if isinstance(thing, float):
        return float(f"{thing:.5g}")
    if isinstance(thing, dict):
        return {key: rounded(value) for key, value in thing.items()}
    return [rounded(value) for value in thing] if isinstance(thing, list) else thing


def save(path, result):
    """A sample a line would be thousands of lines: a list of numbers stands on one."""
    text = json.dumps(rounded(result), indent=1, ensure_ascii=False, sort_keys=True)
    lines, inside = [], False
    for line in text.splitlines():
        word = line.strip()
        if inside:
            lines[-1] += word + (" " if word.endswith(",") else "")
            inside = not word.startswith("]")
        else:
            lines.append(line)
            inside = word == '"samples": ['
    path.write_text("\n".join(lines) + "\n")
