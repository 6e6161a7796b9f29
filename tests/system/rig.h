/* SPDX-License-Identifier: MIT */
/*
 * rig - a station as a real process in folders of its own, for tests that treat it as a user does:
 * through its files, its control socket, signals, and what comes out of it.
 *
 * Everything fails the test that asks, with a line that says what was being done. Time in these
 * tests is pretended (the service's --pretend-now), so that they do not wait for the hour. The
 * service speaks English.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "check.h"

#define RIG_PATIENCE_US INT64_C(120000000) /* a loaded machine under sanitizers; hangs end here */

struct rig {
	char folder[64];
	char config[96], state[96], runtime[96], wav[96], said[96]; /* paths */
	const char *program; /* the service, unless the test says otherwise */
	pid_t pid;	     /* 0 = not running */
	int notify_fd;	     /* where the service says READY=1 */
	char notify[96];
	char sink[128];	  /* "null" unless the test says otherwise */
	char lines[128];  /* "none" unless the test says otherwise */
	char clock[128];  /* "system" unless the test says otherwise */
	int64_t begin_us; /* the pretended instant of the first start, and when that was */
	int64_t begin_mono_us;
};

/* Folders and a config with the station's zone; more is text to follow it (may be ""). */
void rig_new(struct rig *rig, const char *more);
void rig_free(struct rig *rig); /* ends the service if it runs */
void rig_write_config(struct rig *rig, const char *more);
void rig_write(const char *path, const void *bytes, size_t n);

/* A recording in clips/: length_ms of one of the campaign's, over and over; different by number. */
void rig_short_clip(struct rig *rig, const char *name, unsigned number, int64_t length_ms);

/*
 * Start, and wait until it says that it is ready. The first start pretends the instant; later ones
 * pretend what that has become since. NULL: the real clock.
 */
void rig_start(struct rig *rig, const char *pretend);
/*
 * The same, where it may end instead: 0 and rig->pid, or rig->pid 0 and its exit code or -signal. It
 * is also taken for ready when 'also' (may be NULL) says so. -ETIMEDOUT: neither.
 */
int rig_begin(struct rig *rig, const char *pretend, bool (*also)(struct rig *rig));
/* The same for one that is to refuse: returns its exit code; what it said is in rig->said. */
int rig_start_refused(struct rig *rig);
/* Waits until the service tells systemd this ("WATCHDOG=trigger"). */
void rig_until_told(struct rig *rig, const char *text);
int rig_end(struct rig *rig, int signal); /* exit code, or -signal */
bool rig_said(const struct rig *rig, const char *text);
void rig_show_said(const struct rig *rig); /* for the log of a test that fails */

/* One request; the reply is the caller's. The format makes the JSON text. */
__attribute__((format(printf, 2, 3))) json_t *rig_ask(struct rig *rig, const char *format, ...);
/* The same where nothing but ok is wanted; fails the test if it was refused. */
__attribute__((format(printf, 2, 3))) void rig_do(struct rig *rig, const char *format, ...);
/* "a.b.c" below an object; NULL if it is not there. Borrowed. */
json_t *rig_at(json_t *object, const char *path);
const char *rig_text(json_t *object, const char *path); /* "" if it is no text */

/* Asks for status until what is at path is (or is no longer) null; returns the status. */
json_t *rig_until(struct rig *rig, const char *path, bool there);
/* All rows of the log, in order of number. */
json_t *rig_rows(struct rig *rig);
/* Waits until the log has n rows that are closed; returns the rows. */
json_t *rig_until_closed(struct rig *rig, size_t n);

/* The clip of that name in the reply's "clips"; fails if it is not there. Borrowed. */
json_t *rig_clip(json_t *clips, const char *name);

void rig_breathe(void); /* 20 ms between two looks at something that has no event */
int64_t rig_mono_us(void);

/* The samples of a 16-bit mono WAV file, and its rate. */
int16_t *rig_read_wav(const char *path, size_t *ret_n, unsigned *ret_rate_hz);

#endif
