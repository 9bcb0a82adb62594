/* report_chart.h - lying bars of buckets, one bar for each line of a table. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "common/paper/paper.h"
#include "services/reporting/report_data.h"

/* Title, bars and legend, together on one page. Nothing where there are no lines or more than fit a
 * page. */
void report_chart(struct dd_paper *paper, const char *title, const struct report_line *lines,
		  size_t count);

/* How much of a page it takes; 0 = it is left out. */
double report_chart_height(const struct report_line *lines, size_t count);

#endif
