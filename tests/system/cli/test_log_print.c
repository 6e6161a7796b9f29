/* SPDX-License-Identifier: MIT */
/* The log as people read it, on paper, in a terminal and in a spreadsheet: no process is needed. */
#include "check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "log_print.h"
#include "words.h"

/* What fn prints for a row, as text; freed by the caller. */
static char *printed(int fn(void *, const json_t *), const json_t *row)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(fn(out, row), 0);
	fclose(out);
	return text;
}

static void csv_quotes_and_disarms(void **state)
{
	static const struct {
		int line;
		const char *who, *want;
	} rows[] = {
		{ROW, "Lan", ",Lan,"},
		{ROW, "Lan, Hoa", ",\"Lan, Hoa\","},
		{ROW, "\"Lan\"", ",\"\"\"Lan\"\"\","},
		{ROW, "=1+1", ",'=1+1,"},
		{ROW, "-1", ",'-1,"},
		{ROW, "@x", ",'@x,"},
		{ROW, "+84,5", ",\"'+84,5\","},
		{ROW, "a=1", ",a=1,"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		json_t *row = json_pack("{s:i, s:s, s:[s,s], s:n}", "row", 7, "who", rows[i].who,
					"items", "x", "y", "reason");
		char *text = printed(log_print_csv, row);

		check_row(rows[i].line, strstr(text, rows[i].want) != NULL);
		check_row(rows[i].line, strncmp(text, "7,", 2) == 0);
		check_row(rows[i].line, strstr(text, ",x y,") != NULL);
		check_row(rows[i].line, strcmp(text + strlen(text) - 2, "\r\n") == 0);
		free(text);
		json_decref(row);
	}
}

static json_t *proof_row(void)
{
	json_t *row = json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:i, s:[{s:s,s:s,s:s,s:b,s:i,s:i,s:i,s:i,s:f,s:i},"
		"{s:s,s:s,s:s,s:b,s:i,s:i,s:i,s:i,s:f,s:i}]}",
		"row", 7, "at", "2024-06-01T05:45:00+07:00", "campaign", "thang-6", "broadcast",
		"sang", "outcome", "partial", "start_error_us", 137, "proof", "clip", "mot",
		"sha256", "0123456789abcdef", "start", "2024-06-01T05:45:00.000+07:00", "whole", 1,
		"frames", 480000, "audible", 470400, "rate", 48000, "xruns", 0, "rms_dbfs", -18.34,
		"silence_ms", 420, "clip", "hai", "sha256", "fedcba9876543210", "start",
		"2024-06-01T05:45:10.000+07:00", "whole", 1, "frames", 48000, "audible", 0, "rate",
		48000, "xruns", 3, "rms_dbfs", -144.0, "silence_ms", 1000);

	assert_non_null(row);
	return row;
}

static void proof_for_people(void **state)
{
	json_t *row = proof_row();
	char *text = NULL;
	size_t n = 0;
	struct log_page page = {.out = open_memstream(&text, &n)};

	(void)state;
	assert_non_null(page.out);
	assert_int_equal(log_print_proof(&page, row), 0);
	fclose(page.out);
	assert_non_null(strstr(text,
			       "\n    05:45:00.000  mot                       10.0 s, audible "
			       "9.8 s, level -18.3 dBFS, longest silence 0.4 s, start +0.137 "
			       "ms  0123456789ab\n"));
	assert_non_null(strstr(
		text, "\n    05:45:10.000  hai                       1.0 s, audible "
		      "0.0 s, level -144.0 dBFS, longest silence 1.0 s, underruns 3  "
		      "fedcba987654  [a recording could not be heard: check it and the volume]\n"));
	free(text);
	json_decref(row);
}

/* What the card took, whatever was done to the clock meanwhile. */
static void a_length_is_that_of_the_sound(void **state)
{
	static const struct {
		int line;
		const char *start, *end;
	} rows[] = {
		{ROW, "2024-06-01T05:45:00.000+07:00", "2024-06-01T05:45:11.000+07:00"},
		{ROW, "2024-06-01T05:45:00.000+07:00", "2024-06-01T04:45:11.000+07:00"},
		{ROW, "2024-06-01T05:45:00.000+07:00", "2024-06-01T06:45:11.000+07:00"},
		{ROW, "1970-01-01T07:00:20.000+07:00", "2024-06-01T05:45:11.000+07:00"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		json_t *row = proof_row();
		char *text = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&text, &n);

		json_object_set_new(row, "start", json_string(rows[i].start));
		json_object_set_new(row, "end", json_string(rows[i].end));
		log_print_line(out, row);
		json_object_clear(row);
		json_object_set_new(row, "at", json_string(rows[i].start));
		json_object_set_new(row, "broadcast", json_string("sang"));
		log_print_line(out, row);
		fclose(out);
		check_row(rows[i].line, strstr(text, "     0:11  played in part\n") != NULL);
		check_row(rows[i].line,
			  strstr(text, "sang                              -  ") != NULL);
		free(text);
		json_decref(row);
	}
}

static void proof_for_spreadsheets(void **state)
{
	json_t *row = proof_row();
	char *text = printed(log_print_csv_proof, row);

	(void)state;
	assert_string_equal(text,
			    "7,2024-06-01T05:45:00+07:00,thang-6,sang,mot,0123456789abcdef,"
			    "2024-06-01T05:45:00.000+07:00,,true,480000,470400,48000,0,-18.34,"
			    "420\r\n"
			    "7,2024-06-01T05:45:00+07:00,thang-6,sang,hai,fedcba9876543210,"
			    "2024-06-01T05:45:10.000+07:00,,true,48000,0,48000,3,-144.00,"
			    "1000\r\n");
	free(text);
	json_decref(row);
}

/* What the log itself lost, in the words of the two who read it. */
static void a_lost_piece_of_the_log_has_words(void **state)
{
	static const struct {
		int line;
		const char *what, *language, *words;
	} rows[] = {
		{ROW, "log-events-lost", "en", "events were lost while the disk refused"},
		{ROW, "log-events-lost", "vi",
		 "một số sự kiện bị mất trong lúc đĩa không ghi được"},
		{ROW, "log-end-lost", "en", "the end of the log was gone"},
		{ROW, "log-end-lost", "vi", "phần cuối của nhật ký đã mất"},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		json_t *note =
			json_pack("{s:s, s:s, s:s, s:s}", "at", "2024-06-01T05:45:00.000+07:00",
				  "what", rows[i].what, "who", "loaphuongd", "why", "3");
		char *text = NULL;
		size_t n = 0;
		struct log_page page = {.out = open_memstream(&text, &n)};

		words_use(rows[i].language);
		assert_int_equal(log_print_note(&page, note), 0);
		words_use(NULL);
		fclose(page.out);
		check_row(rows[i].line, strstr(text, "\n  05:45:00  ") != NULL);
		check_row(rows[i].line, strstr(text, rows[i].words) != NULL);
		check_row(rows[i].line, strstr(text, "  [loaphuongd]  \"3\"\n") != NULL);
		free(text);
		json_decref(note);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_quotes_and_disarms),
		cmocka_unit_test(proof_for_people),
		cmocka_unit_test(a_length_is_that_of_the_sound),
		cmocka_unit_test(proof_for_spreadsheets),
		cmocka_unit_test(a_lost_piece_of_the_log_has_words),
	};

	setenv("LANGUAGE", "en", 1);
	words_init(LOA_CATALOGUES, "en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
