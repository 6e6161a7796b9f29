/* SPDX-License-Identifier: MIT */
/* Files of campaigns as they are saved: whole or not, and what stood there before. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "folder.h"
#include "history.h"

static struct history_text text_of(const char *text)
{
	return (struct history_text){text, text ? strlen(text) : 0};
}

static int save(const char *state, const char *file, const char *before, const char *after)
{
	struct history_entry entry = {.at_us = 1717195500000000, .who = "Lan (console)"};
	struct history_text old = text_of(before), new = text_of(after);

	snprintf(entry.file, sizeof(entry.file), "%s", file);
	snprintf(entry.why, sizeof(entry.why), "buổi chiều 17:15");
	return history_save(state, &entry, &old, &new);
}

/* What stands in campaigns/FILE; "" if it is not there. */
static const char *now_in(const char *state, const char *file, char *text, size_t size)
{
	char path[512];
	size_t n = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/campaigns/%s", state, file);
	in = fopen(path, "re");
	if (in) {
		n = fread(text, 1, size - 1, in);
		fclose(in);
	}
	text[n] = '\0';
	return text;
}

static void what_was_there_can_be_had_again(void **state)
{
	const char *folder = ((struct folder *)*state)->path;
	struct history_entry entry;
	char text[64], *before;
	size_t n;

	assert_int_equal(history_read(folder, 0, &entry, &before, &n), -ENOENT);
	assert_int_equal(save(folder, "a.conf", NULL, "một\n"), 0);
	assert_string_equal(now_in(folder, "a.conf", text, sizeof(text)), "một\n");
	assert_int_equal(save(folder, "a.conf", "một\n", "hai \"x\"\\\n"), 0);
	assert_string_equal(now_in(folder, "a.conf", text, sizeof(text)), "hai \"x\"\\\n");
	assert_int_equal(history_read(folder, 0, &entry, &before, &n), 0);
	assert_int_equal(entry.number, 2);
	assert_int_equal(n, strlen("một\n"));
	assert_string_equal(before, "một\n");
	assert_string_equal(entry.why, "buổi chiều 17:15");
	assert_string_equal(entry.who, "Lan (console)");
	assert_true(entry.was_there && entry.is_there);
	free(before);
	assert_int_equal(history_read(folder, 1, &entry, &before, &n), 0);
	assert_false(entry.was_there);
	assert_null(before);
	/* a file that goes */
	assert_int_equal(save(folder, "a.conf", "hai \"x\"\\\n", NULL), 0);
	assert_string_equal(now_in(folder, "a.conf", text, sizeof(text)), "");
	assert_int_equal(history_read(folder, 3, &entry, &before, &n), 0);
	assert_string_equal(before, "hai \"x\"\\\n");
	assert_false(entry.is_there);
	free(before);
}

static void the_newest_are_kept(void **state)
{
	const char *folder = ((struct folder *)*state)->path;
	struct history_entry *entries;
	char text[16] = "", old[16] = "";
	size_t n;

	for (int i = 0; i < HISTORY_KEEP + 3; i++) {
		snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(save(folder, "a.conf", i ? old : NULL, text), 0);
		memcpy(old, text, sizeof(old));
	}
	assert_int_equal(history_list(folder, &entries, &n), 0);
	assert_int_equal(n, HISTORY_KEEP);
	assert_int_equal(entries[0].number, HISTORY_KEEP + 3);
	assert_int_equal(entries[n - 1].number, 4);
	free(entries);
}

static void spoil(const char *folder, const char *name, const char *text)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/history/%s", folder, name);
	out = fopen(path, "we");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void what_is_damaged_is_not_put_back(void **state)
{
	const char *folder = ((struct folder *)*state)->path;
	struct history_entry entry, *entries;
	char *before;
	size_t n;

	assert_int_equal(save(folder, "a.conf", NULL, "y"), 0);
	spoil(folder, "000002.json", "{\"at_us\":1,");
	spoil(folder, "000003.json",
	      "{\"at_us\":1,\"file\":\"../../x.conf\",\"who\":\"\",\"why\":\"\",\"before\":null,"
	      "\"after\":null,\"text\":null}");
	spoil(folder, "000004.json",
	      "{\"at_us\":1,\"file\":\"x.conf\",\"who\":\"\",\"why\":\"\",\"before\":\"00\","
	      "\"after\":"
	      "null,\"text\":\"evil\"}");
	spoil(folder, "000005.json",
	      "{\"at_us\":1,\"file\":\"x.conf\",\"who\":\"\",\"why\":\"\",\"before\":"
	      "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"after\":null,"
	      "\"text\":\"evil\"}");
	for (int64_t number = 2; number <= 5; number++)
		assert_int_equal(history_read(folder, number, &entry, &before, &n), -EBADMSG);
	assert_int_equal(history_list(folder, &entries, &n), 0);
	assert_int_equal(n, 2); /* the last one is whole by its looks */
	assert_int_equal(entries[1].number, 1);
	free(entries);
}

/* A hand was at the file while it was being saved: not over it. */
static void what_a_hand_wrote_is_not_lost(void **state)
{
	const char *folder = ((struct folder *)*state)->path;
	char text[64];

	assert_int_equal(save(folder, "a.conf", "x", "y"), -ESTALE);
	assert_int_equal(save(folder, "a.conf", NULL, "x"), 0);
	assert_int_equal(save(folder, "a.conf", NULL, "y"), -ESTALE);
	assert_int_equal(save(folder, "a.conf", "", "y"), -ESTALE);
	assert_int_equal(save(folder, "a.conf", "xx", "y"), -ESTALE);
	assert_int_equal(save(folder, "a.conf", "z", NULL), -ESTALE);
	assert_string_equal(now_in(folder, "a.conf", text, sizeof(text)), "x");
	assert_int_equal(save(folder, "a.conf", "x", "\xef\xbb\xbfy"), 0);
	assert_int_equal(save(folder, "a.conf", "y", "z"),
			 0); /* the mark of Notepad is no change */
}

/* The disk refuses: what stood there stands there, and nothing half. */
static void a_save_that_fails_changes_nothing(void **state)
{
	const char *folder = ((struct folder *)*state)->path;
	char path[512], text[64];

	assert_int_equal(save(folder, "a.conf", NULL, "x"), 0);
	snprintf(path, sizeof(path), "%s/campaigns/.a.conf.new", folder);
	assert_int_equal(mkdir(path, 0700), 0); /* in the way */
	assert_true(save(folder, "a.conf", "x", "y") < 0);
	assert_string_equal(now_in(folder, "a.conf", text, sizeof(text)), "x");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(save(folder, "a.conf", "x", "y"), 0);
	assert_string_equal(now_in(folder, "a.conf", text, sizeof(text)), "y");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_there_can_be_had_again),	 CASE(the_newest_are_kept),
		CASE(what_is_damaged_is_not_put_back),	 CASE(what_a_hand_wrote_is_not_lost),
		CASE(a_save_that_fails_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
