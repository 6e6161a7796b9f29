# SPDX-License-Identifier: MIT
"""works - what the scenarios share: the package, recordings, and the kind of box that they happen in."""

import os
import platform

import arm64
import arm64_root
import container
from host import run


class Works:
    """What the scenarios of one suite share; a kind of it brings box(NAME) and adjtimex, the number of that call."""

    def __init__(self, cache, suite, deb):
        os.makedirs(cache, exist_ok=True)
        self.folder, self.suite, self.deb = cache, suite, deb
        self.version = run("dpkg-deb", "-f", deb, "Version").strip()
        # As a phone records it, and as a studio delivers it.
        self.clips = {"tieng-mot.m4a": self.tone("tieng-mot.m4a", 440, 6), "tieng-hai.mp3": self.tone("tieng-hai.mp3", 1000, 3)}

    def tone(self, name, hz, seconds):
        path = os.path.join(self.folder, name)
        run("ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", f"sine={hz}:duration={seconds}", path)
        return path

    def with_version(self, version):
        """The same package, called another version."""
        folder, deb = os.path.join(self.folder, "again"), os.path.join(self.folder, f"loaphuong_{version}.deb")
        run("rm", "-rf", folder)
        run("dpkg-deb", "-R", self.deb, folder)
        upstream = version.split("+")[0]
        run("sed", "-i", f"s/^Version: .*/Version: {version}/", os.path.join(folder, "DEBIAN/control"))
        run("sed", "-i", f's/ gt "[0-9.]*"/ gt "{upstream}"/', os.path.join(folder, "DEBIAN/preinst"))
        run("dpkg-deb", "--root-owner-group", "-b", folder, deb)
        return deb


class Contained(Works):
    """In a container, under the kernel of this machine."""

    adjtimex = 159 if platform.machine() == "x86_64" else 171

    @staticmethod
    def expect_programs():
        """tools/packages installed them."""

    def __init__(self, cache, suite, deb):
        super().__init__(cache, suite, deb)
        self.root = container.make_root(cache, suite, deb)
        self.card = container.make_card(cache)

    def box(self, _):
        return container.Container(self.folder, self.suite, self.root, self.card)


class Simulated(Works):
    """On a simulated board, under its own kernel."""

    adjtimex = 171

    @staticmethod
    def expect_programs():
        arm64.expect_programs()

    def __init__(self, cache, suite, deb):
        super().__init__(cache, suite, deb)
        self.root = arm64_root.Root(cache, suite, deb)

    def box(self, name, **options):
        return arm64.Machine(os.path.join(self.folder, "runs", f"{name}-{self.suite}"), self.root, **options)
