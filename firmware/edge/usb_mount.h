/* SPDX-License-Identifier: MIT */
/*
 * usb_mount - the file system of a stick, seen by nobody but who holds the descriptor.
 *
 * The mount is never put into any folder (fsmount(2), Linux 5.2): no other program comes across it,
 * and it is gone when the last descriptor is closed, also when the process was killed. Only vfat
 * and exfat are ever tried, so no other driver of the kernel reads a stranger's stick. Wants
 * CAP_SYS_ADMIN.
 */
#ifndef EDGE_USB_MOUNT_H
#define EDGE_USB_MOUNT_H

#include <stdbool.h>
#include <sys/types.h>

/* To whom everything on the stick belongs while it is mounted; these file systems know no owners. */
struct usb_owner {
	uid_t uid;
	gid_t gid;
};

/* Is the device mounted anywhere already? Then it is no stick that came with recordings, but part
 * of the box (the partition it boots from), or somebody is at work with it. */
bool usb_is_mounted(const char *device);

/*
 * device: a partition, "/dev/sda1". Never set-user-id, no devices, no programs; read-only unless
 * writable. 0 and the root folder, to be closed by the caller, as a place alone (O_PATH): what lies
 * below is opened by whom it belongs to, for root without its powers may not look into it.
 * -EMEDIUMTYPE: neither vfat nor exfat, or damaged; -EROFS: writable, and the stick has a write
 * lock; -ENODEV: the kernel knows neither file system; -EPERM; another negative errno.
 */
int usb_mount(const char *device, const struct usb_owner *owner, bool writable, int *ret_root);

#endif
