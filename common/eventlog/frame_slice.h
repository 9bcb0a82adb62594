/* frame_slice.h - slices of frames and runs of leaves (see frame.h), for readers who may not see
 * everything, or whose lines do not carry whole frames. What comes out verifies like the log. */
#ifndef DD_EVENTLOG_FRAME_SLICE_H
#define DD_EVENTLOG_FRAME_SLICE_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/frame.h"

/* --- one slice ------------------------------------------------------------------------------ */

struct dd_slice {
	struct dd_buf *out; /* borrowed */
	size_t at;          /* where it begins there */
	uint64_t next;      /* sequence of the record that it takes next */
	uint32_t count;
	bool run;
};

/* Begin one at the end of `out`: the next record is `base`, of the frame `of`, and `chain` is the
 * hash before it. */
void dd_slice_begin(struct dd_slice *slice, struct dd_buf *out, const struct dd_frame_info *of,
		    uint64_t base, const uint8_t chain[DD_HASH_LEN]);
/* The same for a run of leaves. */
void dd_slice_begin_run(struct dd_slice *slice, struct dd_buf *out, const struct dd_frame_info *of,
			uint64_t base, const uint8_t chain[DD_HASH_LEN]);
/* The next record as it is; not in a run. */
void dd_slice_add(struct dd_slice *slice, const struct dd_record *record);
/* The next record is hidden. */
void dd_slice_add_leaf(struct dd_slice *slice, const uint8_t leaf[DD_HASH_LEN]);
/* Compute lengths and sums; `chain` is the hash after its last record, of which there is at least
 * one. Afterwards the bytes are final. */
void dd_slice_end(struct dd_slice *slice, const uint8_t chain[DD_HASH_LEN]);

/* --- a row of frames for one reader ----------------------------------------------------------- */

typedef bool dd_slice_visible(void *arg, const struct dd_record *record);

/* What a reader wants. */
struct dd_slicer_options {
	dd_slice_visible *visible;
	void *arg;
	size_t max_bytes; /* of all that comes out; at least one record comes whatever its size */
	bool compact;     /* runs of leaves where many records side by side are hidden */
};

struct dd_slicer {
	struct dd_slicer_options options;
	struct dd_position at; /* behind the last record that went out */
	struct dd_buf *out;    /* borrowed */
	size_t begun;          /* where our part of it begins */
	struct dd_slice slice; /* open if `open` */
	bool open;
};

/* Frames that follow `after` are to come, and slices are appended to `out`. */
void dd_slicer_begin(struct dd_slicer *slicer, const struct dd_slicer_options *options,
		     const struct dd_position *after, struct dd_buf *out);
/* Take the next frame of the log, checked; it may begin before the place where the slicer is. A
 * frame of which everything is visible goes out as it is, if it fits. *more_out: there is room for
 * another. DD_ERR_CORRUPT: it does not continue the chain. */
int dd_slicer_add(struct dd_slicer *slicer, const uint8_t *data, const struct dd_frame_info *info,
		  bool *more_out, struct dd_error *err) DD_MUST_CHECK;
/* Hashes of a frame's records, where they are known: 32 bytes each. */
struct dd_frame_hashes {
	const uint8_t *leaves;
	const uint8_t *chains; /* after each */
};
int dd_slicer_add_known(struct dd_slicer *slicer, const uint8_t *data,
			const struct dd_frame_info *info, const struct dd_frame_hashes *hashes,
			bool *more_out, struct dd_error *err) DD_MUST_CHECK;
/* How many records of the frame `info` and those behind it a run can take, if all are hidden. 0:
 * none, or the reader takes no runs, or nothing went out yet. */
size_t dd_slicer_hides(const struct dd_slicer *slicer, const struct dd_frame_info *info);
/* Take the next `count` records into a run: not 0, not more than that. All of them are hidden and
 * of one incarnation, and the last is of the frame `info`. `hashes` begins with the next record. */
void dd_slicer_hide(struct dd_slicer *slicer, const struct dd_frame_info *info, size_t count,
		    const struct dd_frame_hashes *hashes);
/* What is open is closed. `at` says how far it came. */
void dd_slicer_end(struct dd_slicer *slicer);

#endif
