/* SPDX-License-Identifier: MIT */
/*
 * A busy day, compressed into three minutes, in the live service: what `loaphuong plan` said before
 * is what the log says afterwards, in order, items and outcome, and within 50 ms. The interruptions
 * ("gap") come in the middle of a clip: within the card's buffer (120 ms) of a border a piece of the
 * next clip is with the card already and is heard before it fades.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "rig.h"

#define NEAR_US 50000

static const char busy[] =
	"airtime { allow = {\"05:30-06:02:40\"} session-max = \"2min\" }\n"
	"campaign \"ngay-ban-ron\" {\n"
	"  from = \"2024-06-01\" until = \"2024-06-30\"\n"
	"  playlist \"xoay\" { clips = {\"mot\", \"hai\", \"ba\", \"bon\"} take = 2 }\n"
	"  playlist \"tron\" { clips = {\"mot\", \"hai\", \"ba\"} order = \"shuffle\" }\n"
	"  broadcast \"deu\"    { every = \"14s\" between = \"06:00-06:03\" play = {\"xoay\", "
	"\"bon\"} }\n"
	"  broadcast \"mat\"    { every = \"23s\" between = \"06:00:03-06:03\" play = {\"tron\"}"
	" late = \"0s\" }\n"
	"  broadcast \"uu-tien\" { at = {\"06:00:29\", \"06:01:25\", \"06:02:07\"} play = {\"ba\", "
	"\"dai\"}"
	" class = \"priority\" gap = \"500ms\" }\n"
	"  broadcast \"gap\"    { at = {\"06:00:58\", \"06:01:52\"} play = {\"dai\"} class = "
	"\"priority\""
	" interrupt = \"now\" }\n"
	"  broadcast \"thieu\"  { at = {\"06:00:10\"} play = {\"chua-thu\", \"mot\"} }\n"
	"  clip \"chua-thu\" { }\n"
	"  broadcast \"tat\"    { at = {\"06:01:00\"} play = {\"mot\"} enabled = false }\n"
	"}\n";

static json_t *planned(const struct rig *rig)
{
	char service[] = LOA_SERVICE, command[512], line[8192];
	json_t *rows = json_array();
	FILE *plan;

	snprintf(command, sizeof(command),
		 "'%s/loaphuong' plan -c '%s' --state '%s' --from 2024-06-01 --until 2024-06-01 "
		 "--json",
		 dirname(service), rig->config, rig->state);
	plan = popen(command, "r");
	assert_non_null(plan);
	while (fgets(line, sizeof(line), plan)) {
		json_t *row = json_loads(line, 0, NULL);

		assert_non_null(row);
		json_array_append_new(rows, row);
	}
	assert_int_equal(pclose(plan), 0);
	return rows;
}

static json_t *same_occurrence(json_t *rows, json_t *wanted)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (json_equal(json_object_get(row, "at"), json_object_get(wanted, "at")) &&
		    json_equal(json_object_get(row, "broadcast"),
			       json_object_get(wanted, "broadcast")))
			return row;
	}
	print_error("%s %s has no row\n", rig_text(wanted, "at"), rig_text(wanted, "broadcast"));
	fail();
	return NULL;
}

static int64_t instant(json_t *row, const char *key)
{
	int64_t us = 0;

	if (json_is_null(json_object_get(row, key)))
		return 0;
	assert_int_equal(civil_parse_instant(rig_text(row, key), NULL, &us), 0);
	return us;
}

static void check_equal(json_t *plan, json_t *air)
{
	static const char *const keys[] = {"campaign", "class", "items", "outcome", "reason"};
	int64_t off_us = instant(air, "start") - instant(plan, "start");

	for (size_t i = 0; i < CHECK_COUNT(keys); i++) {
		json_t *said = json_object_get(plan, keys[i]),
		       *done = json_object_get(air, keys[i]);

		if (!json_equal(said, done))
			print_error("%s differs\nplanned %s\naired   %s\n", keys[i],
				    json_dumps(plan, 0), json_dumps(air, 0));
		assert_true(json_equal(said, done));
	}
	if (off_us > NEAR_US || off_us < -NEAR_US)
		print_error("%s %s starts %lld us off its plan\n", rig_text(plan, "at"),
			    rig_text(plan, "broadcast"), (long long)off_us);
	assert_true(off_us <= NEAR_US && off_us >= -NEAR_US);
}

static void test_plan_is_air(void **state)
{
	struct rig rig;
	json_t *plan, *rows, *said;
	size_t i;

	(void)state;
	rig_new(&rig, busy);
	rig_short_clip(&rig, "mot", 1, 1100);
	rig_short_clip(&rig, "hai", 2, 1700);
	rig_short_clip(&rig, "ba", 3, 900);
	rig_short_clip(&rig, "bon", 4, 2300);
	rig_short_clip(&rig, "dai", 5, 4000);
	rig_start(&rig, "2024-06-01T05:59:40+07:00");
	plan = planned(&rig);
	assert_true(json_array_size(plan) > 20);
	json_decref(rig_until_closed(&rig, json_array_size(plan) / 2)); /* it waits two minutes */
	rows = rig_until_closed(&rig, json_array_size(plan));
	json_array_foreach(plan, i, said) check_equal(said, same_occurrence(rows, said));
	assert_int_equal(json_array_size(rows), json_array_size(plan));
	json_decref(plan);
	json_decref(rows);
	rig_free(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_is_air),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
