/* SPDX-License-Identifier: MIT */
/*
 * fault - what is wrong with a config, for people: file, line, cause and cure.
 */
#ifndef CONFIG_FAULT_H
#define CONFIG_FAULT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct fault {
	char *file;	  /* as the caller named it */
	int line;	  /* from 1; 0 = the file as a whole */
	bool error;	  /* else a warning */
	const char *code; /* stable English word, "unknown-key"; static */
	char *text;	  /* one line in the language in force: cause, then cure */
};

/* A growing list. Start with {0}; free with faults_done(). */
struct faults {
	size_t n;
	struct fault *items;
	bool cut;    /* more were found than LIMIT_CONFIG_FAULTS, or than memory allowed to keep */
	bool errors; /* at least one error, also if it was cut off */
};

__attribute__((format(printf, 6, 7))) void fault_add(struct faults *faults, bool error,
						     const char *code, const char *file, int line,
						     const char *format, ...);
__attribute__((format(printf, 6, 0))) void fault_add_list(struct faults *faults, bool error,
							  const char *code, const char *file,
							  int line, const char *format,
							  va_list arguments);
bool faults_any_error(const struct faults *faults);
/* Sort by file order of first mention, then line; errors before warnings on one line. */
void faults_sort(struct faults *faults);
void faults_done(struct faults *faults);

#endif
