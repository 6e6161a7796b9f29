#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An operator's morning in a real browser, on a phone and on a PC: first log-in, look, play, stop, send a recording.

SCREENSHOTS=FOLDER keeps what was seen.
"""
import gzip
import json
import os
import re
import subprocess
import sys
import time

from browser import Browser, is_there
from harness import TREE, Box, run, wait_for
from looks import WIDTHS
from looks import axe_is_awake
from looks import is_well_made as looks_well

if not is_there():
    print("left out: chromium and chromium-driver are not installed; tools/packages browser installs them")
    sys.exit(77)

CAMPAIGN = f"{TREE}/config/campaigns/thang-hanh-dong-2024"
TAB, ENTER = "\ue004", "\ue007"
box, browser = Box(), Browser()

def is_well_made(name):
    looks_well(browser, name)


def first_use():
    browser.size(*WIDTHS["phone"])
    browser.open(f"http://localhost:{box.port}/")
    browser.see("main", "Lần đầu sử dụng")
    axe_is_awake(browser)
    is_well_made("first-use")
    browser.type("#code", "AAAA AAAA")
    browser.type("#name", "Nguyễn Thị Lan")
    browser.type("#password", "một câu dễ nhớ")
    browser.click("#go")
    browser.see("#said", "Mã không đúng")
    browser.run("document.getElementById('code').value = '';")
    browser.type("#code", box.code())
    browser.click("#go")
    browser.see("#state", "Không phát")


def the_words_are_whole():
    wrong = browser.run("""return Object.entries(WORDS).filter(([key, pair]) => pair.length !== 2 || !pair[0] || !pair[1] ||
		(pair[0].match(/\\{\\d\\}/g) || []).sort().join() !== (pair[1].match(/\\{\\d\\}/g) || []).sort().join()).map(e => e[0]);""")
    assert not wrong, wrong
    # On the wire, all that the page brings along.
    page = box.ask("GET", "/").body.decode()
    files = ["/"] + re.findall(r'(?:src|href)="(/[a-z.]+)"', page)
    assert len(files) > 5 and "/icon.svg" in files, files
    weight = 0
    for path in files:
        small, whole = box.ask("GET", path, Accept_Encoding="deflate, gzip"), box.ask("GET", path, Accept_Encoding="gzip;q=0")
        assert small.header("Content-Encoding") == "gzip" and whole.header("Content-Encoding") is None, path
        assert gzip.decompress(small.body) == whole.body, path
        weight += len(small.body)
    print(f"the page: {weight} bytes in {len(files)} files")
    assert weight < 100_000, weight


def now_tells_what_comes():
    browser.see("#next", "Tiếp theo", "còn")
    browser.see("#airtime", "Trong khung giờ được phép, đến 21:00")
    browser.see("#station", "Đài Thử")
    is_well_made("now-idle")


def play_and_stop():
    browser.choose("#what", "c:goi-111")
    browser.see("#effect", "ra loa ngay lập tức")
    browser.type("#why", "thử loa")
    browser.click("#play")
    browser.see("#state", "ĐANG PHÁT", "Tổng đài 111", "phát bằng tay")
    wait_for("a level", lambda: browser.run("const m = document.getElementById('air-level'); return m && m.value > -40 && m.value <= 0;"))
    browser.choose("#what", "c:khau-hieu-01")
    browser.see("#effect", "Ngắt")
    is_well_made("now-on-air")
    browser.click("nav a[href='#clips']")  # STOP is on every page
    browser.see("main", "Thêm bản ghi")
    browser.click("#stop")
    browser.see("#said", "Đã dừng")
    browser.click("nav a[href='#now']")
    browser.see("#state", "Không phát")
    rows = box.ask_station({"do": "log", "newest_first": True, "limit": 1})["rows"]
    assert rows[0]["who"].startswith("Nguyễn Thị Lan ("), rows[0]
    assert rows[0]["items"] == ["goi-111"] and rows[0]["reason"] == "stopped", rows[0]
    # A station with nothing to stop says so.
    browser.click("#stop")
    browser.see("#said", "Không có gì đang phát")


def an_emergency_has_two_steps():
    browser.choose("#what", "c:goi-111")
    browser.click("#emergency")
    browser.see("#emergency-text", "ngắt mọi bài khác")
    browser.click("#play")
    browser.see("#said", "phải ghi lý do")
    browser.type("#why", "vỡ đập")
    browser.click("#play")
    browser.see("#ask", "PHÁT KHẨN CẤP")
    browser.shot("emergency-phone")
    browser.keys(ENTER)  # the answer that is ready to hand is no
    wait_for("no question", lambda: not browser.run("return document.getElementById('ask').open;"))
    assert box.ask_station({"do": "status"})["status"]["on_air"] is None
    browser.click("#play")
    browser.click("#ask-yes")
    browser.see("#state", "ĐANG PHÁT")
    assert box.ask_station({"do": "status"})["status"]["on_air"]["class"] == "emergency"
    browser.choose("#what", "c:khau-hieu-01")
    browser.see("#effect", "bị từ chối")
    browser.click("#stop")
    browser.see("#state", "Không phát")


def pause_skip_volume():
    browser.run("document.getElementById('pause-until').value = '12:30';")
    browser.type("#pause-why", "kỳ thi")
    browser.click("#pause")
    browser.see("#state", "TẠM DỪNG LỊCH", "12:30")
    is_well_made("now-paused")
    browser.click("#unpause")
    browser.see("#state", "Không phát")
    before = browser.see("#next .when", ":")
    browser.click("#skip")
    browser.click("#ask-yes")
    browser.see("#said", "Đã bỏ buổi")
    wait_for("another broadcast", lambda: before not in browser.text("#next .when"))
    browser.run("const v = document.getElementById('volume'); v.value = -6; v.dispatchEvent(new Event('input'));"
                "v.dispatchEvent(new Event('change'));")
    browser.see("#said", "-6 dB")
    assert box.ask_station({"do": "status"})["status"]["volume_db"] == -6


def send_a_recording():
    browser.click("nav a[href='#clips']")
    browser.see("#clip-list", "goi-111")
    bad = f"{box.folder}/không phải bài.mp3"
    with open(bad, "wb") as file:
        file.write(b"\x7fELF" + bytes(range(256)) * 100)
    browser.type("#file", bad)
    browser.click("#send")
    browser.see("#verdict", "Máy không nhận bản ghi này")
    browser.shot("clips-refused-phone")
    browser.open(f"http://localhost:{box.port}/#clips")
    browser.type("#file", f"{CAMPAIGN}/nhac-hieu.mp3")
    browser.type("#title", "Nhạc hiệu mới")
    browser.type("#name", "nhac-hieu-moi")
    browser.click("#send")
    browser.see("#verdict", "Đã nhận “Nhạc hiệu mới”")
    browser.see("#clip-list", "Nhạc hiệu mới", "Nguyễn Thị Lan")
    browser.click("button[aria-label='Nghe thử trên máy này: Nhạc hiệu mới']")
    wait_for("sound in the browser", lambda: browser.run(
        "const a = document.querySelector('audio'); return a && a.duration > 1 && a.currentTime > 0 && !a.error;"))
    # As it sounds: neither flat nor empty.
    heights = wait_for("a waveform", lambda: browser.run(
        "const p = document.querySelector('.wave path'); return p && p.getAttribute('d').match(/v[0-9.]+/g).map(v => +v.slice(1));"))
    assert len(heights) == 400 and max(heights) > 20 and len(set(heights)) > 40, heights[:50]
    is_well_made("clips")
    browser.click("button[aria-label='Phát ra loa…: Nhạc hiệu mới']")
    browser.see("#effect", "Nhạc hiệu mới")
    browser.click("nav a[href='#clips']")
    browser.click("button[aria-label='Xóa: Nhạc hiệu mới']")
    browser.click("#ask-yes")
    browser.see("#said", "Đã xóa")
    wait_for("the list without it", lambda: "Nhạc hiệu mới" not in browser.text("#clip-list"))
    browser.see("#gone", "nhac-hieu-moi")
    browser.click("button[aria-label='Lấy lại: nhac-hieu-moi']")
    browser.see("#clip-list", "nhac-hieu-moi")


def an_upload_that_breaks_off():
    """The console dies half-way: the page says so, and the same button sends it again."""
    long = f"{box.folder}/họp dân.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:duration=40", "-ar", "44100", "-ac", "2", long], check=True)

    def network(**how):
        browser.call("POST", "/goog/cdp/execute", {"cmd": "Network.emulateNetworkConditions", "params": {
            "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1, **how}})
    browser.call("POST", "/goog/cdp/execute", {"cmd": "Network.enable", "params": {}})
    network(uploadThroughput=1_000_000)
    browser.type("#file", long)
    browser.click("#send")
    browser.see("#bar-text", "MiB")
    wait_for("a part of it", lambda: browser.run("return document.getElementById('bar').value;") > 0.05)
    box.console.kill()
    box.console.wait()
    browser.see("#verdict", "Việc gửi bị gián đoạn")
    network()
    box.start_console("--listen", f"127.0.0.1:{box.port}")
    wait_for("the box to be heard again", lambda: browser.text("#trouble") == "")
    browser.click("#send")
    browser.see("#verdict", "Đã nhận “họp dân”")
    browser.see("#clip-list", "hop-dan")
    assert len([c for c in box.ask_station({"do": "clips"})["clips"] if c["name"].startswith("hop-dan")]) == 1


def the_day():
    browser.click("nav a[href='#day']")
    browser.see("#rows", "bị dừng bằng tay", "sẽ phát", "đã được bỏ bằng tay")
    browser.see("#month", "Cả tháng 06/2024", "phút")
    # The picture of the day: the permitted hours, and a mark for each, by how it ended.
    assert browser.run("return document.querySelector('#timeline svg').getAttribute('aria-label');") == \
        f"Dòng thời gian trong ngày: {len(browser.all('#rows > li'))} buổi; khung giờ được phép 05:30–21:00"
    marks = browser.run("return [...document.querySelectorAll('#timeline .mark')].map(e => e.getAttribute('class'));")
    assert len(marks) == len(browser.all("#rows > li")) and {"mark partial", "mark planned", "mark lost"} <= set(marks), marks
    # Plays of each recording: what the log has, and what is to come.
    plays = dict(browser.run("return [...document.querySelectorAll('.plays tbody tr')].map(r => [r.cells[0].innerText.trim(), r.cells[1].innerText + '+' + r.cells[2].innerText]);"))
    heard = sum(row["aired"].count("goi-111") for row in box.ask_station({"do": "log"})["rows"])
    plan = [json.loads(line) for line in subprocess.run(
        [os.environ["LOAPHUONG"], "plan", "--state", box.state, "--from", "2024-06-01", "--until", "2024-06-30", "--json"],
        capture_output=True, text=True, check=True).stdout.splitlines()]
    rest = sum(one["items"].count("goi-111") for one in plan if one["at"] > "2024-06-01T05:52" and one["outcome"] == "played")
    assert heard > 0 and plays["Tổng đài 111"].startswith(f"{heard}+"), plays
    assert 0 <= rest - int(plays["Tổng đài 111"].split("+")[1]) <= 2, (rest, plays)  # what was left out by hand is not to come
    # From a mark to what it is and why, by thumb and by keyboard; what is in part is half as high, what is lost a cross.
    browser.run("document.querySelector('#timeline .mark.lost').scrollIntoView({block: 'center'});")
    place = browser.run("const r = document.querySelector('#timeline .mark.lost').getBoundingClientRect(); return [r.right + 8, r.top + r.height / 2].map(Math.round);")
    browser.call("POST", "/actions", {"actions": [{"type": "pointer", "id": "thumb", "parameters": {"pointerType": "touch"}, "actions": [
        {"type": "pointerMove", "x": place[0], "y": place[1]}, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]}]})
    browser.see("#rows .picked", "bị từ chối", "bỏ bằng tay", "Trong nhật ký")
    browser.run("document.querySelector('#timeline .mark[tabindex=\"0\"]').focus();")
    browser.keys("\ue010")  # End: the last one
    assert browser.run("return document.activeElement.getAttribute('aria-label');").startswith("17:30 Ngày Quốc tế"), "the keyboard is lost"
    browser.keys("\ue012", ENTER)  # the one before
    browser.see("#rows .picked", "17:00 Buổi chiều", "Theo lịch")
    assert browser.run("const b = document.activeElement; return b.closest('.picked') && b.getAttribute('aria-expanded');") == "true"
    heights = browser.run("const h = k => document.querySelector('#timeline .mark.' + k).getBBox().height; return [h('partial'), h('planned')];")
    assert heights[0] * 2 == heights[1] and browser.all("#timeline .mark.lost path"), heights
    # Live: what is on air comes into the list by itself, and what is open there stays open, the keyboard in it.
    rows = len(browser.all("#rows > li"))
    assert box.ask_station({"do": "play", "names": ["goi-111"]})["ok"]
    wait_for("the row of it", lambda: len(browser.all("#rows > li")) == rows + 1 and browser.all("#timeline .mark.open"))
    times = browser.run("return [...document.querySelectorAll('#rows > li .time')].map(e => e.innerText);")
    assert times == sorted(times), times
    assert box.ask_station({"do": "stop"})["ok"]
    wait_for("its end", lambda: len(browser.all("#timeline .mark.partial")) == 3 and not browser.all("#timeline .mark.open"))
    browser.see("#rows .picked", "17:00 Buổi chiều", "Theo lịch")
    assert browser.run("return Boolean(document.activeElement.closest('.picked'));"), "the keyboard is lost"
    # Why: in words, and again away.
    browser.click("#rows li:last-child .row button")
    browser.see("#rows li:last-child .why", "trong khung giờ phát", "Theo lịch", "sẽ phát")
    for width, size in WIDTHS.items():
        browser.size(*size)
        narrow = browser.run("return [...document.querySelectorAll('.plays thead th')].filter(e => e.getClientRects()[0].height > 80).length;")
        assert narrow == 0, "a heading is squeezed to a letter a line"
    is_well_made("day")
    browser.click("#day-after")
    wait_for("the day after", lambda: browser.run("return document.getElementById('pick').value;") == "2024-06-02")
    browser.see("#rows", "sẽ phát")
    wait_for("its rows alone", lambda: "bị dừng" not in browser.text("#rows"))


def people():
    browser.click("nav a[href='#people']")
    browser.see("#account-list", "Nguyễn Thị Lan", "người duyệt")
    browser.type("#person", "Trần Văn Bình")
    browser.click("#invite")
    code = browser.see("#code-for .code", "-").strip()
    is_well_made("people")
    binh = box.come_in("/api/v1/first-use", code=code, name="Trần Văn Bình", password="mot cau de nho")
    assert binh.role == "operator"


def in_english_by_keyboard():
    browser.click("nav a[href='#now']")
    browser.click("#language")
    browser.see("#state", "Silent")
    browser.see("#stop", "STOP")
    is_well_made("now-english")
    browser.run("document.activeElement.blur();")
    seen = []
    for _ in range(40):
        browser.keys(TAB)
        seen.append(browser.run("return document.activeElement.id || document.activeElement.hash || '';"))
        if seen[-1] == "stop":
            break
    assert seen[-1] == "stop" and {"what", "why", "volume", "#clips"} <= set(seen), seen
    browser.keys(ENTER)
    wait_for("an answer", lambda: browser.text("#said") != "")
    browser.click("#language")
    browser.see("#stop", "DỪNG PHÁT")


def without_a_station():
    """No dead end: it says what is wrong and what to do, and comes back by itself."""
    box.station.terminate()
    box.station.wait()
    browser.see("#trouble", "Trạm không hoạt động")
    browser.see("#state", "KHÔNG RÕ", "Tin cuối cùng lúc")
    is_well_made("no-station")
    box.start_station()
    wait_for("the trouble to be over", lambda: browser.text("#trouble") == "")
    browser.see("#state", "Không phát")
    box.end_console()
    browser.see("#trouble", "Mất liên lạc")
    box.start_console("--listen", f"127.0.0.1:{box.port}")
    wait_for("the page to be back", lambda: browser.text("#trouble") == "")


def log_out():
    browser.click("nav a[href='#people']")
    browser.click("#logout")
    browser.see("main", "Đăng nhập")
    assert browser.run("return document.getElementById('stopbar').hidden;")
    is_well_made("login")
    browser.type("#name", "Nguyễn Thị Lan")
    browser.type("#password", "sai mật khẩu" + ENTER)
    browser.see("#said", "Sai tên hoặc mật khẩu")
    browser.type("#password", ENTER)
    errors = [e for e in browser.log() if e["level"] == "SEVERE" and "Failed to load resource" not in e["message"]
              and "ERR_" not in e["message"]]
    assert not errors, errors


with box, browser:
    run(first_use, the_words_are_whole, now_tells_what_comes, play_and_stop, an_emergency_has_two_steps, pause_skip_volume,
        send_a_recording, an_upload_that_breaks_off, the_day, people, in_english_by_keyboard, without_a_station, log_out)
