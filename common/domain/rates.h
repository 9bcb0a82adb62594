/* rates.h - tasks counted by bucket, and the rates that reports quote. A rate names its base:
 * numerator and denominator are kept, and the text is made from them alone. */
#ifndef DD_DOMAIN_RATES_H
#define DD_DOMAIN_RATES_H

#include "common/domain/task_state.h"
#include <stdint.h>

struct dd_rate {
	uint32_t numerator;
	uint32_t denominator;
};

/* Tasks by bucket, and what is told of them beside. */
struct dd_tally {
	uint32_t in[DD_BUCKET_COUNT];
	uint32_t done_with_term; /* of the completed: they had a due day */
	uint32_t carried_over;   /* of the cancelled: they go on in the next year */
	uint32_t late_excused;   /* of the late: that was explained, and accepted */
};

/* What of one task goes into a tally. */
struct dd_tallied {
	enum dd_bucket bucket;
	bool done_with_term, carried_over, explained;
};
void dd_tally_add(struct dd_tally *tally, const struct dd_tallied *task);
/* All lines together. */
void dd_tally_sum(struct dd_tally *sum, const struct dd_tally *line);

/* Completed late and overdue, before explanations: what was explained and accepted stays late, and
 * is told beside. */
uint32_t dd_tally_late(const struct dd_tally *tally);

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
