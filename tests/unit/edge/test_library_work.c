/* SPDX-License-Identifier: MIT */
/* An import in the background: what may wait for a disk is not done by the thread that asks (the
 * linker's --wrap looks over every fsync). */
#include "library.h"

#include <poll.h>
#include <pthread.h>

#include "folder.h"
#include "limit.h"
#include "recordings.h"

int __real_fsync(int fd);
int __wrap_fsync(int fd);

static pthread_t asker;
static unsigned mine, others;

int __wrap_fsync(int fd)
{
	if (pthread_equal(pthread_self(), asker))
		mine++;
	else
		others++;
	return __real_fsync(fd);
}

static struct library *open_in_background(const struct folder *folder)
{
	const struct library_options options = {
		.state_dir = folder->path,
		.settings = recordings_settings,
		.program = "/proc/self/exe",
		.background = true,
	};
	struct library *library;

	assert_int_equal(library_new(&options, &library), 0);
	return library;
}

static void wait_for(const struct library *library)
{
	struct pollfd watched = {.fd = library_fd(library), .events = POLLIN};

	assert_int_equal(poll(&watched, 1, 60000), 1);
}

static struct library_result import_waiting(struct library *library, int fd, unsigned *ret_waits)
{
	struct library_result result = {0};
	int first, error = library_import_begin(library, fd, "mot", "Một", "Lan", RECORDINGS_NOW_US,
						&first);

	assert_int_equal(error, 0);
	assert_int_equal(first, library_fd(library));
	*ret_waits = 0;
	do {
		wait_for(library);
		error = library_measure_done(library, &result);
		++*ret_waits;
	} while (error == -EAGAIN);
	assert_int_equal(error, 0);
	return result;
}

static void the_asker_never_waits_for_the_disk(void **state)
{
	struct library *library = open_in_background(*state);
	int fd = open_fixture("tone.mp3");
	struct library_result result;
	unsigned waits;

	asker = pthread_self();
	mine = others = 0;
	result = import_waiting(library, fd, &waits);
	close(fd);
	assert_int_equal(result.verdict, LIBRARY_ACCEPTED);
	assert_string_equal(result.clip.title, "Một");
	assert_int_equal(waits, 3); /* copied, measured, placed */
	assert_int_equal(mine, 0);
	assert_true(others >= 2); /* the file, the folder */
	assert_non_null(library_find(library, "mot"));
	library_free(library);
	assert_int_equal(count_files(*state), 1);
}

static void what_is_refused_is_told_at_the_end(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_in_background(folder);
	struct library_result result;
	char *path = folder_file(folder, "big");
	unsigned waits;
	int fd;

	folder_write(folder, "big", "", 0);
	assert_int_equal(truncate(path, (off_t)LIMIT_CLIP_BYTES + 1), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	result = import_waiting(library, fd, &waits);
	close(fd);
	assert_int_equal(result.verdict, LIBRARY_REFUSED);
	assert_string_equal(result.code, "too-large");
	/* The next one has its turn; ended in the middle it leaves nothing. */
	fd = open_fixture("tone.mp3");
	assert_int_equal(
		library_import_begin(library, fd, "hai", NULL, NULL, RECORDINGS_NOW_US, &(int){0}),
		0);
	library_free(library);
	close(fd);
	assert_int_equal(count_files(folder), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_asker_never_waits_for_the_disk, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(what_is_refused_is_told_at_the_end, folder_setup,
						folder_teardown),
	};

	if (recordings_is_child(argc, argv))
		return library_child_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
