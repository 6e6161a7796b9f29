#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test_torture_cli.py --run WORLD_RUN --tool LOAPHUONG --service LOAPHUONGD --month MAKE_MONTH [--all] [COMMAND NAME NUMBER HOW]

The commands as a user gives them, while one call of our own code fails: each in turn with --all (EACH=N: up to N of a
function), RUNS drawn at random (SEED=N draws the same again), or the one that is given.

No command may crash, leak, hang or keep a file open; one that fails says so; one that only looks changes nothing, and
says what it always says or that it could not; one that changes something has done it whole or not at all, and does it
when it is asked again.
"""
import argparse
import concurrent.futures
import contextlib
import hashlib
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
RECORDINGS = TREE / "config/campaigns/thang-hanh-dong-2024"
SANITIZER_EXIT = 99
PATIENCE_S = 120
NOW = "2024-06-03T05:30:00+07:00"
PLACES = ["-c", "station.conf", "--state", "state"]
JUNE = ["--from", "2024-06-01", "--until", "2024-06-30"]
STATION = """station { name = "Thử" language = "en" }
airtime { allow = {"05:30-07:00", "16:30-18:30"} }
clip "khau-hieu-02" { title = "Hai" text = "Không để con một mình." }
campaign "thang-6" {
    from  = "2024-06-01"
    until = "2024-06-30"
    playlist "khau-hieu" { clips = {"khau-hieu-01", "khau-hieu-02"} order = "shuffle" take = 1 }
    broadcast "sang" { title = "Buổi sáng" at = {"05:45", "06:30"} play = {"khau-hieu"} }
    broadcast "dem"  { at = {"03:15"} dates = {"2024-06-05"} play = {"khau-hieu-01"} }
}
"""
MORE = """campaign "them" {
    from = "2024-06-01"
    until = "2024-06-30"
    broadcast "chieu" { at = {"17:00"} play = {"khau-hieu-02"} }
}
"""
CHANGES = '{"file":"them.conf","base":"%s","changes":[' \
          '{"campaign":"them","kind":"broadcast","name":"chieu","values":{"at":["17:15"]}}]}'
ANSWERS = 'station { name = "Nơi khác" timezone = "Asia/Ho_Chi_Minh" }\naudio { device = "null" }\n' \
          'airtime { allow = {"05:30-07:00"} }\n'

# What is asked; "looks": it must change nothing. A code other than 0 is that of the command that nothing disturbs.
LOOKS = {
    "check": ["check"], "plan": ["plan", *JUNE], "plan-json": ["plan", *JUNE, "--json"],
    "plan-diff": ["plan", *JUNE, "--diff", "before.conf"],
    "why": ["why", "2024-06-03T05:45"], "status": ["status"], "doctor": ["doctor"], "doctor-json": ["doctor", "--json"],
    "log": ["log"], "log-json": ["log", "--json"], "log-csv": ["log", "--csv"], "log-notes": ["log", "--notes"],
    "log-verify": ["log", "verify"], "clip-list": ["clip", "list"], "clip-list-json": ["clip", "list", "--json"],
    "clip-removed": ["clip", "list", "--removed"], "clip-show": ["clip", "show", "khau-hieu-02"],
    "clip-words": ["clip", "say", "khau-hieu-02", "--words"], "campaign-show": ["campaign", "show"],
    "campaign-json": ["campaign", "show", "--json"], "campaign-try": ["campaign", "try", "changes.json"],
    "campaign-history": ["campaign", "history"], "clock": ["clock"], "volume": ["volume"],
}
CHANGES_STATE = {
    "report": ["report", "--month", "2024-06", "-o", "report.html"],
    "clip-add": ["clip", "add", str(RECORDINGS / "khau-hieu-03.mp3")],
    "clip-replace": ["clip", "add", "--replace", "--as", "khau-hieu-01", str(RECORDINGS / "khau-hieu-04.mp3")],
    "clip-remove": ["clip", "remove", "khau-hieu-01"], "clip-restore": ["clip", "restore", "goi-111"],
    "clip-say": ["clip", "say", "thong-bao", "Xin mời bà con."],
    "clip-approve": ["clip", "approve", "khau-hieu-01", "--by", "Lan"],
    "backup": ["backup", "backup.tar.gz", "--console", "console"],
    "restore": ["restore", "kept.tar.gz", "--console", "console", "--yes"],
    "setup": ["setup", "--answers", "answers.conf"], "usb-import": ["usb", "import", "stick"],
    "test-tone": ["test-tone", "--seconds", "0.2"],
}
ASKS = {  # of a station that runs
    "ask-status": ["status"], "ask-status-json": ["status", "--json"], "ask-doctor": ["doctor"],
    "ask-log": ["log", "--json"], "ask-verify": ["log", "verify"], "ask-clips": ["clip", "list"],
    "ask-show": ["clip", "show", "khau-hieu-02"], "ask-campaigns": ["campaign", "show"],
    "ask-try": ["campaign", "try", "changes.json"], "ask-volume": ["volume", "-6"], "ask-reload": ["reload"],
    "ask-pause": ["pause", "--off"], "ask-skip": ["skip"], "ask-stop": ["stop"], "ask-clock": ["clock", "confirm"],
    "ask-add": ["clip", "add", "--replace", "--as", "moi", str(RECORDINGS / "khau-hieu-03.mp3")],
    "ask-approve": ["clip", "approve", "khau-hieu-01", "--by", "Lan"],
    "ask-save": ["campaign", "save", "changes.json", "--by", "Lan"], "ask-undo": ["campaign", "undo"],
    "ask-history": ["campaign", "history"], "ask-usb": ["usb", "out"],
}


def environment():
    strict = f"exitcode={SANITIZER_EXIT}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return dict(kept, LANGUAGE="en", ASAN_OPTIONS=strict + ":detect_leaks=1", LSAN_OPTIONS=strict,
                UBSAN_OPTIONS=strict + ":print_stacktrace=1")


# The allocator that the tool gives jansson ends it with a word (tools/loaphuong.c): these have no other failure there.
NEVER = re.compile(r"json_(?!load_file|loadfd)")


# What may well be said otherwise where the call failed in this function, and why.
OTHERWISE = {
    "clip_file_is_draft": "whether it is a draft stands in the recording's last bytes, which cannot be read",
    "campaign_files_plan": "without the faults of the plan before, those of the plan after are all of the change",
}


class Result:
    def __init__(self, told, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.failed, self.left, self.calls, self.places = False, [], {}, []
        for line in told.read_text().splitlines():
            what, _, rest = line.partition(" ")
            if what == "failed":
                self.failed = rest != "0"
            elif what == "call":
                name, _, number = rest.rpartition(" ")
                if name and not NEVER.match(name):
                    self.calls[name] = int(number)
            elif what == "left":
                self.left.append(rest)
            else:
                self.places.append(rest)


class Torture:
    def __init__(self, programs, scratch):
        self.programs, self.scratch, self.numbers = programs, Path(scratch), itertools.count(1)
        self.base = self.scratch / "base"
        self.base.mkdir()
        self.fill()

    def tool(self, folder, *words, code=0):
        run = subprocess.run([self.programs.tool, *words, *PLACES, "--runtime", "run"], cwd=folder, env=environment(),
                             capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if run.returncode != code:
            sys.exit(f"{words}: exit code {run.returncode} where nothing fails\n{run.stdout}{run.stderr}")

    def fill(self):
        base = self.base
        for name in ("state", "console", "stick", "run"):
            (base / name).mkdir()
        for name, text in {"station.conf": STATION, "changes.json": CHANGES % hashlib.sha256(MORE.encode()).hexdigest(), "answers.conf": ANSWERS,
                           "before.conf": STATION.replace("05:45", "05:50")}.items():
            (base / name).write_text(text)
        subprocess.run([self.programs.month, "state"], cwd=base, check=True, stdout=subprocess.DEVNULL)
        (base / "state/campaigns").mkdir(exist_ok=True)
        (base / "state/campaigns/them.conf").write_text(MORE)
        for name in ("khau-hieu-01", "khau-hieu-02", "goi-111"):
            self.tool(base, "clip", "add", str(RECORDINGS / f"{name}.mp3"))
        shutil.copy(RECORDINGS / "nhac-hieu.mp3", base / "stick/nhac-hieu.mp3")
        (base / "stick/hong.mp3").write_bytes(b"ID3 no sound" * 100)
        self.tool(base, "clip", "remove", "goi-111")
        self.tool(base, "backup", "kept.tar.gz", "--console", "console")

    def places(self, result):
        """The functions that led to the call that failed, the innermost first."""
        if not result.places:
            return ""
        return subprocess.run(["addr2line", "-s", "-f", "-p", "-e", self.programs.tool, *result.places], check=True,
                              capture_output=True, text=True).stdout

    def may_differ(self, result):
        return any(name + " at" in self.places(result) for name in OTHERWISE)

    def fresh(self, what):
        return self.scratch / f"{what}-{next(self.numbers)}"

    def copy(self):
        folder = self.fresh("box")
        shutil.copytree(self.base, folder, symlinks=True)
        return folder

    @contextlib.contextmanager
    def box(self):
        folder = self.copy()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def run(self, folder, words, call=("-", 0, 0)):
        """The command with one call failing (none: "-")."""
        name, number, how = call
        told = self.fresh("told")  # a folder may have several commands at a time
        command = [self.programs.run, str(told), name, str(number), str(how), self.programs.tool, *words,
                   *PLACES, "--runtime", "run"]
        process = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False,
                                 stdin=subprocess.DEVNULL, timeout=PATIENCE_S)
        return Result(told, process.returncode, *(out.decode(errors="replace") for out in (process.stdout, process.stderr)))


def still(text):
    """Without what the clock and the folder change."""
    return re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?([+-]\d\d:\d\d)?|box-\d+|\d+([.,]\d+)? ?(GB|MB|s|ms)\b", "~",
                  text)


def contents(folder):
    """What the station has: name and digest of what people would miss."""
    kept = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and re.match(r"(state/(clips|campaigns|removed)/|station\.conf$|backup\.tar\.gz)", name) and \
                not re.search(r"\.(old-\d+|new|tmp)|/\.", name):
            told = "there" if name == "backup.tar.gz" else hashlib.sha256(path.read_bytes()).hexdigest()
            kept[re.sub(r"\d{10,}", "~", name)] = told
    return kept


def common_faults(result):
    if result.code >= 128:
        yield f"it ended by signal {result.code - 128}"
    if result.code == SANITIZER_EXIT:
        yield "the sanitizer found something"
    for path in result.left:
        if "out of memory:" not in result.err:  # then it ended where it was
            yield f"left open: {path}"
    if result.code not in (0, 1, 2, 3) and result.code < 128 and result.code != SANITIZER_EXIT:
        yield f"exit code {result.code}"
    if result.code != 0 and not (result.err.strip() or result.out.strip()):
        yield f"exit code {result.code} without a word"
    if "\ufffd" in result.out + result.err:
        yield "it prints what is no text"
    if re.search(r"\(null\)|errno|\b-?\d+: ?$", result.err):
        yield "a message for no person"


def look(torture, name, words, call, good):
    with torture.box() as folder:
        before = contents(folder)
        result = torture.run(folder, words, call)
        after = contents(folder)
    faults = list(common_faults(result))
    if after != before:
        faults.append("it changed something")
    if result.code == 0 and good.code == 0 and not result.err and "There are more faults" not in result.out and \
            still(result.out) != still(good.out) and not torture.may_differ(result):
        faults.append("it says something else, as if nothing had failed")
    return result, faults


def change(torture, name, words, call, good):
    with torture.box() as folder:
        before = contents(folder)
        result = torture.run(folder, words, call)
        faults = list(common_faults(result))
        after = contents(folder)
        if result.code == 0 and after != good.contents:
            faults.append(f"done, it says, but {differ(after, good.contents)}")
        if after not in (before, good.contents):
            faults.append(f"neither as before nor done: {differ(after, before)}")
        if result.code != 0 and after == before:
            again = torture.run(folder, words)
            if again.code != good.code or contents(folder) != good.contents:
                faults.append(f"asked again, it ends with {again.code}: {again.err.strip()[-300:]}")
            if list(folder.glob("state.restore*")):
                faults.append("asked again, it leaves what the first one left")
    return result, faults


def differ(a, b):
    return ", ".join(sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))) or "nothing differs"


class Station:
    """One that runs; the commands that ask it fail, it does not."""

    def __init__(self, torture):
        self.folder = torture.copy()
        self.torture = torture
        with open(self.folder / "said", "wb") as said:
            self.process = subprocess.Popen(
                [torture.programs.service, *PLACES, "--runtime", "run", "--sink", "null", "--pretend-now", NOW],
                cwd=self.folder, env=environment(), stdout=said, stderr=said)
        end = time.monotonic() + PATIENCE_S
        while torture.run(self.folder, ["status"]).code != 0:
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit("the station did not start: " + (self.folder / "said").read_text())
            time.sleep(0.05)  # it tells nobody here that it is ready

    def ask(self, name, words, call, good):
        result = self.torture.run(self.folder, words, call)
        faults = list(common_faults(result))
        if self.process.poll() is not None:
            faults.append("the station has ended: " + (self.folder / "said").read_text()[-500:])
        return result, faults

    def stop(self):
        self.process.terminate()
        if self.process.wait() != 0:
            sys.exit("the station ended with a fault: " + (self.folder / "said").read_text()[-2000:])


def undisturbed(torture, words, how, station):
    with contextlib.nullcontext(station.folder) if how == "ask" else torture.box() as folder:
        result = torture.run(folder, words)
        result.contents = contents(folder)
    if not result.calls:
        sys.exit(f"{words}: no call was counted")
    return result


def show(torture, name, call, result, faults):
    print(f"FAILED: {name} {call[0]} {call[1]} {call[2]}: " + "; ".join(faults))
    for line in (result.out[-300:] + result.err[-1500:]).splitlines():
        print("  | " + line)
    print("  " + "\n  ".join(torture.places(result).splitlines()[:8]))
    sys.stdout.flush()


def drawn(goods, wanted):
    """A command, a function of it, one of its calls: seldom ones are as likely as common ones."""
    seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
    print(f"test_torture_cli: SEED={seed}")
    dice = random.Random(seed)
    for _ in range(wanted):
        name = dice.choice(sorted(goods))
        call = dice.choice(sorted(goods[name].calls))
        yield name, (call, dice.randint(1, goods[name].calls[call]), dice.randint(0, 5))


# What was once found stays found.
KNOWN = [("restore", ("malloc", 5, 0))]  # what it had taken out stayed there


def each(goods):
    most = int(os.environ.get("EACH", 1000000))
    for name, good in goods.items():
        for call, number in good.calls.items():
            for at in range(1, min(number, most) + 1):
                yield name, (call, at, at)


def arguments():
    parser = argparse.ArgumentParser()
    for option in ("run", "tool", "service", "month"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("one", nargs="*")
    return parser.parse_args()


def main():
    programs = arguments()
    ways = {**{name: look for name in LOOKS}, **{name: change for name in CHANGES_STATE}}
    words = {**LOOKS, **CHANGES_STATE, **ASKS}
    if not shutil.which("espeak-ng"):
        del words["clip-say"]
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(os.cpu_count() + 1) as pool:
        torture = Torture(programs, scratch)
        station = Station(torture)
        wanted = [programs.one[0]] if programs.one else list(words)
        goods = {name: undisturbed(torture, words[name], "ask" if name in ASKS else "box", station) for name in wanted}
        if programs.one:
            calls = [(programs.one[0], (programs.one[1], int(programs.one[2]), int(programs.one[3])))]
        else:
            calls = itertools.chain(KNOWN, each(goods) if programs.all else drawn(goods, int(os.environ.get("RUNS", 150))))

        def one(name, call):
            way = station.ask if name in ASKS else lambda *all_of: ways[name](torture, *all_of)
            return name, call, *way(name, words[name], call, goods[name])

        bad = done = 0
        for job in [pool.submit(one, name, call) for name, call in calls]:
            name, call, result, faults = job.result()
            done += result.failed
            bad += bool(faults)
            if faults or programs.one:
                show(torture, name, call, result, faults)
        station.stop()
    print(f"{len(goods)} commands, {done} calls failed, {bad} runs went wrong")
    sys.exit(bad > 0)


main()
