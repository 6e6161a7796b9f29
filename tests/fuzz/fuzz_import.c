/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a recording, as the child of an import reads them: by our own walk, the decoder and
 * the whole chain. Besides memory faults it looks for answers that contradict each other.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chain.h"
#include "fuzz.h"
#include "library_container.h"
#include "mp3.h"

#define MOST 65536 /* longer inputs only cost time */

/* What is called whole plays exactly as long as it was said to. */
static void check_sound(const uint8_t *data, size_t size)
{
	static const struct chain_settings settings = {{16000, 1}, -16, -1, 200};
	struct chain_measure measure;
	struct pcm_format format;
	int64_t frames;

	if (mp3_examine(data, size, &format, &frames) != MP3_WHOLE)
		return;
	must(frames > 0 && format.channels >= 1 && format.channels <= PCM_CHANNELS_MAX);
	must(format.rate_hz >= PCM_RATE_MIN && format.rate_hz <= PCM_RATE_MAX);
	must(chain_measure(data, size, &settings, &measure) == 0);
	must(measure.frames == frames && measure.gain_db <= CHAIN_BOOST_MAX_DB);
	must(measure.head_silence + measure.tail_silence <= frames);
}

static void check_container(const uint8_t *data, size_t size)
{
	int fd = memfd_create("recording", MFD_CLOEXEC);
	enum container container;

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	container = container_of(fd);
	must((container == CONTAINER_NONE) == !container_demuxer(container));
	container_whole(fd, container);
	must(container_length_us(fd, container) >= -1);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > MOST)
		return 0;
	check_sound(data, size);
	check_container(data, size);
	return 0;
}
