/* rates.h - the two rates that reports quote. A rate names its base: numerator and denominator are
 * kept, and the text is made from them alone. */
#ifndef DD_DOMAIN_RATES_H
#define DD_DOMAIN_RATES_H

#include "common/domain/task_state.h"
#include <stdint.h>

struct dd_rate {
	uint32_t numerator;
	uint32_t denominator;
};

/* Tasks by bucket, and how many of the completed had a due day at all. */
struct dd_tally {
	uint32_t in[DD_BUCKET_COUNT];
	uint32_t done_with_term;
};

uint32_t dd_tally_total(const struct dd_tally *tally);
uint32_t dd_tally_done(const struct dd_tally *tally); /* on time and late */

/* Completed tasks that had a due day, of those and the overdue ones: "trên số nhiệm vụ đến hạn". */
struct dd_rate dd_rate_of_fallen_due(const struct dd_tally *tally);
/* Completed tasks of all that stand: without those cancelled or carried over. */
struct dd_rate dd_rate_of_all(const struct dd_tally *tally);

/* "98,62%": two decimals, cut and not rounded, so that 100% is printed only when nothing is missing
 * (the figures published by the government's office are cut as well). "" if the denominator is 0:
 * there is nothing of which this could be a part. */
#define DD_RATE_TEXT 16
const char *dd_rate_text(struct dd_rate rate, char out[DD_RATE_TEXT]);

#endif
