/* SPDX-License-Identifier: MIT */
/*
 * One level for every recording, measured on what leaves the chain, by the reference meter: those of
 * the shipped campaign, speech with long pauses, and speech that was recorded far too soft or too loud.
 */
#include <dirent.h>

#include "chained.h"
#include "mp3_internal.h"

#define CAMPAIGN   LOA_SOURCE_DIR "/config/campaigns/thang-hanh-dong-2024"
#define TARGET	   (-16.0)
#define CEILING	   (-1.0)
#define TOLERANCE  0.3 /* LU */
#define FILE_BYTES (1 << 20)

static const struct chain_settings settings = {{48000, 1}, TARGET, CEILING, 200};

static struct signal_file load_clip(const char *name)
{
	struct signal_file file = {malloc(FILE_BYTES), 0};
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", CAMPAIGN, name);
	in = fopen(path, "rb");
	assert_true(in && file.bytes);
	file.n = fread(file.bytes, 1, FILE_BYTES, in);
	assert_true(file.n > 0 && feof(in));
	fclose(in);
	return file;
}

/* Measures, plays, and holds what came out against the target. Returns the gain. */
static double check_level(const char *name, struct signal_file file)
{
	struct chain_measure measure;
	double lufs, peak_dbtp;
	size_t n;
	float *x;

	assert_int_equal(chain_measure(file.bytes, file.n, &settings, &measure), 0);
	x = chained(file, measure.frames, &settings, measure.gain_db, 960, &n);
	gauge(x, n, settings.format, &lufs, &peak_dbtp);
	free(x);
	print_message("%-24s %6.2f LUFS as recorded, %+6.2f dB, out %6.2f LUFS %6.2f dBTP\n", name,
		      measure.lufs, measure.gain_db, lufs, peak_dbtp);
	if (fabs(lufs - TARGET) > TOLERANCE || peak_dbtp > CEILING)
		fail_msg("%s comes out at %.2f LUFS, %.2f dBTP", name, lufs, peak_dbtp);
	assert_true(fabs(measure.out_lufs - lufs) < 0.05);
	return measure.gain_db;
}

static void test_every_recording_of_the_campaign(void **state)
{
	DIR *folder = opendir(CAMPAIGN);
	const struct dirent *entry;
	unsigned checked = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		struct signal_file file;

		if (!strstr(entry->d_name, ".mp3"))
			continue;
		file = load_clip(entry->d_name);
		check_level(entry->d_name, file);
		free(file.bytes);
		checked++;
	}
	closedir(folder);
	assert_true(checked >= 16);
}

/* The frames of a recording without tags and header frame, so that several make one. */
static struct signal_file frames_of(struct signal_file file)
{
	struct mp3_extent extent;

	assert_int_equal(mp3_extent_find(file.bytes, file.n, &extent), 0);
	extent.begin += extent.first.size;
	return signal_join(file.bytes + extent.begin, extent.end - extent.begin, NULL, 0);
}

static struct signal_file append(struct signal_file all, struct signal_file more)
{
	struct signal_file both = signal_join(all.bytes, all.n, more.bytes, more.n);

	free(all.bytes);
	return both;
}

/*
 * Half of it silence, as when someone reads a list. The pauses do not count: the sentences sound as
 * loud as without them, and get the same gain.
 */
static void test_speech_with_long_pauses(void **state)
{
	static const char *const names[] = {"khau-hieu-01.mp3", "khau-hieu-05.mp3",
					    "khau-hieu-09.mp3"};
	struct signal_file pause = signal_load("silence"), still = frames_of(pause);
	struct signal_file dense = {calloc(1, 1), 0}, sparse = {calloc(1, 1), 0};
	double difference;

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(names); i++) {
		struct signal_file file = load_clip(names[i]), speech = frames_of(file);

		dense = append(dense, speech);
		sparse = append(sparse, speech);
		for (int second = 0; second < 6; second++)
			sparse = append(sparse, still);
		free(speech.bytes);
		free(file.bytes);
	}
	difference = check_level("without pauses", dense) - check_level("with pauses", sparse);
	assert_true(fabs(difference) < 0.3);
	free(dense.bytes);
	free(sparse.bytes);
	free(still.bytes);
	free(pause.bytes);
}

/* The same sentence at -42 LUFS, at -19 and clipped hard at -7. */
static void test_soft_and_loud_come_to_one_level(void **state)
{
	struct signal_file quiet = signal_load("speech-quiet"), loud = signal_load("speech-loud");
	struct signal_file plain = load_clip("khau-hieu-05.mp3");
	double lifted, lowered;

	(void)state;
	lifted = check_level("speech-quiet", quiet);
	lowered = check_level("speech-loud", loud);
	check_level("khau-hieu-05", plain);
	assert_true(lifted > 20 && lowered < -5);
	free(quiet.bytes);
	free(loud.bytes);
	free(plain.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_recording_of_the_campaign),
		cmocka_unit_test(test_speech_with_long_pauses),
		cmocka_unit_test(test_soft_and_loud_come_to_one_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
