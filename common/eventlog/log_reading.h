/* log_reading.h - the frames that one reader gets: read, kept for the next reader, and filtered.
 * Knows nothing of sockets. */
#ifndef DD_EVENTLOG_LOG_READING_H
#define DD_EVENTLOG_LOG_READING_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/log_pages.h"
#include "common/eventlog/log_server.h"

struct dd_log_reading {
	struct dd_eventlog *log;
	dd_log_visible *visible; /* NULL = everything */
	void *arg;
	/* What was read last for those who get whole frames: at the head they ask for the same
	 * bytes one after the other. */
	struct dd_buf frames;
	uint64_t after;
	size_t max_bytes;
	uint64_t head;
	uint64_t rewrites; /* of the log: what was destroyed since is not handed out again */
	bool kept;
	struct log_pages pages; /* what offices read */
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

/* Whom the records concern that were looked at; by hashes, so it may be somebody else as well. */
#define LOG_NAMES_BITS 16384u
struct dd_log_names {
	bool everybody;
	uint64_t bits[LOG_NAMES_BITS / 64];
};
uint32_t dd_log_names_of(const char *unit); /* which bit */
bool dd_log_names_has(const struct dd_log_names *names, uint32_t bit);
/* Add those of the records behind `after`, up to the head: of so many that nobody is to wait for
 * the answer, everybody. */
int dd_log_reading_names(struct dd_log_reading *reading, uint64_t after, struct dd_log_names *names,
			 struct dd_error *err) DD_MUST_CHECK;

/* Whether `position` is a place in the log. 0, DD_ERR_CONFLICT (ahead of the log or different from
 * it, with words for the follower), or what reading the log gave. */
int dd_log_reading_check(struct dd_log_reading *reading, const struct dd_position *position,
			 struct dd_error *err) DD_MUST_CHECK;

#endif
