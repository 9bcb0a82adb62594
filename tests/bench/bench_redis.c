/* bench_redis.c - the same closed loop of updates against Redis, with raw sockets, so that the
 * client costs as little as a client can.
 *
 *   bench-redis --port P --in-flight N [--connections C] [--tasks T] [--seconds S] [--label L]
 *
 * The server checks, deduplicates and applies an update in one script, as dondoc does in its rules;
 * it keeps less: the last number of a stream and the newest values of a task, no history. Updates
 * in flight beyond the connections are pipelined. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "tests/bench/bench_stats.h"

#define IN_FLIGHT_MAX 4096
#define REPLY_MAX     65536
#define STALL_MS      20000

static const char script[] =
	"local last = tonumber(redis.call('HGET', KEYS[2], 'n') or '0') "
	"local n = tonumber(ARGV[1]) "
	"if n <= last then return 'duplicate' end "
	"if n ~= last + 1 then return 'gap' end "
	"local t = redis.call('HMGET', KEYS[1], 'state', 'unit', 'version') "
	"if not t[1] then return 'unknown' end "
	"if t[1] ~= 'working' then return 'state' end "
	"if t[2] ~= ARGV[2] then return 'denied' end "
	"local p = tonumber(ARGV[3]) "
	"if not p or p < 0 or p > 100 then return 'invalid' end "
	"redis.call('HSET', KEYS[1], 'percent', p, 'note', ARGV[4], 'at', ARGV[5], "
	"'version', tonumber(t[3]) + 1) "
	"redis.call('HSET', KEYS[2], 'n', n) "
	"return 'ok'";

static const char filling[] =
	"for i = 0, tonumber(ARGV[1]) - 1 do "
	"redis.call('HSET', 'task:' .. i, 'state', 'working', 'unit', 'BENCH', 'version', 1) "
	"end "
	"return 'ok'";

static const char note[] =
	"Đã hoàn thành dự thảo, lấy ý kiến 12 đơn vị; còn vướng mắc về kinh phí, đề nghị "
	"Sở Tài chính "
	"cho ý kiến trước ngày 20 để kịp trình Ủy ban nhân dân trong phiên họp tháng tới.";

struct options {
	int port, in_flight, connections, tasks;
	double seconds;
	const char *label;
};

struct slot {
	char stream[DD_ID_LEN * 2 + 1];
	unsigned long long number;
	uint64_t seed;
	int64_t sent_us;
};

/* Replies come in the order of the requests: `waiting` is a ring of slots. */
struct connection {
	int fd;
	int *waiting; /* owned, in_flight places */
	size_t first, count;
	char replies[REPLY_MAX];
	size_t len;
};

struct run {
	struct options options;
	struct slot *slots;
	struct connection *connections;
	struct bench_samples samples;
	char sha[41];
	uint64_t accepted, other, outstanding;
};

static void stop(const char *what)
{
	fprintf(stderr, "redis: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int dial(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		stop("cannot connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n <= 0)
			stop("cannot write");
		data += n;
		len -= (size_t)n;
	}
}

/* --- one question at a time: preparing and counting ------------------------------------------- */

static size_t pack(char *out, size_t room, const char *const *words, int count)
{
	size_t len = (size_t)snprintf(out, room, "*%d\r\n", count);

	for (int i = 0; i < count; i++)
		len += (size_t)snprintf(out + len, room - len, "$%zu\r\n%s\r\n", strlen(words[i]),
					words[i]);
	return len;
}

/* The value of a simple, bulk or integer reply. */
static void ask(int fd, const char *const *words, int count, char *value, size_t room)
{
	char text[4096];
	size_t len = pack(text, sizeof(text), words, count);
	const char *from = text + 1;
	size_t lines;

	send_all(fd, text, len);
	len = 0;
	do {
		ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);

		if (n <= 0)
			stop("no reply");
		len += (size_t)n;
		text[len] = '\0';
		lines = (size_t)(text[0] == '$' && text[1] != '-') + 1;
		for (const char *at = text; (at = strstr(at, "\r\n")) != NULL; at += 2)
			lines -= lines > 0;
	} while (lines > 0);
	if (text[0] == '-')
		stop(text);
	if (text[0] == '$')
		from = strstr(text, "\r\n") + 2;
	snprintf(value, room, "%.*s", (int)strcspn(from, "\r"), from);
}

static void prepare(struct run *run, int fd)
{
	char count[16];
	char value[64];

	snprintf(count, sizeof(count), "%d", run->options.tasks);
	ask(fd, (const char *const[]){"EVAL", filling, "0", count}, 4, value, sizeof(value));
	ask(fd, (const char *const[]){"SCRIPT", "LOAD", script}, 3, run->sha, sizeof(run->sha));
}

/* What the server holds of this run's streams. */
static uint64_t held(struct run *run, int fd)
{
	uint64_t sum = 0;
	char value[64];

	for (int i = 0; i < run->options.in_flight; i++) {
		ask(fd, (const char *const[]){"HGET", run->slots[i].stream, "n"}, 3, value,
		    sizeof(value));
		sum += strtoull(value, NULL, 10);
	}
	return sum;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void send_next(struct run *run, int index)
{
	const struct options *o = &run->options;
	struct connection *connection = &run->connections[index % o->connections];
	struct slot *slot = &run->slots[index];
	uint64_t own = (uint64_t)(o->tasks / o->in_flight);
	uint64_t pick = (uint64_t)index + (uint64_t)o->in_flight * (slot->seed++ * 7919 % own);
	char task[32], number[24], percent[8], at[24];
	char text[1024];
	size_t len;

	snprintf(task, sizeof(task), "task:%d", (int)pick);
	snprintf(percent, sizeof(percent), "%d", (int)(slot->number % 100));
	snprintf(number, sizeof(number), "%llu", ++slot->number);
	snprintf(at, sizeof(at), "%lld", (long long)dd_wall_us());
	len = pack(text, sizeof(text),
		   (const char *const[]){"EVALSHA", run->sha, "2", task, slot->stream, number,
					 "BENCH", percent, note, at},
		   10);
	connection->waiting[(connection->first + connection->count++) % (size_t)o->in_flight] =
		index;
	slot->sent_us = dd_mono_us();
	run->outstanding++;
	send_all(connection->fd, text, len);
}

static void take_reply(struct run *run, struct connection *connection, bool ok)
{
	int index = connection->waiting[connection->first];

	connection->first = (connection->first + 1) % (size_t)run->options.in_flight;
	connection->count--;
	run->outstanding--;
	if (ok)
		run->accepted++;
	else
		run->other++;
	if (bench_samples_add(&run->samples, run->slots[index].sent_us, dd_mono_us()))
		send_next(run, index);
}

/* Replies of the script are "$LEN\r\nWORD\r\n"; an error is one line. */
static void read_replies(struct run *run, struct connection *connection)
{
	ssize_t n = read(connection->fd, connection->replies + connection->len,
			 sizeof(connection->replies) - 1 - connection->len);
	char *at = connection->replies;
	char *end, *second;

	if (n <= 0)
		stop("connection lost");
	connection->len += (size_t)n;
	connection->replies[connection->len] = '\0';
	while ((end = strstr(at, "\r\n")) != NULL) {
		if (*at == '$') {
			second = strstr(end + 2, "\r\n");
			if (second == NULL)
				break;
			take_reply(run, connection, memcmp(end + 2, "ok\r\n", 4) == 0);
			at = second + 2;
		} else {
			if (run->other == 0)
				fprintf(stderr, "%.*s\n", (int)(end - at), at);
			take_reply(run, connection, false);
			at = end + 2;
		}
	}
	connection->len -= (size_t)(at - connection->replies);
	memmove(connection->replies, at, connection->len);
}

static void drive(struct run *run)
{
	struct pollfd polls[IN_FLIGHT_MAX];
	nfds_t count = (nfds_t)run->options.connections;

	for (nfds_t i = 0; i < count; i++)
		polls[i] = (struct pollfd){.fd = run->connections[i].fd, .events = POLLIN};
	while (run->outstanding > 0) {
		if (poll(polls, count, STALL_MS) <= 0)
			stop("no answer for 20 s");
		for (nfds_t i = 0; i < count; i++)
			if (polls[i].revents != 0)
				read_replies(run, &run->connections[i]);
	}
}

static int measure(struct run *run)
{
	const struct options *o = &run->options;
	uint8_t id[DD_ID_LEN];
	struct bench_result result;
	uint64_t logged;
	int fd = dial(o->port);

	run->slots = dd_alloc((size_t)o->in_flight * sizeof(*run->slots));
	run->connections = dd_alloc((size_t)o->connections * sizeof(*run->connections));
	prepare(run, fd);
	for (int i = 0; i < o->connections; i++) {
		run->connections[i].fd = dial(o->port);
		run->connections[i].waiting = dd_alloc((size_t)o->in_flight * sizeof(int));
	}
	bench_samples_open(&run->samples, 500000, (int64_t)(o->seconds * 1e6));
	for (int i = 0; i < o->in_flight; i++) {
		dd_id_new(id);
		for (int k = 0; k < DD_ID_LEN; k++)
			sprintf(run->slots[i].stream + 2 * k, "%02x", id[k]);
		send_next(run, i);
	}
	drive(run);
	bench_samples_close(&run->samples, &result);
	result.accepted_all = run->accepted;
	result.other = run->other;
	for (int i = 0; i < o->connections; i++) {
		close(run->connections[i].fd);
		free(run->connections[i].waiting);
	}
	free(run->connections);
	logged = held(run, fd);
	close(fd);
	free(run->slots);
	return bench_print("redis", o->label, o->in_flight, &result, logged);
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"port", required_argument, NULL, 'p'},
		{"in-flight", required_argument, NULL, 'f'},
		{"connections", required_argument, NULL, 'c'},
		{"tasks", required_argument, NULL, 't'},
		{"seconds", required_argument, NULL, 'n'},
		{"label", required_argument, NULL, 'l'},
		{NULL, 0, NULL, 0},
	};
	struct run run = {
		.options = {.in_flight = 1, .tasks = 10000, .seconds = 3, .label = "tcp"}};
	struct options *o = &run.options;
	int c;

	dd_id_start();
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'p')
			o->port = atoi(optarg);
		else if (c == 'f')
			o->in_flight = atoi(optarg);
		else if (c == 'c')
			o->connections = atoi(optarg);
		else if (c == 't')
			o->tasks = atoi(optarg);
		else if (c == 'n')
			o->seconds = atof(optarg);
		else if (c == 'l')
			o->label = optarg;
		else
			return 2;
	}
	if (o->connections == 0)
		o->connections = o->in_flight;
	if (o->port <= 0 || o->in_flight < 1 || o->in_flight > IN_FLIGHT_MAX ||
	    o->connections < 1 || o->connections > o->in_flight || o->tasks < o->in_flight) {
		fprintf(stderr, "usage: bench-redis --port P --in-flight N ...\n");
		return 2;
	}
	return measure(&run);
}
