/* SPDX-License-Identifier: MIT */
#include "daemon_internal.h"

#include <sys/mman.h>
#include <sys/resource.h>

/*
 * On fault: what is used once stays, what is never used does not come in for it. Only where there is
 * no limit: with one, the memory for a long recording would be refused because of the lock.
 */
bool daemon_lock_memory(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return false;
	limit.rlim_cur = limit.rlim_max;
	if (limit.rlim_max != RLIM_INFINITY || setrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return false;
	return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}
