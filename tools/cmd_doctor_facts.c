/* SPDX-License-Identifier: MIT */
#include "cmd_doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "hex.h"
#include "row_json.h"
#include "store.h"
#include "words.h"
#include "zoneinfo.h"

#define SYSTEMD_BYTES 16384
#define SERVICE_UNIT  "loaphuongd.service"

extern char **environ;

bool doctor_path(const struct doctor *doctor, const char *path, char *text, size_t n)
{
	int length = snprintf(text, n, "%s%s", doctor->root, path);

	return length > 0 && (size_t)length < n;
}

/* ---- systemd ---- */

/* What a program says on stdout, as much as fits; false if it cannot be run or fails. */
static bool output_of(char *const arguments[], char *text, size_t n)
{
	posix_spawn_file_actions_t actions;
	size_t used = 0;
	ssize_t got = 1;
	int ends[2], status = -1;
	pid_t child;
	bool spawned;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		posix_spawn_file_actions_destroy(&actions);
		return false;
	}
	spawned = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0 &&
		  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY,
						   0) == 0 &&
		  posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while (spawned && got > 0 && used < n - 1) {
		got = read(ends[0], text + used, n - 1 - used);
		used += got > 0 ? (size_t)got : 0;
	}
	text[used] = '\0';
	close(ends[0]);
	return spawned && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

/* The value of "Key=value" in the lines of one block. */
static void property(const char *block, const char *key, char *ret, size_t n)
{
	size_t length = strlen(key);

	ret[0] = '\0';
	for (const char *line = block; line && *line && *line != '\n';) {
		if (strncmp(line, key, length) == 0 && line[length] == '=')
			snprintf(ret, n, "%.*s", (int)strcspn(line + length + 1, "\n"),
				 line + length + 1);
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
}

static void take_unit(struct doctor *d, const char *block)
{
	char id[64], active[24], watchdog[24];

	property(block, "Id", id, sizeof(id));
	property(block, "ActiveState", active, sizeof(active));
	if (strcmp(id, SERVICE_UNIT) == 0) {
		memcpy(d->unit.active, active, sizeof(active));
		property(block, "LoadState", d->unit.load, sizeof(d->unit.load));
		property(block, "UnitFileState", d->unit.enabled, sizeof(d->unit.enabled));
		property(block, "WatchdogUSec", watchdog, sizeof(watchdog));
		d->unit.watchdog = watchdog[0] && strcmp(watchdog, "0") != 0 &&
				   strcmp(watchdog, "infinity") != 0;
	} else if (strcmp(active, "active") == 0) {
		snprintf(d->time_service, sizeof(d->time_service), "%.*s", (int)strcspn(id, "."),
			 id);
	}
}

static void ask_systemd(struct doctor *d)
{
	char *units[] = {"systemctl",
			 "show",
			 "--no-pager",
			 "--property=Id,LoadState,ActiveState,UnitFileState,WatchdogUSec",
			 SERVICE_UNIT,
			 "systemd-timesyncd.service",
			 "chrony.service",
			 "ntpsec.service",
			 "ntp.service",
			 "openntpd.service",
			 NULL};
	char *manager[] = {"systemctl", "show", "--no-pager", "--property=RuntimeWatchdogUSec",
			   NULL};
	char *text = malloc(SYSTEMD_BYTES), watchdog[24];

	d->systemd = text && output_of(units, text, SYSTEMD_BYTES);
	for (const char *block = d->systemd ? text : NULL; block;) {
		take_unit(d, block);
		block = strstr(block, "\n\n");
		block = block ? block + 2 : NULL;
	}
	if (d->systemd && output_of(manager, text, SYSTEMD_BYTES)) {
		property(text, "RuntimeWatchdogUSec", watchdog, sizeof(watchdog));
		d->hardware_watchdog = watchdog[0] && strcmp(watchdog, "0") != 0 &&
				       strcmp(watchdog, "infinity") != 0;
	}
	free(text);
}

/* ---- the station ---- */

static void ask_status(struct doctor *d)
{
	json_t *reply;
	const char *config;

	if (ask_call(d->scene.station, ask_request("status"), -1, &reply) < 0) {
		d->station_error = -ETIMEDOUT;
		d->scene.station = ask_close(d->scene.station);
		return;
	}
	d->status = json_incref(json_object_get(reply, "status"));
	json_decref(reply);
	civil_parse_instant(ask_text(d->status, "now"), NULL, &d->scene.now_us);
	civil_parse_instant(ask_text(d->status, "paused_until"), NULL, &d->scene.paused_until_us);
	config = ask_text(json_object_get(d->status, "config"), "file");
	if (!d->call->config_given && config[0] && strlen(config) < sizeof(d->scene.config))
		memcpy(d->scene.config, config, strlen(config) + 1);
}

static void find_station(struct doctor *d)
{
	d->scene.now_us = offline_now_us();
	d->scene.state = d->call->state;
	snprintf(d->scene.config, sizeof(d->scene.config), "%s", d->call->config);
	d->station_error = ask_open(d->call, &d->scene.station);
	if (d->station_error == 0)
		ask_status(d);
	else if (d->station_error != -ENOENT)
		d->scene.unreachable = d->station_error;
}

/* Clips that no config declares are known by their recordings, so these come first. */
static void load_config(struct doctor *d)
{
	d->scene.settings = offline_settings(d->scene.config, d->scene.state);
	if (scene_recordings(&d->scene, &d->recordings) != EXIT_DONE)
		d->recordings.known = false;
	d->config_error = offline_load(d->scene.config, d->scene.state, &d->recordings,
				       d->scene.now_us, &d->offline);
	if (d->config_error == 0)
		d->scene.settings = d->offline.settings;
	d->zone_error = zoneinfo_load(d->scene.settings.timezone, &d->scene.zone);
	/* Without the zone's data that is the finding; the rest is told in UTC. */
	if (d->zone_error < 0 && zone_fixed("UTC", 0, &d->scene.zone) < 0)
		exit(complain_memory());
	d->scene.today = offline_day(&d->scene.zone, d->scene.now_us);
}

/* ---- the log ---- */

static int take_row(void *context, const struct asrun_row *row)
{
	struct doctor *d = context;

	return json_array_append_new(d->rows, row_json(row, &d->scene.zone)) < 0 ? -ENOMEM : 0;
}

static const char *problem_of(const struct store_verdict *verdict)
{
	static const char *const problems[] = {NULL,	    "altered",	    "removed",
					       "reordered", "tail-missing", "head-missing"};
	size_t i = (size_t)verdict->problem;

	return i < sizeof(problems) / sizeof(problems[0]) ? problems[i] : "altered";
}

static void read_log(struct doctor *d)
{
	const struct store_options options = {.state_dir = d->scene.state, .read_only = true};
	const struct store_query query = {.limit = DOCTOR_ROWS, .newest_first = true, .mode = -1};
	struct store_opening opening;
	struct store_verdict verdict;
	struct store *store;

	d->log_error = store_open(&options, &store, &opening, NULL, 0);
	if (d->log_error < 0)
		return;
	d->rows = json_array();
	d->log_error = store_rows(store, &query, take_row, d);
	if (d->log_error == 0)
		d->log_error = store_verify(store, &verdict);
	if (d->log_error == 0)
		d->proof = json_pack("{s:b, s:I, s:s?}", "intact", (int)verdict.intact, "events",
				     (json_int_t)verdict.events, "problem", problem_of(&verdict));
	store_free(store);
}

static void ask_log(struct doctor *d)
{
	json_t *request = ask_request("log"), *reply;

	json_object_set_new(request, "limit", json_integer(DOCTOR_ROWS));
	json_object_set_new(request, "newest_first", json_true());
	if (ask_call(d->scene.station, request, -1, &reply) == 0) {
		d->rows = json_incref(json_object_get(reply, "rows"));
		json_decref(reply);
		if (ask_call(d->scene.station, ask_request("log-verify"), -1, &reply) == 0)
			d->proof = reply;
	}
	if (!d->proof)
		d->log_error = -ETIMEDOUT;
}

static void look_at_clock(struct doctor *d)
{
	struct clock *clock;

	if (clock_new(0, &clock) < 0)
		return;
	clock_look(clock, &d->look);
	clock_free(clock);
}

void doctor_gather(const struct call *call, struct doctor *ret)
{
	*ret = (struct doctor){.call = call, .root = ""};
	find_station(ret);
	load_config(ret);
	if (ret->scene.station)
		ask_log(ret);
	else if (ret->scene.unreachable)
		ret->log_error = ret->scene.unreachable;
	else
		read_log(ret);
	ask_systemd(ret);
	look_at_clock(ret);
}

void doctor_done(struct doctor *doctor)
{
	json_decref(doctor->rows);
	json_decref(doctor->proof);
	json_decref(doctor->status);
	offline_done(&doctor->offline);
	recordings_done(&doctor->recordings);
	scene_close(&doctor->scene);
}
