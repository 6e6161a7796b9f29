# SPDX-License-Identifier: MIT
"""
scenarios_stick - USB sticks: real ones to the kernel, found by udev with the rule of the package, mounted and read as the
unit of the package says. The board has no systemd: what the unit starts is taken out of the unit by hand.
"""

import json
import os

import image
import tones
from checks import expect_text
from host import Failed, expect, run
from stations import BOX

STICK_BOX = BOX + """
usb { result-file = true }
led "usb" { line = "L0" shows = "usb" }
"""
UNIT = "/usr/lib/systemd/system/loaphuong-usb@.service"
READY = """
mkdir -p /etc /run/udev
echo 'root:x:0:0::/:/bin/sh' >/etc/passwd
echo 'loaphuong:x:990:990::/state:/bin/false' >>/etc/passwd
echo 'root:x:0:' >/etc/group
echo 'loaphuong:x:990:' >>/etc/group
chown -R loaphuong:loaphuong /state /run/loaphuong
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --subsystem-match=block
udevadm settle
"""


def of_unit(key, instance):
    """The shell that runs what the unit says, as systemd would fill it in."""
    return f"$(sed -n 's|^{key}=-*||p' '{UNIT}' | sed 's|%I|{instance}|g')"


def status(board):
    return json.loads(board.sh("loaphuong status --json"))


def clips(board):
    return {clip["name"]: clip["title"] for clip in map(json.loads, board.sh("loaphuong clip list --json").splitlines())}


def clip_path(boards, name):
    return os.path.join(boards.works.cache, "clips", f"{name}.mp3")


def files_of(boards):
    """Two that the station does not have, one that it has, and a text."""
    text = os.path.join(boards.folder, "readme.txt")
    with open(text, "w") as file:
        file.write("no recording\n")
    cut = os.path.join(boards.folder, "cut.mp3")
    with open(clip_path(boards, "goi-111"), "rb") as whole, open(cut, "wb") as file:
        file.write(whole.read()[:-2000])
    return {"Khẩu hiệu mới.mp3": os.path.join(boards.folder, "new.mp3"), "lai.mp3": clip_path(boards, "goi-111"),
            "thu.txt": text, "nua.mp3": cut}


def make_new(boards):
    """A recording that the station does not have."""
    wav = os.path.join(boards.folder, "new.wav")
    tones.write_wav(wav, 440, 2)
    run("lame", "--quiet", "-b", "64", wav, os.path.join(boards.folder, "new.mp3"))


def stick_is_read(boards):
    """A vfat stick is plugged in: udev names the unit, its recordings are taken in, the result is written onto it, the
    light says when it may be pulled out; plugged in again nothing is taken twice."""
    board = boards.new(STICK_BOX, "2024-06-01T09:00:00", stick=True)
    make_new(boards)
    stick = os.path.join(boards.folder, "stick.img")
    image.make_stick(stick, "vfat", files_of(boards))
    board.on()
    board.sh(READY)
    unit = board.plug_stick(stick)
    expect(unit == "loaphuong-usb@sda1.service", f"udev wants {unit!r}")
    said = board.sh(f"{of_unit('ExecStart', 'sda1')}; echo ended $?")
    expect_text(said, "ended 1", "usb import")  # something was refused
    after = status(board)["usb"]
    expect(after["present"] and after["state"] == "done", f"status: {after}")
    expect((after["taken"], after["known"]) == (1, 1), f"status: {after}; said: {said}")
    expect(clips(board).get("khau-hieu-moi") == "Khẩu hiệu mới", f"clips: {clips(board)}")
    board.sh("! grep -q /dev/sda1 /proc/mounts")
    text = board.sh("mkdir -p /mnt; mount -t vfat -o ro,utf8 /dev/sda1 /mnt; cat /mnt/LOAPHUONG/KET-QUA.txt; umount /mnt")
    expect(text.startswith("\ufeff") and "khau-hieu-moi\r\n" in text, f"the result on the stick: {text!r}")
    board.pull_stick()
    board.sh(f"{of_unit('ExecStopPost', 'sda1')}")
    expect(not status(board)["usb"]["present"], "status still shows the stick")
    takes = board.off()
    expect(not takes or all(take.onset() is None for take in takes), "the horns sounded")
    light = [level for line, level in board.edges if image.LINES[line] == "L0"]
    expect(light[:2] == [1, 0] and light[-1] == 0 and len(light) >= 2, f"the light: {light}")


def stick_pulled_in_the_copy(boards):
    """A slow stick is pulled out in the middle of a file: what was read before it is there, and nothing half-made."""
    board = boards.new(STICK_BOX, "2024-06-01T09:00:00", stick=True)
    make_new(boards)
    large = os.path.join(boards.folder, "large")
    with open(large, "wb") as file:
        file.write(os.urandom(1 << 20) * 24)
    stick = os.path.join(boards.folder, "stick.img")
    image.make_stick(stick, "vfat", {"a.mp3": os.path.join(boards.folder, "new.mp3"), "b.mp3": large, "c.mp3": large})
    board.on()
    board.sh(READY)
    before = set(board.sh("ls -A /state/clips").split())
    board.plug_stick(stick, 1 << 20)
    board.sh(f"({of_unit('ExecStart', 'sda1')} >/tmp/reader 2>&1; echo ended $? >>/tmp/reader) &")
    for _ in range(200):
        if status(board)["usb"] and status(board)["usb"]["taken"] == 1:
            break
        board.after(0.1)
    else:
        raise Failed(f"the first file is not taken: {status(board)['usb']} {board.sh('cat /tmp/reader')}")
    board.pull_stick()
    board.sh("until grep -q ended /tmp/reader; do :; done")
    expect_text(board.sh("cat /tmp/reader"), "pulled out", "usb import")
    after = status(board)["usb"]
    expect(after["problem"] == "pulled-out" and after["taken"] == 1 and after["refused"] == 0, f"status: {after}")
    fresh = set(board.sh("ls -A /state/clips").split()) - before
    expect(fresh == {"a.mp3"}, f"in clips/: {fresh}")


def stick_exfat(boards):
    """exFAT, and names that it allows; a stick with another file system is never mounted."""
    board = boards.new(STICK_BOX, "2024-06-01T09:00:00", stick=True)
    make_new(boards)
    stick = os.path.join(boards.folder, "stick.img")
    image.make_stick(stick, "exfat", {})
    board.on()
    board.sh(READY)
    expect(board.plug_stick(stick) == "loaphuong-usb@sda1.service", "udev does not know exFAT")
    board.sh("mkdir -p /mnt; mount -t exfat -o iocharset=utf8 /dev/sda1 /mnt && mkdir /mnt/LOAPHUONG && "
             "cp /state/clips/ngan.mp3 '/mnt/LOAPHUONG/Bản tin 30.6 😀.mp3' && umount /mnt")
    expect_text(board.sh(f"{of_unit('ExecStart', 'sda1')}; echo ended $?"), "ended 0", "usb import")
    expect(status(board)["usb"]["known"] == 1, f"status: {status(board)['usb']}")
    board.sh("mkfs.ext2 -F /dev/sda1 >/dev/null 2>&1 || mke2fs -F /dev/sda1 >/dev/null; udevadm trigger -w /dev/sda1")
    wants = board.sh("udevadm info -q property --property=SYSTEMD_WANTS --value /dev/sda1").strip()
    expect(wants == "", f"udev wants {wants!r} for ext2")
    expect_text(board.sh(f"{of_unit('ExecStart', 'sda1')} 2>&1; echo ended $?"), "ended 1", "usb import of ext2")
    expect(status(board)["usb"]["problem"] == "not-a-stick", f"status: {status(board)['usb']}")


STICKS = [stick_is_read, stick_pulled_in_the_copy, stick_exfat]
