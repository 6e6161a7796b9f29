#!/bin/sh
# SPDX-License-Identifier: MIT
# Once, on the arm64 machine itself: what mmdebstrap only laid out becomes an installed Debian, for here its programs
# run. The last word on the console says how it went.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C HOME=/root
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp

install() {
	# The kernel is booted from outside: it needs no initramfs of its own, which would take minutes.
	export INITRD=No
	mkdir -p /etc/initramfs-tools
	echo 'update_initramfs=no' >/etc/initramfs-tools/update-initramfs.conf
	printf 'path-exclude=/usr/share/%s/*\n' doc man locale info >/etc/dpkg/dpkg.cfg.d/small
	touch /var/lib/dpkg/status /var/lib/dpkg/available
	[ -e /usr/bin/awk ] || ln -s mawk /usr/bin/awk
	cd /debs || return
	quick="dpkg --force-depends --force-unsafe-io --force-confold"
	# These first, as every other counts on them.
	for name in base-passwd base-files mawk libc6 perl-base dpkg; do
		$quick --install "$name"_*.deb || return
	done
	$quick --unpack ./*.deb || return
	$quick --configure -a || return
	dpkg --audit
	rm /etc/dpkg/dpkg.cfg.d/small
	echo loa >/etc/hostname
	systemctl enable loa-agent.service || return
	rm -r /debs
}

install && echo installed >/second.done
sync
echo u >/proc/sysrq-trigger
echo o >/proc/sysrq-trigger
sleep 60 # the kernel takes a moment over it
