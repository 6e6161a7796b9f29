/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon.h"
#include "library.h"
#include "options.h"
#include "words.h"

#ifndef LOA_VERSION
#define LOA_VERSION "0"
#endif

enum {
	OPTION_CONFIG,
	OPTION_STATE,
	OPTION_RUNTIME,
	OPTION_SINK,
	OPTION_LINES,
	OPTION_CLOCK,
	OPTION_PRETEND,
	OPTION_RELEASE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_N
};

static const struct option_row rows[OPTION_N] = {
	[OPTION_CONFIG] = {"config", 'c', "FILE", N_("the station's config"), 0},
	[OPTION_STATE] = {"state", 0, "DIR", N_("where campaigns, recordings and the log live"), 0},
	[OPTION_RUNTIME] = {"runtime", 0, "DIR", N_("where the control socket is made"), 0},
	[OPTION_SINK] = {"sink", 0, "SINK", N_("alsa (default), wav:FILE or null"), 0},
	[OPTION_LINES] =
		{"lines", 0, "LINES",
		 N_("buttons, relay, lights: real (with the alsa sink), none (with others) "
		    "or sim:SOCKET"),
		 0},
	[OPTION_CLOCK] = {"clock", 0, "CLOCK",
			  N_("system (default) or sim:SOCKET, a clock that a test turns"), 0},
	[OPTION_PRETEND] = {"pretend-now", 0, "TIME",
			    N_("begin at that time, for demonstrations; its rows are marked"), 0},
	[OPTION_RELEASE] = {"release", 0, NULL,
			    N_("switch relay and lights off and end; for after the service"), 0},
	[OPTION_HELP] = {"help", 'h', NULL, N_("this text"), 0},
	[OPTION_VERSION] = {"version", 0, NULL, N_("the version"), 0},
};

static int help(void)
{
	printf(_("Usage: loaphuongd -c FILE [OPTION...]\nThe station: plays what is due, keeps the "
		 "as-run log, answers on its control socket.\n\n"));
	options_print(stdout, rows, OPTION_N, 0);
	printf(_("\nExample, without a sound card and without root:\n  loaphuongd -c "
		 "loaphuong.conf --state /tmp/state --runtime /tmp/run \\\n             --sink "
		 "wav:/tmp/out.wav --pretend-now 2024-06-01T05:44:50+07:00\n"));
	return 0;
}

static int usage(const char *why)
{
	fprintf(stderr, _("loaphuongd: %s\n"), why);
	return 2;
}

static const char *either(const char *value, const char *otherwise)
{
	return value ? value : otherwise;
}

static bool sink_is_known(const char *sink)
{
	return strcmp(sink, "alsa") == 0 || strcmp(sink, "null") == 0 ||
	       (strncmp(sink, "wav:", 4) == 0 && sink[4]);
}

static bool lines_are_known(const char *lines)
{
	return strcmp(lines, "real") == 0 || strcmp(lines, "none") == 0 ||
	       (strncmp(lines, "sim:", 4) == 0 && lines[4]);
}

static bool clock_is_known(const char *clock)
{
	return strcmp(clock, "system") == 0 || (strncmp(clock, "sim:", 4) == 0 && clock[4]);
}

/* A station that only rehearses does not switch the amplifier. */
static const char *lines_for(const char *sink)
{
	return strcmp(sink, "alsa") == 0 ? "real" : "none";
}

static int run(const char *const *values)
{
	const char *sink = either(values[OPTION_SINK], "alsa");
	const struct daemon_options options = {
		.config = either(values[OPTION_CONFIG], "/etc/loaphuong/loaphuong.conf"),
		.state_dir = either(values[OPTION_STATE], "/var/lib/loaphuong"),
		.runtime_dir = either(values[OPTION_RUNTIME], "/run/loaphuong"),
		.sink = sink,
		.lines = either(values[OPTION_LINES], lines_for(sink)),
		.clock = either(values[OPTION_CLOCK], "system"),
		.pretend = values[OPTION_PRETEND],
		.version = LOA_VERSION,
	};
	struct daemon *daemon = NULL;
	int code;

	if (!sink_is_known(options.sink))
		return usage(_("--sink is alsa, null or wav:FILE"));
	if (!lines_are_known(options.lines))
		return usage(_("--lines is real, none or sim:SOCKET"));
	if (!clock_is_known(options.clock))
		return usage(_("--clock is system or sim:SOCKET"));
	if (values[OPTION_RELEASE])
		return daemon_release(&options) < 0;
	if (daemon_new(&options, &daemon) < 0)
		return 1;
	code = daemon_run(daemon);
	daemon_free(daemon);
	return code;
}

int main(int argc, char **argv)
{
	const char *values[OPTION_N];
	const char *operands[16];
	char why[256];
	size_t n_operands;

	if (argc == 2 && strcmp(argv[1], LIBRARY_CHILD) == 0)
		return library_child_main();
	words_init(NULL, "vi");
	if (argc > 16)
		return usage(_("too many words"));
	if (options_parse(rows, OPTION_N, argc, argv, values, operands, &n_operands, why,
			  sizeof(why)) < 0)
		return usage(why);
	if (values[OPTION_HELP])
		return help();
	if (values[OPTION_VERSION])
		return printf("loaphuongd %s\n", LOA_VERSION) < 0;
	if (n_operands > 0)
		return usage(_("a word too many; see --help"));
	return run(values);
}
