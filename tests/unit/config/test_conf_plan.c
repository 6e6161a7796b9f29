/* SPDX-License-Identifier: MIT */
/* What comes out of a good config. */
#include "conf_case.h"

static struct case_result load(const char *text)
{
	struct case_result result = case_load(text, strlen(text), false, &case_world);

	if (result.error)
		print_error("%s: %s\n", result.line,
			    result.faults.n ? result.faults.items[0].text : "");
	assert_int_equal(result.error, 0);
	return result;
}

static const char station_text[] =
	"station { name = \"Đài $ ${HOME} ${X:-y} \\\"A\\\" \\\\ 'b'\" timezone = \"UTC\"\n"
	"	language = \"en\" }\n"
	"audio { device = 'usb:${HOME}' rate = 44100 channels = 2 loudness = -23.5 peak = -2\n"
	"	high-pass = 0 pre-roll = \"2s\" mixer = \"Digital\" mixer-level = -6 }\n"
	"airtime { allow = {\"05:30-07:00\", \"22:00-01:00\"} days = {\"fri-mon\"}\n"
	"	session-max = \"1h\" day-max = \"90min\" }\n"
	"clock { trust = \"rtc\" holdover = \"1d\" }\n"
	"button \"main\" { line = \"GPIO17\" bias = \"pull-down\" active-low = false\n"
	"	debounce = \"5ms\" press = \"june/x\" hold-time = \"2s\"\n"
	"	cooldown = \"1min\" confirm = \"4s\" again = \"stop\" emergency = true }\n"
	"button \"b\" { line = \"gpiochip0:4\" press = \"a\" hold = \"stop\" }\n"
	"relay { line = \"GPIO27\" lead = \"1500ms\" hold = \"800ms\" active-low = yes }\n"
	"led \"l\" { line = \"GPIO22\" shows = \"clock\" }\n"
	"usb { enabled = no folder = \"/\" result-file = yes files-max = 5 depth-max = 0\n"
	"	monitor = \"usb:Tai nghe\" }\n"
	"console { listen = \"0.0.0.0:80\" }\n";

static void settings_are_taken(void **state)
{
	char *text;
	struct case_result result;
	struct settings *s;

	(void)state;
	assert_true(asprintf(&text, "%s%s", station_text,
			     JUNE("broadcast \"x\" { at = {\"23:00\"} play = {\"p\"} }")) > 0);
	result = load(text);
	s = &result.settings;
	/* nothing is expanded, whatever the environment says */
	assert_string_equal(s->station, "Đài $ ${HOME} ${X:-y} \"A\" \\ 'b'");
	assert_string_equal(result.plan->station, s->station);
	assert_string_equal(s->device, "usb:${HOME}");
	assert_string_equal(s->timezone, "UTC");
	assert_string_equal(result.plan->zone.name, "UTC");
	assert_string_equal(s->language, "en");
	assert_string_equal(s->mixer, "Digital");
	assert_float_equal(s->mixer_db, -6, 1e-9);
	assert_int_equal(s->rate_hz, 44100);
	assert_int_equal(s->channels, 2);
	assert_float_equal(s->loudness_lufs, -23.5, 1e-9);
	assert_float_equal(s->peak_dbtp, -2, 1e-9);
	assert_float_equal(s->highpass_hz, 0, 1e-9);
	assert_int_equal(s->preroll_us, 2 * CIVIL_US);
	assert_int_equal(s->trust, TRUST_RTC);
	assert_int_equal(s->holdover_us, CIVIL_DAY_S * CIVIL_US);
	assert_int_equal(result.plan->airtime.n_windows, 2);
	assert_int_equal(result.plan->airtime.windows[1].until_s, 25 * 3600);
	assert_int_equal(result.plan->airtime.days, 0x71);
	assert_int_equal(result.plan->airtime.session_max_us, 3600 * CIVIL_US);
	assert_int_equal(result.plan->airtime.day_max_us, 5400 * CIVIL_US);
	assert_int_equal(s->n_buttons, 2);
	assert_int_equal(s->buttons[0].bias, BIAS_PULL_DOWN);
	assert_false(s->buttons[0].active_low);
	assert_int_equal(s->buttons[0].debounce_us, 5000);
	assert_string_equal(s->buttons[0].press, "june/x");
	assert_string_equal(s->buttons[1].hold, "stop");
	assert_int_equal(s->buttons[0].hold_us, 2 * CIVIL_US);
	assert_int_equal(s->buttons[0].cooldown_us, 60 * CIVIL_US);
	assert_int_equal(s->buttons[0].confirm_us, 4 * CIVIL_US);
	assert_int_equal(s->buttons[0].again, AGAIN_STOP);
	assert_true(s->buttons[0].emergency);
	assert_int_equal(s->buttons[0].line_no, 8);
	assert_string_equal(s->buttons[1].line, "gpiochip0:4");
	assert_int_equal(s->buttons[1].bias, BIAS_PULL_UP);
	assert_true(s->buttons[1].active_low);
	assert_int_equal(s->buttons[1].debounce_us, 30000);
	assert_int_equal(s->buttons[1].hold_us, 3 * CIVIL_US);
	assert_int_equal(s->buttons[1].cooldown_us, 30 * CIVIL_US);
	assert_int_equal(s->buttons[1].confirm_us, 0);
	assert_int_equal(s->buttons[1].again, AGAIN_IGNORE);
	assert_true(s->relay.present && s->relay.active_low);
	assert_int_equal(s->relay.lead_us, 1500000);
	assert_int_equal(s->relay.hold_us, 800000);
	assert_int_equal(s->n_leds, 1);
	assert_int_equal(s->leds[0].shows, SHOWS_CLOCK);
	assert_true(s->leds[0].blink);
	assert_false(s->usb.enabled);
	assert_true(s->usb.result_file);
	assert_string_equal(s->usb.folder, "/");
	assert_string_equal(s->usb.monitor, "usb:Tai nghe");
	assert_int_equal(s->usb.files_max, 5);
	assert_int_equal(s->usb.depth_max, 0);
	assert_true(s->console);
	assert_string_equal(s->console_listen, "0.0.0.0:80");
	case_done(&result);
	free(text);
}

static void check_defaults(const struct case_result *result)
{
	const struct settings d = settings_default(), *s = &result->settings;

	assert_string_equal(s->station, d.station);
	assert_string_equal(s->timezone, d.timezone);
	assert_string_equal(s->language, d.language);
	assert_string_equal(s->device, d.device);
	assert_string_equal(s->mixer, d.mixer);
	assert_float_equal(s->mixer_db, d.mixer_db, 1e-9);
	assert_int_equal(s->rate_hz, d.rate_hz);
	assert_int_equal(s->channels, d.channels);
	assert_float_equal(s->loudness_lufs, d.loudness_lufs, 1e-9);
	assert_float_equal(s->peak_dbtp, d.peak_dbtp, 1e-9);
	assert_float_equal(s->highpass_hz, d.highpass_hz, 1e-9);
	assert_int_equal(s->preroll_us, d.preroll_us);
	assert_int_equal(s->trust, d.trust);
	assert_int_equal(s->holdover_us, d.holdover_us);
	assert_int_equal(s->usb.enabled, d.usb.enabled);
	assert_int_equal(s->usb.result_file, d.usb.result_file);
	assert_string_equal(s->usb.folder, d.usb.folder);
	assert_string_equal(s->usb.monitor, d.usb.monitor);
	assert_int_equal(s->usb.files_max, d.usb.files_max);
	assert_int_equal(s->usb.depth_max, d.usb.depth_max);
	assert_string_equal(s->console_listen, d.console_listen);
	assert_false(s->approval);
	assert_int_equal(s->n_say, d.n_say);
	for (size_t i = 0; i < d.n_say; i++)
		assert_string_equal(s->say[i], d.say[i]);
	assert_int_equal(s->n_say_as, 0);
	assert_int_equal(result->plan->airtime.n_windows, 1);
	assert_int_equal(result->plan->airtime.windows[0].from_s, 19800);
	assert_int_equal(result->plan->airtime.windows[0].until_s, 75600);
	assert_int_equal(result->plan->airtime.days, 0x7f);
	assert_int_equal(result->plan->airtime.session_max_us, 0);
	assert_int_equal(result->plan->airtime.day_max_us, 0);
}

static void what_is_not_approved_is_refused(void **state)
{
	static const char text[] =
		"station { approval = \"required\" say = {\"/bin/noi\", \"{text}\"}\n"
		"say-as = {\"BQL=ban quản lý\", \"HTX = hợp tác xã\"} }\n"
		"clip \"a\" { }\nclip \"missing\" { }\n";
	struct case_result result = load(text);

	(void)state;
	assert_true(result.settings.approval);
	assert_int_equal(result.settings.n_say, 2);
	assert_string_equal(result.settings.say[1], "{text}");
	assert_int_equal(result.settings.n_say_as, 2);
	assert_string_equal(result.settings.say_as[0], "BQL=ban quản lý");
	assert_true(plan_find_clip(result.plan, "a")->refused);
	assert_true(plan_find_clip(result.plan, "b")->refused);
	assert_false(plan_find_clip(result.plan, "missing")->refused);
	case_done(&result);
	result = load("clip \"a\" { }\n");
	assert_false(plan_find_clip(result.plan, "a")->refused);
	case_done(&result);
}

static void an_empty_config_has_the_defaults(void **state)
{
	struct case_result result = load("");

	(void)state;
	check_defaults(&result);
	assert_false(result.settings.console);
	assert_false(result.settings.relay.present);
	assert_int_equal(result.settings.n_buttons, 0);
	case_done(&result);
	result = load("station { } audio { } airtime { } clock { } console { }");
	check_defaults(&result);
	assert_true(result.settings.console);
	case_done(&result);
}

/* The sample with all its comments taken away must say what holds without it. */
static char *uncommented_sample(bool whole)
{
	FILE *file = fopen(LOA_SOURCE_DIR "/config/loaphuong.conf", "r");
	char line[512], *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *mark = strchr(line, '#');

		if (whole && mark &&
		    (strchr(line, '=') || strstr(line, "{\n") || strstr(line, "# }")))
			memmove(mark, mark + 1, strlen(mark));
		fputs(line, out);
	}
	fclose(file);
	fclose(out);
	return text;
}

static void the_sample_says_the_defaults(void **state)
{
	char *text = uncommented_sample(false), *all = uncommented_sample(true);
	struct case_result result = load(text);

	(void)state;
	assert_string_equal(result.line, "");
	check_defaults(&result);
	case_done(&result);
	result = load(all);
	assert_string_equal(result.line, "61? unknown-target");
	check_defaults(&result);
	assert_true(result.settings.console);
	assert_int_equal(result.settings.n_buttons, 1);
	assert_int_equal(result.settings.buttons[0].cooldown_us, 30 * CIVIL_US);
	assert_int_equal(result.settings.buttons[0].debounce_us, 30000);
	assert_true(result.settings.buttons[0].active_low);
	assert_int_equal(result.settings.relay.lead_us, 0);
	case_done(&result);
	free(text);
	free(all);
}

static const struct plan_broadcast *broadcast_of(const struct case_result *result, const char *name)
{
	size_t campaign, broadcast;

	assert_int_equal(plan_find_broadcast(result->plan, name, &campaign, &broadcast), 0);
	return &result->plan->campaigns[campaign].broadcasts[broadcast];
}

static void broadcasts_are_taken(void **state)
{
	struct case_result result = load(
		JUNE("broadcast \"x\" { title = \"T\" at = {\"07:00\", \"06:00:30\", \"07:00\"}\n"
		     "days = {\"mon-wed\", \"sat-sun\"} dates = {\"06-01\", \"2024-06-03\"}\n"
		     "except = {\"06-02\"} play = {\"a\", \"p\"} repeat = 2 gap = \"3s\"\n"
		     "late = \"0s\" class = \"priority\" interrupt = \"now\" resume = \"no\"\n"
		     "volume = -3.5 enabled = false every = \"15min\"\n"
		     "between = \"23:00-00:30\" }\n"
		     "broadcast \"y\" { at = \"08:00\" play = \"c\" }\n"
		     "broadcast \"z\" { at = \"09:00\" play = \"c\" class = \"priority\" }"));
	const struct plan_broadcast *x = broadcast_of(&result, "x");
	const struct plan_broadcast *y = broadcast_of(&result, "june/y");

	(void)state;
	assert_string_equal(x->title, "T");
	assert_int_equal(x->n_at, 2);
	assert_int_equal(x->at_s[0], 6 * 3600 + 30);
	assert_int_equal(x->days, 0x67);
	assert_int_equal(x->n_dates, 2);
	assert_int_equal(x->dates[1].year, 2024);
	assert_int_equal(x->n_except, 1);
	assert_int_equal(x->except[0].year, 0);
	assert_int_equal(x->n_items, 2);
	assert_false(x->items[0].playlist);
	assert_string_equal(result.plan->clips[x->items[0].index].name, "a");
	assert_true(x->items[1].playlist);
	assert_int_equal(x->repeat, 2);
	assert_int_equal(x->gap_us, 3 * CIVIL_US);
	assert_int_equal(x->late_us, 0);
	assert_int_equal(x->class, CLASS_PRIORITY);
	assert_int_equal(x->interrupt, INTERRUPT_NOW);
	assert_int_equal(x->resume, RESUME_NO);
	assert_float_equal(x->volume_db, -3.5, 1e-9);
	assert_false(x->enabled);
	assert_int_equal(x->every_s, 900);
	assert_int_equal(x->from_s, 23 * 3600);
	assert_int_equal(x->until_s, 24 * 3600 + 1800);
	/* a list of one needs no braces; and the defaults */
	assert_int_equal(y->n_at, 1);
	assert_string_equal(y->title, "");
	assert_int_equal(y->days, 0x7f);
	assert_int_equal(y->repeat, 1);
	assert_int_equal(y->gap_us, 0);
	assert_int_equal(y->late_us, 300 * CIVIL_US);
	assert_int_equal(y->class, CLASS_NORMAL);
	assert_int_equal(y->interrupt, INTERRUPT_NEVER);
	assert_int_equal(y->resume, RESUME_CLIP);
	assert_float_equal(y->volume_db, 0, 1e-9);
	assert_true(y->enabled);
	assert_int_equal(broadcast_of(&result, "z")->interrupt, INTERRUPT_AFTER_CLIP);
	case_done(&result);
}

static void playlists_and_clips_are_taken(void **state)
{
	struct case_result result = load(
		"clip \"k\" { title = \"T\" text = \"U\\nV\" source = \"S\" "
		"from = \"2024-01-01\" until = \"2024-12-31\" }\n" JUNE(
			"playlist \"q\" { clips = {\"k\", \"a\"} order = \"shuffle\" take = 2 }"));
	const struct plan_clip *k = plan_find_clip(result.plan, "k");
	const struct plan_clip *hour = plan_find_clip(result.plan, "hour");
	const struct plan_campaign *june = &result.plan->campaigns[0];

	(void)state;
	assert_string_equal(k->title, "T");
	assert_string_equal(k->text, "U\nV");
	assert_string_equal(k->source, "S");
	assert_true(k->declared);
	assert_false(k->recording.present);
	assert_int_equal(k->valid_from, civil_day((struct civil_date){2024, 1, 1}));
	assert_int_equal(k->valid_until, civil_day((struct civil_date){2024, 12, 31}));
	/* a recording that nobody mentions is there for manual play */
	assert_non_null(hour);
	assert_false(hour->declared);
	assert_true(hour->recording.present);
	assert_string_equal(hour->title, "");
	assert_int_equal(hour->valid_from, CIVIL_DAY_MIN);
	assert_int_equal(result.plan->n_clips, 6);
	for (size_t i = 1; i < result.plan->n_clips; i++)
		assert_true(strcmp(result.plan->clips[i - 1].name, result.plan->clips[i].name) < 0);
	assert_int_equal(june->n_playlists, 2);
	assert_int_equal(june->playlists[0].order, ORDER_ROTATE);
	assert_int_equal(june->playlists[0].take, 1);
	assert_int_equal(june->playlists[1].order, ORDER_SHUFFLE);
	assert_int_equal(june->playlists[1].take, 2);
	assert_ptr_equal(&result.plan->clips[june->playlists[1].clips[0]], k);
	case_done(&result);
}

/* Written decomposed by a Mac, composed by everybody else. */
static void names_are_composed(void **state)
{
	struct case_result result = load("clip \"kh\xc3\xa9\" { }\n" JUNE(
		"broadcast \"x\" { at = {\"06:00\"} play = {\"khe\xcc\x81\"} }"));

	(void)state;
	assert_int_equal(broadcast_of(&result, "x")->n_items, 1);
	assert_non_null(plan_find_clip(result.plan, "kh\xc3\xa9"));
	case_done(&result);
}

/* The walk through libconfuse keeps apart what it would merge, and in order. */
static void equal_titles_stay_apart(void **state)
{
	struct case_result result = load("clip \"k\" { text = \"x\" } clip \"k\" { text = \"x\" }\n"
					 "clip \"1:k\" { } clip k2 { }\n");

	(void)state;
	assert_non_null(plan_find_clip(result.plan, "k"));
	assert_non_null(plan_find_clip(result.plan, "1:k"));
	assert_non_null(plan_find_clip(result.plan, "k2"));
	assert_int_equal(result.plan->n_clips, 8);
	case_done(&result);
}

/* A thousand loads, good and bad, end as they began; the tenth bad include once poisoned it. */
static void loading_does_not_wear_out(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		struct case_result result =
			case_load("station { name = \"", 18, false, &case_world);

		assert_int_equal(result.error, -EINVAL);
		case_done(&result);
		result = load("station { name = \"x\" }");
		assert_string_equal(result.settings.station, "x");
		case_done(&result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_taken),
		cmocka_unit_test(an_empty_config_has_the_defaults),
		cmocka_unit_test(what_is_not_approved_is_refused),
		cmocka_unit_test(the_sample_says_the_defaults),
		cmocka_unit_test(broadcasts_are_taken),
		cmocka_unit_test(playlists_and_clips_are_taken),
		cmocka_unit_test(names_are_composed),
		cmocka_unit_test(equal_titles_stay_apart),
		cmocka_unit_test(loading_does_not_wear_out),
	};

	setenv("HOME", "/wrong", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
