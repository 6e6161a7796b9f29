#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""converse.py COMMAND... - a person at a terminal: runs the command in one and does what standard input says, a line each.

  see TEXT     wait until the command has said it, after what was seen before
  say TEXT     type it, with Enter; "say ^C" types Ctrl-C
  tell FILE TEXT   write a line into a file or fifo (an order for the simulated board)
  wait FILE TEXT   wait until the file has the text
  end CODE     the command must end with that exit code
What the command said goes to standard output. Ends with 1 if it did not go so, after PATIENCE_S.
"""
import os
import pty
import select
import sys
import time

PATIENCE_S = 60
script = sys.stdin.read().splitlines()
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said, seen = "", 0
deadline = time.monotonic() + PATIENCE_S


def fail(why):
    print(said.replace("\r\n", "\n"))
    sys.exit(f"converse: {why}; after what was seen: {said[seen:]!r}")


def listen(seconds=0.2):
    """More of what it says; False once it has ended."""
    global said
    if not select.select([terminal], [], [], seconds)[0]:
        return True
    try:
        got = os.read(terminal, 65536)
    except OSError:
        return False
    said += got.decode(errors="replace")
    return bool(got)


def await_that(done, what):
    while not done():
        if time.monotonic() > deadline:
            fail(f"never saw {what}")
        if not listen() and not done():
            fail(f"it ended before {what}")


for line in script:
    word, _, rest = line.partition(" ")
    deadline = time.monotonic() + PATIENCE_S
    if word == "see":
        await_that(lambda: said.find(rest, seen) >= 0, rest)
        seen = said.find(rest, seen) + len(rest)
    elif word == "say":
        os.write(terminal, b"\x03" if rest == "^C" else rest.encode() + b"\n")
    elif word == "tell":
        name, _, text = rest.partition(" ")
        with open(name, "w") as file:
            file.write(text + "\n")
    elif word == "wait":
        name, _, text = rest.partition(" ")
        await_that(lambda: os.path.exists(name) and text in open(name).read(), f"{text} in {name}")
    elif word == "end":
        while listen():
            if time.monotonic() > deadline:
                fail("it does not end")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != int(rest):
            fail(f"it ended with {code}, not {rest}")
print(said.replace("\r\n", "\n"))
