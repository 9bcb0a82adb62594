/* sheet_select.h - which tasks of the sheet a list has, in which order. */
#ifndef DD_VIEW_SHEET_SELECT_H
#define DD_VIEW_SHEET_SELECT_H

#include "common/domain/task_state.h"
#include "common/view/sheet.h"

/* Everything that is asked for must hold. A name that no task has (SHEET_NONE where one is asked
 * for) finds nothing. */
struct sheet_filter {
	const char *plan; /* "" = all, each task once */
	bool headings;    /* too */
	uint32_t states;  /* a bit each */
	bool by_area, by_coordinating, by_division, by_occurrence, by_receipt;
	uint32_t area, coordinating, division, occurrence;
	uint8_t receipt;
	const uint8_t *leads;   /* a byte a name: 1 = its tasks; NULL = all */
	const uint32_t *labels; /* one of them is enough */
	size_t label_count;
	uint64_t flags_all, flags_none;
	uint64_t parent;                  /* 0 = any */
	int32_t due_from_day, due_to_day; /* 0 = open */
	int32_t assigned_before_day;      /* 0 = any */
	int64_t not_updated_since_us;     /* 0 = any */
	enum dd_time_state time;          /* 0 = any */
	int32_t as_of;
	int near_days;
	struct dd_judge judge;
	/* What the sheet does not know; asked last. NULL = nothing more. */
	bool (*more)(void *arg, const struct sheet_row *row);
	void *arg;
};

struct sheet_order {
	Dondoc__V1__TaskSort by;
	bool descending;
	const uint32_t *ranks; /* of names, for the order of leads */
	uint32_t offset, limit;
};

/* The page's places, in order; `found_out` holds `limit` of them. Returns how many there are;
 * *total_out = how many the filter found. Ties stand in the order of the annex. */
size_t sheet_select(const struct sheet *sheet, const struct sheet_filter *filter,
		    const struct sheet_order *order, const struct sheet_place **found_out,
		    uint32_t *total_out);

/* 0 = waits for nothing, or is a heading. It agrees with the buckets: what was handed in is judged
 * by the day on which it was. */
enum dd_time_state sheet_time_state(const struct sheet_row *row, const struct dd_judge *judge,
				    int32_t as_of, int near_days);
enum dd_time_state sheet_time_of(const struct dd_task_clock *clock, const struct dd_judge *judge,
				 int32_t as_of, int near_days);
int32_t sheet_days_late(const struct sheet_row *row, const struct dd_judge *judge, int32_t as_of);
enum dd_bucket sheet_bucket(const struct sheet_row *row, const struct dd_judge *judge,
			    int32_t as_of);
bool sheet_explained(const struct sheet_row *row); /* its lateness, and that was accepted */
/* With the flags that follow from the day and from the place. */
uint64_t sheet_flags(const struct sheet_row *row, const struct sheet_place *place, int32_t as_of);

#endif
