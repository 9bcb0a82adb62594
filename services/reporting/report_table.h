/* report_table.h - a table with ruled cells that goes over pages: rows stay whole, the head is
 * repeated on every page. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "services/reporting/report_paper.h"

#define REPORT_COLUMNS_MAX 12

struct report_column {
	const char *head;
	double width; /* 0 in one column: what the others leave */
	enum report_align align;
};

struct report_table {
	struct report_paper *paper;
	const struct report_column *columns; /* borrowed */
	int count;
	double widths[REPORT_COLUMNS_MAX];
	PangoLayout *heads[REPORT_COLUMNS_MAX]; /* owned, like the next two */
	PangoLayout *cells[REPORT_COLUMNS_MAX];
	PangoLayout *bolds[REPORT_COLUMNS_MAX];
	double head_height;
	int page; /* on which the head was shown last */
};

/* Sizes of the head's and the cells' letters. */
void report_table_begin(struct report_table *table, struct report_paper *paper,
			const struct report_column *columns, int count, double head_size,
			double cell_size);
/* One text for each column. A text longer than a page is cut with an ellipsis. */
void report_table_row(struct report_table *table, const char *const texts[], bool bold);
void report_table_end(struct report_table *table);

#endif
