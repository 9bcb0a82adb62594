/* indicator.c - see indicator.h. */
#include "common/domain/indicator.h"

#include "common/base/clock.h"

void dd_indicator_stand(const struct dd_target *targets, size_t target_count,
			const struct dd_measure *measures, size_t measure_count, bool falling,
			int32_t year, struct dd_standing *out)
{
	int32_t end = dd_day_from_date((struct dd_date){year, 12, 31}), last = 0;

	*out = (struct dd_standing){0};
	for (size_t i = 0; i < target_count; i++) {
		if (targets[i].year == year) {
			out->has_target = true;
			out->target = targets[i].value;
		}
	}
	for (size_t i = 0; i < measure_count; i++) {
		if (measures[i].day > end || (out->has_value && measures[i].day < last))
			continue;
		out->has_value = true;
		out->value = measures[i].value;
		last = measures[i].day;
	}
	if (!out->has_target || !out->has_value)
		return;
	out->gap = falling ? out->value - out->target : out->target - out->value;
	out->reached = out->gap <= 0;
}
