/* SPDX-License-Identifier: MIT */
/* usb_files_internal - what finding the files (usb_files.c) and copying them (usb_files_copy.c) share. */
#ifndef EDGE_USB_FILES_INTERNAL_H
#define EDGE_USB_FILES_INTERNAL_H

#include <sys/stat.h>

/* Opens what lies below root under that path: no link on the way, no other file system. Never
 * waits. A descriptor or a negative errno. */
int usb_open(int root, const char *path, int flags);
/* What it is; it is not opened for reading. 0 or a negative errno. */
int usb_look(int root, const char *path, struct stat *ret);

#endif
