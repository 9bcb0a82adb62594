/* task_event.h - events that one command becomes, before they are records. */
#ifndef TASK_EVENT_H
#define TASK_EVENT_H

#include <stddef.h>
#include <stdint.h>

struct task_event {
	uint32_t type;       /* EventType */
	uint64_t subject;    /* the task; 0 = a new task: its own sequence; 0 for what is no task */
	char unit[32];       /* for header.unit: the lead in force of a task; "" for all else */
	char other_unit[32]; /* a second one that the event concerns; "" = none */
	uint8_t *body;       /* owned; at most DD_BODY_MAX */
	size_t body_len;
	uint8_t *as; /* owned; a packed EventHeader with actor, times and let_go where they are not
			those of the command; NULL = they are */
	size_t as_len;
};

/* An initialiser of {0} is an empty list. */
struct task_events {
	struct task_event *items; /* owned */
	size_t count, cap;
};

struct task_event *task_events_add(struct task_events *events); /* zeroed; moves with the next */
void task_events_free(struct task_events *events);              /* the list is empty afterwards */

#endif
