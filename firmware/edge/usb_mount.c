/* SPDX-License-Identifier: MIT */
#include "usb_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int set_number(int context, const char *key, unsigned long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lu", value);
	return fsconfig(context, FSCONFIG_SET_STRING, key, text, 0);
}

/* Names are UTF-8, whatever the kernel was built with: each of the two has its own word for it. */
static int set_names(int context, const char *type)
{
	if (type[0] == 'v')
		return fsconfig(context, FSCONFIG_SET_STRING, "utf8", "1", 0);
	return fsconfig(context, FSCONFIG_SET_STRING, "iocharset", "utf8", 0);
}

static int configure(int context, const char *type, const char *device,
		     const struct usb_owner *owner, bool writable)
{
	if (fsconfig(context, FSCONFIG_SET_STRING, "source", device, 0) < 0 ||
	    set_number(context, "uid", owner->uid) < 0 ||
	    set_number(context, "gid", owner->gid) < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "umask", "0077", 0) < 0 ||
	    set_names(context, type) < 0 ||
	    (!writable && fsconfig(context, FSCONFIG_SET_FLAG, "ro", NULL, 0) < 0) ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	return 0;
}

static int mount_as(const char *type, const char *device, const struct usb_owner *owner,
		    bool writable)
{
	unsigned attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	int context = fsopen(type, FSOPEN_CLOEXEC), root, error;

	if (context < 0)
		return -errno;
	if (!writable)
		attributes |= MOUNT_ATTR_RDONLY;
	error = configure(context, type, device, owner, writable);
	root = error < 0 ? error : fsmount(context, FSMOUNT_CLOEXEC, attributes);
	if (root < 0 && error == 0)
		root = -errno;
	close(context);
	return root;
}

int usb_mount(const char *device, const struct usb_owner *owner, bool writable, int *ret_root)
{
	static const char *const types[] = {"vfat", "exfat"};
	int first = 0;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		int mount = mount_as(types[i], device, owner, writable);

		if (mount >= 0) {
			*ret_root = mount;
			return 0;
		}
		/* That it is the other kind says less than any other reason. */
		if (first == 0 || first == -EINVAL || first == -ENODEV)
			first = mount;
	}
	return first == -EINVAL ? -EMEDIUMTYPE : first;
}

bool usb_is_mounted(const char *device)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	unsigned major_no, minor_no;
	bool found = false;
	char line[4096];
	struct stat st;

	if (!mounts || stat(device, &st) < 0 || !S_ISBLK(st.st_mode)) {
		if (mounts)
			fclose(mounts);
		return false;
	}
	while (!found && fgets(line, sizeof(line), mounts))
		found = sscanf(line, "%*d %*d %u:%u", &major_no, &minor_no) == 2 &&
			makedev(major_no, minor_no) == st.st_rdev;
	fclose(mounts);
	return found;
}
