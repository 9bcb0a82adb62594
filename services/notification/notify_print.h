/* notify_print.h - rows as values for templates: shared by letters and copies for hand. */
#ifndef NOTIFY_PRINT_H
#define NOTIFY_PRINT_H

#include "common/view/pool.h"
#include "services/notification/notify_templates.h"
#include "services/notification/notify_words.h"

struct notify_printing {
	struct pool pool; /* everything that values point to */
	const struct notify_words *words;
	int32_t day;
	size_t content_chars; /* the content is cut behind so many characters */
	bool of_plan;         /* name each row's plan */
};

/* The values of one row, by enum notify_in_row; `number` from 1. */
const struct notify_value *notify_print_row(struct notify_printing *printing,
					    const struct notify_row *row, size_t number);

/* Counts of rows as people read them in a subject. */
enum { NOTIFY_SUM_OVERDUE, NOTIFY_SUM_TODAY, NOTIFY_SUM_SOON, NOTIFY_SUM_OTHER, NOTIFY_SUMS };
unsigned notify_sum_of(enum notify_section section);
/* "2 quá hạn, 1 đến hạn hôm nay" */
const char *notify_print_summary(struct notify_printing *printing, const size_t sums[NOTIFY_SUMS]);
const char *notify_print_number(struct notify_printing *printing, size_t number);
const char *notify_print_day(struct notify_printing *printing, int32_t day);

/* Whether rows are of several plans. */
bool notify_rows_of_plans(const struct notify_row *rows, size_t count);

#endif
