# SPDX-License-Identifier: MIT
"""checks - what scenarios expect of sound, of the log and of the kernel's trace, each with words for what was seen."""

from host import expect
from tones import HZ, SECONDS

NEAR_S = 0.06  # QEMU's card loses up to 40 ms at the end of a stream; a block of the analysis is 10 ms
LEVEL = (0.06, 0.20)  # a tone at -16 LUFS on both channels, by its pitch; a USB card takes 0.5 dB away


def heard(take):
    """"600 Hz 0.00-2.00, ..." """
    return ", ".join(f"{hz} Hz {begin:.2f}-{end:.2f}" if hz else f"silence {begin:.2f}-{end:.2f}"
                     for hz, begin, end in take.tones()) or "nothing"


def expect_sound(take, parts, slack_s=NEAR_S):
    """parts: clips by name, or (name, seconds) if it is not whole, or seconds of silence; from the first sample."""
    wanted, at = [], take.onset() or 0.0
    for part in parts:
        name, seconds = part if isinstance(part, tuple) else (part, SECONDS.get(part, part))
        wanted.append([HZ.get(name, 0), at, at + seconds])
        at += seconds
    tones = take.tones()
    seen = [tone for tone in tones if tone[0] or (tone is not tones[0] and tone is not tones[-1])]
    like = ", ".join(f"{hz} Hz {begin:.2f}-{end:.2f}" for hz, begin, end in wanted)
    alike = len(seen) == len(wanted) and all(
        a[0] == b[0] and abs(a[1] - b[1]) <= slack_s and abs(a[2] - b[2]) <= slack_s for a, b in zip(seen, wanted))
    expect(alike, f"heard {heard(take)}; expected {like}")
    for hz, begin, end in seen:
        if hz:
            level = take.level(begin + 0.1, end - 0.3)
            expect(LEVEL[0] <= level <= LEVEL[1], f"{hz} Hz has a level of {level:.3f}, expected {LEVEL}")


def sound_ends(take):
    """Seconds into the recording."""
    return [tone for tone in take.tones() if tone[0]][-1][2]


def expect_relay(board, trace, begin, end, lead_s, hold_s):
    """Keyed once, that long before the sound and after it, as the kernel and the wire outside say."""
    expect(board.relay_edges() == [1, 0], f"the relay's wire went {board.relay_edges()}, expected [1, 0]")
    on = [event[0] for event in trace if event[1] == "RELAY" and event[2] == 1]
    off = [event[0] for event in trace if event[1] == "RELAY" and event[2] == 0 and event[0] > begin]
    expect(len(on) == 1 and len(off) == 1, f"the relay was keyed {len(on)} times and released {len(off)} times")
    lead, hold = begin - on[0], off[0] - end
    expect(abs(lead - lead_s) < 0.1, f"the relay was keyed {lead:.3f} s before the sound, expected {lead_s}")
    expect(-0.05 < hold - hold_s < 0.3, f"the relay was released {hold:.3f} s after the sound, expected {hold_s}")


def starts(trace):
    return [event[0] for event in trace if event[1] == "start"]


def stops(trace):
    """A card that stops says so for each of its streams: once is enough."""
    times = []
    for event in trace:
        if event[1] == "stop" and not (times and event[0] - times[-1] < 0.05):
            times.append(event[0])
    return times


def expect_at(board, seen, wanted, slack_s, what):
    """seen is an instant; wanted a local time. In virtual time slack is small."""
    off = seen - board.instant(wanted)
    expect(abs(off) <= slack_s, f"{what} at {wanted} {off * 1000:+.1f} ms, expected within {slack_s * 1000:.0f} ms")


def expect_row(row, **wanted):
    seen = {key: row.get(key) for key in wanted}
    expect(seen == wanted, f"the log's row {row.get('row')} has {seen}, expected {wanted}")


def expect_rows(rows, *wanted):
    """wanted: a dict for each row, in order."""
    short = [(row["broadcast"] or row["items"], row["outcome"], row["reason"]) for row in rows]
    expect(len(rows) == len(wanted), f"the log has {len(rows)} rows, expected {len(wanted)}: {short}")
    for row, want in zip(rows, wanted):
        expect_row(row, **want)


def expect_text(text, part, what):
    expect(part in text, f"{what} says {text.strip()[-300:]!r}, expected {part!r} in it")
