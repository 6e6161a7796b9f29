# SPDX-License-Identifier: MIT
"""
supply - the arm64 packages that the board is made of: libraries to link with and to run on, busybox, a kernel.

apt fetches them into the cache with a state of its own, for the architecture arm64 and an empty system, so that it
works out all dependencies; dpkg unpacks them there. Nothing of it is installed, no architecture is added to the
machine, and root is not needed. The archives are those of the machine's own Debian. What is in the cache is used
without asking the network.
"""

import glob
import os
import shutil

from host import LeftOut, Failed, or_left_out, run

LIBRARIES = [
    "libc6-dev", "libmpg123-dev", "libasound2-dev", "libconfuse-dev", "libsoxr-dev", "libebur128-dev",
    "libutf8proc-dev", "libsystemd-dev", "libsqlite3-dev", "libjansson-dev", "libsodium-dev",
    "libmicrohttpd-dev",
]
PROGRAMS = ["busybox-static", "tzdata", "udev"]
# All that can be a module here, and no more: unpacked whole, the kernel takes 400 MB.
KERNEL_PARTS = [
    "./boot/vmlinuz-*", "*/modules.builtin", "*/kernel/sound/*", "*/kernel/drivers/usb/host/*",
    "*/kernel/drivers/usb/core/*", "*/kernel/drivers/usb/common/*", "*/kernel/drivers/virtio/*",
    "*/kernel/drivers/char/*", "*/kernel/drivers/block/*", "*/kernel/drivers/leds/*", "*/kernel/drivers/media/mc/*",
    "*/kernel/drivers/usb/storage/usb-storage.ko*", "*/kernel/drivers/scsi/scsi_*", "*/kernel/drivers/scsi/sd_mod.ko*",
    "*/kernel/block/*", "*/kernel/fs/fat/*", "*/kernel/fs/exfat/*", "*/kernel/fs/nls/*",
    "*/kernel/fs/ext4/*", "*/kernel/fs/jbd2/*", "*/kernel/fs/mbcache.ko*", "*/kernel/lib/*", "*/kernel/crypto/*",
]
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Supply:
    """Folders: sysroot (libraries, busybox, time zones), kernel (vmlinuz and modules)."""

    def __init__(self, cache):
        self.apt = os.path.join(cache, "apt")
        self.sysroot = os.path.join(cache, "sysroot")
        self.kernel = os.path.join(cache, "kernel")
        self.stamp = os.path.join(cache, "supply")

    def make(self):
        wanted = " ".join(LIBRARIES + PROGRAMS + KERNEL_PARTS)
        if os.path.exists(self.stamp) and open(self.stamp).read() == wanted:
            return
        for folder in (self.apt, self.sysroot, self.kernel):
            shutil.rmtree(folder, ignore_errors=True)
        or_left_out("arm64 packages cannot be fetched; is the network there?", self._fetch)
        self._unpack()
        shutil.rmtree(self.apt)
        with open(self.stamp, "w") as stamp:
            stamp.write(wanted)

    def _fetch(self):
        for folder in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self.apt, folder))
        open(os.path.join(self.apt, "status"), "w").close()
        with open(os.path.join(self.apt, "sources.list"), "w") as sources:
            sources.write(debian_sources())
        self._apt("apt-get", "update")
        install = ["install", "-y", "--no-install-recommends", "--download-only"]
        self._apt("apt-get", *install, *LIBRARIES, *PROGRAMS)
        # Its dependencies are those of a system that boots from a disk.
        self._apt("apt-get", "download", self._kernel_package(), cwd=self.apt)

    def _kernel_package(self):
        for line in self._apt("apt-cache", "depends", "linux-image-arm64").splitlines():
            if "Depends: linux-image-" in line:
                return line.split()[-1]
        raise Failed("linux-image-arm64 names no kernel")

    def _apt(self, program, *words, **options):
        settings = {
            "APT::Architecture": "arm64",
            "APT::Architectures": "arm64",
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Debug::NoLocking": "true",
            "Dir::Cache": os.path.join(self.apt, "cache"),
            "Dir::Etc::sourcelist": os.path.join(self.apt, "sources.list"),
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State": self.apt,
            "Dir::State::lists": os.path.join(self.apt, "lists"),
            "Dir::State::status": os.path.join(self.apt, "status"),
        }
        flags = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        return run(program, *flags, *words, **options)

    def _unpack(self):
        os.makedirs(self.sysroot)
        os.makedirs(self.kernel)
        # Debian 12 has files in /lib, Debian 13 has none: one place for both.
        for name in ("lib", "bin", "sbin"):
            os.makedirs(os.path.join(self.sysroot, "usr", name))
            os.symlink(f"usr/{name}", os.path.join(self.sysroot, name))
        unpack = f'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "{self.sysroot}"'
        for package in glob.glob(os.path.join(self.apt, "cache/archives/*.deb")):
            run("bash", "-o", "pipefail", "-c", unpack, package)
        parts = " ".join(f"'{part}'" for part in KERNEL_PARTS)
        unpack = f'dpkg-deb --fsys-tarfile "$0" | tar -x -C "{self.kernel}" --wildcards {parts}'
        run("bash", "-o", "pipefail", "-c", unpack, glob.glob(os.path.join(self.apt, "linux-image-*.deb"))[0])


def debian_sources():
    """The machine's own Debian archives, as a sources.list."""
    if not os.path.exists(KEYRING):
        raise LeftOut("this is no Debian")
    form = "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)"
    lines = []
    for line in run("apt-get", "indextargets", "--format", form, "Created-By: Packages").splitlines():
        words = line.split()
        if len(words) == 4 and words[0] == "Debian":
            lines.append(f"deb [signed-by={KEYRING}] {words[1]} {words[2]} {words[3]}\n")
    if not lines:
        raise LeftOut("apt has no lists of Debian's packages here; run apt-get update")
    return "".join(dict.fromkeys(lines))
