/* office_replica.h - the office's own view: built from what is kept of the centre's log
 * (office_kept.h), with the link or without, and asked like the centre.
 *
 * It lies in <data_dir>/view-<generation>. Another generation of what is kept has another folder,
 * so that a view is never built upon what it does not fit to; all folders may be deleted at any
 * time while the service does not run. */
#ifndef OFFICE_REPLICA_H
#define OFFICE_REPLICA_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/office/office_kept.h"

struct office_replica;

struct office_replica_options {
	struct dd_store *store; /* borrowed, as the texts */
	const char *data_dir;
	const char *unit;
};
/* The view is there and shows all that is kept when this returns; see also office_replica_trouble.
 */
int office_replica_open(const struct office_replica_options *options,
			struct office_replica **replica_out, struct dd_error *err) DD_MUST_CHECK;
void office_replica_close(struct office_replica *replica); /* NULL is fine */
/* Whoever changes it calls office_replica_follow afterwards. */
struct office_kept *office_replica_kept(struct office_replica *replica);

/* Bring the view to what is kept. What it cannot take is told by office_replica_trouble and does
 * not end the process; DD_ERR_IO does. */
int office_replica_follow(struct office_replica *replica, struct dd_error *err) DD_MUST_CHECK;
/* What keeps the view back, in words for a person; "" = nothing. */
const char *office_replica_trouble(const struct office_replica *replica);

/* What the view shows. Sequence 0: nothing yet. */
const struct dd_position *office_replica_at(const struct office_replica *replica);
/* The centre's log was followed to its end once and the tasks were compared: before that, the view
 * would tell only half of the truth. */
bool office_replica_ready(const struct office_replica *replica);

/* The answer that the centre would give the unit's office, packed; `out` is cleared first. `query`
 * is narrowed. DD_ERR_RETRY: not ready. DD_ERR_UNSUPPORTED: not a question for a view. Else as
 * view_query, or DD_ERR_REFUSED. */
int office_replica_answer(struct office_replica *replica, Dondoc__V1__Query *query, int32_t today,
			  struct dd_buf *out, struct dd_error *err) DD_MUST_CHECK;

/* Whether the values of the report `sequence` about `task` wait for a person beside others'.
 * DD_ERR_RETRY: the view does not show that report yet. */
int office_replica_conflict(struct office_replica *replica, uint64_t task, uint64_t sequence,
			    bool *conflict_out);

#endif
