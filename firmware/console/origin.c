/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HOST_BYTES 256

static bool is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && text[n] == '\0';
}

static bool is_name(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
			return false;
	return *text != '\0';
}

/* The host without its port; an address of IPv6 without its brackets. */
static bool strip(const char *host, char *name, bool *ret_v6)
{
	const char *end = strchr(host, ':');
	size_t n;

	*ret_v6 = host[0] == '[';
	if (*ret_v6) {
		end = strchr(host, ']');
		if (!end || (end[1] && (end[1] != ':' || !is_port(end + 2))))
			return false;
		host++;
	} else if (end && !is_port(end + 1)) {
		return false;
	}
	n = end ? (size_t)(end - host) : strlen(host);
	if (n == 0 || n >= HOST_BYTES)
		return false;
	memcpy(name, host, n);
	name[n] = '\0';
	return true;
}

static bool among(const char *name, const char *names)
{
	while (names && *names) {
		size_t n = strcspn(names, ", ");

		if (n == strlen(name) && strncasecmp(name, names, n) == 0)
			return true;
		names += n;
		names += strspn(names, ", ");
	}
	return false;
}

/* "loa", "loa.local" (the name that avahi gives it), for own "loa" or "loa.xa.vn". */
static bool is_own(const char *name, const char *own)
{
	size_t n = strcspn(own, ".");

	if (n == 0 || strncasecmp(name, own, n) != 0)
		return strcasecmp(name, own) == 0 && own[0];
	return name[n] == '\0' || strcasecmp(name + n, ".local") == 0 || strcasecmp(name, own) == 0;
}

bool origin_host_allowed(const char *host, const char *own, const char *names)
{
	char name[HOST_BYTES];
	struct in6_addr address;
	bool v6;

	if (!strip(host, name, &v6))
		return false;
	if (v6)
		return inet_pton(AF_INET6, name, &address) == 1;
	if (inet_pton(AF_INET, name, &address) == 1)
		return true;
	if (!is_name(name))
		return false;
	return strcasecmp(name, "localhost") == 0 || (own && is_own(name, own)) ||
	       among(name, names);
}

bool origin_same(const char *origin, const char *host)
{
	if (strncasecmp(origin, "http://", 7) == 0)
		origin += 7;
	else if (strncasecmp(origin, "https://", 8) == 0)
		origin += 8;
	else
		return false;
	return *origin && strcasecmp(origin, host) == 0;
}
