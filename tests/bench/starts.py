# SPDX-License-Identifier: MIT
"""starts - how late a sound begins: at a planned second, and after a command. All play on the same card made of a
clock, which stamps the moment it is started; the stations that are asked and the peers are idle before each start."""
import json
import shutil
import subprocess
import tempfile
import time
from datetime import datetime

from figures import percentile
from liquidsoap import Liquidsoap
from peers import Mpd, installed
from station import CAMPAIGN, ON_CARD, PREROLL_MS, STATION, Card, Failed, Station, output

TIMED_STARTS = 200
PEER_STARTS = 40
LOGGED_STARTS = 5
PLAYS = 30
CLIP = CAMPAIGN / "khau-hieu-05.mp3"
SERVICES = ((Mpd, "mpc play, mpd", ""),
            (Liquidsoap, "nc, liquidsoap", "netcat puts the file into its queue; its output may fail, so it opens the "
             "card for each sound, too, with a buffer of one of its frames (40 ms before 2.3)"))


def distribution(add, measure, row, late_ms, **more):
    """The p99 stands for it; the page shows all of it."""
    add(measure, row, percentile(late_ms, 0.99), "ms", samples=sorted(late_ms), **more)


def player_starts(record, measure):
    with tempfile.TemporaryDirectory() as folder:
        card = Card(record.build, folder)
        run = output(record.bench / "bench_start", CLIP, "loapace", TIMED_STARTS, env=card.environment)
        rows = [tuple(map(int, line.split())) for line in run.splitlines()]
        distribution(record.ours, measure, "loaphuong, by the trigger stamp", [abs(late) / 1e3 for late, _ in rows],
                     aim=1)
        seen = [abs(at / 1e3 + PREROLL_MS - planned / 1e3) for at, (_, planned) in zip(card.starts_us(), rows)]
        if len(seen) == len(rows):
            distribution(record.ours, measure, "loaphuong, by the card's own record", seen, aim=1)


def logged_starts(record):
    """The whole station, null sink; the log has whole milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        first = int(time.time()) + 10
        at = ", ".join(time.strftime('"%H:%M:%S"', time.gmtime(first + 6 * n + 7 * 3600)) for n in range(LOGGED_STARTS))
        with Station(record.build, folder, STATION + f"""campaign "bench" {{
                from = "01-01" until = "12-31"
                broadcast "chime" {{ at = {{{at}}} play = {{"nhac-hieu"}} }} }}""") as box:
            shutil.copy(CAMPAIGN / "nhac-hieu.mp3", box.state / "clips")
            box.start()
            time.sleep(10 + 6 * LOGGED_STARTS)  # until the last of the planned seconds is over
            rows = [json.loads(line) for line in box.command("log", "--json").splitlines()]
            box.stop()
    late = [(datetime.fromisoformat(row["start"]) - datetime.fromisoformat(row["at"])).total_seconds() * 1e3
            for row in rows if row["start"] and row["outcome"] == "played"]
    if not late:
        raise Failed("no broadcast was played")
    record.ours("by the log, the slowest", f"the whole service, {len(late)} broadcasts", round(max(late)), "ms", aim=1,
                note="null sink; the log has whole milliseconds")


def each_second(card, command, after=None):
    """At each full second the command; ms until the card was started."""
    late = []
    for _ in range(PEER_STARTS):
        before, now = len(card.starts_us()), time.time()
        second, offset = int(now + 1.1), time.monotonic() - now
        time.sleep(second - now)  # as cron: to the full second
        process = subprocess.Popen(command, env=card.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started = card.next_start_us(before)
        if started is not None:
            late.append(started / 1e3 - (second + offset) * 1e3)
        end_of(process, after)
    if not late:
        raise Failed("it never started the card")
    return late


def end_of(process, after):
    """Ended or stopped, and then idle, a station until its card has played out: whoever has just run runs faster."""
    if after is None:
        process.terminate()
    process.wait()
    if after:
        after()
    time.sleep(1)  # the buffer of the card is a fraction of it


def of_mpg123():
    return ["mpg123", "-q", "-o", "alsa", "-a", "loapace", str(CLIP)]


def start(record):
    measure = "after the planned instant, p99"
    player_starts(record, measure)
    with tempfile.TemporaryDirectory() as folder:
        card = Card(record.build, folder)
        if installed("mpg123"):
            distribution(record.peer, measure, "timer + mpg123", each_second(card, of_mpg123()))
        else:
            record.absent(measure, "timer + mpg123", "ms")
        for peer, row, note in SERVICES:
            try:
                with peer(folder, card, 1) as service:
                    late = each_second(card, service.play(), service.silence)
                distribution(record.peer, measure, f"timer + {row}", late, note=note)
            except (Failed, subprocess.SubprocessError) as why:
                record.absent(measure, f"timer + {row}", "ms", str(why))
    logged_starts(record)


def commanded(card, command, after):
    """ms from exec until the first write to the card, and until the card is started."""
    writes, starts = [], []
    for _ in range(PLAYS):
        before, begin = len(card.starts_us()), time.monotonic()
        process = subprocess.Popen(command, env=card.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started = card.next_start_us(before)
        if started is None:
            raise Failed("it never started the card")
        written = next(at for at in card.stamped_us("write") if at >= begin * 1e6)
        writes.append(written / 1e3 - begin * 1e3)
        starts.append(started / 1e3 - begin * 1e3)
        end_of(process, after)
    return writes, starts


MEASURES = ("first write, p50", "first write, the slowest", "the card is started, p50")


def all_three(add, row, took, aims=(None, None), note=""):
    writes, starts = took
    add(MEASURES[0], row, percentile(writes, 0.5), "ms", aim=aims[0], samples=sorted(writes))
    add(MEASURES[1], row, max(writes), "ms", aim=aims[1], note=f"of {len(writes)}")
    add(MEASURES[2], row, percentile(starts, 0.5), "ms", note=note)


def command(record):
    with tempfile.TemporaryDirectory() as folder:
        card = Card(record.build, folder)
        with Station(record.build, folder, ON_CARD, "alsa", card.environment) as box:
            shutil.copy(CAMPAIGN / "nhac-hieu.mp3", box.state / "clips")
            box.start()
            box.measured()
            play = [str(record.build / "loaphuong"), "play", "nhac-hieu", *box.folders()]
            took = commanded(card, play, box.silence)
            box.stop()
        all_three(record.ours, "loaphuong play", took, (5, 10),
                  f"with {PREROLL_MS} ms of silence ahead of the sound (pre-roll)")
    command_peers(record)


def command_peers(record):
    with tempfile.TemporaryDirectory() as folder:
        card = Card(record.build, folder)
        if installed("mpg123"):
            all_three(record.peer, "mpg123", commanded(card, of_mpg123(), None))
        else:
            record.absent(MEASURES[0], "mpg123", "ms")
        for peer, row, note in SERVICES:
            try:
                with peer(folder, card, 1) as service:
                    all_three(record.peer, row, commanded(card, service.play(), service.silence), note=note)
            except (Failed, subprocess.SubprocessError) as why:
                record.absent(MEASURES[0], row, "ms", str(why))
