/* SPDX-License-Identifier: MIT */
/*
 * fail - fallible calls that fail when the test says so. FALLIBLE() defines the stand-in that --wrap
 * puts in front of a call; the CMakeLists.txt reads the names from these lines, so a line is all
 * that a new call needs.
 */
#ifndef TESTS_FAIL_H
#define TESTS_FAIL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

struct fail_call {
	const char *name;
	_Atomic int index; /* in the page; 0 = not known yet, else index + 1 */
};

/* Counts the call. Must it fail, errno is one of the errors. */
bool fail_now(struct fail_call *call, const int *errors, size_t n);

#define FAIL_MEMORY ENOMEM
#define FAIL_FILE   EIO, ENOSPC, EROFS, EACCES, EMFILE
#define FAIL_DATA   EIO, ENOSPC, EINTR
#define FAIL_FD	    EMFILE, ENFILE, ENOMEM
#define FAIL_SOCKET ECONNRESET, EINTR, ENOBUFS

/* Is it to fail? For stand-ins that are written out. */
#define FAILS(what, ...)                                                                           \
	({                                                                                         \
		static struct fail_call fail_call_ = {.name = #what};                              \
		static const int fail_errors_[] = {__VA_ARGS__};                                   \
		fail_now(&fail_call_, fail_errors_, sizeof(fail_errors_) / sizeof(int));           \
	})

/* bad: what is returned; the errors go to errno, and may be used in it. */
#define FALLIBLE(type, name, parameters, arguments, bad, ...)                                      \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		if (FAILS(name, __VA_ARGS__))                                                      \
			return bad;                                                                \
		return __real_##name arguments;                                                    \
	}

/* The same where the stand-in itself is written below the line. */
#define FALLIBLE_BY_HAND(type, name, parameters)                                                   \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters

#endif
