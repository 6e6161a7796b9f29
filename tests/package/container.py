# SPDX-License-Identifier: MIT
"""
container - a Debian system that boots: a root made by mmdebstrap, its own systemd as process 1, in systemd-nspawn.

The root is made once for a suite and what the package depends on, and kept; what a run writes lies in memory and is gone
with it. The container has a network of its own with nothing in it but itself. Its sound card is the one of tests/pcm: a
clock that plays into a file, and goes wrong as a test orders it.
"""

import os
import re
import shutil
import signal
import subprocess
import time

from box import PATIENCE_S, Box
from host import TREE, Failed, LeftOut, run

MIRROR = os.environ.get("LOA_DEBIAN_MIRROR", "http://deb.debian.org/debian")
SYSTEM = ["systemd", "systemd-sysv", "dbus", "udev", "ffmpeg", "espeak-ng", "alsa-utils", "init-system-helpers"]
CARD = """
pcm_type.loapace { lib "/usr/local/lib/card.so" }
pcm.card { type loapace file "/var/lib/loaphuong/card.raw" stamps "" control "/var/lib/loaphuong/card.faults"
	rate "" channels "" format "" }
pcm.!default { type plug slave.pcm card }
"""


def depends_of(deb):
    names = re.sub(r"\([^)]*\)", "", run("dpkg-deb", "-f", deb, "Depends"))
    return [name.split("|")[0].strip() for name in names.split(",")]


def make_root(cache, suite, deb):
    """Debian with systemd and what the package needs, without the package."""
    root, wanted = os.path.join(cache, suite), ",".join(SYSTEM + depends_of(deb))
    stamp = f"{root}.packages"
    if not (os.path.exists(stamp) and open(stamp).read() == wanted):
        shutil.rmtree(root, ignore_errors=True)
        try:
            run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={wanted}", suite, root, MIRROR)
        except (Failed, OSError) as fault:
            raise LeftOut(f"no root of {suite} can be made ({str(fault).splitlines()[-1]})") from fault
        with open(stamp, "w") as file:
            file.write(wanted)
    return root


def make_card(cache):
    card = os.path.join(cache, "card.so")
    sources = [os.path.join(TREE, "tests/pcm", name) for name in ("loapace.c", "loapace_open.c", "config.c", "faults.c")]
    run("cc", "-shared", "-fPIC", "-DPIC", "-D_GNU_SOURCE", "-O2", "-o", card, *sources, "-lasound")
    return card


# Where the machine has the old cgroups, systemd of today does not start: the container sees the new ones alone.
BOOT = """
set -e
mount --make-rprivate /
if ! [ -e /sys/fs/cgroup/cgroup.controllers ]; then
	umount -R /sys/fs/cgroup
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
mkdir -p {work}
mount -t tmpfs none {work}
mkdir {work}/upper {work}/work {work}/root
mount -t overlay none -o lowerdir={base},upperdir={work}/upper,workdir={work}/work {work}/root
exec systemd-nspawn --quiet --register=no --keep-unit --private-network --boot --directory={work}/root \
	--machine=loa{name} --capability=CAP_SYS_TIME --system-call-filter=@clock --console=pipe \
	--setenv=SYSTEMD_COLORS=0 </dev/null
"""


class Container(Box):
    def __init__(self, folder, name, base, card):
        os.makedirs(folder, exist_ok=True)
        self.said = os.path.join(folder, f"{name}.log")
        script = BOOT.format(work=os.path.join(folder, f"{name}.live"), base=base, name=name)
        with open(self.said, "w") as said:
            self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stdin=subprocess.DEVNULL,
                                            stdout=said, stderr=said, start_new_session=True)
        self.init = None
        self._boot()
        self.write("/etc/asound.conf", CARD)
        shutil.copy(card, self.path("/usr/local/lib/card.so"))

    def _boot(self):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            self.init = self.init or self._find_init()
            if self.init and self.code("systemctl is-system-running --wait")[1].strip() in ("running", "degraded"):
                return
            time.sleep(0.1)
        last = open(self.said, errors="replace").read().strip().splitlines()[-3:]
        self.end()
        raise LeftOut(f"systemd does not boot in a container here: {' / '.join(last) or 'no word'}")

    def _find_init(self):
        """Process 1 of the container, a child of systemd-nspawn, once it is what it will be."""
        try:
            for pid in open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split():
                program = open(f"/proc/{pid}/cmdline").read().split("\0")[0]
                if os.path.basename(program) in ("systemd", "init"):
                    return int(pid)
        except OSError:
            pass
        return None

    def end(self):
        if self.init:
            subprocess.run(["nsenter", "-t", str(self.init), "-a", "systemctl", "poweroff", "--force"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in filter(None, (self.init, self.process.pid)):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait()

    # --- inside -----------------------------------------------------------------------------------------------

    def path(self, inside):
        return f"/proc/{self.init}/root{inside}"

    def code(self, script):
        """Exit code and output of a command in the container."""
        command = ["nsenter", "-t", str(self.init), "-a", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                   "LANGUAGE=en", "HOME=/root", "DEBIAN_FRONTEND=noninteractive", "SYSTEMD_PAGER=", "sh", "-c", script]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PATIENCE_S, check=False)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def read(self, inside):
        with open(self.path(inside)) as file:
            return file.read()

    def write(self, inside, text):
        os.makedirs(os.path.dirname(self.path(inside)), exist_ok=True)
        with open(self.path(inside), "w") as file:
            file.write(text)

    def put(self, source, inside):
        shutil.copy(source, self.path(inside))

    def sound(self):
        """All that the card took: 16 bits a sample, one channel."""
        with open(self.path("/var/lib/loaphuong/card.raw"), "rb") as file:
            return file.read()
