/* fan_out.h - a task that many units answer, each with a part of its own ("126 xã, phường"): how it
 * stands follows from its parts, and from nothing else.
 *
 * Parts that were cancelled or went into the next year leave the base. It is completed when all
 * that are left are, on the day of the last of them; late if one of them was. Before that it is
 * overdue as soon as one part that is still open is. */
#ifndef DD_DOMAIN_FAN_OUT_H
#define DD_DOMAIN_FAN_OUT_H

#include "common/domain/task_state.h"

/* All parts taken together; zeros = none yet. Filled by dd_fan_out_add alone. */
struct dd_fan_out {
	uint32_t parts;
	uint32_t in[DD_TASK_STATE_COUNT];
	uint32_t late_done, late_open;  /* of the base */
	uint32_t late_unexplained;      /* of both */
	bool done_with_term;            /* a completed one had a due day */
	int32_t next_due_day;           /* of the open ones; 0 = none has one */
	int32_t last_submitted_day;     /* of those that were handed in and not sent back */
	int32_t worst_done, worst_open; /* days late; 0 = none is */
};

/* `explained`: its lateness was, and that was accepted. */
void dd_fan_out_add(struct dd_fan_out *fan_out, const struct dd_task_clock *part, bool explained,
		    const struct dd_judge *judge, int32_t today);

/* The next three: of one that has parts. */
enum dd_task_state dd_fan_out_state(const struct dd_fan_out *fan_out);
enum dd_bucket dd_fan_out_bucket(const struct dd_fan_out *fan_out);
/* As its worst part; 0 = in time, or its clock stands still. */
int32_t dd_fan_out_days_late(const struct dd_fan_out *fan_out);
/* It is late, and all its parts that are have been explained. */
bool dd_fan_out_excused(const struct dd_fan_out *fan_out);

#endif
