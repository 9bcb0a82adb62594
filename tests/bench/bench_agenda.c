/* bench_agenda.c - reminders over many tasks: the agenda made anew, its memory, one task looked at
 * again, the next day found; a day on which 100,000 reminders become 2,000 digests; a year foreseen
 * for 10,000 tasks. Usage: bench-agenda FOLDER [TASKS [DUE [FORESEEN]]]; a view is made in it for
 * each and stays. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view.h"
#include "services/notification/notify_plan.h"
#include "services/notification/notify_preview.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY0  20741 /* 2026-10-15, a Thursday */
#define UNITS 2000u
#define BATCH 4000u

static struct dd_error err;

static void need(int rc, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench-agenda: %s: %s\n", what, err.text);
	exit(1);
}

/* --- a view ---------------------------------------------------------------------------------- */

struct filling {
	struct view *view;
	struct dd_position position;
	uint64_t next;
	uint64_t random;
	int64_t now_us;
	bool all_due; /* today; else within a year */
};

static uint32_t draw(struct filling *f, uint32_t below)
{
	f->random = f->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((f->random >> 33) % below);
}

static void add(struct filling *f, Dondoc__V1__EventType type, uint64_t subject,
		const ProtobufCMessage *body)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct view_body said = {.bytes = (const uint8_t *)"", .said = body};

	header.type = type;
	header.subject = subject;
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
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;
	char code[32], name[64];

	snprintf(code, sizeof(code), "U%04" PRIu32, number);
	snprintf(name, sizeof(name), "Đơn vị %" PRIu32, number);
	unit.code = code;
	unit.name = name;
	body.unit = &unit;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, 0, &body.base);
}

static void add_plan(struct filling *f)
{
	Dondoc__V1__PlanSet set = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__RemindersStarted started = DONDOC__V1__REMINDERS_STARTED__INIT;
	Dondoc__V1__StartReminders said = DONDOC__V1__START_REMINDERS__INIT;

	plan.code = plan.title = (char *)"P";
	plan.assigner_unit = (char *)"U0000";
	set.plan = &plan;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_PLAN_SET, 0, &set.base);
	said.plan = (char *)"P";
	said.day = DAY0 - 100;
	started.said = &said;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_REMINDERS_STARTED, 0, &started.base);
}

static void add_task(struct filling *f, uint32_t number)
{
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	char code[32], lead[32], content[200];

	snprintf(code, sizeof(code), "T%" PRIu32, number);
	snprintf(lead, sizeof(lead), "U%04" PRIu32, number % UNITS);
	snprintf(content, sizeof(content),
		 "Rà soát, đơn giản hóa thủ tục hành chính giai đoạn 2026-2030, đợt %" PRIu32,
		 number);
	fields.plan = (char *)"P";
	fields.code = code;
	fields.lead_unit = lead;
	fields.content = content;
	fields.start_day = DAY0 - 60;
	fields.due_day = f->all_due ? DAY0 + 5 : DAY0 - 20 + (int32_t)draw(f, 380);
	fields.position = number + 1;
	body.task = &fields;
	add(f, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED, f->next, &body.base);
}

static struct view *view_of(const char *folder, const char *name, uint32_t tasks, bool all_due)
{
	char dir[4096];
	const struct view_options options = {
		.dir = dir, .map_bytes = UINT64_C(32) << 30, .inline_store = true};
	struct filling f = {
		.next = 1, .random = 1, .now_us = dd_day_start_us(DAY0 - 30), .all_due = all_due};

	snprintf(dir, sizeof(dir), "%s/%s-%" PRIu32, folder, name, tasks);
	need(view_open(&options, &f.view, &err), "open");
	if (view_position(f.view)->sequence > 0)
		return f.view;
	need(view_live(f.view, &err), "live");
	view_batch_begin(f.view);
	for (uint32_t i = 0; i < UNITS; i++)
		add_unit(&f, i);
	add_plan(&f);
	for (uint32_t i = 0; i < tasks; i++) {
		add_task(&f, i);
		if (i % BATCH == BATCH - 1)
			batch_end(&f, false);
	}
	batch_end(&f, true);
	return f.view;
}

static double ms_since(int64_t begin)
{
	return (double)(dd_mono_us() - begin) / 1000;
}

/* --- the agenda ------------------------------------------------------------------------------ */

static void fill_agenda(struct notify_scene *scene, struct notify_agenda *agenda)
{
	const struct sheet *sheet = notify_scene_sheet(scene);
	const struct sheet_row *rows = sheet_rows(sheet);

	for (size_t i = 0; i < sheet_count(sheet); i++)
		notify_agenda_set(agenda, rows[i].id, notify_say_look(scene, &rows[i], 0));
}

static void bench_agenda(const char *folder, uint32_t tasks)
{
	struct view *view = view_of(folder, "agenda", tasks, false);
	struct notify_agenda *agenda = notify_agenda_new();
	struct notify_scene *scene;
	const struct sheet *sheet;
	int64_t begin = dd_mono_us();
	volatile int32_t next = 0;
	uint32_t row = 0;

	need(notify_scene_new(view, DAY0, &scene, &err), "scene");
	printf("agenda tasks=%" PRIu32 " scene_ms=%.0f", tasks, ms_since(begin));
	begin = dd_mono_us();
	fill_agenda(scene, agenda);
	printf(" fill_ms=%.0f bytes_a_task=%.1f", ms_since(begin),
	       (double)notify_agenda_bytes(agenda) / (double)notify_agenda_count(agenda));
	begin = dd_mono_us();
	for (int i = 0; i < 1000000; i++)
		next = notify_agenda_next(agenda);
	printf(" next_ns=%.0f (day %" PRId32 ")", ms_since(begin), next);
	sheet = notify_scene_sheet(scene);
	begin = dd_mono_us();
	for (int i = 0; i < 100000; i++) {
		row = (row * 1664525u + 1013904223u) % (uint32_t)sheet_count(sheet);
		notify_agenda_set(agenda, sheet_rows(sheet)[row].id,
				  notify_say_look(scene, &sheet_rows(sheet)[row], 0));
	}
	printf(" one_task_us=%.2f\n", ms_since(begin) / 100);
	notify_agenda_free(agenda);
	notify_scene_free(scene);
	view_close(view);
}

/* --- a day ----------------------------------------------------------------------------------- */

static void bench_day(const char *folder, uint32_t tasks)
{
	struct view *view = view_of(folder, "day", tasks, true);
	static const struct notify_policy policy = {.enabled = true, .report_to = ""};
	struct notify_agenda *agenda = notify_agenda_new();
	struct notify_context context = {.policy = &policy, .minute = 8 * 60};
	struct notify_round round = {0};
	size_t digests = 0, bytes = 0;
	int64_t begin;

	need(notify_scene_new(view, DAY0, &context.scene, &err), "scene");
	fill_agenda(context.scene, agenda);
	begin = dd_mono_us();
	need(notify_round_begin(&context, agenda, &round, &err), "round");
	printf("day due=%zu gather_ms=%.0f", round.count, ms_since(begin));
	while (round.next < round.count) {
		struct notify_digest digest = {.body = {0}};
		const int rc = notify_round_digest(&context, &round, &digest, &err);

		if (rc == 0) {
			digests++;
			bytes += digest.body.len;
		} else if (rc != DD_ERR_NOT_FOUND) {
			need(rc, "digest");
		}
		dd_buf_fini(&digest.body);
	}
	printf(" digests=%zu all_ms=%.0f bytes_a_digest=%zu\n", digests, ms_since(begin),
	       digests > 0 ? bytes / digests : 0);
	notify_round_fini(&round);
	notify_agenda_free(agenda);
	notify_scene_free(context.scene);
	view_close(view);
}

/* --- a year ---------------------------------------------------------------------------------- */

static void bench_year(const char *folder, uint32_t tasks)
{
	struct view *view = view_of(folder, "year", tasks, false);
	Dondoc__V1__PreviewReminders ask = DONDOC__V1__PREVIEW_REMINDERS__INIT;
	Dondoc__V1__Answer *answer;
	struct dd_buf out = {0};
	int64_t begin;

	ask.to_day = DAY0 + 365;
	for (int i = 0; i < 3; i++) {
		dd_buf_clear(&out);
		begin = dd_mono_us();
		need(notify_preview(view, DAY0, 0, &ask, &out, &err), "preview");
		answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
		printf("year tasks=%" PRIu32 " reminders=%" PRIu32 " messages=%" PRIu32
		       " ms=%.0f\n",
		       tasks, answer->preview->intents, answer->preview->messages, ms_since(begin));
		dondoc__v1__answer__free_unpacked(answer, NULL);
	}
	dd_buf_fini(&out);
	view_close(view);
}

static uint32_t number_at(int argc, char **argv, int at, uint32_t otherwise)
{
	return argc > at ? (uint32_t)strtoul(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: bench-agenda FOLDER [TASKS [DUE [FORESEEN]]]\n");
		return 2;
	}
	bench_year(argv[1], number_at(argc, argv, 4, 10000));
	bench_day(argv[1], number_at(argc, argv, 3, 100000));
	bench_agenda(argv[1], number_at(argc, argv, 2, 1000000));
	return 0;
}
