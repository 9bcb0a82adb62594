/* view_apply_test.c - what each kind of event does to a task. */
#include "common/eventlog/frame_slice.h"
#include "tests/common/view/viewing.h"

/* A view with one task that is due at HISTORY_DAY0 + 100, and events made by hand. */
struct story {
	char *dir;
	struct view *view;
	struct history h;
	struct history_event e;
	uint64_t id;
	uint64_t version;
};

static void send(struct story *s, Dondoc__V1__EventType type, const ProtobufCMessage *body)
{
	s->e.header.type = type;
	s->e.header.subject = s->id;
	s->e.header.subject_previous = s->version;
	history_open_frame(&s->h);
	s->version = history_add(&s->h, &s->e.header, body);
	history_close_frame(&s->h);
	live_frame(s->view, &s->h.frames[s->h.frame_count - 1]);
}

/* The header of the next event, before send() fills in the rest. */
static Dondoc__V1__EventHeader *next(struct story *s)
{
	history_header(&s->h, &s->e, EVENT_TYPE(PROGRESS_REPORTED));
	history_cause(&s->h, &s->e);
	s->e.header.fact_us = s->h.now_us;
	s->e.header.fact_doubtful = 0;
	return &s->e.header;
}

static struct view_task now(struct story *s)
{
	struct view_task task;

	assert_int_equal(view_task(s->view, false, s->id, &task), DD_OK);
	return task;
}

static void fields_of(Dondoc__V1__TaskFields *fields)
{
	dondoc__v1__task_fields__init(fields);
	fields->plan = lent("P0");
	fields->code = lent("1.1");
	fields->content = lent("Rà soát thủ tục");
	fields->lead_unit = lent("U01");
	fields->area = 1;
	fields->position = 1;
	fields->due_day = HISTORY_DAY0 + 100;
}

static void begin(struct story *s)
{
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;

	memset(s, 0, sizeof(*s));
	s->dir = test_tmpdir();
	s->view = open_view(s->dir, true);
	history_begin(&s->h, 3);
	history_found(&s->h);
	replay_rest(s->view, &s->h);
	fields_of(&fields);
	body.task = &fields;
	next(s);
	s->id = s->h.next;
	send(s, EVENT_TYPE(TASK_ADDED), &body.base);
	assert_int_equal(now(s).first_due_day, HISTORY_DAY0 + 100);
	assert_int_equal(now(s).state, DD_TASK_ASSIGNED);
}

static void end(struct story *s)
{
	view_close(s->view);
	history_end(&s->h);
	test_tmpdir_end(s->dir);
}

static void change(struct story *s, int32_t due, const char *code, const char *lead)
{
	Dondoc__V1__TaskChanged body = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields;

	fields_of(&fields);
	fields.due_day = due;
	fields.code = lent(code);
	fields.lead_unit = lent(lead);
	body.task = &fields;
	next(s);
	send(s, EVENT_TYPE(TASK_CHANGED), &body.base);
}

static void report(struct story *s, int percent, bool conflicts)
{
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;

	body.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
	body.percent = (uint32_t)percent;
	body.percent_conflicts = conflicts;
	body.has_step_case = DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;
	body.step = DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY;
	next(s);
	send(s, EVENT_TYPE(PROGRESS_REPORTED), &body.base);
}

static void request_completion(struct story *s, int64_t fact_us, bool doubtful)
{
	Dondoc__V1__CompletionRequested body = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	Dondoc__V1__EventHeader *header = next(s);

	header->fact_us = fact_us;
	header->fact_doubtful = doubtful;
	send(s, EVENT_TYPE(COMPLETION_REQUESTED), &body.base);
}

static void decide_completion(struct story *s, bool confirmed)
{
	Dondoc__V1__CompletionDecided body = DONDOC__V1__COMPLETION_DECIDED__INIT;

	body.request = now(s).pending_completion;
	body.confirmed = confirmed;
	next(s);
	send(s, EVENT_TYPE(COMPLETION_DECIDED), &body.base);
}

static void extend(struct story *s, int32_t proposed, bool granted, int32_t due)
{
	Dondoc__V1__ExtensionRequested request = DONDOC__V1__EXTENSION_REQUESTED__INIT;
	Dondoc__V1__ExtensionDecided decision = DONDOC__V1__EXTENSION_DECIDED__INIT;

	request.proposed_due_day = proposed;
	next(s);
	send(s, EVENT_TYPE(EXTENSION_REQUESTED), &request.base);
	assert_int_equal(now(s).pending_extension, s->version);
	assert_int_equal(now(s).proposed_due_day, proposed);
	decision.request = s->version;
	decision.granted = granted;
	decision.due_day = due;
	next(s);
	send(s, EVENT_TYPE(EXTENSION_DECIDED), &decision.base);
	assert_int_equal(now(s).pending_extension, 0);
}

static void a_report_sets_what_does_not_conflict(void **state)
{
	struct story s;
	struct view_task task;
	uint8_t tag[16];

	(void)state;
	begin(&s);
	report(&s, 40, false);
	task = now(&s);
	assert_int_equal(task.percent, 40);
	assert_int_equal(task.step, DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY);
	assert_int_equal(task.percent_from, s.version);
	view_stream_tag(s.e.principal, s.e.stream, tag);
	assert_memory_equal(task.percent_stream, tag, 16);
	assert_memory_equal(task.step_stream, tag, 16);
	assert_int_equal(task.state, DD_TASK_IN_PROGRESS);
	assert_int_equal(task.updated_us, s.h.now_us);
	report(&s, 90, true);
	assert_int_equal(now(&s).percent, 40);
	assert_int_equal(now(&s).percent_from, task.percent_from);
	assert_int_equal(now(&s).step_from, s.version);
	assert_int_equal(now(&s).conflicts, 1);
	assert_int_equal(now(&s).version, s.version);
	end(&s);
}

static void completion_counts_from_the_day_of_fact_unless_that_is_doubtful(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	s.h.now_us += 10 * DD_DAY_US;
	request_completion(&s, s.h.now_us - 3 * DD_DAY_US, false);
	assert_int_equal(now(&s).submitted_day, dd_day_of(s.h.now_us) - 3);
	assert_int_equal(now(&s).pending_completion, s.version);
	assert_int_equal(now(&s).step, DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED);
	assert_int_equal(now(&s).state, DD_TASK_AWAITING);
	decide_completion(&s, false);
	assert_int_equal(now(&s).state, DD_TASK_RETURNED);
	assert_int_equal(now(&s).pending_completion, 0);
	request_completion(&s, s.h.now_us - 3 * DD_DAY_US, true);
	assert_int_equal(now(&s).submitted_day, dd_day_of(s.h.now_us));
	decide_completion(&s, true);
	assert_int_equal(now(&s).state, DD_TASK_COMPLETED);
	assert_int_equal(now(&s).percent, 100);
	end(&s);
}

static void a_granted_extension_moves_the_term_and_the_baseline_stays(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	extend(&s, HISTORY_DAY0 + 150, false, 0);
	assert_int_equal(now(&s).due_day, HISTORY_DAY0 + 100);
	assert_int_equal(now(&s).extensions_refused, 1);
	extend(&s, HISTORY_DAY0 + 150, true, 0);
	assert_int_equal(now(&s).due_day, HISTORY_DAY0 + 150);
	extend(&s, HISTORY_DAY0 + 190, true, HISTORY_DAY0 + 170);
	assert_int_equal(now(&s).due_day, HISTORY_DAY0 + 170);
	assert_int_equal(now(&s).extensions_granted, 2);
	assert_int_equal(now(&s).first_due_day, HISTORY_DAY0 + 100);
	change(&s, HISTORY_DAY0 + 120, "1.1", "U01");
	assert_int_equal(now(&s).due_day, HISTORY_DAY0 + 170);
	end(&s);
}

static void a_corrected_annex_moves_the_term_but_not_the_baseline(void **state)
{
	struct story s;
	uint64_t id = 0;

	(void)state;
	begin(&s);
	report(&s, 30, false);
	change(&s, HISTORY_DAY0 + 120, "1.1a", "U02");
	assert_int_equal(now(&s).due_day, HISTORY_DAY0 + 120);
	assert_int_equal(now(&s).first_due_day, HISTORY_DAY0 + 100);
	assert_int_equal(now(&s).percent, 30);
	assert_string_equal(now(&s).lead_unit, "U02");
	assert_int_equal(view_task_by_code(s.view, false, "P0", "1.1", &id), DD_ERR_NOT_FOUND);
	assert_int_equal(view_task_by_code(s.view, false, "P0", "1.1a", &id), DD_OK);
	assert_int_equal(id, s.id);
	end(&s);
}

static void an_assigned_lead_is_not_set_back_by_an_import(void **state)
{
	Dondoc__V1__TaskAssigned body = DONDOC__V1__TASK_ASSIGNED__INIT;
	struct story s;

	(void)state;
	begin(&s);
	body.to_unit = lent("U07");
	next(&s);
	send(&s, EVENT_TYPE(TASK_ASSIGNED), &body.base);
	assert_string_equal(now(&s).lead_unit, "U07");
	change(&s, HISTORY_DAY0 + 100, "1.1", "U02");
	assert_string_equal(now(&s).lead_unit, "U07");
	assert_true(now(&s).lead_changed);
	end(&s);
}

static void plain_data_is_found_by_key(void **state)
{
	struct story s;
	struct view_plan plan;
	struct view_unit unit;
	char name[256];
	uint8_t kind;

	(void)state;
	begin(&s);
	assert_int_equal(view_authority(s.view, name), DD_OK);
	assert_string_equal(name, "Ủy ban nhân dân tỉnh");
	assert_int_equal(view_plan(s.view, false, "P2", &plan), DD_OK);
	assert_string_equal(plan.assigner_unit, "U00");
	assert_int_equal(view_unit(s.view, false, "U11", &unit), DD_OK);
	assert_string_equal(unit.name, "Đơn vị thứ 11");
	assert_int_equal(view_area(s.view, false, 3, name), DD_OK);
	assert_string_equal(name, "Lĩnh vực 3");
	assert_int_equal(view_calendar_day(s.view, false, "", HISTORY_DAY0 + 10, &kind, name),
			 DD_OK);
	assert_int_equal(kind, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	assert_string_equal(name, "Giỗ Tổ Hùng Vương");
	assert_int_equal(view_calendar_day(s.view, false, "", HISTORY_DAY0, &kind, name),
			 DD_ERR_NOT_FOUND);
	end(&s);
}

static void an_action_that_the_state_forbids_is_damage(void **state)
{
	Dondoc__V1__CompletionDecided body = DONDOC__V1__COMPLETION_DECIDED__INIT;
	struct story s;

	(void)state;
	begin(&s);
	next(&s);
	s.e.header.type = EVENT_TYPE(COMPLETION_DECIDED);
	s.e.header.subject = s.id;
	s.e.header.subject_previous = s.version;
	history_open_frame(&s.h);
	history_add(&s.h, &s.e.header, &body.base);
	history_close_frame(&s.h);
	view_batch_begin(s.view);
	assert_int_equal(apply_frame_records(s.view, &s.h.frames[s.h.frame_count - 1], &why),
			 DD_ERR_CORRUPT);
	assert_non_null(strstr(why.text, "is pending"));
	view_batch_drop(s.view);
	end(&s);
}

/* --- a reader who may not see everything ---------------------------------------------------- */

static bool every_third(void *arg, const struct dd_record *record)
{
	(void)arg;
	return record->sequence % 3 != 0;
}

static void hidden_records_do_not_stop_an_office(void **state)
{
	char *dir = test_tmpdir();
	struct view *view = open_view(dir, true);
	struct dd_slicer_options options = {.visible = every_third, .max_bytes = SIZE_MAX};
	struct dd_slicer slicer;
	struct dd_buf out = {0};
	struct history h;
	bool more;

	(void)state;
	history_begin(&h, 91);
	history_run(&h, 3000);
	for (size_t i = 0; i < h.frame_count; i++) {
		struct dd_frame_info info;

		assert_int_equal(dd_frame_info(h.frames[i].buf.data, h.frames[i].buf.len, &info),
				 DD_OK);
		dd_buf_clear(&out);
		dd_slicer_begin(&slicer, &options, view_position(view), &out);
		must(dd_slicer_add(&slicer, h.frames[i].buf.data, &info, &more, &why));
		dd_slicer_end(&slicer);
		assert_int_equal(dd_frame_info(out.data, out.len, &info), DD_OK);
		must(view_replay(view, out.data, &info, &h.frames[i].after, &why));
		if (i == h.frame_count / 2) { /* what was hidden is remembered */
			view_close(view);
			view = open_view(dir, true);
		}
	}
	assert_int_equal(view_position(view)->sequence, h.head.sequence);
	view_close(view);
	dd_buf_fini(&out);
	history_end(&h);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_sets_what_does_not_conflict),
		cmocka_unit_test(completion_counts_from_the_day_of_fact_unless_that_is_doubtful),
		cmocka_unit_test(a_granted_extension_moves_the_term_and_the_baseline_stays),
		cmocka_unit_test(a_corrected_annex_moves_the_term_but_not_the_baseline),
		cmocka_unit_test(an_assigned_lead_is_not_set_back_by_an_import),
		cmocka_unit_test(plain_data_is_found_by_key),
		cmocka_unit_test(an_action_that_the_state_forbids_is_damage),
		cmocka_unit_test(hidden_records_do_not_stop_an_office),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
