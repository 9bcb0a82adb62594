/* office_check.h - what an office can judge about a command by itself; the rest the centre decides.
 */
#ifndef OFFICE_CHECK_H
#define OFFICE_CHECK_H

#include "common/base/alloc.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/office/office_outbox.h"

struct office_verdict {
	Dondoc__V1__RefusalCode code; /* REFUSAL_NONE: fine */
	const char *argument;         /* may be NULL */
	char text[OFFICE_REASON_TEXT];
};

/* Identity well formed, body readable, all its fields known, made for `unit`, its action one that
 * offices may send, not too large. Fills `command_out` (borrowing from `submit`) if fine. */
void office_check(const Dondoc__V1__Submit *submit, const char *unit, struct dd_arena *arena,
		  struct office_command *command_out, struct office_verdict *verdict_out);

/* The name of the body's action ("" if it has none that is known here) and the task that it names
 * (0 = none). */
void office_check_summary(const Dondoc__V1__CommandBody *body, const char **summary_out,
			  uint64_t *task_out);

#endif
