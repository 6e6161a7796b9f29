#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the console's unit gives away: systemd's own score of it (0 nothing, 10 all)."""
import os
import re
import shutil
import subprocess
import sys

if not shutil.which("systemd-analyze"):
    print("left out: there is no systemd-analyze here")
    sys.exit(77)
unit = f"{os.environ['TREE']}/config/loaphuong-console.service"
said = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True)
score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said.stdout)
if not score:
    print("left out: this systemd-analyze cannot judge a file:", said.stderr)
    sys.exit(77)
assert float(score.group(1)) <= 2.0, said.stdout
print("exposure", score.group(1))
