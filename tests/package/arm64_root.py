# SPDX-License-Identifier: MIT
"""
arm64_root - the disk of a Debian arm64 system, and what boots it: its own kernel, an initramfs, a device tree.

mmdebstrap fetches and unpacks the packages without running anything of them; that they are installed is done once by
the machine itself, in QEMU (arm64_second.sh). The disk is kept for a suite and what the package depends on.
"""

import glob
import os
import shutil
import subprocess

import container
import image
import qemu
from host import Failed, LeftOut, run

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM = container.SYSTEM + ["systemd-timesyncd", "apt", "kmod", "linux-image-arm64", "busybox-static"]
# Of what the kernel has as modules; all others are loaded by udev.
MODULES = ["virtio_pci", "virtio_blk", "crc32c_generic", "ext4"]
SIZE = 4 << 30
PATIENCE_S = 3600  # the installation of some 300 packages by a simulated processor
# As every Debian since 12 is; there a package makes it so that needs to run.
MERGE_USR = 'for name in bin sbin lib; do mkdir -p "$1/usr/$name" && ln -s "usr/$name" "$1/$name" || exit; done'
KEEP_DEBS = "mkdir $1/debs && cp $1/var/cache/apt/archives/*.deb $1/debs/"


def machine():
    return qemu.machine(cpus=2, megabytes=1024)


class Root:
    """Files: disk, kernel, initrd, tree."""

    def __init__(self, cache, suite, deb):
        self.suite = suite
        self.folder = os.path.join(cache, f"{suite}-arm64")
        self.disk, self.kernel, self.initrd, self.tree = (
            os.path.join(self.folder, name) for name in ("disk.img", "vmlinuz", "initrd", "virt.dtb"))
        names = SYSTEM + container.depends_of(deb)
        own = "".join(open(os.path.join(HERE, f"arm64_{part}")).read() for part in ("init.sh", "second.sh", "agent.pl", "agent.service"))
        wanted, stamp = ",".join(names) + own, f"{self.folder}.packages"
        if not (os.path.exists(stamp) and open(stamp).read() == wanted):
            print(f"a Debian arm64 of {suite} is installed in QEMU (some ten minutes, once)", flush=True)
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
            self._make(",".join(names))
            with open(stamp, "w") as file:
                file.write(wanted)

    def _make(self, names):
        tree = os.path.join(self.folder, "tree")
        try:
            run("mmdebstrap", "--quiet", "--variant=extract", "--architectures=arm64", "--include=?essential",
                f"--include={names}", f"--setup-hook={MERGE_USR}", f"--extract-hook={KEEP_DEBS}", self.suite, tree, container.MIRROR)
        except (Failed, OSError) as fault:
            raise LeftOut(f"no arm64 root of {self.suite} can be made ({str(fault).splitlines()[-1]})") from fault
        self._put_own(tree)
        shutil.copy(glob.glob(f"{tree}/boot/vmlinuz-*")[0], self.kernel)
        self._make_initrd(tree)
        image.make_tree(self.tree, machine())
        with open(self.disk, "wb") as file:
            file.truncate(SIZE)
        run("mke2fs", "-q", "-t", "ext4", "-d", tree, self.disk)
        shutil.rmtree(tree)
        self._second_stage()

    def _put_own(self, tree):
        for name, place in (("second.sh", "second"), ("agent.pl", "usr/local/sbin/loa-agent"),
                            ("agent.service", "etc/systemd/system/loa-agent.service")):
            os.makedirs(os.path.dirname(os.path.join(tree, place)), exist_ok=True)
            shutil.copy(os.path.join(HERE, f"arm64_{name}"), os.path.join(tree, place))
        os.chmod(os.path.join(tree, "second"), 0o755)

    def _make_initrd(self, tree):
        modules = image.Modules(f"{tree}/usr/lib/modules")
        cpio = image.Cpio(self.initrd)
        cpio.add_file("init", os.path.join(HERE, "arm64_init.sh"), 0o100755)
        cpio.add_file("bin/busybox", f"{tree}/usr/bin/busybox", 0o100755)
        cpio.add("bin/sh", b"busybox", 0o120777)
        names = modules.with_needs(MODULES)
        for name in names:
            cpio.add(f"modules/{name}", modules.read(name))
        cpio.add("order", "".join(f"{name}\n" for name in names).encode())
        cpio.close()

    def _second_stage(self):
        console = os.path.join(self.folder, "second.log")
        command = machine() + ["-no-reboot", "-serial", f"file:{console}", "-device", "virtio-rng-pci"] + self.boot("first=/second")
        command += ["-drive", f"file={self.disk},if=none,id=disk,format=raw,cache=unsafe", "-device", "virtio-blk-pci,drive=disk"]
        subprocess.run(command, stdin=subprocess.DEVNULL, timeout=PATIENCE_S, preexec_fn=qemu.die_with_parent, check=True)
        said = run("debugfs", "-R", "cat /second.done", self.disk)
        if "installed" not in said.split():
            raise Failed(f"the arm64 system of {self.suite} could not be installed; see {console}")

    def boot(self, *words):
        append = " ".join(("console=ttyAMA0 panic=-1 nokaslr loglevel=4 rdinit=/init", *words))
        return ["-kernel", self.kernel, "-dtb", self.tree, "-initrd", self.initrd, "-append", append]
