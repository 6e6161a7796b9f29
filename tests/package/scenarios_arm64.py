# SPDX-License-Identifier: MIT
"""
scenarios_arm64 - what the arm64 package does on a board that booted its own systemd, a function each: those of the
container, and what needs a kernel with a sound card, lines and USB. How exactly sound and lines keep time is shown by
tests/board, where time is virtual.
"""

import json
import os

import image
import scenarios
from checks import starts, stops
from host import expect, run
from scenarios import STATE, UNITS, configure, confinement, install, outcomes, start, take_clips_in

BOX = """
station { name = "Trạm thử" language = "en" }
audio { device = "default" high-pass = 0 }
airtime { allow = {"05:30-07:00"} }
relay { line = "RELAY" lead = "500ms" hold = "500ms" }
button "chinh" { line = "BUTTON" bias = "pull-up" active-low = true press = "tieng-mot" cooldown = "0s" }
usb { result-file = true }
"""
# Its clock chip is as good as the network's time.
OWN_CLOCK = BOX + 'clock { trust = "always" }\n'
PROGRAMME = """
campaign "thang-6" {
	from = "06-01" until = "06-30"
	clip "tieng-mot" { }
	clip "tieng-hai" { }
	broadcast "sang" { at = {"06:00"} play = {"tieng-mot", "tieng-hai"} }
	broadcast "sau" { at = {"06:30"} play = {"tieng-hai"} }
}
"""
LONG = """
campaign "dai" {
	from = "06-01" until = "06-30"
	clip "bai-dai" { }
	broadcast "som" { at = {"05:45"} play = {"bai-dai"} }
}
"""
LONG_S = 120
MORNING = "2027-06-01T05:35:00"
# A server of the network's time, which says that it was the instant ARGV[0] when it began.
NTP = r"""
use strict; use warnings; use IO::Socket::INET;
sub up { open(my $f, "<", "/proc/uptime") or die; return (split " ", <$f>)[0] }
my $begin = up();
sub stamp { my $t = $ARGV[0] + up() - $begin; return pack("NN", int($t) + 2208988800, ($t - int($t)) * 4294967295) }
my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 123, Proto => "udp") or die "no port: $!";
while (defined $s->recv(my $ask, 512)) {
	my $now = stamp();
	$s->send(pack("CCcc NN a4", 0x24, 1, 6, -20, 0, 0, "TEST") . $now . substr($ask, 40, 8) . $now . $now);
}
"""


def on(**options):
    """The box of a scenario: see arm64.Machine."""
    def give(scenario):
        scenario.box = options
        return scenario
    return give


def ready(box, works, config=OWN_CLOCK):
    """Installed, configured for this board's card and lines, running, with its recordings."""
    install(box, works.deb)
    box.write("/etc/loaphuong/loaphuong.conf", config)
    configure(box, works, config=False)
    box.write(f"{STATE}/campaigns/thang-6.conf", PROGRAMME)
    start(box, *UNITS)
    take_clips_in(box)
    box.sh("loaphuong reload")
    expect(not box.status()["device"]["lost"], f"the card: {box.status()['device']}")


def press(box):
    """Held until something sounds, as a person does who waits for it."""
    box.set_line("BUTTON", 0)
    box.until("something on air", lambda: box.status()["on_air"])
    box.set_line("BUTTON", 1)


def seconds_of(takes):
    """How much sounded, in seconds of the recording."""
    return sum(end - begin for take in takes for hz, begin, end in take.tones() if hz)


@on(base=MORNING)
def pressed(box, works):
    """The button on a line of the real chip plays its message on the real card, from the sandbox; the relay's line is
    raised before the sound and lowered after it."""
    ready(box, works)
    confinement(box, "loaphuongd", "loaphuong")
    box.expect_mode("/dev/gpiochip0", "660 root gpio")
    box.witness()
    before = len(box.relay())
    press(box)
    box.until("the end of the message", lambda: outcomes(box) and outcomes(box)[0][1] != "open")
    box.until("the relay released", lambda: box.relay()[-1] == 0)
    row = box.log()[0]
    expect((row["trigger"], row["who"], row["outcome"], row["aired"]) == ("button", "chinh", "played", ["tieng-mot"]), f"{row}")
    expect(box.relay()[before:] == [1, 0], f"the relay's line took {box.relay()[before:]}")
    trace = box.trace()
    keyed = [event[0] for event in trace if event[1] == "RELAY"]
    heard, begin = seconds_of(box.takes()), starts(trace)[0] + box.takes()[0].onset()
    # A slow processor makes it longer, none makes it shorter.
    expect(len(keyed) == 2 and begin - keyed[0] > 0.45 and stops(trace)[-1] < keyed[1],
           f"relay at {keyed}, sound from {begin} to {stops(trace)}")
    expect(heard > 5.5, f"of a message of 6 s {heard:.1f} s sounded")
    print(f"     the relay was keyed {begin - keyed[0]:.2f} s before the sound and released "
          f"{keyed[1] - stops(trace)[-1]:.2f} s after it; {heard:.1f} s of 6 sounded")


@on(base=MORNING)
def killed_on_air(box, works):
    """Killed while it sounds, the amplifier is switched off by what the unit runs after the death, and the station is
    armed again."""
    ready(box, works)
    press(box)
    box.until("the relay keyed", lambda: box.relay() and box.relay()[-1] == 1)
    before, pid = len(box.relay()), box.show("loaphuongd", "MainPID")
    box.sh(f"kill -9 {pid}")
    box.until("the relay released", lambda: 0 in box.relay()[before:])
    box.until("the service after a kill", lambda: scenarios.armed_again(box, pid))
    expect("status=0" in box.show("loaphuongd", "ExecStopPost"), f"ExecStopPost: {box.show('loaphuongd', 'ExecStopPost')}")
    box.until("an end in the log", lambda: outcomes(box)[0][1] != "open")
    box.until("the relay at rest", lambda: box.relay()[-1] == 0)
    expect("intact" in box.sh("loaphuong log verify"), "the log is not whole")


def stick_unit(box):
    return box.show("loaphuong-usb@sda1.service", "ActiveState"), box.show("loaphuong-usb@sda1.service", "Result")


@on(base=MORNING)
def stick(box, works):
    """A USB stick is plugged in while the station runs: udev starts the unit of the package, which takes its recordings in
    and writes the result onto it; pulled out, the unit ends and the station knows it."""
    ready(box, works)
    path, mount = os.path.join(box.folder, "stick.img"), f"{os.path.join(box.folder, 'stick.img')}@@1M"
    image.make_stick(path, "vfat", {"Tiếng ba.mp3": works.tone("tieng-ba.mp3", 700, 4), "lai.mp3": works.clips["tieng-hai.mp3"]})
    box.qemu.plug_stick(path)
    box.until("the stick read", lambda: (box.status()["usb"] or {}).get("state") == "done")
    usb = box.status()["usb"]
    expect((usb["present"], usb["taken"], usb["known"], usb["refused"]) == (True, 1, 1, 0), f"status: {usb}")
    box.until("the unit's end", lambda: stick_unit(box)[0] != "activating")
    expect(stick_unit(box) == ("active", "success"), f"the unit is {stick_unit(box)}")
    names = [json.loads(line)["name"] for line in box.sh("loaphuong clip list --json").splitlines()]
    expect("tieng-ba" in names, f"recordings: {names}")
    box.sh("! grep -q /dev/sda1 /proc/mounts")
    box.qemu.pull_stick()
    box.until("word that it is out", lambda: not (box.status()["usb"] or {}).get("present"))
    box.until("the unit's end", lambda: stick_unit(box)[0] == "inactive")
    told = run("mtype", "-i", mount, "::LOAPHUONG/KET-QUA.txt")
    expect("tieng-ba" in told, f"the result on the stick: {told}")
    print(f"     {box.sh('systemd-analyze security loaphuong-usb@sda1 --no-pager').strip().splitlines()[-1].strip('→ ')}")


def clock_of(box):
    return box.status()["clock"]["state"]


@on(base=MORNING)
def time_of_the_network(box, works):
    """The clock chip alone is not believed, and what is due is not aired. Then systemd's own service hears the time from a
    server and tells the kernel; the station, which asks the kernel from its sandbox, believes it and airs."""
    ready(box, works, BOX)
    expect(clock_of(box) != "trusted", f"the clock is {clock_of(box)} before anybody set it")
    box.sh("date -s 2027-06-01T05:59:55+07:00")
    box.until("06:00 by that clock", lambda: "06:00:02" <= box.sh("TZ=Asia/Ho_Chi_Minh date +%T").strip())
    expect(not box.status()["on_air"] and not outcomes(box) and not seconds_of(box.takes()), "it airs by a clock it does not know")
    box.write("/run/ntp.pl", NTP)
    box.write("/etc/systemd/timesyncd.conf.d/test.conf", "[Time]\nNTP=127.0.0.1\n")
    box.sh("systemd-run --unit=ntp perl /run/ntp.pl $(date -d 2027-06-01T06:29:30+07:00 +%s); systemctl restart systemd-timesyncd")
    box.until("the kernel's word that the time is right",
              lambda: box.sh("timedatectl show --value -p NTPSynchronized").strip() == "yes")
    box.until("the station's trust", lambda: clock_of(box) == "trusted")
    box.until("the broadcast of 06:30", lambda: [row for row in outcomes(box) if row[0] == "sau" and row[1] != "open"])
    # Of a time before it ever knew the time the log tells nothing.
    expect(outcomes(box) == [("sau", "played", None, ["tieng-hai"])], f"the log has {outcomes(box)}")
    expect(seconds_of(box.takes()) > 2.5, f"of 3 s {seconds_of(box.takes()):.1f} s sounded")


@on(base=MORNING)
def time_of_a_person(box, works):
    """Without a network the official sets the time on the console: what does it in the sandbox of the clock's door moves
    the kernel's clock and the chip, the station believes it, and the log has the name."""
    ready(box, works, BOX)
    who = scenarios.first_user(box)
    status, _, answer = scenarios.ask(box, "POST", "/api/v1/clock-set", {"to": "2027-06-01T05:59:50+07:00"}, who)
    expect(status == 200, f"the clock: {status} {answer}")
    box.until("the station's trust", lambda: clock_of(box) == "trusted")
    now, chip = (int(word) for word in box.sh("date +%s; cat /sys/class/rtc/rtc0/since_epoch").split())
    expect(now >= 1811804390 and abs(now - chip) <= 2, f"the clock says {now}, its chip {chip}")
    expect("Lan" in box.sh("loaphuong log --notes"), f"notes: {box.sh('loaphuong log --notes')}")
    box.until("the broadcast of 06:00", lambda: outcomes(box) and outcomes(box)[0][1] != "open")
    expect(outcomes(box) == [("sang", "played", None, ["tieng-mot", "tieng-hai"])], f"the log has {outcomes(box)}")


def ready_for_long(box, works):
    """A broadcast of two minutes is due at 05:45, and the clock says that it is so."""
    box.put(works.tone("bai-dai.mp3", 1000, LONG_S), f"{STATE}/inbox/bai-dai.mp3")
    box.write(f"{STATE}/campaigns/dai.conf", LONG)
    box.until("the long recording", lambda: box.status()["clips"] >= 3)
    box.sh("loaphuong reload")
    # So that the clock chip knows it, too.
    box.sh("timedatectl set-ntp false; timedatectl set-time '2027-05-31 22:44:58'")
    box.until("the broadcast of 05:45", lambda: box.status()["on_air"])


@on(base=MORNING)
def upgraded_on_air(box, works):
    """A newer package is installed in the middle of a broadcast: the new program is on air again with it, it is one row
    of the log, the amplifier goes off at its end."""
    ready(box, works)
    ready_for_long(box, works)
    pid, before = box.show("loaphuongd", "MainPID"), len(box.relay())
    major, rest = works.version.split(".", 1)
    newer = f"{int(major) + 1}.{rest}"
    install(box, works.with_version(newer))
    expect(scenarios.armed_again(box, pid), "the service after the upgrade is the one before it")
    expect(box.sh("dpkg-query -W -f '${Version}' loaphuong") == newer, "another version is installed")
    box.until("the broadcast on air again", lambda: box.status()["on_air"])
    print(f"     the relay's line during the upgrade: {box.relay()[before:]}")
    box.until("the end of the broadcast", lambda: outcomes(box)[0][1] != "open")
    seen = outcomes(box)
    expect(len(seen) == 1 and seen[0][1] in ("played", "partial") and set(seen[0][3]) == {"bai-dai"}, f"the log has {seen}")
    box.until("the relay at rest", lambda: box.relay()[-1] == 0)
    heard = seconds_of(box.takes())
    print(f"     the log has {seen}; {heard:.0f} s of {LONG_S} sounded")
    expect(heard > LONG_S * 0.8, f"of {LONG_S} s {heard:.0f} s sounded")
    code, said = refuse_older(box, works)
    expect(code != 0 and "An older version cannot read the log" in said, f"a downgrade: {code}, {said}")


def refuse_older(box, works):
    box.put(works.deb, "/tmp/older.deb")
    return box.code("dpkg -i /tmp/older.deb 2>&1")


@on(base=MORNING)
def power_fails(box, works):
    """Enabled once, it is there again when the box comes back from a power cut in a broadcast: armed with nobody near, the
    log whole, what was on air in it once, the button working, and nothing left of a backup that was being made."""
    ready(box, works)
    ready_for_long(box, works)
    box.sh("mkdir -p /var/tmp/loaphuong-backup-abcdef/state; sync")
    box.restart()
    left = box.sh("ls /var/tmp").split()  # of the units, too: systemd-private-...-loaphuong.service-...
    expect(not [name for name in left if name.startswith("loaphuong-")], f"a half backup lies there still: {left}")
    for unit in UNITS:
        expect(box.show(unit, "ActiveState") == "active", f"{unit} is {box.show(unit, 'ActiveState')} after the power came back")
    box.until("an end in the log", lambda: outcomes(box) and outcomes(box)[0][1] != "open")
    seen = outcomes(box)
    expect(len(seen) == 1 and seen[0][0] == "som", f"the log has {seen}")
    expect("intact" in box.sh("loaphuong log verify"), "the log is not whole")
    # Driver and rules of udev may come after the service.
    box.until("the sound card", lambda: not box.status()["device"]["lost"])
    box.until("silence", lambda: not box.status()["on_air"])
    press(box)
    box.until("the message in the log", lambda: outcomes(box)[-1][1] == "played")
    print(f"     after the power came back the log has {seen}")


SHARED = [scenarios.installed_and_silent, scenarios.set_up, scenarios.in_its_sandbox, scenarios.changed_from_the_console,
          scenarios.back_for_ever, scenarios.its_life]
ALL = SHARED + [pressed, killed_on_air, stick, time_of_the_network, time_of_a_person, upgraded_on_air, power_fails]
