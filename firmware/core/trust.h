/* SPDX-License-Identifier: MIT */
/*
 * trust - does the station know what time it is?
 *
 * Pure. The caller hands in what the edge observed; the answer is a state and a reason.
 *   trusted    the kernel says synchronised (trust = "synchronized"), or an RTC agrees
 *              (trust = "rtc" accepts that too), or a person confirmed or set the time not longer
 *              ago than 'holdover', or trust = "always"
 *   holdover   trusted earlier in this boot and not longer ago than 'holdover' (a service that is
 *              started again in the same boot remembers: trust_print(), trust_parse()); over a
 *              reboot only while an RTC agrees, counted from the newest row there was at the first
 *              look
 *   untrusted  anything else, and always: a time before the build or before the newest real row
 *              of the log (unless the kernel says synchronised: its word outweighs the rows), more
 *              than 15 years after the build, and a jump forward of more than 24 h after trust in
 *              this boot until somebody confirms it or the clock comes back from it
 *   pretended  --pretend-now; counts as trusted, no rule above applies
 */
#ifndef CORE_TRUST_H
#define CORE_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRUST_TEXT 192 /* bytes of what trust_print() makes, NUL included */
#define TRUST_BOOT 64  /* bytes of a name of a boot, NUL included */

enum trust_policy { TRUST_SYNCHRONIZED, TRUST_RTC, TRUST_ALWAYS };
enum clock_state { CLOCK_UNTRUSTED, CLOCK_HOLDOVER, CLOCK_TRUSTED, CLOCK_PRETENDED };
enum trust_reason {
	TRUST_SYNCED,
	TRUST_RTC_AGREES,
	TRUST_CONFIRMED,
	TRUST_BY_POLICY, /* trust = "always" */
	TRUST_PRETENDED,
	TRUST_HELD, /* holdover */
	TRUST_NEVER_SYNCED,
	TRUST_RTC_DIFFERS, /* the RTC would have vouched, but shows another time */
	TRUST_HOLDOVER_OVER,
	TRUST_BEFORE_BUILD,
	TRUST_BEFORE_LOG,
	TRUST_FAR_FUTURE,
	TRUST_JUMPED, /* forward by more than 24 h, not confirmed */
};

struct trust_rules {
	enum trust_policy policy;
	int64_t holdover_us;
	int64_t build_us; /* UTC instant of the build */
	bool pretended;
};

/* One look at the clock. mono_us is CLOCK_BOOTTIME. */
struct trust_look {
	int64_t now_us, mono_us;
	bool kernel_synced;
	bool rtc_there;	       /* an RTC is there and shows a time */
	bool rtc_agrees;       /* it does, and within 2 minutes of now */
	int64_t rtc_apart_us;  /* how far it is ahead of now; for people alone */
	int64_t newest_row_us; /* newest real row of the log, 0 if none */
};

/* What is remembered between looks. A value; start with {0}. */
struct trust {
	bool was_trusted;	 /* in this boot */
	int64_t trusted_mono_us; /* when last */
	int64_t trusted_now_us;
	bool confirmed; /* by a person; stands until a jump, and for 'holdover' */
	int64_t confirmed_mono_us;
	bool jumped; /* forward > 24 h, waits for confirmation */
	bool looked;
	int64_t first_row_us; /* newest row at the first look: what holdover over a reboot counts from */
	int64_t outweighed_us; /* newest row that the kernel's word outweighed in this boot */
};

struct trust_answer {
	enum clock_state state;
	enum trust_reason reason;
	int64_t left_us; /* until it ends if nobody vouches again; CIVIL_NEVER: it does not end so */
};

struct trust_answer trust_look(struct trust *trust, const struct trust_rules *rules,
			       const struct trust_look *look);
/* A person says the time is right (or has just set it). */
void trust_confirm(struct trust *trust, int64_t now_us, int64_t mono_us);

/* A time outside of these is not believed unless the kernel is synchronised (or not even then). */
void trust_bounds(const struct trust *trust, const struct trust_rules *rules, int64_t newest_row_us,
		  int64_t *ret_from_us, int64_t *ret_until_us);

/*
 * What a service that ends leaves to the next one of the same boot: one line, without a line break.
 * boot names the boot (no blanks); reading it under another name is -ESTALE, anything that
 * trust_print() did not write -EINVAL, and *ret is left alone.
 */
void trust_print(const struct trust *trust, const char *boot, char text[TRUST_TEXT]);
int trust_parse(const char *text, const char *boot, struct trust *ret);

bool clock_state_known(enum clock_state state);		 /* all but untrusted */
const char *clock_state_name(enum clock_state state);	 /* "trusted" ... */
const char *trust_reason_code(enum trust_reason reason); /* "never-synced" ... */

#endif
