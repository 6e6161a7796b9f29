/* SPDX-License-Identifier: MIT */
/*
 * daemon - the one loop of the service: what happens becomes events of the station, what the
 * station decides is carried out on the edges.
 */
#ifndef DAEMON_H
#define DAEMON_H

struct daemon;

/* Strings are borrowed for the daemon's life. */
struct daemon_options {
	const char *config, *state_dir, *runtime_dir;
	const char *sink;    /* "alsa", "null" or "wav:FILE" */
	const char *lines;   /* "real", "none" or "sim:SOCKET" */
	const char *clock;   /* "system" or "sim:SOCKET" */
	const char *pretend; /* an instant, or NULL; without an offset in the station's zone */
	const char *version;
};

/* Says on stderr what is wrong if it fails. SIGTERM, SIGINT and SIGHUP are blocked from here on. */
int daemon_new(const struct daemon_options *options, struct daemon **ret);
/* Returns when asked to end; the process's exit code. */
int daemon_run(struct daemon *daemon);
struct daemon *daemon_free(struct daemon *daemon);

/*
 * Without a service: switches off what a service that died has left on, relay and lights of the
 * accepted config and of the config as it is now. A line that a living service holds is left alone
 * and said. 0; -EBUSY: not all; -ENOENT: no config; -ENOMEM.
 */
int daemon_release(const struct daemon_options *options);

#endif
