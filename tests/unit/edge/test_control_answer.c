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
		CASE(a_client_that_went_away_gets_no_answer),
		CASE(a_broken_disk_is_said_to_who_asked),
		CASE(a_file_is_given_away_or_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
