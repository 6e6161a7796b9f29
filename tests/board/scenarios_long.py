# SPDX-License-Identifier: MIT
"""scenarios_long - buttons in mid-broadcast, faults of the wiring, steps of the clock, power cuts, a day."""

import json
import os

import disk
from board import BUTTON, RELEASED
from checks import expect_at, expect_relay, expect_rows, expect_sound, expect_text, sound_ends, starts
from host import expect, run
from stations import BOX, MORNING


def hold_to_stop(boards):
    """The button is held for 3 s in the hotline message: silence, and the amplifier goes off."""
    board = boards.new(MORNING, "2024-06-01T05:59:40")
    board.on()
    board.until("06:00:08")
    board.press(seconds=3.5)
    board.until("06:00:40")
    trace, rows = board.trace(), board.log()
    takes = board.off()
    begin = starts(trace)[0] + (takes[0].onset() or 0)
    expect_sound(takes[0], ["nhac-hieu", 0.5, "khau-hieu-01", 0.5, ("goi-111", 5.2)], slack_s=0.25)
    expect_relay(board, trace, begin, starts(trace)[0] + sound_ends(takes[0]), 1.5, 0.8)
    expect_rows(rows, {"broadcast": "sang", "outcome": "partial", "reason": "stopped"})


def press_on_air(boards):
    """The hotline's button is pressed in a slogan: the message at once, then the slogan from its start."""
    board = boards.new(MORNING.replace('"khau-hieu-01", "goi-111"', '"khau-hieu-01", "khau-hieu-02"'),
                       "2024-06-01T05:59:40")
    board.on()
    board.until("06:00:04")
    board.press(line="HOTLINE")
    board.until("06:00:40")
    trace, rows = board.trace(), board.log()
    takes = board.off()
    begin = starts(trace)[0] + (takes[0].onset() or 0)
    tones = takes[0].tones()
    expect([tone[0] for tone in tones if tone[0]] == [600, 1000, 2200, 1000, 1500],
           f"heard {tones}; expected the slogan cut, the message, the slogan again, the next one")
    lengths = [tone[2] - tone[1] for tone in tones if tone[0]]
    expect(abs(lengths[2] - 6) < 0.1 and abs(lengths[3] - 3) < 0.1 and 1.4 < lengths[1] < 2.2,
           f"the tones have {lengths} s, expected 2, about 1.7, 6, 3 and 3")
    expect_relay(board, trace, begin, starts(trace)[0] + sound_ends(takes[0]), 1.5, 0.8)
    expect_rows(rows, {"broadcast": "sang", "outcome": "played"},
                {"trigger": "button", "who": "duong-day", "outcome": "played", "aired": ["goi-111"]})


def wrong_wiring(boards):
    """The relay's line is misspelt, and a button is down from the start: both are told, with what to do; the broadcast
    airs, and the button works once it is let go."""
    board = boards.new(MORNING.replace('line = "RELAY"', 'line = "RELAI"'), "2024-06-01T05:58:40")
    board.on(inputs={**RELEASED, BUTTON: 0})
    early = board.sh("loaphuong status")
    board.until("06:00:20")
    late = board.sh("loaphuong status")
    board.let_go("BUTTON")
    board.after(5)
    board.press("BUTTON")
    board.after(20)
    rows, after = board.log(), board.sh("loaphuong status")
    takes = board.off()
    expect_text(early, "no line is called RELAI", "status at first")
    expect("held down" not in early, f"a button that is down for 3 s is called stuck: {early}")
    expect_text(late, "the button is held down", "status after 90 s of a stuck button")
    expect("held down" not in after, f"a button that was let go is still called stuck: {after}")
    tones = [tone[0] for tone in takes[0].tones() if tone[0]]
    # The second stream follows the first in the recording at once, so that both messages are one tone or two.
    expect(tones[:3] == [600, 1000, 2200] and set(tones[3:]) <= {2200}, f"heard {tones}, expected 600, 1000, 2200")
    expect(not board.relay_edges(), f"the relay's wire went {board.relay_edges()}, though no line was its")
    expect_rows(rows, {"broadcast": "sang", "outcome": "played"}, {"trigger": "button", "aired": ["goi-111"]})


def storm(boards):
    """Thousands of edges on the button's wire are no press, or one; a press after that is one."""
    board = boards.new(BOX, "2024-06-01T09:00:00")
    board.on()
    board.storm("HOTLINE", 3000)
    board.after(45)
    before = len(board.log())
    board.press("HOTLINE")
    board.after(20)
    rows, status = board.log(), board.sh("loaphuong status")
    board.off()
    expect(before <= 1, f"3000 edges within a second made {before} broadcasts")
    expect(len(rows) == before + 1, f"a press after the storm made {len(rows) - before} broadcasts")
    expect_rows(rows[-1:], {"trigger": "button", "who": "duong-day", "outcome": "played"})
    expect_text(status, "Faults      none", "status after the storm")


def killed_on_air(boards):
    """The service is killed in the hotline message and started again, as systemd would: what the unit runs after the
    death of the service switches the amplifier off (this chip keeps the level), and the message airs whole."""
    board = boards.new(MORNING, "2024-06-01T05:59:40")
    board.on()
    board.until("06:00:08")
    board.sh("kill -9 $(cat /tmp/pid)")
    board.sh("loaphuongd --release --state /state")  # as the unit does, before it starts the service again
    board.after(1)
    levels = [event[2] for event in board.trace() if event[1] == "RELAY"]
    expect(levels[-1:] == [0], "the relay is on although there is no service")
    board.start_service()
    board.after(30)
    trace, rows, verdict = board.trace(), board.log(), board.verify()
    board.off()
    expect(board.relay_edges() == [1, 0, 1, 0], f"the relay's wire went {board.relay_edges()}, expected [1, 0, 1, 0]")
    killed = board.instant("06:00:08")
    off = [event[0] - killed for event in trace if event[1:] == ("RELAY", 0) and event[0] > killed]
    expect(off and off[0] < 3, f"the relay went off {off} s after the kill, expected within 3 s")
    expect_rows(rows, {"broadcast": "sang", "outcome": "played", "aired": ["nhac-hieu", "khau-hieu-01", "goi-111"]})
    expect_text(verdict, "the chain is intact", "log verify")


def clock_step(boards):
    """The clock is put 10 min forward in mid-broadcast, later back: what is on air goes on, what was jumped over airs
    if it may be that late, and nothing airs twice."""
    board = boards.new(MORNING + """
campaign "giua" {
	from = "2024-06-01" until = "2024-06-30"
	broadcast "qua-tre" { at = {"06:05"} late = "2min" play = {"khau-hieu-02"} }
	broadcast "con-kip" { at = {"06:08"} late = "5min" play = {"ngan"} }
}
""", "2024-06-01T05:59:40")
    board.on()
    board.until("06:00:04")
    board.step_clock(600)
    board.after(30)
    board.step_clock(-600)
    board.after(600)
    trace, rows = board.trace(), board.log()
    takes = board.off()
    expect_sound(takes[0], ["nhac-hieu", 0.5, "khau-hieu-01", 0.5, "goi-111", "ngan"], slack_s=0.2)
    expect(len(starts(trace)) <= 2, f"the card was started {len(starts(trace))} times, expected for two broadcasts")
    outcomes = sorted((row["broadcast"], row["outcome"], row["reason"]) for row in rows)
    expect(outcomes == [("con-kip", "late", "busy"), ("qua-tre", "missed", outcomes[1][2]), ("sang", "played", None)],
           f"the log has {outcomes}")


def power_cut(boards):
    """The power fails in the hotline message, and is back half a minute later: the log is whole, and the message is
    aired from its start."""
    board = boards.new(MORNING, "2024-06-01T05:59:40")
    board.on()
    board.until("06:00:08")
    takes = board.off()
    expect_sound(takes[0], ["nhac-hieu", 0.5, "khau-hieu-01", 0.5, ("goi-111", 2.0)], slack_s=0.1)
    state = disk.take_out(board.disk, os.path.join(board.folder, "state"))
    expect_text(disk.verify(board.works.native, state), "the chain is intact", "log verify after the cut")
    board.on("2024-06-01T06:00:30")
    board.after(30)
    trace, rows, verdict = board.trace(), board.log(), board.verify()
    takes = board.off()
    begin = starts(trace)[0] + (takes[0].onset() or 0)
    expect_sound(takes[0], ["goi-111"])
    expect_relay(board, trace, begin, begin + 6.0, 1.5, 0.8)
    # What was on air when the power failed is in no event; what was before is.
    expect_rows(rows, {"broadcast": "sang", "outcome": "played", "aired": ["nhac-hieu", "khau-hieu-01", "goi-111"]})
    expect_text(verdict, "the chain is intact", "log verify")


def ten_cuts(boards):
    """The disk as it is after ten power cuts, among writes of a day of its log: it mounts, and its log is whole."""
    board = boards.new(BOX + """
campaign "thang-6" {
	from = "2024-06-01" until = "2024-06-30"
	broadcast "moi-lan" { at = {"06:00", "06:01", "06:02", "06:03"} play = {"ngan"} }
}
""", "2024-06-01T05:59:30", disk_log=True)
    before = os.path.join(board.folder, "before.img")
    run("cp", "--sparse=always", board.disk, before)
    board.on()
    board.until("06:03:30")
    final = board.log()
    board.sh("sync")
    board.off()
    expect(len(final) == 4, f"the log has {len(final)} rows, expected 4")
    writes = disk.Writes(board.disk_log)
    seen = [rows_after(board, writes, before, len(writes.entries) * k // 10, k, final) for k in range(1, 11)]
    expect(seen[-1] == 4, f"after all writes the log has {seen[-1]} rows, expected 4")
    print(f"     {len(writes.entries)} writes, {len(writes.flushes())} flushes; rows after each cut: {seen}")


def rows_after(board, writes, before, n, seed, final):
    """How many rows the log has after a cut; they must be the first of those it had in the end."""
    image = os.path.join(board.folder, "cut.img")
    writes.cut(before, image, n, seed)
    state = disk.take_out(image, os.path.join(board.folder, "cut"))
    if not os.path.exists(os.path.join(state, "asrun.db")):
        return 0
    expect_text(disk.verify(board.works.native, state), "the chain is intact", f"log verify after {n} writes")
    text = run(board.works.native, "log", "--state", state, "--json")
    rows = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    planned = [(row["row"], row["at"]) for row in rows]
    expect(planned == [(row["row"], row["at"]) for row in final[:len(rows)]],
           f"after {n} writes the log has {planned}, which is no beginning of what it had in the end")
    return len(rows)


def whole_day(boards):
    """From 05:00 to 05:00, every half hour and at an odd second: each on its second, none twice, none left out."""
    board = boards.new("""
clock { trust = "rtc" }
campaign "thang-6" {
	from = "2024-06-01" until = "2024-06-30"
	broadcast "nua-gio" { every = "30min" between = "05:30-21:00" play = {"ngan"} }
	broadcast "le" { at = {"06:10:07", "12:00:59", "20:59:50"} play = {"ngan"} }
}
""", "2024-06-01T05:00:00")
    wanted = sorted([5.5 * 3600 + 1800 * k for k in range(31)] + [22207, 43259, 75590])
    board.on()
    for hour in range(6, 30):
        board.until(hour * 3600)
    trace, rows = board.trace(), board.log()
    takes = board.off()
    expect(len(starts(trace)) == len(wanted), f"the card was started {len(starts(trace))} times, not {len(wanted)}")
    onset = takes[0].onset()
    for seen, second in zip(starts(trace), wanted):
        expect_at(board, seen + onset, second, 0.002, "the first sample")
    expect_rows(rows, *({"outcome": "played", "aired": ["ngan"], "frames": 48000, "xruns": 0} for _ in wanted))


# power_cut is in the core set.
LONG = [hold_to_stop, press_on_air, wrong_wiring, storm, killed_on_air, clock_step, ten_cuts, whole_day]
