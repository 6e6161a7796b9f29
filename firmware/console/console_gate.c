/* SPDX-License-Identifier: MIT */
/*
 * The gate: who may ask what. In this order: is the request addressed to this box; is there such a
 * thing; does a change come from a page of ours, with that page's token; who asks, and may they.
 * Nothing of a body is read before all of that is answered with yes.
 */
#include "console_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "origin.h"
#include "words.h"

static void visit_gone(void *attached)
{
	struct visit *visit = attached;
	struct console *console = visit->console;

	if (visit->call)
		link_forget(visit->call);
	live_remove(console->live, visit->request);
	password_forget(console->passwords, visit);
	program_forget(console->program, visit);
	if (visit->fd >= 0)
		close(visit->fd);
	if (visit->uploading)
		console->uploads--;
	json_decref(visit->body);
	free(visit);
}

static struct visit *visit_new(struct console *console, struct http_request *request)
{
	struct visit *visit = calloc(1, sizeof(*visit));
	const char *language = http_query(request, "language");

	if (!visit)
		return NULL;
	visit->console = console;
	visit->request = request;
	visit->fd = -1;
	visit->language = language && strcmp(language, "en") == 0 ? "en" : "vi";
	http_attach(request, visit_gone, visit);
	return visit;
}

/* The route of method and path; if the path is there with another method only, *ret_other. */
static const struct route *find(const struct http_request *request, bool *ret_other)
{
	*ret_other = false;
	for (const struct route *route = console_routes; route->path; route++) {
		if (strcmp(route->path, http_path(request)) != 0)
			continue;
		if (route->method == http_method(request))
			return route;
		*ret_other = true;
	}
	return NULL;
}

static bool is_for_us(const struct visit *visit)
{
	const char *host = http_header(visit->request, "Host");

	return host &&
	       origin_host_allowed(host, visit->console->own_name, visit->console->options.names);
}

/* A change comes from a page of this host; a browser always says which page. */
static bool is_from_us(const struct visit *visit)
{
	const char *origin = http_header(visit->request, "Origin");
	const char *host = http_header(visit->request, "Host");

	return origin && host && origin_same(origin, host);
}

static bool has_token(const struct visit *visit)
{
	const char *token = http_header(visit->request, "X-CSRF-Token");

	return token && account_same(visit->who.csrf, token);
}

static void find_visitor(struct visit *visit)
{
	const char *bearer = http_header(visit->request, "Authorization");
	struct accounts *accounts = visit->console->accounts;
	struct account_now now = console_now(visit->console);
	char token[ACCOUNT_TOKEN];
	int error = -ENOENT;

	if (bearer && strncasecmp(bearer, "Bearer ", 7) == 0)
		error = account_of_token(accounts, bearer + 7, &visit->who);
	else if (!bearer && http_cookie(visit->request, CONSOLE_COOKIE, token, sizeof(token)))
		error = account_session(accounts, token, &now, &visit->who);
	visit->machine = bearer && error == 0;
	visit->unread = error < 0 && error != -ENOENT;
	if (error < 0)
		visit->who.role = ROLE_NONE;
}

/* False: it was refused. */
static bool may_enter(struct visit *visit)
{
	const struct route *route = visit->route;
	bool change = route->method != HTTP_GET;

	/* A machine's token is in no browser, so no page can make one send it. */
	if (change && !visit->machine && !is_from_us(visit))
		visit_refuse(visit, 403, "foreign-page",
			     N_("This order did not come from a page of this box. Open the box's "
				"own page and do it there."));
	else if (route->role > ROLE_NONE && visit->unread)
		visit_refuse(
			visit, 503, "accounts",
			N_("The box could not look up who you are. Try again in a moment; if that "
			   "stays so, call the technician."));
	else if (route->role > ROLE_NONE && visit->who.role == ROLE_NONE)
		visit_refuse(visit, 401, "login", N_("Log in first."));
	else if (route->role > ROLE_NONE && change && !visit->machine && !has_token(visit))
		visit_refuse(visit, 403, "old-page",
			     N_("This page is out of date. Load it again, then repeat."));
	else if (visit->who.role < route->role)
		visit_refuse(visit, 403, "not-allowed",
			     N_("Your account may not do this. Ask somebody who may approve."));
	else
		return true;
	return false;
}

static bool is_json(const struct http_request *request)
{
	const char *type = http_header(request, "Content-Type");

	return type && strncasecmp(type, "application/json", 16) == 0 &&
	       (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
}

/* How the body is taken. */
static void take_body(struct visit *visit)
{
	if (visit->route->body == BODY_RECORDING)
		visit_begin_upload(visit);
	else if (visit->route->body == BODY_JSON && !is_json(visit->request))
		visit_refuse(visit, 415, "not-json", N_("The body is to be application/json."));
	else if (visit->route->body == BODY_JSON)
		http_take_memory(visit->request);
}

void console_asked(void *context, struct http_request *request)
{
	struct visit *visit = visit_new(context, request);
	bool other;

	if (!visit) {
		http_answer(request, 503, "text/plain", "", 0);
		return;
	}
	if (!is_for_us(visit)) {
		visit_refuse(
			visit, 403, "unknown-host",
			N_("This box is not known by that name. Open it by its IP address, or have "
			   "the technician add the name with --names."));
		return;
	}
	visit->route = find(request, &other);
	if (!visit->route) {
		visit_refuse(visit, other ? 405 : 404, other ? "wrong-method" : "no-such-page",
			     N_("There is no such page. Begin at the first page, /."));
		return;
	}
	find_visitor(visit);
	if (may_enter(visit))
		take_body(visit);
}

static bool read_json(struct visit *visit)
{
	size_t n;
	const char *text = http_body(visit->request, &n);

	visit->body = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(visit->body);
}

void console_ready(void *context, struct http_request *request)
{
	struct visit *visit = http_attached(request);

	(void)context;
	if (visit->route->body == BODY_JSON && !read_json(visit)) {
		visit_refuse(visit, 400, "bad-request", N_("The body is to be one JSON object."));
		return;
	}
	visit->route->answer(visit);
}
