/* report_ledger_impl.h - what report_ledger.c and report_ledger_look.c share: the tables. */
#ifndef REPORT_LEDGER_IMPL_H
#define REPORT_LEDGER_IMPL_H

#include "common/store/key.h"
#include "services/reporting/report_ledger.h"

/* The first letter of every key. A sequence in a key has its bits turned, so that the newest comes
 * first and a seek finds what stood at a sequence. */
enum ledger_table {
	LEDGER_AREA = 'a', /* area, sequence -> name */
	LEDGER_DAY = 'd',  /* day (newest first) -> struct dd_position behind its last frame */
	LEDGER_GROUP =
		'g',       /* group, sequence -> struct ledger_touch, body: waits for the closing */
	LEDGER_META = 'm', /* "authority" -> name; "cursor" -> struct dd_position */
	LEDGER_PLAN = 'p', /* plan, sequence -> packed PlanFields */
	LEDGER_TASK = 't', /* task, sequence -> struct report_version, packed TaskFields */
	LEDGER_KIND = 'k', /* unit, sequence -> its kind */
	LEDGER_REPORTED = 'r', /* unit, day, sequence -> u8: as of then it has reported that day */
	LEDGER_REPORTS = 'R',  /* unit, day -> u32: how many of that day's reports are in force */
	LEDGER_UNIT = 'u',     /* unit, sequence -> name */
};

struct report_ledger {
	struct dd_store *store; /* owned */
	struct dd_txn *txn;     /* owned; the frames noted since the last commit */
	struct dd_position position;
	struct dd_buf scratch;
	struct dd_txn *reader;    /* owned; while something looks */
	struct dd_cursor *cursor; /* owned; of the reader */
	uint64_t sequence;        /* as of which it looks */
};

/* A record that touches something. */
struct ledger_touch {
	uint64_t subject;
	uint64_t sequence;
	uint32_t type; /* EventType */
	uint32_t reserved;
};

static inline void ledger_key_day(struct dd_key *key, int32_t day)
{
	dd_key_begin(key, LEDGER_DAY);
	dd_key_u32(key, ~((uint32_t)day ^ UINT32_C(0x80000000)));
}

static inline void ledger_key_task(struct dd_key *key, uint64_t task, uint64_t sequence)
{
	dd_key_begin(key, LEDGER_TASK);
	dd_key_u64(key, task);
	dd_key_u64(key, ~sequence);
}

static inline void ledger_key_text(struct dd_key *key, enum ledger_table table, const char *text,
				   uint64_t sequence)
{
	dd_key_begin(key, (char)table);
	dd_key_text(key, text);
	dd_key_u64(key, ~sequence);
}

static inline void ledger_key_area(struct dd_key *key, uint32_t area, uint64_t sequence)
{
	dd_key_begin(key, LEDGER_AREA);
	dd_key_u32(key, area);
	dd_key_u64(key, ~sequence);
}

/* The sequence goes behind it where it is of LEDGER_REPORTED. */
static inline void ledger_key_reported(struct dd_key *key, enum ledger_table table,
				       const char *unit, int32_t day)
{
	dd_key_begin(key, (char)table);
	dd_key_text(key, unit);
	dd_key_u32(key, (uint32_t)day ^ UINT32_C(0x80000000));
}

static inline void ledger_key_meta(struct dd_key *key, const char *name)
{
	dd_key_begin(key, LEDGER_META);
	dd_key_text(key, name);
}

#endif
