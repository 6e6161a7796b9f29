/* SPDX-License-Identifier: MIT */
/*
 * An import that takes the place of a recording, killed before and after every system call with
 * which it could change something: the library is then as it was before, or as it is after.
 */
#include "library.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "check.h"
#include "folder.h"
#include "recordings.h"

#define TITLE "Khẩu hiệu một"

static bool changes_something(uint64_t number)
{
	static const long numbers[] = {SYS_openat,   SYS_write,	   SYS_fsync,
				       SYS_renameat, SYS_unlinkat, SYS_close,
#ifdef SYS_rename
				       SYS_rename,
#endif
#ifdef SYS_vfork
				       SYS_vfork,
#endif
				       SYS_clone};

	for (size_t i = 0; i < CHECK_COUNT(numbers); i++)
		if ((uint64_t)numbers[i] == number)
			return true;
	return false;
}

/* In a process of its own, up to the exit. */
static void import_in_child(const struct folder *folder)
{
	struct library *library;
	struct library_result result;
	int fd = open_fixture("other.mp3");

	library = open_library(folder);
	raise(SIGSTOP);
	if (library_import(library, fd, "mot", TITLE, "Lan", RECORDINGS_NOW_US, &result) < 0)
		_exit(1);
	_exit(result.verdict == LIBRARY_ACCEPTED ? 0 : 2);
}

/* Kills it at the n-th stop at such a call. False: it ended before, all well. */
static bool kill_at(const struct folder *folder, int n)
{
	struct __ptrace_syscall_info info;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		import_in_child(folder);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			return false;
		}
		if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
		    info.op != PTRACE_SYSCALL_INFO_ENTRY || !changes_something(info.entry.nr))
			continue;
		if (n-- > 0)
			continue;
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		return true;
	}
}

/* A file system without extended attributes loses them. */
static bool keeps_titles(const struct folder *folder)
{
	return setxattr(folder->path, "user.loaphuong.test", "1", 1, 0) == 0;
}

static void ignore(void *context, const struct library_result *result)
{
	(void)context;
	(void)result;
}

static void it_is_as_before_or_as_after(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	uint8_t before[32];
	bool killed = true, replaced = false;
	int kills = 0;

	memcpy(before, import(library, "tone.mp3", "mot").clip.sha256, sizeof(before));
	library_free(library);
	while (killed) {
		const struct store_clip *clip;
		size_t n;
		void *bytes;

		killed = kill_at(folder, kills);
		kills += killed;
		library = open_library(folder);
		assert_int_equal(count_files(folder), 1);
		assert_int_equal(library_scan(library), 1);
		assert_int_equal(library_measure_all(library, ignore, NULL), 0);
		clip = library_find(library, "mot");
		assert_non_null(clip);
		assert_int_equal(library_load(library, "mot", &bytes, &n), 0);
		free(bytes);
		/* Once it is the new one, no later kill brings the old one back. */
		assert_true(!replaced || memcmp(clip->sha256, before, sizeof(before)) != 0);
		replaced |= memcmp(clip->sha256, before, sizeof(before)) != 0;
		/* No index was written; the file knows what was said of it. */
		if (keeps_titles(folder)) {
			assert_string_equal(clip->title, replaced ? TITLE : "Tiêu đề");
			assert_string_equal(clip->added_by, replaced ? "Lan" : "Chị Lan");
		}
		library_free(library);
	}
	assert_true(replaced);
	assert_true(kills >= 8);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_as_before_or_as_after, folder_setup,
						folder_teardown),
	};

	if (recordings_is_child(argc, argv))
		return library_child_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
