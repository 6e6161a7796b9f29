/* SPDX-License-Identifier: MIT */
/* faults - what a test has ordered to go wrong; the words are in loapace.c. */
#ifndef TESTS_PCM_FAULTS_H
#define TESTS_PCM_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

struct faults {
	bool absent, busy, start_fails, drain_hangs, resume_fails, resume_waits, write_hangs;
	int64_t start_late_us;
	int64_t xrun_at, xrun_every, stall_at, gone_at, suspend_at; /* -1: none */
};

/* None at all where there is no such file. */
void faults_read(const char *path, struct faults *ret);

#endif
