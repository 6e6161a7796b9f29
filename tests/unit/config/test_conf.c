/* SPDX-License-Identifier: MIT */
/* Every error of a config, with the line it names. */
#include "conf_case.h"

#define AIR(inside) JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"p\"}\n" inside "\n}")

static const struct case_row structure[] = {
	{ROW, "", "0? empty-file"},
	{ROW, "# nothing\n", "0? empty-file"},
	{ROW, "station { name = \"x\" }\n", ""},
	{ROW, "station { name \"x\" }\n", "1 syntax"},
	{ROW, "station {\n name =\n language = \"vi\" }\n", "2 syntax"},
	{ROW, "station {\n name = {\"x\"}\n language = \"vi\" }\n", "2 syntax"},
	{ROW, "station = \"x\"\nclip \"k\" { }\n", "1 syntax"},
	{ROW, "station\n", "1 syntax"},
	{ROW, "\n}\n", "2 syntax"},
	{ROW, "{ }\n", "1 syntax"},
	{ROW, "\"station\" { }\n", "1 syntax"},
	{ROW, "station { name += \"x\" }\n", "1 syntax"},
	{ROW, "station { name = Đồng }\n", "1 bad-character"},
	{ROW, "station { name = “x” }\n", "1 bad-quote"},
	{ROW, "station { name = \"x\xc2\xa0y\" }\n", ""},
	{ROW, "station {\xc2\xa0name = \"x\" }\n", "1 bad-character"},
	{ROW, "station { name = a/b }\n", "1 bad-character"},
	{ROW, "station { name = ${HOME} }\n", "1 bad-character"},
	{ROW, "station { name = \"a\\d\" }\n", "1 bad-escape"},
	{ROW, "station { name = \"a\\x00\" }\n", "1 bad-escape"},
	{ROW, "station { name = \"a\x01\" }\n", "1 bad-character"},
	{ROW, "station {\n name = \"x\n language = \"en\"\n}\n", "2 unclosed-quote"},
	{ROW, "station {\n name = 'x\n language = \"en\"\n}\n", "2 unclosed-quote"},
	{ROW, "station {\n\n name = \"x\"\n", "1 cut-off"},
	{ROW, "/* x\n\n", "1 cut-off"},
	{ROW, "station { }\n# x", "2 cut-off"},
	{ROW, "stations { name = {\"x\"\n", "1 unknown-key, 1 cut-off"},
	{ROW, "# a\n# b\n/* c\n d */\nstation { nmae = \"x\" }\n", "5 unknown-key"},
	{ROW, "/* c */ // d\nfoo \"x\" { bar = {1, 2} baz { } }\nstation { x = 1 }\n",
	 "2 unknown-key, 3 unknown-key"},
	{ROW, "clip \"x\" {\n}\nat = {\"05:45\"}\n", "3 unknown-key"},
	{ROW, "station {\n name = \"x\"\n name = \"y\"\n}\n", "3 repeated-option"},
	{ROW, "station { }\nstation { }\n", "2 repeated-section"},
	{ROW, "station \"x\" { }\n", "1 titled"},
	{ROW, "\nclip { }\n", "2 untitled"},
	{ROW, "x { x { x { x { x { x { x { x {\n x { } } } } } } } } }\n",
	 "1 unknown-key, 2 too-deep"},
	{ROW, "station {\n name = \"x\"\nclip \"k\" { }\n", "1 unclosed"},
	{ROW, "campaign \"k\" {\n\tclip \"x\" {\n\tclip \"y\" { }\n}\n",
	 "1 missing-option, 1 missing-option, 2 unclosed"},
	{ROW, "campaign \"k\" { from = \"06-01\" until = \"06-02\"\n\tstation { }\n}\n",
	 "2 unknown-key"},
};

static const struct case_row box[] = {
	{ROW, "station {\n timezone = \"Asia/Saigonn\" }\n", "2 bad-zone"},
	{ROW, "station { language = \"fr\" }\n", "1 bad-word"},
	{ROW,
	 "audio {\n rate = 010\n channels = 3\n loudness = nan\n peak = \"1,5\"\n"
	 " high-pass = 5\n device = \"\" }\n",
	 "2 bad-number, 3 bad-number, 4 bad-number, 5 bad-number, 6 bad-number, 7 bad-text"},
	{ROW, "audio {\n pre-roll = \"3s\" }\n", "2 bad-duration"},
	{ROW, "audio { pre-roll = 30 }\n", "1 bad-duration"},
	{ROW, "audio { pre-roll = \"0s\" }\n", ""},
	{ROW, "audio { rate = 0x1F }\n", "1 bad-number"},
	{ROW, "audio {\n mixer = \"\"\n mixer-level = 1 }\n", "2 bad-text, 3 bad-number"},
	{ROW, "audio { rate = 44100.5 }\n", "1 bad-number"},
	{ROW, "audio { peak = 1e-1 }\n", "1 bad-number"},
	{ROW, "audio { rate = 44100 high-pass = 0 loudness = \"-23\" }\n", ""},
	{ROW, "airtime {\n allow = {\"05:30-07:00\",\n \"7-8\"} }\n", "3 bad-window"},
	{ROW, "airtime {\n allow = {} }\n", "2 bad-window"},
	{ROW, "station {\n approval = \"yes\"\n say = {} }\n", "2 bad-word, 3 bad-command"},
	{ROW, "station {\n say = {\"\"}\n say-as = {\"A=a\", \"B\",\n\"=c\", \"D=\"} }\n",
	 "2 bad-command, 3 bad-say-as, 4 bad-say-as, 4 bad-say-as"},
	{ROW,
	 "airtime {\n days = {\"mon-sun\", \"xyz\"}\n session-max = 60\n day-max = \"25h\" }\n",
	 "2 bad-days, 3 bad-duration, 4 bad-duration"},
	{ROW, "clock {\n trust = \"sync\"\n holdover = \"1w\" }\n", "2 bad-word, 3 bad-duration"},
	{ROW, "button \"x\" {\n press = \"a\" }\n", "1 missing-option"},
	{ROW, "button \"x\" {\n line = \"GPIO1\" }\n", "1 missing-option"},
	{ROW,
	 "button \"x\" { line = \"GPIO1\" press = \"stop\"\n bias = \"up\"\n active-low = ja\n"
	 " debounce = \"2s\"\n again = \"x\"\n emergency = 2\n confirm = \"x\" }\n",
	 "2 bad-word, 3 bad-word, 4 bad-duration, 5 bad-word, 6 bad-word, 7 bad-duration"},
	{ROW, "button \"x\" { line = \"GPIO1\" press = \"stop\" }\nrelay {\n line = \"GPIO1\" }\n",
	 "1 duplicate-line"},
	{ROW, "button \"x\" { line = \"1 2\" press = \"stop\" }\n", "1 bad-text"},
	{ROW,
	 "button \"x\" { line = \"G\" press = \"stop\" hold = \"stop\"\n hold-time = \"21s\" }\n",
	 "2 bad-duration"},
	{ROW,
	 "button \"x\" { line = \"G\" press = \"stop\" hold-time = \"200ms\"\n debounce = \"1s\" "
	 "}\n",
	 "1 hold-too-short"},
	/* an emergency is never one step, and a hold is never two things */
	{ROW,
	 "button \"x\" { line = \"G\" press = \"stop\" emergency = true\n confirm = \"0s\" }\n",
	 "2 one-step"},
	{ROW, "button \"x\" { line = \"G\" press = \"stop\" emergency = true\n hold = \"stop\" }\n",
	 "2 hold-and-confirm"},
	{ROW, "button \"x\" { line = \"G\" press = \"stop\" emergency = true }\n", ""},
	{ROW, "relay {\n lead = \"1m\" }\n", "1 missing-option, 2 bad-duration"},
	{ROW, "led \"x\" { line = \"GPIO1\"\n shows = \"sound\" }\n", "2 bad-word"},
	{ROW, "console {\n listen = \"8080\" }\n", "2 bad-address"},
	{ROW, "console { listen = \"::1:8080\" }\n", "1 bad-address"},
	{ROW, "console { listen = \"[::1]:8080\" }\n", ""},
	{ROW, "console { listen = \"127.0.0.1:70000\" }\n", "1 bad-address"},
	{ROW, "console { certificate = \"/a.pem\"\n key = \"/b.pem\" }\n", ""},
	{ROW, "console { certificate = \"/a.pem\" }\n", "1 half-tls"},
	{ROW, "console {\n certificate = \"a.pem\"\n key = \"/b.pem\" }\n", "2 bad-path"},
	{ROW, "led \"x\" { line = \"GPIO1\" }\nled \"x\" { line = \"GPIO2\" }\n",
	 "2 duplicate-name"},
};

static const struct case_row clips[] = {
	{ROW, "clip \"\" { }\n", "1 bad-name"},
	{ROW, "clip \"x y\" { }\n", "1 bad-name"},
	{ROW, "clip \"x/y\" { }\n", "1 bad-name"},
	{ROW, "clip \".x\" { }\n", "1 bad-name"},
	{ROW, "clip \"-x\" { }\n", "1 bad-name"},
	{ROW, "clip \"0123456789012345678901234567890123456789012345678901234567890123\" { }\n",
	 "1 bad-name"},
	{ROW, "clip \"a\" {\n from = \"2024-06-02\"\n until = \"2024-06-01\" }\n",
	 "3 from-after-until"},
	{ROW, "clip \"a\" {\n until = \"06-01\" }\n", "2 bad-date"},
	{ROW, "clip \"a\" {\n until = \"2023-02-29\" }\n", "2 no-such-date"},
	{ROW, "clip \"a\" { text = \"x\" }\nclip \"a\" { text = \"x\" }\n", ""},
	{ROW, "clip \"a\" { text = \"x\" }\nclip \"a\" { text = \"y\" }\n", "2 duplicate-name"},
	{ROW, "clip \"a\" { text = \"x\" }\n" JUNE("clip \"a\" { }"), "4 duplicate-name"},
	/* composed and decomposed are one name */
	{ROW, "clip \"\xc3\xa9\" { text = \"x\" }\nclip \"e\xcc\x81\" { text = \"y\" }\n",
	 "2 duplicate-name"},
};

static const struct case_row campaigns[] = {
	{ROW, "campaign \"k\" {\n}\n", "1 missing-option, 1 missing-option"},
	{ROW, "campaign \"k\" {\n from = \"2024-06-30\"\n until = \"2024-06-01\"\n}\n",
	 "3 from-after-until"},
	{ROW, "campaign \"k\" {\n from = \"12-20\"\n until = \"01-10\"\n}\n", ""},
	{ROW, "campaign \"k\" {\n from = \"2024-06-30\"\n until = \"07-01\"\n}\n", "3 bad-date"},
	{ROW, "campaign \"k\" {\n from = \"1/6\"\n until = \"2024-06-31\"\n}\n",
	 "2 bad-date, 3 no-such-date"},
	{ROW, "campaign \"k\" {\n from = \"1924-06-01\"\n until = \"2024-06-30\"\n}\n",
	 "2 bad-date"},
	{ROW, JUNE("") JUNE(""), "5 duplicate-name"},
	{ROW, JUNE("playlist \"p\" { clips = {\"c\"} }"), "3 duplicate-name"},
	{ROW, JUNE("playlist \"q\" { }"), "3 empty-playlist"},
	{ROW, JUNE("playlist \"q\" {\n clips = {} }"), "4 empty-playlist"},
	{ROW, JUNE("playlist \"q\" {\n clips = {\"a\",\n \"hourr\"} }"), "5 unknown-name"},
	{ROW, JUNE("playlist \"q\" {\n clips = {\"p\"} }"), "4 unknown-name"},
	{ROW, JUNE("playlist \"q\" { clips = {\"a\"}\n take = 0\n order = \"random\" }"),
	 "4 bad-number, 5 bad-word"},
	{ROW, JUNE("clip \"q\" { }\nplaylist \"q\" { clips = {\"a\"} }"), "4 duplicate-name"},
};

static const struct case_row broadcasts[] = {
	{ROW, AIR(""), ""},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"} }"), "3 never-airs"},
	{ROW, JUNE("broadcast \"x\" { at = {} play = {\"a\"} }"), "3 never-airs"},
	{ROW, JUNE("broadcast \"x\" { enabled = false play = {\"a\"} }"), ""},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"} }"), "3 missing-option"},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"}\n play = {} }"), "4 missing-option"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n at = {\"6:00\", \"06:00\",\n\"24:00\"} }"),
	 "4 bad-time, 5 bad-time"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n every = \"5min\" }"), "4 missing-option"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n between = \"06:00-07:00\" }"),
	 "4 missing-option"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"} every = 5\n between = \"06:00\" }"),
	 "4 bad-window"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"} between = \"06:00-07:00\"\n every = 5 }"),
	 "4 bad-duration"},
	{ROW,
	 JUNE("broadcast \"x\" { play = {\"a\"} between = \"06:00-07:00\"\n every = \"1500ms\" }"),
	 "4 bad-duration"},
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"} between = \"06:00-20:00\"\n every = \"1s\" }"),
	 "4 too-many"},
	{ROW, AIR("days = {\"mon\",\n\"tues\"}"), "5 bad-days"},
	{ROW, AIR("days = {}"), "4 bad-days"},
	{ROW, AIR("dates = {\"06-31\"}"), "4 no-such-date"},
	{ROW, AIR("dates = {\"07-01\"}"), "4 never-airs"},
	{ROW, AIR("dates = {\"2023-06-01\"}"), "4 never-airs"},
	{ROW, AIR("dates = {\"06-01\"}"), ""},
	{ROW, AIR("dates = {\"2024-06-01\"} days = {\"sat\"}"), ""},
	{ROW, AIR("days = {\"sun\"}\ndates = {\"2024-06-01\"}"), "5 never-airs"},
	{ROW, AIR("dates = {\"06-01\"}\nexcept = {\"2024-06-01\"}"), "4 never-airs"},
	{ROW, AIR("dates = {\"06-01\"} enabled = false\nexcept = {\"2024-06-01\"}"), ""},
	{ROW, AIR("class = \"emergency\""), "4 emergency-scheduled"},
	{ROW,
	 AIR("class = \"high\"\ninterrupt = \"always\"\nresume = \"yes\"\nrepeat = 0\n"
	     "gap = 5\nlate = \"8d\"\nvolume = 20\nenabled = maybe"),
	 "4 bad-word, 5 bad-word, 6 bad-word, 7 bad-number, 8 bad-duration, 9 bad-duration, "
	 "10 bad-number, 11 bad-word"},
	{ROW, AIR("repeat = 100\n") "", ""},
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} repeat = 100\n play = {\"a\", \"b\", \"c\"} }"),
	 "4 too-many"},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"hour\",\n \"houre\", \"zzzz\"} }"),
	 "4 unknown-name, 4 unknown-name"},
	{ROW, AIR("") JUNE("broadcast \"x\" { }"),
	 "7 duplicate-name, 9 never-airs, 9 missing-option"},
	{ROW,
	 JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"a\"} }\n"
	      "broadcast \"x\" { at = {\"07:00\"} play = {\"a\"} }"),
	 "4 duplicate-name"},
	/* what is missing may be what was misspelt: one fault, not three */
	{ROW, JUNE("broadcast \"x\" { play = {\"a\"}\n atime = {\"06:00\"} }"), "4 unknown-key"},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"}\n play = {\"a\" \"b\"} }"), "4 syntax"},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"\n play = {\"a\"} }"), "3 syntax"},
	{ROW,
	 JUNE("broadcast \"x\" {\n at = {\"06:00\"}\n play = {\"a\"}\n"
	      "broadcast \"y\" { at = {\"07:00\"} play = {\"a\"} }"),
	 "3 unclosed"},
};

static const struct case_row programmes[] = {
	{ROW, AIR(""), ""},
	{ROW, "clip \"a\" { }\naudio { rate = 1 }\n", "2 misplaced"},
	{ROW, "broadcast \"a\" { }\n", "1 unknown-key"},
};

static void structure_is_checked(void **state)
{
	(void)state;
	check_rows(structure, CHECK_COUNT(structure), false);
}

static void box_is_checked(void **state)
{
	(void)state;
	check_rows(box, CHECK_COUNT(box), false);
}

static void clips_are_checked(void **state)
{
	(void)state;
	check_rows(clips, CHECK_COUNT(clips), false);
}

static void campaigns_are_checked(void **state)
{
	(void)state;
	check_rows(campaigns, CHECK_COUNT(campaigns), false);
}

static void broadcasts_are_checked(void **state)
{
	(void)state;
	check_rows(broadcasts, CHECK_COUNT(broadcasts), false);
}

static void campaign_files_hold_campaigns(void **state)
{
	(void)state;
	check_rows(programmes, CHECK_COUNT(programmes), true);
}

/* What a misspelt name is told to be. */
static const struct {
	int line;
	const char *text, *near;
} nearest[] = {
	{ROW, JUNE("broadcast \"x\" { atime = {\"06:00\"} play = {\"a\"} }"),
	 "unknown key 'atime' in broadcast 'x'; did you mean 'at'?"},
	{ROW, "station { nmae = \"x\" }\n", "'name'?"},
	{ROW, "audio { highpass = 1 }\n", "'high-pass'?"},
	{ROW, "station { listen = 1 }\n", "it belongs in 'console'"},
	{ROW, "stations { }\n", "'station'?"},
	{ROW, "airtme { }\n", "'airtime'?"},
	{ROW, "clock { trust = \"synchronised\" }\n", "\"synchronized\"?"},
	{ROW, AIR("days = {\"fry\"}"), "'fri'?"},
	{ROW, AIR("clas = \"normal\""), "'class'?"},
	{ROW, JUNE("broadcast \"x\" { at = {\"06:00\"} play = {\"huor\"} }"), "'hour'?"},
	{ROW,
	 JUNE("playlist \"khau-hieu\" { clips = {\"a\"} }\n"
	      "broadcast \"x\" { at = {\"06:00\"} play = {\"khau-heu\"} }"),
	 "'khau-hieu'?"},
	{ROW, JUNE("days = {\"mon\"}"), "it belongs in 'broadcast'"},
	{ROW, JUNE("play = {\"a\"}"), "it belongs in 'broadcast'"},
};

static void nearest_name_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(nearest); i++) {
		struct case_result result =
			case_load(nearest[i].text, strlen(nearest[i].text), false, &case_world);

		check_row_int(nearest[i].line, result.faults.n, 1);
		if (!strstr(result.faults.items[0].text, nearest[i].near))
			print_error("  %s\n", result.faults.items[0].text);
		check_row(nearest[i].line, strstr(result.faults.items[0].text, nearest[i].near));
		case_done(&result);
	}
}

static void faults_are_at_most_a_hundred(void **state)
{
	struct case_result result;
	char text[400 * 16];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 400; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "x%d = 1\n", i);
	result = case_load(text, n, false, &case_world);
	assert_int_equal(result.error, -EINVAL);
	assert_int_equal(result.faults.n, LIMIT_CONFIG_FAULTS);
	assert_true(result.faults.cut);
	assert_int_equal(result.faults.items[99].line, 100);
	case_done(&result);
}

/* libconfuse needs the square of the number of sections: forty thousand took four seconds. */
static void sections_are_capped(void **state)
{
	const size_t count = 40000 / 4;
	char *text = malloc(count * 20);
	struct case_result result;
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, 20, "clip \"k%zu\" { }\n", i);
	result = case_load(text, n, false, &(struct conf_world){.zone = case_zone});
	assert_string_equal(result.line, "2001 too-many");
	case_done(&result);
	free(text);
}

static void output_is_untouched_by_errors(void **state)
{
	struct conf_text text = {"x", "station { name = \"x\" foo = 1 }\n", 32, false};
	struct settings settings = {.rate_hz = 7};
	struct faults faults = {0};
	struct plan *plan = (struct plan *)&settings;

	(void)state;
	assert_int_equal(conf_load_text(&text, 1, &case_world, &faults, &plan, &settings), -EINVAL);
	assert_int_equal(settings.rate_hz, 7);
	assert_ptr_equal(plan, (struct plan *)&settings);
	faults_done(&faults);
}

/* Faults of several texts stand file by file, in the order of the lines. */
static void faults_are_sorted(void **state)
{
	const struct conf_text texts[] = {
		{"one", "\n\naudio { rate = 1 }\nfoo = 1\n", 29, false},
		{"two", "foo = 1\ncampaign \"k\" { }\n", 25, true},
	};
	struct faults faults = {0};
	char *line;

	(void)state;
	conf_load_text(texts, 2, &case_world, &faults, NULL, NULL);
	line = case_faults(&faults);
	assert_string_equal(line, "3 bad-number, 4 unknown-key, 1 unknown-key, 2 missing-option, "
				  "2 missing-option");
	assert_string_equal(faults.items[2].file, "two");
	free(line);
	faults_done(&faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structure_is_checked),
		cmocka_unit_test(box_is_checked),
		cmocka_unit_test(clips_are_checked),
		cmocka_unit_test(campaigns_are_checked),
		cmocka_unit_test(broadcasts_are_checked),
		cmocka_unit_test(campaign_files_hold_campaigns),
		cmocka_unit_test(nearest_name_is_told),
		cmocka_unit_test(faults_are_at_most_a_hundred),
		cmocka_unit_test(sections_are_capped),
		cmocka_unit_test(output_is_untouched_by_errors),
		cmocka_unit_test(faults_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
