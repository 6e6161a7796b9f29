# SPDX-License-Identifier: MIT
"""machine - where and with what it was measured."""
import os
import platform
import re
import subprocess
from pathlib import Path

from station import TREE

# What is linked, what stands beside, and what counts. A package that is not installed is told as that.
PACKAGES = {
    "libmpg123-0|libmpg123-0t64": "libmpg123", "libsoxr0": "libsoxr", "libebur128-1": "libebur128",
    "libasound2|libasound2t64": "alsa-lib", "libsqlite3-0": "SQLite", "libconfuse2": "libconfuse",
    "libsodium23": "libsodium", "gcc": "gcc", "valgrind": "valgrind", "mpg123": "mpg123", "mpd": "mpd", "mpc": "mpc",
    "sox": "sox", "ffmpeg": "ffmpeg", "loudgain": "loudgain", "gstreamer1.0-tools": "GStreamer",
    "libasound2-plugins": "ALSA plugins (speexrate)", "cron": "cron", "mpv": "mpv", "liquidsoap": "liquidsoap",
}


def said(*command):
    """What a program prints, or "" where it cannot."""
    try:
        run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=TREE)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def first(path, pattern, otherwise="?"):
    try:
        found = re.search(pattern, Path(path).read_text(), re.M)
    except OSError:
        return otherwise
    return found[1].strip() if found else otherwise


def machine():
    memory = int(first("/proc/meminfo", r"^MemTotal:\s+(\d+)", "0")) / 1024 / 1024
    return {
        "processor": first("/proc/cpuinfo", r"^(?:model name|Model)\s*:\s*(.*)", platform.machine()),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "system": debian(),
    }


def debian():
    release = first("/etc/debian_version", r"(.*)", "")
    return f"Debian {release}" if release else first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)', "?")


def version(names):
    """The first of the packages that is installed: some have another name from one release to the next."""
    for name in names.split("|"):
        told = said("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}\n", name)
        for line in told.splitlines():
            status, _, number = line.partition(" ")
            if status == "installed":
                return number
    return "not installed"


def versions():
    return {label: version(names) for names, label in PACKAGES.items()}


def commit():
    """The results themselves do not make it another tree."""
    short = said("git", "rev-parse", "--short", "HEAD") or "unknown"
    changed = said("git", "status", "--porcelain", "--", ".", ":!tests/bench/result")
    return short + (" with changes" if changed else "")
