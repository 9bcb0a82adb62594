/* view_query_watch.c - list_silent: units that should have been heard from and were not. */
#include "common/view/view_answer.h"
#include "common/view/view_row.h"
#include "common/view/view_watch.h"
#include <string.h>

#define ROWS_MAX 5000u

struct listing {
	struct answering *answering;
	struct answer_rows rows;
	bool cut;
};

static int add_row(void *arg, const struct view_silent *silent)
{
	static const uint8_t nobody[16];
	struct listing *listing = arg;
	struct answering *answering = listing->answering;
	Dondoc__V1__SilentRow *row;

	if (listing->rows.count == ROWS_MAX) {
		listing->cut = true;
		return DD_OK;
	}
	row = pool_alloc(&answering->pool, sizeof(*row));
	dondoc__v1__silent_row__init(row);
	row->unit = pool_memdup(&answering->pool, silent->unit, sizeof(silent->unit));
	row->unit_name = row_borrow(answer_unit_name(answering, row->unit));
	row->from_day = silent->window.from;
	row->to_day = silent->window.to;
	row->opens_day = silent->window.opens;
	row->due_day = silent->window.due;
	row->days_over = silent->days_over > 0 ? (uint32_t)silent->days_over : 0;
	row->open = silent->open;
	row->heard_day = silent->heard_day;
	row->heard = silent->heard;
	if (memcmp(silent->person, nobody, sizeof(nobody)) != 0) {
		row->person.data = pool_memdup(&answering->pool, silent->person, 16);
		row->person.len = 16;
	}
	answer_rows_add(answering, &listing->rows, row);
	return DD_OK;
}

int answer_list_silent(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ListSilent *asked = query->list_silent;
	int32_t today = answering->context->today;
	struct view_silent_ask ask = {
		.day = asked->as_of_day != 0 ? asked->as_of_day : today,
		.within = asked->within_day,
		.unit = asked->unit,
		.plan = asked->plan,
	};
	struct listing listing = {.answering = answering};
	Dondoc__V1__SilentList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct view_watched watched;
	int rc = answer_check_plan(answering, asked->plan);

	ask.past = ask.day < today;
	if (rc == DD_OK)
		rc = view_silent_units(answering->view, &ask, add_row, &listing, &watched,
				       answering->err);
	if (rc != DD_OK)
		return rc;
	dondoc__v1__silent_list__init(list);
	list->rows = (Dondoc__V1__SilentRow **)listing.rows.items;
	list->n_rows = listing.rows.count;
	list->rows_cut = listing.cut;
	list->expected = watched.expected;
	list->silent = watched.silent;
	list->as_of_day = ask.day;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_SILENT;
	answering->answer.silent = list;
	return DD_OK;
}
