/* task_visible.h - which records of the log a reader may see. The services of this machine see all;
 * an office sees what is everybody's, what names its unit, and of tasks what it may be shown of
 * them (common/view/view_visible.h); whoever else sees nothing.
 *
 * A record is judged by its header and by how its task stands now: a unit that led a task once and
 * does not any more reads nothing of it. What names no unit of its own is only shown where its type
 * is listed as everybody's: a type that comes to be added is hidden until somebody decides. */
#ifndef TASK_VISIBLE_H
#define TASK_VISIBLE_H

#include "common/eventlog/log_server.h"
#include "common/net/bus.h"
#include "common/view/view_visible.h"

/* For dd_log_server_options.look and .visible; `arg` is a struct view_visible_reader of the calling
 * thread. NULL: judged by the header alone. */
void task_query_look(void *arg, const struct dd_record *record, struct dd_log_facts *facts_out);
bool task_query_visible(void *arg, const struct dd_principal *who, const struct dd_record *record,
			const struct dd_log_facts *facts);

#endif
