/* SPDX-License-Identifier: MIT */
/* Requests and replies of the control socket, with a station that only writes down what it is told. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "control.h"

struct fake {
	struct zone zone;
	struct control *control;
	char told[1024]; /* what the station was told to do */
	char *reply;	 /* the last one */
	unsigned n_replies;
	uint64_t token; /* of the last thing that takes time */
	struct control_query query;
	const char *refuse;
	char language[8];
	double volume_db;
};

static const char *fake_word(void *context, const char *english)
{
	(void)context;
	return english;
}

static void fake_language(void *context, const char *language)
{
	struct fake *fake = context;

	snprintf(fake->language, sizeof(fake->language), "%s", language ? language : "-");
}

static const struct zone *fake_zone(void *context)
{
	struct fake *fake = context;

	return &fake->zone;
}

static int64_t fake_now(void *context)
{
	(void)context;
	return 0;
}

static void fake_status(void *context, struct control_status *ret)
{
	struct fake *fake = context;

	ret->station = "Đồng Đăng";
	ret->version = "1";
	ret->device = "default";
	ret->config_file = "/etc/x";
	ret->zone = &fake->zone;
	ret->now_us = INT64_C(1717195490) * CIVIL_US;
	ret->airtime.session_left_us = INT64_MAX;
	ret->airtime.day_left_us = 60 * CIVIL_US;
	ret->airtime.window_end_us = CIVIL_NEVER;
}

static void tell(struct fake *fake, struct control_verdict *ret, const char *what,
		 const struct control_hand *hand)
{
	snprintf(fake->told, sizeof(fake->told), "%s by %s why %s %s", what, hand->who, hand->why,
		 asrun_trigger_name(hand->trigger));
	ret->error = fake->refuse;
}

static void fake_play(void *context, const struct control_play *play, int64_t *ret_row,
		      struct control_verdict *ret)
{
	char what[256];

	snprintf(what, sizeof(what), "play %zu %s %s", play->n_names, play->names[0],
		 play->class_given ? plan_class_name(play->class) : "-");
	tell(context, ret, what, &play->hand);
	*ret_row = 7;
}

static void fake_stop(void *context, const struct control_hand *hand, struct control_verdict *ret)
{
	tell(context, ret, "stop", hand);
}

static void fake_pause(void *context, const struct control_hand *hand, int64_t until_us,
		       struct control_verdict *ret)
{
	char what[64];

	snprintf(what, sizeof(what), "pause %lld", (long long)(until_us / CIVIL_US));
	tell(context, ret, what, hand);
}

static void fake_skip(void *context, const struct control_hand *hand,
		      struct control_skipped *ret_skipped, struct control_verdict *ret)
{
	ret_skipped->at_us = INT64_C(1717195500) * CIVIL_US;
	snprintf(ret_skipped->campaign, sizeof(ret_skipped->campaign), "c");
	snprintf(ret_skipped->broadcast, sizeof(ret_skipped->broadcast), "b");
	tell(context, ret, "skip", hand);
}

static double fake_volume(void *context)
{
	struct fake *fake = context;

	return fake->volume_db;
}

static void fake_set_volume(void *context, const struct control_hand *hand, double db,
			    struct control_verdict *ret)
{
	struct fake *fake = context;

	fake->volume_db = db;
	tell(fake, ret, "volume", hand);
}

static void fake_reload(void *context, const struct control_hand *hand,
			const struct control_config_fault **ret_faults, size_t *ret_n,
			struct control_verdict *ret)
{
	static const struct control_config_fault fault = {"f", "unknown-key", "text", 3, true};

	tell(context, ret, "reload", hand);
	*ret_faults = &fault;
	*ret_n = 1;
}

static void fake_confirm(void *context, const struct control_hand *hand,
			 struct trust_answer *ret_clock, struct control_verdict *ret)
{
	tell(context, ret, "confirm", hand);
	*ret_clock = (struct trust_answer){CLOCK_TRUSTED, TRUST_CONFIRMED};
}

static void fake_ask(void *context, const struct control_query *query, uint64_t token,
		     struct control_verdict *ret)
{
	struct fake *fake = context;

	fake->token = token;
	fake->query = *query;
	ret->error = fake->refuse;
}

static void fake_verify(void *context, uint64_t token, struct control_verdict *ret)
{
	struct fake *fake = context;

	(void)ret;
	fake->token = token;
}

static bool fake_clip(void *context, size_t index, struct control_clip *ret)
{
	static const uint8_t sha256[32] = {0xab};
	static const char *const names[] = {"a", "b", "c"};

	(void)context;
	if (index >= 3)
		return false;
	*ret = (struct control_clip){.name = names[index],
				     .title = "",
				     .added_by = "x",
				     .sha256 = sha256,
				     .frames = 44100,
				     .rate_hz = 44100,
				     .lufs = -INFINITY};
	return true;
}

static void fake_import(void *context, const struct control_import *import, uint64_t token,
			struct control_verdict *ret)
{
	struct fake *fake = context;

	tell(fake, ret, import->name, &import->hand);
	fake->token = token;
	if (!ret->error)
		close(import->fd);
}

static void fake_remove(void *context, const struct control_hand *hand, const char *name,
			struct control_verdict *ret)
{
	char what[80];

	snprintf(what, sizeof(what), "remove %s", name);
	tell(context, ret, what, hand);
}

static void take_reply(void *context, uint64_t client, const char *text, size_t n)
{
	struct fake *fake = context;

	assert_int_equal(client, 9);
	free(fake->reply);
	fake->reply = strndup(text, n);
	fake->n_replies++;
}

static int begin(void **state)
{
	const struct control_host host = {
		.word = fake_word,
		.language = fake_language,
		.zone = fake_zone,
		.now = fake_now,
		.status = fake_status,
		.play = fake_play,
		.stop = fake_stop,
		.pause = fake_pause,
		.skip = fake_skip,
		.volume = fake_volume,
		.set_volume = fake_set_volume,
		.reload = fake_reload,
		.confirm_clock = fake_confirm,
		.log = fake_ask,
		.notes = fake_ask,
		.verify = fake_verify,
		.clip = fake_clip,
		.import = fake_import,
		.remove = fake_remove,
	};
	struct control_host mine = host;
	struct fake *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	assert_int_equal(zone_fixed("+07", 25200, &fake->zone), 0);
	mine.context = fake;
	assert_int_equal(control_new(&mine, "1.2", take_reply, fake, &fake->control), 0);
	*state = fake;
	return 0;
}

static int end(void **state)
{
	struct fake *fake = *state;

	control_free(fake->control);
	zone_done(&fake->zone);
	free(fake->reply);
	free(fake);
	return 0;
}

static void ask_as(struct fake *fake, const char *user, const char *request)
{
	struct control_peer peer = {.client = 9};

	snprintf(peer.user, sizeof(peer.user), "%s", user);
	fake->told[0] = '\0';
	control_request(fake->control, &peer, request, strlen(request), -1);
}

struct request_row {
	int line;
	const char *user, *request, *told, *reply; /* reply: a part of it */
};

static const struct request_row requests[] = {
	{ROW, "u", "{\"do\":\"ping\"}", "", "{\"ok\":true,\"version\":\"1.2\"}"},
	{ROW, "u", "", "", "bad-request"},
	{ROW, "u", "{\"do\":\"ping\"", "", "bad-request"},
	{ROW, "u", "[1]", "", "bad-request"},
	{ROW, "u", "{\"do\":1}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"ping\",\"do\":\"stop\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"ping\"}{\"do\":\"stop\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"explode\"}", "", "unknown-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"]}", "play 1 x - by u why  cli", "\"row\":7"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\",\"y\"],\"who\":\"Lan\",\"why\":\"w\"}",
	 "play 2 x - by Lan (u) why w cli", "\"ok\":true"},
	{ROW, "loaphuong-console", "{\"do\":\"play\",\"names\":[\"x\"],\"who\":\"Lan\"}",
	 "play 1 x - by Lan (console) why  console", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[]}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[1]}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":\"x\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"],\"class\":\"loud\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"],\"class\":5}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"],\"class\":\"normal\"}",
	 "play 1 x normal by u why  cli", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"],\"emergency\":true}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"],\"emergency\":true,\"who\":\"Lan\"}",
	 "play 1 x emergency by Lan (u) why  cli", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"stop\",\"who\":\"a\\nb\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"stop\",\"why\":\"khẩn\"}", "stop by u why khẩn cli", "{\"ok\":true}"},
	{ROW, "u", "{\"do\":\"pause\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"pause\",\"until\":\"soon\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"pause\",\"until\":null}", "pause 0 by u why  cli", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"pause\",\"until\":\"2024-06-01T05:45:00+07:00\"}",
	 "pause 1717195500 by u why  cli", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"skip\"}", "skip by u why  cli",
	 "\"at\":\"2024-06-01T05:45:00+07:00\",\"campaign\":\"c\",\"broadcast\":\"b\""},
	{ROW, "u", "{\"do\":\"volume\",\"db\":-6.5}", "volume by u why  cli", "\"db\":-6.5"},
	{ROW, "u", "{\"do\":\"volume\"}", "", "\"db\":-6.5"},
	{ROW, "u", "{\"do\":\"volume\",\"db\":1}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"volume\",\"db\":\"-6\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"reload\"}", "reload by u why  cli",
	 "\"warnings\":[{\"file\":\"f\",\"line\":3,\"level\":\"error\""},
	{ROW, "u", "{\"do\":\"clock-confirm\"}", "confirm by u why  cli",
	 "\"state\":\"trusted\",\"reason\":\"confirmed\""},
	{ROW, "u", "{\"do\":\"clip-add\",\"name\":\"x\"}", "", "no-file"},
	{ROW, "u", "{\"do\":\"clip-remove\",\"name\":\"x\"}", "remove x by u why  cli",
	 "\"ok\":true"},
	{ROW, "u", "{\"do\":\"clip-remove\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"clips\",\"limit\":2}", "", "\"more\":true"},
	{ROW, "u", "{\"do\":\"clips\",\"after\":\"b\"}", "",
	 "{\"ok\":true,\"clips\":[{\"name\":\"c\""},
	{ROW, "u", "{\"do\":\"clips\"}", "", "\"lufs\":null"},
	{ROW, "u", "{\"do\":\"log\",\"limit\":0}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"log\",\"from\":5}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"log\",\"pretended\":\"no\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"status\"}", "", "\"now\":\"2024-06-01T05:44:50+07:00\""},
	{ROW, "u", "{\"do\":\"status\"}", "", "\"session_left_s\":null"},
	{ROW, "u", "{\"do\":\"status\"}", "", "\"on_air\":null"},
};

static void requests_reach_the_station_or_are_refused(void **state)
{
	struct fake *fake = *state;

	for (size_t i = 0; i < CHECK_COUNT(requests); i++) {
		const struct request_row *row = &requests[i];
		unsigned before = fake->n_replies;

		ask_as(fake, row->user, row->request);
		check_row_int(row->line, fake->n_replies, before + 1);
		check_row_str(row->line, fake->told, row->told);
		if (!strstr(fake->reply, row->reply))
			print_error("%s\n", fake->reply);
		check_row(row->line, strstr(fake->reply, row->reply) != NULL);
	}
}

static void a_refusal_keeps_its_code_and_faults(void **state)
{
	struct fake *fake = *state;

	fake->refuse = "busy";
	ask_as(fake, "u", "{\"do\":\"play\",\"names\":[\"x\"]}");
	assert_non_null(strstr(fake->reply, "\"ok\":false,\"error\":\"busy\""));
	assert_null(strstr(fake->reply, "row"));
	fake->refuse = "config";
	ask_as(fake, "u", "{\"do\":\"reload\"}");
	assert_non_null(strstr(fake->reply, "\"faults\":[{\"file\""));
	fake->refuse = "unavailable";
	ask_as(fake, "u", "{\"do\":\"log\"}");
	assert_non_null(strstr(fake->reply, "\"error\":\"unavailable\""));
}

static void the_language_holds_for_one_request(void **state)
{
	struct fake *fake = *state;

	ask_as(fake, "u", "{\"do\":\"ping\",\"language\":\"en\"}");
	assert_string_equal(fake->language, "-");
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(requests_reach_the_station_or_are_refused, begin,
						end),
		cmocka_unit_test_setup_teardown(a_refusal_keeps_its_code_and_faults, begin, end),
		cmocka_unit_test_setup_teardown(the_language_holds_for_one_request, begin, end),
		cmocka_unit_test_setup_teardown(a_page_of_the_log_says_whether_there_is_more, begin,
						end),
		cmocka_unit_test_setup_teardown(a_client_that_went_away_gets_no_answer, begin, end),
		cmocka_unit_test_setup_teardown(a_broken_disk_is_said_to_who_asked, begin, end),
		cmocka_unit_test_setup_teardown(a_file_is_given_away_or_closed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
