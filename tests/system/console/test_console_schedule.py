#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An operator's day in a real browser: a recording of a phone comes in, is put on the air at an hour of today, rehearsed,
saved, heard, stopped; what was changed is undone; the month's report is printed.

SCREENSHOTS=FOLDER keeps what was seen.
"""
import base64
import datetime
import os
import re
import subprocess
import sys

from browser import Browser, is_there
from harness import TREE, Box, run, wait_for
from looks import WIDTHS, is_well_made

if not is_there():
    print("left out: chromium and chromium-driver are not installed; tools/packages browser installs them")
    sys.exit(77)

CAMPAIGN = f"{TREE}/config/campaigns/thang-hanh-dong-2024"
NAME = "thang-hanh-dong-2024"
box = Box(pretend="2024-06-03T16:40:00+07:00", sink="null")
box.sink = f"wav:{box.folder}/heard.wav"
browser = Browser()


def file_of_campaign():
    path = f"{box.state}/campaigns/{NAME}.conf"
    return path, open(path).read()


def log_in():
    browser.size(*WIDTHS["phone"])
    browser.open(f"http://localhost:{box.port}/")
    browser.see("main", "Lần đầu sử dụng")
    browser.type("#code", box.code())
    browser.type("#name", "Nguyễn Thị Lan")
    browser.type("#password", "một câu dễ nhớ")
    browser.click("#go")
    browser.see("#state", "Không phát")


def a_recording_of_a_phone():
    browser.click("nav a[href='#clips']")
    browser.see("#clip-list", "goi-111")
    path = f"{box.folder}/Họp thôn.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", f"{CAMPAIGN}/khau-hieu-02.mp3", "-c:a", "aac", path], check=True)
    cut = f"{box.folder}/cut.m4a"
    with open(path, "rb") as whole, open(cut, "wb") as part:
        part.write(whole.read()[:9000])
    browser.type("#file", cut)
    browser.click("#send")
    browser.see("#verdict", "Máy không nhận bản ghi này")
    browser.open(f"http://localhost:{box.port}/#clips")
    browser.type("#file", path)
    browser.click("#send")
    browser.see("#verdict", "Đã nhận “Họp thôn”")
    browser.see("#clip-list", "hop-thon")


def what_is_written():
    browser.click("nav a[href='#schedule']")
    browser.see("#campaigns", "Buổi chiều", "17:00", "hằng ngày", "Tổng đài 111", "khau-hieu")
    is_well_made(browser, "schedule")


def refused_before_it_is_saved():
    before = file_of_campaign()[1]
    browser.click("button[aria-label='Sửa: Buổi chiều']")
    browser.see("main", "Giờ phát", "Phát lần lượt")
    is_well_made(browser, "schedule-form")
    browser.run("document.querySelector('#at input').value = '03:15';")
    browser.click("#try")
    browser.see("#trial", "nằm ngoài khung giờ phát", "03:15 sẽ không phát", "Lưu và áp dụng")
    browser.run("document.querySelector('#at input').value = '';")
    browser.click("#try")
    browser.see("#trial", "Sửa như vậy thì cấu hình có lỗi")
    browser.click("#back")
    browser.see("#campaigns", "Buổi chiều")
    assert file_of_campaign()[1] == before


def put_on_rehearsed_saved_and_heard():
    path, before = file_of_campaign()
    now = datetime.datetime.fromisoformat(box.ask_station({"do": "status"})["status"]["now"])
    at = (now + datetime.timedelta(seconds=30 + 59)).strftime("%H:%M")  # 30 to 90 s from now
    browser.click("button[aria-label='Sửa: Buổi chiều']")
    browser.run("document.querySelector('#at input').value = arguments[0];", at)
    browser.click("#play-add")
    browser.run("const s = [...document.querySelectorAll('#play select')].pop(); s.value = 'hop-thon';")
    for _ in range(5):  # to the front
        browser.run("const r = document.querySelector('#play').lastElementChild; r.parentElement.children;"
                    "[...document.querySelectorAll('#play .one')].find(e => e.querySelector('select').value === 'hop-thon')"
                    ".querySelectorAll('button')[0].click();")
    browser.click("#try")
    browser.see("#trial", "Nếu lưu", "Thêm", at)
    is_well_made(browser, "schedule-effect")
    browser.type("#why", "họp thôn tối nay")
    browser.click("#save")
    browser.see("#saved", "Đã lưu và có hiệu lực", "họp thôn tối nay")
    after = open(path).read()
    assert f'at    = {{"{at}"}}' in after and '"hop-thon", "nhac-hieu"' in after, after
    lines = set(before.splitlines()) - set(after.splitlines())
    assert len(lines) == 2, lines  # but for these two, all is as it was, comments too
    is_well_made(browser, "schedule-saved")
    status = box.ask_station({"do": "status"})["status"]
    assert status["next"]["broadcast"] == "buoi-chieu" and at in status["next"]["at"], status["next"]
    note = box.ask_station({"do": "notes", "newest_first": True, "limit": 2})["notes"][1]
    assert note["what"] == "campaign-save" and "họp thôn tối nay" in note["why"] and "Lan" in note["who"], note
    browser.click("nav a[href='#now']")
    browser.see("#next", at)
    browser.see("#state", "ĐANG PHÁT", "Họp thôn", "theo lịch")
    browser.see("#state", "Nhạc hiệu")
    browser.click("#stop")
    browser.see("#said", "Đã dừng")

    def closed():
        row = box.ask_station({"do": "log", "newest_first": True, "limit": 1})["rows"][0]
        return row if row["outcome"] != "open" else None
    row = wait_for("the end of it in the log", closed)
    assert row["aired"][0] == "hop-thon" and row["trigger"] == "schedule" and row["outcome"] == "partial", row
    assert row["proof"][0]["whole"] and row["proof"][0]["audible"] > row["proof"][0]["rate"], row["proof"]


def undone():
    path, _ = file_of_campaign()
    browser.click("nav a[href='#schedule']")
    browser.see("#history", "Nguyễn Thị Lan", "họp thôn tối nay")
    browser.click("#undo")
    browser.see("#said", "Đã hoàn lại")
    assert 'at    = {"17:00"}' in open(path).read()
    browser.see("#campaigns", "17:00")
    # an older one, over a change that came later: asked first
    browser.click("#history li:last-child button")
    browser.see("#ask", "những lần sửa sau")
    browser.click("#ask-yes")
    browser.see("#said", "Nội dung đã đúng như vậy rồi")


def once():
    browser.click("#once")
    browser.run("document.getElementById('date').value = '2024-06-12'; document.getElementById('time').value = '17:30';")
    browser.run("document.querySelector('#play select').value = 'goi-111';")
    is_well_made(browser, "schedule-once")
    browser.click("#try")
    browser.see("#trial", "Thêm 1 buổi, bỏ 0, dời 0", "12/06/2024")
    browser.click("#save")
    browser.see("#saved", "Đã lưu")
    browser.see("#campaigns", "Phát thêm 12/06/2024 17:30", "17:30 · 12/06/2024")
    day = box.ask_station({"do": "ping"}) and subprocess.run(
        [os.environ["LOAPHUONG"], "plan", "--state", box.state, "--from", "2024-06-12", "--until", "2024-06-12", "--json"],
        capture_output=True, text=True, check=True).stdout
    assert '"at":"2024-06-12T17:30:00+07:00"' in day, day
    browser.click("button[aria-label='Sửa: Phát thêm 12/06/2024 17:30']")
    browser.click("#take-away")
    browser.see("#trial", "bỏ 1, dời 0")


def new_broadcast_and_playlist():
    browser.click("#back")
    browser.see("#campaigns", "Buổi chiều")
    browser.click("button[aria-label='Thêm buổi phát: Tháng hành động vì trẻ em năm 2024']")
    browser.type("#title", "Đêm hội Trăng rằm")
    browser.run("document.querySelector('#at input').value = '18:00';")
    for day in ("mon", "tue", "wed", "thu", "fri"):
        browser.click(f"#day-{day}")
    browser.run("document.querySelector('#play select').value = 'khau-hieu';")
    browser.click("#try")
    browser.see("#trial", "Thêm 8 buổi")  # Saturdays and Sundays of this June that are to come
    browser.click("#save")
    browser.see("#campaigns", "Đêm hội Trăng rằm", "18:00 · T7, CN")
    assert 'broadcast "dem-hoi-trang-ram" {' in file_of_campaign()[1]
    browser.click("button[aria-label='Sửa: khau-hieu']")
    browser.run("document.getElementById('take').value = '2';")
    browser.click("#try")
    browser.see("#trial", "đổi")
    browser.click("#save")
    browser.see("#campaigns", "lần lượt: mỗi lần 2 bài trong 12 bài")
    assert "take  = 2" in file_of_campaign()[1]


def a_clip_expires():
    browser.click("nav a[href='#clips']")
    browser.click("button[aria-label='Hạn phát, lời…: Tổng đài 111']")
    browser.type("#until", "5/6/2024")
    is_well_made(browser, "schedule-clip")
    browser.click("#try")
    browser.see("#trial", "hết hạn")
    browser.click("#save")
    browser.see("#saved", "Đã lưu")
    assert 'until = "2024-06-05"' in file_of_campaign()[1]
    browser.click("nav a[href='#clips']")
    browser.see("#clip-list", "Sắp hết hạn, ngày 05/06/2024")
    # one that no campaign knows
    browser.click("button[aria-label='Hạn phát, lời…: Họp thôn']")
    browser.type("#until", "04/06/2024")
    browser.click("#try")
    browser.see("#trial", "Lưu và áp dụng")
    browser.click("#save")
    browser.see("#saved", "Đã lưu")
    browser.click("nav a[href='#clips']")
    browser.see("#clip-list", "Sắp hết hạn, ngày 04/06/2024")


def a_viewer_looks():
    lan = box.come_in("/api/v1/session", name="Nguyễn Thị Lan", password="một câu dễ nhớ")
    viewer = box.invite(lan, "Bình", "viewer")
    assert box.ask("GET", "/api/v1/campaigns", who=viewer).status == 200
    for path in ("campaign-try", "campaign-save", "campaign-undo"):
        answer = box.ask("POST", f"/api/v1/{path}", {"file": "x.conf", "base": None, "changes": []}, viewer)
        assert answer.status == 403, (path, answer.status)
    assert box.ask("GET", "/api/v1/campaigns").status == 401
    for body in ({}, {"file": "../x.conf", "base": None, "changes": [{"campaign": "x"}]}, {"file": "x.conf", "changes": 7}):
        for path in ("campaign-try", "campaign-save"):
            answer = box.ask("POST", f"/api/v1/{path}", body, lan)
            assert answer.status == 400 and answer.json()["message"], (path, body, answer.status, answer.body)
    for month in ("2024-13", "../../etc", "--help", "2024-06x", "2031-01", ""):
        answer = box.ask("GET", f"/api/v1/report?month={month}", who=viewer)
        assert answer.status in (400, 404) and answer.json()["message"], (month, answer.status)
    assert box.ask("GET", "/api/v1/report?month=2024-06").status == 401
    answer = box.ask("GET", "/api/v1/report?month=2024-06", who=viewer)
    assert "default-src 'none'" in answer.header("Content-Security-Policy") and "script" not in answer.header("Content-Security-Policy")


def the_report():
    browser.click("nav a[href='#report']")
    browser.click("#make")
    browser.see("#report", "In (hoặc lưu PDF)")
    frame = browser.find("#paper")
    browser.call("POST", "/frame", {"id": {"element-6066-11e4-a52e-4f735466cecf": frame}})
    browser.see("body", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BÁO CÁO", "tháng 06 năm 2024")
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth;"), "the report sticks out on a phone"
    browser.call("POST", "/frame", {"id": None})
    is_well_made(browser, "report")
    table = browser.run("return fetch(document.getElementById('table').href).then(r => r.text());")
    assert table.lstrip("\ufeff").splitlines()[0].count(",") >= 3, table[:200]
    browser.open(f"http://localhost:{box.port}/api/v1/report?month=2024-06")
    pdf = base64.b64decode(browser.call("POST", "/goog/cdp/execute", {"cmd": "Page.printToPDF", "params": {
        "preferCSSPageSize": True, "printBackground": True}})["data"])
    pages = len(re.findall(rb"/Type\s*/Page[^s]", pdf))
    assert 1 <= pages <= 3, pages
    errors = [e for e in browser.log() if e["level"] == "SEVERE" and "Failed to load resource" not in e["message"]]
    assert not errors, errors


with box, browser:
    run(log_in, a_recording_of_a_phone, what_is_written, refused_before_it_is_saved, put_on_rehearsed_saved_and_heard, undone,
        once, new_broadcast_and_playlist, a_clip_expires, a_viewer_looks, the_report)
