#!/bin/sh
# SPDX-License-Identifier: MIT
# The first program of the arm64 machine: what the kernel needs to see its disk; then what is on the disk.
export PATH=/bin
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do
	insmod "/modules/$module" || echo "init: $module does not load"
done </order
until [ -e /dev/vda ]; do sleep 0.1; done # nothing tells a shell this early
mount -t ext4 -o noatime /dev/vda /root || echo "init: no disk"
first=/sbin/init
for word in $(cat /proc/cmdline); do
	case $word in
	first=*) first=${word#first=} ;;
	esac
done
for folder in proc sys dev; do
	mount --move /$folder /root/$folder
done
exec switch_root /root "$first"
