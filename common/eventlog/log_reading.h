/* log_reading.h - the frames that one reader gets: read, kept for the next reader at the same
 * place, and filtered. Knows nothing of sockets. */
#ifndef DD_EVENTLOG_LOG_READING_H
#define DD_EVENTLOG_LOG_READING_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/log_server.h"

struct dd_log_reading {
	struct dd_eventlog *log;
	dd_log_visible *visible; /* NULL = everything */
	void *arg;
	/* What was read last: followers at the head ask for the same bytes one after the other. */
	struct dd_buf frames;
	uint64_t after;
	uint64_t last; /* of it */
	size_t max_bytes;
	uint64_t head;
	bool kept;
	struct dd_buf filtered; /* what one reader gets of it */
};

void dd_log_reading_init(struct dd_log_reading *reading,
			 const struct dd_log_server_options *options);
void dd_log_reading_fini(struct dd_log_reading *reading);

struct dd_log_want {
	const struct dd_principal *who;
	struct dd_position after; /* checked */
	size_t max_bytes;
	bool compact;
};

/* The frames that are wanted, as `who` may see them, and the position behind the last of them.
 * An office gets slices (frame_slice.h); whoever else, whole frames. Borrowed until the next call.
 * Nothing at the head: *frames_out is empty and *behind_out is not touched. */
int dd_log_reading_frames(struct dd_log_reading *reading, const struct dd_log_want *want,
			  const struct dd_buf **frames_out, struct dd_position *behind_out,
			  struct dd_error *err) DD_MUST_CHECK;

/* Whether `position` is a place in the log. 0, DD_ERR_CONFLICT (ahead of the log or different from
 * it, with words for the follower), or what reading the log gave. */
int dd_log_reading_check(struct dd_log_reading *reading, const struct dd_position *position,
			 struct dd_error *err) DD_MUST_CHECK;

#endif
