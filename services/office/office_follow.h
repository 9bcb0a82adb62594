/* office_follow.h - follows the centre's log: what comes is verified, kept, and shown by the view.
 *
 *   FOLLOWING --the log is behind our place, or differs--> SEARCHING: the last place that both have
 *   SEARCHING --a new incarnation begins there--> what lies behind is forgotten, FOLLOWING
 *   SEARCHING --no new incarnation: the log was changed--> STOPPED, looked at again later
 *
 * While it is stopped, what was followed stays and is shown: it is a witness of what the log was.
 */
#ifndef OFFICE_FOLLOW_H
#define OFFICE_FOLLOW_H

#include "services/office/office.h"

struct office_follow;

/* `office` is borrowed; its store and replica are there already. */
int office_follow_open(struct office *office, struct office_follow **follow_out,
		       struct dd_error *err) DD_MUST_CHECK;
void office_follow_close(struct office_follow *follow); /* NULL is fine */

/* The centre can be reached again: the log is not waited for longer than that. NULL is fine. */
void office_follow_link_up(struct office_follow *follow);

/* Nothing is missing as far as the centre has told, and it tells at once when there is more. */
bool office_follow_at_head(const struct office_follow *follow);
/* From now on with another key. */
void office_follow_rekey(struct office_follow *follow, const struct dd_curve_key *key);
/* Somebody waits: what has come is kept and shown now. */
void office_follow_hurry(struct office_follow *follow);
/* What keeps it from following, in words for a person; "" = nothing. */
const char *office_follow_trouble(const struct office_follow *follow);

/* The address of the log, from the settings; the caller frees it. NULL with words: it cannot be
 * told from that of the centre. */
char *office_follow_endpoint(const struct office_config *config, struct dd_error *err);

#endif
