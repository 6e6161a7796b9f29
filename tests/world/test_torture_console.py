#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test_torture_console.py --run WORLD_RUN --console CONSOLE [--all] [NAME NUMBER HOW]

A morning with the console while one call of its own code fails: each in turn with --all (EACH=N: up to N of a function),
RUNS drawn at random (SEED=N draws the same again), or the one that is given. LOAPHUONG, LOAPHUONGD and TREE say what
stands beside it.

The console may refuse to start, with a word, and it may refuse what is asked. It may not crash, leak, keep a file open,
leave a browser without an end or send a person away as somebody unknown; and when everything works again it does all it
is asked, unless it ended with a word.
"""
import argparse
import concurrent.futures
import hashlib
import itertools
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.environ["TREE"] + "/tests/system/console")
import harness  # noqa: E402

RECORDINGS = Path(os.environ["TREE"]) / "config/campaigns/thang-hanh-dong-2024"
SANITIZER_EXIT = 99
PASSWORD = "mot cau de nho"
CONFIG = 'airtime { allow = {"05:30-07:00"} }\n'
CAMPAIGN = """campaign "thang-6" {
    from  = "2024-06-01"
    until = "2024-06-30"
    broadcast "sang" { at = {"06:30"} play = {"goi-111"} }
}
"""
CHANGES = {"file": "thang-6.conf", "base": hashlib.sha256(CAMPAIGN.encode()).hexdigest(), "changes": [
    {"campaign": "thang-6", "kind": "broadcast", "name": "sang", "values": {"at": ["06:45"]}}]}


# What may stay so where the call failed in this function, and why.
LASTS = {
    "program_find": "the tool beside the program is not seen; the one in /usr/bin is taken, and here is none",
}

# And where that makes a person unknown.
UNKNOWN = {
    "account_clean_name": "that there is no memory for a name says no more than that there is no such name",
}


def environment():
    strict = f"exitcode={SANITIZER_EXIT}"
    return dict(os.environ, LANGUAGE="en", ASAN_OPTIONS=strict + ":detect_leaks=1", LSAN_OPTIONS=strict,
                UBSAN_OPTIONS=strict + ":print_stacktrace=1")


class Told:
    """What world_run wrote of a run."""

    def __init__(self, path):
        self.failed, self.left, self.calls, self.places = False, [], {}, []
        for line in path.read_text().splitlines():
            what, _, rest = line.partition(" ")
            if what == "failed":
                self.failed = rest != "0"
            elif what == "call":
                name, _, number = rest.rpartition(" ")
                self.calls[name] = int(number)
            elif what == "left":
                self.left.append(rest)
            else:
                self.places.append(rest)


class Morning(harness.Box):
    """A station, and a console of which one call fails."""

    def __init__(self, programs, call, accounts):
        super().__init__(config=CONFIG)
        self.programs, self.call, self.accounts = programs, call, accounts
        self.told_path = Path(self.folder) / "told"
        shutil.copy(RECORDINGS / "goi-111.mp3", f"{self.state}/clips/")
        os.mkdir(f"{self.state}/campaigns")
        Path(f"{self.state}/campaigns/thang-6.conf").write_text(CAMPAIGN)
        if accounts:
            shutil.copytree(accounts, self.console_state)

    def start_console(self, *options):
        """Whether it started."""
        log = open(f"{self.folder}/console.log", "w+")
        command = [self.programs.run, self.told_path, *map(str, self.call), self.programs.console, "-c", self.config,
                   "--state", self.console_state, "--station", self.state, "--runtime", self.runtime, "--listen", "127.0.0.1:0"]
        self.console = subprocess.Popen(command, env=environment(), stderr=log, start_new_session=True)

        def port():
            if self.console.poll() is not None:
                return -1
            found = harness.re.search(r"port (\d+)\n", self.said())
            return int(found.group(1)) if found else 0
        self.port = harness.wait_for("the console", port)
        return self.port > 0

    def said(self):
        return Path(f"{self.folder}/console.log").read_text(errors="replace")

    def end_console(self):
        if self.console.poll() is None:
            os.killpg(self.console.pid, 15)
        code = self.console.wait(harness.PATIENCE_S)
        self.console = None
        return code

    def kill_console(self):
        """At once, so that what it does at its end is not counted."""
        with open(f"/proc/{self.console.pid}/task/{self.console.pid}/children") as children:
            os.kill(int(children.read().split()[0]), 9)

    def status_of(self, *words, **more):
        try:
            return self.ask(*words, **more)
        except (ConnectionError, BrokenPipeError):
            return harness.Answer(b"")

    def stream(self, who):
        """The status of the stream of events, once it has told the first."""
        with self.connect() as sock:
            sock.sendall(self.head("GET", "/api/v1/events", {"Cookie": f"loaphuong={who.token}"}))
            data = b""
            while b"data: {" not in data:
                more = sock.recv(65536)
                if not more:
                    break
                data += more
        return harness.Answer(data).status

    def come_back(self):
        answer = self.status_of("POST", "/api/v1/session", {"name": "Lan", "password": PASSWORD})
        return answer.status, harness.Person(answer) if answer.status == 200 else None

    def look(self, who):
        for path in ("status", "log?limit=3", "clips", "accounts", "plan?from=2024-06-01&until=2024-06-02", "campaigns", "why?at=06:30",
                     "report?month=2024-06", "clip-audio?name=goi-111", "campaign-history", "log-verify"):
            yield path, self.status_of("GET", "/api/v1/" + path, who=who).status
        yield "metrics", self.status_of("GET", "/metrics", who=who).status
        try:
            yield "events", self.stream(who)
        except ConnectionError:
            yield "events", 0

    def change(self, who):
        recording = (RECORDINGS / "khau-hieu-01.mp3").read_bytes()
        yield "upload", self.status_of("PUT", "/api/v1/clips?name=moi&replace=true", recording, who,
                                       Content_Type="application/octet-stream").status
        for path, body in (("volume", {"db": -3}), ("campaign-try", CHANGES),
                           ("stop", {}), ("tokens", {"name": "May", "role": "viewer"}), ("accounts", {"name": "Van", "role": "viewer"})):
            answer = self.status_of("POST", "/api/v1/" + path, body, who)
            yield path, answer.status
        if answer.status == 200:
            body = {"code": answer.json()["code"], "name": "Van", "password": PASSWORD}
            yield "first-use", self.status_of("POST", "/api/v1/first-use", body).status
        for name in ("May", "Van"):
            yield "remove " + name, self.status_of("DELETE", f"/api/v1/accounts?name={name}", who=who).status

    def day(self):
        """Everything once: what was asked, and the status of the answer; 0: the connection was closed."""
        for path in ("/", "/console.js", "/api", "/healthz", "/nowhere"):
            yield path, self.status_of("GET", path).status
        status, who = self.come_back()
        yield "login", status
        if who:
            yield from self.look(who)
            yield from self.change(who)
            yield "logout", self.status_of("DELETE", "/api/v1/session", who=who).status


def common_faults(code, told, said):
    if code >= 128:
        yield f"it ended by signal {code - 128}"
    elif code == SANITIZER_EXIT:
        yield "the sanitizer found something"
    elif code not in (0, 1, 2):
        yield f"exit code {code}"
    for path in told.left if code == 0 else []:
        yield f"left open: {path}"
    if code != 0 and not said.strip():
        yield f"exit code {code} without a word"
    if harness.re.search(r"\(null\)|errno|\b-?\d+: ?$", said):
        yield "a message for no person"


def places(programs, told):
    """The functions that led to the call that failed, the innermost first."""
    if not told.places:
        return ""
    return subprocess.run(["addr2line", "-s", "-f", "-p", "-e", programs.console, *told.places], check=True,
                          capture_output=True, text=True).stdout


def day_faults(programs, told, days, good, ended):
    """good: a day with what is asked and what is answered where nothing fails."""
    led = places(programs, told)
    lies = [f"{name} {status}" for name, status in days[0] if (name, status) not in good and status in (401, 403)]
    if lies and not any(name + " at" in led for name in UNKNOWN):
        yield "it sends somebody away: " + ", ".join(lies)
    lasts = any(name + " at" in led for name in LASTS)
    if not ended and not lasts and days[1] != good:
        yield "the call fails no more, but: " + ", ".join(f"{name} {status}" for name, status in days[1] if (name, status) not in good)


def count(programs, accounts):
    """What is called on one day, and what is answered."""
    box = Morning(programs, ("-", 0, 0), accounts)
    try:
        box.start_station()
        assert box.start_console(), box.said()
        day = list(box.day())
        box.kill_console()
        box.end_console()
        return Told(box.told_path), day, box.said()
    finally:
        box.__exit__(None)


def morning(programs, accounts, call, good):
    """What world_run told, what was answered, and what is wrong with it."""
    box, faults, days = Morning(programs, call, accounts), [], []
    try:
        box.start_station()
        if box.start_console():
            try:
                days = [list(box.day()), list(box.day())]
            except socket.timeout:
                faults.append("a browser waited without an end")
        ended = box.console.poll() is not None
        code = box.end_console()
        told, said = Told(box.told_path), box.said()
        faults += common_faults(code, told, said)
        if days:
            faults += day_faults(programs, told, days, good, ended)
        if days and not ended and code != 0:
            faults.append(f"asked to end, it ended with {code}")
        return told, faults, said
    finally:
        box.__exit__(None)


def prepare(programs, folder):
    """The accounts of a console that was used before."""
    box = Morning(programs, ("-", 0, 0), None)
    try:
        box.start_station()
        assert box.start_console()
        box.first(password=PASSWORD)
        box.end_console()
        shutil.copytree(box.console_state, folder)
    finally:
        box.__exit__(None)


def show(programs, call, faults, told, said):
    print(f"{'FAILED' if faults else 'ok'}: {call[0]} {call[1]} {call[2]}: " + "; ".join(faults))
    for line in said[-1500:].splitlines():
        print("  | " + line)
    print("  " + "\n  ".join(places(programs, told).splitlines()[:8]), flush=True)


# What was once found stays found.
KNOWN = [("dup2", 1, 0),  # no comparison of the password: it was called wrong
         ("sqlite3_bind_blob", 4, 0), ("sqlite3_column_text", 5, 0),  # a session that could not be read was none
         ("posix_spawn_file_actions_init", 1, 0)]


def drawn(calls, wanted):
    seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
    print(f"test_torture_console: SEED={seed}")
    dice = random.Random(seed)
    for _ in range(wanted):
        name = dice.choice(sorted(calls))
        yield name, dice.randint(1, calls[name]), dice.randint(0, 5)


def each(calls):
    most = int(os.environ.get("EACH", 1000000))
    for name, number in calls.items():
        for at in range(1, min(number, most) + 1):
            yield name, at, at


def arguments():
    parser = argparse.ArgumentParser()
    for option in ("run", "console"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("one", nargs="*")
    return parser.parse_args()


def main():
    programs = arguments()
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(os.cpu_count() + 1) as pool:
        accounts = Path(scratch) / "console"
        prepare(programs, accounts)
        told, good, said = count(programs, accounts)
        if min(status for _, status in good) < 200 or len(good) < 25:
            sys.exit(f"where nothing fails: {good}\n{said}")
        if programs.one:
            calls = [(programs.one[0], int(programs.one[1]), int(programs.one[2]))]
        else:
            calls = itertools.chain(KNOWN, each(told.calls) if programs.all else drawn(told.calls, int(os.environ.get("RUNS", 40))))
        bad = done = 0
        print(f"{sum(told.calls.values())} calls of {len(told.calls)} functions where nothing fails", flush=True)
        for call, job in [(call, pool.submit(morning, programs, accounts, call, good)) for call in calls]:
            told, faults, said = job.result()
            done += told.failed
            bad += bool(faults)
            if faults or programs.one:
                show(programs, call, faults, told, said)
    print(f"{done} calls failed, {bad} runs went wrong")
    sys.exit(bad > 0)


main()
