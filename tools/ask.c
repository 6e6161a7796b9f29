/* SPDX-License-Identifier: MIT */
#include "ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "limit.h"
#include "lock.h"
#include "words.h"

struct ask {
	struct client *client;
};

/* Where the station listens: -ENOENT if none runs. */
static int find(const struct call *call, char *where, size_t n)
{
	int r;

	if (call->runtime_given && !call->state_given)
		return snprintf(where, n, "%s", call->runtime) < (int)n ? 0 : -ENAMETOOLONG;
	r = lock_find(call->state, where, n);
	if (r == 0 || call->state_given)
		return r;
	return snprintf(where, n, "%s", call->runtime) < (int)n ? 0 : -ENAMETOOLONG;
}

int ask_open(const struct call *call, struct ask **ret)
{
	char where[LIMIT_PATH];
	struct ask *ask;
	int r = find(call, where, sizeof(where));

	if (r < 0)
		return r;
	ask = calloc(1, sizeof(*ask));
	if (!ask)
		return -ENOMEM;
	r = client_open(where, &ask->client);
	if (r < 0) {
		free(ask);
		return r == -ECONNREFUSED ? -ENOENT : r;
	}
	*ret = ask;
	return 0;
}

struct ask *ask_close(struct ask *ask)
{
	if (ask) {
		client_free(ask->client);
		free(ask);
	}
	return NULL;
}

int ask_unreachable(int error)
{
	switch (error) {
	case -ENOENT:
		complain(_("the station is not running: start it with "
			   "\"systemctl start loaphuongd\", or name its folder with --state"));
		break;
	case -EACCES:
	case -EPERM:
		complain(_("you may not talk to the station: use sudo, or ask to be put into the "
			   "group loaphuong"));
		break;
	case -ETIMEDOUT:
		complain(_("the station does not answer: see \"systemctl status loaphuongd\""));
		break;
	case -ENOMEM:
		complain_memory();
		break;
	default:
		complain(_("the connection to the station broke (%s): try again"),
			 words_error(-error));
		break;
	}
	return EXIT_SERVICE;
}

int ask_call(struct ask *ask, json_t *request, int fd, json_t **ret_reply)
{
	int timeout_ms = fd >= 0 ? CLIENT_IMPORT_MS : CLIENT_TIMEOUT_MS;
	int r = request ? client_call(ask->client, request, fd, timeout_ms, ret_reply) : -ENOMEM;

	json_decref(request);
	if (r < 0)
		ask_unreachable(r);
	return r;
}

json_t *ask_request(const char *what)
{
	/* Without a language of the caller's own, the station answers in its own. */
	if (!words_chosen())
		return json_pack("{s:s}", "do", what);
	return json_pack("{s:s, s:s}", "do", what, "language", words_language());
}

void ask_put(json_t *request, const char *key, const char *value)
{
	if (value)
		json_object_set_new(request, key, json_string(value));
}

int ask_refused(const json_t *reply)
{
	if (json_is_true(json_object_get(reply, "ok")))
		return EXIT_DONE;
	complain("%s", ask_text(reply, "message"));
	return EXIT_SERVICE;
}

int ask_station(const struct call *call, json_t *request, json_t **ret_reply)
{
	struct ask *ask;
	json_t *reply;
	int r = ask_open(call, &ask);

	if (r < 0) {
		json_decref(request);
		return ask_unreachable(r);
	}
	r = ask_call(ask, request, -1, &reply);
	ask_close(ask);
	if (r < 0)
		return EXIT_SERVICE;
	r = ask_refused(reply);
	if (r != EXIT_DONE) {
		json_decref(reply);
		return r;
	}
	*ret_reply = reply;
	return EXIT_DONE;
}

const char *ask_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

long long ask_number(const json_t *object, const char *key)
{
	return (long long)json_number_value(json_object_get(object, key));
}
