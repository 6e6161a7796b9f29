/* SPDX-License-Identifier: MIT */
/*
 * conf_read - the reader's part that only conf.c needs.
 */
#ifndef CONFIG_CONF_READ_H
#define CONFIG_CONF_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

/*
 * As conf_read_file(); follow = false refuses a symbolic link: the folder of campaigns belongs to
 * the console's user, and a link there would have the station read files out that he may not.
 */
int conf_read_entry(const char *path, bool follow, struct faults *faults, char **ret_text,
		    size_t *ret_n);

#endif
