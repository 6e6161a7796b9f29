#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The report of a month on the page, from the log of a June that a station left behind: its figures, who may see it, the
sheet of paper, the table. In a real browser.

SCREENSHOTS=FOLDER keeps what was seen.
"""
import base64
import csv
import datetime
import io
import os
import re
import subprocess
import sys

from browser import ELEMENT, Browser, is_there
from harness import Box, run, wait_for
from looks import WIDTHS, axe_finds, is_well_made
from simclock import SimClock

if not is_there():
    print("left out: chromium and chromium-driver are not installed; tools/packages browser installs them")
    sys.exit(77)

CONFIG = """
report { authority = "UBND THỊ TRẤN ĐỒNG ĐĂNG"  signer = "Nguyễn Văn An" }
clip "goi-111" { title = "Tổng đài 111 & bạn" }
clip "nhac-hieu" { title = "Nhạc hiệu" }
campaign "thang-6" { from = "2024-06-01" until = "2024-07-31"
    broadcast "buoi-sang" { title = "Buổi <sáng>" at = {"05:45"} play = {"nhac-hieu", "goi-111"} }
    broadcast "buoi-chieu" { at = {"17:00"} play = {"nhac-hieu", "goi-111"} }
}
"""
# How the report says what make_month counts.
SUMS = {"due": "Số buổi theo lịch", "played": "phát đủ và đúng giờ", "late": "phát muộn", "partial": "phát một phần",
        "refused": "không phát: không được phép", "missed": "không phát: bị lỡ", "by-hand": "Phát bằng tay"}
A4_POINTS = (595, 842)

box, browser = Box(config=CONFIG), Browser()
# A clock that is not pretended: rows of a pretended one are not those of the month.
box.clock = SimClock(f"{box.folder}/clock.sock", datetime.datetime.fromisoformat("2024-07-02T09:00:00+07:00").timestamp())
counted = {name: int(number) for name, number in (line.split() for line in subprocess.run(
    [os.environ["MAKE_MONTH"], box.state], capture_output=True, text=True, check=True).stdout.splitlines())}


class paper:
    """Inside the frame that shows the report."""

    def __enter__(self):
        wait_for("the report in its frame", lambda: browser.run(
            "const f = document.getElementById('paper'); return Boolean(f && f.contentDocument && f.contentDocument.readyState === 'complete' &&"
            "f.contentDocument.querySelector('.proof'));"))
        browser.call("POST", "/frame", {"id": {ELEMENT: browser.find("#paper")}})

    def __exit__(self, *_):
        browser.call("POST", "/frame", {"id": None})


def table(month="2024-06", who=None):
    answer = box.ask("GET", f"/api/v1/report.csv?month={month}", who=who)
    assert answer.status == 200 and answer.header("Content-Type").startswith("text/csv"), (answer.status, answer.body)
    assert f'filename="loaphuong-{month}.csv"' in answer.header("Content-Disposition")
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def the_first_comes_in():
    browser.size(*WIDTHS["phone"])
    browser.open(f"http://localhost:{box.port}/")
    browser.type("#code", box.code())
    browser.type("#name", "Nguyễn Thị Lan")
    browser.type("#password", "một câu dễ nhớ")
    browser.click("#go")
    browser.see("#state", "ĐANG GIỮ LẠI")


def who_may():
    """Whoever may look at all; nobody else. A month, and no option of the command."""
    for path in ("report", "report.csv"):
        answer = box.ask("GET", f"/api/v1/{path}?month=2024-06")
        assert answer.status == 401 and b"goi-111" not in answer.body, (path, answer.status)
    lan = box.come_in("/api/v1/session", name="Nguyễn Thị Lan", password="một câu dễ nhớ")
    box.viewer = box.invite(lan, "Bình", "viewer")
    for path in ("report", "report.csv"):
        assert box.ask("GET", f"/api/v1/{path}?month=2024-06", who=box.viewer).status == 200, path
        for month in ("2024-00", "2024-13", "2024-6", "2024_06", "-o", "--help", "2024-06%20", "2024-06%00", "../..", "", "2031-01"):
            answer = box.ask("GET", f"/api/v1/{path}?month={month}", who=box.viewer)
            assert answer.status in (400, 404) and b"<html" not in answer.body, (path, month, answer.status)
    assert box.ask("GET", "/api/v1/report", who=box.viewer).status == 400


def its_policy():
    """A document of its own: its style and nothing else, shown in no foreign page."""
    answer = box.ask("GET", "/api/v1/report?month=2024-06", who=box.viewer)
    policy = dict(part.strip().split(" ", 1) for part in answer.header("Content-Security-Policy").split(";"))
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'self'" and "script-src" not in policy, policy
    assert [value for name, value in answer.headers if name.lower() == "x-frame-options"] == ["SAMEORIGIN"], answer.headers
    assert answer.header("X-Content-Type-Options") == "nosniff" and b"<script" not in answer.body
    assert "no-store" in answer.header("Cache-Control")
    # The page itself is as strict as before.
    page = box.ask("GET", "/").header("Content-Security-Policy")
    assert "unsafe-inline" not in page and "script-src 'self'" in page, page


def a_month_that_is_to_come():
    browser.click("nav a[href='#report']")
    wait_for("a month to begin with", lambda: browser.run("return document.getElementById('month-of').value;") == "2024-07")
    browser.run("document.getElementById('month-of').value = '2031-01';")
    browser.click("#make")
    browser.see("#report .fault", "Hãy chọn một tháng đã bắt đầu")
    assert not browser.all("#paper") and not browser.all("#print")


def its_figures():
    """On the page what the maker of the log counted; pretended rows and July's are not in it."""
    browser.run("document.getElementById('month-of').value = '2024-06';")
    browser.click("#make")
    browser.see("#report", "In (hoặc lưu PDF)", "CSV")
    with paper():
        shown = browser.see("body", "BÁO CÁO", "tháng 06 năm 2024", "UBND THỊ TRẤN ĐỒNG ĐĂNG", "Buổi <sáng>", "Tổng đài 111 & bạn", "Chị <Lan>")
        sums = dict(browser.run("return [...document.querySelectorAll('table')[0].rows].map(r => [...r.cells].map(c => c.innerText.trim()));"))
        plays = {row[0]: int(row[1]) for row in browser.run(
            "return [...document.querySelectorAll('table')[1].rows].slice(1).map(r => [...r.cells].map(c => c.innerText.trim()));")}
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth;"), "the report sticks out on a phone"
    for name, words in SUMS.items():
        assert sums[words] == str(counted[name]), (name, sums, counted)
    assert plays == {"Tổng đài 111 & bạn": counted["messages"], "Nhạc hiệu": counted["tunes"]}, (plays, counted)
    head = subprocess.run([os.environ["LOAPHUONG"], "--state", box.state, "log", "verify"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"\b[0-9a-f]{64}\b", head).group(0) in shown.replace("\n", ""), head
    browser.run("document.getElementById('print').scrollIntoView();")
    is_well_made(browser, "report-june")


def the_table():
    rows = table(who=box.viewer)
    sums = {row["what"]: int(row["number"]) for row in rows if row["kind"] == "sum"}
    for name in SUMS:
        assert sums[name] == counted[name], (name, sums, counted)
    plays = {row["what"]: int(row["number"]) for row in rows if row["kind"] == "message"}
    assert plays == {"goi-111": counted["messages"], "nhac-hieu": counted["tunes"]}, plays
    link = browser.run("const a = document.getElementById('table'); return [a.hasAttribute('download'), a.getAttribute('href')];")
    assert link[0] and link[1].startswith("/api/v1/report.csv?month=2024-06"), link


def printed():
    """The button prints the report and not the page around it."""
    browser.run("window.asked = []; window.print = () => asked.push('page');"
                "document.getElementById('paper').contentWindow.print = () => window.asked.push('report');")
    browser.click("#print")
    assert browser.run("return window.asked;") == ["report"]
    browser.open(f"http://localhost:{box.port}/api/v1/report?month=2024-06&language=vi")
    for width, size in WIDTHS.items():
        browser.size(*size)
        found = axe_finds(browser)
        assert not found, (width, found)
        browser.shot(f"report-alone-{width}")
    pdf = base64.b64decode(browser.call("POST", "/goog/cdp/execute", {"cmd": "Page.printToPDF", "params": {"preferCSSPageSize": True}})["data"])
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        with open(f"{folder}/report.pdf", "wb") as file:
            file.write(pdf)
    pages = re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]", pdf)
    assert 1 <= len(pages) <= 3, len(pages)
    for page in pages:
        assert all(abs(float(is_) - to_be) < 1.5 for is_, to_be in zip(page, A4_POINTS)), page
    print(f"on paper: {len(pages)} pages of A4")
    errors = [e for e in browser.log() if e["level"] == "SEVERE" and "404" not in e["message"]]
    assert not errors, errors


def why_it_was_late():
    """The day of one that was kept waiting into another minute: the page asks after the minute it was planned for."""
    row = next(row for row in box.ask_station({"do": "log"})["rows"] if row["outcome"] == "late")
    browser.size(*WIDTHS["phone"])
    browser.open(f"http://localhost:{box.port}/#day")
    wait_for("the day", lambda: browser.run("const p = document.getElementById('pick'); return p && p.value;") == "2024-07-02")
    browser.run("const p = document.getElementById('pick'); p.value = arguments[0]; p.dispatchEvent(new Event('change'));", row["at"][:10])
    heard = row["start"][11:16]
    assert heard != row["at"][11:16], row
    button = f"#rows button[aria-label^='Vì sao? {heard}']"
    wait_for("its row", lambda: browser.all(button))
    browser.click(button)
    browser.see("#rows .why:not(:empty)", "Trong nhật ký", row["at"][11:16], "muộn")
    # Its month: what the report has of it.
    plays = dict(browser.run("return [...document.querySelectorAll('.plays tbody tr')].map(r => [r.cells[0].innerText.trim(), +r.cells[1].innerText]);"))
    assert plays == {"Tổng đài 111 & bạn": counted["messages"], "Nhạc hiệu": counted["tunes"]}, (plays, counted)


def not_the_fault_of_the_month():
    """Where the log cannot be had, the page does not send people to look for another month."""
    box.station.terminate()
    box.station.wait()
    for name in os.listdir(box.state):
        if name.startswith("asrun.db"):
            with open(f"{box.state}/{name}", "wb") as file:
                file.write(b"no log " * 1000)
    answer = box.ask("GET", "/api/v1/report?month=2024-06&language=vi", who=box.viewer)
    assert answer.status == 503 and "kỹ thuật viên" in answer.json()["message"], (answer.status, answer.body[:300])


with box, browser:
    run(the_first_comes_in, who_may, its_policy, a_month_that_is_to_come, its_figures, the_table, printed,
        why_it_was_late, not_the_fault_of_the_month)
