#!/bin/sh
# SPDX-License-Identifier: MIT
# The first program of the board: mounts, modules, the disk, the witness of what happens, then what the host asks.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin LC_ALL=C LANGUAGE=en
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /run /tmp /state
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
# Virtual time leaps while the processor idles, and it would idle for the disk; see README.md.
(while :; do :; done) &
busy=$!
mount -t tmpfs run /run
while read -r module; do
	insmod "/modules/$module" || echo "init: $module does not load"
done </board/modules
mount -t ext4 -o noatime /dev/vda /state || echo "init: no disk"
mkdir -p /run/loaphuong

# The kernel's own record of lines and sound: what it did, and when on CLOCK_MONOTONIC.
trace=/sys/kernel/tracing
mount -t tracefs trace $trace
echo mono >$trace/trace_clock
echo 'p:pcm_start snd_pcm_post_start' >>$trace/kprobe_events
echo 'p:pcm_stop snd_pcm_post_stop' >>$trace/kprobe_events
echo 1 >$trace/events/kprobes/enable
echo 1 >$trace/events/gpio/gpio_value/enable

until [ -e /dev/vport0p1 ]; do :; done
kill $busy
guest serve /dev/vport0p1
echo "init: the host is gone"
poweroff -f
