/* task_outgoing.h - what waits for the head of its unit before it leaves. */
#ifndef TASK_OUTGOING_H
#define TASK_OUTGOING_H

#include "services/task/task_rules.h"

/* Where the unit wants it (policy "approval"), what is sent by another than its head, or who stands
 * in for him, becomes an OutgoingHeld instead of the events in *out: the rule has passed now, and
 * is judged again when the head lets it go. So is what a division sends about the unit's task, and
 * what comes without a person, where the unit has a head: that it says nothing of who sent it lets
 * nothing by. */
void task_outgoing_hold(const struct task_case *c, enum dd_command_kind kind,
			struct task_outcome *out);

#endif
