/* SPDX-License-Identifier: MIT */
#include "alsa_bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "monotonic.h"

void alsa_bench_unlimited(void)
{
	unsetenv("LOA_PACE_RATE");
	unsetenv("LOA_PACE_CHANNELS");
	unsetenv("LOA_PACE_FORMAT");
}

int alsa_bench_begin(void **state)
{
	struct alsa_bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	snprintf(bench->folder, sizeof(bench->folder), "/tmp/alsa-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->file, sizeof(bench->file), "%s/sound.raw", bench->folder);
	snprintf(bench->stamps, sizeof(bench->stamps), "%s/stamps", bench->folder);
	snprintf(bench->control, sizeof(bench->control), "%s/control", bench->folder);
	setenv("LOA_PACE_FILE", bench->file, 1);
	setenv("LOA_PACE_STAMPS", bench->stamps, 1);
	setenv("LOA_PACE_CONTROL", bench->control, 1);
	/* Each frame is different, and none is silence. */
	for (size_t i = 0; i < CHECK_COUNT(bench->ramp); i++)
		bench->ramp[i] = (float)(i + 100) / 32768.0f;
	assert_int_equal(sink_alsa_new("loapace", &bench->sink), 0);
	*state = bench;
	return 0;
}

int alsa_bench_end(void **state)
{
	struct alsa_bench *bench = *state;

	alsa_bench_unlimited();
	sink_free(bench->sink);
	unlink(bench->file);
	unlink(bench->stamps);
	unlink(bench->control);
	rmdir(bench->folder);
	free(bench);
	return 0;
}

void alsa_bench_fault(struct alsa_bench *bench, const char *text)
{
	FILE *control = fopen(bench->control, "w");

	assert_non_null(control);
	fprintf(control, "%s\n", text);
	fclose(control);
}

int alsa_bench_open(struct alsa_bench *bench)
{
	struct pcm_format format = {ALSA_BENCH_RATE, 1};

	return bench->sink->ops->open(bench->sink, &format);
}

void alsa_bench_fill(struct alsa_bench *bench, int64_t *place)
{
	struct sink *sink = bench->sink;
	int64_t taken;

	do {
		int64_t n = (int64_t)CHECK_COUNT(bench->ramp) - *place;

		taken = sink->ops->write(sink, bench->ramp + *place,
					 (size_t)(n < ALSA_BENCH_PERIOD ? n : ALSA_BENCH_PERIOD));
		if (taken > 0)
			*place += taken;
	} while (taken > 0);
}

/* Writes all of the ramp, and waits for it to be consumed. Returns the first error. */
int alsa_bench_play(struct alsa_bench *bench, int64_t *place)
{
	struct sink *sink = bench->sink;
	int64_t consumed = 0, patience_us = monotonic_us() + 10000000;

	while (consumed >= 0 && consumed + sink->info.lost + ALSA_BENCH_BUFFER / 2 <
					(int64_t)CHECK_COUNT(bench->ramp)) {
		int ready;

		assert_true(monotonic_us() < patience_us);
		alsa_bench_fill(bench, place);
		ready = sink->ops->wait(sink, -1, monotonic_us() + 50000);
		if (ready < 0)
			return ready;
		consumed = sink->ops->consumed(sink);
	}
	return consumed < 0 ? (int)consumed : 0;
}

int64_t alsa_bench_read(struct alsa_bench *bench, int16_t *ret, int64_t most)
{
	FILE *from = fopen(bench->file, "rb");
	int64_t n;

	assert_non_null(from);
	n = (int64_t)fread(ret, 2, (size_t)most, from);
	fclose(from);
	return n;
}

int64_t alsa_bench_stamp_us(struct alsa_bench *bench, const char *event)
{
	FILE *from = fopen(bench->stamps, "r");
	char line[128], word[32];
	int64_t at_us = -1, found_us = -1;

	assert_non_null(from);
	while (fgets(line, sizeof(line), from))
		if (sscanf(line, "%31s %" SCNd64, word, &at_us) == 2 && strcmp(word, event) == 0)
			found_us = at_us;
	fclose(from);
	return found_us;
}

bool alsa_bench_near(int16_t sample, int64_t place)
{
	return llabs(sample - (place + 100)) <= 3;
}

int alsa_bench_use(void **state)
{
	(void)state;
	alsa_bench_unlimited();
	return setenv("ALSA_CONFIG_PATH", LOA_BINARY_DIR "/tests/pcm/asound.conf", 1);
}
