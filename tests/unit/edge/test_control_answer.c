/* SPDX-License-Identifier: MIT */
/* Replies of the control socket that take time, and files that come with a request. */
#include <errno.h>
#include <fcntl.h>

#include "control_fake.h"

static void a_page_of_the_log_says_whether_there_is_more(void **state)
{
	struct fake *fake = *state;
	struct asrun_row rows[3] = {0};

	for (size_t i = 0; i < 3; i++) {
		rows[i].opened.row = (int64_t)i + 1;
		rows[i].opened.planned_us = INT64_C(1717195500) * CIVIL_US;
	}
	ask_as(fake, "u",
	       "{\"do\":\"log\",\"limit\":2,\"broadcast\":\"c/"
	       "b\",\"pretended\":true,\"after_row\":4}");
	assert_int_equal(fake->n_replies, 0);
	assert_int_equal(fake->query.limit, 3);
	assert_int_equal(fake->query.mode, ASRUN_PRETENDED);
	assert_int_equal(fake->query.after_row, 4);
	assert_string_equal(fake->query.campaign, "c");
	assert_string_equal(fake->query.broadcast, "b");
	control_answer_rows(fake->control, fake->token, 0, rows, 3);
	assert_int_equal(fake->n_replies, 1);
	assert_non_null(strstr(fake->reply, "\"row\":2"));
	assert_null(strstr(fake->reply, "\"row\":3"));
	assert_non_null(strstr(fake->reply, "\"more\":true"));
	control_answer_rows(fake->control, fake->token, 0, rows, 3); /* a token is answered once */
	assert_int_equal(fake->n_replies, 1);
}

static void a_page_of_notes_says_who_did_what(void **state)
{
	struct fake *fake = *state;
	struct asrun_event notes[2] = {
		{.kind = ASRUN_NOTE, .what = "pause", .who = "Lan (u)", .why = "tang"},
		{.kind = ASRUN_NOTE, .what = "skip", .mode = ASRUN_PRETENDED},
	};

	notes[0].time_us = INT64_C(1717195500) * CIVIL_US;
	notes[0].until_us = INT64_C(1717195560) * CIVIL_US;
	ask_as(fake, "u", "{\"do\":\"notes\",\"limit\":1,\"skip\":5}");
	assert_int_equal(fake->query.limit, 2);
	assert_int_equal(fake->query.skip, 5);
	control_answer_notes(fake->control, fake->token, 0, notes, 2);
	assert_int_equal(fake->n_replies, 1);
	assert_non_null(strstr(fake->reply, "\"at\":\"2024-06-01T05:45:00.000+07:00\","
					    "\"what\":\"pause\",\"who\":\"Lan (u)\","
					    "\"why\":\"tang\","
					    "\"until\":\"2024-06-01T05:46:00+07:00\""));
	assert_null(strstr(fake->reply, "skip"));
	assert_non_null(strstr(fake->reply, "\"more\":true"));
	ask_as(fake, "u", "{\"do\":\"notes\",\"skip\":-1}");
	assert_non_null(strstr(fake->reply, "bad-request"));
}

static void a_client_that_went_away_gets_no_answer(void **state)
{
	struct fake *fake = *state;

	ask_as(fake, "u", "{\"do\":\"log-verify\"}");
	control_forget(fake->control, 9);
	control_answer_proof(fake->control, fake->token, 0, &(struct control_proof){0});
	assert_int_equal(fake->n_replies, 0);
}

static void a_broken_disk_is_said_to_who_asked(void **state)
{
	struct fake *fake = *state;

	ask_as(fake, "u", "{\"do\":\"log\"}");
	control_answer_rows(fake->control, fake->token, -EIO, NULL, 0);
	assert_non_null(strstr(fake->reply, "\"error\":\"unavailable\""));
}

static void a_file_is_given_away_or_closed(void **state)
{
	struct fake *fake = *state;
	const char add[] = "{\"do\":\"clip-add\",\"name\":\"x\"}", ping[] = "{\"do\":\"ping\"}";
	struct control_peer peer = {.client = 9, .user = "u"};
	int fd = open("/dev/null", O_RDONLY);

	control_request(fake->control, &peer, ping, strlen(ping), fd);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	fd = open("/dev/null", O_RDONLY);
	fake->refuse = "bad-name";
	control_request(fake->control, &peer, add, strlen(add), fd);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_non_null(strstr(fake->reply, "bad-name"));
	fake->refuse = NULL;
	control_request(fake->control, &peer, add, strlen(add), open("/dev/null", O_RDONLY));
	assert_int_equal(fake->n_replies, 2);
	control_answer_clip(fake->control, fake->token,
			    &(struct control_verdict){.error = "silent"}, NULL, NULL, 0);
	assert_non_null(strstr(fake->reply, "\"error\":\"silent\""));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_page_of_the_log_says_whether_there_is_more),
		CASE(a_page_of_notes_says_who_did_what),
		CASE(a_client_that_went_away_gets_no_answer),
		CASE(a_broken_disk_is_said_to_who_asked),
		CASE(a_file_is_given_away_or_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
