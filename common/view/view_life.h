/* view_life.h - what happens to a task beside its work: where in the unit it lies, pauses,
 * products, questions to other units, explanations of lateness, comments.
 *
 * Questions and explanations of a task hang on each other, newest first, so that they are found by
 * key. A record that holds a message is the struct, then the packed message. */
#ifndef DD_VIEW_VIEW_LIFE_H
#define DD_VIEW_VIEW_LIFE_H

#include "common/domain/task_state.h"
#include "common/view/view_answer.h"
#include "common/view/view_apply.h"

/* Rare facts; most tasks have no such record. Goes back with a decision that is taken back. */
struct view_life {
	uint64_t carried_to; /* the task that goes on with it; 0 = none */
	int32_t internal_due_day;
	int32_t pause_from_day;
	int32_t pause_until_day; /* 0 = until resumed */
	uint32_t excused_days;   /* accepted explanations: shown, changes no bucket */
	uint8_t pause_state;     /* TaskState to which it returns */
	uint8_t year_end;        /* what was decided at the year's end */
	uint8_t reserved[6];
	char division[32]; /* within the lead; "" = the unit itself */
};
_Static_assert(sizeof(struct view_life) == 64, "no padding");

/* Zeros if there is none. */
int view_life_get(struct view *view, bool with_batch, uint64_t task, struct view_life *out);
void view_life_put(struct apply *apply, const struct view_life *life);

/* --- applying ------------------------------------------------------------------------------- */

/* The state that follows (dd_task_state_after); a contradiction if none does. */
int view_move_state(struct apply *apply, enum dd_task_action action) DD_MUST_CHECK;
/* Whoever works on a task has received it. */
void view_note_received(struct apply *apply);
/* From whose command a value came: that client's own later commands are no conflict with it. What
 * the head let go is the sender's. */
void view_note_stream(const struct apply *apply, uint8_t stream_out[16]);
/* Another lead, in whose house the task lies nowhere yet. */
/* Before another unit gets it: who has reported so far keeps that. Not where a unit became another:
 * its reports are the heir's. */
void view_leave_lead(struct apply *apply, const char *to_unit);
int view_move_lead(struct apply *apply, const char *to_unit) DD_MUST_CHECK;
/* The lead has it from today, and has not received it. */
void view_assigned_anew(struct apply *apply);
/* The task is over: whatever waits for a decision or an answer waits no longer. */
int view_drop_pending(struct apply *apply) DD_MUST_CHECK;

/* --- products ------------------------------------------------------------------------------- */

/* Then the packed ReportProduct that made it so. */
struct view_product {
	uint64_t sequence;
	uint32_t number;
	uint8_t state; /* ProductState */
	uint8_t reserved[3];
};
/* Zeros (open) if nothing was reported of it. */
int view_product_get(struct view *view, bool with_batch, uint64_t task, uint32_t number,
		     struct view_product *out);

/* --- questions to other units ----------------------------------------------------------------- */

/* Then the packed AskUnit. Its own sequence names it; while it waits for an answer it is a request
 * of view_fix.h, decided by the asked unit. */
struct view_ask {
	uint64_t sequence;
	uint64_t previous;    /* the question before it; 0 = the first */
	uint64_t answered_by; /* sequence of the last answer; 0 = none */
	int32_t due_day;
	int32_t answered_day;
	uint32_t days_late; /* of the asked unit */
	uint8_t state;      /* AskState */
	uint8_t reserved[3];
	char unit[32];  /* asked */
	char asker[32]; /* for whom it was asked */
};
_Static_assert(sizeof(struct view_ask) == 104, "no padding");
/* DD_ERR_NOT_FOUND: the task has no such question. */
int view_ask_get(struct view *view, bool with_batch, uint64_t task, uint64_t ask,
		 struct view_ask *out);

/* --- explanations of lateness ------------------------------------------------------------------
 */

/* Then the packed DelayExplained. */
struct view_explanation {
	uint64_t sequence;
	uint64_t previous;
	uint64_t decided_by; /* sequence; 0 = it waits */
	int32_t from_day, to_day;
	uint32_t excused_days;
	uint8_t accepted;
	uint8_t reserved[3];
};
int view_explanation_get(struct view *view, bool with_batch, uint64_t task, uint64_t explanation,
			 struct view_explanation *out);

/* --- shared ------------------------------------------------------------------------------------
 */

/* The newest question or explanation (table VIEW_ASK or VIEW_EXPLAIN); 0 = none. */
int view_newest_get(struct view *view, bool with_batch, enum view_table table, uint64_t task,
		    uint64_t *sequence_out);
/* Keep a struct, then what was said. */
void view_record_put(struct view *view, const struct dd_key *key, const void *head, size_t size,
		     const ProtobufCMessage *said);
/* Another struct before what was said. DD_ERR_NOT_FOUND: there is no such record. */
int view_record_turn(struct view *view, const struct dd_key *key, const void *head, size_t size);

/* --- answers ------------------------------------------------------------------------------------
 */

/* What a task's page shows of all this, in the answer's memory. `judge` is how "on time" is judged,
 * `today` the day for which. */
int view_life_detail(struct answering *answering, const struct view_task *task,
		     const Dondoc__V1__TaskFields *fields, const struct dd_judge *judge,
		     int32_t today, Dondoc__V1__LifeDetail **detail_out) DD_MUST_CHECK;

/* --- keys ---------------------------------------------------------------------------------------
 */

/* Tables VIEW_ASK and VIEW_EXPLAIN: task, sequence; sequence 0 -> u64, the newest. */
static inline void view_key_of_task(struct dd_key *key, enum view_table table, uint64_t task,
				    uint64_t sequence)
{
	view_key_u64(key, table, task);
	dd_key_u64(key, sequence);
}

static inline void view_key_product(struct dd_key *key, uint64_t task, uint32_t number)
{
	view_key_u64(key, VIEW_PRODUCT, task);
	dd_key_u32(key, number);
}

/* VIEW_TALK: task, comment -> this, then the codes of the units that it mentions, each ended by a
 * zero byte; nothing if it was destroyed. The text is read from the log. */
struct view_talk {
	int32_t day; /* on which it was recorded */
	uint32_t units;
};
_Static_assert(sizeof(struct view_talk) == 8, "no padding");

static inline void view_key_talk(struct dd_key *key, uint64_t task, uint64_t comment)
{
	view_key_u64(key, VIEW_TALK, task);
	dd_key_u64(key, comment);
}

/* A unit's code, or "p" and a person in hexadecimal digits (longer than any code); newest first ->
 * u64 task. */
static inline void view_key_talk_to(struct dd_key *key, const char *recipient, uint64_t comment)
{
	view_key_text(key, VIEW_TALK_TO, recipient);
	dd_key_u64(key, comment ^ UINT64_MAX);
}

#endif
