/* restore_mark.h - the file beside a restored log that says so: the log's owner begins a new
 * incarnation before anything else is appended, and takes the mark away when that is durable.
 *
 * Text, one line each: "dondoc restored 1", "log HEX", "sequence N", "chain HEX", "from N" (the
 * incarnation of that record), "incarnation N" (the one to begin), "reason TEXT". */
#ifndef DD_EVENTLOG_RESTORE_MARK_H
#define DD_EVENTLOG_RESTORE_MARK_H

#include "common/eventlog/eventlog.h"

#define DD_RESTORE_MARK   "RESTORED"
#define DD_RESTORE_REASON 200

struct dd_restore_mark {
	struct dd_position at; /* where the backup ended */
	uint32_t incarnation;  /* above that of `at` */
	char reason[DD_RESTORE_REASON];
};

/* Durably, in `dir`, which is the folder that holds the log's. */
int dd_restore_mark_write(const char *dir, const struct dd_restore_mark *mark,
			  struct dd_error *err) DD_MUST_CHECK;
/* DD_ERR_NOT_FOUND: there is none. DD_ERR_CORRUPT: it cannot be read as one. */
int dd_restore_mark_read(const char *dir, struct dd_restore_mark *mark_out,
			 struct dd_error *err) DD_MUST_CHECK;
int dd_restore_mark_remove(const char *dir, struct dd_error *err) DD_MUST_CHECK;

/* Whether the open log is the one that was restored. *begun_out: its new incarnation stands in it
 * already. DD_ERR_REFUSED: it is another one, or it went on without. */
int dd_restore_mark_fits(const struct dd_restore_mark *mark, struct dd_eventlog *log,
			 bool *begun_out, struct dd_error *err) DD_MUST_CHECK;

#endif
