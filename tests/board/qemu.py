# SPDX-License-Identifier: MIT
"""
qemu - one running machine and the four wires to it: the commands of the guest, QMP (cards and power), qtest (the
GPIO lines), and the pipe that the sound card plays into.

The machine is QEMU's "virt" without KVM. Its time is virtual (-icount shift=1,sleep=off): an instruction takes
2 ns, and while the processor idles time leaps to the next timer. So a loaded host makes a run slow, never wrong.
The lines are those of the PL061 GPIO chip: qtest sets inputs (set_irq_in) and reports edges of outputs
(irq_intercept_out) while the machine runs. A wrong pin makes QEMU abort, so only the chip's eight are ever named.
"""

import contextlib
import ctypes
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading

from host import Failed

PATIENCE_S = 240  # for one answer; a hang ends here
SOUND = {
    "hda": ["-device", "ich9-intel-hda,id=hda", "-device", "hda-output,id=card,audiodev=snd,mixer=off"],
    "usb": ["-device", "qemu-xhci,id=xhci", "-device", "usb-audio,id=card,bus=xhci.0,audiodev=snd"],
}


def machine(program="qemu-system-aarch64", cpus=1, megabytes=256):
    """What the device tree depends on."""
    return [program, "-M", "virt", "-cpu", "cortex-a53", "-smp", str(cpus), "-m", str(megabytes), "-nodefaults", "-display", "none"]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    os.nice(5)


class Lines:
    """Reads lines from a socket in a thread of its own; answers and events go separate ways."""

    def __init__(self, wire, take):
        self.wire = wire
        self.answers = queue.Queue()
        self.take = take  # true for an event, which it keeps; all else is an answer
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        # A machine that is cut off may reset the wire.
        with contextlib.suppress(ConnectionResetError), self.wire.makefile("r", errors="replace") as text:
            for line in text:
                if not self.take(line.rstrip("\n")):
                    self.answers.put(line.rstrip("\n"))
        self.answers.put(None)

    def ask(self, text):
        self.wire.sendall(text.encode() + b"\n")
        return self.answer()

    def answer(self):
        try:
            answer = self.answers.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise Failed(f"QEMU gave no answer for {PATIENCE_S} s") from None
        if answer is None:
            raise Failed("QEMU is gone")
        return answer


class Qemu:
    """options: kernel, tree, initrds (a list), base (UTC, "2024-06-01T05:59:30"), sound, pipe, disk, disk_log."""

    def __init__(self, folder, options):
        self.edges = []  # (line number, level) of outputs, in order
        self.number = 0
        self.said = os.path.join(folder, "qemu.log")
        wires = {name: socket.socketpair() for name in ("ctl", "qmp", "qtest")}
        command = self._command(folder, options, {name: pair[1].fileno() for name, pair in wires.items()})
        with open(self.said, "ab") as said:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, preexec_fn=die_with_parent,
                pass_fds=[pair[1].fileno() for pair in wires.values()])
        for pair in wires.values():
            pair[1].close()
        self.ctl = wires["ctl"][0]
        self.ctl.settimeout(PATIENCE_S)
        self.qmp = Lines(wires["qmp"][0], lambda line: '"event":' in line or '"QMP":' in line)
        self.qtest = Lines(wires["qtest"][0], self._take_edge)
        self.in_text = self.ctl.makefile("rb")

    def _command(self, folder, options, fds):
        command = machine() + ["-no-reboot", "-S", "-icount", "shift=1,sleep=off"]
        command += ["-kernel", options["kernel"], "-dtb", options["tree"], "-initrd", options["initrd"]]
        command += ["-append", "console=ttyAMA0 panic=-1 nokaslr loglevel=4 rdinit=/init"]
        command += self._wires(folder, options, fds)
        node = f"driver=file,filename={options['disk']},node-name=disk"
        if options.get("disk_log"):
            command += ["-blockdev", node, "-blockdev", f"driver=file,filename={options['disk_log']},node-name=log"]
            node = "driver=blklogwrites,file=disk,log=log,log-sector-size=512,node-name=logged"
        command += ["-blockdev", node, "-device", f"virtio-blk-pci,drive={node.rpartition('=')[2]}"]
        return command

    @staticmethod
    def _wires(folder, options, fds):
        """Console, clock, the wires to the test, sound and USB."""
        command = ["-serial", f"file:{folder}/console.log", "-rtc", f"base={options['base']},clock=vm"]
        for name, fd in fds.items():
            command += ["-chardev", f"socket,id={name},fd={fd}"]
        command += ["-mon", "chardev=qmp,mode=control", "-qtest", "chardev:qtest", "-qtest-log", "/dev/null"]
        command += ["-device", "virtio-serial-pci", "-device", "virtserialport,chardev=ctl,name=board"]
        wav = f"wav,id=snd,path={options['pipe']},out.frequency=48000,out.channels=2,out.format=s16"
        command += ["-audiodev", wav] + SOUND[options["sound"]]
        if options.get("stick") and options["sound"] != "usb":
            command += ["-device", "qemu-xhci,id=xhci"]
        return command

    def begin(self, inputs):
        """Sets the input lines and lets the machine run; returns when the guest takes commands."""
        self._qmp("qmp_capabilities")
        tree = self._qmp("human-monitor-command", **{"command-line": "info qom-tree"})
        found = re.search(r"/(device\[\d+\]) \(pl061\)", tree)
        if not found:
            raise Failed("this QEMU has no PL061 where it is looked for")
        self.chip = f"/machine/unattached/{found.group(1)}"
        self._qtest(f"irq_intercept_out {self.chip}")
        for line, level in inputs.items():
            self.set_line(line, level)
        self._qmp("cont")
        if self.in_text.readline() != b"board\n":
            raise Failed(f"the board does not boot; see {os.path.dirname(self.said)}/console.log")

    def _qmp(self, command, **arguments):
        answer = json.loads(self.qmp.ask(json.dumps({"execute": command, "arguments": arguments})))
        if "error" in answer:
            raise Failed(f"QEMU refuses {command}: {answer['error']['desc']}")
        return answer["return"]

    def _take_edge(self, line):
        found = re.match(r"IRQ (raise|lower) (\d+)", line)
        if found:
            self.edges.append((int(found.group(2)), int(found.group(1) == "raise")))
        return bool(found)

    def _qtest(self, command):
        answer = self.qtest.ask(command)
        if not answer.startswith("OK"):
            raise Failed(f"QEMU refuses {command}: {answer}")

    def set_line(self, line, level):
        assert 0 <= line < 8
        self._qtest(f"set_irq_in {self.chip} unnamed-gpio-in {line} {level}")

    def pull_card(self):
        self._qmp("device_del", id="card")

    def plug_card(self):
        self._qmp("device_add", driver="usb-audio", id="card", bus="xhci.0", audiodev="snd")

    def plug_stick(self, path, bytes_per_s=0):
        """bytes_per_s: of a slow one, by the host's clock; 0 = as fast as it goes."""
        node = {"driver": "raw", "node-name": "stick", "file": {"driver": "file", "filename": path}}
        if bytes_per_s:
            self._qmp("object-add", **{"qom-type": "throttle-group", "id": "slow", "limits": {"bps-total": bytes_per_s}})
            node = {"driver": "throttle", "throttle-group": "slow", "node-name": "stick", "file": dict(node, **{"node-name": "fast"})}
        self._qmp("blockdev-add", **node)
        self._qmp("device_add", driver="usb-storage", id="stick", bus="xhci.0", drive="stick")

    def pull_stick(self):
        self._qmp("device_del", id="stick")

    def sh(self, script, rests=False):
        """(status, output) of a shell script in the guest; while one runs that rests, time leaps."""
        self.number += 1
        data = script.encode()
        try:
            self.ctl.sendall(f"{self.number} {len(data)} {int(rests)}\n".encode() + data)
            head = self.in_text.readline().split()
            if len(head) != 3 or int(head[0]) != self.number:
                raise Failed(f"the guest is gone; see {os.path.dirname(self.said)}/console.log")
            return int(head[1]), self.in_text.read(int(head[2])).decode("utf-8", "replace")
        except (OSError, TimeoutError) as fault:
            raise Failed(f"the guest does not answer ({fault}): {script.strip().splitlines()[0]}") from fault

    def end(self):
        """Cuts the power."""
        self.process.kill()
        self.process.wait()
        for wire in (self.ctl, self.qmp.wire, self.qtest.wire):
            wire.close()
