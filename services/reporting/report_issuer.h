/* report_issuer.h - issues the reports of a schedule, each exactly once: without sockets and clock.
 *
 *   IDLE --- a run is due and the view does not show it: bytes are made, files durable,
 *     |      command sent ---> SENT
 *   SENT --- accepted ---> TAKEN     refused, conflict ---> IDLE, and a person is told
 *     |`---- busy, no reply ---> WAITING --- after a pause: the same bytes ---> SENT
 *   TAKEN -- the view shows it ---> IDLE
 *
 * Whether a report was issued is read from the view alone. The command's identity follows from
 * schedule, plan and cut-off day, and its bytes hold no time: however often the process dies
 * between file and command, or between command and answer, there is one command and one event. */
#ifndef REPORT_ISSUER_H
#define REPORT_ISSUER_H

#include "dondoc/v1/command.pb-c.h"
#include "services/reporting/report_ledger.h"
#include "services/reporting/report_render.h"
#include "services/reporting/report_schedule.h"

struct report_issuer;

struct report_issuer_options {
	struct report_ledger *ledger; /* borrowed, like all here */
	struct view *view;
	const char *files_dir;
	struct report_dress dress; /* its texts are borrowed */
	struct report_schedule schedule;
	const char *plan; /* "" = all */
	bool trial;
	/* Send it and call report_issuer_answer later, once. Another answer than 0: not sent. */
	int (*send)(void *arg, const Dondoc__V1__Submit *submit);
	void *arg;
};

struct report_issuer *report_issuer_new(const struct report_issuer_options *options);
void report_issuer_free(struct report_issuer *issuer); /* NULL is fine */

/* Do what is due. Only when ledger and view hold the head of the log, committed. A failure here (a
 * full disk, a font) is told by report_issuer_trouble and tried again. */
void report_issuer_turn(struct report_issuer *issuer, int64_t wall_us, int64_t mono_us);
/* What became of the command; NULL: nobody knows. */
void report_issuer_answer(struct report_issuer *issuer, const Dondoc__V1__SubmitReply *reply,
			  int64_t mono_us);

/* What a person should know; NULL = nothing. Borrowed until the next call. */
const char *report_issuer_trouble(const struct report_issuer *issuer);
uint64_t report_issuer_issued(const struct report_issuer *issuer); /* accepted, by this process */

/* The stream under which a schedule's report is issued, as number 1. */
void report_issuer_stream(const char *schedule, const char *plan, int32_t as_of_day,
			  uint8_t stream_out[16]);

#endif
