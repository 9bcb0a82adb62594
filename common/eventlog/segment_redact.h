/* segment_redact.h - records lose their bodies for good: each segment that has some of them is
 * written anew, as its next generation, with body and salt blanked. Headers, leaves, chain and
 * Merkle roots stay, so everything that was signed or kept as a receipt is true as before. */
#ifndef DD_EVENTLOG_SEGMENT_REDACT_H
#define DD_EVENTLOG_SEGMENT_REDACT_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/frame_blank.h"

/* Blank these records, whose sequences ascend. On the owner's thread while no append is
 * outstanding; readers go on meanwhile. *generation_out is the highest generation among the
 * segments that hold them.
 *
 * A new generation is a file of its own that is written, checked and flushed before it takes the
 * old one's name, in one step, and the folder is flushed before this returns. So whenever the
 * process or the power ends, each segment is whole, of the old generation or of the new one. The
 * record that makes it go on is the caller's: what is ordered and not yet told as done in the log
 * is done again, which costs nothing where it was done before. Leftovers are removed at the next
 * opening.
 *
 * DD_ERR_INVALID: a sequence that the log does not have. DD_ERR_FULL: no space for a new
 * generation; some segments may be done. DD_ERR_CORRUPT: the segment is damaged; it is not touched.
 * DD_ERR_IO: the log is dead as after a failed append. */
int dd_eventlog_redact(struct dd_eventlog *log, const struct dd_redact *records, size_t count,
		       uint32_t *generation_out, struct dd_error *err) DD_MUST_CHECK;

/* Whoever reads the log from now on, in this process, gets these records blanked, as if that were
 * done already; in place of those that were named before. In any order; copied. Any thread. */
void dd_eventlog_withhold(struct dd_eventlog *log, const struct dd_redact *records, size_t count);

#endif
