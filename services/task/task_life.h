/* task_life.h - what the rules about a task's life share. */
#ifndef TASK_LIFE_H
#define TASK_LIFE_H

#include "common/view/view_life.h"
#include "services/task/task_case.h"

int32_t task_today(const struct task_case *c); /* the day of the record */
const char *task_acting_unit(const struct task_case *c);

/* Add one event about the task at hand; `other_unit` may be NULL. */
void task_say(struct task_outcome *out, Dondoc__V1__EventType type, const char *other_unit,
	      const ProtobufCMessage *message);

/* Each refuses and returns false where it is not so. */
bool task_note_fits(struct task_outcome *out, const char *field, const char *note);
bool task_document_given(struct task_outcome *out, const char *field,
			 const Dondoc__V1__Document *document);
/* The unit exists and has not ended. */
bool task_unit_lives(const struct task_case *c, const char *code, struct task_outcome *out);
/* A day from..to, both allowed; `to` 0 = no end. */
bool task_day_within(struct task_outcome *out, const char *field, int32_t day, int32_t from,
		     int32_t to);
/* The decision is about the refusal, transfer or explanation that waits. */
bool task_other_pending(struct task_outcome *out, Dondoc__V1__RequestKind kind, uint64_t named);
/* Nothing of the kind waits yet. */
bool task_other_free(struct task_outcome *out);
/* While a lead asks to be rid of a task it does not work on it. */
bool task_not_refusing(struct task_outcome *out);
/* Hashes of files that were attached to the task. */
bool task_files_known(const struct task_case *c, const ProtobufCBinaryData *files, size_t count,
		      struct task_outcome *out);
/* What shows that something was done: document, file, both, as the authority has it. */
bool task_evidence_given(const struct task_case *c, const Dondoc__V1__Document *document,
			 size_t files, struct task_outcome *out);
/* One to `max` tasks, each once. */
bool task_list_fits(const uint64_t *tasks, size_t count, size_t max, struct task_outcome *out);
/* No such ask, product, comment ... */
void task_refuse_entry(struct task_outcome *out, const char *what, uint64_t number);

/* The task's content; NULL if it cannot be read. Freed by the caller. */
Dondoc__V1__TaskFields *task_content(const struct task_case *c, uint64_t task);

#endif
