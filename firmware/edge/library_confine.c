/* SPDX-License-Identifier: MIT */
#include "library_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "library_internal.h"
#include "library_filter.h"

#define DECODER_FILES	 16
#define CONVERTER_FILES	 64
#define CONVERTER_MEMORY (1ul << 30) /* of addresses: its libraries alone take 200 MiB */

/* Later than the headers of Debian 12. */
#define ACCESS_TRUNCATE	 (1ull << 14)				  /* Landlock 3 */
#define ACCESS_IOCTL_DEV (1ull << 15)				  /* Landlock 5 */
#define ACCESS_FIRST	 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* all of Landlock 1 */

static bool limit(__rlimit_resource_t what, rlim_t to)
{
	struct rlimit both = {.rlim_cur = to, .rlim_max = to};

	return setrlimit(what, &both) == 0;
}

/* If memory runs out, this child is what the kernel ends first. */
static void offer_to_die(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "1000", 4) != 4)
		errno = 0;
	close(fd);
}

bool confine_common(void)
{
	offer_to_die();
	if (setpriority(PRIO_PROCESS, 0, LIBRARY_CHILD_NICE) < 0)
		errno = 0; /* slower for others, no danger */
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	       limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, LIBRARY_CHILD_CPU_S);
}

static uint64_t accesses_known(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t known = version >= 1 ? ACCESS_FIRST : 0;

	if (version >= 2)
		known |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		known |= ACCESS_TRUNCATE;
	if (version >= 5)
		known |= ACCESS_IOCTL_DEV;
	return known;
}

/* A fence inside which nothing is allowed yet; -1: the kernel has none to give. */
static int fence_new(uint64_t *ret_known)
{
	struct landlock_ruleset_attr fence = {.handled_access_fs = accesses_known()};

	*ret_known = fence.handled_access_fs;
	if (fence.handled_access_fs == 0)
		return -1;
	return (int)syscall(SYS_landlock_create_ruleset, &fence, sizeof(fence), 0);
}

static void fence_allow(int fence, int fd, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};

	if (fence >= 0 && fd >= 0)
		syscall(SYS_landlock_add_rule, fence, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static void fence_allow_programs(int fence)
{
	static const char *const places[] = {"/usr", "/lib", "/lib64", "/etc/ld.so.cache",
					     "/etc/alternatives"};

	for (size_t i = 0; fence >= 0 && i < sizeof(places) / sizeof(places[0]); i++) {
		int fd = open(places[i], O_PATH | O_CLOEXEC);
		struct stat st;
		uint64_t access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;

		if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
			access |= LANDLOCK_ACCESS_FS_READ_DIR;
		fence_allow(fence, fd, access);
		if (fd >= 0)
			close(fd);
	}
}

/* Refused is no failure: the limits hold all the same. */
static void fence_close(int fence)
{
	if (fence < 0)
		return;
	syscall(SYS_landlock_restrict_self, fence, 0);
	close(fence);
}

bool confine_decoder(unsigned long memory)
{
	uint64_t known;

	if (!limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, DECODER_FILES) ||
	    !limit(RLIMIT_NPROC, 0) || (memory > 0 && !limit(RLIMIT_AS, memory)))
		return false;
	fence_close(fence_new(&known));
	filter_decoder();
	return true;
}

bool confine_converter(int from, int to, long bytes)
{
	uint64_t known;
	int fence = fence_new(&known);

	fence_allow_programs(fence);
	fence_allow(fence, from, LANDLOCK_ACCESS_FS_READ_FILE);
	fence_allow(
		fence, to,
		(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE) &
			known);
	fence_close(fence);
	filter_converter();
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && limit(RLIMIT_FSIZE, (rlim_t)bytes) &&
	       limit(RLIMIT_NOFILE, CONVERTER_FILES) && limit(RLIMIT_AS, CONVERTER_MEMORY);
}
