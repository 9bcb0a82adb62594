/* notify_hand.c - see notify_hand.h. All tasks of the list are counted; the first few are named. */
#include "services/notification/notify_hand.h"

#include "common/base/id.h"
#include "common/view/view_calendar.h"
#include "common/view/view_query.h"
#include "services/notification/notify_card.h"
#include <stdlib.h>
#include <string.h>

#define PAGE          500u
#define NEAR_DAYS     7
#define CONTENT_CHARS 60 /* in the text; the picture shows two lines */
#define CARD_CHARS    140

/* The tasks of a list: sums of all, facts of the first. */
struct gathering {
	const struct notify_hand_context *context;
	struct view_calendars *calendars; /* owned */
	bool of_unit;
	size_t total;
	size_t sums[NOTIFY_SUMS];
	size_t count;
	uint64_t tasks[NOTIFY_HAND_ROWS];
	struct notify_row rows[NOTIFY_HAND_ROWS]; /* texts lie in the pool */
	struct notify_printing printing;
};

/* --- the tasks ------------------------------------------------------------------------------ */

/* Open tasks that are overdue, due today or soon, unless the list is told otherwise. */
static void narrow(const Dondoc__V1__ListTasks *asked, int32_t today, Dondoc__V1__TaskState *states,
		   Dondoc__V1__ListTasks *list)
{
	*list = *asked;
	if (list->n_states == 0) {
		states[0] = DONDOC__V1__TASK_STATE__TASK_ASSIGNED;
		states[1] = DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS;
		states[2] = DONDOC__V1__TASK_STATE__TASK_RETURNED;
		list->states = states;
		list->n_states = 3;
	}
	if (list->time_state == DONDOC__V1__TIME_STATE__TIME_ANY && list->due_to_day == 0)
		list->due_to_day = today + (list->near_days > 0 && list->near_days < 366
						    ? (int32_t)list->near_days
						    : NEAR_DAYS);
	list->with_groups = false;
	list->count_only = false;
	list->descending = false;
	list->sort = DONDOC__V1__TASK_SORT__TASK_SORT_DUE;
	list->limit = PAGE;
}

static char *kept(struct gathering *gathering, const char *text)
{
	return pool_memdup(&gathering->printing.pool, text, strlen(text) + 1);
}

static void take_task(struct gathering *gathering, const Dondoc__V1__TaskRow *task)
{
	const int32_t today = gathering->context->today;
	struct notify_row row = {.due_day = task->due_day,
				 .state = (enum dd_task_state)task->state};

	if (task->due_day != 0)
		row.days_left = dd_calendar_between(
			view_calendars_of(gathering->calendars, task->lead_unit), today,
			task->due_day);
	gathering->sums[notify_sum_of(notify_row_section(&row, today))]++;
	gathering->total++;
	if (gathering->count == NOTIFY_HAND_ROWS)
		return;
	row.plan = kept(gathering, task->fields->plan);
	row.code = kept(gathering, task->fields->code);
	row.content = kept(gathering, task->fields->content);
	if (!gathering->of_unit)
		row.lead = kept(gathering, task->lead_name);
	gathering->tasks[gathering->count] = task->id;
	gathering->rows[gathering->count++] = row;
}

/* One page; *count_out: its rows. */
static int take_page(struct gathering *gathering, const Dondoc__V1__ListTasks *list,
		     size_t *count_out, struct dd_error *err)
{
	const struct view_query_context context = {.view = gathering->context->view,
						   .today = gathering->context->today};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer *answer = NULL;
	struct dd_buf out = {0};
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = (Dondoc__V1__ListTasks *)list;
	*count_out = 0;
	rc = view_query(&context, &query, &out, err);
	if (rc == 0)
		answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	for (size_t i = 0; answer != NULL && i < answer->tasks->n_rows; i++)
		take_task(gathering, answer->tasks->rows[i]);
	if (answer != NULL)
		*count_out = answer->tasks->n_rows;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&out);
	return rc;
}

static int gather(struct gathering *gathering, const Dondoc__V1__ListTasks *asked,
		  struct dd_error *err)
{
	Dondoc__V1__TaskState states[3];
	Dondoc__V1__ListTasks list;
	size_t count = 1;
	int rc = 0;

	narrow(asked, gathering->context->today, states, &list);
	for (list.offset = 0; rc == 0 && count > 0; list.offset += (uint32_t)count)
		rc = take_page(gathering, &list, &count, err);
	if (rc == 0 && gathering->total == 0)
		rc = dd_fail(err, DD_ERR_NOT_FOUND, "no task to tell of");
	return rc;
}

/* --- the text ------------------------------------------------------------------------------- */

static size_t count_chars(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* The name of the unit of the list; empty if it is of several. */
static const char *unit_name(struct gathering *gathering, const char *code)
{
	struct view_unit unit;

	if (code[0] == '\0')
		return "";
	if (view_unit(gathering->context->view, false, code, &unit) != DD_OK ||
	    unit.name[0] == '\0')
		return code;
	return kept(gathering, unit.name);
}

static void print_rows(struct gathering *gathering, size_t chars,
		       const struct notify_value *out[NOTIFY_HAND_ROWS])
{
	gathering->printing.content_chars = chars;
	for (size_t i = 0; i < gathering->count; i++)
		out[i] = notify_print_row(&gathering->printing, &gathering->rows[i], i + 1);
}

/* As many tasks as there is room for, at least one. */
static int write_text(struct gathering *gathering, struct notify_value *values, bool english,
		      struct dd_buf *text, struct dd_error *err)
{
	const struct notify_template *template =
		notify_templates_get(gathering->context->templates, NOTIFY_TEMPLATE_HAND, english);
	const struct notify_value *rows[NOTIFY_HAND_ROWS];

	print_rows(gathering, CONTENT_CHARS, rows);
	values[NOTIFY_IN_HAND_TASKS].items = rows;
	for (size_t count = gathering->count; count > 0; count--) {
		const size_t others = gathering->total - count;

		values[NOTIFY_IN_HAND_TASKS].count = count;
		values[NOTIFY_IN_HAND_OTHERS].text =
			others > 0 ? notify_print_number(&gathering->printing, others) : NULL;
		dd_buf_clear(text);
		notify_template_render(template, values, false, text);
		while (text->len > 0 && strchr(" \r\n", text->data[text->len - 1]) != NULL)
			text->len--;
		if (count_chars(dd_buf_cstr(text)) < NOTIFY_HAND_CHARS) {
			gathering->count = count;
			return 0;
		}
	}
	return dd_fail(err, DD_ERR_INVALID,
		       "hand.%s.txt leaves no room for one task in %d characters: shorten it",
		       english ? "en" : "vi", NOTIFY_HAND_CHARS);
}

/* --- the picture ---------------------------------------------------------------------------- */

static int draw(struct gathering *gathering, const struct notify_value *values, bool english,
		struct dd_buf *picture, struct dd_error *err)
{
	const struct notify_value *rows[NOTIFY_HAND_ROWS];
	enum notify_section sections[NOTIFY_HAND_ROWS];
	struct notify_card card = {.title = values[NOTIFY_IN_HAND_UNIT].text,
				   .day = values[NOTIFY_IN_HAND_DAY].text,
				   .tasks = rows,
				   .sections = sections,
				   .count = gathering->count,
				   .others = gathering->total - gathering->count,
				   .link = values[NOTIFY_IN_HAND_LINK].text,
				   .english = english,
				   .trial = gathering->context->trial};

	print_rows(gathering, CARD_CHARS, rows);
	for (size_t i = 0; i < gathering->count; i++)
		sections[i] = notify_row_section(&gathering->rows[i], gathering->context->today);
	memcpy(card.sums, gathering->sums, sizeof(card.sums));
	return notify_card(&card, picture, err);
}

/* --- the answer ----------------------------------------------------------------------------- */

static void fill_values(struct gathering *gathering, const char *unit, const char *link,
			struct notify_value *values)
{
	struct notify_printing *printing = &gathering->printing;

	values[NOTIFY_IN_HAND_TRIAL].text = gathering->context->trial ? "1" : NULL;
	values[NOTIFY_IN_HAND_UNIT].text = unit;
	values[NOTIFY_IN_HAND_DAY].text = notify_print_day(printing, printing->day);
	values[NOTIFY_IN_HAND_SUMMARY].text = notify_print_summary(printing, gathering->sums);
	values[NOTIFY_IN_HAND_COUNT].text = notify_print_number(printing, gathering->total);
	values[NOTIFY_IN_HAND_LINK].text = link;
}

static void pack(const struct gathering *gathering, struct dd_buf *text, struct dd_buf *picture,
		 const char *link, struct dd_buf *out)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__HandCopy copy = DONDOC__V1__HAND_COPY__INIT;
	uint8_t hash[DD_HASH_LEN];

	dd_hash(text->data, text->len, hash);
	copy.text = (char *)dd_buf_cstr(text);
	copy.picture = (ProtobufCBinaryData){.data = picture->data, .len = picture->len};
	copy.tasks = (uint64_t *)gathering->tasks;
	copy.n_tasks = gathering->count;
	copy.total = (uint32_t)gathering->total;
	copy.text_hash = (ProtobufCBinaryData){.data = hash, .len = sizeof(hash)};
	copy.link = (char *)link;
	answer.view_sequence = view_position(gathering->context->view)->sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_HAND_COPY;
	answer.hand_copy = &copy;
	out->len += dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(out, dondoc__v1__answer__get_packed_size(&answer)));
}

static int copy(struct gathering *gathering, const Dondoc__V1__CopyForHand *ask,
		const Dondoc__V1__ListTasks *which, struct dd_buf *out, struct dd_error *err)
{
	struct notify_value values[NOTIFY_IN_HAND_VALUES] = {{0}};
	struct dd_buf text = {0}, picture = {0}, link = {0};
	int rc = gather(gathering, which, err);

	if (rc == 0) {
		notify_link(&link, gathering->context->console_url, which->unit);
		fill_values(gathering, unit_name(gathering, which->unit), dd_buf_cstr(&link),
			    values);
		gathering->printing.of_plan =
			notify_rows_of_plans(gathering->rows, gathering->count);
		rc = write_text(gathering, values, ask->english, &text, err);
	}
	if (rc == 0 && !ask->without_picture)
		rc = draw(gathering, values, ask->english, &picture, err);
	if (rc == 0)
		pack(gathering, &text, &picture, dd_buf_cstr(&link), out);
	dd_buf_fini(&text);
	dd_buf_fini(&picture);
	dd_buf_fini(&link);
	return rc;
}

int notify_hand(const struct notify_hand_context *context, const Dondoc__V1__CopyForHand *ask,
		struct dd_buf *out, struct dd_error *err)
{
	static const Dondoc__V1__ListTasks all = DONDOC__V1__LIST_TASKS__INIT;
	const Dondoc__V1__ListTasks *which = ask->which != NULL ? ask->which : &all;
	struct gathering gathering = {
		.context = context,
		.of_unit = which->unit[0] != '\0' && !which->with_subunits,
		.printing = {.words = ask->english ? &notify_words_en : &notify_words_vi,
			     .day = context->today},
	};
	int rc;

	gathering.calendars = view_calendars_new(context->view, false);
	rc = view_calendars_failed(gathering.calendars);
	if (rc != 0)
		(void)dd_fail(err, rc, "the calendar cannot be read from the view");
	else
		rc = copy(&gathering, ask, which, out, err);
	view_calendars_free(gathering.calendars);
	pool_fini(&gathering.printing.pool);
	return rc;
}
