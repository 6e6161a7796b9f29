/* SPDX-License-Identifier: MIT */
/* Files dropped into the inbox of the running station, as people and programs drop them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"

static const char programme[] = "airtime { allow = {\"00:00-24:00\"} }\n"
				"clip \"con-thieu\" { text = \"Xin chào.\" }\n";

static char *read_file(const char *path, size_t *ret_n)
{
	FILE *file = fopen(path, "re");
	char *bytes = malloc(1 << 20);

	assert_non_null(file);
	assert_non_null(bytes);
	*ret_n = fread(bytes, 1, (1 << 20) - 1, file);
	bytes[*ret_n] = '\0';
	fclose(file);
	return bytes;
}

static void path_of(const struct rig *rig, const char *name, char *ret)
{
	snprintf(ret, 512, "%s/inbox/%s", rig->state, name);
}

static bool is_there(const struct rig *rig, const char *name)
{
	char path[512];
	struct stat st;

	path_of(rig, name, path);
	return lstat(path, &st) == 0;
}

/* Copied under another name first and renamed, as rsync and browsers do; or written in place. */
static void drop(const struct rig *rig, const char *fixture, const char *name, bool renamed)
{
	char from[512], to[512], work[512];
	size_t n;
	char *bytes;

	snprintf(from, sizeof(from), LOA_SOURCE_DIR "/tests/unit/edge/fixtures/%s", fixture);
	bytes = read_file(from, &n);
	path_of(rig, name, to);
	path_of(rig, ".work", work);
	rig_write(renamed ? work : to, bytes, n);
	if (renamed)
		assert_int_equal(rename(work, to), 0);
	free(bytes);
}

static void wait_until(struct rig *rig, const char *name, bool there)
{
	int64_t end_us = rig_mono_us() + RIG_PATIENCE_US;

	while (is_there(rig, name) != there) {
		if (rig_mono_us() > end_us)
			rig_show_said(rig);
		assert_true(rig_mono_us() < end_us);
		rig_breathe();
	}
}

static bool has_clip(struct rig *rig, const char *name, const char *title)
{
	json_t *reply = rig_ask(rig, "{\"do\":\"clips\"}"), *clip;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(reply, "clips"), i, clip) found |=
		strcmp(rig_text(clip, "name"), name) == 0 &&
		strcmp(rig_text(clip, "title"), title) == 0;
	json_decref(reply);
	return found;
}

static void test_what_is_dropped_is_taken_or_told(void **state)
{
	static const char pdf[] = "%PDF-1.7 this is no sound at all, whatever its name says\n";
	char path[512], *text;
	struct rig rig;
	size_t n;

	(void)state;
	rig_new(&rig, programme);
	rig_start(&rig, "2024-06-01T05:44:55+07:00");
	drop(&rig, "tone.mp3", "Kha\xcc\x82\xcc\x89u hie\xcc\x82\xcc\xa3u 3 (mới).mp3", true);
	drop(&rig, "tone.mp3", "half.mp3.part", false);
	path_of(&rig, "thong-bao.mp3", path);
	rig_write(path, pdf, sizeof(pdf) - 1);
	path_of(&rig, "lien-ket.mp3", path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	wait_until(&rig, "rejected/thong-bao.mp3.txt", true);
	wait_until(&rig, "rejected/lien-ket.mp3.txt", true);
	wait_until(&rig, "Kha\xcc\x82\xcc\x89u hie\xcc\x82\xcc\xa3u 3 (mới).mp3", false);
	assert_true(has_clip(&rig, "khau-hieu-3-moi", "Khẩu hiệu 3 (mới)"));
	assert_true(is_there(&rig, "half.mp3.part"));
	assert_false(is_there(&rig, "thong-bao.mp3"));
	assert_true(is_there(&rig, "rejected/thong-bao.mp3"));
	path_of(&rig, "rejected/thong-bao.mp3.txt", path);
	text = read_file(path, &n);
	assert_non_null(strstr(text, "not-audio"));
	assert_non_null(strstr(text, "This is no recording we can read"));
	free(text);
	/* The same recording again: done with. Another under a name that is taken: a number. */
	drop(&rig, "tone.mp3", "Khau hieu 3 moi.mp3", false);
	wait_until(&rig, "Khau hieu 3 moi.mp3", false);
	drop(&rig, "other.mp3", "Khau hieu 3 moi.mp3", false);
	wait_until(&rig, "Khau hieu 3 moi.mp3", false);
	assert_true(has_clip(&rig, "khau-hieu-3-moi", "Khẩu hiệu 3 (mới)"));
	assert_true(has_clip(&rig, "khau-hieu-3-moi-2", "Khau hieu 3 moi"));
	assert_false(is_there(&rig, "rejected/Khau hieu 3 moi.mp3"));
	/* The same recording for a clip that waits for one is not one too many. */
	drop(&rig, "tone.mp3", "Còn thiếu.mp3", false);
	wait_until(&rig, "Còn thiếu.mp3", false);
	assert_true(has_clip(&rig, "con-thieu", "Còn thiếu"));
	/* A name without a letter that could be a clip's. */
	drop(&rig, "other.mp3", "🎵.mp3", false);
	wait_until(&rig, "🎵.mp3", false);
	assert_false(is_there(&rig, "rejected/🎵.mp3"));
	rig_free(&rig);
}

static bool is_draft(struct rig *rig, const char *name)
{
	json_t *reply = rig_ask(rig, "{\"do\":\"clip\",\"name\":\"%s\"}", name);
	json_t *clip = json_object_get(reply, "clip");
	bool draft;

	assert_true(json_is_true(json_object_get(clip, "recorded")));
	draft = json_is_true(json_object_get(clip, "draft"));
	json_decref(reply);
	return draft;
}

/* A recording that ends in the mark of a machine's (ID3v1, of which the comment begins at 97). */
static void drop_draft(struct rig *rig, const char *name)
{
	static const char mark[] = "draft spoken by x";
	char path[512];
	size_t n;
	char *bytes = read_file(LOA_SOURCE_DIR "/tests/unit/edge/fixtures/ends.mp3", &n);

	memset(bytes + n, 0, 128);
	memcpy(bytes + n, "TAG", 3);
	memcpy(bytes + n + 97, mark, sizeof(mark) - 1);
	path_of(rig, name, path);
	rig_write(path, bytes, n + 128);
	free(bytes);
	wait_until(rig, name, false);
}

/*
 * A draft gives way to a recording, also to one that another clip has: the same once more, which is
 * else done with, would leave the name without any.
 */
static void test_a_recording_takes_the_place_of_a_draft(void **state)
{
	struct rig rig;

	(void)state;
	rig_new(&rig, programme);
	rig_start(&rig, "2024-06-01T05:44:55+07:00");
	drop_draft(&rig, "Khẩu hiệu mới.mp3");
	assert_true(is_draft(&rig, "khau-hieu-moi"));
	drop(&rig, "other.mp3", "khac.mp3", false);
	wait_until(&rig, "khac.mp3", false);
	drop(&rig, "other.mp3", "Khẩu hiệu mới.mp3", false);
	wait_until(&rig, "Khẩu hiệu mới.mp3", false);
	assert_false(is_draft(&rig, "khau-hieu-moi"));
	/* Another recording does not take the place of the first, which is none of a machine. */
	drop(&rig, "tone.mp3", "Khẩu hiệu mới.mp3", false);
	wait_until(&rig, "Khẩu hiệu mới.mp3", false);
	assert_true(has_clip(&rig, "khau-hieu-moi-2", "Khẩu hiệu mới"));
	rig_free(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_dropped_is_taken_or_told),
		cmocka_unit_test(test_a_recording_takes_the_place_of_a_draft),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
