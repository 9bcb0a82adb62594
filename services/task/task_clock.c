/* task_clock.c - a clock that is wrong makes facts that are wrong for ever: a jump of more than 10
 * minutes against the monotonic clock, or 31 days of silence at start, holds commands until an
 * operator has looked. */
#include "services/task/task_batch.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/sys.h"

#define JUMP_US    (600 * DD_SECOND_US)
#define SILENCE_US (31 * DD_DAY_US)

/* A clock that jumped makes facts wrong for ever: hold commands until an operator has looked. */
void task_engine_watch_clock(struct task_engine *engine)
{
	int64_t offset = dd_wall_us() - dd_mono_us();
	int64_t jump = offset - engine->offset_us;

	if (engine->held[0] != '\0' || (jump < JUMP_US && jump > -JUMP_US))
		return;
	snprintf(engine->held, sizeof(engine->held),
		 "the clock jumped by %" PRId64
		 " s; set it right, then: dondoc clock confirm --reason ...",
		 jump / DD_SECOND_US);
	dd_log(DD_LOG_ERROR, "task.clock_jumped", dd_f_int("seconds", jump / DD_SECOND_US));
}

void task_clock_start(struct task_engine *engine)
{
	int64_t now = dd_wall_us();
	int64_t since = now - engine->last_record_us;

	engine->offset_us = now - dd_mono_us();
	if (dd_sys_trial() || engine->last_record_us == 0)
		return;
	if (since > SILENCE_US)
		snprintf(engine->held, sizeof(engine->held),
			 "the last record is %" PRId64
			 " days old; if the clock is right: dondoc clock confirm --reason ...",
			 since / DD_DAY_US);
	else if (since < -JUMP_US)
		snprintf(engine->held, sizeof(engine->held),
			 "the clock is %" PRId64 " s behind the last record; set it right, then: "
			 "dondoc clock confirm --reason ...",
			 -since / DD_SECOND_US);
	if (engine->held[0] != '\0')
		dd_log(DD_LOG_ERROR, "task.clock_doubtful", dd_f_text("why", engine->held));
}

const char *task_engine_held(const struct task_engine *engine)
{
	return engine->held[0] != '\0' ? engine->held : NULL;
}

void task_clock_release(struct task_engine *engine)
{
	engine->offset_us = dd_wall_us() - dd_mono_us();
	engine->held[0] = '\0';
	dd_log0(DD_LOG_INFO, "task.clock_confirmed");
}
