/* office_stick_files.h - evidence that goes along with a file for the centre, behind its reports.
 */
#ifndef OFFICE_STICK_FILES_H
#define OFFICE_STICK_FILES_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/files/files.h"
#include "dondoc/v1/office.pb-c.h"
#include "services/office/office_outbox_files.h"

/* The next piece of what the centre lacks, the smallest file first, each whole or not at all:
 * appended to `packed` as the request that the line would carry. `place` moves on; its hash lies in
 * `arena`. DD_ERR_NOT_FOUND: no other file fits into `most` bytes; *left then counts those that do
 * not go along, and names the first. Else as office_stick_next. */
struct office_stick_files {
	struct office_outbox *outbox; /* borrowed */
	const struct dd_files *files; /* borrowed; NULL = there are none */
	uint64_t most;
	struct dd_arena *arena;
};
int office_stick_piece(const struct office_stick_files *from, Dondoc__V1__StickPlace *place,
		       struct dd_buf *packed, Dondoc__V1__StickLeft *left,
		       struct dd_error *err) DD_MUST_CHECK;

#endif
