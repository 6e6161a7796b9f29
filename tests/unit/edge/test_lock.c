/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "check.h"
#include "folder.h"

#define SOCKET "/run/loaphuong/control.sock"

static void a_running_station_is_found(void **state)
{
	struct folder *folder = *state;
	char found[128] = "untouched", want[64];
	struct lock *lock;
	size_t n;
	char *text;

	assert_int_equal(lock_find(folder->path, found, sizeof(found)), -ENOENT);
	assert_string_equal(found, "untouched");
	assert_false(folder_has(folder, LOCK_FILE));
	assert_int_equal(lock_take(folder->path, SOCKET, &lock), 0);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), 0);
	assert_string_equal(found, SOCKET);
	text = folder_read(folder, LOCK_FILE, &n);
	snprintf(want, sizeof(want), SOCKET "\n%d\n", (int)getpid());
	assert_string_equal(text, want);
	free(text);
	assert_int_equal(lock_find(folder->path, found, strlen(SOCKET)), -ENOBUFS);
	assert_null(lock_free(lock));
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), -ENOENT);
}

/* On a full disk there is room only for what replaces as much. */
static void what_is_in_the_file_stays_for_the_next(void **state)
{
	struct folder *folder = *state;
	char found[128];
	struct lock *lock;
	size_t n;
	char *text;

	assert_int_equal(lock_take(folder->path, SOCKET, &lock), 0);
	lock_free(lock);
	text = folder_read(folder, LOCK_FILE, &n);
	assert_true(n > strlen(SOCKET));
	free(text);
	assert_int_equal(lock_take(folder->path, "/b", &lock), 0);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), 0);
	assert_string_equal(found, "/b");
	text = folder_read(folder, LOCK_FILE, &n);
	assert_null(strstr(text, "sock"));
	free(text);
	lock_free(lock);
}

static void there_is_one_station_a_folder(void **state)
{
	struct folder *folder = *state;
	struct lock *first, *second = NULL;
	char found[128];

	assert_int_equal(lock_take(folder->path, SOCKET, &first), 0);
	assert_int_equal(lock_take(folder->path, "/tmp/other.sock", &second), -EBUSY);
	assert_null(second);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), 0);
	assert_string_equal(found, SOCKET);
	lock_free(first);
	assert_int_equal(lock_take(folder->path, "/tmp/other.sock", &second), 0);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), 0);
	assert_string_equal(found, "/tmp/other.sock");
	lock_free(second);
}

/* A station is killed: what it left in the file is no station. */
static void a_dead_station_is_not_found(void **state)
{
	struct folder *folder = *state;
	char found[128], byte;
	struct lock *lock;
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (lock_take(folder->path, SOCKET, &lock) < 0 || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), -ENOENT);
	assert_int_equal(lock_take(folder->path, "/tmp/b", &lock), 0);
	assert_int_equal(lock_find(folder->path, found, sizeof(found)), 0);
	assert_string_equal(found, "/tmp/b");
	lock_free(lock);
	close(ends[0]);
	close(ends[1]);
}

static void a_path_that_is_no_socket_is_refused(void **state)
{
	struct folder *folder = *state;
	char endless[200];
	struct lock *lock = NULL;

	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_int_equal(lock_take(folder->path, "", &lock), -EINVAL);
	assert_int_equal(lock_take(folder->path, "/tmp/a\nb", &lock), -EINVAL);
	assert_int_equal(lock_take(folder->path, endless, &lock), -EINVAL);
	assert_int_equal(lock_take("/nowhere/at/all", SOCKET, &lock), -ENOENT);
	assert_null(lock);
	assert_null(lock_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define LOCK_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		LOCK_TEST(a_running_station_is_found),
		LOCK_TEST(what_is_in_the_file_stays_for_the_next),
		LOCK_TEST(there_is_one_station_a_folder),
		LOCK_TEST(a_dead_station_is_not_found),
		LOCK_TEST(a_path_that_is_no_socket_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
