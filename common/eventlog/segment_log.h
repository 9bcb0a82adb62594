/* segment_log.h - what the files of the embedded backend share; nobody else includes it.
 *
 * Three parties: the owner, who appends; the committer (a thread, or dd_eventlog_run), who alone
 * writes; readers on any thread. What readers see lies under `lock`; segments themselves never
 * change below their durable end. */
#ifndef DD_EVENTLOG_SEGMENT_LOG_H
#define DD_EVENTLOG_SEGMENT_LOG_H

#include "common/eventlog/checkpoint.h"
#include "common/eventlog/eventlog.h"
#include "common/eventlog/segment_index.h"
#include "common/eventlog/segment_scan.h"
#include "common/eventlog/segment_spare.h"
#include <pthread.h>
#include <stdatomic.h>

#define DD_RECENT 512u /* frames at the head whose places are known exactly; a power of two */

/* An open segment that readers may still use when the committer has moved on. */
struct dd_segment_fd {
	int fd;
	int refs; /* under the log's lock */
};

struct dd_listener {
	void (*on_head)(void *arg);
	void *arg;
};

/* Where the owner leaves a frame for the committer. */
struct dd_handover {
	_Atomic uint32_t state; /* enum in segment_log.c; also the futex */
	_Atomic bool closing;
	struct dd_buf *frame; /* borrowed */
	dd_append_done *done;
	void *arg;
};

struct dd_eventlog {
	char *dir; /* owned */
	uint64_t segment_bytes;
	bool inline_commit;
	bool read_only;
	int lock_fd;
	struct dd_checkpoint_key key;
	struct dd_spares *spares;
	pthread_t thread;
	bool started; /* the thread runs */
	struct dd_handover handover;

	/* the committer's own */
	struct dd_segment_header header; /* of the active segment */
	char *path;                      /* owned; of the active segment */
	uint64_t tail;
	bool closed; /* the active segment has its end; the next one is not there yet */
	bool dead;   /* a write or flush failed: what is on disk is not known */
	struct dd_merkle tree;
	char *spare; /* owned: taken, to become the next segment */
	struct dd_buf leaves, chains, scratch;
	bool checkpoint_due;
	int64_t checkpoint_us; /* monotonic, of the last attempt */

	pthread_mutex_t work; /* held while the files are changed: by a commit or a redaction */
	pthread_mutex_t lock; /* over what follows */
	struct dd_segment_fd *fd;
	struct dd_position head;
	int64_t head_us;
	uint32_t incarnation; /* of the next frame; that of the head until another one is begun */
	struct dd_segment_index *segments; /* owned, ascending; the last is the active one */
	size_t count, room;
	size_t indexed; /* so many segments have their index file */
	struct dd_index_entry recent[DD_RECENT];
	uint64_t recent_count; /* ever added; all of the active segment */
	struct dd_eventlog_stats stats;

	pthread_mutex_t withheld_lock;
	struct dd_redact *withheld; /* owned: words that nobody gets any more; ascending */
	atomic_size_t withheld_count;

	pthread_mutex_t listen_lock;
	struct dd_listener *listeners; /* owned */
	size_t listener_count;
};

/* --- segment_recover.c */
/* Fill a new log from its folder. Writes only what recovery writes, and nothing before all that
 * can be wrong has been looked at. */
int dd_log_recover(struct dd_eventlog *log, const struct dd_eventlog_options *options,
		   struct dd_error *err) DD_MUST_CHECK;

/* --- segment_roll.c */
/* Make a spare the segment that follows the head: header, flush, name, flush. Sets path, header,
 * tail and tree. DD_ERR_FULL: may be called again. */
int dd_log_activate(struct dd_eventlog *log, const uint8_t previous_root[DD_HASH_LEN],
		    struct dd_error *err) DD_MUST_CHECK;
/* End the active segment and begin the next one. DD_ERR_FULL: nothing is lost, may be called again.
 */
int dd_log_roll(struct dd_eventlog *log, struct dd_error *err) DD_MUST_CHECK;
/* What may wait until the owner has been answered: index files, checkpoint. */
void dd_log_tidy(struct dd_eventlog *log);
bool dd_log_tidy_due(const struct dd_eventlog *log);
void dd_log_checkpoint(struct dd_eventlog *log);

/* --- segment_commit.c */
/* Seal, write, flush, publish. On success log->chains has the chain after each record. */
int dd_log_commit(struct dd_eventlog *log, struct dd_buf *frame,
		  struct dd_error *err) DD_MUST_CHECK;
/* Write at the tail and flush; `data` may grow room behind its end. DD_ERR_FULL: provably nothing
 * is there. */
int dd_log_write(struct dd_eventlog *log, struct dd_buf *data, struct dd_error *err) DD_MUST_CHECK;
int dd_log_flush(struct dd_eventlog *log, int fd, const char *path,
		 struct dd_error *err) DD_MUST_CHECK;

/* --- segment_read.c */
/* dd_eventlog_get, of what is withheld too. */
int dd_log_get_stored(struct dd_eventlog *log, uint64_t sequence, struct dd_buf *out,
		      struct dd_record *record_out, struct dd_error *err) DD_MUST_CHECK;

/* --- segment_withhold.c */
/* Of the frames in `frames` from byte `from` on, without what is withheld. */
int dd_log_withhold_from(struct dd_eventlog *log, struct dd_buf *frames, size_t from,
			 struct dd_error *err) DD_MUST_CHECK;

/* --- segment_log.c */
struct dd_segment_index *dd_log_add_segment(struct dd_eventlog *log); /* lock held, or alone */
/* One more frame of the active segment. Lock held, or alone. */
void dd_log_add_frame(struct dd_eventlog *log, const struct dd_frame_info *info, uint64_t offset);
void dd_log_set_fd(struct dd_eventlog *log, int fd); /* gives the former one up */
void dd_log_release_fd(struct dd_eventlog *log, struct dd_segment_fd *fd);

#endif
