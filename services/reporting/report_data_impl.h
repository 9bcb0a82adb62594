/* report_data_impl.h - what the files that put a report together share. */
#ifndef REPORT_DATA_IMPL_H
#define REPORT_DATA_IMPL_H

#include "common/view/view_figures.h"
#include "services/reporting/report_data.h"

/* An array in the pool that grows. */
struct growing {
	void *items;
	size_t count, room, size;
};

struct making {
	struct report *report;
	struct report_ledger *ledger;
	struct dd_error *err;
	struct growing areas, units, kinds, plans;
	struct growing overdue, awaiting, extended, carried;
};

/* In the report's pool. */
void *making_add(struct making *making, struct growing *growing);
const char *making_keep(struct making *making, const char *text);
/* The code itself where there is no such unit. */
const char *making_unit_name(struct making *making, const char *code);
void *making_sorted(struct growing *growing, int (*order)(const void *, const void *),
		    size_t *count_out);

/* Into the lists that the task belongs to. */
int making_list(struct making *making, const struct view_figure *figure) DD_MUST_CHECK;
/* All are in: in their order, into the report. */
void making_lists_end(struct making *making);

#endif
