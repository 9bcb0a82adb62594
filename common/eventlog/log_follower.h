/* log_follower.h - follows a log over the bus and verifies every frame, or slice of one. */
#ifndef DD_EVENTLOG_LOG_FOLLOWER_H
#define DD_EVENTLOG_LOG_FOLLOWER_H

#include "common/eventlog/eventlog.h"
#include "common/net/bus.h"

struct dd_follower;

/* One verified frame, in order. `after` is the position behind it. Return 0 when frame and position
 * are durable together (or will be, in the caller's transaction); another code stops the follower.
 */
typedef int dd_follow_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
			    const struct dd_position *after, struct dd_error *err);
/* The follower has stopped for good: it is ahead of the log, differs from it, or on_frame said so.
 */
typedef void dd_follow_stopped(void *arg, int err, const struct dd_error *why);
/* At the head of the log for the first time since open, and then whenever it gets there again. */
typedef void dd_follow_caught_up(void *arg, const struct dd_position *head);

struct dd_follower_options {
	struct dd_bus_client *client; /* borrowed */
	struct dd_position from;      /* log_id zero and sequence 0 = from the beginning */
	dd_follow_frame *on_frame;
	dd_follow_stopped *on_stopped;
	dd_follow_caught_up *on_caught_up; /* may be NULL */
	void *arg;
	/* For readers who may not see everything, over lines of any kind: frames come as slices
	 * and runs of leaves (frame.h), and how much is asked for at once follows the line: from
	 * 16 KiB, down to 4 KiB where answers stay away, up to 256 KiB where they come fast. */
	bool poor_line;
};

int dd_follower_open(const struct dd_follower_options *options, struct dd_follower **follower_out,
		     struct dd_error *err) DD_MUST_CHECK;
void dd_follower_close(struct dd_follower *follower);

#endif
