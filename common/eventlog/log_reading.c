/* log_reading.c - see log_reading.h. */
#include "common/eventlog/log_reading.h"
#include <inttypes.h>
#include <string.h>

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

static int read_frames(struct dd_log_reading *reading, uint64_t after, size_t max_bytes,
		       struct dd_error *err)
{
	uint64_t head = dd_eventlog_head(reading->log).sequence;
	int rc;

	if (reading->kept && reading->after == after && reading->max_bytes == max_bytes &&
	    reading->head == head)
		return 0;
	reading->kept = false;
	dd_buf_clear(&reading->frames);
	rc = dd_eventlog_read(reading->log, after, max_bytes, &reading->frames, err);
	if (rc != 0)
		return rc;
	reading->after = after;
	reading->max_bytes = max_bytes;
	reading->head = head;
	reading->kept = true;
	return 0;
}

struct viewer {
	struct dd_log_reading *reading;
	const struct dd_principal *who;
};

static bool sees(void *arg, const struct dd_record *record)
{
	struct viewer *viewer = arg;

	return viewer->reading->visible(viewer->reading->arg, viewer->who, record);
}

static bool sees_all(struct viewer *viewer, const uint8_t *frame, const struct dd_frame_info *info)
{
	struct dd_frame_iter iter;
	struct dd_record record;

	dd_frame_iter(&iter, frame, info);
	while (dd_frame_next(&iter, &record))
		if (record.kind != DD_RECORD_LEAF && !sees(viewer, &record))
			return false;
	return true;
}

static int add_frame(struct viewer *viewer, const uint8_t *frame, const struct dd_frame_info *info,
		     struct dd_error *err)
{
	if (!sees_all(viewer, frame, info))
		return dd_frame_filter(frame, info, sees, viewer, &viewer->reading->filtered, err);
	dd_buf_add(&viewer->reading->filtered, frame, info->length);
	return 0;
}

int dd_log_reading_frames(struct dd_log_reading *reading, const struct dd_log_want *want,
			  const struct dd_buf **frames_out, struct dd_position *behind_out,
			  struct dd_error *err)
{
	struct viewer viewer = {.reading = reading, .who = want->who};
	struct dd_frame_info info;
	size_t at;
	int rc = read_frames(reading, want->after, want->max_bytes, err);

	dd_buf_clear(&reading->filtered);
	for (at = 0; at < reading->frames.len && rc == 0; at += info.length) {
		const uint8_t *frame = reading->frames.data + at;

		rc = dd_frame_info(frame, reading->frames.len - at, &info);
		if (rc != 0)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "log after record %" PRIu64 ": no frame", want->after);
		if (reading->visible)
			rc = add_frame(&viewer, frame, &info, err);
		memcpy(behind_out->log_id, info.log_id, sizeof(behind_out->log_id));
		memcpy(behind_out->chain, info.chain_after, sizeof(behind_out->chain));
		behind_out->incarnation = info.incarnation;
		behind_out->sequence = info.base + info.count - 1;
	}
	*frames_out = reading->visible ? &reading->filtered : &reading->frames;
	return rc;
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
