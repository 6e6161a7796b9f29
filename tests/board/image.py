# SPDX-License-Identifier: MIT
"""
image - what the board boots: an initramfs with busybox, kernel modules, the service and all that it needs, the
device tree of QEMU's "virt" board with named lines, and the disk that the station's state lives on.
"""

import glob
import lzma
import os
import re
import shutil
import struct
import subprocess

from host import HERE, TREE, Failed, or_left_out, run

# The lines of the GPIO chip, by number. QEMU's own device tree gives line 3 to a power button.
LINES = ["L0", "L1", "HOTLINE", "BUTTON", "ON-AIR", "CLOCK", "RELAY", "HEALTHY"]
CROSS = "aarch64-linux-gnu-"
MODULES = ["virtio_pci", "virtio_blk", "virtio_console", "crc32c_generic", "ext4"]
SOUND_MODULES = {
    "hda": ["snd-hda-codec-generic", "snd-hda-intel"],
    "usb": ["xhci-pci", "snd-usb-audio"],
}
# A USB stick, and what its file systems need for their names.
STICK_MODULES = ["xhci-pci", "usb-storage", "sd-mod", "vfat", "exfat", "nls-cp437", "nls-ascii", "nls-utf8"]
# So that June 2024 is a time the service can believe in: it takes no time before that of its build for true.
BUILD_TIME = "1704067200"


def cross_build(folder, sysroot):
    """The service and the command line for arm64; returns the folder they are in."""
    build = os.path.join(folder, "build")
    environment = dict(os.environ, SOURCE_DATE_EPOCH=BUILD_TIME)
    run("cmake", "-S", TREE, "-B", build, "-G", "Ninja", f"-DCMAKE_TOOLCHAIN_FILE={HERE}/aarch64.cmake",
        f"-DLOA_BOARD_SYSROOT={sysroot}", "-DBUILD_TESTING=OFF", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", env=environment)
    run("cmake", "--build", build, "--target", "loaphuong", "loaphuongd", env=environment)
    run(f"{CROSS}gcc", f"--sysroot={sysroot}", "-O2", "-Wall", "-Wextra", "-Werror", f"{HERE}/guest.c", "-o",
        os.path.join(build, "guest"))
    return build


def needed_by(program):
    text = run(f"{CROSS}readelf", "-dl", program)
    return re.findall(r"\(NEEDED\).*\[(.*)\]", text) + re.findall(r"interpreter: .*/([^/]+)\]", text)


def libraries_of(programs, sysroot):
    """All shared libraries that the programs need, directly or not: name -> file."""
    found, waiting = {}, list(programs)
    while waiting:
        for name in needed_by(waiting.pop()):
            if name in found:
                continue
            path = os.path.join(sysroot, "usr/lib/aarch64-linux-gnu", name)
            if not os.path.exists(path):
                raise Failed(f"{name} is in none of the arm64 packages")
            found[name] = path
            waiting.append(path)
    return found


class Modules:
    """The kernel's modules by name, and what each needs, as the modules themselves say."""

    def __init__(self, kernel):
        self.paths = {}
        for path in glob.glob(os.path.join(kernel, "**/*.ko*"), recursive=True):
            self.paths[os.path.basename(path).split(".")[0].replace("_", "-")] = path
        builtin = glob.glob(os.path.join(kernel, "**/modules.builtin"), recursive=True)[0]
        self.builtin = {os.path.basename(line.strip())[:-3].replace("_", "-") for line in open(builtin)}

    def read(self, name):
        with open(self.paths[name], "rb") as file:
            data = file.read()
        return lzma.decompress(data) if self.paths[name].endswith(".xz") else data

    def with_needs(self, names):
        """Those names and what they need, in an order in which they load."""
        order = []

        def add(name):
            name = name.replace("_", "-")
            if name in order or name in self.builtin:
                return
            needs = re.search(rb"\0depends=([^\0]*)\0", self.read(name))
            for need in needs.group(1).decode().split(",") if needs and needs.group(1) else []:
                add(need)
            order.append(name)

        for name in names:
            add(name)
        return order


class Cpio:
    """An archive as the kernel takes it for an initramfs ("newc", not compressed)."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.number = 0
        self.folders = set()

    def _entry(self, name, mode, data):
        self.number += 1
        fields = [self.number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        head = "070701" + "".join(f"{field:08x}" for field in fields) + name + "\0"
        self.file.write(head.encode() + bytes(-len(head) % 4))
        self.file.write(data + bytes(-len(data) % 4))

    def add(self, name, data, mode=0o100644):
        parent = os.path.dirname(name)
        if parent and parent not in self.folders:
            self.folders.add(parent)
            self.add(parent, b"", 0o040755)
        self._entry(name, mode, data)

    def add_file(self, name, path, mode=0o100644):
        with open(path, "rb") as file:
            self.add(name, file.read(), mode)

    def close(self):
        self._entry("TRAILER!!!", 0, b"")
        self.file.write(bytes(-self.file.tell() % 512))
        self.file.close()


def add_tree(cpio, name, folder):
    for path, _, files in os.walk(folder):
        for file in files:
            full = os.path.join(path, file)
            cpio.add_file(os.path.join(name, os.path.relpath(full, folder)), full)


def make_base(path, supply, build):
    """The part that is the same for all boots."""
    cpio = Cpio(path)
    programs = {name: os.path.join(build, name) for name in ("loaphuong", "loaphuongd", "guest")}
    for name, program in programs.items():
        cpio.add_file(f"usr/bin/{name}", program, 0o100755)
    for name, library in libraries_of(programs.values(), supply.sysroot).items():
        cpio.add_file(f"lib/{'' if name.startswith('ld-') else 'aarch64-linux-gnu/'}{name}", library, 0o100755)
    cpio.add_file("bin/busybox", os.path.join(supply.sysroot, "bin/busybox"), 0o100755)
    cpio.add("bin/sh", b"busybox", 0o120777)
    cpio.add_file("init", f"{HERE}/init.sh", 0o100755)
    cpio.add_file("usr/share/zoneinfo/Asia/Ho_Chi_Minh",
                  os.path.join(supply.sysroot, "usr/share/zoneinfo/Asia/Ho_Chi_Minh"))
    add_tree(cpio, "usr/share/alsa", os.path.join(supply.sysroot, "usr/share/alsa"))
    modules = Modules(supply.kernel)
    for name in modules.with_needs(MODULES + STICK_MODULES + [name for names in SOUND_MODULES.values() for name in names]):
        cpio.add(f"modules/{name}", modules.read(name))
    cpio.close()


def add_udev(cpio, supply):
    """udev as Debian has it, with the rules that look at a disk, and what the package ships for sticks."""
    program = os.path.join(supply.sysroot, "usr/bin/udevadm")
    cpio.add_file("usr/bin/udevadm", program, 0o100755)
    cpio.add("usr/lib/systemd/systemd-udevd", b"/usr/bin/udevadm", 0o120777)
    for name, library in libraries_of([program], supply.sysroot).items():
        if not name.startswith("ld-"):
            cpio.add_file(f"lib/aarch64-linux-gnu/{name}", library, 0o100755)
    rules = os.path.join(supply.sysroot, "usr/lib/udev/rules.d/60-persistent-storage.rules")
    cpio.add_file("usr/lib/udev/rules.d/60-persistent-storage.rules", rules)
    cpio.add_file("usr/lib/udev/rules.d/90-loaphuong-usb.rules", f"{TREE}/config/usb.rules")
    cpio.add_file("usr/lib/systemd/system/loaphuong-usb@.service", f"{TREE}/config/loaphuong-usb@.service")


def make_own(path, supply, sound, stick, files):
    """The part of one boot: which modules, udev if sticks come, and files by their names on the board."""
    cpio = Cpio(path)
    names = Modules(supply.kernel).with_needs(MODULES + SOUND_MODULES[sound] + (STICK_MODULES if stick else []))
    if stick:
        add_udev(cpio, supply)
    cpio.add("board/modules", "".join(f"{name}\n" for name in names).encode())
    for name, data in files.items():
        cpio.add(name, data)
    cpio.close()


def make_tree(path, qemu):
    """QEMU's device tree for that command line, without the power button, and with names for the lines."""
    or_left_out("QEMU does not run here", run, *qemu, "-machine", f"dumpdtb={path}")
    source = subprocess.run(["dtc", "-I", "dtb", "-O", "dts", "-q", path], stdout=subprocess.PIPE, check=True).stdout
    text = re.sub(r"\tgpio-keys \{.*?\n\t\};\n", "", source.decode(), flags=re.S)
    names = ", ".join(f'"{line}"' for line in LINES)
    text, n = re.subn(r"(pl061@9030000 \{\n)", rf"\1\t\tgpio-line-names = {names};\n", text)
    if n != 1 or "gpio-keys" in text:
        raise Failed("the device tree of this QEMU looks different: see make_tree() in tests/board/image.py")
    subprocess.run(["dtc", "-I", "dts", "-O", "dtb", "-q", "-o", path], input=text.encode(), check=True)


def make_stick(path, kind, files):
    """A stick of 64 MB with one partition, as they are sold. Files (name -> path) only onto vfat."""
    begin, sectors = 2048, (64 << 11) - 2048
    part = f"{path}.part"
    with open(part, "wb") as file:
        file.truncate(sectors * 512)
    run(f"mkfs.{kind}", *(["-F", "32"] if kind == "vfat" else []), part)
    if files:
        run("mmd", "-i", part, "::LOAPHUONG")
    for name, source in files.items():
        run("env", "LC_ALL=C.UTF-8", "mcopy", "-i", part, source, f"::LOAPHUONG/{name}")
    with open(path, "wb") as file:
        entry = struct.pack("<B3sB3sII", 0, b"\0\2\0", 0x0c if kind == "vfat" else 0x07, b"\xfe\xff\xff", begin, sectors)
        file.write(bytes(446) + entry + bytes(48) + b"\x55\xaa")
        file.seek(begin * 512)
        with open(part, "rb") as content:
            shutil.copyfileobj(content, file)
    os.remove(part)


def make_disk(path, folder):
    """An ext4 file system of 64 MB with the content of a folder."""
    with open(path, "wb") as file:
        file.truncate(64 << 20)
    run("mke2fs", "-q", "-t", "ext4", "-d", folder, path)
