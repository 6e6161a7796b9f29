/* SPDX-License-Identifier: MIT */
#include "schedule_lines.h"

static void turns_of_rotation(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-03");

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_clip(plan, "c", NULL, NULL);
	make_clip(plan, "d", NULL, "2024-06-02");
	make_clip(plan, "jingle", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b c");
	make_playlist(plan, june, "old", ORDER_ROTATE, 2, "d");
	/* Two turns an occurrence; repeat plays the same ones again. */
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "two", .at = "06:00", .play = "p jingle p", .repeat = 2});
	/* At one instant: config order. Disabled ones take no turn. */
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "no", .at = "06:00", .play = "p", .disabled = true});
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "one", .at = "06:00", .play = "p"});
	/* No valid clip any more: due all the same, with none. An expired single clip stays in. */
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "old", .at = "07:00", .play = "old"});
	make_broadcast(
		plan, june,
		(struct make_broadcast){.name = "d", .at = "08:00", .dates = "06-03", .play = "d"});
	check_walk(ROW, plan, "2024-05-01T00:00",
		   WANT("2024-06-01T06:00:00+07:00 two a jingle b a jingle b",
			"2024-06-01T06:00:00+07:00 one c", "2024-06-01T07:00:00+07:00 old d",
			"2024-06-02T06:00:00+07:00 two a jingle b a jingle b",
			"2024-06-02T06:00:00+07:00 one c", "2024-06-02T07:00:00+07:00 old d",
			"2024-06-03T06:00:00+07:00 two a jingle b a jingle b",
			"2024-06-03T06:00:00+07:00 one c", "2024-06-03T07:00:00+07:00 old",
			"2024-06-03T08:00:00+07:00 d d"),
		   true);
	plan_free(plan);
}

/* A window over midnight takes its turns in order of time, between those of the next morning. */
static void turns_in_order_of_time(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-02");
	const char *const *tail;

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_clip(plan, "c", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b c");
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "night",
					       .every = "20min",
					       .between = "23:50-00:50",
					       .dates = "06-01",
					       .play = "p"});
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "day", .at = "00:05 00:20", .dates = "06-02", .play = "p"});
	tail = WANT("2024-06-01T23:50:00+07:00 night a", "2024-06-02T00:05:00+07:00 day b",
		    "2024-06-02T00:10:00+07:00 night c", "2024-06-02T00:20:00+07:00 day a",
		    "2024-06-02T00:30:00+07:00 night b");
	check_walk(ROW, plan, "2024-06-01T00:00", tail, true);
	check_walk(ROW, plan, "2024-06-01T23:50", tail + 1, true);
	check_walk(ROW, plan, "2024-06-02T00:05", tail + 2, true);
	check_walk(ROW, plan, "2024-06-02T00:10", tail + 3, true);
	check_walk(ROW, plan, "2024-06-02T00:29", tail + 4, true);
	plan_free(plan);
}

/* One occurrence of these items, so often; p is "a b", which are clips 0 and 1. Returns the plan, and what is played. */
static struct plan *one_of(const char *items, unsigned repeat, struct schedule **ret_walk,
			   struct occurrence *ret)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-01");

	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ALL, 1, "a b");
	make_broadcast(plan, june,
		       (struct make_broadcast){
			       .name = "x", .at = "06:00", .play = items, .repeat = repeat});
	assert_int_equal(schedule_new(plan, 0, ret_walk), 0);
	assert_int_equal(schedule_next(*ret_walk, ret), 0);
	return plan;
}

static void at_most_the_limit_of_clips(void **state)
{
	struct schedule *walk;
	struct occurrence it;
	struct plan *plan = one_of("p a", 1000, &walk, &it);

	(void)state;
	assert_int_equal(it.n_clips, LIMIT_ITEMS);
	for (size_t i = 0; i < it.n_clips; i++)
		assert_int_equal(it.clips[i], i % 3 == 1);
	schedule_free(walk);
	plan_free(plan);
}

/* Items behind those that fill the occurrence are not played. */
static void items_beyond_the_limit(void **state)
{
	char items[2 * LIMIT_ITEMS];
	struct schedule *walk;
	struct occurrence it;
	struct plan *plan;

	(void)state;
	for (size_t i = 0; i < LIMIT_ITEMS / 2; i++)
		memcpy(items + 2 * i, "p ", 2);
	memcpy(items + LIMIT_ITEMS, "b", 2);
	plan = one_of(items, 0, &walk, &it);
	assert_int_equal(it.n_clips, LIMIT_ITEMS);
	schedule_free(walk);
	plan_free(plan);
}

/* The turns of one campaign are counted from its first day; another one is not given out for that. */
static void counted_for_one_alone(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-30"),
			     *plain;

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b");
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "x", .at = "06:00", .play = "p"});
	plain = make_campaign(plan, "plain", "2024-06-01", "2024-06-30");
	make_broadcast(plan, plain,
		       (struct make_broadcast){.name = "y", .at = "07:00", .play = "b"});
	check_walk(ROW, plan, "2024-06-16T06:00",
		   WANT("2024-06-16T07:00:00+07:00 y b", "2024-06-17T06:00:00+07:00 x a"), false);
	plan_free(plan);
}

static void peek_does_not_take(void **state)
{
	struct plan *plan = new_plan(false);
	struct plan_campaign *june = make_campaign(plan, "june", "2024-06-01", "2024-06-30");
	struct schedule *walk;
	struct occurrence peeked, taken;
	char a[256], b[256];

	(void)state;
	make_clip(plan, "a", NULL, NULL);
	make_clip(plan, "b", NULL, NULL);
	make_playlist(plan, june, "p", ORDER_ROTATE, 1, "a b");
	make_broadcast(plan, june,
		       (struct make_broadcast){.name = "x", .at = "06:00", .play = "p"});
	assert_int_equal(schedule_new(plan, 0, &walk), 0);
	for (int i = 0; i < 30; i++) {
		assert_int_equal(schedule_peek(walk, &peeked), 0);
		assert_int_equal(schedule_peek(walk, &peeked), 0);
		describe(plan, &peeked, a, sizeof(a));
		assert_int_equal(schedule_next(walk, &taken), 0);
		describe(plan, &taken, b, sizeof(b));
		assert_string_equal(a, b);
		assert_string_equal(strrchr(b, ' '), i % 2 ? " b" : " a");
	}
	assert_int_equal(schedule_peek(walk, &peeked), -ENOENT);
	schedule_free(walk);
	/* A walk from the middle of the edition counts the turns before it. */
	check_walk(ROW, plan, "2024-06-16T06:00", WANT("2024-06-17T06:00:00+07:00 x a"), false);
	check_walk(ROW, plan, "2024-06-17T06:00", WANT("2024-06-18T06:00:00+07:00 x b"), false);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_of_rotation),
		cmocka_unit_test(turns_in_order_of_time),
		cmocka_unit_test(at_most_the_limit_of_clips),
		cmocka_unit_test(items_beyond_the_limit),
		cmocka_unit_test(counted_for_one_alone),
		cmocka_unit_test(peek_does_not_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
