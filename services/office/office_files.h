/* office_files.h - the engine that brings evidence to the centre after the reports that name it.
 *
 * Like office_core it knows no sockets and no clock. One file at a time, the one with the least
 * left first; one piece of it on the way, when no report is:
 *
 *   link up -> ask (FilePut of no bytes) -> from where the centre is: piece after piece -> complete
 *     line broken, no answer   ask again: at most the piece on the way is lost
 *     busy                     pause, growing, without end; told
 *     refused                  the next report that names the file may find another judgement; then
 *                              it is parked and told, and asked about once a day
 *     another hash             what is kept here is looked at: damaged is parked, else once more
 *
 * A file that is at the centre is kept until a backup covers it; a centre that was restored is
 * asked whether it still has it. Nothing but that the file is at the centre needs to be known
 * durably: the centre knows how far it has come.
 *
 * Functions that return int: 0, or DD_ERR_IO / DD_ERR_CORRUPT, after which the process must end. */
#ifndef OFFICE_FILES_H
#define OFFICE_FILES_H

#include "common/files/files.h"
#include "common/net/bus.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "services/office/office_hours.h"
#include "services/office/office_outbox_files.h"

struct office_files;

struct office_files_options {
	struct office_outbox *outbox; /* borrowed */
	struct dd_files *files;       /* borrowed; the contents */
	struct office_hours hours;
	uint32_t kbps; /* 0 = no limit */
	uint32_t retry_ms;
	bool send; /* false: nothing leaves */
	bool keep; /* also what a backup covers */
	uint64_t seed;
	/* Whether reports are on their way or about to go. */
	bool (*reports_first)(void *arg);
	uint64_t (*next_id)(void *arg);
	/* As office_core_options.send_out. */
	int (*send_out)(void *arg, uint64_t id, const uint8_t *data, size_t len,
			uint32_t deadline_ms);
	void *arg;
};

int office_files_open(const struct office_files_options *options, struct office_files **files_out,
		      struct dd_error *err) DD_MUST_CHECK;
void office_files_close(struct office_files *files); /* NULL is fine */

/* Before each of the following: what time it is. */
void office_files_time(struct office_files *files, int64_t wall_us, int64_t mono_us);

int office_files_link(struct office_files *files, enum dd_link link,
		      struct dd_error *err) DD_MUST_CHECK;
int office_files_reply(struct office_files *files, uint64_t id, int result, const uint8_t *data,
		       size_t len, struct dd_error *err) DD_MUST_CHECK;
/* Time has passed, a report was saved or answered; harmless at any time. */
int office_files_wake(struct office_files *files, struct dd_error *err) DD_MUST_CHECK;
/* The monotonic time at which office_files_wake is wanted; INT64_MAX = never. */
int64_t office_files_due(const struct office_files *files);

/* The content of a file is here, whole and durable. */
int office_files_came(struct office_files *files, const uint8_t hash[DD_HASH_LEN],
		      struct dd_error *err) DD_MUST_CHECK;
/* The centre says so of a file, by another way than the line. *whole_out: it is there now, whole.
 * Anything else is left to the line. */
int office_files_told(struct office_files *files, const uint8_t hash[DD_HASH_LEN],
		      const Dondoc__V1__FileState *state, bool *whole_out,
		      struct dd_error *err) DD_MUST_CHECK;
/* A backup of the centre covers its log up to `sequence` of the incarnation. */
int office_files_covered(struct office_files *files, uint32_t incarnation, uint64_t sequence,
			 struct dd_error *err) DD_MUST_CHECK;
/* The centre's log goes on under this incarnation: what is not covered is asked about again. */
int office_files_incarnation(struct office_files *files, uint32_t incarnation,
			     struct dd_error *err) DD_MUST_CHECK;
/* Two persons had the file destroyed at the centre: it is destroyed here too, and not sent. */
int office_files_destroyed(struct office_files *files, const uint8_t hash[DD_HASH_LEN],
			   struct dd_error *err) DD_MUST_CHECK;
/* Whether the content must stay (for dd_files_sweep). */
bool office_files_claimed(void *arg, const uint8_t hash[DD_HASH_LEN]);

/* The numbers are those of dondoc.v1.OutboxFileWait. */
enum office_file_wait {
	OFFICE_WAIT_NOTHING,
	OFFICE_WAIT_CONTENT,
	OFFICE_WAIT_REPORT,
	OFFICE_WAIT_OFF,
	OFFICE_WAIT_LINK,
	OFFICE_WAIT_HOURS,
	OFFICE_WAIT_TURN,
	OFFICE_WAIT_CENTRE
};

struct office_file_shown {
	struct office_file file;
	enum office_file_wait wait;
	int64_t until_us; /* on the wall clock; 0 = not known */
};
/* What is on its way or parked, in no order; `on_file` returns false to stop. */
void office_files_walk(const struct office_files *files,
		       bool (*on_file)(void *arg, const struct office_file_shown *shown),
		       void *arg);

struct office_files_status {
	uint32_t waiting; /* files on their way, with content or without */
	uint32_t parked;  /* refused or damaged: a person should look */
	uint64_t left;    /* bytes that the centre has not yet */
	uint64_t sent;    /* bytes of content that left since the start, also those lost */
	char trouble[OFFICE_REASON_TEXT]; /* why the centre does not take any; empty = it does */
};
void office_files_status(const struct office_files *files, struct office_files_status *status_out);

#endif
