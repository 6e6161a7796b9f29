/* SPDX-License-Identifier: MIT */
/* Every warning of a config, with the line it names. a, b, c, d sound ten seconds, "hour" one hour. */
#include "conf_case.h"

struct warn_row {
	int line;
	const char *text, *faults, *says;
};

static const struct warn_row rows[] = {
	{ROW, "clip \"k\" { }\n\nclip \"a\" { }\n", "1? no-recording", "clip add k.mp3"},
	{ROW, "button \"x\" { line = \"1\" press = \"a\"\n hold = \"gone\" }\n",
	 "2? unknown-target", "'gone'"},
	{ROW,
	 "button \"x\" { line = \"1\" press = \"x\" hold = \"june/x\" }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} }"),
	 "", NULL},

	/* what waits for approval still counts where times are compared */
	{ROW,
	 "station { approval = \"required\" }\nclip \"a\" { }\nclip \"k\" { }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\", \"03:15\"} play = {\"a\"} }"),
	 "2? not-approved, 3? no-recording, 6? outside-airtime", "loaphuong clip approve a --by"},
	{ROW,
	 "station { approval = \"required\" }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\"} play = {\"c\"} }"),
	 "2? not-approved", "'c' is not approved"},

	/* overlap */
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} }\n"
	      "broadcast \"y\" { play = {\"b\"}\n at = {\"06:00\"} }"),
	 "5? overlap", "'x' at 06:00:00 and 'y' at 06:00:00"},
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\", \"07:00\"} play = {\"a\", \"b\"} }\n"
	      "broadcast \"y\" { play = {\"b\"}\n at = {\"05:50\",\n\"06:00:19\"} }"),
	 "6? overlap", "'x' at 06:00:00 and 'y' at 06:00:19"},
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"a\", \"b\"} }\n"
	      "broadcast \"y\" { play = {\"b\"} at = {\"06:00:20\"} }"),
	 "", NULL},
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"hour\"} }\n"
	      "broadcast \"y\" { play = {\"b\"}\n at = {\"06:30\"} class = \"priority\"\n"
	      " interrupt = \"now\" }"),
	 "5? overlap", "'x' at 06:00:00 and 'y' at 06:30:00"},
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"hour\"} enabled = false }\n"
	      "broadcast \"y\" { play = {\"b\"} at = {\"06:30\"} }"),
	 "", NULL},
	{ROW,
	 JUNE("broadcast \"x\" { play = {\"a\", \"b\"} between = \"06:00-06:01\"\n"
	      " every = \"15s\" }"),
	 "4? overlap", "'x' of 06:00:00 is not over"},
	{ROW,
	 JUNE("broadcast \"x\" { days = {\"mon\"} at = {\"06:00\"} play = {\"a\"} }\n"
	      "broadcast \"y\" { days = {\"tue-sun\"} at = {\"06:00\"} play = {\"b\"} }"),
	 "", NULL},
	/* two campaigns share one loudspeaker */
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} }") "campaign \"k\" { from = "
								     "\"06-30\" until = \"07-02\"\n"
								     "broadcast \"y\" { at = "
								     "{\"06:00\"} play = {\"b\"} } "
								     "}\n",
	 "6? overlap", "(2024-06-30)"},

	/* airtime */
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n at = {\"06:00\",\n\"03:15\"} }"),
	 "5? outside-airtime", "'x' at 03:15:00"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n at = {\"20:59:55\"} }"),
	 "4? outside-airtime", "would not end"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n at = {\"20:59:50\"} }"), "", NULL},
	{ROW,
	 "airtime { days = {\"mon-fri\"} }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\"}\n play = {\"a\"} }"),
	 "4? outside-airtime", "(2024-06-01)"},
	/* without any recording as well */
	{ROW, "clip \"k\" { }\n" JUNE("broadcast \"x\" { at = {\"03:15\"}\n play = {\"k\"} }"),
	 "1? no-recording, 4? outside-airtime", NULL},

	/* minutes */
	{ROW,
	 "airtime { session-max = \"15s\" }\n" JUNE(
		 "broadcast \"x\" { play = {\"a\"}\n at = {\"06:00\", \"07:00\"} }"),
	 "5? minutes", "'session-max'"},
	{ROW,
	 "airtime { day-max = \"20s\" }\n" JUNE(
		 "broadcast \"x\" { play = {\"a\"} at = {\"06:00\", \"07:00\"} }\n"
		 "broadcast \"y\" { play = {\"a\"} at = {\"08:00\"} }"),
	 "5? minutes", "'day-max'"},
	{ROW,
	 "airtime { day-max = \"20s\" }\n" JUNE(
		 "broadcast \"x\" { play = {\"a\"} at = {\"06:00\", \"07:00\"} }"),
	 "", NULL},

	/* expiry */
	{ROW,
	 "clip \"a\" { title = \"x\"\n until = \"2024-06-29\" }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\"} play = {\"p\"} }"),
	 "2? clip-expires", "until 2024-06-30"},
	{ROW,
	 "clip \"a\" {\n until = \"2024-06-30\" }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\"} play = {\"p\"} }"),
	 "", NULL},
	{ROW,
	 "clip \"c\" {\n until = \"2024-06-29\" }\n" JUNE(
		 "broadcast \"x\" { at = {\"06:00\"} play = {\"p\"} }"),
	 "", NULL},

	/* rotation: twelve clips, three at a time, twice a day, and half is never heard at 06:00 */
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\"} take = 1 }\n"
	      "broadcast \"x\" { at = {\"06:00\", \"07:00\"}\n play = {\"q\"} }"),
	 "5? rotation-in-step", "'x' at 06:00:00 would only ever play 2 of the 4 clips of 'q'"},
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\"} take = 2 }\n"
	      "broadcast \"x\" { at = {\"06:00\", \"07:00\"}\n play = {\"q\"} }"),
	 "5? rotation-in-step", "2 of the 4"},
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\"} take = 3 }\n"
	      "broadcast \"x\" { at = {\"06:00\", \"07:00\"} play = {\"q\"} }"),
	 "", NULL},
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\", \"hour\"} take = 1 }\n"
	      "broadcast \"x\" { at = {\"06:00\", \"12:00\"} play = {\"q\"} }"),
	 "", NULL},
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\"} order = \"shuffle\" }\n"
	      "broadcast \"x\" { at = {\"06:00\", \"07:00\"} play = {\"q\"} }"),
	 "", NULL},
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\"} order = \"all\" }\n"
	      "broadcast \"x\" { at = {\"06:00\", \"07:00\"} play = {\"q\"} }"),
	 "", NULL},
	/* two days are too few for four clips, which is nobody's fault */
	{ROW,
	 JUNE("playlist \"q\" { clips = {\"a\", \"b\", \"c\", \"d\"} take = 1 }\n"
	      "broadcast \"x\" { dates = {\"06-01\", \"06-02\"} at = {\"06:00\", \"07:00\"}\n"
	      " play = {\"q\"} }"),
	 "", NULL},
	/* a recording nobody declared does not stand in the way of a playlist */
	{ROW,
	 JUNE("playlist \"a\" { clips = {\"b\"} }\n"
	      "broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} }"),
	 "", NULL},
};

static void check_row_faults(const struct warn_row *row, const struct conf_world *world)
{
	struct case_result result = case_load(row->text, strlen(row->text), false, world);
	bool says = !row->says;

	for (size_t i = 0; i < result.faults.n; i++)
		says = says || strstr(result.faults.items[i].text, row->says);
	if (!says || strcmp(result.line, row->faults) != 0)
		for (size_t i = 0; i < result.faults.n; i++)
			print_error("  %d: %s\n", result.faults.items[i].line,
				    result.faults.items[i].text);
	check_row_str(row->line, result.line, row->faults);
	check_row(row->line, says);
	check_row_int(row->line, result.error, 0);
	case_done(&result);
}

static void warnings_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_row_faults(&rows[i], &case_world);
}

/* The present, as a world of its own: 2025-01-01. */
static const struct warn_row left[] = {
	{ROW, "station { }\n", "0? nothing-left", "no campaign"},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} }"), "1? nothing-left",
	 "over"},
	{ROW,
	 "campaign \"k\" {\n from = \"06-01\"\n until = \"06-30\"\n"
	 " broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} } }\n",
	 "", NULL},
	{ROW,
	 "campaign \"k\" {\n from = \"06-01\"\n until = \"06-30\"\n"
	 " broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} enabled = no } }\n",
	 "3? nothing-left", NULL},
};

static void nothing_left_is_told(void **state)
{
	struct conf_world world = case_world;

	(void)state;
	world.now_us = INT64_C(1735689600) * CIVIL_US;
	for (size_t i = 0; i < CHECK_COUNT(left); i++)
		check_row_faults(&left[i], &world);
}

/* Where the library is not known, nobody is told that recordings are missing. */
static void no_library_no_complaint(void **state)
{
	const struct warn_row row = {ROW, "clip \"k\" { }\n", "", NULL};

	(void)state;
	check_row_faults(&row, &(struct conf_world){.zone = case_zone});
}

/* The rehearsal's stand-ins for missing recordings do not stay in the plan. */
static void stand_ins_are_taken_back(void **state)
{
	static const char text[] =
		"clip \"k\" { }\n" JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"k\"} }");
	struct case_result result = case_load(text, sizeof(text) - 1, false, &case_world);

	(void)state;
	assert_false(plan_find_clip(result.plan, "k")->recording.present);
	assert_true(plan_find_clip(result.plan, "a")->recording.present);
	case_done(&result);
}

/* Four hundred starts a day for a hundred years: a check must still answer, and find the first. */
static void a_check_has_an_end(void **state)
{
	static const char text[] =
		"campaign \"k\" { from = \"2000-01-01\" until = \"2099-12-31\"\n"
		"broadcast \"x\" { every = \"2min\" between = \"06:00-20:00\" play = {\"a\"} }\n"
		"broadcast \"y\" { at = {\"06:00:05\"} play = {\"a\"} } }\n";
	struct case_result result = case_load(text, sizeof(text) - 1, false, &case_world);

	(void)state;
	assert_string_equal(result.line, "3? overlap");
	case_done(&result);
}

/* More starts than can be rehearsed are said to be so, not tried. */
static void too_many_starts_are_told(void **state)
{
	char text[40000];
	struct case_result result;
	size_t n = (size_t)snprintf(text, sizeof(text),
				    "\n"
				    "campaign \"k\" { from = \"01-01\" "
				    "until = \"12-31\"\n");

	(void)state;
	for (int i = 0; i < 200; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "broadcast \"x%d\" { every = \"2min\" between = "
				      "\"06:00-20:00\" play = {\"a\"} }\n",
				      i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "}\n");
	result = case_load(text, n, false, &case_world);
	assert_string_equal(result.line, "2? too-many-starts");
	case_done(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warnings_are_told),
		cmocka_unit_test(nothing_left_is_told),
		cmocka_unit_test(no_library_no_complaint),
		cmocka_unit_test(stand_ins_are_taken_back),
		cmocka_unit_test(a_check_has_an_end),
		cmocka_unit_test(too_many_starts_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
