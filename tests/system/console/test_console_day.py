#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The day in a real browser, as it goes by: what is to come, what is due and waits, what is on air, what became of it.
By a clock that the test turns.

SCREENSHOTS=FOLDER keeps what was seen.
"""
import datetime
import shutil
import sys

from browser import Browser, is_there
from harness import TREE, Box, run, wait_for
from looks import WIDTHS, is_well_made
from simclock import SimClock

if not is_there():
    print("left out: chromium and chromium-driver are not installed; tools/packages browser installs them")
    sys.exit(77)

YEAR = datetime.date.today().year + 1  # a time before the build is none that a station believes
CONFIG = """
campaign "thang-6" { from = "06-01" until = "06-30"
    broadcast "sang" { title = "Buổi sáng" at = {"06:15"} play = {"nhac-hieu", "goi-111"} }
    broadcast "chieu" { title = "Buổi chiều" at = {"17:00"} play = {"nhac-hieu", "goi-111"} }
}
"""
box, browser = Box(config=CONFIG), Browser()
for clip in ("nhac-hieu", "goi-111"):
    shutil.copy(f"{TREE}/config/campaigns/thang-hanh-dong-2024/{clip}.mp3", f"{box.state}/clips")


def instant(text):
    return datetime.datetime.fromisoformat(f"{YEAR}-{text}+07:00").timestamp()


box.clock = SimClock(f"{box.folder}/clock.sock", instant("06-01T06:05:00"), synced=True)


def turn_to(text):
    box.clock.turn(instant(text) - box.clock.now_s())


def shown():
    return browser.run("return [...document.querySelectorAll('#rows > li')].map(e => e.innerText.split('\\n').slice(0, 2).join(' | '));")


def place(css):
    """Of a piece of the timeline: its left edge and how wide it is."""
    return browser.run("const r = document.querySelector(arguments[0]).getBoundingClientRect(); return [r.left, r.width];", css)


def to_come():
    browser.size(*WIDTHS["phone"])
    browser.open(f"http://localhost:{box.port}/")
    browser.type("#code", box.code())
    browser.type("#name", "Nguyễn Thị Lan")
    browser.type("#password", "một câu dễ nhớ")
    browser.click("#go")
    browser.see("#state", "Không phát")
    browser.click("nav a[href='#day']")
    browser.see("#rows", "06:15", "□ sẽ phát")
    assert not browser.text("#unsure")
    # Built by what a screen reader reads: a group with a name, and a button for each.
    names = browser.run("return [...document.querySelectorAll('#timeline [role=button]')].map(e => e.getAttribute('aria-label'));")
    assert len(names) == len(shown()) and all(": sẽ phát" in name for name in names if name >= "06:05"), names


def due_and_waiting():
    """An emergency is on air as it becomes due."""
    before = place("#timeline .now")
    turn_to("06-01T06:14:58")
    answer = box.ask_station({"do": "play", "names": ["goi-111"] * 4, "emergency": True, "who": "Lan", "why": "thử"})
    assert answer["ok"], answer
    browser.see("#rows", "đến giờ, đang chờ đến lượt", "▶ KHẨN CẤP · đang phát")
    # The line of the present goes on: 10 minutes of the hours that the picture shows, on a phone's width.
    wait_for("the line to go on", lambda: place("#timeline .now")[0] > before[0])
    waiting = [row for row in shown() if "đang chờ" in row]
    assert len(waiting) == 1 and waiting[0].startswith("06:15 Buổi sáng"), shown()
    assert len(browser.all("#timeline .mark")) == len(shown())
    is_well_made(browser, "day-waits")


def what_became_of_it():
    assert box.ask_station({"do": "stop"})["ok"]
    wait_for("the end of both", lambda: not any("đang" in row for row in shown()) and shown())
    rows = {row["at"][11:16]: row for row in box.ask_station({"do": "log"})["rows"] if row["broadcast"] == "sang"}
    assert rows["06:15"]["outcome"] == "refused", rows
    assert any(row.startswith("06:15 Buổi sáng") and "✕ bị từ chối" in row for row in shown()), shown()
    assert any("▄ KHẨN CẤP · phát thiếu" in row for row in shown()), shown()


def another_programme():
    """What is changed elsewhere comes into the day that is looked at."""
    text = open(box.config).read()
    with open(box.config, "w") as file:
        file.write(text.replace('at = {"17:00"}', 'at = {"16:35"}'))
    assert box.ask_station({"do": "reload"})["ok"]
    turn_to("06-01T16:20:00")
    wait_for("the new hour", lambda: any(row.startswith("16:35 Buổi chiều") for row in shown()))
    assert not any(row.startswith("17:00") for row in shown()), shown()


def midnight():
    """It stays the day that was chosen; the present is no longer in it."""
    turn_to("06-02T00:01:00")
    wait_for("a picture without the present", lambda: not browser.all("#timeline .now"))
    assert browser.run("return document.getElementById('pick').value;") == f"{YEAR}-06-01"
    browser.click("#day-today")
    wait_for("the new day", lambda: browser.run("return document.getElementById('pick').value;") == f"{YEAR}-06-02" and browser.all("#timeline .now"))


with box, browser:
    run(to_come, due_and_waiting, what_became_of_it, another_programme, midnight)
