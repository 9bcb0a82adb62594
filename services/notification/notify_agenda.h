/* notify_agenda.h - on which day each task is to be looked at next: the days of a century, each
 * with a list of tasks, so that the next one is found without asking the tasks, and a task moves
 * from one day to another at no cost. 20 bytes a task. */
#ifndef NOTIFY_AGENDA_H
#define NOTIFY_AGENDA_H

#include <stddef.h>
#include <stdint.h>

#define NOTIFY_NEVER INT32_MAX

struct notify_agenda;

struct notify_agenda *notify_agenda_new(void);
void notify_agenda_free(struct notify_agenda *agenda); /* NULL is fine */
void notify_agenda_clear(struct notify_agenda *agenda);

/* Cheapest in the ascending order of tasks. NOTIFY_NEVER: on no day. */
void notify_agenda_set(struct notify_agenda *agenda, uint64_t task, int32_t day);
/* The first day on which there is a task; NOTIFY_NEVER: there is none. */
int32_t notify_agenda_next(const struct notify_agenda *agenda);
/* The tasks of all days up to `day`, in no order; they stay. The array is the caller's to free. */
size_t notify_agenda_due(const struct notify_agenda *agenda, int32_t day, uint64_t **tasks_out);

size_t notify_agenda_count(const struct notify_agenda *agenda); /* tasks, also those of no day */
size_t notify_agenda_bytes(const struct notify_agenda *agenda); /* of memory */

#endif
