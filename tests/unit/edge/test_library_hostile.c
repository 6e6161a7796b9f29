/* SPDX-License-Identifier: MIT */
/* Every file that tests/hostile/make makes, through the real import; its name says the verdict. */
#include "library.h"

#include <dirent.h>
#include <string.h>

#include "check.h"
#include "folder.h"
#include "recordings.h"

/* Is the code one of those before the "--" in the file's name? */
static bool expected(const char *file, const char *code)
{
	size_t n = strlen(code);
	const char *end = strstr(file, "--");

	while (file < end) {
		size_t length = strcspn(file, "+-");

		while (file + length < end && file[length] == '-')
			length += 1 + strcspn(file + length + 1, "+-");
		if (length == n && strncmp(file, code, n) == 0)
			return true;
		file += length + 1;
	}
	return false;
}

static int is_file(const struct dirent *entry)
{
	return strstr(entry->d_name, "--") != NULL;
}

static bool import_one(struct library *library, const char *path, const char *file,
		       const char *name)
{
	struct library_result result = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *code;

	assert_true(fd >= 0);
	assert_int_equal(library_import(library, fd, name, NULL, NULL, RECORDINGS_NOW_US, &result),
			 0);
	close(fd);
	code = result.verdict == LIBRARY_ACCEPTED ? "accepted" : result.code;
	if (!expected(file, code))
		print_error("%s: %s\n", file, code);
	return expected(file, code);
}

/* All 60 and more; the library holds what was accepted and nothing else, no half file is left. */
static void every_file_gets_its_verdict(void **state)
{
	struct folder *folder = *state;
	struct library *library = open_library(folder);
	struct dirent **files;
	char *in = folder_file(folder, "in"), *command;
	int n, wrong = 0;

	assert_true(asprintf(&command, LOA_SOURCE_DIR "/tests/hostile/make %s 2>/dev/null", in) >
		    0);
	assert_int_equal(system(command), 0);
	n = scandir(in, &files, is_file, alphasort);
	assert_true(n >= 60);
	for (int i = 0; i < n; i++) {
		char path[1024], name[32];

		snprintf(path, sizeof(path), "%s/%s", in, files[i]->d_name);
		snprintf(name, sizeof(name), "bai-%d", i);
		wrong += !import_one(library, path, files[i]->d_name, name);
		free(files[i]);
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(count_files(folder), library_count(library));
	free(files);
	free(command);
	free(in);
	library_free(library);
}

/* The box has no ffmpeg: an MP3 is taken as ever, the rest names what is missing. */
static void without_a_converter_the_refusal_names_it(void **state)
{
	struct folder *folder = *state;
	struct library_options options = {.state_dir = folder->path,
					  .settings = recordings_settings,
					  .program = "/proc/self/exe",
					  .converter = "/nonexistent/ffmpeg"};
	static const uint8_t wav[64] = "RIFF\x38\0\0\0WAVEfmt ";
	struct library_result result;
	struct library *library;
	char *path = folder_file(folder, "a.wav");
	int fd;

	assert_int_equal(library_new(&options, &library), 0);
	assert_int_equal(import(library, "tone.mp3", "mot").verdict, LIBRARY_ACCEPTED);
	folder_write(folder, "a.wav", wav, sizeof(wav));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(library_import(library, fd, "hai", NULL, NULL, RECORDINGS_NOW_US, &result),
			 0);
	assert_int_equal(result.verdict, LIBRARY_REFUSED);
	assert_string_equal(result.code, "no-converter");
	close(fd);
	free(path);
	library_free(library);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define LIBRARY_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
		LIBRARY_TEST(every_file_gets_its_verdict),
		LIBRARY_TEST(without_a_converter_the_refusal_names_it),
	};

	if (recordings_is_child(argc, argv))
		return library_child_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
