/* SPDX-License-Identifier: MIT */
/* Recordings set aside, put back and deleted for good; names that would leave the folder. */
#include "check.h"
#include "clip_file.h"
#include "folder.h"

#define DAY_US INT64_C(86400000000)
#define NOW_US (INT64_C(19875) * DAY_US)

static void put_file(const struct folder *folder, const char *name, const char *text)
{
	folder_write(folder, name, text, strlen(text));
}

static bool holds(const struct folder *folder, const char *name, const char *text)
{
	size_t n;
	char *bytes = folder_has(folder, name) ? folder_read(folder, name, &n) : NULL;
	bool same = bytes && strcmp(bytes, text) == 0;

	free(bytes);
	return same;
}

static int begin(void **state)
{
	int error = folder_setup(state);
	char *path = folder_file(*state, "clips");

	mkdir(path, 0700);
	free(path);
	return error;
}

static int count(void *context, const struct clip_removed *removed)
{
	(void)removed;
	++*(int *)context;
	return 0;
}

static int n_removed(const struct folder *folder)
{
	int n = 0;

	assert_int_equal(clip_file_removed(folder->path, count, &n), 0);
	return n;
}

static void what_was_removed_can_be_restored(void **state)
{
	const struct folder *folder = *state;

	assert_int_equal(n_removed(folder), 0);
	put_file(folder, "clips/a.mp3", "first");
	assert_true(clip_file_there(folder->path, "a"));
	assert_int_equal(clip_file_remove(folder->path, "a", NOW_US), 0);
	assert_false(clip_file_there(folder->path, "a"));
	assert_int_equal(clip_file_remove(folder->path, "a", NOW_US), -ENOENT);
	put_file(folder, "clips/a.mp3", "second");
	/* in the same second: neither is lost */
	assert_int_equal(clip_file_remove(folder->path, "a", NOW_US), 0);
	assert_int_equal(n_removed(folder), 2);
	assert_int_equal(clip_file_restore(folder->path, "a", "a"), 0);
	assert_true(holds(folder, "clips/a.mp3", "second"));
	assert_int_equal(clip_file_restore(folder->path, "a", "a"), -EEXIST);
	assert_true(holds(folder, "clips/a.mp3", "second"));
	assert_int_equal(clip_file_restore(folder->path, "a", "a-cu"), 0);
	assert_true(holds(folder, "clips/a-cu.mp3", "first"));
	assert_int_equal(clip_file_restore(folder->path, "a", "a-3"), -ENOENT);
}

static void thirty_days_are_kept(void **state)
{
	const struct folder *folder = *state;

	put_file(folder, "clips/a.mp3", "a");
	put_file(folder, "clips/b.mp3", "b");
	put_file(folder, "clips/c.mp3", "c");
	assert_int_equal(clip_file_remove(folder->path, "a", NOW_US), 0);
	assert_int_equal(clip_file_remove(folder->path, "b", NOW_US + 9 * DAY_US), 0);
	assert_int_equal(clip_file_remove(folder->path, "c", 0), 0); /* nobody knew the time */
	/* a purge that is told of an earlier time deletes nothing */
	assert_int_equal(clip_file_purge(folder->path, NOW_US - 400 * DAY_US), 0);
	assert_int_equal(n_removed(folder), 3);
	/* c's thirty days began with the first purge, which is long ago for this one */
	assert_int_equal(clip_file_purge(folder->path, NOW_US + 31 * DAY_US), 2);
	assert_int_equal(n_removed(folder), 1);
	assert_int_equal(clip_file_restore(folder->path, "b", "b"), 0);
}

static void an_unknown_time_is_counted_from_when_it_is_known(void **state)
{
	const struct folder *folder = *state;

	put_file(folder, "clips/a.mp3", "old");
	assert_int_equal(clip_file_remove(folder->path, "a", 0), 0);
	put_file(folder, "clips/a.mp3", "new");
	assert_int_equal(clip_file_remove(folder->path, "a", 0), 0);
	assert_int_equal(n_removed(folder), 2);
	assert_int_equal(clip_file_restore(folder->path, "a", "a"), 0);
	assert_true(holds(folder, "clips/a.mp3", "new"));
	assert_int_equal(clip_file_remove(folder->path, "a", 0), 0);
	assert_int_equal(clip_file_purge(folder->path, NOW_US), 0);
	assert_int_equal(n_removed(folder), 2);
	assert_int_equal(clip_file_purge(folder->path, NOW_US + 29 * DAY_US), 0);
	assert_int_equal(n_removed(folder), 2);
	assert_int_equal(clip_file_purge(folder->path, NOW_US + 31 * DAY_US), 2);
	assert_int_equal(n_removed(folder), 0);
}

/* No name leaves the folder, and no link is followed. */
static void a_name_is_no_path(void **state)
{
	static const char *const names[] = {"../x", "..", ".", "", "/etc/passwd", "a/b", "-a"};
	const struct folder *folder = *state;
	char *link = folder_file(folder, "clips/link.mp3");

	put_file(folder, "x.mp3", "outside");
	for (size_t i = 0; i < CHECK_COUNT(names); i++) {
		assert_false(clip_file_there(folder->path, names[i]));
		assert_int_equal(clip_file_remove(folder->path, names[i], NOW_US), -ENOENT);
		assert_int_equal(clip_file_restore(folder->path, "a", names[i]), -EINVAL);
		assert_int_equal(clip_file_restore(folder->path, names[i], "a"), -ENOENT);
	}
	assert_true(holds(folder, "x.mp3", "outside"));
	assert_int_equal(symlink("../x.mp3", link), 0);
	assert_false(clip_file_there(folder->path, "link"));
	free(link);
}

static void strange_files_are_left_alone(void **state)
{
	static const char *const names[] = {
		"removed/.mp3",	    "removed/a.mp3",   "removed/a.12x.mp3",
		"removed/a..mp3",   "removed/.12.mp3", "removed/a.99999999999999999999.mp3",
		"removed/notes.txt"};
	const struct folder *folder = *state;
	char *path = folder_file(folder, "removed");

	mkdir(path, 0700);
	free(path);
	for (size_t i = 0; i < CHECK_COUNT(names); i++)
		put_file(folder, names[i], "x");
	assert_int_equal(n_removed(folder), 0);
	assert_int_equal(clip_file_purge(folder->path, INT64_MAX / 2), 0);
	for (size_t i = 0; i < CHECK_COUNT(names); i++)
		assert_true(holds(folder, names[i], "x"));
}

static void a_draft_is_known_by_its_mark(void **state)
{
	const struct folder *folder = *state;
	char text[512];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	put_file(folder, "clips/plain.mp3", text);
	memcpy(text + sizeof(text) - 1 - 128, "TAG", 3);
	put_file(folder, "clips/tagged.mp3", text);
	memcpy(text + sizeof(text) - 1 - 128 + 97, CLIP_FILE_DRAFT, strlen(CLIP_FILE_DRAFT));
	put_file(folder, "clips/draft.mp3", text);
	put_file(folder, "clips/short.mp3", "TAG");
	assert_false(clip_file_is_draft(folder->path, "plain"));
	assert_false(clip_file_is_draft(folder->path, "tagged"));
	assert_true(clip_file_is_draft(folder->path, "draft"));
	assert_false(clip_file_is_draft(folder->path, "short"));
	assert_false(clip_file_is_draft(folder->path, "missing"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_removed_can_be_restored),
		CASE(thirty_days_are_kept),
		CASE(an_unknown_time_is_counted_from_when_it_is_known),
		CASE(a_name_is_no_path),
		CASE(strange_files_are_left_alone),
		CASE(a_draft_is_known_by_its_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
