/* history.h - what clients saw, written down before and after each request, and whether the log
 * agrees with it. The object under test is one totally ordered log, so checking is sorting. */
#ifndef TESTS_SUPPORT_HISTORY_H
#define TESTS_SUPPORT_HISTORY_H

#include "common/eventlog/eventlog.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One command as bytes: a resend is the same one, other bytes under a used number are not. */
struct test_identity {
	uint8_t stream[DD_ID_LEN];
	uint64_t number;
	uint8_t digest[DD_HASH_LEN];
};

enum test_line_kind {
	TEST_INVOKE,  /* about to be sent, once more for each resend */
	TEST_OK,      /* accepted */
	TEST_REFUSED, /* the final "no", which is a record too */
	TEST_FAIL,    /* this sending had no effect: busy, gap, conflict, denied */
	TEST_INFO     /* no answer: what became of it is not known */
};

struct test_line {
	int64_t us; /* monotonic; 0 = now, set by test_history_add */
	enum test_line_kind kind;
	int client;
	struct test_identity id;
	uint8_t content[DD_HASH_LEN]; /* invoke: hash of the text; zeros = not compared */
	uint64_t sequence;            /* ok and refused: the receipt; 0 = none was given */
	uint32_t incarnation;
	uint8_t chain[DD_HASH_LEN];
};

struct test_history {
	pthread_mutex_t lock;
	struct test_line *lines; /* owned; in order of time */
	size_t count, cap;
};

void test_history_init(struct test_history *history);
void test_history_fini(struct test_history *history);
/* Any thread. */
void test_history_add(struct test_history *history, const struct test_line *line);
/* One line of text each; for a person who looks for the cause of a bad verdict. */
void test_history_write(const struct test_history *history, const char *path);

/* --- what the log holds ---------------------------------------------------------------------- */

struct test_entry {
	struct test_identity id;
	uint64_t first, last; /* sequences of the command's records */
	uint32_t incarnation;
	bool refused;
	uint8_t chain[DD_HASH_LEN];   /* after `last` */
	uint8_t content[DD_HASH_LEN]; /* of a progress report's text; zeros for all others */
};

struct test_log {
	struct test_entry *entries; /* owned; by sequence */
	size_t count, cap;
	struct dd_position head;
};

/* Read all commands behind record `after` from a log's folder, which is not changed. Every hash is
 * computed again. */
int test_log_read(const char *dir, uint64_t after, struct test_log *log_out,
		  struct dd_error *err) DD_MUST_CHECK;
/* The same from a log that is open. */
int test_log_dump(struct dd_eventlog *eventlog, uint64_t after, struct test_log *log_out,
		  struct dd_error *err) DD_MUST_CHECK;
void test_log_fini(struct test_log *log);

/* --- the judgement --------------------------------------------------------------------------- */

struct test_verdict {
	size_t ops;     /* different commands that were sent */
	size_t ok;      /* of these: accepted */
	size_t refused; /* finally refused */
	size_t fail;    /* every sending without effect */
	size_t info;    /* fate unknown to the client */
	/* What must be 0: */
	size_t lost;      /* answered, but not in the log */
	size_t duplicate; /* in the log more than once */
	size_t altered; /* bytes, receipt or the kind of answer differ from the log or each other */
	size_t phantom; /* in the log, never sent */
	size_t reorder; /* answered before another was sent, but behind it in the log */
	size_t disorder; /* a stream's numbers out of order, or with a gap */
	size_t undead;   /* every sending was answered "no effect", but it is in the log */
	char first[240]; /* the first fault in words; "" = none */
};

/* Compare. Lines later than `until_us` have not happened (0 = all have): for the state of the disk
 * at that moment. `log` is as read, behind what was there before the first line. */
void test_history_check(const struct test_history *history, int64_t until_us,
			const struct test_log *log, struct test_verdict *verdict_out);
/* The same where somebody in between numbers commands anew, as an office does in its outbox: texts
 * are compared in place of identities, so what was answered is there once and what is there was
 * sent. Order and receipts say nothing then. */
void test_history_check_texts(const struct test_history *history, const struct test_log *log,
			      struct test_verdict *verdict_out);
bool test_verdict_good(const struct test_verdict *verdict);
/* Sums; the first fault stays the first. */
void test_verdict_add(struct test_verdict *sum, const struct test_verdict *verdict);

#endif
