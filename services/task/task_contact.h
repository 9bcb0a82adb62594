/* task_contact.h - when which office was heard last, how far its copy follows the log and what
 * waits in its outbox. Kept in memory only: it begins anew with the service. */
#ifndef TASK_CONTACT_H
#define TASK_CONTACT_H

#include "common/eventlog/eventlog.h"
#include "common/net/bus.h"
#include "services/task/task_admission.h"

struct task_contact;

struct task_contact *task_contact_new(int64_t now_us);
void task_contact_free(struct task_contact *contact); /* NULL is fine */

/* From any thread; whoever is not an office is passed over. A request of any kind came ... */
void task_contact_heard(struct task_contact *contact, const struct dd_principal *who,
			int64_t now_us);
/* ... the log was read behind this record ... */
void task_contact_read(struct task_contact *contact, const struct dd_principal *who,
		       uint64_t sequence, int64_t now_us);
/* ... or it told of itself. */
void task_contact_told(struct task_contact *contact, const struct dd_principal *who,
		       const Dondoc__V1__OfficeTells *tells);

struct task_contact_source {
	const struct task_admission *admission;
	struct view *view;
	struct dd_eventlog *log;
	int64_t now_us;
};
/* The answer to ListOffices, packed (cleared first). */
void task_contact_answer(struct task_contact *contact, const struct task_contact_source *source,
			 const Dondoc__V1__ListOffices *ask, struct dd_buf *answer_out);

#endif
