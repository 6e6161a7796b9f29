# SPDX-License-Identifier: MIT
"""
scenarios - what the station does on the board, a function each. CORE is part of every tools/test, LONG of --long.

A scenario gets the boards of its run (board.Boards), and fails with Failed (host.py) in words.
"""

import scenarios_clock
import scenarios_long
import scenarios_setup
import scenarios_stick
from checks import expect_at, expect_relay, expect_rows, expect_sound, expect_text, starts
from host import expect
from stations import BOX, MORNING


def morning(boards):
    """A broadcast of three clips at 06:00: the first sample on the second, nothing cut, the amplifier on before and
    after, and proof of it."""
    board = boards.new(MORNING, "2024-06-01T05:59:40")
    board.on()
    board.until("06:00:20")
    trace, rows, verdict = board.trace(), board.log(), board.verify()
    takes = board.off()
    expect(len(starts(trace)) == 1, f"the card was started {len(starts(trace))} times, expected once")
    begin = starts(trace)[0] + (takes[0].onset() or 0)
    expect_at(board, begin, "06:00:00", 0.002, "the first sample")
    expect_sound(takes[0], ["nhac-hieu", 0.5, "khau-hieu-01", 0.5, "goi-111"])
    expect_relay(board, trace, begin, begin + 12.0, 1.5, 0.8)
    expect_rows(rows, {"broadcast": "sang", "outcome": "played", "clock": "trusted", "xruns": 0, "durable": True,
                       "aired": ["nhac-hieu", "khau-hieu-01", "goi-111"], "frames": 11 * 48000})
    expect_text(verdict, "the chain is intact", "log verify")


def bouncing_button(boards):
    """A worn button that bounces is pressed once: the hotline message once, after the amplifier had its time."""
    board = boards.new(BOX, "2024-06-01T09:00:00")
    board.on()
    board.after(5)
    expect(not starts(board.trace()), "the card was started before the button was pressed")
    pressed = board.now()
    board.press(line="HOTLINE", bounces=8)
    board.after(20)
    trace, rows, lines = board.trace(), board.log(), board.sh("loaphuong status")
    takes = board.off()
    expect(len(starts(trace)) == 1, f"the card was started {len(starts(trace))} times for one press")
    begin = starts(trace)[0] + (takes[0].onset() or 0)
    expect(1.5 <= begin - pressed < 2.2, f"the sound came {begin - pressed:.3f} s after the press, expected 1.5 to 2.2")
    expect_sound(takes[0], ["goi-111"])
    expect_relay(board, trace, begin, begin + 6.0, 1.5, 0.8)
    expect_rows(rows, {"trigger": "button", "who": "duong-day", "outcome": "played", "aired": ["goi-111"]})
    expect_text(lines, "BUTTON", "status")


def card_pulled(boards):
    """The USB card is pulled in the hotline message and put back 5 s later: the message is aired whole."""
    board = boards.new(MORNING, "2024-06-01T05:59:40", sound="usb")
    board.on()
    board.until("06:00:08")
    board.pull_card()
    board.after(3)
    without = board.sh("loaphuong status --json; loaphuong status")
    board.after(2)
    board.plug_card()
    board.until("06:00:40")
    trace, rows = board.trace(), board.log()
    takes = board.off()
    expect_text(without, "sound", "status without a card")
    expect(len(takes) == 2, f"{len(takes)} recordings, expected one before and one after")
    expect_sound(takes[0], ["nhac-hieu", 0.5, "khau-hieu-01", 0.5, ("goi-111", 2.0)])
    expect_sound(takes[1], ["goi-111"])
    again = starts(trace)[1] - board.instant("06:00:13")
    expect(0 < again < 10, f"the message began anew {again:.1f} s after the card was put back, expected within 10 s")
    expect_rows(rows, {"broadcast": "sang", "outcome": "played", "clock": "trusted",
                       "aired": ["nhac-hieu", "khau-hieu-01", "goi-111", "goi-111"]})


def from_1970(boards):
    """A box whose clock chip has lost its battery: nothing plays before somebody sets the time, then what is not
    too late."""
    board = boards.new("""
campaign "thang-6" {
	from = "06-01" until = "01-31"
	broadcast "truoc" { at = {"05:55"} late = "2min" play = {"ngan"} }
	broadcast "sau-gio" { at = {"06:00"} late = "5min" play = {"nhac-hieu"} }
	broadcast "nam-moi" { every = "2min" between = "05:30-10:00" dates = {"01-01"} play = {"ngan"} }
}
""", "1970-01-01T07:30:00")
    board.on()
    board.after(300)
    silent, status = board.trace(), board.sh("loaphuong status")
    board.set_clock("2024-06-01T06:02:00")
    board.after(90)
    trace, rows = board.trace(), board.log()
    takes = board.off()
    expect(not starts(silent), f"the card was started {len(starts(silent))} times while nobody knew the time")
    expect_text(status, "untrusted", "status")
    expect(len(starts(trace)) == 1, f"the card was started {len(starts(trace))} times, expected once")
    expect_sound(takes[0], ["nhac-hieu"])
    heard = [row for row in rows if row["aired"]]
    expect_rows(heard, {"broadcast": "sau-gio", "outcome": "late", "reason": "clock-untrusted", "clock": "trusted"})
    expect(all(row["outcome"] == "missed" for row in rows if not row["aired"]), f"rows: {rows}")


CORE = [morning, bouncing_button, card_pulled, from_1970, scenarios_long.power_cut, scenarios_setup.first_start]
LONG = scenarios_long.LONG + scenarios_clock.CLOCKS + scenarios_stick.STICKS
