/* undo.h - whether a decision may still be taken back, given what has happened since. Pure: no
 * protobuf, store or clock. */
#ifndef DD_DOMAIN_UNDO_H
#define DD_DOMAIN_UNDO_H

#include "common/domain/task_state.h"
#include <stdbool.h>
#include <stdint.h>

enum dd_decision {
	DD_DECISION_CONFIRMED = 0,
	DD_DECISION_RETURNED,
	DD_DECISION_EXTENDED,
	DD_DECISION_NOT_EXTENDED,
	DD_DECISION_MOVED,     /* assigned anew, or a refusal or transfer granted */
	DD_DECISION_NOT_MOVED, /* a refusal or transfer that was not granted */
	DD_DECISION_PAUSED,
	DD_DECISION_RESUMED,
	DD_DECISION_CANCELLED,
	DD_DECISION_CARRIED,
	DD_DECISION_COUNT
};
const char *dd_decision_name(enum dd_decision decision); /* "confirmed" */

/* What is known of the task since the decision. */
struct dd_undo_facts {
	enum dd_task_state state; /* now */
	bool taken_back;          /* it was already */
	bool last;                /* no later decision of its class */
	bool submitted;           /* the lead has asked for completion since */
	bool worked;              /* the lead has received, reported or asked for anything since */
	bool asked;               /* another request like the one decided waits now */
};

enum dd_undo_answer {
	DD_UNDO_YES = 0,
	DD_UNDO_ALREADY,   /* taken back before */
	DD_UNDO_STATE,     /* the task's state does not allow it */
	DD_UNDO_OVERTAKEN, /* what somebody has done since would be lost */
	DD_UNDO_ANSWER_COUNT
};
enum dd_undo_answer dd_undo_ask(enum dd_decision decision, const struct dd_undo_facts *facts);

/* Right after a decision the person who took it needs no reason to undo it. `same_person`: the same
 * person, or none was told and the same unit. */
bool dd_undo_at_once(int64_t decided_us, int64_t now_us, uint32_t minutes, bool same_person);

#endif
