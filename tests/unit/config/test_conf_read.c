/* SPDX-License-Identifier: MIT */
/* Files as a power cut, an editor or a mistake leaves them. */
#include "conf_case.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every kind of place that a cut can fall into. */
static const char whole[] =
	"# đầu tệp\n"
	"station {\n"
	"\tname = \"Đài \\\"A\\\" ${HOME} # {\" /* ghi\n chú { \" */ timezone = 'UTC'\n"
	"}\n"
	"clock { trust = \"rtc\" holdover = \"7d\" } // x {\n"
	"clip \"nhac\" { title = 'it\\\'s' }\n"
	"campaign \"thang\" {\n"
	"\tfrom = \"06-01\"  # }\n"
	"\tuntil = \"06-30\"\n"
	"\tclip a { }\n"
	"\tplaylist \"p\" { clips = {\"a\", \"nhac\",} }\n"
	"\tbroadcast \"sang\" {\n"
	"\t\tat = {\"05:45\",\n\t\t\t\"06:30\"}\n"
	"\t\tplay = {\"p\"} }\n"
	"}\n"
	"/* cuối */\n";

/* What a cut is in, told by a small reading of its own: 0 = between statements of a file. */
static bool inside(const char *text, size_t n)
{
	int depth = 0;
	size_t i = 0;

	while (i < n) {
		char c = text[i];

		if (c == '#' || (c == '/' && i + 1 < n && text[i + 1] == '/')) {
			while (i < n && text[i] != '\n')
				i++;
			if (i == n)
				return true;
		} else if (c == '/' && i + 1 < n && text[i + 1] == '*') {
			const char *end =
				i + 2 <= n ? memmem(text + i + 2, n - i - 2, "*/", 2) : NULL;

			if (!end)
				return true;
			i = (size_t)(end - text) + 1;
		} else if (c == '"' || c == '\'') {
			for (i++; i < n && text[i] != c; i++)
				i += text[i] == '\\';
			if (i >= n)
				return true;
		} else if (c == '{') {
			depth++;
		} else if (c == '}') {
			depth--;
		}
		i++;
	}
	return depth > 0;
}

static void cut_files_are_refused(void **state)
{
	const size_t n = sizeof(whole) - 1;
	size_t refused = 0;

	(void)state;
	for (size_t cut = 0; cut <= n; cut++) {
		/* a copy of exactly that size, so that the sanitizer sees a step too far */
		char *text = malloc(cut ? cut : 1);
		struct case_result result;

		assert_non_null(text);
		memcpy(text, whole, cut);
		result = case_load(text, cut, false, &case_world);
		if (inside(whole, cut)) {
			refused++;
			if (result.error != -EINVAL)
				print_error("cut at byte %zu was accepted\n", cut);
			assert_int_equal(result.error, -EINVAL);
		}
		if (cut == n)
			assert_int_equal(result.error, 0);
		case_done(&result);
		free(text);
	}
	assert_true(refused > n / 2);
}

#define BYTES(text) text, sizeof(text) - 1

/* Bytes as a whole. */
static const struct {
	int line;
	const char *text;
	size_t n;
	const char *faults;
} bytes[] = {
	{ROW, BYTES("\0\0\0\0"), "1 nul-byte"},
	{ROW, BYTES("# x\nstation { }\n\0"), "3 nul-byte"},
	{ROW, BYTES("station { name = \"a\0b\" }\n"), "1 nul-byte"},
	{ROW, BYTES("# x\nstation { name = \"\xff\" }\n"), "2 not-utf8"},
	{ROW, BYTES("station { name = \"\xc3"), "1 not-utf8"},
	{ROW, BYTES("station { name = \"\xed\xa0\x80\" }\n"), "1 not-utf8"}, /* a surrogate */
	{ROW, BYTES("\xef\xbb\xbfstation { nam = 1 }\n"), "1 unknown-key"},
	{ROW, BYTES("\xef\xbb\xbf"), "0? empty-file"},
	{ROW,
	 BYTES("\xff\xfe"
	       "s\0t\0"),
	 "1 nul-byte"}, /* UTF-16 */
	{ROW, BYTES("# x\r\nstation {\r\n name = \"x\"\r\n nam = 1\r\n}\r\n"), "4 unknown-key"},
	{ROW, BYTES("station {\r\n name = \"x\r\n}\r\n"), "2 unclosed-quote"},
};

static void bytes_are_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(bytes); i++) {
		struct case_result result =
			case_load(bytes[i].text, bytes[i].n, false, &case_world);

		check_row_str(bytes[i].line, result.line, bytes[i].faults);
		case_done(&result);
	}
}

static void carriage_returns_are_space(void **state)
{
	static const char text[] = "\xef\xbb\xbfstation {\r\n name = \"x\"\r\n}\r\n";
	struct case_result result = case_load(text, sizeof(text) - 1, false, &case_world);

	(void)state;
	assert_string_equal(result.line, "");
	assert_string_equal(result.settings.station, "x");
	case_done(&result);
}

static void size_is_capped(void **state)
{
	char *text = malloc(LIMIT_CONFIG_BYTES + 1);
	struct case_result result;

	(void)state;
	assert_non_null(text);
	memset(text, '\n', LIMIT_CONFIG_BYTES + 1);
	result = case_load(text, LIMIT_CONFIG_BYTES, false, &case_world);
	assert_string_equal(result.line, "0? empty-file");
	case_done(&result);
	result = case_load(text, LIMIT_CONFIG_BYTES + 1, false, &case_world);
	assert_string_equal(result.line, "0 too-large");
	case_done(&result);
	/* the worst that fits: nothing here may need its square */
	memset(text, '{', LIMIT_CONFIG_BYTES);
	result = case_load(text, LIMIT_CONFIG_BYTES, false, &case_world);
	assert_int_equal(result.error, -EINVAL);
	case_done(&result);
	free(text);
}

struct folder {
	char path[64];
};

static int make_folder(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	assert_non_null(folder);
	snprintf(folder->path, sizeof(folder->path), "/tmp/loaphuong-conf-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	assert_int_equal(chdir(folder->path), 0);
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(command), 0);
	free(folder);
	return 0;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void load(const char *file, const char *campaigns, const char *want)
{
	const struct conf_source source = {file, campaigns};
	struct faults faults = {0};
	struct plan *plan = NULL;
	struct settings settings;
	int error = conf_load(&source, &case_world, &faults, &plan, &settings);
	char *line = case_faults(&faults);

	assert_string_equal(line, want);
	assert_int_equal(error, faults_any_error(&faults) ? -EINVAL : 0);
	free(line);
	faults_done(&faults);
	plan_free(plan);
}

/* None of these may hang, and none may end the process (libconfuse would). */
static void only_regular_files_are_read(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("fifo", "to-fifo"), 0);
	assert_int_equal(symlink("to-itself", "to-itself"), 0);
	load(".", NULL, "0 not-a-file");
	load("folder/", NULL, "0 not-a-file");
	load("fifo", NULL, "0 not-a-file");
	load("to-fifo", NULL, "0 not-a-file");
	load("to-itself", NULL, "0 not-a-file");
	load("/dev/zero", NULL, "0 not-a-file");
	load("/dev/null", NULL, "0 not-a-file");
	load("gone", NULL, "0 missing-file");
	load("gone/gone", NULL, "0 missing-file");
}

static void the_config_may_be_a_link(void **state)
{
	(void)state;
	write_file("real", "station { name = \"x\" }\n");
	assert_int_equal(symlink("real", "link"), 0);
	load("link", NULL, "");
}

static void campaigns_are_read_in_name_order(void **state)
{
	(void)state;
	assert_int_equal(mkdir("c", 0700), 0);
	write_file("main", "station { }\n");
	load("main", "c", "");
	load("main", "gone", "");
	write_file("c/b.conf", "campaign \"k\" { from = \"06-01\" until = \"06-02\" }\n");
	write_file("c/a.conf", "\ncampaign \"k\" { from = \"06-01\" until = \"06-02\" }\n");
	write_file("c/.hidden.conf", "x");
	write_file("c/old.conf~", "x");
	/* the second in name order is the one too many */
	load("main", "c", "1 duplicate-name");
	write_file("c/b.conf", "audio { }\n");
	assert_int_equal(symlink("../main", "c/link.conf"), 0);
	assert_int_equal(mkdir("c/sub.conf", 0700), 0);
	load("main", "c", "0 not-a-file, 0 not-a-file, 1 misplaced");
}

/* A file that cannot be read does not hide the faults of the others. */
static void all_files_are_reported(void **state)
{
	(void)state;
	assert_int_equal(mkdir("c", 0700), 0);
	write_file("c/a.conf", "x = 1\n");
	load("gone", "c", "0 missing-file, 1 unknown-key");
}

static void reading_strips_the_mark(void **state)
{
	struct faults faults = {0};
	char *text;
	size_t n;

	(void)state;
	write_file("f", "\xef\xbb\xbf"
			"abc");
	assert_int_equal(conf_read_file("f", &faults, &text, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(text, "abc");
	free(text);
	assert_int_equal(conf_read_file("gone", &faults, &text, &n), -EINVAL);
	assert_string_equal(faults.items[0].file, "gone");
	faults_done(&faults);
}

/* How the box is called is known also where a campaign names a recording that nobody can see from here. */
static void the_box_alone_is_read(void **state)
{
	static const char text[] =
		"station { name = \"Loa\" }\nconsole { listen = \"0.0.0.0:80\" }\n"
		"campaign \"c\" { from = \"06-01\" until = \"06-30\"\n"
		"broadcast \"b\" { at = {\"17:00\"} play = {\"nowhere\"} } }\n";
	const struct conf_text file = {.name = "x", .text = text, .n = sizeof(text) - 1};
	const struct conf_world unseeing = {.errors_only = true};
	const struct conf_world box = {.errors_only = true, .box_only = true};
	struct settings settings = settings_default();
	struct faults faults = {0};

	(void)state;
	assert_int_equal(conf_load_text(&file, 1, &unseeing, &faults, NULL, &settings), -EINVAL);
	faults_done(&faults);
	faults = (struct faults){0};
	assert_int_equal(conf_load_text(&file, 1, &box, &faults, NULL, &settings), 0);
	assert_string_equal(settings.station, "Loa");
	assert_string_equal(settings.console_listen, "0.0.0.0:80");
	faults_done(&faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_files_are_refused),
		cmocka_unit_test(bytes_are_checked),
		cmocka_unit_test(carriage_returns_are_space),
		cmocka_unit_test(size_is_capped),
		cmocka_unit_test(the_box_alone_is_read),
		cmocka_unit_test_setup_teardown(only_regular_files_are_read, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(the_config_may_be_a_link, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(campaigns_are_read_in_name_order, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(all_files_are_reported, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(reading_strips_the_mark, make_folder,
						remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
