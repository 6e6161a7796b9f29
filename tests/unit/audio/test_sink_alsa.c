/* SPDX-License-Identifier: MIT */
/* What the ALSA sink agrees on with a card, and that it plays that, when it is told to. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alsa_bench.h"
#include "check.h"
#include "monotonic.h"

static void test_negotiates(void **state)
{
	struct alsa_bench *bench = *state;
	const struct sink_info *info = &bench->sink->info;

	assert_int_equal(alsa_bench_open(bench), 0);
	assert_string_equal(info->sample, "S16_LE");
	assert_int_equal(info->format.rate_hz, ALSA_BENCH_RATE);
	assert_int_equal(info->format.channels, 1);
	assert_int_equal(info->period_frames, ALSA_BENCH_PERIOD);
	assert_int_equal(info->buffer_frames, ALSA_BENCH_BUFFER);
	assert_non_null(strstr(info->name, "loapace"));
}

struct refusal_row {
	int line;
	const char *variable, *value;
	struct sink_trouble told;
};

static void check_told(int line, const struct sink_trouble *is, const struct sink_trouble *told)
{
	check_row_int(line, is->cause, told->cause);
	check_row_int(line, is->wanted, told->wanted);
	check_row_int(line, is->least, told->least);
	check_row_int(line, is->most, told->most);
	check_row_str(line, is->detail, told->detail);
	check_row_str(line, is->device, "loapace");
}

static void test_refuses_and_says_why(void **state)
{
	static const struct refusal_row rows[] = {
		{ROW,
		 "LOA_PACE_RATE",
		 "44100",
		 {.cause = SINK_WRONG_RATE, .wanted = 48000, .least = 44100, .most = 44100}},
		{ROW,
		 "LOA_PACE_CHANNELS",
		 "8",
		 {.cause = SINK_WRONG_CHANNELS, .wanted = 1, .least = 8, .most = 8}},
		{ROW,
		 "LOA_PACE_FORMAT",
		 "IEC958_SUBFRAME_LE",
		 {.cause = SINK_WRONG_SAMPLES, .detail = "IEC958_SUBFRAME_LE"}},
		{ROW, "LOA_PACE_FORMAT", "U8", {.cause = SINK_WRONG_SAMPLES, .detail = "U8"}},
	};
	struct alsa_bench *bench = *state;

	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		alsa_bench_unlimited();
		setenv(rows[i].variable, rows[i].value, 1);
		check_row_int(rows[i].line, alsa_bench_open(bench), -ENODEV);
		check_told(rows[i].line, &bench->sink->trouble, &rows[i].told);
	}
	alsa_bench_unlimited();
	assert_int_equal(alsa_bench_open(bench), 0);
	assert_int_equal(bench->sink->trouble.cause, SINK_WELL);
}

static void test_cannot_be_opened(void **state)
{
	struct alsa_bench *bench = *state;

	alsa_bench_fault(bench, "absent");
	assert_int_equal(alsa_bench_open(bench), -ENODEV);
	assert_int_equal(bench->sink->trouble.cause, SINK_ABSENT);
	alsa_bench_fault(bench, "busy");
	assert_int_equal(alsa_bench_open(bench), -ENODEV);
	assert_int_equal(bench->sink->trouble.cause, SINK_BUSY);
	alsa_bench_fault(bench, "");
	assert_int_equal(alsa_bench_open(bench), 0);
}

static void test_starts_when_told(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t at_us, started_us = 0, stamped_us, place = 0, n;
	int16_t sound[4 * ALSA_BENCH_BUFFER];

	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	assert_int_equal(place, ALSA_BENCH_BUFFER);
	at_us = monotonic_us() + 100000;
	/* Full, and it waits: nothing starts by itself. */
	assert_int_equal(sink->ops->wait(sink, -1, at_us - 20000), 0);
	assert_int_equal(sink->ops->consumed(sink), 0);
	assert_int_equal(sink->ops->start(sink, at_us, &started_us), 0);
	stamped_us = alsa_bench_stamp_us(bench, "start");
	assert_true(stamped_us >= at_us);
	/* The trigger stamp is the card's, not the caller's: taken in the same call as its own. */
	assert_true(started_us >= stamped_us - 1000 && started_us <= monotonic_us());
	assert_int_equal(alsa_bench_play(bench, &place), 0);
	sink->ops->close(sink);
	n = alsa_bench_read(bench, sound, 4 * ALSA_BENCH_BUFFER);
	assert_true(n > 3 * ALSA_BENCH_BUFFER);
	for (int64_t i = 0; i < n; i++)
		assert_true(alsa_bench_near(sound[i], i));
	assert_int_equal(sink->info.xruns, 0);
}

static void test_late_trigger_is_told(void **state)
{
	struct alsa_bench *bench = *state;
	int64_t at_us, started_us = 0, place = 0;

	alsa_bench_fault(bench, "start-late 150000");
	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	at_us = monotonic_us() + 20000;
	assert_int_equal(bench->sink->ops->start(bench->sink, at_us, &started_us), 0);
	assert_true(started_us - at_us >= 150000);
}

static void test_dropped_stream_begins_anew(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, place = 0;
	int16_t sound[2000];

	assert_int_equal(alsa_bench_open(bench), 0);
	alsa_bench_fill(bench, &place);
	sink->ops->drop(sink);
	place = 1000;
	alsa_bench_fill(bench, &place);
	assert_int_equal(place, 1000 + ALSA_BENCH_BUFFER);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	while (sink->ops->consumed(sink) < 2000)
		monotonic_sleep_until(monotonic_us() + 1000);
	sink->ops->close(sink);
	assert_int_equal(alsa_bench_read(bench, sound, 2000), 2000);
	for (int64_t i = 0; i < 2000; i++)
		assert_true(alsa_bench_near(sound[i], i + 1000));
}

struct format_row {
	int line;
	const char *format;
	size_t bytes;
	double full; /* of the integer read, for full scale; 0 = float */
};

static double sample_of(const struct format_row *row, const uint8_t *at)
{
	int32_t whole = 0;
	float fraction;

	if (row->full == 0) {
		memcpy(&fraction, at, 4);
		return (double)fraction;
	}
	for (size_t i = row->bytes; i-- > 0;)
		whole = (int32_t)((uint32_t)whole << 8 | at[i]);
	if (row->bytes < 4)
		whole = (int32_t)((uint32_t)whole << (8 * (4 - row->bytes))) >>
			(8 * (4 - row->bytes));
	return whole / row->full;
}

static void test_sample_formats(void **state)
{
	static const struct format_row rows[] = {
		{ROW, "S16_LE", 2, 32768.0},	{ROW, "S32_LE", 4, 2147483648.0},
		{ROW, "S24_3LE", 3, 8388608.0}, {ROW, "S24_LE", 4, 8388608.0},
		{ROW, "FLOAT_LE", 4, 0},
	};
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;

	for (size_t k = 0; k < CHECK_COUNT(rows); k++) {
		const struct format_row *row = &rows[k];
		uint8_t bytes[4 * 1000];
		int64_t started_us;
		FILE *from;

		setenv("LOA_PACE_FORMAT", row->format, 1);
		unlink(bench->file);
		for (int i = 0; i < 1000; i++)
			bench->ramp[i] = (float)(i - 500) / 500.0f;
		check_row_int(row->line, alsa_bench_open(bench), 0);
		check_row_str(row->line, sink->info.sample, row->format);
		check_row_int(row->line, sink->ops->write(sink, bench->ramp, 3000), 3000);
		check_row_int(row->line, sink->ops->start(sink, 0, &started_us), 0);
		while (sink->ops->consumed(sink) < 1000)
			monotonic_sleep_until(monotonic_us() + 1000);
		sink->ops->close(sink);
		from = fopen(bench->file, "rb");
		check_row(row->line, from && fread(bytes, row->bytes, 1000, from) == 1000);
		fclose(from);
		for (int i = 0; i < 1000; i++)
			check_row(row->line, fabs(sample_of(row, bytes + (size_t)i * row->bytes) -
						  (i - 500) / 500.0) < 1e-4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_alsa_bench(test_negotiates),
		on_alsa_bench(test_refuses_and_says_why),
		on_alsa_bench(test_cannot_be_opened),
		on_alsa_bench(test_starts_when_told),
		on_alsa_bench(test_late_trigger_is_told),
		on_alsa_bench(test_dropped_stream_begins_anew),
		on_alsa_bench(test_sample_formats),
	};

	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
