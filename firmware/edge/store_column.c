/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

#include <errno.h>
#include <string.h>

int store_column_text(sqlite3_stmt *statement, int at, char *ret, size_t n)
{
	const unsigned char *text = sqlite3_column_text(statement, at);
	size_t length = (size_t)sqlite3_column_bytes(statement, at);

	if (!text && sqlite3_column_type(statement, at) != SQLITE_NULL)
		return -ENOMEM;
	if (length >= n)
		return -EINVAL;
	if (text)
		memcpy(ret, text, length);
	ret[text ? length : 0] = '\0';
	return 0;
}

int store_column_hash(sqlite3_stmt *statement, int at, uint8_t ret[STORE_HASH])
{
	const void *hash = sqlite3_column_blob(statement, at);

	if (sqlite3_column_bytes(statement, at) != STORE_HASH)
		return -EINVAL;
	if (!hash)
		return -ENOMEM;
	memcpy(ret, hash, STORE_HASH);
	return 0;
}
