/* SPDX-License-Identifier: MIT */
/*
 * cmd_doctor - what could keep this box from being heard: facts, checks, findings.
 *
 * cmd_doctor.c gathers the facts once; every check is a function from facts to findings, so that
 * a test can plant a fault. Nothing here changes the box or makes a sound; all of it works
 * without the service and without root, and says what it could not see.
 *
 *   cmd_doctor.c          the command: the table of checks, the answer in text and JSON
 *   cmd_doctor_facts.c    what is asked of the station, of systemd and of this machine
 *   cmd_doctor_station.c  checks: config, service, sound, clock, time zone
 *   cmd_doctor_log.c      checks: log, recordings, proof of sound
 *   cmd_doctor_box.c      checks: folders, groups, disk, programs, watchdog
 *   cmd_doctor_lines.c    checks: buttons, relay, lights; --wiring and --watch
 */
#ifndef TOOLS_CMD_DOCTOR_H
#define TOOLS_CMD_DOCTOR_H

#include <jansson.h>

#include "scene.h"
#include "trust.h"

#define DOCTOR_FINDINGS 128 /* more lines than a box can have */
#define DOCTOR_ROWS	50  /* newest rows of the log that are looked at */

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor_finding {
	const char *check; /* name of the check; static */
	enum doctor_level level;
	char message[512];
	char cure[512]; /* "" where nothing is to be done */
};

struct doctor_findings {
	const char *check; /* that runs now */
	size_t n;
	struct doctor_finding items[DOCTOR_FINDINGS];
};

/* What systemd says of a unit; "" where it says nothing or is not there. */
struct doctor_unit {
	char load[24], active[24], enabled[24];
	bool watchdog;
};

struct doctor {
	const struct call *call;
	const char *root; /* "" or, in tests, a tree that stands for this machine's files */
	struct scene scene;
	int zone_error; /* negative errno: the zone cannot be read, scene.zone is empty */
	int config_error;
	struct offline offline; /* plan and faults of the config */
	struct recordings recordings;
	json_t *status;	   /* of the running station; NULL: none answered */
	int station_error; /* why: -ENOENT none runs, else it cannot be asked */
	bool systemd;	   /* there is one to ask */
	struct doctor_unit unit;
	char time_service[64]; /* the one that runs, "" = none */
	bool hardware_watchdog;
	struct trust_look look;
	json_t *rows;  /* newest first; NULL: the log cannot be read */
	json_t *proof; /* as control's log-verify; NULL likewise */
	int log_error;
};

typedef void doctor_check_fn(const struct doctor *doctor, struct doctor_findings *ret);

struct doctor_check {
	const char *name;  /* stable English, for --json */
	const char *title; /* N_() */
	doctor_check_fn *fn;
	bool wiring; /* one of --wiring */
};

/* Ends with a row without a name. */
extern const struct doctor_check doctor_checks[];

/* A finding of the check that runs; cure is in the language in force, or NULL. */
__attribute__((format(printf, 2, 3))) void doctor_ok(struct doctor_findings *ret,
						     const char *format, ...);
__attribute__((format(printf, 3, 4))) void doctor_warn(struct doctor_findings *ret,
						       const char *cure, const char *format, ...);
__attribute__((format(printf, 3, 4))) void doctor_fail(struct doctor_findings *ret,
						       const char *cure, const char *format, ...);

/* Fills what can be known; never fails as a whole. Free with doctor_done(). */
void doctor_gather(const struct call *call, struct doctor *ret);
void doctor_done(struct doctor *doctor);

/* A fault of the station with this code, or one that begins with it where it ends in a dash. */
const json_t *doctor_fault(const struct doctor *doctor, const char *code);

/* root + path into text; false if it does not fit. */
bool doctor_path(const struct doctor *doctor, const char *path, char *text, size_t n);

doctor_check_fn doctor_check_config, doctor_check_service, doctor_check_clock, doctor_check_zone,
	doctor_check_sound, doctor_check_log, doctor_check_recordings, doctor_check_proof;
doctor_check_fn doctor_check_folders, doctor_check_groups, doctor_check_disk, doctor_check_programs,
	doctor_check_watchdog;
doctor_check_fn doctor_check_lines;

/* What became of a request for a line, and of opening a sound device, as findings. */
struct gpio_found;
struct sink_trouble;
void doctor_tell_line(const char *title, const char *line, const struct gpio_found *found,
		      struct doctor_findings *ret);
void doctor_tell_sound(const struct sink_trouble *trouble, const char *device,
		       struct doctor_findings *ret);

/* Steps for the technician beside the findings of the lines. */
void doctor_print_wiring(const struct doctor *doctor);
/* What happens on the lines of the running station, as it happens. An exit code. */
int doctor_watch(const struct call *call, int64_t seconds);

#endif
