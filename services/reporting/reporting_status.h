/* reporting_status.h - how the service is, for show_status. */
#ifndef REPORTING_STATUS_H
#define REPORTING_STATUS_H

#include "dondoc/v1/query.pb-c.h"
#include "services/reporting/reporting.h"

#define REPORTING_METRICS 4

/* The message and all it points to; not to be moved. */
struct reporting_status {
	Dondoc__V1__Status status;
	Dondoc__V1__Position head;
	struct dd_position position;
	Dondoc__V1__Metric metrics[REPORTING_METRICS], *list[REPORTING_METRICS];
	char health[600];
	char authority[256];
	char service[16];
};

void reporting_status_fill(struct reporting *reporting, struct reporting_status *out);

#endif
