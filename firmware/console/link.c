/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "client.h"

#define LINK_AGAIN_US 10000 /* the station's queue is full: knock again */

struct link_call {
	struct link *link; /* NULL = the place is free */
	struct client *client;
	json_t *request; /* until it is sent */
	int fd;
	uint64_t deadline_us;
	sd_event_source *timer, *io;
	link_reply_fn *fn; /* NULL = nobody waits */
	void *context;
};

struct link {
	sd_event *event;
	const char *where;
	struct link_call calls[LINK_CALLS];
};

static void end_call(struct link_call *call)
{
	call->timer = sd_event_source_disable_unref(call->timer);
	call->io = sd_event_source_disable_unref(call->io);
	call->client = client_free(call->client);
	json_decref(call->request);
	call->request = NULL;
	call->link = NULL;
}

/* The place is free before the answer is told: whoever hears it may ask again. */
static void answer(struct link_call *call, json_t *reply, int error)
{
	link_reply_fn *fn = call->fn;
	void *context = call->context;

	end_call(call);
	if (fn)
		fn(context, reply, error);
	json_decref(reply);
}

static uint64_t now_us(struct link *link)
{
	uint64_t now = 0;

	sd_event_now(link->event, CLOCK_BOOTTIME, &now);
	return now;
}

static void step(struct link_call *call)
{
	json_t *reply = NULL;
	int error = client_step(call->client, &reply);

	if (error == -EAGAIN) {
		short wants = client_waits_for(call->client);

		sd_event_source_set_io_events(call->io, wants & POLLOUT ? EPOLLOUT : EPOLLIN);
		return;
	}
	answer(call, reply, error);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *context)
{
	(void)source;
	(void)fd;
	(void)events;
	step(context);
	return 0;
}

/* Connected: the timer is the deadline's from now on. */
static void begin(struct link_call *call)
{
	int error = client_begin(call->client, call->request, call->fd);

	json_decref(call->request);
	call->request = NULL;
	if (error == 0)
		error = sd_event_add_io(call->link->event, &call->io, client_fd(call->client),
					EPOLLOUT, on_io, call);
	if (error < 0) {
		answer(call, NULL, error);
		return;
	}
	sd_event_source_set_time(call->timer, call->deadline_us);
	sd_event_source_set_enabled(call->timer, SD_EVENT_ONESHOT);
	step(call);
}

static void knock(struct link_call *call)
{
	int error = client_try(call->link->where, &call->client);

	if (error == 0) {
		begin(call);
	} else if (error == -EAGAIN) {
		sd_event_source_set_time(call->timer, now_us(call->link) + LINK_AGAIN_US);
		sd_event_source_set_enabled(call->timer, SD_EVENT_ONESHOT);
	} else {
		answer(call, NULL, error);
	}
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	struct link_call *call = context;

	(void)source;
	(void)usec;
	if (now_us(call->link) >= call->deadline_us)
		answer(call, NULL, -ETIMEDOUT);
	else if (!call->client)
		knock(call);
	return 0;
}

int link_new(sd_event *event, const char *where, struct link **ret)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return -ENOMEM;
	link->event = event;
	link->where = where;
	*ret = link;
	return 0;
}

struct link *link_free(struct link *link)
{
	for (size_t i = 0; link && i < LINK_CALLS; i++)
		if (link->calls[i].link)
			end_call(&link->calls[i]);
	free(link);
	return NULL;
}

static struct link_call *find_place(struct link *link, bool urgent)
{
	size_t most = urgent ? LINK_CALLS : LINK_CALLS - LINK_URGENT;

	for (size_t i = 0; i < most; i++)
		if (!link->calls[i].link)
			return &link->calls[i];
	return NULL;
}

int link_ask(struct link *link, json_t *request, int fd, uint64_t timeout_us, bool urgent,
	     link_reply_fn *fn, void *context, struct link_call **ret)
{
	struct link_call *call = request ? find_place(link, urgent) : NULL;
	int error;

	if (!call) {
		json_decref(request);
		return request ? -EBUSY : -ENOMEM;
	}
	*call = (struct link_call){
		.link = link,
		.request = request,
		.fd = fd,
		.deadline_us = now_us(link) + timeout_us,
		.fn = fn,
		.context = context,
	};
	/* At once, but from the loop: whoever asks is not told before this returns. */
	error = sd_event_add_time(link->event, &call->timer, CLOCK_BOOTTIME, 0, 1000, on_timer,
				  call);
	if (error < 0) {
		end_call(call);
		return error;
	}
	*ret = call;
	return 0;
}

void link_forget(struct link_call *call)
{
	call->fn = NULL;
}
