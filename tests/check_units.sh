#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_units.sh - the units that are shipped: how much they expose by systemd's own reckoning (2.0 of 10 at most), what
# the filter of the station lets through and what not, that it is started again for ever, and that no unit waits for a
# driver to be let at its device.
#
# Before that it plants a unit without a fence and must find it: a check that cannot fail is none. 77: there is no
# systemd here to ask.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
most=20 # tenths

command -v systemd-analyze >/dev/null || {
	echo "check_units: systemd-analyze is missing: tools/packages test"
	exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

exposure() { # UNIT
	systemd-analyze security --offline=true --no-pager --threshold=$most "$1" >"$scratch/said" 2>&1
}

grep -vE '^(CapabilityBoundingSet|SystemCallFilter|ProtectSystem|PrivateNetwork)=' config/loaphuongd.service \
	>"$scratch/planted.service"
if exposure "$scratch/planted.service"; then
	echo "check_units: a unit without a fence was not found"
	exit 1
fi
# The name of a group of devices stands for nothing where no driver has registered it when the unit starts. These two
# are registered by what is built into every kernel of Debian.
late_groups() { # UNIT...
	grep -H '^DeviceAllow=char-[^0-9]' "$@" | grep -vE '=char-(gpiochip|rtc) '
}
echo 'DeviceAllow=char-alsa rw' >"$scratch/planted.service"
if ! late_groups "$scratch/planted.service" >/dev/null; then
	echo "check_units: a group of devices that comes late was not found"
	exit 1
fi
bad=0
if late_groups config/*.service; then
	echo "check_units: say the number of these devices, the name may not be there yet at boot"
	bad=1
fi
for unit in config/*.service; do
	exposure "$unit" || bad=1
	tail -n 1 "$scratch/said"
done

# What is allowed, as systemd builds it: line after line, sets within sets.
python3 - config/loaphuongd.service <<'END' || bad=1
import re, subprocess, sys

sets = {}
for line in subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], check=True, capture_output=True,
                           text=True).stdout.splitlines():
    if line.startswith("@"):
        members = sets.setdefault(line.split()[0], [])
    elif line.startswith("    ") and not line.strip().startswith("#"):
        members.append(line.strip())

def expand(name):
    return set().union(*map(expand, sets[name])) if name.startswith("@") else {name}

text = open(sys.argv[1]).read()
allowed = set()
for value in re.findall(r"^SystemCallFilter=(.*)$", text, re.M):
    names = set().union(*map(expand, value.lstrip("~").split()))
    allowed = allowed - names if value.startswith("~") else allowed | names
needed = """adjtimex clock_adjtime clock_gettime timerfd_create timerfd_settime epoll_wait signalfd4 inotify_add_watch
    ioctl mmap mlockall sched_setscheduler setrlimit prlimit64 prctl seccomp landlock_create_ruleset landlock_add_rule
    landlock_restrict_self clone execve wait4 recvmsg sendmsg fsync fdatasync rename unlink flock memfd_create""".split()
refused = """clock_settime settimeofday mount umount2 reboot init_module delete_module kexec_load ptrace bpf perf_event_open
    setuid chroot pivot_root swapon iopl keyctl""".split()
wrong = [f"{name} is not allowed" for name in needed if name not in allowed]
wrong += [f"{name} is allowed" for name in refused if name in allowed]
for line in ("Type=notify", "Restart=always", "StartLimitIntervalSec=0", "StateDirectoryMode=0750", "UMask=0027",
             "RuntimeDirectoryMode=0750", "RuntimeDirectoryPreserve=restart", "User=loaphuong", "CapabilityBoundingSet=",
             "SystemCallErrorNumber=EPERM"):
    if not re.search(f"^{line}$", text, re.M):
        wrong.append(f"{line} is missing")
if not re.search(r"^WatchdogSec=[1-9]", text, re.M) or not re.search(r"^RestartSec=([1-9][0-9]{0,2}ms|1)$", text, re.M):
    wrong.append("WatchdogSec, or RestartSec of at most a second, is missing")
if re.search(r"^ProtectClock=yes", text, re.M):
    wrong.append("ProtectClock=yes forbids to ask whether the clock is synchronised")
for line in wrong:
    print(f"{sys.argv[1]}: {line}")
print(f"{sys.argv[1]}: {len(allowed)} system calls allowed")
sys.exit(bool(wrong))
END
exit $bad
