/* year_end.h - what a task takes along into the next year's plan. */
#ifndef DD_DOMAIN_YEAR_END_H
#define DD_DOMAIN_YEAR_END_H

#include <stdint.h>

/* The chain of a task that goes on from year to year. */
struct dd_chain {
	int32_t first_due_day; /* of the oldest in the chain; 0 = it never had one */
	uint32_t slips;        /* extensions granted in all years */
};

/* The chain with which the task goes on: the oldest first due day stays, slips add up. `before` is
 * the task's own chain so far (zeros: it is the first). */
struct dd_chain dd_chain_carry(struct dd_chain before, int32_t first_due_day, uint32_t slips);

/* A day so many years later; 29 February becomes 28 where there is none. 0 stays 0. */
int32_t dd_day_shift_years(int32_t day, int32_t years);

#endif
