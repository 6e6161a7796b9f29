/* SPDX-License-Identifier: MIT */
/* Setting the clock. Never done by the service: it has no right to; the command line as root has. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "civil.h"
#include "clock_internal.h"

#define CLOCK_RTC_DEVICE "/dev/rtc0"
#define CLOCK_ADJTIME	 "/etc/adjtime" /* hwclock(8): its third line is UTC or LOCAL */

static bool rtc_keeps_local_time(void)
{
	FILE *file = fopen(CLOCK_ADJTIME, "re");
	char line[128];
	bool local = false;

	for (int i = 0; file && i < 3 && fgets(line, sizeof(line), file); i++)
		local = i == 2 && strncmp(line, "LOCAL", 5) == 0;
	if (file)
		fclose(file);
	return local;
}

static int set_rtc(int64_t utc_us)
{
	struct civil_date date = civil_date_of((int32_t)(utc_us / CIVIL_US / CIVIL_DAY_S));
	int second = (int)(utc_us / CIVIL_US % CIVIL_DAY_S);
	struct rtc_time time = {
		.tm_year = date.year - 1900,
		.tm_mon = date.month - 1,
		.tm_mday = date.day,
		.tm_hour = second / 3600,
		.tm_min = second / 60 % 60,
		.tm_sec = second % 60,
	};
	int fd, error;

	if (rtc_keeps_local_time())
		return -EOPNOTSUPP;
	fd = open(CLOCK_RTC_DEVICE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = ioctl(fd, RTC_SET_TIME, &time) < 0 ? -errno : 0;
	close(fd);
	return error;
}

int clock_set(struct clock *clock, int64_t utc_us, int *ret_rtc)
{
	const struct timespec to = {.tv_sec = utc_us / CIVIL_US,
				    .tv_nsec = utc_us % CIVIL_US * 1000};

	if (clock->kind == CLOCK_KIND_PRETENDED || utc_us < 0)
		return -EINVAL;
	*ret_rtc = -ENOENT;
	if (clock->kind == CLOCK_KIND_SIMULATED)
		return clock_sim_set_to(clock, utc_us);
	if (clock_settime(CLOCK_REALTIME, &to) < 0)
		return -errno;
	*ret_rtc = set_rtc(utc_us);
	return 0;
}
