/* SPDX-License-Identifier: MIT */
/*
 * password - Argon2id, one at a time, in a child process.
 *
 * Hashing takes a good part of a second on a small board, and tens of MiB. So it runs in a child
 * with low priority, that the loop (and with it: stop) goes on; and never twice at a time, that
 * many guesses at once cost no more memory than one. A few may wait; the others are refused.
 */
#ifndef CONSOLE_PASSWORD_H
#define CONSOLE_PASSWORD_H

#include <systemd/sd-event.h>

#define PASSWORD_WAITING 4
#define PASSWORD_BYTES	 256 /* of a password, NUL included */
#define PASSWORD_LEAST	 10  /* characters of a new one */
#define PASSWORD_STORED	 128 /* of what is kept, NUL included */
#define PASSWORD_OPS	 2 /* with 19 MiB what OWASP asks for; a quarter of a second on a small board */
#define PASSWORD_MEMORY	 ((size_t)19 << 20)

struct passwords;

/*
 * result 0: the password is the one that was stored, or the new one is hashed: stored is then what
 * to keep, borrowed. -EACCES: it is another one. -EAGAIN: no memory or no process was to be had,
 * and nothing is known of the password.
 */
typedef void password_fn(void *context, int result, const char *stored);

int passwords_new(sd_event *event, struct passwords **ret);
/* Those that wait hear nothing any more. */
struct passwords *passwords_free(struct passwords *passwords);

/*
 * Compare a password with what is stored; stored "" (no such account) takes as long and fails. Or
 * hash a new one: stored NULL. fn is called once, later. -EBUSY: too many wait.
 */
int password_check(struct passwords *passwords, const char *stored, const char *password,
		   password_fn *fn, void *context);
/* Nobody of this context wants to hear any more. */
void password_forget(struct passwords *passwords, const void *context);

#endif
