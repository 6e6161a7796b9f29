# SPDX-License-Identifier: MIT
"""box - a Debian system that booted, as a scenario sees it: a container of this machine, or a machine that is simulated."""

import json
import os
import time

from host import Failed, expect

PATIENCE_S = 120  # a hang ends here


class Box:
    """A kind of box brings code(), read(), write(), put() and sound()."""

    patience_s = PATIENCE_S
    poll_s = 0.05

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def sh(self, script):
        code, text = self.code(script)
        if code != 0:
            journal = self.code("journalctl -n 20 --no-pager -o cat")[1]
            raise Failed(f"in the box: {script.strip().splitlines()[0]}: ended with {code}: {text.strip()[-800:]}\n"
                         f"     the journal: {journal.strip()[-1500:]}")
        return text

    def show(self, unit, name):
        return self.sh(f"systemctl show {unit} --value -p {name}").strip()

    def status(self):
        return json.loads(self.sh("loaphuong status --json"))

    def log(self):
        return [json.loads(line) for line in self.sh("loaphuong log --json").splitlines()]

    def until(self, what, test):
        """Waits for something to become true; what: how to call it if it does not."""
        end = time.monotonic() + self.patience_s
        while time.monotonic() < end:
            seen = test()
            if seen:
                return seen
            time.sleep(self.poll_s)
        journal = self.code("journalctl -n 20 --no-pager -o cat")[1]
        raise Failed(f"{what}: not within {self.patience_s} s\n     the journal: {journal.strip()[-1500:]}")

    def mode(self, inside):
        return self.sh(f"stat -c '%a %U %G' {inside}").strip()

    def expect_mode(self, inside, wanted):
        expect(self.mode(inside) == wanted, f"{inside} is {self.mode(inside)}, expected {wanted}")

    def remove(self, inside):
        self.sh(f"rm {inside}")
