/* SPDX-License-Identifier: MIT */
#include "live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http.h"

#define LIVE_LANGUAGES 2

struct listener {
	struct http_request *request; /* NULL = free */
	size_t language;
	uint8_t session[32];
};

/* What is asked in one language. */
struct channel {
	struct live *live;
	const char *language;
	struct link_call *call;
	bool again; /* ask anew as soon as the answer is there */
};

struct live {
	sd_event *event;
	struct link *link;
	struct live_host host;
	struct listener listeners[LIVE_LISTENERS];
	struct channel channels[LIVE_LANGUAGES];
	sd_event_source *timer;
};

static bool is_heard(const struct live *live, size_t language)
{
	for (size_t i = 0; i < LIVE_LISTENERS; i++)
		if (live->listeners[i].request && live->listeners[i].language == language)
			return true;
	return false;
}

static void tell(struct live *live, size_t language, json_t *reply)
{
	char *text = json_dumps(reply, JSON_COMPACT), *event = NULL;
	int n = text ? asprintf(&event, "event: status\ndata: %s\n\n", text) : -1;

	free(text);
	for (size_t i = 0; n > 0 && i < LIVE_LISTENERS; i++) {
		struct listener *listener = &live->listeners[i];

		if (!listener->request || listener->language != language)
			continue;
		if (live->host.lasts(live->host.context, listener->session))
			http_stream_send(listener->request, event, (size_t)n);
		else
			http_stream_end(listener->request);
	}
	if (n > 0)
		free(event);
}

static void ask(struct channel *channel);

static void answered(void *context, json_t *reply, int error)
{
	struct channel *channel = context;
	struct live *live = channel->live;
	size_t language = (size_t)(channel - live->channels);

	channel->call = NULL;
	if (reply) {
		tell(live, language, reply);
	} else {
		json_t *trouble = live->host.trouble(live->host.context, channel->language, error);

		tell(live, language, trouble);
		json_decref(trouble);
	}
	if (channel->again)
		ask(channel);
}

static void ask(struct channel *channel)
{
	struct live *live = channel->live;

	channel->again = channel->call != NULL;
	if (channel->call)
		return;
	link_ask(live->link, json_pack("{s:s, s:s}", "do", "status", "language", channel->language),
		 -1, LINK_ANSWER_US, false, answered, channel, &channel->call);
}

/* Each look plans the next one while there is anybody to tell. */
static int look(sd_event_source *source, uint64_t usec, void *context)
{
	struct live *live = context;
	bool heard = false;
	uint64_t now = 0;

	(void)usec;
	for (size_t i = 0; i < LIVE_LANGUAGES; i++) {
		if (!is_heard(live, i))
			continue;
		heard = true;
		if (!live->channels[i].call)
			ask(&live->channels[i]);
	}
	if (!heard)
		return 0;
	sd_event_now(live->event, CLOCK_BOOTTIME, &now);
	sd_event_source_set_time(source, now + LIVE_PERIOD_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int live_new(sd_event *event, struct link *link, const struct live_host *host, struct live **ret)
{
	static const char *const languages[LIVE_LANGUAGES] = {"vi", "en"};
	struct live *live = calloc(1, sizeof(*live));
	int error;

	if (!live)
		return -ENOMEM;
	live->event = event;
	live->link = link;
	live->host = *host;
	for (size_t i = 0; i < LIVE_LANGUAGES; i++) {
		live->channels[i].live = live;
		live->channels[i].language = languages[i];
	}
	error = sd_event_add_time(event, &live->timer, CLOCK_BOOTTIME, 0, 20000, look, live);
	if (error >= 0)
		error = sd_event_source_set_enabled(live->timer, SD_EVENT_OFF);
	if (error < 0) {
		live_free(live);
		return error;
	}
	*ret = live;
	return 0;
}

struct live *live_free(struct live *live)
{
	if (!live)
		return NULL;
	for (size_t i = 0; i < LIVE_LANGUAGES; i++)
		if (live->channels[i].call)
			link_forget(live->channels[i].call);
	sd_event_source_disable_unref(live->timer);
	free(live);
	return NULL;
}

static void look_now(struct live *live)
{
	sd_event_source_set_time(live->timer, 0);
	sd_event_source_set_enabled(live->timer, SD_EVENT_ONESHOT);
}

int live_add(struct live *live, struct http_request *request, const char *language,
	     const uint8_t session[32])
{
	for (size_t i = 0; i < LIVE_LISTENERS; i++) {
		struct listener *listener = &live->listeners[i];

		if (listener->request)
			continue;
		listener->request = request;
		listener->language = strcmp(language, "en") == 0;
		memcpy(listener->session, session, sizeof(listener->session));
		http_answer_stream(request);
		look_now(live);
		return 0;
	}
	return -EBUSY;
}

void live_remove(struct live *live, const struct http_request *request)
{
	for (size_t i = 0; i < LIVE_LISTENERS; i++)
		if (live->listeners[i].request == request)
			live->listeners[i].request = NULL;
}

void live_poke(struct live *live)
{
	for (size_t i = 0; i < LIVE_LANGUAGES; i++)
		if (is_heard(live, i))
			ask(&live->channels[i]);
}
