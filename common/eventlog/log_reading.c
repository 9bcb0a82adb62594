/* log_reading.c - see log_reading.h. */
#include "common/eventlog/log_reading.h"
#include "common/eventlog/frame_slice.h"
#include <inttypes.h>
#include <string.h>

#define SLICE_BYTES_MIN ((size_t)4 << 10)
#define STEP_BYTES      ((size_t)256 << 10)
#define READ_BYTES_MAX  ((size_t)1 << 20) /* of the log, for one answer */

void dd_log_reading_init(struct dd_log_reading *reading,
			 const struct dd_log_server_options *options)
{
	memset(reading, 0, sizeof(*reading));
	reading->log = options->log;
	reading->visible = options->visible;
	reading->arg = options->arg;
}

void dd_log_reading_fini(struct dd_log_reading *reading)
{
	dd_buf_fini(&reading->frames);
	dd_buf_fini(&reading->filtered);
}

/* --- reading ------------------------------------------------------------------------------- */

/* Whether what is at hand begins the answer: read for the same, or, in the middle of it, after a
 * slice: the slicer passes over what comes before. Only as long as the head stands: a redaction is
 * followed by an event. */
static bool at_hand(const struct dd_log_reading *reading, uint64_t after, size_t max_bytes,
		    uint64_t head)
{
	if (!reading->kept || reading->head != head)
		return false;
	return (reading->after == after && reading->max_bytes == max_bytes) ||
	       (reading->visible && after > reading->after && after < reading->last);
}

/* The sequence of the last record among the frames at hand. */
static uint64_t last_of(const struct dd_buf *frames, uint64_t after)
{
	struct dd_frame_info info;
	uint64_t last = after;

	for (size_t at = 0; at < frames->len; at += info.length) {
		if (dd_frame_info(frames->data + at, frames->len - at, &info) != 0)
			break;
		last = info.base + info.count - 1;
	}
	return last;
}

static int read_frames(struct dd_log_reading *reading, uint64_t after, size_t max_bytes,
		       struct dd_error *err)
{
	uint64_t head = dd_eventlog_head(reading->log).sequence;
	int rc;

	if (at_hand(reading, after, max_bytes, head))
		return 0;
	reading->kept = false;
	dd_buf_clear(&reading->frames);
	rc = dd_eventlog_read(reading->log, after, max_bytes, &reading->frames, err);
	if (rc != 0)
		return rc;
	reading->after = after;
	reading->last = last_of(&reading->frames, after);
	reading->max_bytes = max_bytes;
	reading->head = head;
	reading->kept = true;
	return 0;
}

/* --- everything ---------------------------------------------------------------------------- */

static int whole_frames(struct dd_log_reading *reading, const struct dd_log_want *want,
			struct dd_position *behind_out, struct dd_error *err)
{
	struct dd_frame_info info;
	int rc = read_frames(reading, want->after.sequence, want->max_bytes, err);

	for (size_t at = 0; at < reading->frames.len && rc == 0; at += info.length) {
		rc = dd_frame_info(reading->frames.data + at, reading->frames.len - at, &info);
		if (rc != 0)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "log after record %" PRIu64 ": no frame",
				       want->after.sequence);
		memcpy(behind_out->log_id, info.log_id, sizeof(behind_out->log_id));
		memcpy(behind_out->chain, info.chain_after, sizeof(behind_out->chain));
		behind_out->incarnation = info.incarnation;
		behind_out->sequence = info.base + info.count - 1;
	}
	return rc;
}

/* --- what one may see ------------------------------------------------------------------------ */

struct viewer {
	struct dd_log_reading *reading;
	const struct dd_principal *who;
};

static bool sees(void *arg, const struct dd_record *record)
{
	struct viewer *viewer = arg;

	return viewer->reading->visible(viewer->reading->arg, viewer->who, record);
}

/* What is at hand and follows the slicer's place. *more_out: there is room for more. */
static int slice_frames(struct dd_log_reading *reading, struct dd_slicer *slicer, bool *more_out,
			struct dd_error *err)
{
	const struct dd_buf *frames = &reading->frames;
	struct dd_frame_info info;
	int rc = 0;

	*more_out = frames->len > 0;
	for (size_t at = 0; at < frames->len && *more_out && rc == 0; at += info.length) {
		if (dd_frame_info(frames->data + at, frames->len - at, &info) != 0)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "log after record %" PRIu64 ": no frame",
				       slicer->at.sequence);
		if (info.base + info.count > slicer->at.sequence + 1)
			rc = dd_slicer_add(slicer, frames->data + at, &info, more_out, err);
	}
	return rc;
}

/* A reader over a poor line asks for little, and much of the log shrinks to leaves: it is read in
 * steps that are larger than what is asked for. */
static int filtered_frames(struct dd_log_reading *reading, const struct dd_log_want *want,
			   struct dd_position *behind_out, struct dd_error *err)
{
	struct viewer viewer = {.reading = reading, .who = want->who};
	bool slices = want->who->cls == DD_PRINCIPAL_OFFICE;
	size_t slice = want->max_bytes > SLICE_BYTES_MIN ? want->max_bytes : SLICE_BYTES_MIN;
	struct dd_slicer_options options = {.visible = sees,
					    .arg = &viewer,
					    .max_bytes = slices ? slice : SIZE_MAX,
					    .compact = want->compact};
	size_t step = slices && slice < STEP_BYTES ? STEP_BYTES : want->max_bytes;
	struct dd_slicer slicer;
	bool more = true;
	int rc = 0;

	dd_slicer_begin(&slicer, &options, &want->after, &reading->filtered);
	for (size_t read = 0; rc == 0 && more && read < (slices ? READ_BYTES_MAX : 1);
	     read += reading->frames.len) {
		rc = read_frames(reading, slicer.at.sequence, step, err);
		if (rc == 0)
			rc = slice_frames(reading, &slicer, &more, err);
	}
	dd_slicer_end(&slicer);
	if (slicer.at.sequence > want->after.sequence)
		*behind_out = slicer.at;
	return rc;
}

int dd_log_reading_frames(struct dd_log_reading *reading, const struct dd_log_want *want,
			  const struct dd_buf **frames_out, struct dd_position *behind_out,
			  struct dd_error *err)
{
	*frames_out = &reading->frames;
	if (!reading->visible)
		return whole_frames(reading, want, behind_out, err);
	dd_buf_clear(&reading->filtered);
	*frames_out = &reading->filtered;
	return filtered_frames(reading, want, behind_out, err);
}

/* --- places -------------------------------------------------------------------------------- */

int dd_log_reading_check(struct dd_log_reading *reading, const struct dd_position *position,
			 struct dd_error *err)
{
	static const uint8_t none[DD_ID_LEN];
	struct dd_position head = dd_eventlog_head(reading->log);
	struct dd_position ours;
	int rc;

	if (position->sequence == 0 && memcmp(position->log_id, none, DD_ID_LEN) == 0)
		return 0;
	if (memcmp(position->log_id, head.log_id, DD_ID_LEN) != 0)
		return dd_fail(err, DD_ERR_CONFLICT, "this is another log");
	if (position->sequence == 0)
		return 0;
	if (position->sequence > head.sequence)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "the follower has record %" PRIu64 ", the log ends at %" PRIu64,
			       position->sequence, head.sequence);
	rc = dd_eventlog_position(reading->log, position->sequence, &ours, err);
	if (rc != 0)
		return rc;
	if (position->incarnation != ours.incarnation ||
	    memcmp(position->chain, ours.chain, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "the follower's history differs at record %" PRIu64
			       " (incarnation %" PRIu32 " there, %" PRIu32 " here)",
			       position->sequence, position->incarnation, ours.incarnation);
	return 0;
}
