# SPDX-License-Identifier: MIT
"""sections - the list of what is measured, in the order of the page, and how each is."""
import dataclasses
import typing

import button
import faults
import intake
import plan
import quality
import service
import sound
import starts


@dataclasses.dataclass
class Section:
    key: str
    title: str
    run: typing.Callable
    how: str


SECTIONS = [
    Section("decode", "Decoding", sound.decode,
            "Instructions by callgrind, so they repeat, for each second of two minutes of speech (64 kbit/s, "
            "mono, 44.1 kHz); starting the program counts, too. Our chain also does high-pass, gain and limiter; the "
            "peers decode alone. The aims are multiples of a bare loop around libmpg123."),
    Section("quality", "Resampling quality", quality.quality,
            "A sine of half the full scale, 44.1 to 48 kHz, a half second at both ends left out. The sine is fitted with "
            "its frequency (some play a little flat); what is left is the noise. All but ALSA (16 bits) and mpg123 (MP3 only) are "
            "given 32-bit floats and give them back."),
    Section("start", "Start after the planned second", starts.start,
            "A sound card made of a clock stamps the moment it is started. Ours: the player, planned 0.4 s ahead, "
            "against the instant of the first sample. Peers: a timer starts the command at each full second, as cron "
            "does. Cron itself looks at its clock up to a second after the minute; that comes on top."),
    Section("command", "Command to sound card", starts.command,
            "From exec of the command until it, or the service it speaks to, first writes to the card made of a "
            "clock, idle before; and until the card is started, for which a player first fills as much of the buffer "
            "as it chose. mpg123 reads the file itself; the others ask a service."),
    Section("analysis", "Clip analysis with true peak", sound.analysis,
            "Three minutes of speech: loudness (EBU R128) and true peak. Processor time of the whole program, median "
            "of five runs. Ours also finds the exact length and the gain, for which it runs its whole chain with "
            "the limiter until the loudness is right."),
    Section("ready", "Ready with 1,000 clips", service.ready,
            "From exec until the control socket answers a status; mpd: until its socket greets, with a database that "
            "was built before. The files are in the page cache."),
    Section("idle", "Idle, no client", service.idle,
            "Proportional set size, and context switches of all threads, over the same minute for all. Ours tells its "
            "watchdog that it is well, as under systemd."),
    Section("rehearse", "The month rehearsed", plan.rehearse,
            "Every occurrence with what it plays: in the engine alone, and as the command that reads the config and "
            "the store and prints JSON. Median of the runs. No peer can do it."),
    Section("restart", "Restart", service.restart,
            "From SIGKILL until the new process answers a status with its 1,000 clips. EN 60849 allows 10 s; no peer "
            "states it."),
    Section("fault", "Fault shown", faults.fault,
            "From the instant at which the simulated card or disk fails until status, asked every 10 ms, names the "
            "fault. EN 54-16 allows 100 s; no peer states it."),
    Section("cuts", "Power cuts", faults.cuts,
            "Every write of a day of the real service is recorded and replayed onto a model of a disk that loses and "
            "tears what was not synced; the power is cut at drawn places, and the log is opened with the station's "
            "own code. No peer states it."),
    Section("edge", "Button to first sample", button.edge,
            "An edge on a simulated GPIO line against the first sample by the log, which has whole milliseconds."),
    Section("import", "Taking recordings in", intake.imports,
            "Wall-clock time of whole commands (median of five), and a thousand clips in one go, without a station "
            "and into one that plays on a card that paces."),
]


def by_key(key):
    return next(section for section in SECTIONS if section.key == key)
