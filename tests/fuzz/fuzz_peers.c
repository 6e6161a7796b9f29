/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what the other end of a socket says: a station to the command line, or a simulated
 * board to the station. The first byte says which. Besides memory faults it looks for a reply that
 * was taken and is none, and for a line that never ends.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"
#include "fuzz.h"
#include "gpio.h"
#include "gpio_sim.h"

#define MOST 65536 /* a socket takes it without a reader */

static int listen_at(const char *path, int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	unlink(path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	must(listen(fd, 4) == 0);
	return fd;
}

static const char *path_of(const char *name, int type, int *ret_listener)
{
	static char path[96];

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	*ret_listener = listen_at(path, type);
	return path;
}

/* It has said all it will say when the question comes. */
static void station(struct fuzz_bytes *bytes)
{
	int listener, end;
	const char *path = path_of("control.sock", SOCK_STREAM, &listener);
	json_t *request = json_pack("{s:s}", "do", "status"), *reply = NULL;
	struct client *client = NULL;
	int error;

	must(request && client_open(path, &client) == 0);
	end = (int)TEMP_FAILURE_RETRY(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	must(end >= 0);
	must(send(end, bytes->at, bytes->n, MSG_NOSIGNAL) == (ssize_t)bytes->n);
	shutdown(end, SHUT_WR);
	error = client_call(client, request, -1, 5000, &reply);
	must(error == 0 || error == -EBADMSG || error == -EPIPE || error == -EMSGSIZE);
	must((error == 0) == json_is_boolean(json_object_get(reply, "ok")));
	json_decref(reply);
	json_decref(request);
	client_free(client);
	close(end);
	close(listener);
}

struct board {
	int listener;
	struct fuzz_bytes bytes;
};

/* A board that hears one request and then says its records, each after a byte with its length. */
static void *be_board(void *context)
{
	struct board *board = context;
	struct gpio_sim_request request;
	/* libFuzzer's own alarm interrupts what waits. */
	int end = (int)TEMP_FAILURE_RETRY(accept4(board->listener, NULL, NULL, SOCK_CLOEXEC));

	must(end >= 0 &&
	     TEMP_FAILURE_RETRY(recv(end, &request, sizeof(request), 0)) == sizeof(request));
	must(memchr(request.line, '\0', sizeof(request.line)) != NULL);
	while (board->bytes.n > 0) {
		size_t n = fuzz_byte(&board->bytes);

		n = n < board->bytes.n ? n : board->bytes.n;
		if (send(end, board->bytes.at, n, MSG_NOSIGNAL) < 0)
			break;
		board->bytes.at += n;
		board->bytes.n -= n;
	}
	shutdown(end, SHUT_WR);
	return (void *)(intptr_t)end;
}

static void use_line(struct gpio_line *line, bool output)
{
	struct pollfd heard = {.fd = gpio_line_fd(line), .events = POLLIN};
	struct gpio_edge edge;
	int got;

	for (int i = 0; i < MOST; i++) {
		must(TEMP_FAILURE_RETRY(poll(&heard, 1, 5000)) == 1);
		got = gpio_line_next(line, &edge);
		if (got < 0)
			return;
		if (output && i % 2 == 0)
			gpio_line_set(line, i % 4 == 0);
	}
	abort(); /* the board has gone, and the line has not noticed */
}

static void check_found(const struct gpio_found *found)
{
	must(memchr(found->chip, '\0', sizeof(found->chip)) != NULL);
	must(memchr(found->consumer, '\0', sizeof(found->consumer)) != NULL);
	must(strcmp(gpio_state_name(found->state), "") != 0);
}

static void board(struct fuzz_bytes *bytes)
{
	struct gpio_wish wish = {.line = "GPIO17", .debounce_us = 30000};
	struct board board = {.bytes = *bytes};
	struct gpio_line *line = NULL;
	struct gpio_found found;
	struct gpio *gpio = NULL;
	pthread_t thread;
	char where[128];
	void *end;

	wish.output = fuzz_byte(&board.bytes) & 1;
	snprintf(where, sizeof(where), "sim:%s", path_of("board", SOCK_SEQPACKET, &board.listener));
	must(pthread_create(&thread, NULL, be_board, &board) == 0);
	must(gpio_new(where, &gpio) == 0);
	must((gpio_request(gpio, &wish, &found, &line) == GPIO_OK) == (line != NULL));
	check_found(&found);
	if (line)
		use_line(line, wish.output);
	gpio_line_free(line);
	must(pthread_join(thread, &end) == 0);
	close((int)(intptr_t)end);
	close(board.listener);
	gpio_free(gpio);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size < MOST ? size : MOST};

	if (fuzz_byte(&bytes) % 2 == 0)
		station(&bytes);
	else
		board(&bytes);
	return 0;
}
