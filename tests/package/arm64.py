# SPDX-License-Identifier: MIT
"""
arm64 - a Debian arm64 system that boots by itself on a simulated board: its own kernel, udev and systemd, in QEMU without
KVM. Sound card, GPIO lines and USB are those of tests/board; the kernel in it sees them as it would on a box.

What a run writes is gone with it. Time is real, and the processor slow: nothing here may count seconds.
"""

import datetime
import os
import shutil
import threading

import arm64_root
import board
import image
import qemu
from box import Box
from host import Failed, or_left_out, run
from sound import Recorder

NOW = "now"
PROGRAMS = ("qemu-system-aarch64", "dtc", "mke2fs", "debugfs", "mkfs.vfat", "mcopy", "mmdebstrap", "ffmpeg")


def expect_programs():
    for program in PROGRAMS:
        or_left_out(f"{program} is missing: tools/packages board package", run, "sh", "-c", f"command -v {program}")


class Wires(qemu.Qemu):
    """options: root (of arm64_root), base (UTC), sound ("hda" or "usb"), pipe."""

    def __init__(self, folder, options):
        super().__init__(folder, options)
        self.ctl.settimeout(Machine.patience_s)
        self.was_reset = threading.Event()
        answers, self.qmp.take = self.qmp.take, lambda line: self._note(line) or answers(line)

    def _note(self, line):
        if '"event": "RESET"' in line:
            self.was_reset.set()

    def _command(self, folder, options, fds):
        root = options["root"]
        command = arm64_root.machine() + ["-S", "-accel", "tcg,thread=multi"] + root.boot()
        command += self._wires(folder, options, fds) + ["-device", "virtio-rng-pci"]
        # Written to an overlay that QEMU keeps in a file without a name.
        return command + ["-drive", f"file={root.disk},if=none,id=disk,format=raw,cache=unsafe,snapshot=on",
                          "-device", "virtio-blk-pci,drive=disk"]

    def ask(self, script, data=b""):
        """(status, what it printed) of a shell script in the machine, which reads data."""
        self.number += 1
        shell = script.encode()
        try:
            self.ctl.sendall(f"{self.number} {len(shell)} {len(data)}\n".encode() + shell + data)
            head = self.in_text.readline().split()
            if len(head) != 3 or int(head[0]) != self.number:
                raise Failed(f"the machine is gone; see {os.path.dirname(self.said)}/console.log")
            return int(head[1]), self.in_text.read(int(head[2]))
        except (OSError, TimeoutError) as fault:
            raise Failed(f"the machine does not answer ({fault}): {script.strip().splitlines()[0]}") from fault

    def again(self):
        """Returns when a machine that starts anew takes commands."""
        if self.in_text.readline() != b"board\n":
            raise Failed(f"the machine does not start anew; see {os.path.dirname(self.said)}/console.log")

    def reset(self):
        """The power was away. What hangs on the lines is as it was, but the chip has forgotten it."""
        self.was_reset.clear()
        self._qmp("system_reset")
        if not self.was_reset.wait(self.ctl.gettimeout()):
            raise Failed("QEMU does not reset the machine")
        for line, level in board.RELEASED.items():
            self.set_line(line, level)


class Machine(Box):
    """base: what its clock chip says at power-on, "2027-06-01T05:58:00" in the zone of the station."""

    patience_s = 600
    poll_s = 0.5

    def __init__(self, folder, root, base=NOW, sound="hda"):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder = folder
        moment = datetime.datetime.now(board.ZONE) if base == NOW else datetime.datetime.fromisoformat(base).replace(tzinfo=board.ZONE)
        pipe = os.path.join(folder, "sound")
        self.recorder = Recorder(pipe)
        self.qemu = Wires(folder, {"root": root, "pipe": pipe, "sound": sound, "stick": True,
                                   "base": moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")})
        try:
            self.qemu.begin(board.RELEASED)
            self._booted()
        except (Failed, OSError):
            self.end()
            raise

    def _booted(self):
        state = self.code("systemctl is-system-running --wait")[1].strip()
        if state != "running":
            failed = self.code("systemctl --failed --no-legend --plain; journalctl -b -p err -n 20 --no-pager -o cat")[1]
            raise Failed(f"the machine's systemd is {state}: {failed.strip()}")

    def end(self):
        """Cuts the power."""
        if self.qemu:
            self.qemu.end()
            self.qemu = None
            self.recorder.end()

    def restart(self):
        """A power cut: everything that is not on the disk is gone."""
        self.qemu.reset()
        self.qemu.again()
        self._booted()

    # --- inside -----------------------------------------------------------------------------------------------

    def code(self, script):
        status, text = self.qemu.ask(script)
        return status, text.decode("utf-8", "replace")

    def read(self, inside):
        return self.sh(f"cat '{inside}'")

    def _put(self, data, inside):
        status, text = self.qemu.ask(f"mkdir -p '{os.path.dirname(inside)}' && cat >'{inside}'", data)
        if status != 0:
            raise Failed(f"{inside} cannot be written: {text.decode('utf-8', 'replace')}")

    def write(self, inside, text):
        self._put(text.encode(), inside)

    def put(self, source, inside):
        with open(source, "rb") as file:
            self._put(file.read(), inside)

    # --- what hangs on it -------------------------------------------------------------------------------------

    def takes(self):
        """What the card played so far."""
        return self.recorder.takes()

    def sound(self):
        return b"".join(take.samples.tobytes() for take in self.takes())

    def relay(self):
        """The levels that the relay's wire took, as seen outside."""
        return [level for line, level in self.qemu.edges if image.LINES[line] == "RELAY"]

    def set_line(self, line, level):
        self.qemu.set_line(image.LINES.index(line), level)

    def witness(self):
        """From now on the kernel keeps record of lines and sound."""
        self.sh("cd /sys/kernel/tracing && echo mono >trace_clock && echo 'p:pcm_start snd_pcm_post_start' >>kprobe_events && "
                "echo 'p:pcm_stop snd_pcm_post_stop' >>kprobe_events && echo 1 >events/kprobes/enable && "
                "echo 1 >events/gpio/gpio_value/enable")

    def trace(self):
        """See tests/board/board.py; in seconds since the machine's start."""
        return board.read_trace(self.sh("cat /sys/kernel/tracing/trace"), 0)
