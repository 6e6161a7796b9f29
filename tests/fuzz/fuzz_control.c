/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a client sends: to the dispatch of requests with a station that only pretends,
 * and through the socket, in pieces. Every request must get exactly one reply, at once or when the
 * station has its answer, on one line, an object that says ok or else why not.
 *
 * The first byte says how: 1 through the socket, 2 the peer is the console, 4 a file comes along,
 * 8 the station refuses, 16 the client goes away before the late answer, 32 and 64 what that answer
 * is, 128 a long line first.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../unit/edge/control_fake.h"
#include "control_unix.h"
#include "fuzz.h"

enum { BY_SOCKET = 1, CONSOLE = 2, WITH_FILE = 4, REFUSED = 8, GOES_AWAY = 16, LONG_LINE = 128 };

static void check_reply(const char *text, size_t n)
{
	json_t *reply = json_loadb(text, n, 0, NULL), *ok = json_object_get(reply, "ok");

	must(memchr(text, '\n', n) == NULL);
	must(json_is_boolean(ok));
	must(json_is_true(ok) || (json_is_string(json_object_get(reply, "error")) &&
				  json_is_string(json_object_get(reply, "message"))));
	json_decref(reply);
}

static void answer_rows(struct control *control, uint64_t token)
{
	struct asrun_row row = {.seen = true};
	char items[] = "a b";

	row.opened.row = 3;
	row.items = items;
	control_answer_rows(control, token, 0, &row, 1);
}

static void answer_clip(struct control *control, uint64_t token)
{
	const struct control_verdict verdict = {.error = NULL};
	const struct control_warning warning = {"quiet", "text"};
	struct control_clip clip;

	must(fake_clip(NULL, 0, &clip));
	control_answer_clip(control, token, &verdict, &clip, &warning, 1);
}

static void answer_edit(struct control *control, uint64_t token)
{
	const struct control_verdict verdict = {.error = NULL};
	const struct control_said said = {NULL, 0};

	control_answer_edit(control, token, &verdict, &said, NULL);
}

/* What the station says later. Of the wrong kind it must be ignored or answered, never worse. */
static void answer_late(struct fake *fake, unsigned how)
{
	const struct control_proof proof = {.intact = false, .problem = "altered", .first_bad = 2};
	const struct asrun_event note = {.kind = ASRUN_NOTE, .what = "start"};

	if (strstr(fake->told, " cli") && strncmp(fake->told, "save", 4) == 0)
		answer_edit(fake->control, fake->token);
	else if ((how >> 5 & 3) == 0)
		answer_rows(fake->control, fake->token);
	else if ((how >> 5 & 3) == 1)
		control_answer_notes(fake->control, fake->token, 0, &note, 1);
	else if ((how >> 5 & 3) == 2)
		control_answer_proof(fake->control, fake->token, how & REFUSED ? -EIO : 0, &proof);
	else
		answer_clip(fake->control, fake->token);
	fake->token = 0;
}

static int some_file(unsigned how)
{
	int fd = how & WITH_FILE ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;

	must(fd >= 0 || !(how & WITH_FILE));
	return fd;
}

static void ask_directly(struct fake *fake, unsigned how, const char *line, size_t n)
{
	struct control_peer peer = {.client = 9};

	snprintf(peer.user, sizeof(peer.user), "%s", how & CONSOLE ? CONTROL_CONSOLE_USER : "pi");
	fake->n_replies = 0;
	fake->token = 0;
	control_request(fake->control, &peer, line, n, some_file(how));
	if (fake->n_replies == 0) {
		must(fake->token != 0);
		if (how & GOES_AWAY)
			control_forget(fake->control, peer.client);
		answer_late(fake, how);
		must(fake->n_replies == !(how & GOES_AWAY));
	}
	if (fake->n_replies > 0)
		check_reply(fake->reply, strlen(fake->reply));
}

static void dispatch(struct fake *fake, unsigned how, const uint8_t *data, size_t size)
{
	struct control_host host = fake_host(fake);

	must(control_new(&host, "1", take_reply, fake, &fake->control) == 0);
	for (size_t i = 0; i < size;) {
		const uint8_t *end = memchr(data + i, '\n', size - i);
		size_t n = end ? (size_t)(end - data) - i : size - i;

		ask_directly(fake, how, (const char *)data + i, n);
		i += n + 1;
	}
}

/* The client's end: what came so far, taken line by line. */
struct line_end {
	int fd;
	size_t n, replies;
	bool over; /* the station has hung up */
	char text[1 << 18];
};

static void hear(struct line_end *client)
{
	for (;;) {
		ssize_t n = recv(client->fd, client->text + client->n,
				 sizeof(client->text) - client->n, MSG_DONTWAIT);
		char *end;

		if (n <= 0) {
			client->over = client->over || n == 0 || errno != EAGAIN;
			return;
		}
		client->n += (size_t)n;
		while ((end = memchr(client->text, '\n', client->n))) {
			size_t length = (size_t)(end - client->text);

			check_reply(client->text, length);
			client->replies++;
			client->n -= length + 1;
			memmove(client->text, end + 1, client->n);
		}
		must(client->n < sizeof(client->text));
	}
}

static void turn(struct control_unix *transport, struct fake *fake, struct line_end *client,
		 unsigned how)
{
	must(control_unix_step(transport) == 0);
	if (fake->token)
		answer_late(fake, how);
	hear(client);
}

static void send_piece(int socket_fd, const void *bytes, size_t n, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = n};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	/* What is no longer wanted is no longer taken: the station hangs up on long lines. */
	must(sendmsg(socket_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || errno == EPIPE ||
	     errno == ECONNRESET || errno == EAGAIN);
	if (fd >= 0)
		close(fd);
}

static int call(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	must(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

static void converse(struct control_unix *transport, struct fake *fake, struct line_end *client,
		     unsigned how, struct fuzz_bytes bytes)
{
	static char many[LIMIT_REQUEST_BYTES + 7];
	size_t lines = 1, piece = 1 + fuzz_byte(&bytes) * 8;

	if (how & LONG_LINE) {
		memset(many, ' ', sizeof(many));
		send_piece(client->fd, many, sizeof(many) - piece % 16, -1);
		turn(transport, fake, client, how);
	}
	while (bytes.n > 0 && !client->over) {
		size_t n = bytes.n < piece ? bytes.n : piece;

		send_piece(client->fd, bytes.at, n, some_file(how));
		for (size_t i = 0; i < n; i++)
			lines += bytes.at[i] == '\n';
		bytes.at += n;
		bytes.n -= n;
		turn(transport, fake, client, how);
	}
	shutdown(client->fd, SHUT_WR);
	for (size_t i = 0; i < 2 * lines + 8 && !client->over; i++)
		turn(transport, fake, client, how);
	must(client->over && client->replies <= lines);
}

static void by_socket(struct fake *fake, unsigned how, struct fuzz_bytes bytes)
{
	static struct line_end client;
	struct control_host host = fake_host(fake);
	struct control_unix *transport = NULL;
	char path[96];

	snprintf(path, sizeof(path), "%s/s", fuzz_folder());
	must(control_unix_new(path, &transport) == 0);
	must(control_new(&host, "1", control_unix_reply, transport, &fake->control) == 0);
	control_unix_attach(transport, fake->control);
	client.n = client.replies = 0;
	client.over = false;
	client.fd = call(path);
	converse(transport, fake, &client, how, bytes);
	close(client.fd);
	control_unix_free(transport);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	unsigned how = fuzz_byte(&bytes);
	struct fake fake = {.refuse = how & REFUSED ? "busy" : NULL};

	must(zone_fixed("+07", 25200, &fake.zone) == 0);
	if (how & BY_SOCKET)
		by_socket(&fake, how, bytes);
	else
		dispatch(&fake, how, bytes.at, bytes.n);
	control_free(fake.control);
	zone_done(&fake.zone);
	free(fake.reply);
	return 0;
}
