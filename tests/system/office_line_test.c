/* office_line_test.c - an office behind a poor line: slow, and cut again and again; and what an
 * idle office costs its machine. */
#define COPY_TASKS 400
#include "tests/system/copy_field.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define PAIRS    16
#define PIECE    1024
#define TICK_MS  20
#define IDLE_PSS (15u << 10) /* KiB */

/* --- the line: both ports of the centre behind two of its own
 * ------------------------------------- */

struct pair {
	int a, b; /* office, centre; -1 = free */
	size_t carried;
};

struct line {
	pthread_t thread;
	int listens[2];
	int ports[2];
	int to[2];
	struct pair pairs[PAIRS];
	size_t per_tick;    /* bytes for all together, each way; 0 = no limit */
	size_t cut_after;   /* a connection ends after so many bytes; 0 = never */
	atomic_uint cuts;   /* how often that happened */
	atomic_ulong bytes; /* towards the office */
	atomic_bool ending;
};

static int listen_at(int *port_out)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 8) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		system_die("no port for the line");
	*port_out = ntohs(at.sin_port);
	return fd;
}

static void end_pair(struct pair *pair)
{
	if (pair->a >= 0)
		(void)close(pair->a);
	if (pair->b >= 0)
		(void)close(pair->b);
	pair->a = pair->b = -1;
	pair->carried = 0;
}

static void take_in(struct line *line, int which)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = accept4(line->listens[which], NULL, NULL, SOCK_CLOEXEC);
	size_t i = 0;

	while (i < PAIRS && line->pairs[i].a >= 0)
		i++;
	if (fd < 0 || i == PAIRS) {
		(void)close(fd);
		return;
	}
	at.sin_port = htons((uint16_t)line->to[which]);
	line->pairs[i].a = fd;
	line->pairs[i].b = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	line->pairs[i].carried = 0;
	if (connect(line->pairs[i].b, (struct sockaddr *)&at, sizeof(at)) != 0)
		end_pair(&line->pairs[i]);
}

/* At most `room` bytes from one end to the other. False: the connection is over. */
static bool carry(struct line *line, struct pair *pair, bool to_office, size_t *room)
{
	uint8_t piece[PIECE];
	const int from = to_office ? pair->b : pair->a, to = to_office ? pair->a : pair->b;
	struct pollfd ready = {.fd = from, .events = POLLIN};
	size_t most = *room < sizeof(piece) ? *room : sizeof(piece);
	ssize_t got;

	if (most == 0 || poll(&ready, 1, 0) <= 0)
		return true;
	got = recv(from, piece, most, 0);
	if (got <= 0 || send(to, piece, (size_t)got, MSG_NOSIGNAL) != got)
		return false;
	*room -= (size_t)got;
	pair->carried += (size_t)got;
	if (to_office)
		atomic_fetch_add(&line->bytes, (unsigned long)got);
	if (line->cut_after == 0 || pair->carried < line->cut_after)
		return true;
	atomic_fetch_add(&line->cuts, 1);
	return false;
}

static void carry_all(struct line *line)
{
	size_t room[2] = {line->per_tick != 0 ? line->per_tick : SIZE_MAX,
			  line->per_tick != 0 ? line->per_tick : SIZE_MAX};
	bool moved = true;

	while (moved) {
		const size_t before = room[0] + room[1];

		for (size_t i = 0; i < PAIRS; i++)
			for (int way = 0; way < 2; way++)
				if (line->pairs[i].a >= 0 &&
				    !carry(line, &line->pairs[i], way == 0, &room[way]))
					end_pair(&line->pairs[i]);
		moved = room[0] + room[1] != before;
	}
}

static void *run_line(void *arg)
{
	struct line *line = arg;

	while (!atomic_load(&line->ending)) {
		struct pollfd ready[2] = {{.fd = line->listens[0], .events = POLLIN},
					  {.fd = line->listens[1], .events = POLLIN}};

		(void)poll(ready, 2, 0);
		for (int i = 0; i < 2; i++)
			if (ready[i].revents != 0)
				take_in(line, i);
		carry_all(line);
		(void)usleep(TICK_MS * 1000);
	}
	for (size_t i = 0; i < PAIRS; i++)
		end_pair(&line->pairs[i]);
	(void)close(line->listens[0]);
	(void)close(line->listens[1]);
	return NULL;
}

static void line_start(struct line *line, int centre)
{
	for (int i = 0; i < 2; i++) {
		line->listens[i] = listen_at(&line->ports[i]);
		line->to[i] = centre + i;
	}
	for (size_t i = 0; i < PAIRS; i++)
		line->pairs[i].a = line->pairs[i].b = -1;
	if (pthread_create(&line->thread, NULL, run_line, line) != 0)
		system_die("no thread for the line");
}

static void line_stop(struct line *line)
{
	atomic_store(&line->ending, true);
	(void)pthread_join(line->thread, NULL);
}

/* --- the office behind it
 * ------------------------------------------------------------------------- */

static struct copy_field field;

/* The same settings, but for where the centre is. */
static void go_by(const struct line *line)
{
	char *old = test_read_file(field.office.config, NULL), *at, *text;

	assert_int_equal(test_proc_stop(&field.office.office, 10000), 0);
	system_remove(&field.centre, field.office.data);
	at = strstr(old, "  centre: ");
	assert_non_null(at);
	*at = '\0';
	at = strchr(at + 1, '\n');
	assert_true(asprintf(&text,
			     "%s  centre: 'tcp://127.0.0.1:%d'\n"
			     "  centre_log: 'tcp://127.0.0.1:%d'%s",
			     old, line->ports[0], line->ports[1], at) > 0);
	test_write_file(field.office.config, text, strlen(text));
	free(text);
	free(old);
}

static void over_a_slow_line_the_office_comes_to_the_end_of_the_log(void **unused)
{
	static struct line line;

	(void)unused;
	copy_open(&field);
	line.per_tick = 8 * 1024 * TICK_MS / 1000; /* 64 kbit/s */
	line_start(&line, field.centre.port);
	go_by(&line);
	branch_must_start(&field.office);
	for (int i = 0; i < 20 && !copy_settled(&field); i++)
		;
	assert_true(copy_settled(&field));
	printf("%lu bytes for the whole log\n", atomic_load(&line.bytes));
	(void)copy_report(&field, field.centre.tasks[0], 50);
	assert_true(copy_settled(&field));
	line_stop(&line);
	copy_close(&field);
}

static void over_a_line_that_is_cut_again_and_again_nothing_is_missed(void **unused)
{
	static struct line line;

	(void)unused;
	copy_open(&field);
	line.cut_after = 20000;
	line_start(&line, field.centre.port);
	go_by(&line);
	branch_must_start(&field.office);
	for (int i = 0; i < 20 && !copy_settled(&field); i++)
		;
	assert_true(copy_settled(&field));
	printf("cut %u times\n", atomic_load(&line.cuts));
	assert_true(atomic_load(&line.cuts) > 2);
	line_stop(&line);
	copy_close(&field);
}

/* KiB; 0 = it cannot be read. */
static unsigned pss_of(pid_t pid)
{
	char path[64], text[128];
	unsigned pss = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(text, sizeof(text), file) != NULL)
		if (sscanf(text, "Pss: %u kB", &pss) == 1)
			break;
	if (file != NULL)
		(void)fclose(file);
	return pss;
}

static void an_idle_office_needs_less_than_15_megabytes(void **unused)
{
	unsigned pss;

	(void)unused;
	copy_open(&field);
	assert_true(copy_settled(&field));
	system_rest_ms(3000);
	pss = pss_of(field.office.office.pid);
	printf("an idle office with %d tasks: %u KiB\n", COPY_TASKS, pss);
#ifndef SYSTEM_SANITIZED
	assert_true(pss < IDLE_PSS);
#endif
	copy_close(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_office_needs_less_than_15_megabytes),
		cmocka_unit_test(over_a_slow_line_the_office_comes_to_the_end_of_the_log),
		cmocka_unit_test(over_a_line_that_is_cut_again_and_again_nothing_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
