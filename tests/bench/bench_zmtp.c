/* bench_zmtp.c - greeting, READY, then frames: what RFC 23 (ZMTP 3.0) asks of a peer with the NULL
 * mechanism.
 *
 * A frame is a byte of flags, a length of 1 or 8 bytes, and content. A command is a frame with a
 * flag of its own whose content begins with a length byte and a name. */
#include "tests/bench/bench_zmtp.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/alloc.h"
#include "common/base/buf.h"

#define GREETING_LEN 64
#define MECHANISM_AT 12
#define MECHANISM    20
#define IN_ROOM      ((size_t)256 * 1024) /* more than any frame a load is answered with */
#define PATIENCE_S   5

#define FLAG_LONG    2
#define FLAG_COMMAND 4
#define SHORT_MAX    255

struct bench_zmtp {
	int fd;
	bool ready;
	struct dd_buf out;
	size_t out_from; /* what stands before is written */
	size_t in_from, in_len;
	uint8_t in[IN_ROOM];
};

struct frame {
	uint8_t flags;
	const uint8_t *data;
	size_t len;
};

static int fail(const char *what, int code)
{
	fprintf(stderr, "zmtp: %s%s%s\n", what, code != 0 ? ": " : "",
		code != 0 ? strerror(code) : "");
	return -1;
}

/* --- connecting ------------------------------------------------------------------------------- */

static int dial_ipc(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(to.sun_path))
		return fail("the path of the socket is too long", 0);
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	fail(path, errno);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Splits "127.0.0.1:80" or "[::1]:80" in place. */
static struct addrinfo *look_up(char *text)
{
	static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char *colon = strrchr(text, ':');

	if (colon == NULL)
		return NULL;
	*colon = '\0';
	if (text[0] == '[' && colon[-1] == ']') {
		colon[-1] = '\0';
		text++;
	}
	return getaddrinfo(text, colon + 1, &hints, &found) == 0 ? found : NULL;
}

static int dial_tcp(const char *address)
{
	char *text = dd_strdup(address);
	struct addrinfo *to = look_up(text);
	int fd = -1;
	int on = 1;

	free(text);
	if (to == NULL)
		return fail("no such address, it should be tcp://HOST:PORT", 0);
	fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
		fail(address, errno);
		if (fd >= 0)
			close(fd);
		fd = -1;
	} else {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	freeaddrinfo(to);
	return fd;
}

static int dial(const char *endpoint)
{
	if (strncmp(endpoint, "tcp://", 6) == 0)
		return dial_tcp(endpoint + 6);
	if (strncmp(endpoint, "ipc://", 6) == 0)
		return dial_ipc(endpoint + 6);
	return fail("only tcp:// and ipc:// endpoints", 0);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void add_frame(struct bench_zmtp *peer, uint8_t flags, const void *data, size_t len)
{
	uint8_t head[9] = {flags, (uint8_t)len};
	size_t head_len = 2;

	if (len > SHORT_MAX) {
		head[0] |= FLAG_LONG;
		for (int i = 0; i < 8; i++)
			head[1 + i] = (uint8_t)((uint64_t)len >> (8 * (7 - i)));
		head_len = 9;
	}
	dd_buf_add(&peer->out, head, head_len);
	dd_buf_add(&peer->out, data, len);
}

void bench_zmtp_add(struct bench_zmtp *peer, const void *data, size_t len)
{
	add_frame(peer, 0, data, len);
}

bool bench_zmtp_waits(const struct bench_zmtp *peer)
{
	return peer->out_from < peer->out.len;
}

int bench_zmtp_flush(struct bench_zmtp *peer)
{
	while (bench_zmtp_waits(peer)) {
		ssize_t n = send(peer->fd, peer->out.data + peer->out_from,
				 peer->out.len - peer->out_from, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return fail("cannot write", errno);
		peer->out_from += (size_t)n;
	}
	dd_buf_clear(&peer->out);
	peer->out_from = 0;
	return 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

int bench_zmtp_fill(struct bench_zmtp *peer)
{
	ssize_t n;

	memmove(peer->in, peer->in + peer->in_from, peer->in_len - peer->in_from);
	peer->in_len -= peer->in_from;
	peer->in_from = 0;
	do {
		n = recv(peer->fd, peer->in + peer->in_len, IN_ROOM - peer->in_len, 0);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return fail("the server closed the connection", 0);
	if (n < 0)
		return errno == EAGAIN ? 0 : fail("cannot read", errno);
	peer->in_len += (size_t)n;
	return 0;
}

/* 1: a frame, 0: not all of it is there, -1: it never will be. */
static int next_frame(struct bench_zmtp *peer, struct frame *frame)
{
	const uint8_t *at = peer->in + peer->in_from;
	size_t left = peer->in_len - peer->in_from;
	size_t head;
	uint64_t len = 0;

	if (left < 2)
		return 0;
	frame->flags = at[0];
	head = frame->flags & FLAG_LONG ? 9 : 2;
	if (left < head)
		return 0;
	for (size_t i = 1; i < head; i++)
		len = len << 8 | at[i];
	if (len > IN_ROOM - head)
		return fail("the server sent a frame that is too large", 0);
	if (left - head < len)
		return 0;
	frame->data = at + head;
	frame->len = (size_t)len;
	peer->in_from += head + frame->len;
	return 1;
}

static bool is_named(const struct frame *frame, const char *name)
{
	size_t len = strlen(name);

	return frame->len > len && frame->data[0] == len && memcmp(frame->data + 1, name, len) == 0;
}

/* PING carries a time of 2 bytes and a context that comes back in PONG. */
static void answer_ping(struct bench_zmtp *peer, const struct frame *frame)
{
	static const uint8_t name[] = {4, 'P', 'O', 'N', 'G'};
	uint8_t pong[64];
	size_t context = frame->len - sizeof(name);

	context = context > 2 ? context - 2 : 0;
	if (context > sizeof(pong) - sizeof(name))
		context = sizeof(pong) - sizeof(name);
	memcpy(pong, name, sizeof(name));
	memcpy(pong + sizeof(name), frame->data + frame->len - context, context);
	add_frame(peer, FLAG_COMMAND, pong, sizeof(name) + context);
}

static int take_command(struct bench_zmtp *peer, const struct frame *frame)
{
	if (is_named(frame, "READY"))
		peer->ready = true;
	else if (is_named(frame, "ERROR"))
		return fail("the server refuses the connection", 0);
	else if (is_named(frame, "PING"))
		answer_ping(peer, frame);
	return 0;
}

int bench_zmtp_next(struct bench_zmtp *peer, const uint8_t **data_out, size_t *len_out)
{
	struct frame frame;
	int r;

	while ((r = next_frame(peer, &frame)) == 1) {
		if ((frame.flags & ~FLAG_LONG) == 0) {
			*data_out = frame.data;
			*len_out = frame.len;
			return 1;
		}
		if ((frame.flags & ~FLAG_LONG) != FLAG_COMMAND)
			return fail("the server sent a message of several frames", 0);
		if (take_command(peer, &frame) != 0)
			return -1;
	}
	return r;
}

/* --- the handshake, on a socket that still blocks ----------------------------------------------
 */

static int wait_more(struct bench_zmtp *peer)
{
	size_t had = peer->in_len - peer->in_from;

	if (bench_zmtp_fill(peer) != 0)
		return -1;
	return peer->in_len > had ? 0 : fail("the server does not answer the handshake", 0);
}

static int greet(struct bench_zmtp *peer)
{
	static const char null_mechanism[MECHANISM] = "NULL";
	static const char no_greeting[] =
		"the greeting failed; a door with a key needs --key and --server-key";
	uint8_t greeting[GREETING_LEN] = {0xff, [9] = 0x7f, 3, 0};

	memcpy(greeting + MECHANISM_AT, null_mechanism, MECHANISM);
	dd_buf_add(&peer->out, greeting, sizeof(greeting));
	if (bench_zmtp_flush(peer) != 0)
		return -1;
	while (peer->in_len < GREETING_LEN)
		if (wait_more(peer) != 0)
			return fail(no_greeting, 0);
	if (peer->in[0] != 0xff || (peer->in[9] & 1) == 0 || peer->in[10] < 3)
		return fail("the server does not speak ZMTP 3", 0);
	if (memcmp(peer->in + MECHANISM_AT, null_mechanism, MECHANISM) != 0)
		return fail(no_greeting, 0);
	peer->in_from = GREETING_LEN;
	return 0;
}

/* Each property: length of the name, name, length in 4 bytes, value. The identity is empty, so the
 * server makes one up. */
static int get_ready(struct bench_zmtp *peer)
{
	static const char ready[] = "\5READY"
				    "\13Socket-Type\0\0\0\6DEALER"
				    "\10Identity\0\0\0";
	const uint8_t *data;
	size_t len;
	int r;

	add_frame(peer, FLAG_COMMAND, ready, sizeof(ready)); /* its NUL ends the last length */
	if (bench_zmtp_flush(peer) != 0)
		return -1;
	while ((r = bench_zmtp_next(peer, &data, &len)) == 0 && !peer->ready)
		if (wait_more(peer) != 0)
			return -1;
	return r == 1 ? fail("the server sent a message before READY", 0) : r;
}

struct bench_zmtp *bench_zmtp_open(const char *endpoint)
{
	struct timeval patience = {.tv_sec = PATIENCE_S};
	struct bench_zmtp *peer = dd_alloc(sizeof(*peer));

	peer->fd = dial(endpoint);
	if (peer->fd < 0)
		goto fail;
	setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (greet(peer) != 0 || get_ready(peer) != 0)
		goto fail;
	if (fcntl(peer->fd, F_SETFL, O_NONBLOCK) == 0)
		return peer;
	fail("cannot make the socket non-blocking", errno);
fail:
	bench_zmtp_close(peer);
	return NULL;
}

void bench_zmtp_close(struct bench_zmtp *peer)
{
	if (peer == NULL)
		return;
	if (peer->fd >= 0)
		close(peer->fd);
	dd_buf_fini(&peer->out);
	free(peer);
}

int bench_zmtp_fd(const struct bench_zmtp *peer)
{
	return peer->fd;
}
