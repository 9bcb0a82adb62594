/* bench_lists.c - pages of lists with 1,000 units and 200,000 tasks in place: how long one takes,
 * by question. Usage: bench-lists FOLDER [TASKS]; the folder is filled if it holds no view. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_query.h"
#include "common/view/view_visible.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY0  20500
#define UNITS 1000
#define BATCH 4000
#define TURNS 40

static struct dd_error err;

static void need(int rc, const char *what)
{
	if (rc == DD_OK)
		return;
	fprintf(stderr, "bench-lists: %s: %s\n", what, err.text);
	exit(1);
}

struct filling {
	struct view *view;
	struct dd_position position;
	uint64_t next;
	uint64_t random;
	int64_t now_us;
};

static uint32_t draw(struct filling *f, uint32_t below)
{
	f->random = f->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((f->random >> 33) % below);
}

static void add(struct filling *f, Dondoc__V1__EventType type, uint64_t subject, uint64_t previous,
		const ProtobufCMessage *body)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct view_body said = {.bytes = (const uint8_t *)"", .said = body};

	header.type = type;
	header.subject = subject;
	header.subject_previous = previous;
	header.record_us = f->now_us += 1000;
	header.must_understand = true;
	need(view_apply(f->view, f->next, &header, &said, &err), "apply");
	f->next++;
}

static void batch_end(struct filling *f, bool last)
{
	if (f->position.sequence == f->next - 1) {
		view_batch_drop(f->view);
		return;
	}
	f->position.sequence = f->next - 1;
	view_batch_commit(f->view, &f->position);
	need(view_flush(f->view, &err), "flush");
	if (!last)
		view_batch_begin(f->view);
}

static void add_unit(struct filling *f, uint32_t number)
{
	static const char *const names[] = {"Sở Nội vụ", "Sở Tài chính", "UBND xã An Bình",
					    "Ban Dân tộc", "UBND phường Đồng Tâm"};
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;
	char code[32], name[100], parent[32];

	snprintf(code, sizeof(code), "U%04" PRIu32, number);
	snprintf(parent, sizeof(parent), "U%04" PRIu32, number / 10);
	snprintf(name, sizeof(name), "%s %" PRIu32, names[number % 5], number);
	unit.code = code;
	unit.name = name;
	unit.parent = number >= 10 ? parent : (char *)"";
	unit.kind = (char *)(number % 4 == 0 ? "so" : "xa");
	body.unit = &unit;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, 0, 0, &body.base);
}

static void add_plan(struct filling *f, uint32_t number)
{
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	char code[16];

	snprintf(code, sizeof(code), "P%02" PRIu32, number);
	plan.code = code;
	plan.title = code;
	body.plan = &plan;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_PLAN_SET, 0, 0, &body.base);
}

static void add_task(struct filling *f, uint32_t number)
{
	static const char *const verbs[] = {"Xây dựng kế hoạch", "Rà soát thủ tục",
					    "Công khai kết quả", "Đôn đốc các xã",
					    "Báo cáo tiến độ",   "Triển khai dự án"};
	static const char *const objects[] = {"chuyển đổi số", "cải cách hành chính", "giảm nghèo",
					      "đầu tư công", "phòng chống thiên tai"};
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	char plan[16], code[32], lead[32], with[32], content[300], parent[32];
	char *coordinating[] = {with};

	snprintf(plan, sizeof(plan), "P%02" PRIu32, number / 5000);
	snprintf(code, sizeof(code), "T%" PRIu32, number);
	snprintf(parent, sizeof(parent), "T%" PRIu32, number / 10 * 10);
	snprintf(lead, sizeof(lead), "U%04" PRIu32, draw(f, UNITS));
	snprintf(with, sizeof(with), "U%04" PRIu32, draw(f, UNITS));
	snprintf(content, sizeof(content), "%s %s giai đoạn 2026-2030 số %" PRIu32,
		 verbs[draw(f, 6)], objects[draw(f, 5)], draw(f, 100000));
	fields.plan = plan;
	fields.code = code;
	fields.parent = number % 10 != 0 ? parent : (char *)"";
	fields.lead_unit = lead;
	fields.coordinating_units = coordinating;
	fields.n_coordinating_units = 1;
	fields.content = content;
	fields.area = draw(f, 7);
	fields.due_day = draw(f, 10) != 0 ? DAY0 - 100 + (int32_t)draw(f, 400) : 0;
	fields.priority = draw(f, 50) == 0;
	fields.position = number % 5000 + 1;
	body.task = &fields;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED, f->next, 0, &body.base);
}

static void fill(struct view *view, uint32_t tasks)
{
	struct filling f = {.view = view, .next = 1, .random = 1, .now_us = dd_day_start_us(DAY0)};

	need(view_live(view, &err), "live");
	view_batch_begin(view);
	for (uint32_t i = 0; i < UNITS; i++)
		add_unit(&f, i);
	for (uint32_t i = 0; i <= tasks / 5000; i++)
		add_plan(&f, i);
	for (uint32_t i = 0; i < tasks; i++) {
		add_task(&f, i);
		if (i % BATCH == BATCH - 1)
			batch_end(&f, false);
	}
	batch_end(&f, true);
}

/* --- asking ----------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void measure(struct view *view, const char *name, Dondoc__V1__ListTasks *list)
{
	struct view_query_context context = {.view = view, .today = DAY0};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct dd_buf out = {0};
	int64_t took[TURNS];
	Dondoc__V1__Answer *answer;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = list;
	for (int i = 0; i < TURNS; i++) {
		int64_t begin = dd_mono_us();

		dd_buf_clear(&out);
		need(view_query(&context, &query, &out, &err), name);
		took[i] = dd_mono_us() - begin;
	}
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	qsort(took, TURNS, sizeof(took[0]), by_time);
	printf("%-44s %8" PRIu32 " found  median %6.2f ms  worst %6.2f ms\n", name,
	       answer->tasks->total, (double)took[TURNS / 2] / 1000,
	       (double)took[TURNS - 1] / 1000);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&out);
}

static void ask_all(struct view *view)
{
	Dondoc__V1__ListTasks none = DONDOC__V1__LIST_TASKS__INIT, list;
	int64_t begin = dd_mono_us();

	list = none;
	list.count_only = true;
	measure(view, "count of all (first one builds the sheet)", &list);
	printf("  %d of them %.0f ms\n", TURNS, (double)(dd_mono_us() - begin) / 1000);
	list = none;
	measure(view, "all, order of the annex", &list);
	list.offset = 150000;
	measure(view, "all, page far behind", &list);
	list = none;
	list.plan = (char *)"P07";
	measure(view, "one plan", &list);
	list.sort = DONDOC__V1__TASK_SORT__TASK_SORT_CONTENT;
	measure(view, "one plan by content", &list);
	list = none;
	for (int sort = 1; sort <= 6; sort++) {
		char name[40];

		snprintf(name, sizeof(name), "all, sort %d, descending", sort);
		list.sort = (Dondoc__V1__TaskSort)sort;
		list.descending = true;
		measure(view, name, &list);
	}
	list = none;
	list.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	list.sort = DONDOC__V1__TASK_SORT__TASK_SORT_DAYS_LATE;
	measure(view, "overdue, by days late", &list);
	list = none;
	list.unit = (char *)"U0002";
	list.with_subunits = true;
	list.sort = DONDOC__V1__TASK_SORT__TASK_SORT_LEAD;
	measure(view, "unit with sub-units, by name of lead", &list);
	list = none;
	list.coordinating_unit = (char *)"U0123";
	list.flags_all = DONDOC__V1__TASK_FLAG__TASK_FLAG_PRIORITY;
	measure(view, "coordinating unit, priority", &list);
	list = none;
	list.text = (char *)"giảm nghèo giai đoạn 2026-2030 số 77";
	measure(view, "text, all plans", &list);
	list.plan = (char *)"P07";
	measure(view, "text, one plan", &list);
}

/* What each office asks once a minute: which tasks it may read. */
static void measure_readable(struct view *view)
{
	int64_t took[TURNS];
	size_t rows = 0;

	for (int i = 0; i < TURNS; i++) {
		struct view_visible visible = {0};
		int64_t begin = dd_mono_us();
		char unit[32];

		snprintf(unit, sizeof(unit), "U%04d", i * 7);
		need(view_visible_rows(view, unit, &visible, &err), "readable");
		took[i] = dd_mono_us() - begin;
		rows = visible.row_count;
		view_visible_free(&visible);
	}
	qsort(took, TURNS, sizeof(took[0]), by_time);
	printf("%-44s %8zu found  median %6.2f ms  worst %6.2f ms\n", "readable by one unit", rows,
	       (double)took[TURNS / 2] / 1000, (double)took[TURNS - 1] / 1000);
}

int main(int argc, char **argv)
{
	struct view_options options = {.map_bytes = UINT64_C(8) << 30, .inline_store = true};
	uint32_t tasks = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000;
	struct view *view = NULL;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-lists FOLDER [TASKS]\n");
		return 2;
	}
	options.dir = argv[1];
	need(view_open(&options, &view, &err), "open");
	if (view_position(view)->sequence == 0)
		fill(view, tasks);
	ask_all(view);
	measure_readable(view);
	view_close(view);
	return 0;
}
