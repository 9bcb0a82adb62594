/* office_stick.h - what waits in the outbox as a file for the centre, and the centre's answers as a
 * file (common/net/stick.h): for an office whose line is dead. */
#ifndef OFFICE_STICK_H
#define OFFICE_STICK_H

#include "common/base/alloc.h"
#include "common/net/bus.h"
#include "dondoc/v1/office.pb-c.h"
#include "services/office/office_core.h"
#include "services/office/office_files.h"

struct office_stick {
	struct office_outbox *outbox; /* all borrowed */
	const struct dd_curve_key *key;
	const char *centre_key; /* Z85 */
	const char *unit;
	const char *build;
	const struct dd_files *files; /* contents of evidence; NULL = none */
	struct office_files *engine;  /* what is known of it; NULL = none */
};

/* The next record of a file, in `arena`: one report that waits, which may have left from now on;
 * behind them evidence, piece by piece, as much as may go along; or the end. The line brings the
 * same later, and the centre has it already. The first (no batch named) brings the head, too.
 * DD_ERR_INVALID, DD_ERR_FULL with words; DD_ERR_IO, DD_ERR_CORRUPT: end the process. */
int office_stick_next(const struct office_stick *stick, const Dondoc__V1__StickNext *asked,
		      int64_t now_us, struct dd_arena *arena, Dondoc__V1__StickRecord **record_out,
		      struct dd_error *err) DD_MUST_CHECK;

/* One record of the centre's answers: the report or file that it answers is settled as if the
 * answer had come over the line. DD_ERR_REFUSED: not from the centre, or not for us. */
int office_stick_settle(const struct office_stick *stick, struct office_core *core,
			const Dondoc__V1__StickSettle *asked, struct dd_arena *arena,
			Dondoc__V1__StickSettled *settled_out, struct dd_error *err) DD_MUST_CHECK;

#endif
