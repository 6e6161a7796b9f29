/* SPDX-License-Identifier: MIT */
/*
 * setup - the first start: five questions, a config that is checked, and what it will play.
 *
 * All answers become keys of the config, changed in their place (config/written.h): what else stands
 * there, and every comment, stays. A file of answers is itself a config that has only those keys,
 * so the config of one box sets up the next. Until the last answer nothing is written; the config
 * that was there stays beside the new one.
 *
 * Buttons and relay come before the sound: an amplifier behind a relay is heard only while that is on.
 *
 *   cmd_setup.c      the command, from the question to the start of the station
 *   setup_base.c     the config as it is, and what answers make of it
 *   setup_answers.c  answers, and the file of them
 *   setup_texts.c    name, time zone, permitted hours
 *   setup_lines.c    button and relay, by trying them
 *   setup_sound.c    the sound card, by a tone on each
 *   setup_write.c    the file, and the one that was there
 */
#ifndef TOOLS_SETUP_H
#define TOOLS_SETUP_H

#include "arena.h"
#include "change.h"
#include "cmd_doctor.h"
#include "gpio.h"
#include "limit.h"
#include "settings.h"
#include "talk.h"

#define SETUP_SECTIONS 32 /* that answers can be about */

/* Start with {0}; free with setup_answers_done(). */
struct setup_answers {
	struct arena arena;
	size_t n;
	struct change changes[SETUP_SECTIONS];
	struct change_value values[SETUP_SECTIONS][LIMIT_CHANGE_VALUES];
};

/*
 * A key of a section (name NULL: it has none) is to be this; a later answer takes the place of an
 * earlier. Texts are copied. 0, -ENOMEM, -E2BIG.
 */
int setup_answer(struct setup_answers *answers, const char *kind, const char *name, const char *key,
		 const char *text);
int setup_answer_list(struct setup_answers *answers, const char *kind, const char *name,
		      const char *key, const char *const *texts, size_t n);
/* The section is to go. */
int setup_answer_remove(struct setup_answers *answers, const char *kind, const char *name);
/* What was answered of a section is forgotten. */
void setup_answer_forget(struct setup_answers *answers, const char *kind, const char *name);
/* Answers of a file. An exit code; what is wrong with it was said on stderr. */
int setup_answers_read(const char *path, struct setup_answers *ret);
void setup_answers_done(struct setup_answers *answers);

struct setup {
	char config[LIMIT_PATH]; /* the file itself, no link to it */
	const char *state;
	char *base; /* the text that is changed; owned */
	size_t n_base;
	bool exists;		  /* base is the config; else the sample */
	struct settings settings; /* of base */
	char allow[256];	  /* its permitted hours, as they are typed */
	struct setup_answers answers;

	/* With a person: */
	struct talk talk;
	struct gpio *gpio;
	struct gpio_line
		*relay; /* held from its question to the end of that of the sound; NULL: none */
	struct doctor_findings *findings;
};

/* Which file it will be, and that it may be written; then base of it. Exit codes; faults were said. */
int setup_find_place(struct setup *setup, const char *config);
int setup_read_base(struct setup *setup);

/* Base with the answers. 0 and *ret (free); -EINVAL: an error of the config, why has it; -ENOMEM. */
int setup_apply(const struct setup *setup, char **ret, size_t *ret_n, char *why, size_t n_why);
/* 0; -EAGAIN: an answer made it wrong, the person was told and may answer again; -ENOMEM. */
int setup_accepts(struct setup *setup);
/* Prints what was found of a line or a card, and what to do. Empties findings. */
void setup_tell(struct setup *setup);

/* The questions. 0, -ECANCELED: no answer will come; -ENOMEM. */
int setup_ask_name(struct setup *setup);
int setup_ask_zone(struct setup *setup);
int setup_ask_airtime(struct setup *setup);
int setup_ask_lines(struct setup *setup);
int setup_ask_sound(struct setup *setup);

/* Writes it, keeps the old one. An exit code; what was done or failed was said. */
int setup_write(struct setup *setup);

#endif
