/* task_destroy.h - which events may lose their words, and what stays of them. */
#ifndef TASK_DESTROY_H
#define TASK_DESTROY_H

#include "common/eventlog/eventlog.h"
#include "dondoc/v1/evidence.pb-c.h"
#include "services/task/task_rules.h"

/* An event as it lies in the log; all borrowed. */
struct task_words {
	uint64_t sequence;
	const Dondoc__V1__EventHeader *header;
	const uint8_t *body;
	size_t body_len;
	/* A task's text: the event that brought the next one, or that removed the task; else 0. */
	uint64_t replaced_by;
	bool removed; /* the latter */
};

/* Whether the event is one of those that may lose their words, and nobody waits for what it says.
 * Refuses and returns false otherwise. */
bool task_words_may_go(const struct task_case *c, const struct task_words *words,
		       struct task_outcome *out);

/* What must stay of it: units, days, numbers, and which files it names. NULL: nothing. The
 * caller's to free. */
Dondoc__V1__DestroyedRest *task_words_rest(const struct task_words *words);

/* The item of the outgoing queue that holds the same words, because the event was let go by the
 * head of its unit; 0 = it was not. */
uint64_t task_words_held(const struct task_case *c, const struct task_words *words);

/* For task_destroy_rest.c: the body without its words. false: it cannot be read. */
bool task_words_body(const struct task_words *words, Dondoc__V1__DestroyedRest *rest);
/* Sets replaced_by and removed of an event that brought a task's text. Walks LMDB. */
void task_words_ended(const struct task_case *c, struct task_words *words);

#endif
