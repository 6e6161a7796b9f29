#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A box without network and battery after a power cut, at 05:50: the official sees that broadcasts are held and why, and
sets the time from the phone. In a real browser.

SCREENSHOTS=FOLDER keeps what was seen.
"""
import datetime
import socket
import sys
import time

from browser import Browser, is_there
from harness import Box, run, wait_for
from looks import WIDTHS, is_well_made
from simclock import ClockSocket, SimClock

if not is_there():
    print("left out: chromium and chromium-driver are not installed; tools/packages browser installs them")
    sys.exit(77)

box, browser = Box(), Browser()
box.clock = SimClock(f"{box.folder}/clock.sock", datetime.datetime.fromisoformat("2024-06-01T05:40:00+07:00").timestamp())
box.console_options = ["--clock", f"{box.folder}/clock-set"]
YEAR = "2024"


def status():
    return box.ask_station({"do": "status"})["status"]


def held_and_why():
    browser.size(*WIDTHS["phone"])
    browser.open(f"http://localhost:{box.port}/")
    browser.type("#code", box.code())
    browser.type("#name", "Nguyễn Thị Lan")
    browser.type("#password", "một câu dễ nhớ")
    browser.click("#go")
    browser.see("#state", "ĐANG GIỮ LẠI", "Giờ của máy", YEAR, "Giờ của thiết bị này", str(datetime.date.today().year), "hãy đặt giờ cho máy theo nó")
    assert status()["clock"]["state"] == "untrusted"
    assert not browser.all("#confirm")  # two years apart: nobody is asked to say that this is right
    is_well_made(browser, "held")


def the_day_says_so_too():
    """What is due and neither in the log nor to come is not hidden."""
    browser.click("nav a[href='#day']")
    browser.see("#unsure", "ĐANG GIỮ LẠI", "chưa biết chắc giờ")
    browser.see("#rows", "06:15", "sẽ phát")
    assert "đang được giữ lại" not in browser.text("#rows")
    box.clock.turn(40 * 60)
    browser.see("#rows", "06:15", "□ đến giờ, đang được giữ lại")
    assert len(browser.all("#timeline .mark")) == len(browser.all("#rows > li"))
    is_well_made(browser, "held-day")
    browser.click("nav a[href='#now']")
    browser.see("#state", "ĐANG GIỮ LẠI")


def nobody_sets_it_there():
    """A box whose technician does not want that: it says so."""
    browser.click("#set-clock")
    browser.see("#ask", "Đặt giờ của máy thành", "Tên bạn được ghi vào nhật ký")
    browser.shot("held-ask-phone")
    browser.click("#ask-yes")
    browser.see("#said", "Kỹ thuật viên")
    assert status()["clock"]["state"] == "untrusted"


def who_may_not():
    box.setter = ClockSocket(f"{box.folder}/clock-set", box)
    lan = box.come_in("/api/v1/session", name="Nguyễn Thị Lan", password="một câu dễ nhớ")
    viewer = box.invite(lan, "Bình", "viewer")
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert box.ask("POST", "/api/v1/clock-set", {"to": now}, viewer).status == 403
    assert box.ask("POST", "/api/v1/clock-set", {"to": now}).status == 401
    for to, error in (("", "bad-request"), ("--yes", "bad-request"), ("05:50", "bad-request"), ("2019-01-01T00:00:00Z", "clock"),
                      ("2099-01-01T00:00:00Z", "clock")):
        answer = box.ask("POST", "/api/v1/clock-set", {"to": to}, lan)
        assert answer.status == 409 and answer.json()["error"] == error and answer.json()["message"], (to, answer.body)
    for sent in (b"\n", b"{}\n", b"x" * 4000 + b"\n", b'{"to":"%s","who":""}\n' % now.encode(), b'{"to":"%s","who":"a\\u0001"}\n' % now.encode(),
                 b'{"to":"%s","who":"%s"}\n' % (now.encode(), b"a" * 80)):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(f"{box.folder}/clock-set/control.sock")
            sock.sendall(sent)
            assert b'"error":"bad-request"' in sock.recv(4096), sent
    assert status()["clock"]["state"] == "untrusted"


def set_from_the_phone():
    browser.click("#set-clock")
    browser.click("#ask-yes")
    browser.see("#said", "Đã đặt giờ")
    browser.see("#state", "Không phát")
    clock = status()["clock"]
    assert clock["state"] == "trusted" and clock["reason"] == "confirmed", clock
    assert abs(box.clock.now_s() - time.time()) < 5 * 60, (box.clock.now_s(), time.time())

    def noted():
        return [note for note in box.ask_station({"do": "notes"})["notes"] if note["what"] == "clock-set"]
    note = wait_for("a note", noted)[0]
    assert note["who"].startswith("Nguyễn Thị Lan ("), note
    browser.see("#clock", "giờ chắc chắn")


def not_once_more():
    """A box that knows the time is not to be set by whoever has a phone that goes wrong."""
    lan = box.come_in("/api/v1/session", name="Nguyễn Thị Lan", password="một câu dễ nhớ")
    answer = box.ask("POST", "/api/v1/clock-set", {"to": "2026-12-31T00:00:00Z"}, lan)
    assert answer.status == 409 and answer.json()["error"] == "trusted", answer.body


with box, browser:
    run(held_and_why, the_day_says_so_too, nobody_sets_it_there, who_may_not, set_from_the_phone, not_once_more)
