/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "words.h"

const char *call_value(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->n_rows; i++) {
		if (strcmp(call->rows[i].name, name) == 0)
			return call->values[i];
	}
	return NULL;
}

bool call_has(const struct call *call, const char *name)
{
	return call_value(call, name) != NULL;
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("loaphuong: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

int complain_memory(void)
{
	complain(_("out of memory: close other programs and try again"));
	return EXIT_NO;
}
