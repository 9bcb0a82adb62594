/* task_case.h - what the rules share. */
#ifndef TASK_CASE_H
#define TASK_CASE_H

#include "common/domain/task_state.h"
#include "services/task/task_rules.h"

#define TASK_NOTE_MAX   4000u /* bytes */
#define TASK_REASON_MAX 2000u

bool task_text_empty(const char *text); /* NULL, or nothing but white space */
bool task_document_named(const Dondoc__V1__Document *document); /* has a number or a title */
/* A reason that must be there and fit; refuses and returns false otherwise. */
bool task_reason_given(struct task_outcome *out, const char *field, const char *reason);

/* Whether the time that the client claims cannot be right: before what it had seen (`seen`: what
 * its office has said already, see view_stream), after its receipt, or without a position and long
 * ago. It is kept, and counts for nothing. */
bool task_fact_doubtful(struct dd_eventlog *log, uint64_t seen, uint64_t head,
			const Dondoc__V1__CommandBody *body, int64_t record_us);

/* The part the acting unit plays for the task: an OR of dd_role. */
unsigned task_roles_of(const struct task_case *c, const struct view_task *task, const char *unit);
/* Find the task and judge the actor's part (dd_permission_unit); on success the outcome knows task,
 * subject and unit. Refuses and returns false otherwise; `action` is its name in the refusal. */
bool task_find(const struct task_case *c, uint64_t id, enum dd_command_kind kind,
	       const char *action, struct task_outcome *out);
/* The same, and judge the state (dd_task_state_after). */
bool task_open(const struct task_case *c, uint64_t id, enum dd_command_kind kind,
	       enum dd_task_action action, struct task_outcome *out);

/* Add one event to what the command becomes; packs `message` now, so that it may be the rule's own.
 * All events of a command are emitted after the rule has returned, in this order; `previous`, cause
 * and group are the engine's. False: too large, and *out is a refusal. */
bool task_effect_add(struct task_outcome *out, Dondoc__V1__EventType type, uint64_t subject,
		     const char *unit, const char *other_unit, const ProtobufCMessage *message);
/* Drop what was added: before a refusal. */
void task_effects_free(struct task_outcome *out);

#endif
