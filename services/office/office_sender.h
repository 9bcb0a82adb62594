/* office_sender.h - the inside of the engine; only office_core.c, office_sender.c and
 * office_compare.c include this. */
#ifndef OFFICE_SENDER_H
#define OFFICE_SENDER_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "services/office/office_core.h"

#define OFFICE_PAUSE_MAX_MS 60000
#define OFFICE_CHECK_US     (INT64_C(60) * 1000 * 1000)

/* A command that is on its way. Those of an earlier round are no longer counted on, but their
 * answers are still good. */
struct office_flight {
	uint64_t request;
	uint64_t item; /* 0 = an empty command that fills a hole */
	uint64_t number;
	uint32_t ordinal;
	uint32_t round;
};

enum office_phase {
	OFFICE_ASK,     /* the stream's state at the centre is to be asked for */
	OFFICE_ASKING,  /* it has been asked for */
	OFFICE_SENDING, /* what waits in the stream goes out */
};

struct office_core {
	struct office_core_options options;
	char unit[32];
	int64_t wall_us;
	int64_t mono_us;
	uint64_t random;
	enum dd_link link;
	enum office_phase phase;
	uint32_t ordinal;     /* the stream that is worked on */
	uint64_t next;        /* the next of its numbers to look at */
	uint64_t centre_last; /* the centre has its numbers up to here */
	uint64_t asked;       /* the request that asks */
	uint32_t round;
	uint32_t in_round;             /* flights of this round */
	struct office_flight *flights; /* owned; flight_cap of them, unordered */
	size_t flight_count;
	size_t flight_cap;
	uint64_t *picked;         /* owned; window of them: item ids */
	uint64_t *picked_numbers; /* owned */
	uint32_t failures;
	uint32_t timeouts;
	int64_t not_before_us;
	int64_t check_us; /* when all streams are asked about again */
	bool denied;
	bool disk_full;
	bool settled;
	bool stirred; /* something has come since it was last seen what is to be done next */
	char trouble[OFFICE_REASON_TEXT];
	struct dd_arena arena; /* for one message */
	struct dd_buf out;
	Dondoc__V1__Refusal refusal; /* of the last local answer */
	char *arguments[1];
	char text[OFFICE_REASON_TEXT];
	char argument[OFFICE_SUMMARY_TEXT];
};

/* A full disk is noted and waited for: 0 with a pause. Anything else goes up. */
int office_core_stored(struct office_core *core, int rc);
/* Write the answers that were gathered; 0, also with the disk full. */
int office_core_write(struct office_core *core, struct dd_error *err) DD_MUST_CHECK;
/* Nothing leaves for a while; a pause longer than the last one, with jitter. */
void office_core_pause(struct office_core *core, uint32_t at_least_ms);
void office_core_pause_slow(struct office_core *core);
/* The centre does not take us: told loudly, and a slow pause. */
void office_core_denied(struct office_core *core, const char *words);
/* All that is outstanding is not counted on any more. */
void office_core_new_round(struct office_core *core);
void office_core_go_back(struct office_core *core, uint64_t number);
void office_core_ask(struct office_core *core, uint32_t ordinal);
uint32_t office_core_deadline(const struct office_core *core);
/* The last number of the stream that is sent under this stream. */
uint64_t office_core_limit(const struct office_core *core);

/* office_sender.c */
int office_send_waiting(struct office_core *core, struct dd_error *err) DD_MUST_CHECK;
int office_on_flight(struct office_core *core, const struct office_flight *flight,
		     const Dondoc__V1__Reply *reply, struct dd_error *err) DD_MUST_CHECK;

/* office_compare.c */
int office_send_ask(struct office_core *core);
int office_on_asked(struct office_core *core, const Dondoc__V1__Reply *reply,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
