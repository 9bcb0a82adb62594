/* office_core.h - the engine of an office: takes reports in and brings each to the centre once.
 *
 * It knows no sockets and no clock: link, replies and time are told to it, bytes for the centre
 * leave through a callback, so that many of them run in one simulation. The conversation with the
 * centre, stream by stream from the oldest to the current one:
 *
 *   link up -> ask (ShowStream) -> compare -> send what waits, in order, `window` at most
 *     no answer, busy, gap      go back to the first one missing, after a jittered, growing pause
 *     denied                    told loudly, slow pause, others wait
 *     conflict, surprise        ask again; the stream is retired (office_outbox_repair.c)
 *   nothing waits -> next stream; at the current one: wait; ask all again every minute
 *
 * Functions that return int: 0, or DD_ERR_IO / DD_ERR_CORRUPT, after which the process must end. A
 * full disk is no failure here: nothing leaves until there is space. */
#ifndef OFFICE_CORE_H
#define OFFICE_CORE_H

#include "common/net/bus.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "services/office/office_outbox.h"

#define OFFICE_BODY_MAX   49152u /* 48 KiB, so that a request stays below the centre's 64 KiB */
#define OFFICE_WINDOW_MAX 1024

struct office_core;

struct office_core_options {
	struct office_outbox *outbox; /* borrowed */
	const char *unit;             /* whose reports these are; copied */
	const char *build;            /* told to the centre; borrowed; NULL = not told */
	uint32_t window;              /* 1..OFFICE_WINDOW_MAX */
	uint32_t retry_ms;            /* the first pause; it doubles up to a minute */
	bool send;                    /* false: reports are kept, nothing leaves */
	uint64_t seed;                /* of the jitter */
	/* Answers are written, and what is next leaves, only when office_core_wake is called:
	 * behind all that have come at once. Otherwise with each answer. */
	bool gathers;
	/* How far the copy follows the centre's log, for the centre to show. NULL: it does not. */
	uint64_t (*followed)(void *arg);
	uint64_t (*next_id)(void *arg);
	/* Send a packed Request; what comes of it arrives at office_core_reply, once, never from
	 * inside. Not 0: it did not leave and nothing will arrive. */
	int (*send_out)(void *arg, uint64_t id, const uint8_t *data, size_t len,
			uint32_t deadline_ms);
	void *arg;
};

struct office_core *office_core_new(const struct office_core_options *options);
void office_core_free(struct office_core *core); /* NULL is fine */

/* Before each of the following: what time it is. */
void office_core_time(struct office_core *core, int64_t wall_us, int64_t mono_us);

int office_core_link(struct office_core *core, enum dd_link link,
		     struct dd_error *err) DD_MUST_CHECK;
/* `result` is DD_OK with the packed Reply, or what dd_bus_reply gives. */
int office_core_reply(struct office_core *core, uint64_t id, int result, const uint8_t *data,
		      size_t len, struct dd_error *err) DD_MUST_CHECK;
/* The centre's reply to a report, which came another way than over the line (office_stick.h).
 * *settled_out: the report waited for it and is decided now. */
int office_core_settle(struct office_core *core, const uint8_t stream[DD_ID_LEN], uint64_t number,
		       const Dondoc__V1__Reply *reply, bool *settled_out,
		       struct dd_error *err) DD_MUST_CHECK;
/* Time has passed, or (with `gathers`) all that had come at once is told; harmless at any time. */
int office_core_wake(struct office_core *core, struct dd_error *err) DD_MUST_CHECK;
/* Something has come since, with `gathers`: it is wanted. */
bool office_core_stirred(const struct office_core *core);
/* The monotonic time at which office_core_wake is wanted; INT64_MAX = never. */
int64_t office_core_due(const struct office_core *core);

/* A local client's command: judged as far as the office can, saved durably. The answer to give:
 * `reply` is initialised here; its texts are borrowed until the next call. If *err has a code on
 * return of 0 (DD_ERR_FULL: not saved), there is no reply and the words are for the client. */
int office_core_submit(struct office_core *core, const Dondoc__V1__Submit *submit,
		       Dondoc__V1__SubmitReply *reply, struct dd_error *err) DD_MUST_CHECK;

struct office_core_status {
	enum dd_link link;
	bool sending; /* the switch */
	bool denied;  /* the centre refuses us as a sender */
	bool disk_full;
	bool on_way;       /* a report or a question about streams is at the centre */
	bool settled;      /* every stream was compared since the link came up */
	uint32_t failures; /* pauses in a row */
	char trouble[OFFICE_REASON_TEXT]; /* the centre's words with `denied`; else empty */
};
void office_core_status(const struct office_core *core, struct office_core_status *status_out);

#endif
