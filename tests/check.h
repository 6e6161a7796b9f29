/* SPDX-License-Identifier: MIT */
/*
 * check - a few macros over cmocka, so that a failing table row prints the file:line of the ROW.
 *
 * Tables are arrays of structs whose first member is 'int line', filled with the macro ROW:
 *	{ROW, "05:45", 20700},
 * and checked with check_row_int(row->line, got, want).
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROW		   __LINE__
#define CHECK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define check_row(line, condition)                                                                 \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			print_error("%s:%d: row fails: %s\n", __FILE__, (line), #condition);       \
			_fail(__FILE__, (line));                                                   \
		}                                                                                  \
	} while (0)

#define check_row_int(line, got, want)                                                             \
	do {                                                                                       \
		long long check_got_ = (long long)(got), check_want_ = (long long)(want);          \
		if (check_got_ != check_want_) {                                                   \
			print_error("%s:%d: row: %s is %lld, want %lld\n", __FILE__, (line), #got, \
				    check_got_, check_want_);                                      \
			_fail(__FILE__, (line));                                                   \
		}                                                                                  \
	} while (0)

#define check_row_str(line, got, want)                                                             \
	do {                                                                                       \
		const char *check_got_ = (got), *check_want_ = (want);                             \
		if (!check_got_ || strcmp(check_got_, check_want_) != 0) {                         \
			print_error("%s:%d: row: %s is \"%s\", want \"%s\"\n", __FILE__, (line),   \
				    #got, check_got_ ? check_got_ : "(null)", check_want_);        \
			_fail(__FILE__, (line));                                                   \
		}                                                                                  \
	} while (0)

#endif
