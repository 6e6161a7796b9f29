/* SPDX-License-Identifier: MIT */
/*
 * The first morning of the shipped campaign through the paced WAV output: what comes out is held
 * against what the recordings themselves give, sample by sample and in LU.
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "chain.h"
#include "civil.h"
#include "loudness.h"
#include "rig.h"

#define BEGIN	  "2024-06-01T05:44:52+07:00"
#define PLANNED	  "2024-06-01T05:45:00+07:00"
#define TARGET_LU (-16.0)
#define CEILING	  (-1.0)
#define PERIOD_US 20000 /* of the paced output */
#define SLACK	  3	/* of 16 bits: rounding and dither */

struct sound {
	float *frames;
	size_t n;
};

static const struct chain_settings settings = {
	.format = {.rate_hz = 48000, .channels = 1},
	.target_lufs = TARGET_LU,
	.ceiling_dbtp = CEILING,
	.highpass_hz = 200,
};

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	rig_new(rig, "airtime { allow = {\"05:30-07:00\"} }\n");
	snprintf(rig->sink, sizeof(rig->sink), "wav:%s", rig->wav);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	rig_free(rig);
	free(rig);
	return 0;
}

/* What a recording gives when it goes through the chain with the gain the station solved for it. */
static struct sound render(const struct rig *rig, json_t *clip)
{
	static uint8_t bytes[1 << 20];
	struct chain *chain = NULL;
	struct sound sound;
	char path[512];
	int64_t got;
	size_t n, done = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/clips/%s.mp3", rig->state, rig_text(clip, "name"));
	file = fopen(path, "re");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_int_equal(chain_new(bytes, n, json_integer_value(rig_at(clip, "air_frames")),
				   &settings, json_real_value(rig_at(clip, "gain_db")), &chain),
			 0);
	assert_int_equal(chain_skip(chain, json_integer_value(rig_at(clip, "skip_frames"))), 0);
	sound.n = (size_t)chain_frames(chain);
	sound.frames = calloc(sound.n, sizeof(float));
	assert_non_null(sound.frames);
	while ((got = chain_read(chain, sound.frames + done, sound.n - done)) > 0)
		done += (size_t)got;
	assert_int_equal(done, sound.n);
	chain_free(chain);
	return sound;
}

static bool same_at(const int16_t *wav, const struct sound *sound, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++)
		if (fabsf((float)wav[i] - sound->frames[i] * 32768.0f) > SLACK)
			return false;
	return true;
}

/* Where the sound begins, near a place; the fade-in of its first 10 ms is left out. */
static size_t find(const int16_t *wav, size_t n, const struct sound *sound, size_t near)
{
	const size_t range = 4800, skip = 480;

	for (size_t distance = 0; distance <= range; distance++) {
		if (near + distance + sound->n <= n &&
		    same_at(wav + near + distance, sound, skip, sound->n - skip))
			return near + distance;
		if (distance <= near &&
		    same_at(wav + near - distance, sound, skip, sound->n - skip))
			return near - distance;
	}
	fail_msg("the sound is not there, or it is not the same");
	return 0;
}

static void check_level(const char *name, const int16_t *wav, size_t n)
{
	struct loudness *loudness = NULL;
	float *frames = malloc(n * sizeof(float));

	assert_non_null(frames);
	assert_int_equal(loudness_new(settings.format, &loudness), 0);
	for (size_t i = 0; i < n; i++) {
		frames[i] = (float)wav[i] / 32768.0f;
		if (frames[i] > pcm_gain_of_db(CEILING) || frames[i] < -pcm_gain_of_db(CEILING))
			fail_msg("%s: sample %zu is above the ceiling", name, i);
	}
	assert_int_equal(loudness_add(loudness, frames, n), 0);
	if (loudness_peak_dbtp(loudness) > CEILING + 0.1)
		fail_msg("%s: true peak %.2f dBTP", name, loudness_peak_dbtp(loudness));
	if (fabs(loudness_lufs(loudness) - TARGET_LU) > 0.5)
		fail_msg("%s: %.2f LUFS", name, loudness_lufs(loudness));
	loudness_free(loudness);
	free(frames);
}

static void is_silent(const int16_t *wav, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++)
		if (wav[i] > SLACK || wav[i] < -SLACK)
			fail_msg("sound at sample %zu, where there is to be none", i);
}

/* The clips of a row, one after the other without a gap; returns where the last one ends. */
static size_t check_clips(const struct rig *rig, json_t *clips, json_t *row, const int16_t *wav,
			  size_t n, size_t planned)
{
	size_t place = planned, i;
	json_t *name;

	json_array_foreach(rig_at(row, "aired"), i, name)
	{
		struct sound sound = render(rig, rig_clip(clips, json_string_value(name)));
		size_t found = find(wav, n, &sound, place);

		if (i == 0) {
			assert_true((found > planned ? found - planned : planned - found) <=
				    (size_t)pcm_frames_of_us(PERIOD_US, 48000));
			is_silent(wav, 0, found);
		} else {
			assert_int_equal(found, place);
		}
		check_level(json_string_value(name), wav + found, sound.n);
		place = found + sound.n;
		free(sound.frames);
	}
	return place;
}

static void the_first_morning_sounds_as_planned(void **state)
{
	static const char *const order[] = {"nhac-hieu", "khau-hieu-01", "khau-hieu-02",
					    "khau-hieu-03", "goi-111"};
	struct rig *rig = *state;
	int64_t begin_us, planned_us;
	json_t *rows, *row, *reply;
	unsigned rate_hz;
	int16_t *wav;
	size_t n, last;

	assert_int_equal(civil_parse_instant(BEGIN, NULL, &begin_us), 0);
	assert_int_equal(civil_parse_instant(PLANNED, NULL, &planned_us), 0);
	rig_start(rig, BEGIN);
	rows = rig_until_closed(rig, 1);
	reply = rig_ask(rig, "{\"do\":\"clips\"}");
	json_decref(rig_until(rig, "on_air", false));
	assert_int_equal(rig_end(rig, SIGTERM), 0);

	row = json_array_get(rows, 0);
	assert_string_equal(rig_text(row, "at"), PLANNED);
	assert_string_equal(rig_text(row, "outcome"), "played");
	assert_int_equal(json_integer_value(rig_at(row, "xruns")), 0);
	assert_int_equal(json_array_size(rig_at(row, "aired")), CHECK_COUNT(order));
	for (size_t i = 0; i < CHECK_COUNT(order); i++)
		assert_string_equal(json_string_value(json_array_get(rig_at(row, "aired"), i)),
				    order[i]);
	wav = rig_read_wav(rig->wav, &n, &rate_hz);
	assert_int_equal(rate_hz, 48000);
	last = check_clips(rig, rig_at(reply, "clips"), row, wav, n,
			   (size_t)pcm_frames_of_us(planned_us - begin_us, 48000));
	is_silent(wav, last, n);
	free(wav);
	json_decref(reply);
	json_decref(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_morning_sounds_as_planned, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
