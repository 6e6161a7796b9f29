/* SPDX-License-Identifier: MIT */
/*
 * A resident listens to the first morning of the shipped campaign, and the card is pulled in the middle of
 * "một một một" and put back. What the card consumed is held against a bare decode of each recording: no
 * 20 ms of speech may be missing or another sound, all clips are equally loud, and nothing clicks.
 *
 * LISTEN=FILE keeps what was heard: raw, 16 bit, mono, 48 kHz.
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dsp.h"
#include "loudness.h"
#include "mp3.h"
#include "resample.h"
#include "rig_card.h"

#define RATE	   CARD_RATE
#define FRAME	   (RATE / 50)
#define SEARCH	   9600 /* frames on either side */
#define VOICED	   0.01 /* rms of the reference: speech, not pause */
#define LIKENESS   0.99
#define LEVEL_DB   1.0 /* of a frame to the whole: what the limiter takes off a loud vowel */
#define CLIP_BYTES (1 << 20)

struct sound {
	float *x;
	size_t n;
};

static const struct pcm_format format = {RATE, 1};

/* The three digits, twice, in the shipped goi-111.mp3: seconds, read off its spectrogram. */
static const struct {
	double from, to;
} digits[] = {{9.60, 9.88},   {10.02, 10.32}, {10.52, 10.82},
	      {11.50, 11.80}, {11.94, 12.24}, {12.38, 12.60}};
#define IN_THE_NUMBER 10.15

static int begin(void **state)
{
	*state = card_new("airtime { allow = {\"05:30-07:00\"} }\n");
	return 0;
}

static size_t heard_frames(const struct card *card)
{
	FILE *file = fopen(card->sound, "r");
	long size = 0;

	if (file && fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (file)
		fclose(file);
	return (size_t)size / sizeof(int16_t);
}

static struct sound heard(const struct card *card)
{
	struct sound sound = {.n = heard_frames(card)};
	int16_t *samples = malloc(sound.n * sizeof(*samples) + 1);
	const char *keep = getenv("LISTEN");
	FILE *file = fopen(card->sound, "r");

	sound.x = malloc(sound.n * sizeof(*sound.x) + 1);
	assert_true(samples && sound.x && file);
	assert_int_equal(fread(samples, sizeof(*samples), sound.n, file), sound.n);
	fclose(file);
	for (size_t i = 0; i < sound.n; i++)
		sound.x[i] = (float)samples[i] / 32767;
	if (keep)
		rig_write(keep, samples, sound.n * sizeof(*samples));
	free(samples);
	return sound;
}

/* What of the recording is aired, by the bare decoder. */
static struct sound decoded(const struct rig *rig, json_t *clip, unsigned *ret_rate_hz)
{
	static uint8_t bytes[CLIP_BYTES];
	size_t skip = (size_t)json_integer_value(rig_at(clip, "skip_frames"));
	struct sound sound = {.n = (size_t)json_integer_value(rig_at(clip, "air_frames"))};
	struct mp3 *mp3;
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/clips/%s.mp3", rig->state, rig_text(clip, "name"));
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(mp3_open(bytes, fread(bytes, 1, sizeof(bytes), file), &mp3), 0);
	fclose(file);
	assert_int_equal(mp3_format(mp3).channels, 1);
	sound.x = malloc((skip + sound.n) * sizeof(*sound.x) + 1);
	assert_non_null(sound.x);
	assert_int_equal(mp3_read(mp3, sound.x, skip + sound.n), skip + sound.n);
	memmove(sound.x, sound.x + skip, sound.n * sizeof(*sound.x));
	*ret_rate_hz = mp3_format(mp3).rate_hz;
	mp3_free(mp3);
	return sound;
}

/* The same at the rate of the card and without what is below the high-pass; no gain, no limiter. */
static struct sound reference(const struct rig *rig, json_t *clip)
{
	struct dsp_highpass highpass;
	struct resample *resample;
	unsigned rate_hz;
	struct sound plain = decoded(rig, clip, &rate_hz), sound;
	size_t used, done;

	sound.n = (plain.n * RATE + rate_hz / 2) / rate_hz;
	sound.x = calloc(sound.n + 1, sizeof(*sound.x));
	assert_non_null(sound.x);
	assert_int_equal(resample_new(rate_hz, RATE, 1, &resample), 0);
	done = (size_t)resample_run(resample, plain.x, plain.n, &used, sound.x, sound.n);
	assert_int_equal(used, plain.n);
	resample_run(resample, NULL, 0, &used, sound.x + done, sound.n - done);
	resample_free(resample);
	dsp_highpass_init(&highpass, 200, format, 1);
	dsp_highpass_run(&highpass, 1, sound.x, sound.n);
	free(plain.x);
	return sound;
}

static double dot(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

/* How alike two sounds are whatever their levels: 1 is the same. */
static double likeness(const float *a, const float *b, size_t n)
{
	return dot(a, b, n) / sqrt(dot(a, a, n) * dot(b, b, n) + 1e-20);
}

static double rms(const float *x, size_t n)
{
	return sqrt(dot(x, x, n) / (double)n);
}

/* Where the recording stands in what was heard: by its loudest frame, to the sample. */
static size_t find(const struct sound *all, const struct sound *sound, size_t near)
{
	size_t loudest = 0, best = 0;
	double most = 0, here;

	for (size_t at = 0; at + FRAME <= sound->n; at += FRAME)
		if (rms(sound->x + at, FRAME) > rms(sound->x + loudest, FRAME))
			loudest = at;
	for (size_t at = near > SEARCH ? near - SEARCH : 0; at < near + SEARCH; at++) {
		if (at + sound->n > all->n)
			break;
		here = likeness(all->x + at + loudest, sound->x + loudest, FRAME);
		if (here > most) {
			most = here;
			best = at;
		}
	}
	assert_true(most > LIKENESS);
	return best;
}

/* The worst likeness of the frames that are speech; every one is as loud as the rest. */
static double worst_frame(const char *name, const float *x, const struct sound *sound, double gain,
			  size_t from, size_t to, unsigned *ret_voiced)
{
	double worst = 1, level_db;

	*ret_voiced = 0;
	for (size_t at = from; at + FRAME <= to && at + FRAME <= sound->n; at += FRAME) {
		if (rms(sound->x + at, FRAME) < VOICED)
			continue;
		(*ret_voiced)++;
		worst = fmin(worst, likeness(x + at, sound->x + at, FRAME));
		level_db = 20 * log10(rms(x + at, FRAME) / rms(sound->x + at, FRAME) / gain);
		if (fabs(level_db) > LEVEL_DB)
			fail_msg("%s: %.2f s: %+.2f dB", name, (double)at / RATE, level_db);
	}
	return worst;
}

/*
 * The largest click: a corner in what is left of the sound when the recording is taken away. A gain
 * that moves leaves a share of the recording's own corners; that share is forgiven.
 */
static double largest_click(const float *x, const struct sound *sound, double gain)
{
	double largest = 0, left[3], own, peak = 0;

	for (size_t i = 200; i + 1 < sound->n; i++) { /* behind the fade-in */
		for (int k = 0; k < 3; k++)
			left[k] = (double)x[i - 1 + (size_t)k] -
				  gain * (double)sound->x[i - 1 + (size_t)k];
		own = fabs((double)sound->x[i - 1] - 2 * (double)sound->x[i] +
			   (double)sound->x[i + 1]);
		peak = fmax(own, peak * 0.98); /* for a ms or two */
		largest = fmax(largest, fabs(left[0] - 2 * left[1] + left[2]) - 0.1 * gain * peak);
	}
	return largest;
}

#define CLICK_MOST 0.002 /* 16-bit dither alone makes 0.0002 */

/* One clip that is to be whole; returns its loudness. */
static double listen(const char *name, const float *x, const struct sound *sound)
{
	double gain = sqrt(dot(x, x, sound->n) / dot(sound->x, sound->x, sound->n)), worst, lufs;
	struct loudness *loudness;
	float *planted;
	unsigned voiced;

	worst = worst_frame(name, x, sound, gain, 0, sound->n, &voiced);
	assert_int_equal(loudness_new(format, &loudness), 0);
	assert_int_equal(loudness_add(loudness, x, sound->n), 0);
	lufs = loudness_lufs(loudness);
	loudness_free(loudness);
	print_message(
		"%-14s %6.2f s, %3u frames of sound, worst likeness %.5f, %6.2f LUFS, click %.5f\n",
		name, (double)sound->n / RATE, voiced, worst, lufs, largest_click(x, sound, gain));
	assert_true(voiced > sound->n / FRAME / 2 && worst > LIKENESS);
	assert_true(largest_click(x, sound, gain) < CLICK_MOST);
	planted = malloc(sound->n * sizeof(*planted)); /* such a click would have been found */
	assert_non_null(planted);
	memcpy(planted, x, sound->n * sizeof(*planted));
	for (size_t i = sound->n / 2; i < sound->n / 2 + 5; i++)
		planted[i] += 0.1f;
	assert_true(largest_click(planted, sound, gain) > CLICK_MOST);
	free(planted);
	return lufs;
}

static void check_digits(const float *x, const struct sound *sound)
{
	double gain = sqrt(dot(x, x, sound->n) / dot(sound->x, sound->x, sound->n)), worst;
	unsigned voiced;

	for (size_t i = 0; i < CHECK_COUNT(digits); i++) {
		worst = worst_frame("111", x, sound, gain, (size_t)(digits[i].from * RATE),
				    (size_t)(digits[i].to * RATE), &voiced);
		print_message("digit %zu of 6: %u frames of sound, worst likeness %.5f\n", i + 1,
			      voiced, worst);
		assert_true(voiced >= 6 && worst > LIKENESS);
	}
}

/* Waits until the card has consumed so much. */
static void until_heard(struct card *card, size_t frames)
{
	int64_t until_us = rig_mono_us() + RIG_PATIENCE_US;

	while (heard_frames(card) < frames) {
		assert_true(rig_mono_us() < until_us);
		rig_breathe();
	}
}

static const char *const order[] = {"nhac-hieu", "khau-hieu-01", "khau-hieu-02", "khau-hieu-03",
				    "goi-111"};
#define CLIPS CHECK_COUNT(order)

/* Pulls the card while it says the number; returns how much it had consumed by then. */
static size_t pull_in_the_number(struct card *card, const struct sound *clips)
{
	size_t place = RATE * 3 / 100; /* about the silence at the begin */
	size_t consumed;

	for (size_t i = 0; i + 1 < CLIPS; i++)
		place += clips[i].n;
	until_heard(card, place + (size_t)(IN_THE_NUMBER * RATE));
	card_tell(card, "gone-at 0\nabsent\n");
	card_until_lost(card, true);
	consumed = heard_frames(card);
	assert_true(consumed < place + (size_t)(digits[2].to * RATE)); /* it was in the number */
	card_tell(card, "");
	card_until_lost(card, false);
	return consumed;
}

/* Where the second stream begins to sound: behind the cut, and the silence at its begin. */
static size_t sound_behind(const struct sound *all, size_t cut)
{
	size_t at = cut;

	while (at < all->n && all->x[at] == 0)
		at++;
	return at;
}

static void check_heard(const struct sound *all, const struct sound *clips, size_t cut)
{
	double least = HUGE_VAL, most = -HUGE_VAL, lufs;
	size_t place = RATE * 3 / 100, at;

	for (size_t i = 0; i + 1 < CLIPS; i++) {
		at = find(all, &clips[i], place);
		if (i > 0)
			assert_int_equal(at, place); /* no gap, no frame lost */
		lufs = listen(order[i], all->x + at, &clips[i]);
		least = fmin(least, lufs);
		most = fmax(most, lufs);
		place = at + clips[i].n;
	}
	/* The number was begun and cut; then the whole message again. */
	at = find(all, &clips[CLIPS - 1], sound_behind(all, cut));
	assert_true(at >= cut);
	lufs = listen("goi-111", all->x + at, &clips[CLIPS - 1]);
	check_digits(all->x + at, &clips[CLIPS - 1]);
	least = fmin(least, lufs);
	most = fmax(most, lufs);
	print_message("from the softest clip to the loudest: %.2f LU\n", most - least);
	assert_true(most - least <= 0.5);
}

static void the_number_is_whole_on_a_card_that_was_pulled(void **state)
{
	struct card *card = *state;
	struct sound clips[CLIPS], all;
	json_t *reply, *rows;
	size_t cut;

	rig_start(&card->rig, "2024-06-01T05:44:54+07:00");
	json_decref(rig_until(&card->rig, "on_air", true));
	reply = rig_ask(&card->rig, "{\"do\":\"clips\"}");
	for (size_t i = 0; i < CLIPS; i++)
		clips[i] = reference(&card->rig, rig_clip(rig_at(reply, "clips"), order[i]));
	cut = pull_in_the_number(card, clips);
	rows = rig_until_closed(&card->rig, 1);
	json_decref(rig_until(&card->rig, "on_air", false));
	assert_int_equal(rig_end(&card->rig, SIGTERM), 0);
	assert_string_equal(rig_text(json_array_get(rows, 0), "outcome"), "played");
	all = heard(card);
	check_heard(&all, clips, cut);
	for (size_t i = 0; i < CLIPS; i++)
		free(clips[i].x);
	free(all.x);
	json_decref(rows);
	json_decref(reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_number_is_whole_on_a_card_that_was_pulled,
						begin, card_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
