/* SPDX-License-Identifier: MIT */
#include "trust.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"

#define HOUR_US	  (3600 * INT64_C(1000000))
#define JUMP_US	  (24 * HOUR_US)
#define FUTURE_US (15 * 8766 * HOUR_US)		   /* 15 years of 365.25 days */
#define LAST_US	  (INT64_C(7258118400) * CIVIL_US) /* 2200-01-01 */

static struct trust_answer answer(enum clock_state state, enum trust_reason reason)
{
	return (struct trust_answer){state, reason, CIVIL_NEVER};
}

static void remember(struct trust *trust, int64_t now_us, int64_t mono_us)
{
	trust->was_trusted = true;
	trust->trusted_now_us = now_us;
	trust->trusted_mono_us = mono_us;
}

/*
 * Measured against the last trusted look, so many small steps count as one and a jump that was
 * taken back is none.
 */
static bool has_jumped(const struct trust *trust, const struct trust_look *look)
{
	int64_t expected_us = trust->trusted_now_us + (look->mono_us - trust->trusted_mono_us);

	return trust->was_trusted && look->now_us - expected_us > JUMP_US;
}

/*
 * What makes a time impossible, whoever vouches for it. The kernel's word that it is synchronised
 * outweighs the rows: they may have been written under a wrong time. It outweighs them for the
 * rest of the boot, else the box would fall silent when its network goes.
 */
static bool is_impossible(struct trust *trust, const struct trust_rules *rules,
			  const struct trust_look *look, enum trust_reason *ret)
{
	if (look->kernel_synced && look->newest_row_us > look->now_us)
		trust->outweighed_us = look->newest_row_us;
	if (look->now_us < rules->build_us)
		*ret = TRUST_BEFORE_BUILD;
	else if (look->now_us - rules->build_us > FUTURE_US)
		*ret = TRUST_FAR_FUTURE;
	else if (look->now_us < look->newest_row_us && look->newest_row_us > trust->outweighed_us)
		*ret = TRUST_BEFORE_LOG;
	else if (trust->jumped)
		*ret = TRUST_JUMPED;
	else
		return false;
	return true;
}

void trust_bounds(const struct trust *trust, const struct trust_rules *rules, int64_t newest_row_us,
		  int64_t *ret_from_us, int64_t *ret_until_us)
{
	bool counts = newest_row_us > trust->outweighed_us && newest_row_us > rules->build_us;

	*ret_from_us = counts ? newest_row_us : rules->build_us;
	*ret_until_us = rules->build_us + FUTURE_US;
}

static int64_t confirmed_left_us(const struct trust *trust, const struct trust_rules *rules,
				 const struct trust_look *look)
{
	if (!trust->confirmed)
		return -1;
	return trust->confirmed_mono_us + rules->holdover_us - look->mono_us;
}

static bool is_vouched_for(const struct trust *trust, const struct trust_rules *rules,
			   const struct trust_look *look, enum trust_reason *ret)
{
	if (look->kernel_synced)
		*ret = TRUST_SYNCED;
	else if (rules->policy == TRUST_RTC && look->rtc_agrees)
		*ret = TRUST_RTC_AGREES;
	else if (confirmed_left_us(trust, rules, look) >= 0)
		*ret = TRUST_CONFIRMED;
	else if (rules->policy == TRUST_ALWAYS)
		*ret = TRUST_BY_POLICY;
	else
		return false;
	return true;
}

/*
 * Nobody vouches for it now. Over a reboot the newest row, as it was at the first look, is the last
 * instant at which the station is known to have had a time; the RTC must agree at every look.
 */
static struct trust_answer held(const struct trust *trust, const struct trust_rules *rules,
				const struct trust_look *look)
{
	struct trust_answer held = answer(CLOCK_HOLDOVER, TRUST_HELD);
	bool counts = rules->policy == TRUST_RTC || trust->first_row_us > 0;
	int64_t held_us;

	if (trust->was_trusted)
		held_us = look->mono_us - trust->trusted_mono_us;
	else if (look->rtc_agrees && trust->first_row_us > 0)
		held_us = look->now_us - trust->first_row_us;
	else if (look->rtc_there && !look->rtc_agrees && counts)
		return answer(CLOCK_UNTRUSTED, TRUST_RTC_DIFFERS);
	else
		return answer(CLOCK_UNTRUSTED, TRUST_NEVER_SYNCED);
	held.left_us = rules->holdover_us - held_us;
	return held.left_us < 0 ? answer(CLOCK_UNTRUSTED, TRUST_HOLDOVER_OVER) : held;
}

/* What a person says is not said anew at every look: its time runs from when it was said. */
static struct trust_answer vouched_for(struct trust *trust, const struct trust_rules *rules,
				       const struct trust_look *look, enum trust_reason reason)
{
	struct trust_answer vouched = answer(CLOCK_TRUSTED, reason);

	if (reason == TRUST_CONFIRMED)
		vouched.left_us = confirmed_left_us(trust, rules, look);
	else
		remember(trust, look->now_us, look->mono_us);
	return vouched;
}

struct trust_answer trust_look(struct trust *trust, const struct trust_rules *rules,
			       const struct trust_look *look)
{
	enum trust_reason reason;

	if (rules->pretended)
		return answer(CLOCK_PRETENDED, TRUST_PRETENDED);
	if (!trust->looked)
		trust->first_row_us = look->newest_row_us;
	trust->looked = true;
	trust->jumped = has_jumped(trust, look);
	if (trust->jumped)
		trust->confirmed = false;
	if (is_impossible(trust, rules, look, &reason)) {
		/* Who confirmed such a time was wrong, and nothing is measured against it. */
		trust->was_trusted = trust->was_trusted && !trust->confirmed;
		trust->confirmed = false;
		return answer(CLOCK_UNTRUSTED, reason);
	}
	if (!is_vouched_for(trust, rules, look, &reason))
		return held(trust, rules, look);
	return vouched_for(trust, rules, look, reason);
}

void trust_confirm(struct trust *trust, int64_t now_us, int64_t mono_us)
{
	trust->confirmed = true;
	trust->confirmed_mono_us = mono_us;
	trust->jumped = false;
	remember(trust, now_us, mono_us);
}

/* All that does not come back by itself at the first look. */
void trust_print(const struct trust *trust, const char *boot, char text[TRUST_TEXT])
{
	snprintf(text, TRUST_TEXT, "1 %s %d %lld %lld %d %lld %lld", boot, trust->was_trusted,
		 (long long)trust->trusted_mono_us, (long long)trust->trusted_now_us,
		 trust->confirmed, (long long)trust->confirmed_mono_us,
		 (long long)trust->outweighed_us);
}

/* n numbers, one blank before each, nothing after them. */
static int take_numbers(const char *text, long long *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *end;

		if (text[0] != ' ' || (text[1] != '-' && (text[1] < '0' || text[1] > '9')))
			return -EINVAL;
		errno = 0;
		numbers[i] = strtoll(text + 1, &end, 10);
		if (errno || end == text + 1)
			return -EINVAL;
		text = end;
	}
	return *text ? -EINVAL : 0;
}

/* What could not have been remembered: a time before the boot, or one no calendar has. */
static bool is_possible(const long long numbers[6])
{
	bool flags = (numbers[0] == 0 || numbers[0] == 1) && (numbers[3] == 0 || numbers[3] == 1);

	for (size_t i = 0; i < 6; i++)
		if (numbers[i] < 0 || numbers[i] > LAST_US)
			return false;
	return flags;
}

int trust_parse(const char *text, const char *boot, struct trust *ret)
{
	size_t n = strlen(boot);
	long long numbers[6];

	if (strlen(text) >= TRUST_TEXT || strncmp(text, "1 ", 2) != 0)
		return -EINVAL;
	text += 2;
	if (n == 0 || strncmp(text, boot, n) != 0 || text[n] != ' ')
		return -ESTALE;
	if (take_numbers(text + n, numbers, 6) < 0 || !is_possible(numbers))
		return -EINVAL;
	*ret = (struct trust){
		.was_trusted = numbers[0] != 0,
		.trusted_mono_us = numbers[1],
		.trusted_now_us = numbers[2],
		.confirmed = numbers[3] != 0,
		.confirmed_mono_us = numbers[4],
		.outweighed_us = numbers[5],
	};
	return 0;
}

bool clock_state_known(enum clock_state state)
{
	return state != CLOCK_UNTRUSTED;
}

const char *clock_state_name(enum clock_state state)
{
	static const char *const names[] = {
		[CLOCK_UNTRUSTED] = "untrusted",
		[CLOCK_HOLDOVER] = "holdover",
		[CLOCK_TRUSTED] = "trusted",
		[CLOCK_PRETENDED] = "pretended",
	};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

const char *trust_reason_code(enum trust_reason reason)
{
	static const char *const codes[] = {
		[TRUST_SYNCED] = "synchronized",
		[TRUST_RTC_AGREES] = "rtc-agrees",
		[TRUST_CONFIRMED] = "confirmed",
		[TRUST_BY_POLICY] = "policy",
		[TRUST_PRETENDED] = "pretended",
		[TRUST_HELD] = "holdover",
		[TRUST_NEVER_SYNCED] = "never-synced",
		[TRUST_RTC_DIFFERS] = "rtc-differs",
		[TRUST_HOLDOVER_OVER] = "holdover-over",
		[TRUST_BEFORE_BUILD] = "before-build",
		[TRUST_BEFORE_LOG] = "before-log",
		[TRUST_FAR_FUTURE] = "far-future",
		[TRUST_JUMPED] = "jumped",
	};

	return (size_t)reason < sizeof(codes) / sizeof(codes[0]) ? codes[reason] : "?";
}
