/* SPDX-License-Identifier: MIT */
/*
 * conf_check - the meaning of a draft: every check, and the plan and settings that come out.
 *
 * Private to conf*.c. A fault never stops the walk: the value then counts as its default, so that
 * one run reports all. Whether there was an error is asked of the faults at the end.
 */
#ifndef CONFIG_CONF_CHECK_H
#define CONFIG_CONF_CHECK_H

#include "conf.h"
#include "conf_draft.h"

struct check {
	const struct conf_world *world;
	struct faults *faults;
	struct arena *arena;
	struct draft_section *const *roots; /* one a file, in order; the first is the station's */
	size_t n_roots;
	struct plan *plan; /* being built */
	struct settings settings;
	/* Where what stands in the plan was written: same indexes. In the arena. */
	const struct draft_section **clips; /* NULL: a recording that no config mentions */
	const struct draft_section **campaigns;
	const struct draft_section ***broadcasts, ***playlists;
	bool no_memory;
};

/* conf_check.c: returns 0 or -ENOMEM; faults tell the rest. */
int conf_check(struct check *check);
/* conf_warn.c: what needs the whole plan. Only where there was no error. 0 or -ENOMEM. */
int conf_warn(struct check *check);

/* The parts of conf_check, in this order. */
void check_names(struct check *check);					  /* conf_check_name.c */
void check_box(struct check *check);					  /* conf_check_box.c */
void check_say(struct check *check, const struct draft_section *station); /* conf_check_say.c */
void check_lines(struct check *check);	   /* conf_check_line.c: button, relay, led */
void check_usb(struct check *check);	   /* conf_check_usb.c */
void check_clips(struct check *check);	   /* conf_check_clip.c */
void check_campaigns(struct check *check); /* conf_check_campaign.c */
/* conf_check_broadcast.c; the campaign's dates and playlists are known. */
void check_broadcast(struct check *check, size_t campaign, const struct draft_section *section,
		     struct plan_broadcast *ret);
/* conf_airs.c: is there any day on which it is due? */
bool conf_can_air(const struct plan_campaign *campaign, const struct plan_broadcast *broadcast);

/* The parts of conf_warn. */
void warn_recordings(struct check *check);
void warn_buttons(struct check *check);
int warn_rotation(struct check *check, int64_t from_us, int64_t until_us);
int warn_rehearsed(struct check *check, int64_t from_us, int64_t until_us);

/* conf_check_play.c: what a list of clips or items names. */
struct check_scope {
	const struct draft_section *section;  /* of the list */
	const struct plan_campaign *campaign; /* its playlists count too; NULL: clips alone */
};
bool check_item(struct check *check, const struct check_scope *scope, const char *key,
		const struct draft_value *value, struct plan_item *ret);

/* conf_value.c: one value of a section, checked; its default where it is absent or faulty. */
void check_error(struct check *check, const char *code, const struct draft_section *section,
		 int line, const char *format, ...) __attribute__((format(printf, 5, 6)));
void check_warning(struct check *check, const char *code, const struct draft_section *section,
		   int line, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* "broadcast 'buoi-sang'" or "'audio'" */
const char *check_label(struct check *check, const struct draft_section *section);
/* Zeroed memory of the plan; NULL sets no_memory. */
void *check_take(struct check *check, size_t n, size_t size);
/* A copy for the plan; NULL sets no_memory. */
char *check_keep(struct check *check, const char *text);

bool value_given(const struct draft_section *section, const char *key);
int value_line(const struct draft_section *section, const char *key);
const char *value_raw(const struct draft_section *section, const char *key);
/* Fits in n bytes with its NUL, no control characters. */
const char *value_text(struct check *check, const struct draft_section *section, const char *key,
		       size_t n);
bool value_flag(struct check *check, const struct draft_section *section, const char *key);
/* Index in a NULL-ended list. */
int value_word(struct check *check, const struct draft_section *section, const char *key,
	       const char *const *words);
struct value_range {
	double min, max;
	bool whole;
	bool zero; /* 0 as well, although it is outside */
	const char *unit;
};
double value_number(struct check *check, const struct draft_section *section, const char *key,
		    struct value_range range);
int64_t value_duration(struct check *check, const struct draft_section *section, const char *key,
		       int64_t min_us, int64_t max_us);
/* Adds the fault if it is not a date; key is for the message. */
bool check_date(struct check *check, const struct draft_section *section, const char *key,
		const struct draft_value *value, bool yearly, struct civil_date *ret);
/* The same of an option with one value; false also where it is absent. */
bool value_date(struct check *check, const struct draft_section *section, const char *key,
		bool yearly, struct civil_date *ret);
/* Weekdays as bits; every day where absent. */
uint8_t value_days(struct check *check, const struct draft_section *section, const char *key);

/* The first section of that key in any file, or an empty one that gives defaults. */
const struct draft_section *check_single(struct check *check, const char *key, bool *ret_present);
/* conf_check_name.c: a name as it is compared (NFC), in the arena; never NULL. */
const char *check_composed(struct check *check, const char *name);

#endif
