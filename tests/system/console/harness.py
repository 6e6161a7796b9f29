# SPDX-License-Identifier: MIT
"""harness - a station and its web console as processes in a folder of their own, and requests to it.

Requests are written byte by byte where it matters: a client library would correct what a test gets wrong on purpose.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE_S = int(os.environ.get("PATIENCE_S", "120"))  # a loaded machine under sanitizers; hangs end here
TREE = os.environ["TREE"]
HOST = "localhost"


def wait_for(what, look):
    end = time.monotonic() + PATIENCE_S
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)


class Answer:
    """One answer, read to its end."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if data else 0
        self.headers = [line.split(": ", 1) for line in lines[1:] if ": " in line]

    def header(self, name):
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body) if self.body.startswith(b"{") else {}


def read_answer(sock, method="GET"):
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return Answer(data)
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    while length and len(body) < int(length.group(1)):
        more = sock.recv(65536)
        if not more:
            break
        body += more
    return Answer(head + b"\r\n\r\n" + body)


class Box:
    """A station with its console, at an hour with nothing on the schedule for a while.

    Leave with 'with': both are ended, and must end well.
    """

    def __init__(self, pretend="2024-06-01T05:52:00+07:00", sink="null", config=""):
        self.folder = tempfile.mkdtemp(prefix="loa-console-")
        self.state = f"{self.folder}/state"
        self.console_state = f"{self.folder}/console"
        self.runtime = f"{self.folder}/run"
        self.config = f"{self.folder}/loaphuong.conf"
        self.pretend, self.sink = pretend, sink
        self.clock = None  # a SimClock instead
        self.console_options = []
        os.makedirs(f"{self.state}/clips")
        with open(self.config, "w") as file:
            file.write('station { name = "Đài Thử" timezone = "Asia/Ho_Chi_Minh" language = "vi" }\n' + config)
        self.station = self.console = None

    def __enter__(self):
        try:
            self.start_station()
            self.start_console()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def start_station(self):
        environment = dict(os.environ, LOAPHUONG_SHARE=f"{TREE}/config", LANGUAGE="vi")
        self.station = subprocess.Popen(
            [os.environ["LOAPHUONGD"], "-c", self.config, "--state", self.state, "--runtime", self.runtime,
             "--sink", self.sink, *(["--clock", f"sim:{self.clock.path}"] if self.clock else ["--pretend-now", self.pretend])],
            env=environment, stderr=open(f"{self.folder}/station.log", "a"))
        wait_for("the station", self.station_answers)

    def station_answers(self):
        if self.station.poll() is not None:
            raise AssertionError(open(f"{self.folder}/station.log").read())
        try:
            return self.ask_station({"do": "ping"})["ok"]
        except OSError:
            return False

    def start_console(self, *options):
        environment = dict(os.environ, LANGUAGE="en")
        log = open(f"{self.folder}/console.log", "a+")
        begin = log.seek(0, os.SEEK_END)
        self.console = subprocess.Popen(
            [os.environ["LOAPHUONG_CONSOLE"], "-c", self.config, "--state", self.console_state,
             "--station", self.state, "--runtime", self.runtime, "--listen", "127.0.0.1:0", *self.console_options, *options],
            env=environment, stderr=log)

        def port():
            if self.console.poll() is not None:
                raise AssertionError(open(f"{self.folder}/console.log").read())
            log.seek(begin)
            return re.search(r"port (\d+)\n", log.read())
        self.port = int(wait_for("the console", port).group(1))

    def ask_station(self, request):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(PATIENCE_S)
            sock.connect(f"{self.runtime}/control.sock")
            sock.sendall(json.dumps(request).encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                more = sock.recv(65536)
                if not more:
                    raise OSError("the station went away")
                data += more
            return json.loads(data)

    def end_console(self):
        self.console.send_signal(signal.SIGTERM)
        code = self.console.wait(PATIENCE_S)
        assert code == 0, f"the console ended with {code}:\n" + open(f"{self.folder}/console.log").read()
        self.console = None

    def __exit__(self, kind, *_):
        try:
            if self.console and kind is None:
                self.end_console()
        finally:
            for process in (self.console, self.station):
                if process and process.poll() is None:
                    process.terminate()
                    process.wait(PATIENCE_S)
            if kind is not None:
                for name in ("station", "console"):
                    path = f"{self.folder}/{name}.log"
                    print(f"{name}:", open(path).read() if os.path.exists(path) else "(nothing)")
            shutil.rmtree(self.folder, ignore_errors=True)

    # Requests.

    def connect(self, source="127.0.0.1"):
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S, source_address=(source, 0))
        sock.settimeout(PATIENCE_S)
        return sock

    def raw(self, data, source="127.0.0.1"):
        with self.connect(source) as sock:
            try:
                sock.sendall(data)
            except OSError:
                pass  # refused while it was being sent: the answer says why
            try:
                return read_answer(sock)
            except ConnectionResetError:
                return Answer(b"")

    def origin(self):
        return f"http://{HOST}:{self.port}"

    def head(self, method, path, headers, body=None):
        lines = [f"{method} {path} HTTP/1.1"]
        every = {"Host": f"{HOST}:{self.port}", "Connection": "close"}
        if method != "GET":
            every["Origin"] = self.origin()
        if body is not None:
            every["Content-Length"] = str(len(body))
        every.update(headers)
        lines += [f"{name}: {value}" for name, value in every.items() if value is not None]
        return "\r\n".join(lines).encode() + b"\r\n\r\n"

    def ask(self, method, path, body=None, who=None, source="127.0.0.1", **headers):
        """body: a dict goes as JSON, bytes as they are. who: a Person. headers: Name_Of=value."""
        every = {}
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            every["Content-Type"] = "application/json"
        if who:
            every["Cookie"] = f"loaphuong={who.token}"
            if method != "GET":
                every["X-CSRF-Token"] = who.csrf
        every.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.raw(self.head(method, path, every, body) + (body or b""), source)

    # People.

    def code(self):
        done = subprocess.run([os.environ["LOAPHUONG"], "console-code", "--console", self.console_state],
                              capture_output=True, text=True, env=dict(os.environ, LANGUAGE="en"))
        assert done.returncode == 0, done.stderr
        return re.search(r"Code: ([A-Z2-9]{4}-[A-Z2-9]{4})\n", done.stdout).group(1)

    def come_in(self, path, source="127.0.0.1", **body):
        answer = self.ask("POST", path, body, source=source)
        assert answer.status == 200, (answer.status, answer.body)
        return Person(answer)

    def first(self, name="Lan", password="mot cau de nho"):
        return self.come_in("/api/v1/first-use", code=self.code(), name=name, password=password)

    def invite(self, by, name, role, password="mot cau de nho"):
        code = self.ask("POST", "/api/v1/accounts", {"name": name, "role": role}, by).json()["code"]
        return self.come_in("/api/v1/first-use", code=code, name=name, password=password)


class Person:
    """Who is logged in: the cookie and the token of the session."""

    def __init__(self, answer):
        self.cookie = answer.header("Set-Cookie")
        self.token = re.match("loaphuong=([^;]+);", self.cookie).group(1)
        self.csrf = answer.json()["csrf"]
        self.name = answer.json()["name"]
        self.role = answer.json()["role"]


def run(*tests):
    """Runs the tests in order, each with its name; the first failure ends it."""
    for test in tests:
        begin = time.monotonic()
        test()
        print(f"ok {test.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
