/* SPDX-License-Identifier: MIT */
/*
 * loamix - the mixer of a sound card as a text file, for tests, as an ALSA control plugin: the real
 * mixer API on one side, a file that a test writes and reads on the other.
 *
 * LOA_MIX_FILE=PATH: a line for each control, as it stands now:
 *
 *	SWITCH VOLUME SCALE NAME		"0 10 db PCM", "- 80 raw Speaker", "1 - - IEC958"
 *
 * SWITCH 0 is muted, 1 on, - there is none; VOLUME 0 to 100, or -; SCALE db: 0.5 dB a step from -40 dB
 * to +10 dB, so that 0 dB is 80; raw: none. A line "stuck" in front: what is set does not stay. Without
 * the file there is no mixer.
 */
#include <alsa/asoundlib.h>
#include <alsa/control_external.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTROLS_MAX 16
#define VOLUME_MAX   100

struct control {
	int on, volume; /* -1: it has none */
	bool db;
	char name[40];
};

struct mix {
	snd_ctl_ext_t ext; /* its private_data is this struct */
	char *file;
	bool stuck;
	size_t n;
	struct control controls[CONTROLS_MAX];
};

static int number(const char *word)
{
	return word[0] == '-' ? -1 : atoi(word);
}

static int mix_read(struct mix *mix)
{
	FILE *from = fopen(mix->file, "re");
	char line[80], on[8], volume[8], scale[8];

	if (!from)
		return -ENODEV;
	mix->n = 0;
	mix->stuck = false;
	while (fgets(line, sizeof(line), from) && mix->n < CONTROLS_MAX) {
		struct control *control = &mix->controls[mix->n];

		mix->stuck |= strcmp(line, "stuck\n") == 0;
		if (sscanf(line, "%7s %7s %7s %39[^\n]", on, volume, scale, control->name) != 4)
			continue;
		control->on = number(on);
		control->volume = number(volume);
		control->db = strcmp(scale, "db") == 0;
		mix->n++;
	}
	fclose(from);
	return 0;
}

static void put_number(FILE *to, int number)
{
	if (number < 0)
		fprintf(to, "- ");
	else
		fprintf(to, "%d ", number);
}

static int mix_write(const struct mix *mix)
{
	FILE *to = fopen(mix->file, "we");

	if (!to)
		return -EIO;
	for (size_t i = 0; i < mix->n; i++) {
		put_number(to, mix->controls[i].on);
		put_number(to, mix->controls[i].volume);
		fprintf(to, "%s %s\n", mix->controls[i].db ? "db" : "raw", mix->controls[i].name);
	}
	return fclose(to) == 0 ? 0 : -EIO;
}

/* Two places for each control, in this order: its switch, its volume. */
static bool is_there(const struct mix *mix, size_t place)
{
	const struct control *control = &mix->controls[place / 2];

	return (place % 2 ? control->volume : control->on) >= 0;
}

static int mix_count(snd_ctl_ext_t *ext)
{
	struct mix *mix = ext->private_data;
	int n = 0;

	for (size_t i = 0; i < 2 * mix->n; i++)
		n += is_there(mix, i);
	return n;
}

static void name_of(const struct mix *mix, size_t place, char *ret, size_t n)
{
	snprintf(ret, n, "%s Playback %s", mix->controls[place / 2].name,
		 place % 2 ? "Volume" : "Switch");
}

static int mix_list(snd_ctl_ext_t *ext, unsigned offset, snd_ctl_elem_id_t *id)
{
	struct mix *mix = ext->private_data;
	size_t place = 0;
	char name[64];

	while (place < 2 * mix->n && (!is_there(mix, place) || offset--))
		place++;
	if (place == 2 * mix->n)
		return -EINVAL;
	name_of(mix, place, name, sizeof(name));
	snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_MIXER);
	snd_ctl_elem_id_set_name(id, name);
	return 0;
}

static snd_ctl_ext_key_t mix_find(snd_ctl_ext_t *ext, const snd_ctl_elem_id_t *id)
{
	struct mix *mix = ext->private_data;
	char name[64];

	for (size_t i = 0; i < 2 * mix->n; i++) {
		name_of(mix, i, name, sizeof(name));
		if (is_there(mix, i) && strcmp(name, snd_ctl_elem_id_get_name(id)) == 0)
			return i;
	}
	return SND_CTL_EXT_KEY_NOT_FOUND;
}

static int mix_attribute(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int *type, unsigned *access,
			 unsigned *count)
{
	struct mix *mix = ext->private_data;

	*type = key % 2 ? SND_CTL_ELEM_TYPE_INTEGER : SND_CTL_ELEM_TYPE_BOOLEAN;
	*access = SND_CTL_EXT_ACCESS_READWRITE;
	if (key % 2 && mix->controls[key / 2].db)
		*access |= SND_CTL_EXT_ACCESS_TLV_READ | SND_CTL_EXT_ACCESS_TLV_CALLBACK;
	*count = 2; /* left and right */
	return 0;
}

static int mix_integer(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *least, long *most,
		       long *step)
{
	(void)ext;
	*least = 0;
	*most = key % 2 ? VOLUME_MAX : 1;
	*step = 1;
	return 0;
}

static int mix_get(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value)
{
	struct mix *mix = ext->private_data;
	int error = mix_read(mix);
	const struct control *control = &mix->controls[key / 2];

	value[0] = value[1] = key % 2 ? control->volume : control->on;
	return error;
}

static int mix_set(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value)
{
	struct mix *mix = ext->private_data;
	int error = mix_read(mix);

	if (error || mix->stuck)
		return error; /* it says that it was done */
	if (key % 2)
		mix->controls[key / 2].volume = (int)value[0];
	else
		mix->controls[key / 2].on = (int)value[0];
	error = mix_write(mix);
	return error ? error : 1;
}

static int mix_scale(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int op, unsigned numid,
		     unsigned *tlv, unsigned n)
{
	const unsigned scale[] = {SND_CTL_TLVT_DB_SCALE, 2 * sizeof(unsigned), (unsigned)-4000, 50};

	(void)ext, (void)key, (void)numid;
	if (op != 0 || n < sizeof(scale))
		return -EINVAL;
	memcpy(tlv, scale, sizeof(scale));
	return 0;
}

static int mix_event(snd_ctl_ext_t *ext, snd_ctl_elem_id_t *id, unsigned *mask)
{
	(void)ext, (void)id, (void)mask;
	return -EAGAIN;
}

static void mix_close(snd_ctl_ext_t *ext)
{
	struct mix *mix = ext->private_data;

	free(mix->file);
	free(mix);
}

static const snd_ctl_ext_callback_t callbacks = {
	.close = mix_close,
	.elem_count = mix_count,
	.elem_list = mix_list,
	.find_elem = mix_find,
	.get_attribute = mix_attribute,
	.get_integer_info = mix_integer,
	.read_integer = mix_get,
	.write_integer = mix_set,
	.read_event = mix_event,
};

static int mix_create(struct mix *mix, const char *name, int mode)
{
	int error = mix->file ? mix_read(mix) : -ENOMEM;

	if (error)
		return error;
	mix->ext.version = SND_CTL_EXT_VERSION;
	mix->ext.callback = &callbacks;
	mix->ext.private_data = mix;
	mix->ext.poll_fd = -1;
	mix->ext.tlv.c = mix_scale;
	snprintf(mix->ext.id, sizeof(mix->ext.id), "loamix");
	snprintf(mix->ext.driver, sizeof(mix->ext.driver), "loamix");
	snprintf(mix->ext.name, sizeof(mix->ext.name), "a mixer made of a file");
	snprintf(mix->ext.mixername, sizeof(mix->ext.mixername), "loamix");
	return snd_ctl_ext_create(&mix->ext, name, mode);
}

SND_CTL_PLUGIN_DEFINE_FUNC(loamix);

__attribute__((visibility("default"))) SND_CTL_PLUGIN_DEFINE_FUNC(loamix)
{
	snd_config_t *field;
	const char *file = "";
	struct mix *mix;
	int error;

	(void)root;
	if (snd_config_search(conf, "file", &field) == 0)
		snd_config_get_string(field, &file);
	mix = calloc(1, sizeof(*mix));
	if (!mix)
		return -ENOMEM;
	mix->file = strdup(file);
	error = mix_create(mix, name, mode);
	if (error < 0) {
		free(mix->file);
		free(mix);
		return error;
	}
	*handlep = mix->ext.handle;
	return 0;
}

__attribute__((visibility("default"))) SND_CTL_PLUGIN_SYMBOL(loamix)
