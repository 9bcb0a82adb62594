/* year_end.c - see year_end.h. */
#include "common/domain/year_end.h"

#include "common/base/clock.h"

struct dd_chain dd_chain_carry(struct dd_chain before, int32_t first_due_day, uint32_t slips)
{
	if (before.first_due_day == 0)
		before.first_due_day = first_due_day;
	before.slips += slips;
	return before;
}

int32_t dd_day_shift_years(int32_t day, int32_t years)
{
	struct dd_date date = dd_day_to_date(day);
	int32_t moved;

	if (day == 0)
		return 0;
	date.year += years;
	moved = dd_day_from_date(date);
	if (date.month == 2 && date.day == 29 && dd_day_to_date(moved).day != 29)
		moved = dd_day_from_date((struct dd_date){date.year, 2, 28});
	return moved;
}
