/* SPDX-License-Identifier: MIT */
/* Requests of the control socket, and the replies that are given at once. */
#include "control_fake.h"

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
	{ROW, "u", "{\"do\":\"play\",\"names\":[\"x\"],\"emergency\":true,\"who\":\" \"}", "",
	 "bad-request"},
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
	{ROW, "u", "{\"do\":\"test-tone\"}", "tone 3 -30 - by u why  cli", "\"row\":8"},
	{ROW, "u", "{\"do\":\"test-tone\",\"seconds\":30,\"level_db\":-16}",
	 "tone 30 -16 - by u why  cli", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"test-tone\",\"seconds\":31}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"test-tone\",\"seconds\":\"3\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"test-tone\",\"level_db\":-15.5}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"test-tone\",\"anyway\":true}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"test-tone\",\"anyway\":true,\"who\":\"Lan\"}",
	 "tone 3 -30 anyway by Lan (u) why  cli", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"clock-confirm\",\"who\":\"Lan\"}", "confirm by Lan (u) why  cli",
	 "\"state\":\"trusted\",\"reason\":\"confirmed\""},
	{ROW, "u", "{\"do\":\"clock-confirm\"}", "", "bad-request"},
	{ROW, "u",
	 "{\"do\":\"clock-set\",\"who\":\"Lan\",\"from\":\"2024-06-01T05:45:00+07:00\","
	 "\"to\":\"2024-06-01T05:46:00+07:00\"}",
	 "set 60000000 by Lan (u) why  cli", "\"reason\":\"confirmed\""},
	{ROW, "u", "{\"do\":\"clock-set\",\"who\":\"Lan\",\"from\":\"2024-06-01T05:45:00Z\"}", "",
	 "bad-request"},
	{ROW, "u", "{\"do\":\"clock-set\",\"who\":\"Lan\",\"to\":\"soon\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"status\"}", "",
	 "\"clock\":{\"state\":\"trusted\",\"reason\":\"synchronized\",\"source\":\"system\","
	 "\"synchronized\":false,\"rtc\":\"none\",\"rtc_apart_s\":0,\"left_s\":null,"},
	{ROW, "u", "{\"do\":\"status\"}", "",
	 "\"past_faults\":[{\"code\":\"device-gone\",\"message\":\"text\",\"cure\":null,\"first\":"
	 "\"2024-06-01T05:44:50+07:00\",\"last\":\"2024-06-01T05:45:00+07:00\",\"count\":2,"},
	{ROW, "u", "{\"do\":\"status\"}", "", "\"faults_known\":3"},
	{ROW, "u", "{\"do\":\"faults\",\"limit\":2}", "",
	 "\"count\":2,\"over\":true}],\"more\":true"},
	{ROW, "u", "{\"do\":\"faults\",\"skip\":2}", "",
	 "\"count\":3,\"over\":true}],\"more\":false"},
	{ROW, "u", "{\"do\":\"faults\",\"skip\":-1}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"clip-add\",\"name\":\"x\"}", "", "no-file"},
	{ROW, "u", "{\"do\":\"clip-bring\",\"file\":\"x.m4a\"}", "", "no-file"},
	{ROW, "u", "{\"do\":\"clip-bring\",\"file\":\"x\\ny\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"clip-bring\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"usb\",\"step\":\"begin\",\"device\":\"sda1\"}", "usb 0 sda1   0",
	 "\"folder\":\"L\""},
	{ROW, "u", "{\"do\":\"usb\",\"step\":\"file\",\"file\":\"a\",\"code\":\"empty\"}",
	 "usb 1  a empty 0", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"usb\",\"step\":\"end\",\"code\":\"pulled-out\",\"left_out\":7}",
	 "usb 2   pulled-out 7", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"usb\",\"step\":\"out\"}", "usb 3    0", "\"ok\":true"},
	{ROW, "u", "{\"do\":\"usb\",\"step\":\"eject\"}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"usb\",\"step\":\"end\",\"left_out\":-1}", "", "bad-request"},
	{ROW, "u", "{\"do\":\"status\"}", "", "\"usb\":null,\"arrivals\":[]"},
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

/* The number of the user, where it fits. */
static void the_log_names_user_and_number(void **state)
{
	static const struct {
		int line;
		const char *who, *want;
	} rows[] = {
		{ROW, "", "stop by u (uid 1000) why  cli"},
		{ROW, "Lan", "stop by Lan (u uid 1000) why  cli"},
		{ROW, "123456789 123456789 123456789 123456789 123456789 1234567",
		 "stop by 123456789 123456789 123456789 123456789 123456789 1234567 (u) why  cli"},
	};
	struct fake *fake = *state;

	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct control_peer peer = {.client = 9, .user = "u", .has_uid = true, .uid = 1000};
		char text[256];
		int n = snprintf(text, sizeof(text), "{\"do\":\"stop\",\"who\":\"%s\"}",
				 rows[i].who);

		control_request(fake->control, &peer, text, (size_t)n, -1);
		check_row_str(rows[i].line, fake->told, rows[i].want);
	}
}

static void what_a_clock_holds_back_says_so(void **state)
{
	struct fake *fake = *state;

	ask_as(fake, "u", "{\"do\":\"status\"}");
	assert_non_null(strstr(fake->reply, "\"outcome\":\"played\""));
	assert_non_null(strstr(fake->reply, "\"held\":false"));
	fake->untrusted = true;
	ask_as(fake, "u", "{\"do\":\"status\"}");
	assert_non_null(strstr(fake->reply, "\"held\":true"));
}

static void the_language_holds_for_one_request(void **state)
{
	struct fake *fake = *state;

	ask_as(fake, "u", "{\"do\":\"ping\",\"language\":\"en\"}");
	assert_string_equal(fake->language, "-");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(requests_reach_the_station_or_are_refused),
		CASE(a_refusal_keeps_its_code_and_faults),
		CASE(the_log_names_user_and_number),
		CASE(what_a_clock_holds_back_says_so),
		CASE(the_language_holds_for_one_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
