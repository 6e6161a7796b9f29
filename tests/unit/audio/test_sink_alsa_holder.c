/* SPDX-License-Identifier: MIT */
/* Which program has the card: read from a tree like /proc. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "sink_alsa_internal.h"

struct proc {
	char root[64];
};

/* Folders above it are made. */
static void make_file(const struct proc *proc, const char *path, const char *text)
{
	char full[160];
	FILE *to;

	snprintf(full, sizeof(full), "%s/%s", proc->root, path);
	for (char *slash = full + strlen(proc->root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	to = fopen(full, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

static int proc_begin(void **state)
{
	struct proc *proc = calloc(1, sizeof(*proc));

	assert_non_null(proc);
	snprintf(proc->root, sizeof(proc->root), "/tmp/proc-XXXXXX");
	assert_non_null(mkdtemp(proc->root));
	make_file(proc, "812/comm", "mpd\n");
	make_file(proc, "815/status", "Name:\toutput:dac\nTgid:\t812\nPid:\t815\n");
	make_file(proc, "900/comm", "aplay\n");
	make_file(proc, "900/status", "Name:\taplay\nTgid:\t900\n");
	*state = proc;
	return 0;
}

static int proc_end(void **state)
{
	struct proc *proc = *state;
	char command[96];

	snprintf(command, sizeof(command), "rm -r '%s'", proc->root);
	assert_int_equal(system(command), 0);
	free(proc);
	return 0;
}

/* The kernel names the thread; people know the program. Without a card's name all are asked. */
static void test_kernel_says_who(void **state)
{
	const struct proc *proc = *state;
	char who[128];

	make_file(proc, "asound/card0/pcm0p/sub0/status", "closed\n");
	make_file(proc, "asound/card1/pcm0p/sub0/status",
		  "state: RUNNING\nowner_pid   : 815\ntrigger_time: 4.2\n");
	make_file(proc, "asound/card1/pcm0c/sub0/status", "state: RUNNING\nowner_pid   : 900\n");
	alsa_holder(proc->root, "default", who, sizeof(who));
	assert_string_equal(who, "mpd (812)");
	make_file(proc, "asound/card2/pcm3p/sub0/status", "state: RUNNING\nowner_pid   : 900\n");
	alsa_holder(proc->root, "default", who, sizeof(who));
	assert_string_equal(who, "mpd (812), aplay (900)");
}

static void test_open_files_say_who(void **state)
{
	const struct proc *proc = *state;
	char who[128], path[128];

	alsa_holder(proc->root, "hw:CARD=none_of_this_name", who, sizeof(who));
	assert_string_equal(who, "");
	make_file(proc, "900/fd/0", "");
	snprintf(path, sizeof(path), "%s/900/fd/3", proc->root);
	assert_int_equal(symlink("/dev/snd/controlC1", path), 0);
	alsa_holder(proc->root, "default", who, sizeof(who));
	assert_string_equal(who, "");
	snprintf(path, sizeof(path), "%s/900/fd/4", proc->root);
	assert_int_equal(symlink("/dev/snd/pcmC1D0p", path), 0);
	alsa_holder(proc->root, "default", who, sizeof(who));
	assert_string_equal(who, "aplay (900)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kernel_says_who, proc_begin, proc_end),
		cmocka_unit_test_setup_teardown(test_open_files_say_who, proc_begin, proc_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
