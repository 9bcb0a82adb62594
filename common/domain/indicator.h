/* indicator.h - an indicator's target for a year against the last value measured. */
#ifndef DD_DOMAIN_INDICATOR_H
#define DD_DOMAIN_INDICATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_target {
	int32_t year;
	int64_t value; /* in thousandths, as measured values are */
};

struct dd_measure {
	int32_t day;
	int64_t value;
};

struct dd_standing {
	bool has_target;
	bool has_value;
	bool reached;
	int64_t target;
	int64_t value;
	int64_t gap; /* what is missing to the target; negative = more than reached */
};

/* How the indicator stands in `year`, by the last value measured up to the year's end (of values of
 * one day the later in the list). Without a target of that year there is none: another year's is
 * never taken. `falling`: less is better. */
void dd_indicator_stand(const struct dd_target *targets, size_t target_count,
			const struct dd_measure *measures, size_t measure_count, bool falling,
			int32_t year, struct dd_standing *out);

#endif
