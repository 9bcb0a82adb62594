/* segment_spare.h - zeroed segment files kept ahead of need, so that a flush of the log changes no
 * metadata. Made by a thread of their own, or on demand without one. A spare is a file `spare-N` of
 * the right size, all real zeros, flushed; it is built under `spare-N.tmp`. */
#ifndef DD_EVENTLOG_SEGMENT_SPARE_H
#define DD_EVENTLOG_SEGMENT_SPARE_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct dd_spares;

/* `wanted` ones are kept if `threaded`. Spares left over from before are looked at and used if
 * good. */
struct dd_spares *dd_spares_new(const char *dir, uint64_t size, int wanted, bool threaded);
void dd_spares_free(struct dd_spares *spares); /* joins the thread; NULL is fine */

/* Take one, waiting for it to be made if need be; *path_out is owned by the caller. DD_ERR_FULL if
 * there is no space for one. */
int dd_spares_take(struct dd_spares *spares, char **path_out, struct dd_error *err) DD_MUST_CHECK;

/* Seconds until the next try of the thread after so many failures in a row: 1, 2, 4 ... 60. */
unsigned dd_spares_pause(unsigned failures);

#endif
