/* task_daily.h - what the task service does by itself when days come: instances of recurring tasks,
 * units that change, files that have arrived.
 *
 * Everything it does is a command under a natural identity (its stream is made of what it is about,
 * its number is 1, or the next one after a refusal), put into the queue as any other: a restart on
 * the same day asks again and gets the same answer, and nothing depends on the clock in replay.
 * While the clock is doubtful nothing is done. */
#ifndef TASK_DAILY_H
#define TASK_DAILY_H

#include "common/base/clock.h"
#include "services/task/task_engine.h"

#define TASK_DAILY_SWEEP_AFTER_US (3600 * DD_SECOND_US) /* since the service began */

struct task_daily {
	struct task_engine *engine; /* borrowed */
	struct view *view;          /* borrowed */
	struct dd_eventlog *log;    /* borrowed; nothing is destroyed where it is NULL */
	struct dd_files *files;     /* borrowed; no file arrives where it is NULL */
	int32_t done_day;           /* the last day looked at; 0 = none */
	uint64_t seen;              /* the view's sequence then */
	int64_t again_us;           /* monotonic: not sooner on the same day */
	int64_t waits_us;           /* monotonic: since when LMDB lags; 0 = it does not */
	int32_t swept_day; /* on which files were last looked for that nobody has; 0 = none */
	/* Monotonic: not sooner. Whoever sent a file before a long stop comes back first. */
	int64_t sweeps_us;
};

/* Once a second: looks when the day has changed, and every minute in which something was recorded:
 * what is new may be due today. Walks LMDB: waits until it has everything. */
void task_daily_tick(struct task_daily *daily);

/* What a command is about. `changed`: the last event that changed it; 0 = it does not change.
 * `open`: it is still not done, whatever became of its command: what was refused is tried again
 * once the rule would do it, whatever the reason was. */
struct task_daily_matter {
	const void *bytes;
	size_t len;
	uint64_t changed;
	bool open;
};

/* Put a command into the queue as the task service. `purpose` and `about` make the stream: the
 * first 16 bytes of BLAKE2b(bytes) for this purpose (at most 16 bytes of text). The answer is not
 * waited for: the view shows whether it was done, and view_daily.h what was refused. False: it was
 * decided before, and if it was refused it would be again: it is not asked again. */
bool task_daily_submit(struct task_daily *daily, const char *purpose,
		       const struct task_daily_matter *about, const Dondoc__V1__CommandBody *body);

/* Each looks at one kind of matter and submits what is due by `today`. */
void task_daily_instances(struct task_daily *daily, int32_t today);
void task_daily_units(struct task_daily *daily, int32_t today);
void task_daily_files(struct task_daily *daily, int32_t today);

#endif
