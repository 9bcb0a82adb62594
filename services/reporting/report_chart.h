/* report_chart.h - lying bars of buckets, one bar for each line of a table. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "services/reporting/report_data.h"
#include "services/reporting/report_paper.h"

/* Title, bars and legend, together on one page. Nothing where there are no lines or more than fit a
 * page. */
void report_chart(struct report_paper *paper, const char *title, const struct report_line *lines,
		  size_t count);

#endif
