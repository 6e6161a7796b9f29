# SPDX-License-Identifier: MIT
"""
disk - the station's disk from outside: what is on it after the power was cut, at the end or at any write before.

With a log of its writes (QEMU's blklogwrites, the format of the kernel's dm-log-writes) a disk can be had as it was
after any number of them. A real disk keeps what it was told to flush; of what came after the last flush it may have
written all, nothing, or some of the 512-byte sectors: cut() leaves it to chance, by a seed.
"""

import os
import random
import shutil
import struct

from host import Failed, expect, run

MAGIC = 0x6A736677736872
SECTOR = 512
FLUSH, FUA, DISCARD = 1, 2, 4


class Writes:
    """entries: (sector, number of sectors, flags, where its data begin in the log), in order."""

    def __init__(self, path):
        self.path = path
        self.entries = []
        with open(path, "rb") as log:
            magic, _, _, size = struct.unpack("<QQQI", log.read(28))
            expect(magic == MAGIC and size == SECTOR, f"{path} is no log of writes")
            end = os.path.getsize(path)
            at = SECTOR
            while at + SECTOR <= end:
                log.seek(at)
                sector, n, flags, _ = struct.unpack("<QQQQ", log.read(32))
                at += SECTOR
                length = 0 if flags & DISCARD else n * SECTOR
                if at + length > end or (n == 0 and not flags & FLUSH):
                    break
                self.entries.append((sector, n, flags, at))
                at += length

    def flushes(self):
        """The number of writes before each flush."""
        return [i for i, entry in enumerate(self.entries) if entry[2] & FLUSH]

    def cut(self, before, after, n, seed):
        """Makes the disk as a power cut after n writes may leave it, from the disk as it was before the first."""
        chance = random.Random(seed)
        shutil.copyfile(before, after)
        kept = max([i for i, entry in enumerate(self.entries[:n]) if entry[2] & (FLUSH | FUA)], default=0)
        with open(self.path, "rb") as log, open(after, "r+b") as disk:
            for i, (sector, count, flags, at) in enumerate(self.entries[:n]):
                if flags & DISCARD:
                    continue
                for k in range(count):
                    if i > kept and chance.random() < 0.5:
                        continue
                    log.seek(at + k * SECTOR)
                    disk.seek((sector + k) * SECTOR)
                    disk.write(log.read(SECTOR))


def take_out(image, folder):
    """Lets e2fsck replay the journal, as a mount would, then copies the content out."""
    fixed = f"{image}.fixed"
    shutil.copyfile(image, fixed)
    try:
        run("e2fsck", "-fp", fixed)
    except Failed as fault:
        # 1: there was something to put right, without anybody's help; 4 and more: there was more
        if not str(fault).startswith("e2fsck ended with 1:"):
            raise
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    run("debugfs", "-R", f'rdump / "{folder}"', fixed)
    os.remove(fixed)
    return folder


def verify(native, state):
    """What the log says of itself."""
    return run(native, "log", "verify", "--state", state)
