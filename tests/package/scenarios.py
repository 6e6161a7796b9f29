# SPDX-License-Identifier: MIT
"""scenarios - what a technician does with the package, and what must come of it, a function each."""

import json
import re
import time

from host import expect

CONFIG = """
station { name = "Trạm thử" language = "en" }
audio { device = "default" high-pass = 0 }
airtime { allow = {"05:30-07:00"} }
"""
CAMPAIGN = """
campaign "thang-6" {
	title = "Tháng 6"
	from = "2024-06-01" until = "2024-06-30"
	clip "tieng-mot" { }
	clip "tieng-hai" { }
	broadcast "sang" { at = {"06:00"} play = {"tieng-mot", "tieng-hai"} }
	broadcast "sau" { at = {"06:30"} play = {"tieng-hai"} }
}
"""
PAGE = r"""perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8080") or die "no console: $!\n";
print $s "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n"; print while <$s>;'"""
SEND = """perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8080") or die "no console: $!\\n";
open F, "</tmp/request"; local $/; print $s <F>; print <$s>;'"""
UNITS = ("loaphuongd", "loaphuong-console")
STATE = "/var/lib/loaphuong"


def install(box, deb):
    box.put(deb, "/tmp/loaphuong.deb")
    return box.sh("dpkg -i /tmp/loaphuong.deb 2>&1")


def pretend(box, at):
    """The station's clock from the next start on; None: the real one."""
    if at:
        box.write("/etc/systemd/system/loaphuongd.service.d/test.conf", "[Service]\nExecStart=\nExecStart=/usr/sbin/loaphuongd "
                  f"-c /etc/loaphuong/loaphuong.conf --pretend-now {at}\n")
    else:
        box.remove("/etc/systemd/system/loaphuongd.service.d/test.conf")
    box.sh("systemctl daemon-reload")


def configure(box, works, config=True):
    """A technician's config, an operator's programme, and recordings dropped into the inbox."""
    if config:
        box.write("/etc/loaphuong/loaphuong.conf", CONFIG)
    box.write(f"{STATE}/campaigns/thang-6.conf", CAMPAIGN)
    for name, path in works.clips.items():
        box.put(path, f"{STATE}/inbox/{name}")
    said = box.sh("loaphuong check")
    expect("0 error" in said or "no faults" in said or "warning" in said, f"check says {said}")


def start(box, *units):
    box.sh(f"systemctl enable --now {' '.join(units)}")
    for unit in units:
        seen = [box.show(unit, name) for name in ("ActiveState", "SubState", "Result")]
        expect(seen == ["active", "running", "success"], f"{unit} is {seen} after its start")


def take_clips_in(box):
    box.until("recordings from the inbox", lambda: box.status()["clips"] >= 2 and not box.code(f"ls {STATE}/inbox/*.m*")[1].
              startswith(STATE))
    rejected = box.sh(f"ls {STATE}/inbox/rejected").strip()
    expect(rejected == "", f"rejected: {rejected}")


def outcomes(box):
    return [(row["broadcast"], row["outcome"], row["reason"], row["aired"]) for row in box.log()]


ANSWERS = """
station { name = "Đài xã Thử" language = "en" }
audio { device = "default" high-pass = 0 }
airtime { allow = {"05:30-07:00"} }
"""


def set_up(box, works):
    """A technician's first start by a file of answers: the sample becomes the config, the station runs and starts with the
    box, and is taken over by a second file while it runs; the doctor has no fault but what a container cannot have."""
    install(box, works.deb)
    sample = box.read("/usr/share/loaphuong/loaphuong.conf.sample")
    box.write("/tmp/answers.conf", ANSWERS)
    pretend(box, "2024-06-01T05:58:00+07:00")
    said = box.sh("loaphuong setup --answers /tmp/answers.conf --start 2>&1")
    expect("the config before is /etc/loaphuong/loaphuong.conf.old-1" in said and "The station runs" in said, f"setup says {said}")
    expect(box.read("/etc/loaphuong/loaphuong.conf.old-1") == sample, "the config before is not kept")
    text = box.read("/etc/loaphuong/loaphuong.conf")
    lost = [line for line in sample.splitlines() if line.startswith("#") and line not in text]
    expect('name = "Đài xã Thử"' in text and not lost, f"comments are lost: {lost}")
    box.expect_mode("/etc/loaphuong/loaphuong.conf", "644 root root")
    for unit in UNITS:
        seen = (box.show(unit, "ActiveState"), box.show(unit, "UnitFileState"))
        expect(seen == ("active", "enabled"), f"{unit} is {seen} after setup")
    box.until("the station", lambda: box.status()["station"] == "Đài xã Thử")
    findings = json.loads(box.code("loaphuong doctor --json")[1])
    bare = [one for one in findings["findings"] if one["level"] != "OK" and not one["cure"]]
    expect(findings["findings"] and not bare, f"the doctor names no cure: {bare}")
    # The card of this container sounds by the name that was answered.
    configure(box, works, config=False)
    take_clips_in(box)
    box.sh("loaphuong reload")
    box.until("the broadcast", lambda: outcomes(box))
    # Another name, while it is on air: what sounds goes on.
    box.write("/tmp/answers.conf", 'station { name = "Đài hai" }\n')
    said = box.sh("loaphuong setup --answers /tmp/answers.conf --start 2>&1")
    expect("loaphuong.conf.old-2" in said, f"setup says {said}")
    box.until("the new name", lambda: box.status()["station"] == "Đài hai")
    box.until("the end of the broadcast", lambda: outcomes(box)[0][1] != "open")
    expect(outcomes(box)[0][1] == "played", f"after a setup on air the log has {outcomes(box)}")


def confinement(box, unit, user):
    """What the kernel says of a running process."""
    pid = box.show(unit, "MainPID")
    text = box.sh(f"cat /proc/{pid}/status")
    field = dict(re.findall(r"^(\w+):\t(.*)$", text, re.M))
    expect(box.sh(f"stat -c %U /proc/{pid}").strip() == user, f"{unit} does not run as {user}")
    expect(field["NoNewPrivs"] == "1" and field["Seccomp"] == "2", f"{unit}: {field['NoNewPrivs']}, {field['Seccomp']}")
    return field


def installed_and_silent(box, works):
    """The package brings users, folders and units, and nothing of it runs or is enabled."""
    said = install(box, works.deb)
    expect("nothing sounds yet" in said, f"dpkg says {said}")
    # A Debian without generated locales: Vietnamese unless it is told otherwise.
    said = box.sh("env -i /usr/bin/loaphuong --help"), box.sh("env -i LANGUAGE=en /usr/bin/loaphuong --help")
    expect("Tìm mọi lỗi của cấu hình" in said[0] and "Find all faults" in said[1], f"--help says {said[0][:300]}")
    for unit in UNITS:
        seen = (box.show(unit, "ActiveState"), box.show(unit, "UnitFileState"))
        expect(seen == ("inactive", "disabled"), f"{unit} is {seen} after the installation")
    box.expect_mode(STATE, "750 loaphuong loaphuong")
    box.expect_mode(f"{STATE}/inbox", "2770 loaphuong loaphuong")
    groups = box.sh("id -Gn loaphuong").split()
    expect({"audio", "gpio"} <= set(groups), f"loaphuong is in {groups}")
    expect("loaphuong" in box.sh("id -Gn loaphuong-console").split(), "the console may not ask the station")


def in_its_sandbox(box, works):
    """Both units start in their sandbox as users of their own; recordings are taken in, a broadcast airs, the console
    answers, and the kernel may be asked for the state of its clock."""
    install(box, works.deb)
    configure(box, works)
    # What runs before the service runs in the same sandbox.
    probe = f"perl -e '$b = \"\\0\" x 256; $r = syscall({works.adjtimex}, $b); print \"$r $!\"'"
    box.write("/etc/systemd/system/loaphuongd.service.d/probe.conf",
              f"[Service]\nExecStartPre=/bin/sh -c \"{probe.replace(chr(34), chr(92) + chr(34)).replace('$', '$$')} "
              f">{STATE}/adjtimex\"\n")
    pretend(box, "2024-06-01T05:58:00+07:00")
    start(box, *UNITS)
    take_clips_in(box)
    field = confinement(box, "loaphuongd", "loaphuong")
    expect(int(field["CapEff"], 16) == int(field["CapBnd"], 16) == 0, f"loaphuongd has capabilities {field['CapBnd']}")
    confinement(box, "loaphuong-console", "loaphuong-console")
    box.expect_mode("/run/loaphuong", "750 loaphuong loaphuong")
    box.expect_mode("/run/loaphuong/control.sock", "660 loaphuong loaphuong")
    asked = box.sh(f"cat {STATE}/adjtimex")
    expect(re.match(r"[0-5] ", asked), f"adjtimex in the sandbox: {asked}")
    device = box.status()["device"]
    expect(not device["lost"], f"the device is {device}")
    expect_locked(box, device)
    refused = box.code("runuser -u nobody -- loaphuong status")
    expect(refused[0] != 0, f"anybody may ask the station: {refused[1]}")
    page = box.sh(PAGE)
    expect("200 OK" in page, f"the console answers {page[:200]}")
    figures = {unit: box.sh(f"systemd-analyze security {unit} --no-pager").strip().splitlines()[-1] for unit in UNITS}
    for unit, line in figures.items():
        found = re.search(r"([0-9.]+) OK", line)
        expect(found and float(found.group(1)) <= 2.0, f"{unit}: {line}")
        print(f"     {unit}: {found.group(1)} by systemd's reckoning")
    pretend(box, "2024-06-01T05:59:55+07:00")
    box.sh("systemctl restart loaphuongd")
    airs(box)


def expect_locked(box, device):
    """The memory is locked, where the machine lets a container do that at all."""
    limits = box.sh(f"cat /proc/{box.show('loaphuongd', 'MainPID')}/limits")
    allowed = re.search(r"Max locked memory +\S+ +(\S+)", limits).group(1)
    expect(box.show("loaphuongd", "LimitMEMLOCK") == "infinity", "the unit bounds the memory that may be locked")
    if allowed == "unlimited":
        expect(device["memory_locked"], f"the memory is not locked: {device}")
    else:
        print(f"     locked memory is not shown here: this machine lets nobody lock more than {allowed} bytes")


def airs(box):
    """The broadcast of 06:00, and proof of it in what the card took."""
    box.until("the broadcast of 06:00", lambda: outcomes(box) and outcomes(box)[0][1] != "open")
    seen = outcomes(box)
    expect(seen == [("sang", "played", None, ["tieng-mot", "tieng-hai"])], f"the log has {seen}")
    sound = box.sound()
    loud = sum(1 for byte in sound[1::2] if byte not in (0, 255))
    expect(loud > 48000 * 9 * 0.5, f"of {len(sound) // 2} samples on the card {loud} are loud")
    verdict = box.sh("loaphuong log verify")
    expect("intact" in verdict, f"log verify says {verdict}")


def ask(box, method, path, body=None, who=None):
    """One request to the console from inside; the status, the headers and the body of its answer."""
    text = json.dumps(body) if body is not None else ""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1:8080", "Connection: close"]
    if body is not None:
        lines += ["Origin: http://127.0.0.1:8080", "Content-Type: application/json", f"Content-Length: {len(text.encode())}"]
    if who:
        lines += [f"Cookie: {who['cookie']}", f"X-CSRF-Token: {who['csrf']}"]
    box.write("/tmp/request", "\r\n".join(lines) + "\r\n\r\n" + text)
    head, _, answer = box.sh(SEND).replace("\r\n", "\n").partition("\n\n")
    return int(head.split()[1]), head, answer


def first_user(box):
    """Lan, who comes in with the code of the box."""
    code = re.search(r"([A-Z2-9]{4}-[A-Z2-9]{4})", box.sh("loaphuong console-code")).group(1)
    status, head, answer = ask(box, "POST", "/api/v1/first-use", {"code": code, "name": "Lan", "password": "mot cau de nho"})
    expect(status == 200, f"first use: {head} {answer}")
    return {"cookie": re.search(r"Set-Cookie: ([^;]+);", head, re.I).group(1), "csrf": json.loads(answer)["csrf"]}


def changed_from_the_console(box, works):
    """In their sandboxes: the schedule is changed on the console, kept, and in force; the report is made; and what may set
    the clock is there, for the console alone, and does nothing where the station knows the time."""
    install(box, works.deb)
    configure(box, works)
    pretend(box, "2024-06-01T05:40:00+07:00")
    start(box, *UNITS)
    take_clips_in(box)
    who = first_user(box)
    files = json.loads(ask(box, "GET", "/api/v1/campaigns", who=who)[2])["files"]
    change = {"file": files[0]["file"], "base": files[0]["sha256"], "why": "thử", "changes": [
        {"campaign": "thang-6", "kind": "broadcast", "name": "sang", "values": {"at": ["06:10"]}}]}
    status, _, answer = ask(box, "POST", "/api/v1/campaign-try", change, who)
    expect(status == 200 and json.loads(answer)["counts"]["moved"] == 30, f"tried: {answer}")
    status, _, answer = ask(box, "POST", "/api/v1/campaign-save", change, who)
    expect(status == 200, f"saved: {answer}")
    text = box.read(f"{STATE}/campaigns/thang-6.conf")
    expect(text == CAMPAIGN.replace("06:00", "06:10"), f"the file has {text}")
    expect("06:10" in box.sh("loaphuong status"), f"status: {box.sh('loaphuong status')}")
    expect("Lan (console)" in box.sh("loaphuong campaign history"), box.sh("loaphuong campaign history"))
    status, _, answer = ask(box, "GET", "/api/v1/report?month=2024-06&language=vi", who=who)
    expect(status == 200 and "BÁO CÁO" in answer, f"the report: {status} {answer[:300]}")
    box.expect_mode("/run/loaphuong-clock/control.sock", "660 root loaphuong-console")
    status, _, answer = ask(box, "POST", "/api/v1/clock-set", {"to": "2024-06-01T05:50:00+07:00"}, who)
    expect(status == 409 and json.loads(answer)["error"] == "trusted", f"the clock: {status} {answer}")
    figure = re.search(r"([0-9.]+) OK", box.sh("systemd-analyze security loaphuong-clock@1.service --no-pager").strip().splitlines()[-1])
    expect(figure and float(figure.group(1)) <= 2.0, "loaphuong-clock@.service has no fence")


def armed_again(box, was):
    return box.code("systemctl is-active loaphuongd")[1].strip() == "active" and box.show("loaphuongd", "MainPID") not in ("0", was)


def back_for_ever(box, works):
    """Killed fifteen times in a row it is armed again each time, within about a second; what the unit runs after its
    death ran; the log is whole."""
    install(box, works.deb)
    configure(box, works)
    pretend(box, "2024-06-01T05:40:00+07:00")
    start(box, "loaphuongd")
    take_clips_in(box)
    gone = []
    for k in range(15):
        pid = box.show("loaphuongd", "MainPID")
        begin = time.monotonic()
        box.sh(f"kill -9 {pid}")
        box.until("the service after a kill", lambda was=pid: armed_again(box, was))
        gone.append(time.monotonic() - begin)
        expect(box.show("loaphuongd", "NRestarts") == str(k + 1), f"after {k + 1} kills: {box.show('loaphuongd', 'NRestarts')}")
        expect("status=0" in box.show("loaphuongd", "ExecStopPost"), f"ExecStopPost: {box.show('loaphuongd', 'ExecStopPost')}")
    gone.sort()
    print(f"     armed again after a kill: half within {gone[7]:.2f} s, all within {gone[-1]:.2f} s")
    told = box.sh("loaphuong log --notes").count("signal: killed KILL")
    expect(told == 15, f"of 15 kills the log tells {told}")
    expect("intact" in box.sh("loaphuong log verify"), "the log is not whole")


def stalled(box, works):
    """Process 1 hears the service; an audio thread that stands still, and a service that stands still as a whole, are
    replaced by it, and the log says why."""
    install(box, works.deb)
    configure(box, works)
    pretend(box, "2024-06-01T05:40:00+07:00")
    start(box, "loaphuongd")
    take_clips_in(box)
    expect(box.show("loaphuongd", "WatchdogUSec") == "1min", f"WatchdogSec is {box.show('loaphuongd', 'WatchdogUSec')}")
    first = box.show("loaphuongd", "WatchdogTimestampMonotonic")
    box.until("a sign of life", lambda: box.show("loaphuongd", "WatchdogTimestampMonotonic") != first)
    box.write(f"{STATE}/card.faults", "write-hangs\n")
    pid, begin = box.show("loaphuongd", "MainPID"), time.monotonic()
    box.sh("loaphuong play tieng-mot")
    box.until("a word of the station that it stands still", lambda: "audio stood still" in box.code("loaphuong log --notes")[1])
    box.remove(f"{STATE}/card.faults")
    box.until("a new service", lambda: armed_again(box, pid))
    print(f"     replaced {time.monotonic() - begin:.1f} s after its audio thread stood still")
    pid, begin = box.show("loaphuongd", "MainPID"), time.monotonic()
    box.sh("loaphuong play tieng-mot")
    box.until("something on air", lambda: box.status()["on_air"])
    box.sh(f"kill -STOP {pid}")
    box.until("a new service", lambda: armed_again(box, pid))
    print(f"     replaced {time.monotonic() - begin:.1f} s after it was stopped as a whole on air")
    expect("watchdog" in box.sh("loaphuong status --faults"), "status --faults names no watchdog")


def its_life(box, works):
    """Installed, configured, on air, upgraded on air, an older version refused, removed, put back, purged."""
    install(box, works.deb)
    configure(box, works)
    pretend(box, "2024-06-01T05:40:00+07:00")
    start(box, *UNITS)
    take_clips_in(box)
    # Upgraded in the middle of a broadcast: it is on air again, and in the log once.
    pretend(box, "2024-06-01T05:59:57+07:00")
    box.sh("systemctl restart loaphuongd")
    box.until("something on air", lambda: box.status()["on_air"])
    pretend(box, "2024-06-01T06:00:10+07:00")
    major, rest = works.version.split(".", 1)
    newer = f"{int(major) + 1}.{rest}"
    said = install(box, works.with_version(newer))
    expect("Config" not in said and "conffile" not in said.lower(), f"the upgrade asks: {said}")
    expect(box.read("/etc/loaphuong/loaphuong.conf") == CONFIG, "the upgrade changed the config")
    for unit in UNITS:
        expect(box.show(unit, "ActiveState") == "active", f"{unit} does not run after the upgrade")
    box.until("the end of the broadcast", lambda: outcomes(box) and outcomes(box)[0][1] != "open")
    seen = outcomes(box)
    expect(len(seen) == 1 and seen[0][1] in ("played", "partial") and {"tieng-mot", "tieng-hai"} <= set(seen[0][3]),
           f"after an upgrade on air the log has {seen}")
    print(f"     upgraded on air: {seen[0][1]}, aired {', '.join(seen[0][3])}")
    # An older one is refused before anything of it is there.
    box.put(works.deb, "/tmp/older.deb")
    code, said = box.code("dpkg -i /tmp/older.deb 2>&1")
    expect(code != 0 and "An older version cannot read the log" in said, f"a downgrade: {code}, {said}")
    installed = box.sh("dpkg-query -W -f '${Version} ${db:Status-Status}' loaphuong")
    expect(installed == f"{newer} installed", f"after a refused downgrade: {installed}")
    expect(box.show("loaphuongd", "ActiveState") == "active", "a refused downgrade ended the service")
    # Removed: nothing runs, everything of the station is still there.
    box.sh("dpkg -r loaphuong")
    for unit in UNITS:
        expect(box.show(unit, "ActiveState") == "inactive", f"{unit} runs after the package was removed")
    box.sh(f"test -s /etc/loaphuong/loaphuong.conf && test -s {STATE}/asrun.db && test -s {STATE}/clips/tieng-hai.mp3")
    # Put back, it knows what it knew.
    install(box, works.with_version(newer))
    expect(box.read("/etc/loaphuong/loaphuong.conf") == CONFIG, "the config is another one")
    expect(outcomes(box) == seen, f"after a removal and an installation the log has {outcomes(box)}")
    # Purged: the config goes; recordings and log only where it was asked for.
    said = box.sh("dpkg -P loaphuong 2>&1")
    expect("recordings and log stay" in said, f"purge says {said}")
    box.sh(f"test ! -e /etc/loaphuong && test -s {STATE}/asrun.db && test -s {STATE}/clips/tieng-hai.mp3")
    install(box, works.with_version(newer))
    box.sh(f"touch {STATE}/DELETE-ON-PURGE; dpkg -P loaphuong")
    box.sh(f"test ! -e {STATE} && test ! -e /var/lib/loaphuong-console")
    left = box.sh("find /etc /usr /lib /run -name '*loaphuong*' -not -path '*/systemd/system/loaphuongd.service.d*' | head").split()
    expect(not left, f"after a purge there is still {left}")


ALL = [installed_and_silent, set_up, in_its_sandbox, changed_from_the_console, back_for_ever, stalled, its_life]
