/* SPDX-License-Identifier: MIT */
/*
 * A recording is replaced in clips/ under the running station: the play that meets it says so, and the
 * next one airs the new recording.
 */
#include <stdio.h>
#include <string.h>

#include "rig.h"

static const char programme[] =
	"airtime { allow = {\"00:00-24:00\"} }\n"
	"campaign \"c\" { title = \"C\" from = \"2024-06-01\" until = \"2024-06-30\"\n"
	"  broadcast \"b\" { at = {\"05:45:00\", \"05:45:10\"} play = {\"mot\"} }\n"
	"}\n";

static void test_the_next_play_airs_the_new_one(void **state)
{
	json_t *rows, *first, *second;
	struct rig rig;

	(void)state;
	rig_new(&rig, programme);
	rig_short_clip(&rig, "mot", 0, 1000);
	rig_start(&rig, "2024-06-01T05:44:55+07:00");
	rig_short_clip(&rig, "mot", 1, 2000);
	rows = rig_until_closed(&rig, 2);
	first = json_array_get(rows, 0);
	second = json_array_get(rows, 1);
	assert_string_equal(rig_text(first, "outcome"), "failed");
	assert_string_equal(rig_text(first, "reason"), "unplayable");
	assert_string_equal(rig_text(second, "outcome"), "played");
	assert_true(json_integer_value(json_object_get(second, "frames")) > 48000 * 3 / 2);
	json_decref(rows);
	rig_free(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_play_airs_the_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
