/* SPDX-License-Identifier: MIT */
/*
 * conf - from text to plan and settings, whole or not at all.
 *
 * conf_read.c  takes the file: regular, at most 256 KiB, no NUL, valid UTF-8, balanced, comments
 *              blanked (libconfuse drifts by two lines a comment, and accepts a file that is cut
 *              off inside a section)
 * conf_scan.c  structure and lines: unknown keys, repeated options, what is not closed. Bad
 *              statements are left out of the text that libconfuse gets, because it would stop at
 *              the first; so one run reports all faults
 * conf_parse.c the only place that knows libconfuse: reads the values of that text
 * conf_check.c every meaning check; builds the plan
 * conf_warn.c  warnings, also those that need a rehearsal (overlap, airtime, minutes, rotation)
 *
 * Rules beyond the grammar of libconfuse: a quoted text ends on its line (\n is a new line), what
 * is not a plain ASCII word needs quotes, escapes are \" \\ \n \t, ${ is literal. Names are at
 * most 63 bytes without slash; those of clips have no spaces. A line comment that ends with the
 * file, without a new line, counts as cut off.
 *
 * Not for two threads at a time: libconfuse's scanner has one state.
 */
#ifndef CONFIG_CONF_H
#define CONFIG_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "plan.h"
#include "settings.h"

/*
 * What the config is checked against. Callbacks may be NULL: without zone every zone is +07:00
 * (tests), without recording no clip is missed.
 */
struct conf_world {
	void *context;
	/* Fill *ret (caller frees with zone_done) or -ENOENT: no such zone. */
	int (*zone)(void *context, const char *name, struct zone *ret);
	/* Recordings of the library, by index; -ENOENT past the end. name is borrowed. */
	int (*recording)(void *context, size_t index, const char **ret_name,
			 struct plan_recording *ret);
	int64_t now_us; /* for "nothing left to air"; 0 = leave those checks out */
	/* The settings alone: a campaign that names what this program does not know (a recording, for
	 * one that cannot see the library) does not keep it from knowing how the box is called. */
	bool box_only;
	bool errors_only; /* no warnings: they rehearse the campaign, who wants the plan need not */
};

struct conf_source {
	const char *file;	   /* the station's config */
	const char *campaigns_dir; /* its *.conf in name order; NULL or absent folder = none */
};

/*
 * Load and check all. Faults (errors and warnings) are appended to *faults, which the caller
 * frees. Returns 0 and fills both outputs if there was no error; -EINVAL if there was one (outputs
 * untouched); -ENOMEM. ret_plan is freed with plan_free(); may be NULL to check alone.
 */
int conf_load(const struct conf_source *source, const struct conf_world *world,
	      struct faults *faults, struct plan **ret_plan, struct settings *ret_settings);

/* The same from text in memory (tests, fuzzer, console preview). name is used in messages. */
struct conf_text {
	const char *name;
	const char *text;
	size_t n;
	bool campaigns_only; /* a file of campaigns/: only campaign and clip sections */
};
int conf_load_text(const struct conf_text *texts, size_t n_texts, const struct conf_world *world,
		   struct faults *faults, struct plan **ret_plan, struct settings *ret_settings);

/*
 * Read a config file as the reader does: caps, UTF-8, NUL, BOM. Returns 0 and a malloc'ed text,
 * or -EINVAL with a fault added.
 */
int conf_read_file(const char *path, struct faults *faults, char **ret_text, size_t *ret_n);

#endif
