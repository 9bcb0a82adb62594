/* view_daily.h - what the service wanted to do by itself and was refused: instances, changes of
 * units, files, destruction. */
#ifndef DD_VIEW_VIEW_DAILY_H
#define DD_VIEW_VIEW_DAILY_H

#include "common/store/key.h"
#include "common/view/view.h"
#include "dondoc/v1/command.pb-c.h"

/* The packed CommandRefused follows. */
struct view_daily {
	uint64_t sequence; /* of the refusal */
	int64_t refused_us;
	uint32_t action; /* field number in CommandBody */
	uint32_t reserved;
};
_Static_assert(sizeof(struct view_daily) == 24, "no padding");

/* Whether what the command wanted is still not done, and still to be done. */
bool view_daily_open(struct view *view, uint32_t action, const Dondoc__V1__CommandBody *body);
/* The last refusal of the service's stream; 0 = its last command was none. */
uint64_t view_daily_refused(struct view *view, bool with_batch, const uint8_t stream[16]);
/* How many are open, as far as LMDB has it; at most VIEW_DAILY_MAX are looked at. */
#define VIEW_DAILY_MAX 1000u
uint32_t view_daily_count(struct view *view);

/* The table VIEW_DAILY holds two kinds of keys: sequence (newest first) -> struct view_daily;
 * stream -> u64, the sequence. One matter has one of each: its last refusal. */
#define VIEW_DAILY_ROW_KEY 9u
void view_key_daily(struct dd_key *key, uint64_t sequence);
void view_key_daily_stream(struct dd_key *key, const uint8_t stream[16]);

#endif
