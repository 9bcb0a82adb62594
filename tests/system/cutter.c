/* cutter.c - see cutter.h. */
#include "tests/system/cutter.h"

#include "common/base/alloc.h"
#include "tests/system/station.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINES      16
#define PIECE      4096 /* small, so that a break comes where it is wanted */
#define LOOK_MS    20
#define NOT_IN_USE (-1)

struct line {
	int near, far; /* NOT_IN_USE, or both open */
	uint64_t carried;
};

struct cutter {
	pthread_t thread;
	int listener, port, to;
	atomic_bool stop, down;
	atomic_ullong every, out, back, cuts;
	struct line lines[LINES];
};

static struct sockaddr_in address_of(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* At once, as a broken line is: what is on the way is lost. */
static void break_line(struct line *line)
{
	const struct linger now = {.l_onoff = 1};

	setsockopt(line->near, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	setsockopt(line->far, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(line->near);
	close(line->far);
	line->near = line->far = NOT_IN_USE;
}

static void take(struct cutter *cutter)
{
	const struct sockaddr_in to = address_of(cutter->to);
	const int yes = 1;
	int near = accept4(cutter->listener, NULL, NULL, SOCK_CLOEXEC);
	int far;

	if (near < 0)
		return;
	for (size_t i = 0; i < LINES && !cutter->down; i++) {
		if (cutter->lines[i].near != NOT_IN_USE)
			continue;
		far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (far < 0 || connect(far, (const struct sockaddr *)&to, sizeof(to)) != 0) {
			if (far >= 0)
				close(far);
			break;
		}
		/* What came in pieces goes on in pieces, at once. */
		setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
		cutter->lines[i] = (struct line){.near = near, .far = far};
		return;
	}
	close(near);
}

/* One way, one piece. False: the line has ended. */
static bool carry(struct cutter *cutter, struct line *line, bool out)
{
	const uint64_t every = cutter->every;
	char bytes[PIECE];
	size_t room = sizeof(bytes);
	ssize_t got;

	if (every != 0 && every - line->carried < room)
		room = (size_t)(every - line->carried);
	got = recv(out ? line->near : line->far, bytes, room, MSG_DONTWAIT);
	if (got <= 0)
		return false;
	atomic_fetch_add(out ? &cutter->out : &cutter->back, (unsigned long long)got);
	line->carried += (uint64_t)got;
	if (every != 0 && line->carried >= every) {
		atomic_fetch_add(&cutter->cuts, 1);
		return false; /* the last piece does not arrive */
	}
	return send(out ? line->far : line->near, bytes, (size_t)got, MSG_NOSIGNAL) == got;
}

static void look(struct cutter *cutter, struct line *line, const struct pollfd *near,
		 const struct pollfd *far)
{
	bool good = !cutter->down;

	if (good && near->revents != 0)
		good = carry(cutter, line, true);
	if (good && far->revents != 0)
		good = carry(cutter, line, false);
	if (!good)
		break_line(line);
}

static void *run(void *arg)
{
	struct cutter *cutter = arg;

	while (!cutter->stop) {
		struct pollfd polls[1 + 2 * LINES];

		polls[0] = (struct pollfd){.fd = cutter->listener, .events = POLLIN};
		for (size_t i = 0; i < LINES; i++) {
			polls[1 + 2 * i] =
				(struct pollfd){.fd = cutter->lines[i].near, .events = POLLIN};
			polls[2 + 2 * i] =
				(struct pollfd){.fd = cutter->lines[i].far, .events = POLLIN};
		}
		if (poll(polls, 1 + 2 * LINES, LOOK_MS) < 0)
			continue;
		for (size_t i = 0; i < LINES; i++)
			if (cutter->lines[i].near != NOT_IN_USE)
				look(cutter, &cutter->lines[i], &polls[1 + 2 * i],
				     &polls[2 + 2 * i]);
		if (polls[0].revents != 0)
			take(cutter);
	}
	return NULL;
}

struct cutter *cutter_open(int port)
{
	struct cutter *cutter = dd_alloc(sizeof(*cutter));
	struct sockaddr_in any = address_of(0);
	socklen_t len = sizeof(any);

	cutter->to = port;
	for (size_t i = 0; i < LINES; i++)
		cutter->lines[i] = (struct line){.near = NOT_IN_USE, .far = NOT_IN_USE};
	cutter->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (cutter->listener < 0 ||
	    bind(cutter->listener, (const struct sockaddr *)&any, len) != 0 ||
	    getsockname(cutter->listener, (struct sockaddr *)&any, &len) != 0 ||
	    listen(cutter->listener, LINES) != 0 ||
	    pthread_create(&cutter->thread, NULL, run, cutter) != 0)
		system_die("no line to be had");
	cutter->port = ntohs(any.sin_port);
	return cutter;
}

void cutter_close(struct cutter *cutter)
{
	cutter->stop = true;
	pthread_join(cutter->thread, NULL);
	for (size_t i = 0; i < LINES; i++)
		if (cutter->lines[i].near != NOT_IN_USE)
			break_line(&cutter->lines[i]);
	close(cutter->listener);
	free(cutter);
}

int cutter_port(const struct cutter *cutter)
{
	return cutter->port;
}

void cutter_every(struct cutter *cutter, uint64_t bytes)
{
	cutter->every = bytes;
}

void cutter_down(struct cutter *cutter, int down)
{
	cutter->down = down != 0;
}

struct cutter_counts cutter_counts(struct cutter *cutter)
{
	return (struct cutter_counts){
		.out = cutter->out, .back = cutter->back, .cuts = cutter->cuts};
}
