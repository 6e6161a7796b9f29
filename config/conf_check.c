/* SPDX-License-Identifier: MIT */
#include "conf_check.h"

#include <errno.h>

int conf_check(struct check *check)
{
	check_names(check);
	check_box(check);
	check_lines(check);
	check_usb(check);
	if (!check->world->box_only)
		check_clips(check);
	if (!check->no_memory && !check->world->box_only)
		check_campaigns(check);
	return check->no_memory ? -ENOMEM : 0;
}
