/* SPDX-License-Identifier: MIT */
/* The sinks without a card: paced like one, and in the WAV file a place is a time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "check.h"
#include "monotonic.h"
#include "sink.h"

#define RATE   48000
#define BUFFER 5760

struct bench {
	struct sink *sink;
	char path[64];
	int64_t before_us, after_us; /* the making of the sink lies between */
	float tone[2 * BUFFER];
};

static int bench_begin(void **state)
{
	struct pcm_format format = {RATE, 1};
	struct bench *bench = calloc(1, sizeof(*bench));
	int fd;

	assert_non_null(bench);
	snprintf(bench->path, sizeof(bench->path), "/tmp/sink-XXXXXX");
	fd = mkstemp(bench->path);
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < CHECK_COUNT(bench->tone); i++)
		bench->tone[i] = 0.25f;
	bench->before_us = monotonic_us();
	assert_int_equal(sink_wav_new(bench->path, &format, &bench->sink), 0);
	bench->after_us = monotonic_us();
	*state = bench;
	return 0;
}

static int bench_end(void **state)
{
	struct bench *bench = *state;

	sink_free(bench->sink);
	unlink(bench->path);
	free(bench);
	return 0;
}

static void open_sink(struct bench *bench)
{
	struct pcm_format format = {RATE, 1};

	assert_int_equal(bench->sink->ops->open(bench->sink, &format), 0);
	assert_int_equal(bench->sink->info.buffer_frames, BUFFER);
}

struct wav {
	uint32_t data_bytes, riff_bytes, rate;
	int64_t n; /* frames by the length of the file */
	int16_t *sound;
};

static struct wav read_wav(const char *path)
{
	struct wav wav = {0};
	char header[44];
	FILE *from = fopen(path, "rb");

	assert_non_null(from);
	fseek(from, 0, SEEK_END);
	wav.n = (ftell(from) - 44) / 2;
	rewind(from);
	assert_int_equal(fread(header, 1, 44, from), 44);
	assert_memory_equal(header, "RIFF", 4);
	assert_memory_equal(header + 8, "WAVEfmt ", 8);
	assert_memory_equal(header + 36, "data", 4);
	memcpy(&wav.riff_bytes, header + 4, 4);
	memcpy(&wav.rate, header + 24, 4);
	memcpy(&wav.data_bytes, header + 40, 4);
	wav.sound = calloc((size_t)wav.n + 1, 2);
	assert_non_null(wav.sound);
	assert_int_equal(fread(wav.sound, 2, (size_t)wav.n, from), wav.n);
	fclose(from);
	return wav;
}

static void assert_header_true(const struct wav *wav)
{
	assert_int_equal(wav->rate, RATE);
	assert_int_equal(wav->data_bytes, 2 * wav->n);
	assert_int_equal(wav->riff_bytes, 36 + 2 * wav->n);
}

static int64_t frames_between(int64_t from_us, int64_t to_us)
{
	return pcm_frames_of_us(to_us - from_us, RATE);
}

static int64_t wait_until_consumed(struct sink *sink, int64_t frames)
{
	int64_t consumed = 0, patience_us = monotonic_us() + 10000000;

	while (consumed >= 0 && consumed < frames) {
		assert_true(monotonic_us() < patience_us);
		consumed = sink->ops->consumed(sink);
		monotonic_sleep_until(monotonic_us() + 1000);
	}
	return consumed;
}

static void test_place_is_time(void **state)
{
	struct bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t at_us = bench->after_us + 150000, started_us, first = 0, freed_us;
	struct wav wav;

	open_sink(bench);
	assert_int_equal(sink->ops->write(sink, bench->tone, 2000), 2000);
	assert_int_equal(sink->ops->start(sink, at_us, &started_us), 0);
	assert_int_equal(started_us, at_us);
	assert_int_equal(sink->ops->write(sink, bench->tone, 1000), 1000);
	wait_until_consumed(sink, 2500);
	sink->ops->close(sink);
	wav = read_wav(bench->path);
	assert_header_true(&wav);
	free(wav.sound);
	monotonic_sleep_until(monotonic_us() + 50000);
	freed_us = monotonic_us();
	bench->sink = sink_free(sink);
	wav = read_wav(bench->path);
	assert_header_true(&wav);
	while (first < wav.n && wav.sound[first] == 0)
		first++;
	assert_true(first >= frames_between(bench->after_us, at_us));
	assert_true(first <= frames_between(bench->before_us, at_us));
	assert_int_equal(wav.sound[first + 2400] / 100, 81);
	/* The time after it is in the file as well. */
	assert_true(wav.n >= frames_between(bench->after_us, freed_us) - 1);
	assert_int_equal(wav.sound[wav.n - 1], 0);
	free(wav.sound);
}

static void test_takes_a_buffer_and_paces(void **state)
{
	struct bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, consumed, early_us, late_us;

	open_sink(bench);
	assert_int_equal(sink->ops->write(sink, bench->tone, 2 * BUFFER), BUFFER);
	assert_int_equal(sink->ops->write(sink, bench->tone, 10), 0);
	assert_int_equal(sink->ops->consumed(sink), 0);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(sink->ops->wait(sink, -1, started_us + 1000000), 1);
	assert_true(monotonic_us() >= started_us + 20000);
	early_us = monotonic_us();
	consumed = sink->ops->consumed(sink);
	late_us = monotonic_us();
	assert_in_range(consumed, frames_between(started_us, early_us) - 1,
			frames_between(started_us, late_us) + 1);
	assert_true(sink->ops->write(sink, bench->tone, 2 * BUFFER) >= 960);
}

static void test_wait_hears_the_wake_fd(void **state)
{
	struct bench *bench = *state;
	struct sink *sink = bench->sink;
	int wake_fd = eventfd(1, EFD_CLOEXEC);

	open_sink(bench);
	sink->ops->write(sink, bench->tone, BUFFER);
	assert_int_equal(sink->ops->wait(sink, wake_fd, INT64_MAX), 0);
	close(wake_fd);
	assert_int_equal(sink->ops->wait(sink, -1, monotonic_us() + 5000), 0);
}

static void test_runs_dry_like_a_card(void **state)
{
	struct bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us, first = 0, last;
	struct wav wav;

	open_sink(bench);
	sink->ops->write(sink, bench->tone, 1000);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	assert_int_equal(wait_until_consumed(sink, 1001), -EPIPE);
	assert_int_equal(sink->info.xruns, 1);
	/* What was written has sounded; it stands still until it is half full again. */
	assert_int_equal(sink->ops->consumed(sink), 1000);
	sink->ops->write(sink, bench->tone, 960);
	monotonic_sleep_until(monotonic_us() + 30000);
	assert_int_equal(sink->ops->consumed(sink), 1000);
	sink->ops->write(sink, bench->tone, BUFFER);
	assert_true(wait_until_consumed(sink, 1500) >= 1500);
	assert_int_equal(sink->info.xruns, 1);
	sink->ops->close(sink);
	wav = read_wav(bench->path);
	while (wav.sound[first] == 0)
		first++;
	for (last = first; wav.sound[last] != 0;)
		last++;
	assert_int_equal(last - first, 1000);
	/* 30 ms and more of silence, then it goes on. */
	for (first = last; first < wav.n && wav.sound[first] == 0;)
		first++;
	assert_true(first - last >= 1440 && first + 400 < wav.n);
	free(wav.sound);
}

static void test_drop_forgets_the_buffer(void **state)
{
	struct bench *bench = *state;
	struct sink *sink = bench->sink;
	int64_t started_us;
	struct wav wav;

	open_sink(bench);
	sink->ops->write(sink, bench->tone, BUFFER);
	sink->ops->drop(sink);
	assert_int_equal(sink->ops->write(sink, bench->tone, 2 * BUFFER), BUFFER);
	sink->ops->drop(sink);
	for (size_t i = 0; i < 2000; i++)
		bench->tone[i] = -0.25f;
	sink->ops->write(sink, bench->tone, 2000);
	assert_int_equal(sink->ops->start(sink, 0, &started_us), 0);
	wait_until_consumed(sink, 1000);
	sink->ops->close(sink);
	wav = read_wav(bench->path);
	for (int64_t i = 0; i < wav.n; i++)
		assert_true(wav.sound[i] <= 0);
	free(wav.sound);
}

static void test_other_format_is_refused(void **state)
{
	struct bench *bench = *state;
	struct pcm_format other = {44100, 1};

	assert_int_equal(bench->sink->ops->open(bench->sink, &other), -ENODEV);
	assert_int_equal(bench->sink->trouble.cause, SINK_WRONG_RATE);
	assert_int_equal(bench->sink->trouble.most, 48000);
	assert_int_equal(bench->sink->ops->write(bench->sink, bench->tone, 1), -ENODEV);
}

static void test_file_that_cannot_be_made(void **state)
{
	struct pcm_format format = {RATE, 1};
	struct sink *sink = NULL;

	(void)state;
	assert_int_equal(sink_wav_new("/nowhere/sound.wav", &format, &sink), -ENOENT);
	assert_null(sink);
}

static void test_null_paces_too(void **state)
{
	struct pcm_format format = {44100, 2};
	float frames[2 * 1000] = {0};
	int64_t started_us, first_us;
	struct sink *sink;

	(void)state;
	assert_int_equal(sink_null_new(&sink), 0);
	assert_int_equal(sink->ops->open(sink, &format), 0);
	while (sink->ops->write(sink, frames, 1000) > 0)
		;
	assert_int_equal(sink->ops->start(sink, monotonic_us() + 20000, &started_us), 0);
	first_us = monotonic_us();
	assert_true(first_us >= started_us);
	assert_true(wait_until_consumed(sink, 2205) >= 2205);
	assert_true(monotonic_us() >= started_us + 50000);
	sink_free(sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_place_is_time, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_takes_a_buffer_and_paces, bench_begin,
						bench_end),
		cmocka_unit_test_setup_teardown(test_wait_hears_the_wake_fd, bench_begin,
						bench_end),
		cmocka_unit_test_setup_teardown(test_runs_dry_like_a_card, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_drop_forgets_the_buffer, bench_begin,
						bench_end),
		cmocka_unit_test_setup_teardown(test_other_format_is_refused, bench_begin,
						bench_end),
		cmocka_unit_test(test_file_that_cannot_be_made),
		cmocka_unit_test(test_null_paces_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
