/* SPDX-License-Identifier: MIT */
#include "sink_fake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "monotonic.h"

static struct sink_fake *fake_of(struct sink *sink)
{
	return (struct sink_fake *)sink;
}

static void copy_info(struct sink_fake *fake)
{
	fake->sink.info = fake->inner->info;
}

static int fake_open(struct sink *sink, const struct pcm_format *want)
{
	struct sink_fake *fake = fake_of(sink);
	int error;

	if (fake->on_open)
		fake->on_open();
	if (fake->gone) {
		sink->trouble = (struct sink_trouble){.cause = SINK_ABSENT, .device = "the cable"};
		return -ENODEV;
	}
	error = fake->inner->ops->open(fake->inner, want);
	sink->trouble = fake->inner->trouble;
	sink->concern = fake->inner->concern;
	if (!error)
		fake->opens++;
	copy_info(fake);
	return error;
}

static void spin(unsigned us)
{
	int64_t until_us = monotonic_us() + us;

	while (us && monotonic_us() < until_us)
		;
}

static int64_t fake_write(struct sink *sink, const float *frames, size_t n)
{
	struct sink_fake *fake = fake_of(sink);
	unsigned slow_us = atomic_exchange(&fake->slow_us, 0);
	int64_t taken;

	spin(atomic_exchange(&fake->spin_us, 0));
	if (fake->gone)
		return -ENODEV;
	if (fake->frozen)
		return 0;
	if (fake->fail_write && --fake->fail_write == 0)
		return fake->write_error;
	if (slow_us)
		monotonic_sleep_until(monotonic_us() + slow_us);
	taken = fake->inner->ops->write(fake->inner, frames, n);
	if (taken >= 0)
		fake->writes++;
	copy_info(fake);
	return taken;
}

static int fake_start(struct sink *sink, int64_t at_us, int64_t *ret_at_us)
{
	struct sink_fake *fake = fake_of(sink);

	if (fake->gone || fake->start_fails)
		return -ENODEV;
	fake->starts++;
	return fake->inner->ops->start(fake->inner, at_us, ret_at_us);
}

static int fake_wait(struct sink *sink, int wake_fd, int64_t deadline_us)
{
	struct sink_fake *fake = fake_of(sink);
	struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
	int ready;

	if (fake->gone)
		return -ENODEV;
	if (fake->frozen)
		return monotonic_poll(&wake, 1, deadline_us) < 0 ? -EIO : 0;
	ready = fake->inner->ops->wait(fake->inner, wake_fd, deadline_us);
	if (ready == 0 && monotonic_us() >= deadline_us)
		monotonic_sleep_until(monotonic_us() + atomic_exchange(&fake->late_us, 0));
	copy_info(fake);
	return ready;
}

static int64_t fake_consumed(struct sink *sink)
{
	struct sink_fake *fake = fake_of(sink);
	int64_t consumed;

	if (fake->gone)
		return -ENODEV;
	if (fake->frozen)
		return 0;
	consumed = fake->inner->ops->consumed(fake->inner);
	copy_info(fake);
	return consumed;
}

static void fake_drop(struct sink *sink)
{
	struct sink_fake *fake = fake_of(sink);

	fake->drops++;
	fake->inner->ops->drop(fake->inner);
}

static void fake_close(struct sink *sink)
{
	struct sink_fake *fake = fake_of(sink);

	fake->closes++;
	fake->inner->ops->close(fake->inner);
}

static void fake_free(struct sink *sink)
{
	sink_free(fake_of(sink)->inner);
	free(sink);
}

static const struct sink_ops fake_ops = {
	.open = fake_open,
	.write = fake_write,
	.start = fake_start,
	.wait = fake_wait,
	.consumed = fake_consumed,
	.drop = fake_drop,
	.close = fake_close,
	.free = fake_free,
};

int sink_fake_new(struct sink *inner, struct sink_fake **ret)
{
	struct sink_fake *fake = calloc(1, sizeof(*fake));

	if (!fake)
		return -ENOMEM;
	fake->sink.ops = &fake_ops;
	fake->inner = inner;
	copy_info(fake);
	*ret = fake;
	return 0;
}
