/* view_query_tasks.c - list_tasks: the question becomes a filter of the sheet, and the rows of the
 * page are read from LMDB. */
#include "common/base/text.h"
#include "common/domain/collate.h"
#include "common/view/sheet_select.h"
#include "common/view/view_blocked.h"
#include "common/view/view_receipt.h"
#include "common/view/view_row.h"
#include "common/view/view_unit.h"
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000

struct listing {
	struct answering *answering;
	const Dondoc__V1__ListTasks *query;
	struct sheet *sheet;
	struct sheet_filter filter;
	struct row_judging judging;
	const char *text;          /* folded; NULL = not asked for */
	uint8_t *leads;            /* owned; a byte a name */
	uint8_t *charge;           /* owned; lead x area: 0 = not looked, 1 = in charge, 2 = not */
	uint32_t *ranks;           /* owned */
	struct receipts *receipts; /* owned; NULL = nothing of assignment is asked for */
	uint64_t *blocked;         /* in ascending order, where it is asked about them */
	size_t blocked_count;
	bool blocked_asked, blocked_wanted;
	uint32_t labels[64];
};

/* --- what the sheet is not asked for ------------------------------------------------------------
 */

static bool text_found(const struct listing *listing, uint64_t task)
{
	struct dd_key key;
	struct dd_val val;

	view_key_u64(&key, VIEW_SEARCH, task);
	if (answer_get(listing->answering, &key, &val) != DD_OK)
		return false;
	return memmem(val.data, val.len, listing->text, strlen(listing->text)) != NULL;
}

/* Charges are by area and unit: each pair is looked up once. */
static bool in_charge(struct listing *listing, const struct sheet_row *row)
{
	const ProtobufCBinaryData *leader = &listing->query->leader;
	size_t at = (size_t)row->lead * 256 + row->area;
	struct view_task task = {.area = row->area};

	if (row->lead == SHEET_NONE)
		return false;
	if (listing->charge[at] == 0) {
		memcpy(task.lead_unit, sheet_text(listing->sheet, row->lead),
		       strlen(sheet_text(listing->sheet, row->lead)) + 1);
		listing->charge[at] = view_in_charge(listing->answering->view, false, leader->data,
						     &task, listing->filter.as_of)
					      ? 1
					      : 2;
	}
	return listing->charge[at] == 1;
}

static bool assigned_matches(struct listing *listing, const struct sheet_row *row)
{
	const Dondoc__V1__ListTasks *query = listing->query;
	int32_t assigned;

	if (query->not_received && !receipts_missing(listing->receipts, row))
		return false;
	assigned = receipts_assigned(listing->receipts, row);
	return query->assigned_before_day == 0 ||
	       (assigned != 0 && assigned < query->assigned_before_day);
}

static int by_id(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static bool blocked_matches(const struct listing *listing, const struct sheet_row *row)
{
	bool blocked = listing->blocked_count > 0 &&
		       bsearch(&row->id, listing->blocked, listing->blocked_count, sizeof(row->id),
			       by_id) != NULL;

	return blocked == listing->blocked_wanted;
}

static bool more_matches(void *arg, const struct sheet_row *row)
{
	struct listing *listing = arg;

	if (listing->blocked_asked && !blocked_matches(listing, row))
		return false;

	if (listing->receipts && !assigned_matches(listing, row))
		return false;

	if (listing->charge && !in_charge(listing, row))
		return false;
	return !listing->text ||
	       (sheet_may_hold(listing->sheet, row, listing->text) && text_found(listing, row->id));
}

/* --- the question -------------------------------------------------------------------------------
 */

/* One bit a state, so that a question that names one a thousand times costs no more per task. */
static uint32_t states_asked(const Dondoc__V1__ListTasks *query)
{
	uint32_t states = query->n_states == 0 ? UINT32_MAX : 0;

	for (size_t i = 0; i < query->n_states; i++) {
		if ((unsigned)query->states[i] < 32)
			states |= UINT32_C(1) << (unsigned)query->states[i];
	}
	return states;
}

/* Headings have neither state nor lead nor dates: they are told only where nothing of that is
 * asked for. */
static bool headings_asked(const Dondoc__V1__ListTasks *query)
{
	const char *const texts[] = {query->unit, query->coordinating_unit, query->division,
				     query->unit_kind, query->occurrence};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i][0] != '\0')
			return false;
	}
	return query->with_groups && query->n_states == 0 && query->flags_all == 0 &&
	       query->n_labels == 0 && query->leader.len == 0 && query->due_from_day == 0 &&
	       query->due_to_day == 0 && query->assigned_before_day == 0 && !query->not_received &&
	       query->not_updated_since_us == 0 &&
	       query->has_receipt_case == DONDOC__V1__LIST_TASKS__HAS_RECEIPT__NOT_SET &&
	       query->time_state == DONDOC__V1__TIME_STATE__TIME_ANY;
}

static bool lead_matches(struct answering *answering, const Dondoc__V1__ListTasks *query,
			 const char *unit)
{
	struct view_unit record;

	if (query->unit[0] != '\0' && strcmp(query->unit, unit) != 0 &&
	    !(query->with_subunits && view_unit_within(answering->view, false, unit, query->unit)))
		return false;
	if (query->unit_kind[0] == '\0')
		return true;
	return view_unit(answering->view, false, unit, &record) == DD_OK &&
	       strcmp(record.kind, query->unit_kind) == 0;
}

static void read_leads(struct listing *listing)
{
	const Dondoc__V1__ListTasks *query = listing->query;
	uint32_t names = sheet_names(listing->sheet);
	uint32_t one;

	if (query->unit[0] == '\0' && query->unit_kind[0] == '\0')
		return;
	listing->leads = dd_alloc(names + 1);
	listing->filter.leads = listing->leads;
	if (query->unit_kind[0] == '\0' && !query->with_subunits) {
		one = sheet_name(listing->sheet, query->unit);
		if (one != SHEET_NONE)
			listing->leads[one] = 1;
		return;
	}
	for (uint32_t i = 0; i < names; i++)
		listing->leads[i] =
			lead_matches(listing->answering, query, sheet_text(listing->sheet, i));
}

static int read_labels(struct listing *listing)
{
	const Dondoc__V1__ListTasks *query = listing->query;

	if (query->n_labels > sizeof(listing->labels) / sizeof(listing->labels[0]))
		return dd_fail(listing->answering->err, DD_ERR_INVALID,
			       "at most 64 labels can be asked for at once");
	for (size_t i = 0; i < query->n_labels; i++)
		listing->labels[i] = sheet_name(listing->sheet, query->labels[i]);
	listing->filter.labels = listing->labels;
	listing->filter.label_count = query->n_labels;
	return DD_OK;
}

static void read_names(struct listing *listing)
{
	const Dondoc__V1__ListTasks *query = listing->query;
	struct sheet_filter *filter = &listing->filter;

	filter->by_coordinating = query->coordinating_unit[0] != '\0';
	filter->coordinating = sheet_name(listing->sheet, query->coordinating_unit);
	filter->by_division = query->division[0] != '\0';
	filter->division = sheet_name(listing->sheet, query->division);
	filter->by_occurrence = query->occurrence[0] != '\0';
	filter->occurrence = sheet_name(listing->sheet, query->occurrence);
	filter->by_area = query->has_area_case == DONDOC__V1__LIST_TASKS__HAS_AREA_AREA;
	filter->area = query->area;
	filter->by_receipt = query->has_receipt_case == DONDOC__V1__LIST_TASKS__HAS_RECEIPT_RECEIPT;
	filter->receipt = (uint8_t)query->receipt;
}

/* Whether a predecessor is open hangs on other tasks, which the sheet's flags do not follow. */
static int read_blocked(struct listing *listing)
{
	const uint64_t flag = DONDOC__V1__TASK_FLAG__TASK_FLAG_BLOCKED;
	struct sheet_filter *filter = &listing->filter;

	if (!((filter->flags_all | filter->flags_none) & flag))
		return DD_OK;
	listing->blocked_asked = true;
	listing->blocked_wanted = (filter->flags_all & flag) != 0;
	filter->flags_all &= ~flag;
	filter->flags_none &= ~flag;
	return answer_blocked(listing->answering, &listing->blocked, &listing->blocked_count);
}

static int read_filter(struct listing *listing)
{
	const Dondoc__V1__ListTasks *query = listing->query;
	struct row_judging *judging = &listing->judging;
	uint32_t near_days = query->near_days != 0 ? query->near_days : ROW_NEAR_DEFAULT;
	int rc;

	*judging = row_judging_now(listing->answering);
	if (query->as_of_day != 0)
		judging->as_of = query->as_of_day;
	judging->near_days = (int)(near_days < ROW_NEAR_MOST ? near_days : ROW_NEAR_MOST);
	listing->filter = (struct sheet_filter){
		.plan = query->plan,
		.headings = headings_asked(query),
		.states = states_asked(query),
		.flags_all = query->flags_all,
		.flags_none = query->flags_none,
		.parent = query->parent,
		.due_from_day = query->due_from_day,
		.due_to_day = query->due_to_day,
		.assigned_before_day = query->assigned_before_day,
		.not_updated_since_us = query->not_updated_since_us,
		.time = (enum dd_time_state)query->time_state,
		.as_of = judging->as_of,
		.near_days = judging->near_days,
		.judge = judging->judge,
	};
	sheet_judge(listing->sheet, &judging->judge, judging->as_of);
	read_names(listing);
	read_leads(listing);
	if (query->leader.len != 0 && query->leader.len != 16)
		return dd_fail(listing->answering->err, DD_ERR_INVALID,
			       "a person's id has 16 bytes");
	if (query->leader.len == 16)
		listing->charge = dd_alloc((size_t)(sheet_names(listing->sheet) + 1) * 256);
	if (query->not_received || query->assigned_before_day != 0)
		listing->receipts = receipts_new(listing->answering, listing->sheet,
						 query->not_received_days, judging->as_of);
	rc = read_blocked(listing);
	if (rc != DD_OK)
		return rc;
	if (listing->charge || listing->text || listing->receipts || listing->blocked_asked) {
		listing->filter.more = more_matches;
		listing->filter.arg = listing;
	}
	return read_labels(listing);
}

/* --- the order of leads -------------------------------------------------------------------------
 */

struct ranked {
	uint8_t key[128];
	uint32_t name;
};

static int by_rank(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	int order = memcmp(a->key, b->key, sizeof(a->key));

	return order != 0 ? order : (a->name > b->name) - (a->name < b->name);
}

/* By the names that units have today. */
static void rank_leads(struct listing *listing)
{
	uint32_t names = sheet_names(listing->sheet);
	struct ranked *ranked = dd_alloc((names + 1) * sizeof(*ranked));

	listing->ranks = dd_alloc((names + 1) * sizeof(*listing->ranks));
	for (uint32_t i = 0; i < names; i++) {
		const char *code = sheet_text(listing->sheet, i);

		ranked[i].name = i;
		dd_collate_key(answer_unit_name(listing->answering, code), ranked[i].key,
			       sizeof(ranked[i].key));
	}
	qsort(ranked, names, sizeof(*ranked), by_rank);
	for (uint32_t i = 0; i < names; i++)
		listing->ranks[ranked[i].name] = i;
	free(ranked);
}

/* --- the answer ---------------------------------------------------------------------------------
 */

static int add_rows(struct listing *listing, const struct sheet_place **page, size_t count,
		    Dondoc__V1__TaskList *list)
{
	struct answer_rows rows = {0};
	size_t bytes = 0;

	for (size_t i = 0; i < count && bytes < ANSWER_BYTES_MAX; i++) {
		Dondoc__V1__TaskRow *row = row_of_place(listing->answering, listing->sheet, page[i],
							&listing->judging);

		if (!row)
			return DD_ERR_CORRUPT;
		bytes += dondoc__v1__task_row__get_packed_size(row);
		answer_rows_add(listing->answering, &rows, row);
	}
	list->rows = (Dondoc__V1__TaskRow **)rows.items;
	list->n_rows = rows.count;
	list->rows_cut = rows.count < count;
	return DD_OK;
}

/* So that a copy of the rows can be judged on a later day. */
static Dondoc__V1__JudgeRule *judge_rule(struct listing *listing)
{
	Dondoc__V1__JudgeRule *rule = pool_alloc(&listing->answering->pool, sizeof(*rule));

	dondoc__v1__judge_rule__init(rule);
	rule->no_credit = !listing->judging.judge.credit_waiting;
	rule->by_confirmation = listing->judging.judge.by_confirmation;
	return rule;
}

static int list_page(struct listing *listing)
{
	struct answering *answering = listing->answering;
	const Dondoc__V1__ListTasks *query = listing->query;
	uint32_t limit = query->limit != 0 ? query->limit : LIMIT_DEFAULT;
	const struct sheet_place *page[LIMIT_MOST];
	struct sheet_order order = {.by = query->sort, .descending = query->descending};
	Dondoc__V1__TaskList *list = pool_alloc(&answering->pool, sizeof(*list));
	size_t count;

	if (query->sort == DONDOC__V1__TASK_SORT__TASK_SORT_LEAD)
		rank_leads(listing);
	order.ranks = listing->ranks;
	order.offset = query->offset;
	order.limit = limit < LIMIT_MOST ? limit : LIMIT_MOST;
	dondoc__v1__task_list__init(list);
	list->judge = judge_rule(listing);
	count = sheet_select(listing->sheet, &listing->filter, &order, page, &list->total);
	list->as_of_day = listing->judging.as_of;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_TASKS;
	answering->answer.tasks = list;
	return query->count_only ? DD_OK : add_rows(listing, page, count, list);
}

int answer_list_tasks(struct answering *answering, const Dondoc__V1__Query *query)
{
	struct listing listing = {.answering = answering, .query = query->list_tasks};
	char *tidy = dd_text_tidy(query->list_tasks->text);
	char *folded = tidy ? dd_text_fold(tidy) : NULL;
	int rc = answer_check_plan(answering, query->list_tasks->plan);

	if (folded && folded[0] != '\0')
		listing.text = folded;
	if (rc == DD_OK && !folded)
		rc = dd_fail(answering->err, DD_ERR_INVALID, "the text to search is not UTF-8");
	if (rc == DD_OK)
		rc = sheet_of(answering->view, &listing.sheet, answering->err);
	if (rc == DD_OK && listing.text)
		rc = sheet_sign_texts(answering->view, listing.sheet, answering->err);
	if (rc == DD_OK)
		rc = read_filter(&listing);
	if (rc == DD_OK)
		rc = list_page(&listing);
	receipts_free(listing.receipts);
	free(listing.leads);
	free(listing.charge);
	free(listing.ranks);
	free(folded);
	free(tidy);
	return rc;
}
