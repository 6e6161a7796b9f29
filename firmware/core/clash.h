/* SPDX-License-Identifier: MIT */
/*
 * clash - what becomes of a recording that comes in under a name that is taken.
 *
 * Pure. The one rule for the command line, the inbox, the USB stick and the console:
 *   free, or declared without a recording   it takes the name
 *   a spoken draft has the name             a recording takes its place; so does a newer draft
 *   this very recording has the name        nothing is to be done
 *   another recording has it                never overwritten unsaid: a person is asked (ASK),
 *                                           has said so (REPLACE), or, where nobody can be asked
 *                                           (VERSION), it becomes NAME-2, NAME-3 ... up to 99
 */
#ifndef CORE_CLASH_H
#define CORE_CLASH_H

#include "limit.h"

#define CLASH_VERSIONS 99

enum clash_there { CLASH_FREE, CLASH_DRAFT, CLASH_RECORDED, CLASH_SAME };
enum clash_rule { CLASH_ASK, CLASH_REPLACE, CLASH_VERSION };

/* What stands under a name. A caller that does not know the incoming recording's SHA-256 yet never
 * says CLASH_SAME. */
typedef enum clash_there clash_look_fn(void *context, const char *name);

enum clash_answer {
	CLASH_TAKE,    /* under *ret_name, which nothing has */
	CLASH_OVER,    /* under *ret_name, in place of what is there */
	CLASH_REFUSED, /* a person has to choose: replace it, or another name */
	CLASH_KNOWN,   /* *ret_name is this recording already */
	CLASH_FULL,    /* every version is taken */
};

/*
 * name is one that library_name_ok() accepts, in NFC; ret_name holds LIMIT_NAME bytes and is always
 * filled.
 */
enum clash_answer clash_settle(const char *name, enum clash_rule rule, clash_look_fn *look,
			       void *context, char *ret_name);

#endif
