# SPDX-License-Identifier: MIT
"""scenarios_setup - a technician's first start on the board: its own lines and card, tried before they are written down."""

from checks import expect_rows, expect_text, sound_ends, starts
from host import expect

TALK = "/tmp/talk"  # what setup said
# The board's shell has nothing that waits for a file to hold a text: it looks ten times a second of the board's time,
# and after 30 s of it the scenario fails with what was said instead.
WAIT = "tries=0; until grep -qF -- '{text}' " + TALK + """ || [ $tries -gt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
grep -qF -- '{text}' """ + TALK + " || {{ cat " + TALK + "; exit 1; }}; : >" + TALK


def see(board, text):
    """What it said before is seen, too."""
    board.sh(WAIT.format(text=text), rests=True)


def say(board, text):
    board.sh(f"echo '{text}' >/tmp/keys")


def first_start(boards):
    """The button is found by pressing it, the relay by switching it, the card by its tone, with the amplifier on; and the
    station then plays the message by that button."""
    board = boards.new("", "2024-06-01T09:00:00")
    board.on()
    # Neither is a child of this shell, which could wait for it: it looks until the process is gone.
    board.sh("kill $(cat /tmp/pid); while kill -0 $(cat /tmp/pid) 2>/dev/null; do sleep 0.1; done", rests=True)
    # A person's keys and screen. The sleep types nothing: it only keeps the keys open, for a fifo without a writer has
    # ended. The power cut ends it.
    board.sh("mkfifo /tmp/keys; sleep 100000 >/tmp/keys & "
             f"loaphuong setup --state /state </tmp/keys >>{TALK} 2>&1 & echo $! >/tmp/setup")
    see(board, "Name")
    say(board, "Tram thu")
    see(board, "Time zone")
    say(board, "")
    see(board, "Line of the button")
    say(board, "BUTTON")
    see(board, "Press the button")
    board.press("BUTTON", bounces=3)
    see(board, "A press plays")
    say(board, "goi-111")
    see(board, "amplifier")
    say(board, "RELAY")
    see(board, "Is the relay on")
    lit = board.relay_level()
    say(board, "y")
    see(board, "Did the loudspeakers sound")  # hw:0, which the config names
    say(board, "n")
    see(board, "A tone on card:")
    see(board, "Did the loudspeakers sound")
    say(board, "y")
    see(board, "Hours")
    say(board, "")
    see(board, "loaphuong.conf is written; the config before is")
    board.sh("while kill -0 $(cat /tmp/setup) 2>/dev/null; do sleep 0.1; done", rests=True)
    tried, text = board.trace(), board.sh("cat /etc/loaphuong/loaphuong.conf")
    board.sh("chmod o+r /etc/loaphuong/loaphuong.conf")
    board.start_service()
    board.after(2)
    board.press("BUTTON")
    board.after(16)
    rows = board.log()
    doctor = board.sh("loaphuong doctor --state /state || :")
    takes = board.off()
    expect(lit == 1, "the relay's wire was not on when setup said so")
    for part in ('device = "card:', 'name = "Tram thu"', 'line = "BUTTON"', 'line = "RELAY"', 'language = "en"'):
        expect_text(text, part, "the config")
    # Two tones, the relay on 1.5 s before each and off after it.
    begins = starts(tried)
    expect(len(begins) == 2, f"the card was started {len(begins)} times by setup, expected twice")
    for begin in begins:
        before = [event[2] for event in tried if event[1] == "RELAY" and event[0] < begin - 1.4]
        after = [event for event in tried if event[1] == "RELAY" and event[0] > begin]
        expect(before[-1:] == [1], "the amplifier was not on 1.5 s before the tone")
        expect(after and after[0][2] == 0 and after[0][0] - begin > 1.6, f"the relay was not on for the tone: {after[:1]}")
    level = takes[0].level(0.05, 0.15)
    expect(0.015 < level < 0.035, f"the first tone has a level of {level:.4f}, expected that of -30 dBFS")
    expect(sound_ends(takes[0]) > 1.6 * 2 + 5.9, f"there are {sound_ends(takes[0]):.2f} s of sound, expected two tones and a message")
    expect_rows(rows, {"trigger": "button", "who": "main", "outcome": "played", "aired": ["goi-111"]})
    expect_text(doctor, "button main", "the doctor")
