/* load_impl.h - what the parts of the load client share: load.c (sockets, answers, life) and
 * load_send.c (what goes out, and when). */
#ifndef TESTS_SUPPORT_LOAD_IMPL_H
#define TESTS_SUPPORT_LOAD_IMPL_H

#include "common/base/alloc.h"
#include "dondoc/v1/common.pb-c.h"
#include "tests/support/load.h"
#include "tests/support/load_message.h"
#include <pthread.h>
#include <stdatomic.h>

#define TEST_SENDINGS 8192u /* remembered, by request id */
#define TEST_MEMORY   128u  /* older commands of a stream that may be sent again */

/* One command of a stream. */
struct test_item {
	struct test_identity id;
	uint8_t content[DD_HASH_LEN];
	uint8_t body[TEST_BODY_MAX];
	size_t body_len;
	bool open;        /* no final answer yet */
	bool unsent;      /* nothing of it is under way */
	int64_t due_us;   /* send (again) at this time */
	uint64_t last_id; /* of its last sending */
};

struct test_stream {
	uint8_t id[DD_ID_LEN];
	uint64_t next; /* number of the next command */
	int socket;
	struct test_item items[TEST_MEMORY]; /* number n lies at n % TEST_MEMORY */
};

/* What went out under a request id and has no line that ends it yet. */
struct test_sending {
	uint64_t id; /* 0 = none */
	struct test_identity identity;
	int stream, socket;
	bool forged;
};

struct test_load {
	struct test_load_options options;
	pthread_t thread;
	atomic_bool hold, stop, finished;
	atomic_int_fast64_t drain_until_us;
	atomic_uint_fast64_t answered, busy;
	bool impossible;
	struct test_stream *streams; /* owned */
	struct test_sending *sendings;
	void *sockets[TEST_LOAD_STREAMS];
	void *monitors[TEST_LOAD_STREAMS];
	uint64_t next_id, made, random;
	int64_t next_us; /* when the pace allows a new command */
	struct dd_arena arena;
	char *endpoint, *unit; /* owned */
};

/* A line of the history; `content` and `receipt` may be NULL. */
void test_load_line(struct test_load *load, enum test_line_kind kind,
		    const struct test_identity *id, const uint8_t *content,
		    const Dondoc__V1__Receipt *receipt);
/* The command if it is still remembered. */
struct test_item *test_load_item(struct test_load *load, int stream, uint64_t number);
/* What became of a command will not be known from this sending; it is due again. */
void test_load_give_up(struct test_load *load, struct test_sending *sending);

/* Make what the window allows, send what is due; whether something is still open. */
bool test_load_work(struct test_load *load, int stream);

#endif
