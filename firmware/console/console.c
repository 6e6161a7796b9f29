/* SPDX-License-Identifier: MIT */
/* loaphuong-console - the web console: start, serve, end. */
#include "console_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <signal.h>
#include <systemd/sd-daemon.h>

#include "conf.h"
#include "options.h"
#include "settings.h"
#include "words.h"

#ifndef LOA_VERSION
#define LOA_VERSION "0"
#endif

#define CONSOLE_STATE "/var/lib/loaphuong-console"
#define PEM_BYTES     ((size_t)65536)

enum {
	OPTION_CONFIG,
	OPTION_STATE,
	OPTION_RUNTIME,
	OPTION_STATION,
	OPTION_CLOCK,
	OPTION_LISTEN,
	OPTION_NAMES,
	OPTION_CERTIFICATE,
	OPTION_KEY,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_N
};

static const struct option_row rows[OPTION_N] = {
	[OPTION_CONFIG] = {"config", 'c', "FILE",
			   N_("the station's config (/etc/loaphuong/loaphuong.conf)"), 0},
	[OPTION_STATE] = {"state", 0, "DIR",
			  N_("the console's own folder (/var/lib/loaphuong-console)"), 0},
	[OPTION_RUNTIME] = {"runtime", 0, "DIR",
			    N_("the running station's folder (/run/loaphuong)"), 0},
	[OPTION_STATION] = {"station", 0, "DIR",
			    N_("the station's state folder (/var/lib/loaphuong)"), 0},
	[OPTION_CLOCK] = {"clock", 0, "DIR",
			  N_("the folder of loaphuong-clock.socket (/run/loaphuong-clock)"), 0},
	[OPTION_LISTEN] = {"listen", 0, "ADDRESS:PORT",
			   N_("where it can be reached (of the config, or 127.0.0.1:8080)"), 0},
	[OPTION_NAMES] = {"names", 0, "NAME,...",
			  N_("names by which browsers find the box, beside its addresses"), 0},
	[OPTION_CERTIFICATE] = {"certificate", 0, "FILE",
				N_("TLS: the certificate with its chain, PEM; wants --key"), 0},
	[OPTION_KEY] = {"key", 0, "FILE", N_("TLS: the certificate's key, PEM"), 0},
	[OPTION_HELP] = {"help", 'h', NULL, N_("this text"), 0},
	[OPTION_VERSION] = {"version", 0, NULL, N_("the version"), 0},
};

void console_say(const struct console *console, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "%s%s\n", console->journal ? SD_NOTICE : "loaphuong-console: ", text);
}

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t console_now_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t console_boot_us(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

struct account_now console_now(const struct console *console)
{
	return (struct account_now){console_now_us(), console_boot_us(), console->boot};
}

/* As the unit says, as its /proc has no boot_id. Not known: what this process lets in is of its own time. */
static void name_boot(struct console *console)
{
	const char *given = getenv("LOAPHUONG_BOOT");
	FILE *file = given ? NULL : fopen("/proc/sys/kernel/random/boot_id", "re");

	if (given)
		snprintf(console->boot, sizeof(console->boot), "%s", given);
	else if (file && fgets(console->boot, sizeof(console->boot), file))
		console->boot[strcspn(console->boot, "\n")] = '\0';
	if (file)
		fclose(file);
	if (!console->boot[0])
		snprintf(console->boot, sizeof(console->boot), "%d-%lld", getpid(),
			 (long long)console_boot_us());
}

static bool lasts(void *context, const uint8_t session[32])
{
	const struct console *console = context;
	struct account_now now = console_now(console);

	return account_session_lasts(console->accounts, session, &now);
}

static int open_accounts(struct console *console)
{
	char path[LIMIT_PATH];
	int error;

	if (mkdir(console->options.state_dir, 0700) < 0 && errno != EEXIST) {
		error = -errno;
		console_say(console, _("The folder %s cannot be made: %s"),
			    console->options.state_dir, words_error(-error));
		return error;
	}
	snprintf(path, sizeof(path), "%s/console.db", console->options.state_dir);
	error = accounts_open(path, &console->accounts);
	if (error < 0)
		console_say(
			console,
			_("The accounts in %s cannot be opened. Is another console running there? "
			  "If "
			  "the file is damaged, move it away and make a new account with loaphuong "
			  "console-code."),
			path);
	return error;
}

/* A file of PEM; NULL after saying what is wrong. */
static char *read_pem(struct console *console, const char *path)
{
	char *text = calloc(1, PEM_BYTES + 1);
	FILE *file = fopen(path, "re");
	size_t n = file && text ? fread(text, 1, PEM_BYTES, file) : 0;
	int error = errno;

	if (file)
		fclose(file);
	if (n > 0)
		return text;
	console_say(console, _("%s cannot be read: %s"), path, words_error(file ? ENODATA : error));
	free(text);
	return NULL;
}

static int open_door(struct console *console)
{
	const struct http_host host = {console, console_asked, console_ready};
	bool secure = console->options.certificate != NULL;
	struct http_tls tls;
	int error;

	if (secure) {
		console->certificate = read_pem(console, console->options.certificate);
		console->key = read_pem(console, console->options.key);
		if (!console->certificate || !console->key)
			return -ENOENT;
	}
	tls = (struct http_tls){console->certificate, console->key};
	error = http_new(console->event, console->options.listen, secure ? &tls : NULL, &host,
			 &console->http);
	if (error == -EPROTO)
		console_say(console,
			    _("TLS cannot begin with %s and %s: both are to be PEM and to belong "
			      "together."),
			    console->options.certificate, console->options.key);
	else if (error == -EINVAL)
		console_say(console,
			    _("\"%s\" is no address to listen at; write one like 127.0.0.1:8080"),
			    console->options.listen);
	else if (error == -EADDRINUSE)
		console_say(console, _("Another program listens at %s; choose another port."),
			    console->options.listen);
	else if (error < 0)
		console_say(console, _("It is not possible to listen at %s: %s"),
			    console->options.listen, words_error(-error));
	return error;
}

static int open_rooms(struct console *console, const char *command)
{
	const struct live_host live = {console, lasts, console_trouble};
	const struct program_options program = {command, console->options.config,
						console->options.station_dir,
						console->options.runtime_dir};
	int error = passwords_new(console->event, &console->passwords);

	if (error == 0)
		error = link_new(console->event, console->options.runtime_dir, &console->link);
	if (error == 0)
		error = link_new(console->event, console->options.clock_dir, &console->clock);
	if (error == 0)
		error = live_new(console->event, console->link, &live, &console->live);
	if (error == 0)
		error = program_new(console->event, &program, &console->program);
	return error;
}

static int say_failed(const struct console *console, int error)
{
	console_say(console,
		    _("The console cannot go on: %s. It starts again by itself; if that stays so, "
		      "restart the box."),
		    words_error(-error));
	return error;
}

static int begin(struct console *console, const char *command)
{
	int error;

	name_boot(console);
	error = open_accounts(console);
	if (error < 0)
		return error;
	error = open_rooms(console, command);
	return error < 0 ? say_failed(console, error) : open_door(console);
}

static void done(struct console *console)
{
	console->http = http_free(console->http);
	console->program = program_free(console->program);
	console->live = live_free(console->live);
	console->clock = link_free(console->clock);
	console->link = link_free(console->link);
	console->passwords = passwords_free(console->passwords);
	console->accounts = accounts_close(console->accounts);
	free(console->certificate);
	if (console->key)
		explicit_bzero(console->key, strlen(console->key));
	free(console->key);
}

static int make_loop(sd_event **ret)
{
	sigset_t ends;
	int error;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	error = sd_event_new(ret);
	if (error >= 0)
		error = sd_event_add_signal(*ret, NULL, SIGTERM, NULL, NULL);
	if (error >= 0)
		error = sd_event_add_signal(*ret, NULL, SIGINT, NULL, NULL);
	if (error >= 0)
		error = sd_event_set_watchdog(*ret, true);
	return error < 0 ? error : 0;
}

static int serve(const struct console_options *options)
{
	struct console *console = calloc(1, sizeof(*console));
	char command[LIMIT_PATH];
	int error;

	if (!console) {
		fprintf(stderr, "loaphuong-console: %s\n", words_error(ENOMEM));
		return 1;
	}
	console->options = *options;
	console->by_address.most_us = INT64_C(300000000);
	console->by_name.most_us = INT64_C(30000000); /* nobody can lock another out for long */
	console->journal = getenv("JOURNAL_STREAM") != NULL;
	gethostname(console->own_name, sizeof(console->own_name) - 1);
	program_find(command, sizeof(command));
	error = make_loop(&console->event);
	error = error < 0 ? say_failed(console, error) : begin(console, command);
	if (error == 0) {
		console_say(console, _("The console can be reached at %s, port %u"),
			    options->listen, http_port(console->http));
		sd_notify(0, "READY=1");
		error = sd_event_loop(console->event);
		if (error < 0)
			say_failed(console, error);
		sd_notify(0, "STOPPING=1");
	}
	done(console);
	sd_event_unref(console->event);
	free(console);
	return error < 0;
}

static int help(void)
{
	printf(_("Usage: loaphuong-console [OPTION...]\nThe web console: the station's page for "
		 "browsers in the same network.\n\n"));
	options_print(stdout, rows, OPTION_N, 0);
	printf(_("\nThe first account is made with the code that loaphuong console-code prints.\n\n"
		 "Example, beside a station in /tmp:\n  loaphuong-console --runtime /tmp/run "
		 "--station "
		 "/tmp/state --state /tmp/console --listen 127.0.0.1:8080\n"));
	return 0;
}

static int usage(const char *why)
{
	fprintf(stderr, _("loaphuong-console: %s\n"), why);
	return 2;
}

static const char *either(const char *value, const char *otherwise)
{
	return value ? value : otherwise;
}

/* What the config says of the console; a faulty config does not keep the operator out. */
static void read_config(const char *config, struct settings *ret)
{
	const struct conf_source source = {config, NULL};
	const struct conf_world world = {.errors_only = true, .box_only = true};
	struct faults faults = {0};

	*ret = settings_default();
	if (access(config, R_OK) == 0)
		conf_load(&source, &world, &faults, NULL, ret);
	faults_done(&faults);
}

static int run(const char *const *values)
{
	struct console_options options = {
		.config = either(values[OPTION_CONFIG], "/etc/loaphuong/loaphuong.conf"),
		.state_dir = either(values[OPTION_STATE], CONSOLE_STATE),
		.runtime_dir = either(values[OPTION_RUNTIME], "/run/loaphuong"),
		.station_dir = either(values[OPTION_STATION], "/var/lib/loaphuong"),
		.clock_dir = either(values[OPTION_CLOCK], "/run/loaphuong-clock"),
	};
	struct settings settings;

	if (!values[OPTION_CERTIFICATE] != !values[OPTION_KEY])
		return usage(_("--certificate and --key belong together"));
	read_config(options.config, &settings);
	options.listen = either(values[OPTION_LISTEN], settings.console_listen);
	options.names = either(values[OPTION_NAMES], settings.console_names);
	if (values[OPTION_CERTIFICATE] || settings.console_certificate[0]) {
		options.certificate =
			either(values[OPTION_CERTIFICATE], settings.console_certificate);
		options.key = either(values[OPTION_KEY], settings.console_key);
	}
	return serve(&options);
}

int main(int argc, char **argv)
{
	const char *values[OPTION_N];
	const char *operands[16];
	char why[256];
	size_t n_operands;

	words_init(NULL, "vi");
	if (argc > 16)
		return usage(_("too many words"));
	if (options_parse(rows, OPTION_N, argc, argv, values, operands, &n_operands, why,
			  sizeof(why)) < 0)
		return usage(why);
	if (values[OPTION_HELP])
		return help();
	if (values[OPTION_VERSION])
		return printf("loaphuong-console %s\n", LOA_VERSION) < 0;
	if (n_operands > 0)
		return usage(_("a word too many; see --help"));
	return run(values);
}
