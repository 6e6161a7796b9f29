#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Everything a hostile client does to the running console, and what it must get for it."""
import glob
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time
import warnings

from harness import PATIENCE_S, TREE, Answer, Box, read_answer, run, wait_for

box = Box()
lan = None


def never_before_the_code():
    """No account, no default password: nothing opens but the code, once."""
    global lan
    assert box.ask("GET", "/api/v1/session").json() == {"ok": True, "name": None, "first_use": True}
    for n, (name, password) in enumerate([("admin", "admin"), ("admin", ""), ("root", "loaphuong"), ("", "")]):
        answer = box.ask("POST", "/api/v1/session", {"name": name, "password": password}, source=f"127.0.1.{n + 1}")
        assert answer.status == 401, answer.status
    for code in ("AAAA-AAAA", "", "-", "x" * 5000, "AAAA-AAAA\n"):
        answer = box.ask("POST", "/api/v1/first-use", {"code": code, "name": "Kẻ trộm", "password": "mot cau de nho"},
                         source="127.0.2.1")
        assert answer.status == 403, (code, answer.status)
    code = box.code()
    assert os.stat(f"{box.console_state}/first-code").st_mode & 0o777 == 0o600
    weak = box.ask("POST", "/api/v1/first-use", {"code": code, "name": "Lan", "password": "123456789"})
    assert (weak.status, weak.json()["error"]) == (400, "weak-password")
    lan = box.come_in("/api/v1/first-use", code=code.lower().replace("-", " "), name="Lan", password="mot cau de nho")
    assert lan.role == "approver"
    again = box.ask("POST", "/api/v1/first-use", {"code": code, "name": "Lan", "password": "mot cau khac"},
                    source="127.0.2.2")
    assert again.status == 403
    assert box.ask("GET", "/api/v1/session").json()["first_use"] is False
    old = box.code()
    os.utime(f"{box.console_state}/first-code", (time.time() - 3601,) * 2)
    late = box.ask("POST", "/api/v1/first-use", {"code": old, "name": "Lan", "password": "mot cau khac"},
                   source="127.0.2.3")
    assert late.status == 403


def the_cookie_is_guarded():
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="):
        assert part in lan.cookie, lan.cookie
    # A copy of the accounts opens no door.
    for path in glob.glob(f"{box.console_state}/*"):
        data = open(path, "rb").read()
        assert lan.token.encode() not in data and b"mot cau de nho" not in data, path
        assert os.stat(path).st_mode & 0o077 == 0, path
    for token in (lan.token[:-1], lan.token + "A", "", "' OR 1=1 --", lan.token.swapcase()):
        answer = box.ask("GET", "/api/v1/status", Cookie=f"loaphuong={token}")
        assert answer.status == 401, token
    two = box.raw(box.head("GET", "/api/v1/status", {"Cookie": f"loaphuong={lan.token}\r\nCookie: a=b"}))
    assert two.status == 400
    assert box.ask("GET", "/api/v1/status", who=lan).status == 200


def a_change_wants_page_and_token():
    """Cross-site requests: with the cookie, but from another page, or without the page's token."""
    stop = "/api/v1/stop"
    for headers in ({"Origin": None}, {"Origin": "http://evil.example"}, {"Origin": "null"},
                    {"Origin": f"http://localhost:{box.port + 1}"}, {"Origin": f"http://127.0.0.1:{box.port}"},
                    {"Origin": ""}):
        answer = box.ask("POST", stop, {}, lan, **headers)
        assert (answer.status, answer.json()["error"]) == (403, "foreign-page"), headers
    for token in (None, "", "A" * 43, lan.token):
        answer = box.ask("POST", stop, {}, lan, X_CSRF_Token=token)
        assert (answer.status, answer.json()["error"]) == (403, "old-page"), token
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
        assert box.ask("POST", stop, b"{}", lan, Content_Type=kind).status == 415, kind
    assert box.ask("POST", "/api/v1/session", {"name": "Lan", "password": "mot cau de nho"},
                   Origin="http://evil.example").status == 403
    for text in (b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff{}", b"{} {}"):
        assert box.ask("POST", stop, text, lan, Content_Type="application/json").status == 400, text
    notes = box.ask_station({"do": "notes"})["notes"]
    assert not [note for note in notes if "Lan" in (note["who"] or "")]
    answer = box.ask("POST", stop, {"who": "Ai đó khác"}, lan)
    assert (answer.status, answer.json()["error"]) == (409, "nothing"), answer.body


def only_this_host():
    """DNS rebinding: a stranger's name that points here."""
    for host in ("evil.example", f"evil.example:{box.port}", "localhost.evil.example", "127.0.0.1.evil.example",
                 "localhost:x", "", "a b", "[::1", "[evil]", "localhost,evil"):
        answer = box.raw(box.head("GET", "/", {"Host": host}))
        assert answer.status in (400, 403), (host, answer.status)
    for host in ("localhost", "127.0.0.1", f"127.0.0.1:{box.port}", "[::1]:80", "192.168.1.5", socket.gethostname()):
        answer = box.raw(box.head("GET", "/", {"Host": host}))
        assert answer.status == 200, (host, answer.status)
    assert box.raw(b"GET / HTTP/1.1\r\n\r\n").status == 400
    assert box.raw(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").status == 400
    assert box.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n").status == 400


def exact_routes():
    for path in ("/a%00b", "/%2e%2e/%2e%2e/etc/passwd", "/../etc/passwd", "/..", "/./", "//", "//console.css", "/console.css/..",
                 "/%63onsole.css", "/console.css%00", "/console\\css", "/\xe9", "*", "http://localhost/", "/a b",
                 "/?a=%00", "/?a=%0d%0a", "/?a=%ff", "/?a=%zz", "/?a=%", "/?a=1&a=2", "/?a", "/?=1", "/?" + "a" * 3000,
                 "/?" + "&".join(f"k{i}=v" for i in range(20))):
        answer = box.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("latin-1"))
        assert answer.status in (400, 414, 0), (path, answer.status)
    for path in ("/console", "/console.css.", "/Console.css", "/api/v1/", "/api/v1/status/", "/index.html", "/favicon.ico"):
        assert box.ask("GET", path).status == 404, path
    for method in ("HEAD", "OPTIONS", "TRACE", "PATCH", "CONNECT", "DELETE", "get", "X" * 200):
        answer = box.raw(f"{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert answer.status in (400, 404, 405, 501, 0), (method, answer.status)


def no_doubt_about_the_body():
    """What two readers could take for two different requests is none."""
    cases = [("POST", "Content-Length: 2\r\nContent-Length: 2", b"{}"),
             ("POST", "Content-Length: 2\r\nContent-Length: 3", b"{}x"),
             ("POST", "Content-Length: 2\r\nTransfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n"),
             ("POST", "Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n"),
             ("POST", "Transfer-Encoding: xchunked", b"{}"),
             ("POST", "Content-Length: -2", b"{}"), ("POST", "Content-Length: +2", b"{}"),
             ("POST", "Content-Length: 0x2", b"{}"), ("POST", "Content-Length: 2, 2", b"{}"),
             ("POST", "Content-Length: 99999999999999999999", b"{}"), ("POST", "Content-Length:", b"{}"),
             ("GET", "Content-Length: 5", b"hello")]
    for method, lines, body in cases:
        path = "/api/v1/stop" if method == "POST" else "/"
        data = box.head(method, path, {"Cookie": f"loaphuong={lan.token}", "X-CSRF-Token": lan.csrf,
                                       "Content-Type": "application/json"})
        answer = box.raw(data.replace(b"\r\n\r\n", b"\r\n" + lines.encode() + b"\r\n\r\n") + body)
        assert answer.status in (400, 413, 0), (lines, answer.status)
        # Not because a body of another length happens to be no JSON.
        assert lines.count("Content-Length") < 2 or b"one Content-Length" in answer.body, (lines, answer.body)
    large = box.ask("POST", "/api/v1/stop", b" " * 70000, lan, Content_Type="application/json")
    assert large.status in (413, 0), large.status
    assert box.raw(box.head("GET", "/", {f"X-{i}": "y" * 200 for i in range(200)})).status in (400, 413, 431, 0)
    # After a refusal nothing of the connection is read as a next request.
    answer = box.raw(b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.status == 400 and answer.header("Connection") == "close"


def every_answer_is_fenced():
    for path in ("/", "/console.js", "/api", "/api/v1/session", "/nowhere", "/%00"):
        answer = box.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        policy = answer.header("Content-Security-Policy")
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "frame-ancestors 'none'" in policy, path
        assert answer.header("X-Content-Type-Options") == "nosniff" and answer.header("X-Frame-Options") == "DENY"
    for page in ("/", "/api"):
        text = box.ask("GET", page).body.decode()
        assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=|\sstyle=|javascript:|<style|https?://(?!www.w3.org)", text), page


def roles_hold():
    xem = box.invite(lan, "Người Xem", "viewer")
    van = box.invite(lan, "Văn", "operator")
    changes = [("POST", "/api/v1/play", {"names": ["goi-111"]}), ("POST", "/api/v1/stop", {}),
               ("POST", "/api/v1/pause", {"until": None}), ("POST", "/api/v1/skip", {}), ("POST", "/api/v1/volume", {"db": -3}),
               ("POST", "/api/v1/clip-remove", {"name": "goi-111"}), ("PUT", "/api/v1/clips?name=x", b"x"),
               ("POST", "/api/v1/clock-confirm", {})]
    for method, path, body in changes:
        answer = box.ask(method, path, body, xem)
        assert (answer.status, answer.json()["error"]) == (403, "not-allowed"), path
        assert box.ask(method, path, body).status == 401, path
    for person in (xem, van):
        assert box.ask("GET", "/api/v1/accounts", who=person).status == 403
        assert box.ask("POST", "/api/v1/accounts", {"name": "Bạn", "role": "approver"}, person).status == 403
        assert box.ask("DELETE", "/api/v1/accounts?name=Lan", who=person).status == 403
    assert box.ask("POST", "/api/v1/volume", {"db": -3, "who": "Lan", "do": "reload"}, van).json() == {"ok": True, "db": -3.0}
    note = box.ask_station({"do": "notes", "newest_first": True, "limit": 1})["notes"][0]
    assert note["what"] == "volume" and note["who"].startswith("Văn ("), note
    # Nobody can lock all out, or take the name of another.
    assert box.ask("DELETE", "/api/v1/accounts?name=Lan", who=lan).json()["error"] == "last"
    for name in ("", " ", "a\nb", "x" * 60, "a/b", "Lan\u202e"):
        assert box.ask("POST", "/api/v1/accounts", {"name": name, "role": "viewer"}, lan).status == 400, name
    assert box.ask("POST", "/api/v1/accounts", {"name": "Lan", "role": "viewer"}, lan).status == 409
    assert box.ask("POST", "/api/v1/accounts", {"name": "Mới", "role": "root"}, lan).status == 400
    # An invitation opens its own account alone.
    code = box.ask("POST", "/api/v1/accounts", {"name": "Mới", "role": "viewer"}, lan).json()["code"]
    for name in ("Lan", "Văn", "Khác"):
        answer = box.ask("POST", "/api/v1/first-use", {"code": code, "name": name, "password": "mot cau de nho"},
                         source="127.0.3.1")
        assert answer.status == 403, name
    assert box.ask("DELETE", "/api/v1/accounts?name=M%E1%BB%9Bi", who=lan).status == 200
    sessions_end(van, xem)


def sessions_end(van, xem):
    with box.connect() as stream:
        stream.sendall(box.head("GET", "/api/v1/events", {"Cookie": f"loaphuong={van.token}"}))
        data = b""
        while b"data: {" not in data:
            data += stream.recv(65536)
        assert box.ask("DELETE", "/api/v1/accounts?name=V%C4%83n", who=lan).status == 200
        while data:  # the stream of who was removed ends by itself
            data = stream.recv(65536)
    assert box.ask("GET", "/api/v1/status", who=van).status == 401
    assert box.ask("DELETE", "/api/v1/session", who=xem).status == 200
    assert box.ask("GET", "/api/v1/status", who=xem).status == 401
    new = box.come_in("/api/v1/session", name="Người Xem", password="mot cau de nho")
    assert new.token != xem.token
    changed = box.ask("POST", "/api/v1/password", {"old": "mot cau de nho", "new": "mot cau khac han"}, new)
    assert changed.status == 200 and box.ask("GET", "/api/v1/status", who=new).status == 401


def guessing_is_slow():
    """Five mistakes are free, then it takes longer and longer; another address is not locked out."""
    guess = {"name": "Lan", "password": "wrong password"}
    answers = [box.ask("POST", "/api/v1/session", guess, source="127.0.4.1") for _ in range(5)]
    unknown = box.ask("POST", "/api/v1/session", {"name": "Nobody", "password": "wrong password"}, source="127.0.4.2")
    assert [a.status for a in answers] == [401] * 5 and unknown.body == answers[0].body
    right = {"name": "Lan", "password": "mot cau de nho"}
    held = box.ask("POST", "/api/v1/session", right, source="127.0.4.1")
    assert held.status == 429 and int(held.header("Retry-After")) >= 1
    # An account that is guessed at from everywhere has to wait as well, but never long.
    elsewhere = box.ask("POST", "/api/v1/session", right, source="127.0.4.3")
    if elsewhere.status == 429:
        assert int(elsewhere.header("Retry-After")) <= 30
        wait_for("the account's turn",
                 lambda: box.ask("POST", "/api/v1/session", right, source="127.0.4.3").status == 200)


def one_attempt_at_a_time():
    """Many guesses at once: one child hashes, few wait, the others are refused; stop goes on meanwhile."""
    answers, done = [], []

    def guess(n):
        answers.append(box.ask("POST", "/api/v1/session", {"name": f"x{n}", "password": "wrong"}, source=f"127.0.5.{n + 1}").status)
        done.append(time.monotonic())
    threads = [threading.Thread(target=guess, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    most = 0
    stopped = None
    while any(thread.is_alive() for thread in threads):
        children = open(f"/proc/{box.console.pid}/task/{box.console.pid}/children").read().split()
        most = max(most, len(children))
        if most and stopped is None:
            assert box.ask("POST", "/api/v1/stop", {}, lan).json()["error"] == "nothing"
            stopped = time.monotonic()
    for thread in threads:
        thread.join()
    assert most == 1, most
    assert answers.count(401) >= 4 and answers.count(429) > 0 and set(answers) == {401, 429}, answers
    assert stopped < max(done), "stop waited for the guesses"


def recordings_are_checked():
    good = open(f"{TREE}/tests/unit/audio/fixtures/speech-loud.mp3", "rb").read()
    for length in (200 << 20 | 1, 2 << 30, 10 ** 14):
        answer = box.raw(box.head("PUT", "/api/v1/clips?name=to", {"Cookie": f"loaphuong={lan.token}", "X-CSRF-Token": lan.csrf,
                                                                   "Content-Length": str(length)}))
        assert answer.status == 413, (length, answer.status)
    assert box.ask("PUT", "/api/v1/clips?name=x", b"", lan).status == 411
    assert box.ask("PUT", "/api/v1/clips?name=x", None, lan).status == 411
    refused = box.ask("PUT", "/api/v1/clips?name=tep-la", b"\x7fELF" + bytes(range(256)) * 40, lan)
    assert refused.status == 409 and refused.json()["message"], refused.body
    for name in ("..%2f..%2fx", "a%2fb", ".an", ""):
        answer = box.ask("PUT", f"/api/v1/clips?name={name}", good, lan)
        assert answer.status in (400, 409), (name, answer.status, answer.body)
    added = box.ask("PUT", "/api/v1/clips?file=Nh%E1%BA%A1c%20m%E1%BB%9Bi.mp3&title=Nh%E1%BA%A1c", good, lan)
    assert added.status == 200 and added.json()["clip"]["name"] == "nhac-moi", added.body
    assert added.json()["clip"]["added_by"].startswith("Lan ("), added.body
    other = open(f"{TREE}/config/campaigns/thang-hanh-dong-2024/khau-hieu-01.mp3", "rb").read()
    again = box.ask("PUT", "/api/v1/clips?name=nhac-moi", other, lan)
    assert (again.status, again.json().get("error")) == (409, "exists"), again.body
    assert box.ask("PUT", "/api/v1/clips?name=nhac-moi&replace=true", other, lan).status == 200
    whole = box.ask("GET", "/api/v1/clip-audio?name=nhac-moi", who=lan)
    assert whole.status == 200 and len(whole.body) > 1000 and whole.header("Content-Type") == "audio/mpeg"
    part = box.ask("GET", "/api/v1/clip-audio?name=nhac-moi", who=lan, Range="bytes=100-199")
    assert part.status == 206 and part.body == whole.body[100:200], part.status
    for name in ("..%2f..%2f..%2fetc%2fpasswd", "..%2fasrun", ".", "%2fetc%2fpasswd", "nhac-moi.mp3", "x" * 200):
        assert box.ask("GET", f"/api/v1/clip-audio?name={name}", who=lan).status == 404, name
    os.symlink("/etc/passwd", f"{box.state}/clips/lien-ket.mp3")
    assert box.ask("GET", "/api/v1/clip-audio?name=lien-ket", who=lan).status == 404
    assert not [n for n in os.listdir(box.console_state) if n not in ("console.db", "console.db-wal", "first-code")]


def every_route_is_listed():
    page = box.ask("GET", "/api?language=en").body.decode()
    rows = re.findall(r"<tr><td>([A-Z]+)</td><td><code>([^<]+)</code></td><td>([a-z]+)</td>", page)
    assert len(rows) > 25
    for method, path, role in rows:
        answer = box.ask(method, path, {} if method == "POST" else None)
        assert answer.status == 401 if role != "none" else answer.status not in (404, 405, 500), (method, path, answer.status)
    assert "Trang" in box.ask("GET", "/api").body.decode()


def machines_have_tokens():
    made = box.ask("POST", "/api/v1/tokens", {"name": "prometheus", "role": "viewer"}, lan)
    assert made.status == 200, made.body
    bearer = "Bearer " + made.json()["token"]
    figures = box.ask("GET", "/metrics", Authorization=bearer)
    assert figures.status == 200 and figures.header("Content-Type").startswith("text/plain; version=0.0.4")
    for line in figures.body.decode().splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) loaphuong_[a-z_]+ .+|loaphuong_[a-z_]+(\{code=\"[a-z0-9-]+\"\})? -?[0-9.e+]+", line), line
    assert "\nloaphuong_on_air 0\n" in figures.body.decode() and "loaphuong_up 1" in figures.body.decode()
    assert box.ask("GET", "/metrics").status == 401
    for wrong in ("Bearer", "Bearer ", bearer[:-1], bearer + "x", "Basic " + bearer[7:], bearer[7:], "Bearer " + lan.token):
        assert box.ask("GET", "/metrics", Authorization=wrong).status == 401, wrong
    # A wrong token is not made good by a right cookie, and a token opens no log-in.
    assert box.ask("GET", "/metrics", who=lan, Authorization="Bearer x").status == 401
    assert box.ask("POST", "/api/v1/session", {"name": "prometheus", "password": bearer[7:]}, source="127.0.7.1").status == 401
    assert box.ask("POST", "/api/v1/stop", {}, Authorization=bearer, Origin=None).json()["error"] == "not-allowed"
    assert box.ask("POST", "/api/v1/tokens", {"name": "bot", "role": "approver"}, lan).status == 400
    assert box.ask("POST", "/api/v1/tokens", {"name": "prometheus", "role": "viewer"}, lan).status == 409
    bot = box.ask("POST", "/api/v1/tokens", {"name": "bot", "role": "operator"}, lan).json()["token"]
    assert box.ask("POST", "/api/v1/stop", {}, Authorization="Bearer " + bot, Origin=None).json()["error"] == "nothing"
    data = b"".join(open(path, "rb").read() for path in glob.glob(f"{box.console_state}/*"))
    assert bot.encode() not in data
    assert box.ask("DELETE", "/api/v1/accounts?name=prometheus", who=lan).status == 200
    assert box.ask("GET", "/metrics", Authorization=bearer).status == 401
    # A token that is none does not open the door that a page of another host finds shut.
    for cookie in (None, f"loaphuong={lan.token}"):
        answer = box.ask("POST", "/api/v1/stop", {}, Authorization="Bearer x", Origin="http://evil.example", Cookie=cookie)
        assert answer.status == 403 and answer.json()["error"] == "foreign-page", answer.body
    answer = box.ask("POST", "/api/v1/stop", {}, Authorization="Bearer x", Cookie=f"loaphuong={lan.token}", X_CSRF_Token=lan.csrf)
    assert answer.status == 401, answer.body


def crowds_are_limited():
    """Who opens many connections has them for a few seconds, and others are served meanwhile."""
    crowd = []
    for _ in range(60):
        sock = box.connect("127.0.6.1")
        crowd.append(sock)
    assert box.ask("GET", "/healthz").status == 200

    def closed(sock):
        sock.setblocking(False)
        try:
            return sock.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
    wait_for("the connections over the limit", lambda: sum(closed(sock) for sock in crowd) >= 60 - 32)
    for sock in crowd:
        sock.close()


class Slow(threading.Thread):
    """A client that sends a byte a second, until it is cut off."""

    def __init__(self, data):
        super().__init__(daemon=True)
        self.data, self.cut = data, None
        self.begin = time.monotonic()
        self.start()

    def run(self):
        with box.connect() as sock:
            sock.settimeout(1)
            try:
                sock.sendall(self.data)
                for _ in range(PATIENCE_S):
                    sock.sendall(b"x")
                    try:
                        if not sock.recv(100):
                            break
                    except socket.timeout:
                        pass
            except OSError:
                pass
        self.cut = time.monotonic() - self.begin


def slow_clients_are_cut(slow):
    for client in slow:
        client.join(PATIENCE_S)
        assert client.cut is not None, client.data
    # Of the phases: 10 s for headers, 10 s and the length's share for a body. Twice of it is never reached.
    assert max(client.cut for client in slow) < PATIENCE_S


def alone_without_a_station():
    """The page and its answers stay when the station is gone; they say what to do."""
    box.station.terminate()
    box.station.wait(PATIENCE_S)
    assert box.ask("GET", "/healthz").status == 503
    assert box.ask("GET", "/").status == 200
    status = box.ask("GET", "/api/v1/status?language=en", who=lan)
    assert status.status == 503 and status.json()["error"] == "no-station" and "technician" in status.json()["message"]
    assert box.ask("POST", "/api/v1/stop", {}, lan).status == 503
    with box.connect() as stream:
        stream.sendall(box.head("GET", "/api/v1/events", {"Cookie": f"loaphuong={lan.token}"}))
        data = b""
        while b"no-station" not in data:
            data += stream.recv(65536)
        box.start_station()
        while b'"ok":true' not in data:
            data += stream.recv(65536)
        # It ends with this stream open, and with a request that waits.
        box.end_console()
    box.start_console()
    assert box.ask("GET", "/api/v1/status", who=lan).status == 200, "a session outlives the console"


def begin_slow():
    with_session = {"Cookie": f"loaphuong={lan.token}", "X-CSRF-Token": lan.csrf}
    return [Slow(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "), Slow(b"G"), Slow(b""),
            Slow(box.head("POST", "/api/v1/stop", {**with_session, "Content-Type": "application/json", "Content-Length": "1000"})),
            Slow(box.head("PUT", "/api/v1/clips?name=cham", {**with_session, "Content-Length": "10000"}))]


def over_tls():
    """With a certificate nothing else is spoken, and the cookie keeps to it."""
    box.end_console()
    pem = [f"{box.folder}/certificate.pem", f"{box.folder}/key.pem"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", pem[1], "-out", pem[0]],
                   check=True, capture_output=True)
    refused = subprocess.run([os.environ["LOAPHUONG_CONSOLE"], "--listen", "127.0.0.1:0", "--state", box.console_state,
                              "--certificate", pem[1], "--key", pem[0]], capture_output=True, text=True,
                             env=dict(os.environ, LANGUAGE="en"), timeout=PATIENCE_S)
    assert refused.returncode == 1 and "belong together" in refused.stderr, refused
    with open(box.config, "a") as file:  # as a technician writes it
        file.write(f'console {{ certificate = "{pem[0]}" key = "{pem[1]}" }}\n')
    box.start_console()
    context = ssl.create_default_context(cafile=pem[0])
    plain = box.connect
    box.connect = lambda source="127.0.0.1": context.wrap_socket(plain(source), server_hostname="localhost")
    scheme = box.origin
    box.origin = lambda: scheme().replace("http:", "https:")
    answer = box.ask("POST", "/api/v1/session", {"name": "Lan", "password": "mot cau de nho"})
    assert answer.status == 200 and "; Secure" in answer.header("Set-Cookie"), answer.body
    assert len(box.ask("GET", "/words.js").body) > 10000
    warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        box.ask("GET", "/")
        raise AssertionError("an old TLS was spoken")
    except (ssl.SSLError, OSError):
        pass
    with plain() as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP/1.1 200" not in sock.recv(1000)
    box.connect = plain


with box:
    run(never_before_the_code)
    slow = begin_slow()
    run(the_cookie_is_guarded, a_change_wants_page_and_token, only_this_host, exact_routes, no_doubt_about_the_body,
        every_answer_is_fenced, roles_hold, recordings_are_checked, every_route_is_listed, guessing_is_slow,
        one_attempt_at_a_time, machines_have_tokens, crowds_are_limited)
    slow_clients_are_cut(slow)
    run(alone_without_a_station, over_tls)
