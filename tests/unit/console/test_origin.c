/* SPDX-License-Identifier: MIT */
/* Whom a request is addressed to, and which page sent it. */
#include "check.h"
#include "origin.h"

static void hosts(void **state)
{
	static const struct {
		int line;
		const char *host, *own, *names;
		bool allowed;
	} rows[] = {
		{ROW, "127.0.0.1", "loa", "", true},
		{ROW, "127.0.0.1:8080", "loa", "", true},
		{ROW, "[::1]:8080", "loa", "", true},
		{ROW, "[fe80::1]", "loa", "", true},
		{ROW, "localhost:8080", "loa", "", true},
		{ROW, "LOCALHOST", "loa", "", true},
		{ROW, "loa", "loa", "", true},
		{ROW, "loa.local:80", "loa", "", true},
		{ROW, "Loa.Local", "loa.xa.vn", "", true},
		{ROW, "loa.xa.vn", "loa.xa.vn", "", true},
		{ROW, "loa.xa.vn", "loa", "", false},
		{ROW, "loa.xa.vn:80", "loa", "a.vn, loa.xa.vn", true},
		{ROW, "a.v", "loa", "a.vn", false},
		{ROW, "a.vn,loa", "loa", "a.vn,loa", false},
		{ROW, "evil.example", "loa", "", false},
		{ROW, "loa.evil.example", "loa", "", false},
		{ROW, "127.0.0.1.evil.example", "loa", "", false},
		{ROW, "localhost.evil.example", "loa", "", false},
		{ROW, "127.0.0.1:x", "loa", "", false},
		{ROW, "127.0.0.1:", "loa", "", false},
		{ROW, "127.0.0.1:123456", "loa", "", false},
		{ROW, "[::1", "loa", "", false},
		{ROW, "[::1]x", "loa", "", false},
		{ROW, "[evil.example]", "loa", "", false},
		{ROW, "::1", "loa", "", false},
		{ROW, "", "loa", "", false},
		{ROW, "", "", "", false},
		{ROW, ".local", "", "", false},
		{ROW, ":80", "loa", "", false},
		{ROW, "lo a", "lo a", "", false},
		{ROW, "user@localhost", "loa", "", false},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_row_int(rows[i].line,
			      origin_host_allowed(rows[i].host, rows[i].own, rows[i].names),
			      rows[i].allowed);
}

static void origins(void **state)
{
	static const struct {
		int line;
		const char *origin, *host;
		bool same;
	} rows[] = {
		{ROW, "http://localhost:8080", "localhost:8080", true},
		{ROW, "https://loa.local", "loa.local", true},
		{ROW, "HTTP://LOA.local", "loa.LOCAL", true},
		{ROW, "http://localhost:8081", "localhost:8080", false},
		{ROW, "http://localhost", "localhost:8080", false},
		{ROW, "http://localhost:8080.evil.example", "localhost:8080", false},
		{ROW, "http://evil.example/localhost:8080", "localhost:8080", false},
		{ROW, "null", "null", false},
		{ROW, "http://", "", false},
		{ROW, "", "", false},
		{ROW, "ftp://localhost", "localhost", false},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++)
		check_row_int(rows[i].line, origin_same(rows[i].origin, rows[i].host),
			      rows[i].same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
