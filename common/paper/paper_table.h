/* paper_table.h - a table with ruled cells that goes over pages: rows stay whole, the head is
 * repeated on every page. */
#ifndef DD_PAPER_TABLE_H
#define DD_PAPER_TABLE_H

#include "common/paper/paper.h"

#define DD_PAPER_COLUMNS_MAX 12

struct dd_paper_column {
	const char *head;
	double width; /* 0 in one column: what the others leave */
	enum dd_paper_align align;
};

struct dd_paper_table {
	struct dd_paper *paper;
	const struct dd_paper_column *columns; /* borrowed */
	int count;
	double widths[DD_PAPER_COLUMNS_MAX];
	PangoLayout *heads[DD_PAPER_COLUMNS_MAX]; /* owned, like the next two */
	PangoLayout *cells[DD_PAPER_COLUMNS_MAX];
	PangoLayout *bolds[DD_PAPER_COLUMNS_MAX];
	double head_height;
	int page; /* on which the head was shown last */
};

/* Sizes of the head's and the cells' letters. */
void dd_paper_table_begin(struct dd_paper_table *table, struct dd_paper *paper,
			  const struct dd_paper_column *columns, int count, double head_size,
			  double cell_size);
/* One text for each column. A text longer than a page is cut with an ellipsis. */
void dd_paper_table_row(struct dd_paper_table *table, const char *const texts[], bool bold);
void dd_paper_table_end(struct dd_paper_table *table);

#endif
