/* SPDX-License-Identifier: MIT */
/* What the log tells of a clip. */
#include <stdio.h>

#include "check.h"
#include "life.h"

static void note(struct lives *lives, const char *what, const char *who, int64_t us,
		 const char *why)
{
	struct asrun_event event = {.kind = ASRUN_NOTE, .time_us = us};

	snprintf(event.what, sizeof(event.what), "%s", what);
	snprintf(event.who, sizeof(event.who), "%s", who);
	snprintf(event.why, sizeof(event.why), "%s", why);
	assert_int_equal(lives_fold(lives, &event), 0);
}

static void aired(struct lives *lives, const char *clip, int64_t us, int64_t audible,
		  enum asrun_clock_mode mode)
{
	struct asrun_event event = {.kind = ASRUN_ITEM,
				    .mode = mode,
				    .row = 1,
				    .started_us = us,
				    .frames = 100,
				    .audible = audible};

	snprintf(event.clip, sizeof(event.clip), "%s", clip);
	assert_int_equal(lives_fold(lives, &event), 0);
}

static void what_was_said_when_it_was_added(void **state)
{
	struct lives lives = {0};
	const struct life *life;

	(void)state;
	note(&lives, "clip-say", "An (root)", 100, "goi-111: Gọi 111: ngày và đêm");
	life = lives_find(&lives, "goi-111");
	assert_non_null(life);
	assert_true(life->draft);
	assert_string_equal(life->title, "Gọi 111: ngày và đêm");
	note(&lives, "clip-add", "Bình", 200, "goi-111");
	life = lives_find(&lives, "goi-111");
	assert_false(life->draft);
	assert_string_equal(life->title, "");
	assert_string_equal(life->added_by, "Bình");
	assert_int_equal(life->added_us, 200);
	note(&lives, "clip-add", "Bình", 300, "");
	note(&lives, "reload", "Bình", 300, "goi-112");
	note(&lives, "clip-remove", "Bình", 300, "goi-113");
	assert_int_equal(lives.n, 1);
	lives_done(&lives);
}

static void only_what_was_heard_counts(void **state)
{
	struct lives lives = {0};
	const struct life *life;

	(void)state;
	aired(&lives, "b", 100, 50, ASRUN_REAL);
	aired(&lives, "a", 150, 0, ASRUN_REAL);
	aired(&lives, "b", 300, 50, ASRUN_REAL);
	aired(&lives, "b", 200, 50, ASRUN_REAL); /* the clock was set back */
	aired(&lives, "b", 900, 50, ASRUN_PRETENDED);
	assert_null(lives_find(&lives, "a"));
	life = lives_find(&lives, "b");
	assert_int_equal(life->aired[ASRUN_REAL].times, 3);
	assert_int_equal(life->aired[ASRUN_REAL].last_us, 300);
	assert_int_equal(life->aired[ASRUN_PRETENDED].times, 1);
	assert_true(life->changed);
	lives_done(&lives);
}

static void approval_is_of_one_recording(void **state)
{
	struct lives lives = {0};
	uint8_t one[32], other[32];
	char why[LIMIT_WHY];

	(void)state;
	memset(one, 0x0f, sizeof(one));
	memset(other, 0xa9, sizeof(other));
	assert_false(life_approves(NULL, one));
	life_print_approved(why, sizeof(why), "a", one, "đã nghe");
	note(&lives, "clip-approve", "Chủ tịch", 100, why);
	assert_true(life_approves(lives_find(&lives, "a"), one));
	assert_false(life_approves(lives_find(&lives, "a"), other));
	/* the recording was replaced: what was approved stays what it was */
	note(&lives, "clip-add", "An", 200, "a");
	assert_true(life_approves(lives_find(&lives, "a"), one));
	life_print_approved(why, sizeof(why), "a", other, "");
	note(&lives, "clip-approve", "Phó chủ tịch", 300, why);
	assert_false(life_approves(lives_find(&lives, "a"), one));
	assert_true(life_approves(lives_find(&lives, "a"), other));
	assert_string_equal(lives_find(&lives, "a")->approved_by, "Phó chủ tịch");
	life_print_revoked(why, sizeof(why), "a", "sai số điện thoại");
	note(&lives, "clip-revoke", "Chủ tịch", 400, why);
	assert_false(life_approves(lives_find(&lives, "a"), other));
	lives_done(&lives);
}

static const struct {
	int line;
	const char *why;
} broken[] = {
	{ROW, "a"},
	{ROW, "a 00"},
	{ROW, "a 0g0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"},
	{ROW, "a 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"},
	{ROW, " 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"},
	{ROW, "1234567890123456789012345678901234567890123456789012345678901234 "
	      "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"},
};

static void a_broken_note_approves_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(broken); i++) {
		struct lives lives = {0};

		note(&lives, "clip-approve", "x", 100, broken[i].why);
		for (size_t j = 0; j < lives.n; j++)
			check_row_int(broken[i].line, lives.items[j].approved_us, 0);
		lives_done(&lives);
	}
}

/* A note has its place; a title that does not fit ends between two characters. */
static void a_long_title_is_cut(void **state)
{
	char title[LIMIT_WHY] = "", why[LIMIT_WHY];

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(title); i += 3)
		memcpy(title + i, "ạ", 4);
	for (size_t n = 1; n < 5; n++) {
		char name[8] = "abcdefg";

		name[n] = '\0';
		life_print_added(why, sizeof(why), name, title);
		assert_true(strlen(why) >= LIMIT_WHY - 5);
		assert_int_equal((strlen(why) - n - 2) % 3, 0);
	}
}

static void clips_stand_in_order_of_name(void **state)
{
	struct lives lives = {0};
	struct life life = {.added_us = 7};

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%u", i * 37 % 100);
		note(&lives, "clip-add", "x", 1, name);
	}
	assert_int_equal(lives.n, 100);
	for (size_t i = 1; i < lives.n; i++)
		assert_true(strcmp(lives.items[i - 1].name, lives.items[i].name) < 0);
	strcpy(life.name, "50");
	assert_int_equal(lives_put(&lives, &life), 0);
	assert_int_equal(lives.n, 100);
	assert_int_equal(lives_find(&lives, "50")->added_us, 7);
	lives_done(&lives);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_said_when_it_was_added),
		cmocka_unit_test(only_what_was_heard_counts),
		cmocka_unit_test(approval_is_of_one_recording),
		cmocka_unit_test(a_broken_note_approves_nothing),
		cmocka_unit_test(a_long_title_is_cut),
		cmocka_unit_test(clips_stand_in_order_of_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
