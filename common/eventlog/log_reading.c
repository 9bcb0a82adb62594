/* log_reading.c - see log_reading.h. */
#include "common/eventlog/log_reading.h"
#include "common/eventlog/frame_slice.h"
#include <inttypes.h>
#include <string.h>

#define SLICE_BYTES_MIN ((size_t)4 << 10)
#define READ_BYTES_MAX  ((size_t)1 << 20) /* of the log, for one answer */
#define HIDE_MIN        16   /* hidden side by side: worth more than the slicer's way */
#define NAMES_MAX       4096 /* records, to tell whom they concern */

void dd_log_reading_init(struct dd_log_reading *reading,
			 const struct dd_log_server_options *options)
{
	memset(reading, 0, sizeof(*reading));
	reading->log = options->log;
	reading->visible = options->visible;
	reading->arg = options->arg;
	log_pages_init(&reading->pages, options);
}

void dd_log_reading_fini(struct dd_log_reading *reading)
{
	log_pages_fini(&reading->pages);
	dd_buf_fini(&reading->frames);
	dd_buf_fini(&reading->filtered);
}

/* --- reading ------------------------------------------------------------------------------- */

/* Whether what is at hand was read for the same. Only as long as the head stands: a redaction is
 * followed by an event. */
static bool at_hand(const struct dd_log_reading *reading, uint64_t after, size_t max_bytes,
		    uint64_t head)
{
	return reading->kept && reading->head == head && reading->after == after &&
	       reading->max_bytes == max_bytes;
}

static int read_frames(struct dd_log_reading *reading, uint64_t after, size_t max_bytes,
		       struct dd_error *err)
{
	uint64_t head = dd_eventlog_head(reading->log).sequence;
	uint64_t rewrites = dd_eventlog_stats(reading->log).rewrites;
	int rc;

	if (reading->rewrites == rewrites && at_hand(reading, after, max_bytes, head))
		return 0;
	reading->kept = false;
	dd_buf_clear(&reading->frames);
	rc = dd_eventlog_read(reading->log, after, max_bytes, &reading->frames, err);
	if (rc != 0)
		return rc;
	reading->after = after;
	reading->max_bytes = max_bytes;
	reading->head = head;
	reading->rewrites = rewrites;
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
	const struct log_page *page; /* NULL = nobody has looked at the records */
};

static bool sees(void *arg, const struct dd_record *record)
{
	struct viewer *viewer = arg;
	const struct dd_log_facts *facts =
		viewer->page ? log_page_facts(viewer->page, record->sequence) : NULL;

	return viewer->reading->visible(viewer->reading->arg, viewer->who, record, facts);
}

/* Whoever is no office: what is at hand, whole. */
static int slice_frames(struct dd_log_reading *reading, struct dd_slicer *slicer,
			struct dd_error *err)
{
	const struct dd_buf *frames = &reading->frames;
	struct dd_frame_info info;
	bool more = true;
	int rc = 0;

	for (size_t at = 0; at < frames->len && more && rc == 0; at += info.length) {
		if (dd_frame_info(frames->data + at, frames->len - at, &info) != 0)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "log after record %" PRIu64 ": no frame",
				       slicer->at.sequence);
		rc = dd_slicer_add(slicer, frames->data + at, &info, &more, err);
	}
	return rc;
}

/* How many records from `next` on, up to `most`, are hidden without any doubt: they do not concern
 * him. */
static size_t hidden_ahead(const struct viewer *viewer, uint64_t next, size_t most)
{
	const char *unit = viewer->who->unit;
	size_t count = 0;

	if (most > viewer->page->last - next + 1)
		most = (size_t)(viewer->page->last - next + 1);
	while (count < most) {
		const struct dd_log_facts *facts = log_page_facts(viewer->page, next + count);

		if (facts->everybodys || strcmp(facts->units[0], unit) == 0 ||
		    strcmp(facts->units[1], unit) == 0)
			break;
		count++;
	}
	return count;
}

static struct dd_frame_hashes hashes_from(const struct log_page *page, uint64_t sequence)
{
	return (struct dd_frame_hashes){.leaves = log_page_leaf(page, sequence),
					.chains = log_page_chain(page, sequence)};
}

/* Hide all that follows and is not his. Returns whether there was anything. */
static bool hide(const struct viewer *viewer, struct dd_slicer *slicer,
		 const struct log_page_frame *frame)
{
	const struct log_page *page = viewer->page;
	const uint64_t next = slicer->at.sequence + 1;
	const size_t most = dd_slicer_hides(slicer, &frame->info);
	const size_t count = most > 0 ? hidden_ahead(viewer, next, most) : 0;
	const struct dd_frame_hashes hashes = hashes_from(page, next);

	if (count == 0 || (count < HIDE_MIN && !(slicer->open && slicer->slice.run)))
		return false;
	dd_slicer_hide(slicer, &log_page_frame(page, next + count - 1)->info, count, &hashes);
	return true;
}

/* What of the page follows the slicer's place. *more_out: there is room for more. */
static int slice_page(const struct viewer *viewer, struct dd_slicer *slicer, bool *more_out,
		      struct dd_error *err)
{
	const struct log_page *page = viewer->page;
	uint64_t next = slicer->at.sequence + 1;
	int rc = 0;

	if (next > 1 &&
	    memcmp(log_page_chain_before(page, next), slicer->at.chain, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT, "the log does not follow record %" PRIu64,
			       next - 1);
	for (; rc == 0 && *more_out && next <= page->last; next = slicer->at.sequence + 1) {
		const struct log_page_frame *frame = log_page_frame(page, next);
		const struct dd_frame_hashes hashes = hashes_from(page, frame->info.base);

		if (!hide(viewer, slicer, frame))
			rc = dd_slicer_add_known(slicer, page->frames.data + frame->at,
						 &frame->info, &hashes, more_out, err);
	}
	return rc;
}

/* A reader over a poor line asks for little, and much of the log shrinks to leaves: more of it is
 * read than what is asked for. */
static int slice_pages(struct viewer *viewer, struct dd_slicer *slicer, struct dd_error *err)
{
	bool more = true;
	int rc = 0;

	for (size_t read = 0; rc == 0 && more && read < READ_BYTES_MAX;) {
		rc = log_pages_get(&viewer->reading->pages, slicer->at.sequence, &viewer->page,
				   err);
		if (rc != 0 || viewer->page == NULL)
			break;
		read += viewer->page->frames.len;
		rc = slice_page(viewer, slicer, &more, err);
	}
	return rc;
}

static int filtered_frames(struct dd_log_reading *reading, const struct dd_log_want *want,
			   struct dd_position *behind_out, struct dd_error *err)
{
	struct viewer viewer = {.reading = reading, .who = want->who};
	const bool office = want->who->cls == DD_PRINCIPAL_OFFICE;
	const size_t slice = want->max_bytes > SLICE_BYTES_MIN ? want->max_bytes : SLICE_BYTES_MIN;
	struct dd_slicer_options options = {.visible = sees,
					    .arg = &viewer,
					    .max_bytes = office ? slice : SIZE_MAX,
					    .compact = want->compact};
	struct dd_slicer slicer;
	int rc;

	dd_slicer_begin(&slicer, &options, &want->after, &reading->filtered);
	if (office) {
		rc = slice_pages(&viewer, &slicer, err);
	} else {
		rc = read_frames(reading, want->after.sequence, want->max_bytes, err);
		if (rc == 0)
			rc = slice_frames(reading, &slicer, err);
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

/* --- whom it concerns --------------------------------------------------------------------------
 */

uint32_t dd_log_names_of(const char *unit)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *unit != '\0'; unit++)
		hash = (hash ^ (uint8_t)*unit) * 16777619u;
	return (hash ^ (hash >> 16)) % LOG_NAMES_BITS;
}

bool dd_log_names_has(const struct dd_log_names *names, uint32_t bit)
{
	return names->everybody || (names->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

static void add_names(const struct dd_log_facts *facts, struct dd_log_names *names)
{
	names->everybody = names->everybody || facts->everybodys;
	for (size_t i = 0; i < 2; i++) {
		const uint32_t bit = dd_log_names_of(facts->units[i]);

		if (facts->units[i][0] != '\0')
			names->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
}

int dd_log_reading_names(struct dd_log_reading *reading, uint64_t after, struct dd_log_names *names,
			 struct dd_error *err)
{
	const uint64_t head = dd_eventlog_head(reading->log).sequence;
	const struct log_page *page;
	int rc = 0;

	names->everybody = names->everybody || !reading->visible || head - after > NAMES_MAX;
	while (rc == 0 && !names->everybody && after < head) {
		rc = log_pages_get(&reading->pages, after, &page, err);
		if (rc != 0 || page == NULL)
			break;
		while (after < page->last && !names->everybody)
			add_names(log_page_facts(page, ++after), names);
	}
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
