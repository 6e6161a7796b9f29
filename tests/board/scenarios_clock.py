# SPDX-License-Identifier: MIT
"""
scenarios_clock - what the network, a clock chip and people do to the real clock of the guest: clock_settime and
adjtimex of its kernel, the chip that QEMU has. Nothing airs outside airtime, nothing twice, each occurrence is one row.
"""

from checks import expect_rows, expect_text, heard, starts
from host import expect
from stations import CLOCK
from tones import HZ, SECONDS

HOUR = 3600
# When the clock is set, against 06:00, in seconds; a broadcast of 8.5 s begins then.
MOMENTS = [("one second before it", -1), ("on its second", 0), ("one second into it", 1), ("in the middle", 4),
           ("one second after it", 9.5)]
WHOLE = ["nhac-hieu", "goi-111"]


def day(k):
    return f"2024-06-{k + 1:02d}"


def next_morning(board, k):
    """The clock is put to half a minute before the broadcast of that day, and is right then."""
    board.set_clock(f"{day(k)}T05:59:30")
    expect_state(board, "trusted", "synchronized", f"in the morning of {day(k)}")


def expect_state(board, state, reason, when):
    clock = board.status()["clock"]
    seen = (clock["state"], clock["reason"])
    expect(seen == (state, reason), f"{when} the clock is {seen}, expected {(state, reason)}")


def step_each_day(board, seconds):
    """Steps at each of the moments, a day for each. Returns for each how often the card was started before the clock
    was as far as the broadcast's end again, and after that."""
    counts = []
    for k, (_, moment) in enumerate(MOMENTS):
        next_morning(board, k)
        before = len(starts(board.trace()))
        board.step_clock(seconds, at=f"{day(k)}T06:00:00", after_s=moment)
        board.after(20)
        at_once = len(starts(board.trace())) - before
        expect_state(board, "trusted", "synchronized", f"after a step of {seconds} s")
        # What was set back is lived through once more.
        board.until(f"{day(k)}T06:01:00")
        counts.append((at_once, len(starts(board.trace())) - before - at_once))
    return counts


def expect_clips(take, names):
    """Those clips, one after the other, each whole; the recording leaves out what was silent between broadcasts."""
    tones = [(hz, end - begin) for hz, begin, end in take.tones() if hz]
    alike = len(tones) == len(names) and all(
        hz == HZ[name] and abs(seconds - SECONDS[name]) < 0.1 for (hz, seconds), name in zip(tones, names))
    expect(alike, f"heard {heard(take)}; expected {names}")


def hour_back(boards):
    """The network sets the clock an hour back around a broadcast and in the middle of it, and that hour is lived twice:
    the broadcast is heard once each day, whole, on the second if it had not begun."""
    board = boards.new(CLOCK, "2024-06-01T05:59:00")
    board.on()
    counts = step_each_day(board, -HOUR)
    rows, verdict, notes = board.log(), board.verify(), board.notes()
    takes = board.off()
    expect(counts == [(0, 1)] + [(1, 0)] * 4, f"starts at once and in the hour that came again: {counts}")
    expect_clips(takes[0], WHOLE * 5)
    expect_rows(rows, *({"broadcast": "sang", "at": f"{day(k)}T06:00:00+07:00", "outcome": "played", "aired": WHOLE,
                         "clock": "trusted"} for k in range(5)))
    expect_text(verdict, "the chain is intact", "log verify")
    expect(notes.count("NOT TRUSTED") == 0, f"a step of an hour cost the trust: {notes}")


def hour_forward(boards):
    """The network sets the clock an hour forward around a broadcast and in the middle of it: what had begun is heard
    to its end, what was jumped over is missed with that reason, and nothing is heard twice."""
    board = boards.new(CLOCK, "2024-06-01T05:59:00")
    board.on()
    counts = step_each_day(board, HOUR)
    rows, verdict = board.log(), board.verify()
    takes = board.off()
    expect(counts == [(0, 0)] + [(1, 0)] * 4, f"starts at once, and later: {counts}")
    expect_clips(takes[0], WHOLE * 4)
    missed = {"at": f"{day(0)}T06:00:00+07:00", "outcome": "missed", "reason": "clock-jumped", "aired": []}
    expect_rows(rows, missed, *({"at": f"{day(k)}T06:00:00+07:00", "outcome": "played", "aired": WHOLE,
                                 "clock": "trusted"} for k in range(1, 5)))
    expect_text(verdict, "the chain is intact", "log verify")


def step_out_of_airtime(boards):
    """The clock turns out to be hours wrong in mid-broadcast, either way: the clip on air ends, and no other begins in
    hours in which nothing may sound."""
    board = boards.new(CLOCK, "2024-06-01T05:59:00")
    board.on()
    for k, hours in enumerate((3, -3)):
        next_morning(board, k)
        board.step_clock(hours * HOUR, at=f"{day(k)}T06:00:01")
        board.after(60)
        expect(board.status()["on_air"] is None, f"on air at {board.status()['now']}")
    rows = board.log()
    takes = board.off()
    expect_clips(takes[0], ["nhac-hieu", "nhac-hieu"])
    expect_rows(rows, *({"at": f"{day(k)}T06:00:00+07:00", "outcome": "partial", "reason": "outside-airtime",
                         "aired": ["nhac-hieu"]} for k in range(2)))


def server_says_2099(boards):
    """A time server says 2099, before a broadcast and in the middle of one, and the station would have a broadcast
    then: it is held, the status says why; when the server is right again, what is due airs, once."""
    board = boards.new(CLOCK, "2024-06-01T05:59:00")
    board.on()
    next_morning(board, 0)
    board.set_clock("2099-06-01T05:59:50")
    board.after(60)
    expect_state(board, "untrusted", "far-future", "in 2099")
    status = board.sh("loaphuong status")
    expect(not starts(board.trace()), "the card was started in 2099")
    next_morning(board, 0)
    board.until(f"{day(0)}T06:00:04")
    board.set_clock("2099-06-02T05:59:50")
    board.after(60)
    expect_state(board, "untrusted", "far-future", "in 2099 again")
    next_morning(board, 0)
    board.until(f"{day(0)}T06:01:00")
    next_morning(board, 1)
    board.until(f"{day(1)}T06:01:00")
    trace, rows, verdict = board.trace(), board.log(), board.verify()
    takes = board.off()
    expect_text(status, "far", "status in 2099")
    expect(len(starts(trace)) == 2, f"the card was started {len(starts(trace))} times, expected once each day")
    expect_clips(takes[0], WHOLE * 2)
    expect_rows(rows, *({"at": f"{day(k)}T06:00:00+07:00", "outcome": "played", "aired": WHOLE} for k in range(2)))
    expect_text(verdict, "the chain is intact", "log verify")


def a_year_ahead(boards):
    """The clock jumps a year ahead, to a time that could be right: nothing airs, though the network vouches, before a
    person confirms it."""
    board = boards.new(CLOCK, "2024-06-01T05:59:00")
    board.on()
    next_morning(board, 0)
    board.set_clock("2025-06-01T05:59:50")
    board.after(90)
    expect(not starts(board.trace()), "the card was started a year ahead")
    expect_state(board, "untrusted", "jumped", "a year ahead")
    board.sh("loaphuong clock confirm --by 'Lan' --why 'the box lay in a cupboard' --state /state")
    expect_state(board, "trusted", "synchronized", "after it was confirmed")
    board.after(60)
    rows, notes = board.log(), board.notes()
    takes = board.off()
    expect_clips(takes[0], WHOLE)
    heard_rows = [row for row in rows if row["aired"]]
    expect_rows(heard_rows, {"at": "2025-06-01T06:00:00+07:00", "outcome": "late"})
    expect(all(row["outcome"] == "missed" for row in rows if not row["aired"]), f"rows: {rows}")
    expect_text(notes, "Lan", "the log's notes")


def set_by_hand(boards):
    """No network, and a clock chip that is three hours slow. A person sets the time: the system's clock and the chip
    have it, the log says who, and what is not too late airs. Later the power fails: the time is confirmed by a person."""
    board = boards.new(CLOCK, "2024-06-01T03:02:00")
    board.on()
    board.after(5)
    expect_state(board, "untrusted", "never-synced", "without a network")
    said = board.sh("loaphuong clock set '2024-06-01 06:02' --by 'Lan' --yes --state /state")
    chip = int(board.sh("cat /sys/class/rtc/rtc0/since_epoch"))
    apart = [at - board.instant("06:02:00") for at in (board.now(), chip)]
    expect_state(board, "trusted", "confirmed", "after it was set")
    board.after(60)
    rows, notes, trace = board.log(), board.notes(), board.trace()
    takes = board.off()
    expect_text(said, "The clock chip was set, too", "clock set")
    expect(all(0 <= gap < 3 for gap in apart), f"clock and chip are {apart} s after the time that was set")
    expect_text(notes, "Lan", "the log's notes")
    expect(len(starts(trace)) == 1, f"the card was started {len(starts(trace))} times, expected once")
    expect_clips(takes[0], WHOLE)
    expect_rows(rows, {"at": "2024-06-01T06:00:00+07:00", "outcome": "late", "aired": WHOLE, "clock": "trusted"})
    # After a power cut of more than a week no chip's word is enough (holdover).
    board.on("2024-06-12T05:59:00")
    board.until("06:01:00")
    expect(not starts(board.trace()), "the card was started though nobody vouched for the time")
    expect_state(board, "untrusted", "holdover-over", "after a power cut of a week")
    board.sh("loaphuong clock confirm --by 'Minh' --state /state")
    expect_state(board, "trusted", "confirmed", "after it was confirmed")
    board.after(60)
    rows, verdict = board.log(), board.verify()
    takes = board.off()
    expect_clips(takes[0], WHOLE)
    missed = [(row["outcome"], row["reason"]) for row in rows[1:-1]]
    expect(missed == [("missed", "off")] * 10, f"ten days without power: {missed}")
    expect_rows(rows[-1:], {"at": "2024-06-12T06:00:00+07:00", "outcome": "late", "reason": "clock-untrusted",
                           "aired": WHOLE, "clock": "trusted"})
    expect_text(verdict, "the chain is intact", "log verify")


CLOCKS = [hour_back, hour_forward, step_out_of_airtime, server_says_2099, a_year_ahead, set_by_hand]
