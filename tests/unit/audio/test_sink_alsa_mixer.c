/* SPDX-License-Identifier: MIT */
/* The card's own controls before each broadcast, through ALSA's real mixer (tests/pcm/loamix.c). */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alsa_bench.h"
#include "check.h"

static void put_mixer(const struct alsa_bench *bench, const char *text)
{
	char path[128];
	FILE *to;

	snprintf(path, sizeof(path), "%s/mixer", bench->folder);
	setenv("LOA_MIX_FILE", path, 1);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

static int mixer_begin(void **state)
{
	return alsa_bench_begin(state);
}

static int mixer_end(void **state)
{
	const struct alsa_bench *bench = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/mixer", bench->folder);
	unlink(path);
	unsetenv("LOA_MIX_FILE");
	return alsa_bench_end(state);
}

static void check_mixer(int line, const struct alsa_bench *bench, const char *text)
{
	char path[128], is[512] = "";
	FILE *from;

	snprintf(path, sizeof(path), "%s/mixer", bench->folder);
	from = fopen(path, "r");
	check_row(line, from);
	is[fread(is, 1, sizeof(is) - 1, from)] = '\0';
	fclose(from);
	check_row_str(line, is, text);
}

struct mixer_row {
	int line;
	const char *control;
	double level_db;
	const char *before, *after;
	enum sink_cause cause;
	const char *detail;
};

/* Full is 0 dB, which these controls have at 80, and never above; without a scale it is their end. */
static const struct mixer_row rows[] = {
	{ROW, "auto", 0, "0 10 db PCM\n", "1 80 db PCM\n", SINK_WELL, ""},
	{ROW, "auto", 0, "1 100 db PCM\n", "1 80 db PCM\n", SINK_WELL, ""},
	{ROW, "auto", 0, "0 10 raw Speaker\n", "1 100 raw Speaker\n", SINK_WELL, ""},
	{ROW, "auto", 0, "- 10 db Digital\n", "- 80 db Digital\n", SINK_WELL, ""},
	{ROW, "auto", 0, "0 10 db UMC204HD Output\n", "1 80 db UMC204HD Output\n", SINK_WELL, ""},
	/* All that lead out, and no input, no lone switch but an output's. */
	{ROW, "auto", 0,
	 "0 - raw IEC958\n0 10 db Headphone\n0 10 db Mic\n0 30 db Line\n0 - raw Auto Mute\n",
	 "1 - raw IEC958\n1 80 db Headphone\n0 10 db Mic\n0 30 db Line\n0 - raw Auto Mute\n",
	 SINK_WELL, ""},
	{ROW, "auto", -10, "0 10 db PCM\n", "1 60 db PCM\n", SINK_WELL, ""},
	{ROW, "auto", -60, "0 10 db PCM\n", "1 0 db PCM\n", SINK_WELL, ""},
	/* Between two steps: the lower. */
	{ROW, "auto", -0.7, "0 10 db PCM\n", "1 78 db PCM\n", SINK_WELL, ""},
	{ROW, "auto", -10, "0 10 raw PCM\n", "1 100 raw PCM\n", SINK_MIXER_NO_SCALE, "PCM"},
	{ROW, "off", 0, "0 10 db PCM\n", "0 10 db PCM\n", SINK_WELL, ""},
	{ROW, "speaker", 0, "0 10 db PCM\n0 10 db Speaker\n", "0 10 db PCM\n1 80 db Speaker\n",
	 SINK_WELL, ""},
	{ROW, "Mic", 0, "0 10 db Mic\n", "1 80 db Mic\n", SINK_WELL, ""},
	{ROW, "Speaker", 0, "0 10 db PCM\n0 10 db Digital\n", "0 10 db PCM\n0 10 db Digital\n",
	 SINK_MIXER_MISSING, "PCM, Digital"},
	{ROW, "auto", 0, "stuck\n0 10 db PCM\n", "stuck\n0 10 db PCM\n", SINK_MIXER_STUCK, "PCM"},
	/* Nothing was wrong: a mixer that cannot be set is none the worse. */
	{ROW, "auto", 0, "stuck\n1 80 db PCM\n", "stuck\n1 80 db PCM\n", SINK_WELL, ""},
};

static void test_unmuted_set_and_verified(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;

	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		const struct mixer_row *row = &rows[i];

		put_mixer(bench, row->before);
		sink_alsa_set_mixer(sink, row->control, row->level_db);
		check_row_int(row->line, alsa_bench_open(bench), 0);
		sink->ops->close(sink);
		check_row_int(row->line, sink->concern.cause, row->cause);
		check_row_str(row->line, sink->concern.detail, row->detail);
		check_mixer(row->line, bench, row->after);
	}
}

/* A card that was put back in comes muted: it is set at each opening, not once. */
static void test_set_again_at_each_opening(void **state)
{
	struct alsa_bench *bench = *state;
	struct sink *sink = bench->sink;

	sink_alsa_set_mixer(sink, "auto", 0);
	for (int i = 0; i < 2; i++) {
		put_mixer(bench, "0 0 db PCM\n");
		assert_int_equal(alsa_bench_open(bench), 0);
		check_mixer(__LINE__, bench, "1 80 db PCM\n");
		sink->ops->close(sink);
	}
}

/* A PCM without a card and without a mixer is a file, or the network: nothing is wrong with that. */
static void test_no_mixer_is_no_fault(void **state)
{
	struct alsa_bench *bench = *state;

	sink_alsa_set_mixer(bench->sink, "auto", 0);
	assert_int_equal(alsa_bench_open(bench), 0);
	assert_int_equal(bench->sink->concern.cause, SINK_WELL);
}

#define on_mixer(test) cmocka_unit_test_setup_teardown(test, mixer_begin, mixer_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_mixer(test_unmuted_set_and_verified),
		on_mixer(test_set_again_at_each_opening),
		on_mixer(test_no_mixer_is_no_fault),
	};

	return cmocka_run_group_tests(tests, alsa_bench_use, NULL);
}
