/* SPDX-License-Identifier: MIT */
/* Changes to the programme as they come over the socket. */
#include "control_fake.h"

#define SAVE   "{\"do\":\"campaign-save\",\"file\":\"a.conf\","
#define BASE   "\"base\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
#define CHANGE "{\"campaign\":\"c\",\"kind\":\"broadcast\",\"name\":\"b\","

struct asking {
	int line;
	const char *request, *told; /* NULL: a bad request */
};

static const struct asking asked[] = {
	{ROW, SAVE BASE "\"changes\":[" CHANGE "\"values\":{\"at\":[\"05:45\",\"17:15\"]}}]}",
	 "save a.conf based 1: c broadcast b at=17:15[] by u why  cli"},
	{ROW, SAVE "\"base\":null,\"changes\":[{\"campaign\":\"c\",\"values\":{\"title\":\"T\"}}]}",
	 "save a.conf new 1: c - - title=T by u why  cli"},
	{ROW,
	 SAVE BASE "\"changes\":[" CHANGE "\"values\":{\"at\":null}}," CHANGE "\"remove\":true}]}",
	 "save a.conf based 2: c broadcast b at= by u why  cli"},
	{ROW, SAVE BASE "\"changes\":[" CHANGE "\"remove\":true}]}",
	 "save a.conf based 1: c broadcast b gone = by u why  cli"},
	{ROW, "{\"do\":\"campaign-undo\"}", "undo 0 by u why  cli"},
	{ROW, "{\"do\":\"campaign-undo\",\"number\":7,\"anyway\":true}",
	 "undo 7 anyway by u why  cli"},
	{ROW, "{\"do\":\"campaign-undo\",\"number\":-7}", NULL},
	{ROW, "{\"do\":\"campaign-undo\",\"number\":\"7\"}", NULL},
	/* files that are none of the folder's */
	{ROW,
	 "{\"do\":\"campaign-save\",\"file\":\"../a.conf\",\"changes\":[{\"campaign\":\"c\"}]}",
	 NULL},
	{ROW, "{\"do\":\"campaign-save\",\"file\":\".a.conf\",\"changes\":[{\"campaign\":\"c\"}]}",
	 NULL},
	{ROW, "{\"do\":\"campaign-save\",\"file\":\"a.txt\",\"changes\":[{\"campaign\":\"c\"}]}",
	 NULL},
	{ROW, "{\"do\":\"campaign-save\",\"file\":\".conf\",\"changes\":[{\"campaign\":\"c\"}]}",
	 NULL},
	{ROW, "{\"do\":\"campaign-save\",\"changes\":[{\"campaign\":\"c\"}]}", NULL},
	/* values that are none */
	{ROW, SAVE "\"base\":\"01\",\"changes\":[{\"campaign\":\"c\"}]}", NULL},
	{ROW, SAVE "\"base\":7,\"changes\":[{\"campaign\":\"c\"}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[]}", NULL},
	{ROW, SAVE BASE "\"changes\":{}}", NULL},
	{ROW, SAVE BASE "\"changes\":[7]}", NULL},
	{ROW, SAVE BASE "\"changes\":[{\"kind\":\"clip\",\"name\":\"x\"}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[{\"campaign\":\"c\",\"kind\":\"clip\"}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[{\"campaign\":\"c\",\"name\":\"clip\"}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[" CHANGE "\"remove\":1}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[" CHANGE "\"values\":[]}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[" CHANGE "\"values\":{\"at\":7}}]}", NULL},
	{ROW, SAVE BASE "\"changes\":[" CHANGE "\"values\":{\"at\":[\"05:45\",7]}}]}", NULL},
};

static void changes_reach_the_station_or_are_refused(void **state)
{
	struct fake *fake = *state;

	for (size_t i = 0; i < CHECK_COUNT(asked); i++) {
		fake->told[0] = '\0';
		fake->n_replies = 0;
		ask_as(fake, "u", asked[i].request);
		if (asked[i].told) {
			check_row_str(asked[i].line, fake->told, asked[i].told);
			check_row_int(asked[i].line, fake->n_replies, 0);
			control_forget(fake->control, 9);
		} else {
			check_row_str(asked[i].line, fake->told, "");
			check_row(asked[i].line, strstr(fake->reply, "bad-request"));
		}
	}
}

static void a_save_is_answered_when_it_is_done(void **state)
{
	const struct control_config_fault fault = {"f", "overlap", "text", 3, false};
	const struct control_said said = {&fault, 1};
	const struct control_verdict done = {0}, disk = {"disk", "full"};
	const uint8_t digest[32] = {0xab};
	struct fake *fake = *state;

	ask_as(fake, "u", asked[0].request);
	assert_int_equal(fake->n_replies, 0);
	control_answer_edit(fake->control, fake->token, &done, &said, digest);
	assert_int_equal(fake->n_replies, 1);
	assert_non_null(
		strstr(fake->reply, "{\"ok\":true,\"warnings\":[{\"file\":\"f\",\"line\":3,"));
	assert_non_null(strstr(fake->reply, "\"sha256\":\"ab00"));
	control_answer_edit(fake->control, fake->token, &done, &said, digest);
	assert_int_equal(fake->n_replies, 1);
	ask_as(fake, "u", "{\"do\":\"campaign-undo\"}");
	control_answer_edit(fake->control, fake->token, &disk, &said, NULL);
	assert_int_equal(fake->n_replies, 2);
	assert_non_null(strstr(fake->reply, "\"error\":\"disk\""));
	fake->refuse = "config";
	ask_as(fake, "u", asked[0].request);
	assert_non_null(strstr(fake->reply, "\"faults\":[{\"file\""));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(changes_reach_the_station_or_are_refused),
		CASE(a_save_is_answered_when_it_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
