/* SPDX-License-Identifier: MIT */
/* The folder, the table and the index. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "folder.h"
#include "library.h"
#include "recordings.h"
#include "store.h"

static struct store *open_store(const struct folder *folder)
{
	struct store_options options = {.state_dir = folder->path};
	struct store *store;

	assert_int_equal(store_open(&options, &store, NULL, NULL, 0), 0);
	return store;
}

static void index_result(void *context, const struct library_result *result)
{
	assert_int_equal(result->verdict, LIBRARY_ACCEPTED);
	assert_int_equal(store_put_clip(context, &result->clip), 0);
}

static int know(void *context, const struct store_clip *clip)
{
	return library_know(context, clip);
}

static void count_result(void *context, const struct library_result *result)
{
	int *counts = context;

	counts[result->verdict]++;
}

static int measure_all(struct library *library, int *ret_refused)
{
	int counts[4] = {0};

	assert_int_equal(library_measure_all(library, count_result, counts), 0);
	if (ret_refused)
		*ret_refused = counts[LIBRARY_REFUSED];
	return counts[LIBRARY_ACCEPTED];
}

/* A restart with an index that is up to date starts no child: this one could not be started. */
static void a_good_index_makes_measuring_needless(void **state)
{
	struct folder *folder = *state;
	struct library_options options = {.state_dir = folder->path,
					  .settings = recordings_settings,
					  .program = "/there/is/no/such/program"};
	struct store *store = open_store(folder);
	struct library *library = open_library(folder);
	struct store_clip first;
	int fd;

	drop(folder, "tone.mp3", "mot.mp3", 0);
	drop(folder, "other.mp3", "hai.mp3", 0);
	assert_int_equal(library_scan(library), 2);
	assert_int_equal(library_count(library), 0);
	assert_int_equal(library_measure_all(library, index_result, store), 0);
	assert_int_equal(library_count(library), 2);
	assert_string_equal(library_clip(library, 0)->name, "hai");
	assert_string_equal(library_clip(library, 1)->name, "mot");
	assert_null(library_clip(library, 2));
	first = *library_find(library, "mot");
	library_free(library);

	assert_int_equal(library_new(&options, &library), 0);
	assert_int_equal(store_clips(store, know, library), 0);
	assert_int_equal(library_scan(library), 0);
	assert_int_equal(library_measure_next(library, &fd), -EAGAIN);
	assert_int_equal(library_count(library), 2);
	assert_memory_equal(library_find(library, "mot"), &first, sizeof(first));
	library_free(library);
	store_free(store);
}

static void a_lost_index_is_made_again(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result before = import(library, "tone.mp3", "mot");

	library_free(library);
	library = open_library(folder);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(measure_all(library, NULL), 1);
	assert_memory_equal(library_find(library, "mot")->sha256, before.clip.sha256, 32);
	assert_int_equal(library_find(library, "mot")->frames, before.clip.frames);
	assert_true(fabs(library_find(library, "mot")->gain_db - before.clip.gain_db) < 0.001);
	library_free(library);
}

static void a_file_that_changed_is_measured_again(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result before = import(library, "tone.mp3", "mot");

	drop(folder, "other.mp3", "mot.mp3", 0);
	assert_int_equal(library_scan(library), 1);
	assert_null(library_find(library, "mot")); /* what was measured is not there any more */
	assert_int_equal(measure_all(library, NULL), 1);
	assert_memory_not_equal(library_find(library, "mot")->sha256, before.clip.sha256, 32);
	assert_string_equal(library_find(library, "mot")->title, "Tiêu đề");
	assert_int_equal(library_scan(library), 0);
	library_free(library);
}

static void other_settings_want_another_gain(void **state)
{
	struct folder *folder = *state;
	struct chain_settings softer = recordings_settings;
	struct library *library = open_library(folder);
	struct library_result before = import(library, "tone.mp3", "mot");

	library_free(library);
	softer.target_lufs -= 6;
	library = open_with(folder, &softer);
	assert_int_equal(library_know(library, &before.clip), 0);
	assert_int_equal(library_scan(library), 1);
	assert_non_null(library_find(library, "mot")); /* until then it can be played */
	assert_int_equal(measure_all(library, NULL), 1);
	assert_true(fabs(library_find(library, "mot")->gain_db - before.clip.gain_db + 6) < 0.5);
	assert_int_equal(library_scan(library), 0);
	library_free(library);
}

static void a_file_that_is_gone_is_forgotten(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	char *path = folder_file(folder, "clips/mot.mp3"), gone[LIMIT_NAME];

	import(library, "tone.mp3", "mot");
	import(library, "other.mp3", "hai");
	assert_int_equal(library_scan(library), 0);
	assert_false(library_next_gone(library, gone));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(library_scan(library), 0);
	assert_null(library_find(library, "mot"));
	assert_non_null(library_find(library, "hai"));
	assert_true(library_next_gone(library, gone));
	assert_string_equal(gone, "mot");
	assert_false(library_next_gone(library, gone));
	assert_int_equal(library_remove(library, "hai"), 0);
	assert_false(folder_has(folder, "clips/hai.mp3"));
	assert_int_equal(library_count(library), 0);
	assert_int_equal(library_remove(library, "hai"), -ENOENT);
	assert_int_equal(library_remove(library, "../asrun"), -ENOENT);
	free(path);
	library_free(library);
}

static void what_is_no_clips_file_is_not_seen(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	char *path;

	drop(folder, "tone.mp3", "mot.mp3", 0);
	drop(folder, "tone.mp3", "mot.MP3", 0);
	drop(folder, "tone.mp3", "mot.wav", 0);
	drop(folder, "tone.mp3", ".mp3", 0);
	drop(folder, "tone.mp3", "-x.mp3", 0);
	drop(folder, "tone.mp3", "a\xff.mp3", 0);
	path = folder_file(folder, "clips/link.mp3");
	assert_int_equal(symlink("mot.mp3", path), 0);
	free(path);
	path = folder_file(folder, "clips/folder.mp3");
	assert_int_equal(mkdir(path, 0755), 0);
	free(path);
	path = folder_file(folder, "clips/pipe.mp3");
	assert_int_equal(mkfifo(path, 0644), 0);
	free(path);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(measure_all(library, NULL), 1);
	assert_non_null(library_find(library, "mot"));
	library_free(library);
}

static void what_is_aired_is_what_was_measured(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	char *path = folder_file(folder, "clips/mot.mp3");
	void *bytes = NULL;
	size_t n;

	import(library, "tone.mp3", "mot");
	drop(folder, "tone.mp3", "mot.mp3", 4000); /* a bit turned over on the card */
	assert_int_equal(library_load(library, "mot", &bytes, &n), -EBADMSG);
	drop(folder, "README", "mot.mp3", 0);
	assert_int_equal(library_load(library, "mot", &bytes, &n), -EBADMSG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(library_load(library, "mot", &bytes, &n), -ENOENT);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(library_load(library, "mot", &bytes, &n), -ENOENT);
	assert_int_equal(library_load(library, "hai", &bytes, &n), -ENOENT);
	assert_null(bytes);
	free(path);
	library_free(library);
}

static void a_refused_file_is_tried_when_it_changes(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	int refused;

	drop(folder, "README", "mot.mp3", 0);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(measure_all(library, &refused), 0);
	assert_int_equal(refused, 1);
	assert_int_equal(library_scan(library), 0);
	drop(folder, "tone.mp3", "mot.mp3", 0);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(measure_all(library, &refused), 1);
	library_free(library);
}

static void a_file_that_changes_meanwhile_is_not_trusted(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct library_result result;
	struct pollfd watched = {.events = POLLIN};

	drop(folder, "tone.mp3", "mot.mp3", 0);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(library_measure_next(library, &watched.fd), 0);
	assert_int_equal(poll(&watched, 1, 30000), 1);
	drop(folder, "other.mp3", "mot.mp3", 0);
	assert_int_equal(library_measure_done(library, &result), 0);
	assert_int_equal(result.verdict, LIBRARY_REFUSED);
	assert_string_equal(result.code, "changed");
	assert_int_equal(library_count(library), 0);
	assert_int_equal(library_scan(library), 1);
	assert_int_equal(measure_all(library, NULL), 1);
	library_free(library);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define SCAN_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		SCAN_TEST(a_good_index_makes_measuring_needless),
		SCAN_TEST(a_lost_index_is_made_again),
		SCAN_TEST(a_file_that_changed_is_measured_again),
		SCAN_TEST(other_settings_want_another_gain),
		SCAN_TEST(a_file_that_is_gone_is_forgotten),
		SCAN_TEST(what_is_no_clips_file_is_not_seen),
		SCAN_TEST(what_is_aired_is_what_was_measured),
		SCAN_TEST(a_refused_file_is_tried_when_it_changes),
		SCAN_TEST(a_file_that_changes_meanwhile_is_not_trusted),
	};

	if (recordings_is_child(argc, argv))
		return library_child_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
