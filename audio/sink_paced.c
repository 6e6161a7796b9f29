/* SPDX-License-Identifier: MIT */
#include "sink_paced.h"

#include <errno.h>

#include "monotonic.h"

static struct paced *paced_of(struct sink *sink)
{
	return (struct paced *)sink;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t paced_space(const struct paced *paced)
{
	return (int64_t)paced->sink.info.buffer_frames - (paced->written - paced->consumed);
}

static void paced_run(struct paced *paced, int64_t at_us)
{
	paced->state = PACED_RUNNING;
	paced->recovering = false;
	paced->anchor_us = at_us;
	paced->anchor_frame = paced->consumed;
}

/* Consume what is due. -EPIPE once when the buffer ran dry. */
static int paced_advance(struct paced *paced)
{
	int64_t elapsed_us, due, to;
	int error = 0;

	if (paced->state == PACED_CLOSED)
		return -ENODEV;
	if (paced->state != PACED_RUNNING)
		return 0;
	elapsed_us = monotonic_us() - paced->anchor_us;
	due = paced->anchor_frame + elapsed_us * (int64_t)paced->sink.info.format.rate_hz / 1000000;
	to = smaller(due, paced->written);
	if (to > paced->consumed && paced->hooks->pass)
		error = paced->hooks->pass(paced, paced->consumed, (size_t)(to - paced->consumed));
	if (to > paced->consumed)
		paced->consumed = to;
	if (error || due < paced->written)
		return error;
	paced->state = PACED_FILLING;
	paced->recovering = true;
	paced->sink.info.xruns++;
	return -EPIPE;
}

static int paced_open(struct sink *sink, const struct pcm_format *want)
{
	struct paced *paced = paced_of(sink);
	int error;

	if (paced->hooks->open) {
		error = paced->hooks->open(paced, want);
		if (error)
			return error;
	}
	sink->info.format = *want;
	sink->info.period_frames = (unsigned)pcm_frames_of_us(PACED_PERIOD_US, want->rate_hz);
	sink->info.buffer_frames = PACED_PERIODS * sink->info.period_frames;
	sink->info.xruns = 0;
	paced->state = PACED_FILLING;
	paced->recovering = false;
	paced->written = paced->consumed = 0;
	return 0;
}

static int64_t paced_write(struct sink *sink, const float *frames, size_t n)
{
	struct paced *paced = paced_of(sink);
	int64_t taken;
	int error = paced_advance(paced);

	if (error)
		return error;
	taken = smaller((int64_t)n, paced_space(paced));
	if (taken > 0 && paced->hooks->put)
		paced->hooks->put(paced, paced->written, frames, (size_t)taken);
	paced->written += taken;
	if (paced->recovering && paced_space(paced) <= (int64_t)sink->info.buffer_frames / 2)
		paced_run(paced, monotonic_us());
	return taken;
}

static int paced_start(struct sink *sink, int64_t at_us, int64_t *ret_at_us)
{
	struct paced *paced = paced_of(sink);
	int64_t now_us = monotonic_us();

	if (paced->state != PACED_FILLING)
		return -ENODEV;
	/* A clockwork of its own: that this thread wakes up late is no delay of the sound. */
	if (at_us > now_us)
		monotonic_sleep_until(at_us);
	else
		at_us = now_us;
	paced_run(paced, at_us);
	*ret_at_us = at_us;
	return 0;
}

/* When a period will be free, if nobody writes. */
static int64_t paced_free_us(const struct paced *paced)
{
	int64_t rate_hz = paced->sink.info.format.rate_hz;
	int64_t place =
		paced->consumed + (int64_t)paced->sink.info.period_frames - paced_space(paced);

	if (paced->state != PACED_RUNNING)
		return INT64_MAX;
	/* Rounded up, so that it is free when the wait is over. */
	return paced->anchor_us + ((place - paced->anchor_frame) * 1000000 + rate_hz - 1) / rate_hz;
}

static int paced_wait(struct sink *sink, int wake_fd, int64_t deadline_us)
{
	struct paced *paced = paced_of(sink);

	for (;;) {
		struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
		int ready, error = paced_advance(paced);

		if (error)
			return error;
		if (paced_space(paced) >= (int64_t)sink->info.period_frames)
			return 1;
		ready = monotonic_poll(&wake, 1, smaller(deadline_us, paced_free_us(paced)));
		if (ready)
			return ready < 0 ? ready : 0;
		if (monotonic_us() >= deadline_us)
			return 0;
	}
}

static int64_t paced_consumed(struct sink *sink)
{
	struct paced *paced = paced_of(sink);
	int error = paced_advance(paced);

	return error ? error : paced->consumed;
}

static void paced_drop(struct sink *sink)
{
	struct paced *paced = paced_of(sink);

	if (paced->state == PACED_CLOSED)
		return;
	paced_advance(paced);
	paced->state = PACED_FILLING;
	paced->recovering = false;
	paced->written = paced->consumed = 0;
}

static void paced_close(struct sink *sink)
{
	struct paced *paced = paced_of(sink);

	if (paced->state == PACED_CLOSED)
		return;
	paced_drop(sink);
	if (paced->hooks->close)
		paced->hooks->close(paced);
	paced->state = PACED_CLOSED;
}

static void paced_free(struct sink *sink)
{
	paced_close(sink);
	paced_of(sink)->hooks->release(paced_of(sink));
}

static const struct sink_ops paced_ops = {
	.open = paced_open,
	.write = paced_write,
	.start = paced_start,
	.wait = paced_wait,
	.consumed = paced_consumed,
	.drop = paced_drop,
	.close = paced_close,
	.free = paced_free,
};

void paced_init(struct paced *paced, const struct paced_hooks *hooks)
{
	*paced = (struct paced){.sink.ops = &paced_ops, .hooks = hooks};
}
