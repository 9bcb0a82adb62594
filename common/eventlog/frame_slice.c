/* frame_slice.c - see frame_slice.h.
 *
 * What the slicer makes of a record:
 *
 *   visible                           goes into the open slice of its frame, or begins one
 *   hidden, the reader takes runs     goes into the open run; begins one where at least RUN_MIN are
 *                                     hidden side by side, or all up to the end of the frame: the
 *                                     next frame's may join it
 *   hidden otherwise                  becomes a leaf in the slice of its frame
 *
 * Visibility is asked for once for each record that goes out, and for a few ahead of it. */
#include "common/eventlog/frame_slice.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"

#define RUN_MIN 8 /* so many as leaves cost what two more frame headers do */

/* --- one slice ------------------------------------------------------------------------------ */

static void begin(struct dd_slice *slice, struct dd_buf *out, const struct dd_frame_info *of,
		  uint64_t base, const uint8_t chain[DD_HASH_LEN])
{
	uint8_t *at = dd_buf_reserve(out, DD_FRAME_HEADER);

	*slice = (struct dd_slice){.out = out, .at = out->len, .next = base};
	memset(at, 0, DD_FRAME_HEADER);
	memcpy(at, DD_FRAME_MAGIC, 4);
	memcpy(at + DD_AT_LOG_ID, of->log_id, DD_ID_LEN);
	dd_put_u64(at + DD_AT_BASE, base);
	dd_put_u32(at + DD_AT_INCARNATION, of->incarnation);
	dd_put_u64(at + DD_AT_RECORD_US, (uint64_t)of->record_us);
	memcpy(at + DD_AT_CHAIN_BEFORE, chain, DD_HASH_LEN);
	out->len += DD_FRAME_HEADER;
}

void dd_slice_begin(struct dd_slice *slice, struct dd_buf *out, const struct dd_frame_info *of,
		    uint64_t base, const uint8_t chain[DD_HASH_LEN])
{
	begin(slice, out, of, base, chain);
	dd_put_u16(out->data + slice->at + DD_AT_FLAGS, DD_FRAME_FILTERED);
}

void dd_slice_begin_run(struct dd_slice *slice, struct dd_buf *out, const struct dd_frame_info *of,
			uint64_t base, const uint8_t chain[DD_HASH_LEN])
{
	begin(slice, out, of, base, chain);
	dd_put_u16(out->data + slice->at + DD_AT_FLAGS, DD_FRAME_FILTERED | DD_FRAME_RUN);
	slice->run = true;
}

/* Append a record's frame of 32 bytes with room for the rest, zeroed where nothing is filled. */
static uint8_t *add_record(struct dd_buf *out, uint32_t header_len, uint32_t body_len,
			   enum dd_record_kind kind)
{
	size_t size = dd_record_size(header_len, body_len);
	uint8_t *at = dd_buf_reserve(out, size);

	memset(at, 0, DD_RECORD_HEADER);
	memset(at + size - 8, 0, 8);
	dd_put_u32(at, header_len);
	dd_put_u32(at + 4, body_len);
	dd_put_u32(at + 8, (uint32_t)kind);
	out->len += size;
	return at;
}

void dd_slice_add(struct dd_slice *slice, const struct dd_record *record)
{
	uint8_t *at = add_record(slice->out, record->header_len, record->body_len, record->kind);

	assert(!slice->run && record->sequence == slice->next);
	memcpy(at + 16, record->salt, DD_SALT_LEN);
	memcpy(at + DD_RECORD_HEADER, record->header, record->header_len);
	memcpy(at + DD_RECORD_HEADER + record->header_len, record->body, record->body_len);
	slice->next++;
	slice->count++;
}

void dd_slice_add_leaf(struct dd_slice *slice, const uint8_t leaf[DD_HASH_LEN])
{
	if (slice->run)
		dd_buf_add(slice->out, leaf, DD_HASH_LEN);
	else
		memcpy(add_record(slice->out, 0, DD_HASH_LEN, DD_RECORD_LEAF) + DD_RECORD_HEADER,
		       leaf, DD_HASH_LEN);
	slice->next++;
	slice->count++;
}

void dd_slice_end(struct dd_slice *slice, const uint8_t chain[DD_HASH_LEN])
{
	uint8_t *at = slice->out->data + slice->at;
	size_t len = slice->out->len - slice->at;

	assert(slice->count > 0 && slice->count <= DD_FRAME_RECORDS_MAX);
	dd_put_u32(at + DD_AT_LENGTH, (uint32_t)len);
	dd_put_u32(at + DD_AT_COUNT, slice->count);
	memcpy(at + DD_AT_CHAIN_AFTER, chain, DD_HASH_LEN);
	dd_put_u32(at + DD_AT_RECORDS_CRC,
		   dd_crc32c(0, at + DD_FRAME_HEADER, len - DD_FRAME_HEADER));
	dd_put_u32(at + DD_AT_HEADER_CRC, dd_crc32c(0, at, DD_AT_HEADER_CRC));
}

/* --- a row of frames ------------------------------------------------------------------------ */

void dd_slicer_begin(struct dd_slicer *slicer, const struct dd_slicer_options *options,
		     const struct dd_position *after, struct dd_buf *out)
{
	*slicer = (struct dd_slicer){
		.options = *options, .at = *after, .out = out, .begun = out->len};
}

static bool fits(const struct dd_slicer *slicer, size_t size)
{
	size_t used = slicer->out->len - slicer->begun;

	return used == 0 || used + size <= slicer->options.max_bytes;
}

static void close_slice(struct dd_slicer *slicer)
{
	if (slicer->open)
		dd_slice_end(&slicer->slice, slicer->at.chain);
	slicer->open = false;
}

void dd_slicer_end(struct dd_slicer *slicer)
{
	close_slice(slicer);
}

/* The records of a frame that are still to go out. */
struct rest {
	const struct dd_frame_info *info;
	const struct dd_frame_hashes *hashes; /* NULL = not known */
	struct dd_frame_iter ahead;           /* the next whose visibility is asked for */
	uint8_t seen[RUN_MIN];                /* of those before that, by sequence modulo RUN_MIN */
};

static bool sees(const struct dd_slicer *slicer, const struct dd_record *record)
{
	return record->kind != DD_RECORD_LEAF &&
	       slicer->options.visible(slicer->options.arg, record);
}

/* Whether `sequence`, which is at most RUN_MIN - 1 ahead of the record at hand, is visible. */
static bool look(const struct dd_slicer *slicer, struct rest *rest, uint64_t sequence)
{
	struct dd_record record;

	while (rest->ahead.next <= sequence && dd_frame_next(&rest->ahead, &record))
		if (record.sequence > slicer->at.sequence)
			rest->seen[record.sequence % RUN_MIN] = sees(slicer, &record);
	return rest->seen[sequence % RUN_MIN];
}

static bool begins_run(const struct dd_slicer *slicer, struct rest *rest)
{
	uint64_t from = slicer->at.sequence + 1;
	uint64_t end = rest->info->base + rest->info->count;

	for (uint64_t i = from; i < end && i < from + RUN_MIN; i++)
		if (look(slicer, rest, i))
			return false;
	return true;
}

/* Whether the next record goes into a run, given that it is hidden. */
static bool into_run(const struct dd_slicer *slicer, struct rest *rest)
{
	if (!slicer->options.compact)
		return false;
	if (slicer->open && slicer->slice.run)
		return true;
	return begins_run(slicer, rest);
}

/* Whether the open slice takes a record of this frame. */
static bool goes_on(const struct dd_slicer *slicer, const struct dd_frame_info *info, bool run)
{
	return slicer->open && slicer->slice.run == run &&
	       slicer->at.incarnation == info->incarnation &&
	       slicer->slice.count < DD_FRAME_RECORDS_MAX;
}

static void open_slice(struct dd_slicer *slicer, const struct dd_frame_info *info, bool run)
{
	close_slice(slicer);
	if (run)
		dd_slice_begin_run(&slicer->slice, slicer->out, info, slicer->at.sequence + 1,
				   slicer->at.chain);
	else
		dd_slice_begin(&slicer->slice, slicer->out, info, slicer->at.sequence + 1,
			       slicer->at.chain);
	slicer->open = true;
}

static const uint8_t *known(const uint8_t *hashes, const struct rest *rest, uint64_t sequence)
{
	return hashes + (sequence - rest->info->base) * DD_HASH_LEN;
}

/* Put the record, which is the next, into the open slice, and move behind it. */
static void put(struct dd_slicer *slicer, const struct rest *rest, const struct dd_record *record,
		bool visible)
{
	const struct dd_frame_hashes *hashes = rest->hashes;
	uint8_t *chain = slicer->at.chain, computed[DD_HASH_LEN];
	const uint8_t *leaf = computed;

	if (hashes)
		leaf = known(hashes->leaves, rest, record->sequence);
	else
		dd_record_leaf(rest->info->log_id, record, computed);
	if (visible)
		dd_slice_add(&slicer->slice, record);
	else
		dd_slice_add_leaf(&slicer->slice, leaf);
	if (hashes)
		memcpy(chain, known(hashes->chains, rest, record->sequence), DD_HASH_LEN);
	else
		dd_chain_next(chain, leaf, chain);
}

static void date_run(struct dd_slicer *slicer, const struct dd_frame_info *info)
{
	dd_put_u64(slicer->out->data + slicer->slice.at + DD_AT_RECORD_US,
		   (uint64_t)info->record_us); /* that of the last */
}

/* Returns false, and nothing has happened, where there is no room for it. */
static bool take(struct dd_slicer *slicer, struct rest *rest, const struct dd_record *record)
{
	const struct dd_frame_info *info = rest->info;
	bool visible = look(slicer, rest, record->sequence);
	bool run = !visible && into_run(slicer, rest);
	bool on = goes_on(slicer, info, run);
	size_t size = visible ? dd_record_size(record->header_len, record->body_len)
			      : DD_HASH_LEN + (run ? 0 : DD_RECORD_HEADER);

	if (!fits(slicer, size + (on ? 0 : DD_FRAME_HEADER)))
		return false;
	if (!on)
		open_slice(slicer, info, run);
	put(slicer, rest, record, visible);
	if (run)
		date_run(slicer, info);
	slicer->at.sequence = record->sequence;
	slicer->at.incarnation = info->incarnation;
	return true;
}

/* A frame of which everything is visible goes out as it stands in the log. */
static bool take_whole(struct dd_slicer *slicer, const uint8_t *data,
		       const struct dd_frame_info *info)
{
	struct dd_frame_iter iter;
	struct dd_record record;

	if (info->base != slicer->at.sequence + 1 || !fits(slicer, info->length) ||
	    (slicer->out->len == slicer->begun && info->length > slicer->options.max_bytes))
		return false;
	dd_frame_iter(&iter, data, info);
	while (dd_frame_next(&iter, &record))
		if (!sees(slicer, &record))
			return false;
	close_slice(slicer);
	dd_buf_add(slicer->out, data, info->length);
	memcpy(slicer->at.chain, info->chain_after, DD_HASH_LEN);
	slicer->at.sequence = info->base + info->count - 1;
	slicer->at.incarnation = info->incarnation;
	return true;
}

/* Whether the frame goes on where the slicer is. */
static int check_place(struct dd_slicer *slicer, const struct dd_frame_info *info,
		       struct dd_error *err)
{
	struct dd_position *at = &slicer->at;

	if (at->sequence == 0) { /* nothing to compare with */
		memcpy(at->log_id, info->log_id, DD_ID_LEN);
		memcpy(at->chain, info->chain_before, DD_HASH_LEN);
	}
	if (info->base > at->sequence + 1 || info->base + info->count <= at->sequence + 1 ||
	    (info->base == at->sequence + 1 &&
	     memcmp(info->chain_before, at->chain, DD_HASH_LEN) != 0))
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the frame of sequence %" PRIu64 " does not follow record %" PRIu64,
			       info->base, at->sequence);
	return 0;
}

int dd_slicer_add(struct dd_slicer *slicer, const uint8_t *data, const struct dd_frame_info *info,
		  bool *more_out, struct dd_error *err)
{
	return dd_slicer_add_known(slicer, data, info, NULL, more_out, err);
}

int dd_slicer_add_known(struct dd_slicer *slicer, const uint8_t *data,
			const struct dd_frame_info *info, const struct dd_frame_hashes *hashes,
			bool *more_out, struct dd_error *err)
{
	struct rest rest = {.info = info, .hashes = hashes};
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc = check_place(slicer, info, err);

	*more_out = true;
	if (rc != 0 || take_whole(slicer, data, info))
		return rc;
	dd_frame_iter(&iter, data, info);
	rest.ahead = iter;
	while (*more_out && dd_frame_next(&iter, &record))
		if (record.sequence > slicer->at.sequence)
			*more_out = take(slicer, &rest, &record);
	if (!slicer->slice.run) /* what is open is of this frame alone */
		close_slice(slicer);
	if (*more_out && memcmp(slicer->at.chain, info->chain_after, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the records of the frame of sequence %" PRIu64
			       " do not give its chain",
			       info->base);
	return 0;
}

/* --- many hidden records at once -------------------------------------------------------------- */

size_t dd_slicer_hides(const struct dd_slicer *slicer, const struct dd_frame_info *info)
{
	const bool on = goes_on(slicer, info, true);
	const size_t room = on ? DD_FRAME_RECORDS_MAX - slicer->slice.count : DD_FRAME_RECORDS_MAX;
	const size_t used = slicer->out->len - slicer->begun + (on ? 0 : DD_FRAME_HEADER);
	const size_t max = slicer->options.max_bytes;
	size_t fit;

	if (!slicer->options.compact || slicer->at.sequence == 0 || used >= max)
		return 0;
	fit = (max - used) / DD_HASH_LEN;
	return fit < room ? fit : room;
}

void dd_slicer_hide(struct dd_slicer *slicer, const struct dd_frame_info *info, size_t count,
		    const struct dd_frame_hashes *hashes)
{
	assert(count > 0 && count <= dd_slicer_hides(slicer, info));
	if (!goes_on(slicer, info, true))
		open_slice(slicer, info, true);
	dd_buf_add(slicer->out, hashes->leaves, count * DD_HASH_LEN);
	slicer->slice.next += count;
	slicer->slice.count += (uint32_t)count;
	date_run(slicer, info);
	memcpy(slicer->at.chain, hashes->chains + (count - 1) * DD_HASH_LEN, DD_HASH_LEN);
	slicer->at.sequence += count;
	slicer->at.incarnation = info->incarnation;
}
