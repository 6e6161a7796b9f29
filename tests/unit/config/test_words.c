/* SPDX-License-Identifier: MIT */
/* Which language is spoken, with a catalogue of one message. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "words.h"

static char folder[] = "/tmp/loaphuong-words-XXXXXX";

/* The smallest catalogue there is: its head, and "yes" -> "có". */
static int write_catalogue(void **state)
{
	static const char head[] = "Content-Type: text/plain; charset=UTF-8\n";
	const uint32_t numbers[] = {
		0x950412de,	  0, 2, 28, 44, 0, 60, 0, 60, 3, 61, sizeof(head) - 1, 65, 3,
		65 + sizeof(head)};
	char path[128];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("vi", 0700), 0);
	assert_int_equal(mkdir("vi/LC_MESSAGES", 0700), 0);
	snprintf(path, sizeof(path), "vi/LC_MESSAGES/%s.mo", WORDS_DOMAIN);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(numbers, sizeof(numbers), 1, file);
	fwrite("\0yes", 5, 1, file);
	fwrite(head, sizeof(head), 1, file);
	fwrite("có", 4, 1, file);
	fclose(file);
	return 0;
}

static int remove_catalogue(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(chdir("/"), 0);
	return system(command);
}

static const struct {
	int line;
	const char *language, *lc_all, *lc_messages, *lang; /* NULL: not set */
	const char *fallback, *want;
	bool chosen;
} rows[] = {
	{ROW, NULL, NULL, NULL, NULL, "vi", "vi", false},
	{ROW, NULL, NULL, NULL, NULL, "en", "en", false},
	{ROW, NULL, NULL, NULL, NULL, NULL, "en", false},
	{ROW, NULL, NULL, NULL, "C.UTF-8", "vi", "vi", false},
	{ROW, NULL, NULL, NULL, "C", "vi", "vi", false},
	{ROW, NULL, "C.UTF-8", NULL, "en_US.UTF-8", "vi", "vi", false},
	{ROW, NULL, "C", NULL, NULL, "vi", "en", true},
	{ROW, NULL, NULL, NULL, "vi_VN.UTF-8", "en", "vi", true},
	{ROW, NULL, NULL, NULL, "en_GB.UTF-8", "vi", "en", true},
	{ROW, NULL, NULL, "vi_VN", "en_GB.UTF-8", "en", "vi", true},
	{ROW, NULL, "en_US", "vi_VN", "vi_VN", "vi", "en", true},
	{ROW, NULL, NULL, NULL, "fr_FR.UTF-8", "vi", "vi", false},
	{ROW, "vi", "en_US.UTF-8", NULL, NULL, "en", "vi", true},
	{ROW, "fr:en:vi", NULL, NULL, "C.UTF-8", "vi", "en", true},
	{ROW, "fr", NULL, NULL, "vi_VN.UTF-8", "en", "vi", true},
	{ROW, "", NULL, NULL, "english", "vi", "vi", false},
};

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void language_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		set("LANGUAGE", rows[i].language);
		set("LC_ALL", rows[i].lc_all);
		set("LC_MESSAGES", rows[i].lc_messages);
		set("LANG", rows[i].lang);
		words_init(folder, rows[i].fallback);
		check_row_str(rows[i].line, words_language(), rows[i].want);
		check_row_int(rows[i].line, words_chosen(), rows[i].chosen);
		check_row_str(rows[i].line, _("yes"), strcmp(rows[i].want, "vi") ? "yes" : "có");
	}
}

static void language_changes_by_request(void **state)
{
	(void)state;
	set("LANGUAGE", "en");
	words_init(folder, "vi");
	assert_string_equal(_("yes"), "yes");
	words_use("vi");
	assert_string_equal(_("yes"), "có");
	assert_string_equal(_("no such message"), "no such message");
	assert_string_equal(_(""), ""); /* not the catalogue's head */
	words_use("en-GB");
	assert_string_equal(_("yes"), "yes");
	words_use("vi");
	words_use("xx");
	assert_string_equal(words_language(), "en");
	words_use(NULL);
	assert_string_equal(words_language(), "en");
}

static void errors_are_said_in_the_language_in_force(void **state)
{
	(void)state;
	set("LANGUAGE", "en");
	words_init(folder, "vi");
	assert_string_equal(words_error(ENOENT), "No such file or directory");
	assert_non_null(strstr(words_error(99999), "99999"));
	words_init(LOA_BINARY_DIR "/locale", "vi"); /* the one that is shipped */
	words_use("vi");
	assert_string_equal(words_error(ENOENT), "Không có tệp hoặc thư mục đó");
	assert_non_null(strstr(words_error(99999), "99999"));
	words_use(NULL);
	assert_string_equal(words_error(ENOENT), "No such file or directory");
	words_init(folder, "vi");
}

/* Cut off, or with a place that is none, it is left alone: English, and no crash. */
static void a_damaged_catalogue_is_left_alone(void **state)
{
	char path[128], bytes[512];
	FILE *file;
	size_t n;

	(void)state;
	setenv("LANGUAGE", "vi", 1);
	snprintf(path, sizeof(path), "vi/LC_MESSAGES/%s.mo", WORDS_DOMAIN);
	file = fopen(path, "r");
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t i = 0; i < n + 68; i++) {
		char spoilt[512];

		memcpy(spoilt, bytes, n);
		if (i >= n) /* each number far away */
			spoilt[(i - n) % 68] = (char)0xff;
		file = fopen(path, "w");
		fwrite(spoilt, 1, i < n ? i : n, file);
		fclose(file);
		words_init(folder, "vi");
		if (i < n)
			assert_string_equal(_("yes"), "yes");
		else
			assert_true(strcmp(_("yes"), "no") != 0);
	}
	file = fopen(path, "w");
	fwrite(bytes, 1, n, file);
	fclose(file);
	words_init(folder, "vi");
	assert_string_equal(_("yes"), "có");
}

/* libconfuse and printf would change their decimal point. */
static void numbers_keep_their_point(void **state)
{
	(void)state;
	setenv("LC_ALL", "C.UTF-8", 1);
	words_init(folder, "vi");
	assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(language_is_chosen),
		cmocka_unit_test(language_changes_by_request),
		cmocka_unit_test(errors_are_said_in_the_language_in_force),
		cmocka_unit_test(a_damaged_catalogue_is_left_alone),
		cmocka_unit_test(numbers_keep_their_point),
	};

	return cmocka_run_group_tests(tests, write_catalogue, remove_catalogue);
}
