# SPDX-License-Identifier: MIT
"""host - commands on the machine that the board is simulated on, and the words for "it cannot be done here"."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))


class LeftOut(Exception):
    """The board cannot be had on this machine; the text says why."""


class Failed(Exception):
    """What was seen is not what was expected; the text says both."""


def run(*command, **options):
    """The output of a command; fails with its last lines."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options["env"] = dict(options.get("env", os.environ), LC_ALL="C", LANGUAGE="en")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        last = "\n".join(text.splitlines()[-15:])
        raise Failed(f"{os.path.basename(command[0])} ended with {done.returncode}:\n{last}")
    return text


def or_left_out(why, function, *arguments):
    """Calls it; that it fails means that this machine cannot run the board."""
    try:
        return function(*arguments)
    except (Failed, OSError) as fault:
        last = str(fault).strip().splitlines()[-1]
        raise LeftOut(f"{why} ({last})") from fault


def expect(condition, seen):
    """An assertion that says what was seen and what was expected."""
    if not condition:
        raise Failed(seen)
