/* image.h - disk images of a log after a power loss: made from a recorded run, and judged. */
#ifndef TESTS_SYSTEM_IMAGE_H
#define TESTS_SYSTEM_IMAGE_H

#include "tests/system/replay.h"
#include "tests/system/station.h"

/* Start the station with the recorder, writing to `recording`; `fault` as for
 * station_start_faulty, NULL = none. False: it did not become ready. */
bool image_start_recorded(struct station *station, const char *recording, const char *fault);

enum image_state {
	IMAGE_GOOD,
	IMAGE_LOSING, /* it opens, but the history disagrees */
	IMAGE_BROKEN  /* it does not open, or does not verify */
};
/* Let the power go after `upto` records of the replay; open what is left, as dondoc-task would,
 * verify it, compare it with what clients knew at that moment. */
enum image_state image_judge(const struct station *station, struct replay *replay, size_t upto,
			     uint64_t *random, struct test_verdict *verdict_out);

#endif
