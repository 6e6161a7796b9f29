/* SPDX-License-Identifier: MIT */
/* Cards that do only odd things: taken through ALSA's conversions where that is right, else refused. */
#include <errno.h>
#include <stdlib.h>

#include "alsa_bench.h"
#include "check.h"
#include "monotonic.h"
#include "sink_alsa_internal.h"

struct odd_row {
	int line;
	const char *device, *variable, *value;
	enum sink_cause cause; /* SINK_WELL: it plays */
};

/* "plughw:CARD=" is what "card:" and "usb:" fall back to. */
static const struct odd_row rows[] = {
	{ROW, "hw:CARD=x", "LOA_PACE_FORMAT", "U8", SINK_WRONG_SAMPLES},
	{ROW, "plughw:CARD=x", "LOA_PACE_FORMAT", "U8", SINK_WELL},
	{ROW, "hw:CARD=x", "LOA_PACE_FORMAT", "IEC958_SUBFRAME_LE", SINK_WRONG_SAMPLES},
	/* Debian 12's ALSA packs these only where a card's own configuration says so ("hdmi:"). */
	{ROW, "plughw:CARD=x", "LOA_PACE_FORMAT", "IEC958_SUBFRAME_LE", SINK_WRONG_SAMPLES},
	{ROW, "hw:CARD=x", "LOA_PACE_CHANNELS", "8", SINK_WRONG_CHANNELS},
	{ROW, "plughw:CARD=x", "LOA_PACE_CHANNELS", "8", SINK_WELL},
	{ROW, "plughw:CARD=x", "LOA_PACE_CHANNELS", "2", SINK_WELL},
	/* Never the rate: what ALSA makes of it is far worse than the chain. */
	{ROW, "hw:CARD=x", "LOA_PACE_RATE", "44100", SINK_WRONG_RATE},
	{ROW, "plughw:CARD=x", "LOA_PACE_RATE", "44100", SINK_WRONG_RATE},
};

static bool packed_by_some(const struct odd_row *row)
{
	return strncmp(row->device, "plughw:", 7) == 0 && strncmp(row->value, "IEC958", 6) == 0;
}

static void test_odd_cards(void **state)
{
	const struct pcm_format format = {ALSA_BENCH_RATE, 1};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		const struct odd_row *row = &rows[i];
		struct sink *sink;
		int error;

		alsa_bench_unlimited();
		setenv(row->variable, row->value, 1);
		check_row_int(row->line, sink_alsa_new(row->device, &sink), 0);
		error = sink->ops->open(sink, &format);
		if (!packed_by_some(row) || sink->trouble.cause != SINK_WELL)
			check_row_int(row->line, sink->trouble.cause, row->cause);
		check_row_int(row->line, error, sink->trouble.cause == SINK_WELL ? 0 : -ENODEV);
		sink_free(sink);
	}
	alsa_bench_unlimited();
}

/* What comes out behind the conversions is what went in, at its pace. */
static void test_plays_through_the_conversions(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	const struct pcm_format format = {ALSA_BENCH_RATE, 1};
	int64_t started_us, place = 0, n;
	int16_t sound[4 * ALSA_BENCH_BUFFER];

	setenv("LOA_PACE_CHANNELS", "2", 1);
	sink_free(sink);
	assert_int_equal(sink_alsa_new("plughw:CARD=x", &bench->sink), 0);
	sink = bench->sink;
	assert_int_equal(sink->ops->open(sink, &format), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(alsa_bench_play(bench, &place), 0);
	sink->ops->close(sink);
	assert_int_equal(sink->info.xruns, 0);
	n = alsa_bench_read(bench, sound, 4 * ALSA_BENCH_BUFFER) / 2;
	assert_true(n > ALSA_BENCH_BUFFER);
	for (int64_t i = 0; i < n; i++)
		assert_true(alsa_bench_near(sound[2 * i], i) &&
			    alsa_bench_near(sound[2 * i + 1], i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_alsa_bench(test_odd_cards),
		on_alsa_bench(test_plays_through_the_conversions),
	};

	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
