/* load.h - a client on a thread of its own that reports progress in several streams over several
 * sockets, and is as unpleasant as a network: it sends the same bytes again until there is a final
 * answer, and on purpose twice, out of order, long after, and under used numbers. Every sending and
 * every answer goes into a history. */
#ifndef TESTS_SUPPORT_LOAD_H
#define TESTS_SUPPORT_LOAD_H

#include "tests/support/history.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEST_LOAD_STREAMS 16
#define TEST_LOAD_WINDOW  8

struct test_load_options {
	const char *endpoint; /* ipc, or tcp without keys */
	const char *unit;     /* for whom the reports are */
	const uint64_t *tasks;
	size_t task_count;
	struct test_history *history;
	int client;         /* its name in the history */
	int streams;        /* at most TEST_LOAD_STREAMS */
	int sockets;        /* streams are dealt over them; at most `streams` */
	int window;         /* commands under way in a stream; at most TEST_LOAD_WINDOW */
	size_t note_bytes;  /* length of a report's text; 0 = short */
	uint64_t ops;       /* in all; 0 = until test_load_stop */
	int64_t attempt_ms; /* before the bytes go out again; 0 = 500 */
	int64_t pace_us;    /* rest between two new commands; 0 = none */
	uint64_t seed;
	/* In percent of sendings: */
	int twice;    /* the same message at once again */
	int replay;   /* an older command of the stream again, answered or not */
	int shuffle;  /* a window's commands in another order */
	int forge;    /* other bytes under a used number: must be a conflict */
	int hopeless; /* about a task that does not exist: a final refusal */
};

struct test_load;

/* Everything is copied or borrowed until test_load_stop; `history` and `tasks` are borrowed. */
struct test_load *test_load_start(const struct test_load_options *options);
/* Final answers so far; any thread. */
uint64_t test_load_answered(const struct test_load *load);
/* "busy" answers so far; any thread. */
uint64_t test_load_busy(const struct test_load *load);
/* Whether `ops` have their final answer. */
bool test_load_finished(const struct test_load *load);

/* No new commands from now on; what is open goes on being sent until it is answered. */
void test_load_hold(struct test_load *load);
/* No new commands; wait up to `drain_ms` for the answers that are missing; end the thread, free.
 * False: the server gave an answer that no server may give; words are on stderr. */
bool test_load_stop(struct test_load *load, int64_t drain_ms);

#endif
