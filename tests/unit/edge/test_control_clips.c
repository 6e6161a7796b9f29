/* SPDX-License-Identifier: MIT */
/* What the control socket tells of clips, and approvals, removals and restorals. */
#include "control_fake.h"

#define SHA "abababababababababababababababababababababababababababababababab"

struct request_row {
	int line;
	const char *request, *told, *reply; /* reply: a part of it */
};

static const struct request_row requests[] = {
	{ROW, "{\"do\":\"clip-approve\",\"name\":\"a\",\"who\":\"Lan\"}",
	 "approve a 00 by Lan (u) why  cli", "{\"ok\":true}"},
	{ROW, "{\"do\":\"clip-approve\",\"name\":\"a\",\"who\":\"Lan\",\"revoke\":true}",
	 "revoke a 00 by Lan (u) why  cli", "{\"ok\":true}"},
	{ROW, "{\"do\":\"clip-approve\",\"name\":\"a\",\"who\":\"Lan\",\"sha256\":\"" SHA "\"}",
	 "approve a only ab by Lan (u) why  cli", "{\"ok\":true}"},
	/* nobody approves without a name, and no half of a recording */
	{ROW, "{\"do\":\"clip-approve\",\"name\":\"a\"}", "", "bad-request"},
	{ROW, "{\"do\":\"clip-approve\",\"name\":\"a\",\"who\":\"  \"}", "", "bad-request"},
	{ROW, "{\"do\":\"clip-approve\",\"who\":\"Lan\"}", "", "bad-request"},
	{ROW, "{\"do\":\"clip-approve\",\"name\":\"a\",\"who\":\"Lan\",\"sha256\":\"ab\"}", "",
	 "bad-request"},
	{ROW, "{\"do\":\"clip-approve\",\"name\":5,\"who\":\"Lan\"}", "", "bad-request"},
	{ROW, "{\"do\":\"clip-restore\",\"name\":\"x\"}", "restore x as x by u why  cli", "true"},
	{ROW, "{\"do\":\"clip-restore\",\"name\":\"x\",\"as\":\"y\"}",
	 "restore x as y by u why  cli", "true"},
	{ROW, "{\"do\":\"clip-restore\"}", "", "bad-request"},
	{ROW, "{\"do\":\"clips-removed\"}", "",
	 "{\"name\":\"x\",\"removed_at\":\"2024-06-01T05:45:00+07:00\","
	 "\"kept_until\":\"2024-07-01T05:45:00+07:00\",\"size\":5}"},
	{ROW, "{\"do\":\"clips-removed\"}", "",
	 "{\"name\":\"y\",\"removed_at\":null,\"kept_until\":null,\"size\":6}"},
	{ROW, "{\"do\":\"clip\",\"name\":\"nowhere\"}", "", "\"error\":\"no-such\""},
	{ROW, "{\"do\":\"clip\",\"name\":\"b\"}", "", "\"used_by\":[\"c/sang\"]"},
	{ROW, "{\"do\":\"clip\",\"name\":\"b\"}", "", "\"text\":\"Xin chào.\""},
	{ROW, "{\"do\":\"clip\",\"name\":\"b\"}", "", "\"source\":\"156/KH-UBND\""},
	{ROW, "{\"do\":\"clip\",\"name\":\"b\"}", "", "\"title\":\"Bài b\""},
	{ROW, "{\"do\":\"clip\",\"name\":\"b\"}", "", "\"from\":\"1970-01-11\""},
	{ROW, "{\"do\":\"clip\",\"name\":\"b\"}", "", "\"marks\":[\"expires\",\"never-aired\"]"},
	{ROW, "{\"do\":\"clip\",\"name\":\"d\"}", "", "\"marks\":[\"missing\"]"},
	{ROW, "{\"do\":\"clip\",\"name\":\"d\"}", "", "\"recorded\":false"},
	{ROW, "{\"do\":\"clip\"}", "", "bad-request"},
	/* what has no recording is listed where all is asked for, in order, over pages */
	{ROW, "{\"do\":\"clips\",\"all\":true,\"after\":\"c\"}", "",
	 "{\"ok\":true,\"clips\":[{\"name\":\"d\""},
	{ROW, "{\"do\":\"clips\",\"all\":true,\"limit\":3}", "", "\"more\":true"},
	{ROW, "{\"do\":\"clips\",\"all\":true,\"limit\":4}", "", "\"more\":false"},
	{ROW, "{\"do\":\"clips\",\"limit\":3}", "", "\"more\":false"},
};

static void requests_reach_the_station_or_are_refused(void **state)
{
	struct fake *fake = *state;

	for (size_t i = 0; i < CHECK_COUNT(requests); i++) {
		const struct request_row *row = &requests[i];

		ask_as(fake, "u", row->request);
		check_row_str(row->line, fake->told, row->told);
		if (!strstr(fake->reply, row->reply))
			print_error("%s\n", fake->reply);
		check_row(row->line, strstr(fake->reply, row->reply) != NULL);
	}
}

static void shows(struct fake *fake, const char *part)
{
	ask_as(fake, "u", "{\"do\":\"clip\",\"name\":\"a\"}");
	if (!strstr(fake->reply, part))
		print_error("%s\n", fake->reply);
	assert_non_null(strstr(fake->reply, part));
}

static void an_approval_is_of_one_recording(void **state)
{
	struct fake *fake = *state;

	shows(fake, "\"approval\":\"not-needed\"");
	fake->wants_approval = true;
	shows(fake, "\"approval\":\"waiting\",\"approved_by\":null,\"approved_at\":null");
	shows(fake, "\"marks\":[\"waiting\",\"never-aired\"]");
	fake->life.approved_us = INT64_C(1717195500) * CIVIL_US;
	snprintf(fake->life.approved_by, sizeof(fake->life.approved_by), "Lan");
	fake->life.approved_sha256[0] = 0xab; /* as that of the recording */
	shows(fake, "\"approval\":\"approved\",\"approved_by\":\"Lan\","
		    "\"approved_at\":\"2024-06-01T05:45:00+07:00\"");
	fake->life.approved_sha256[31] = 1; /* of another recording */
	shows(fake, "\"approval\":\"waiting\",\"approved_by\":null");
}

static void what_aired_is_told(void **state)
{
	struct fake *fake = *state;

	shows(fake, "\"times_aired\":0,\"last_aired\":null");
	fake->life.aired[ASRUN_REAL] = (struct life_aired){12, INT64_C(1717195500) * CIVIL_US};
	shows(fake, "\"times_aired\":12,\"last_aired\":\"2024-06-01T05:45:00+07:00\"");
	shows(fake, "\"marks\":[]");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(requests_reach_the_station_or_are_refused),
		CASE(an_approval_is_of_one_recording),
		CASE(what_aired_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
