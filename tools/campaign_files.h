/* SPDX-License-Identifier: MIT */
/*
 * campaign_files - the texts of a station's config: the config itself, then the files of campaigns/ in
 * name order, as the service reads them; and what comes of them with one in another's place.
 */
#ifndef TOOLS_CAMPAIGN_FILES_H
#define TOOLS_CAMPAIGN_FILES_H

#include "conf.h"
#include "scene.h"

/* Start with {0}; free with campaign_files_done(). The first is the station's own config. */
struct campaign_files {
	size_t n;
	struct conf_text *texts; /* names and texts are owned */
	struct faults faults;	 /* of files that could not be read; those are left out */
};

/* 0 or -ENOMEM. */
int campaign_files_read(const char *config, const char *state, struct campaign_files *ret);
void campaign_files_done(struct campaign_files *files);

/* "a.conf" of ".../campaigns/a.conf". */
const char *campaign_files_name(const struct conf_text *text);
/* The file of campaigns/ with this name; NULL: none. */
struct conf_text *campaign_files_find(const struct campaign_files *files, const char *name);
/* Puts text (given away, also on failure) in that file's place, or beside the others. 0 or -ENOMEM. */
int campaign_files_put(struct campaign_files *files, const char *state, const char *name,
		       char *text, size_t n);

/* The plan of these texts, checked as the station does. 0, -EINVAL with faults, -ENOMEM. */
int campaign_files_plan(const struct campaign_files *files, struct recordings *recordings,
			int64_t now_us, struct faults *faults, struct plan **ret);

#endif
