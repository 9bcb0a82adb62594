/* task_property_test.c - random commands of all kinds from random hands. Whatever they are, after
 * them: nothing happened that the rules in words forbid, a refused command has changed nothing,
 * what was taken back is as it was, every history reaches back to its beginning, the figures add
 * up, and the view built anew from the log is the live one byte by byte.
 *
 * A seed that failed is told; DONDOC_SEED=n runs it alone, DONDOC_SEEDS=n as many from 1 on. With
 * DONDOC_TELL set, one seed tells its events, many how often each kind of command was taken. */
#include "tests/services/task/task_property_play.h"

#include "common/domain/task_state.h"
#include "common/view/view_query.h"
#include "common/view/view_walk.h"

#define SEEDS 250
#define STEPS 150

static struct play play;
static uint64_t play_seed;

/* --- what is there ---------------------------------------------------------------------------- */

#define SUM_START UINT64_C(14695981039346656037)

static uint64_t sum_of(uint64_t sum, const struct dd_val *bytes)
{
	const uint8_t *at = bytes->data;

	for (size_t i = 0; i < bytes->len; i++)
		sum = (sum ^ at[i]) * UINT64_C(1099511628211);
	return sum;
}

/* Everything that the view holds but for streams, commands, its place in the log and what the
 * service was refused. */
static uint64_t content_of(struct hall *hall)
{
	uint64_t sum = SUM_START;

	for (int table = '!'; table <= '~'; table++) {
		struct view_walk walk;
		struct dd_key key;

		if (table == VIEW_STREAM || table == VIEW_COMMAND || table == VIEW_META ||
		    table == VIEW_DAILY)
			continue;
		dd_key_begin(&key, (char)table);
		assert_int_equal(view_walk_open(hall->view, &key, &walk, &hall->err), DD_OK);
		while (view_walk_next(&walk))
			sum = sum_of(sum_of(sum, &walk.key), &walk.val);
		assert_int_equal(walk.rc, DD_OK);
		view_walk_close(&walk);
	}
	return sum;
}

/* --- records as they were --------------------------------------------------------------------- */

struct past {
	uint64_t version;
	struct view_task task;
};

static struct past *pasts; /* of the seed that runs; owned */
static size_t past_count, past_cap;

static const struct view_task *past_of(uint64_t task, uint64_t version)
{
	for (size_t i = past_count; i > 0; i--)
		if (pasts[i - 1].task.id == task && pasts[i - 1].version == version)
			return &pasts[i - 1].task;
	return NULL;
}

static void keep_past(const struct view_task *task)
{
	if (past_of(task->id, task->version) != NULL)
		return;
	if (past_count == past_cap) {
		past_cap = past_cap == 0 ? 256 : past_cap * 2;
		pasts = dd_realloc(pasts, past_cap * sizeof(*pasts));
	}
	pasts[past_count++] = (struct past){.version = task->version, .task = *task};
}

/* The whole history, before the words: a seed that fails is to be understood at once. */
static void wrong_task(const struct model_task *model, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));
static void wrong_task(const struct model_task *model, const char *fmt, ...)
{
	char words[256];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	model_tell(model);
	fail_msg("task %llu after event %llu: %s", (unsigned long long)model->id,
		 (unsigned long long)model->last, words);
	abort();
}

/* What was undone right after it was done leaves no trace in the record but its version. */
static void expect_undone(const struct model_task *model, const struct view_task *now)
{
	const struct model_step *back = &model->steps[model->step_count - 1];
	const struct model_step *done = &model->steps[model->step_count - 2];
	const struct view_task *was;
	struct view_task same = *now;

	if (model->step_count < 2 || back->sequence != now->version ||
	    back->type != EVENT(DECISION_TAKEN_BACK))
		return;
	was = model->step_count > 2
		      ? past_of(model->id, model->steps[model->step_count - 3].sequence)
		      : past_of(model->id, model->id);
	if (was == NULL || model->taken_back != done->sequence)
		return;
	same.version = was->version;
	for (size_t i = 0; i < sizeof(same); i++)
		if (((const uint8_t *)&same)[i] != ((const uint8_t *)was)[i])
			wrong_task(model, "byte %zu of the record is not as before", i);
}

/* --- the record and the rules in words -------------------------------------------------------- */

static void expect_task(struct model_task *model)
{
	struct view_task task;

	assert_int_equal(view_task(play.hall->view, false, model->id, &task), DD_OK);
	if (task.version != model->last)
		wrong_task(model, "the record is of event %llu", (unsigned long long)task.version);
	if (model->unsure)
		memcpy(model->lead, task.lead_unit, sizeof(model->lead));
	if (strcmp(task.lead_unit, model->lead) != 0 || strcmp(task.plan, model->plan) != 0)
		wrong_task(model, "%s leads it in plan %s, not %s in %s", task.lead_unit, task.plan,
			   model->lead, model->plan);
	if (model->first_due != 0 && task.first_due_day != model->first_due && !model->rebased)
		wrong_task(model, "its first due day %d has become %d", model->first_due,
			   task.first_due_day);
	model->first_due = task.first_due_day;
	if (model->unsure)
		model->due = task.due_day;
	model->unsure = false;
	model->rebased = false;
	if (task.due_day != model->due)
		wrong_task(model, "due day %d, not %d", task.due_day, model->due);
	if (task.percent != model->percent)
		wrong_task(model, "%u %%, not %u", task.percent, model->percent);
	if (!model->group && !model->fan_out && task.state != model->state)
		wrong_task(model, "state %d, not %d", task.state, model->state);
	if (model->step_count >= 2)
		expect_undone(model, &task);
	keep_past(&task);
}

static void expect_tasks(void)
{
	model_follow(&play.model);
	for (size_t i = 0; i < play.model.task_count; i++)
		expect_task(&play.model.tasks[i]);
}

/* --- histories -------------------------------------------------------------------------------- */

static void expect_history(const struct model_task *model)
{
	uint64_t at = model->last;
	size_t events = 0;

	for (uint64_t next; at != 0; at = next) {
		Dondoc__V1__EventHeader *header = hall_header(play.hall, at);

		assert_int_equal(header->subject, model->id);
		assert_true(header->subject_previous < at);
		next = header->subject_previous;
		if (next == 0)
			assert_int_equal(header->type, EVENT(TASK_ADDED));
		dondoc__v1__event_header__free_unpacked(header, NULL);
		events++;
	}
	assert_int_equal(events, model->step_count + 1);
}

/* --- figures ---------------------------------------------------------------------------------- */

static Dondoc__V1__Answer *ask_counts(const char *plan, const char *unit, int32_t day)
{
	struct view_query_context context = {.view = play.hall->view,
					     .today = dd_day_of(dd_wall_us())};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *answer;
	struct dd_buf bytes = {0};

	count.plan = text_of(plan);
	count.unit = text_of(unit);
	count.as_of_day = day;
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	if (view_query(&context, &query, &bytes, &play.hall->err) != DD_OK)
		fail_msg("%s", play.hall->err.text);
	answer = dondoc__v1__answer__unpack(NULL, bytes.len, bytes.data);
	assert_non_null(answer);
	dd_buf_fini(&bytes);
	return answer;
}

static uint32_t total_of(const Dondoc__V1__Buckets *b)
{
	uint32_t sum = b->completed_on_time + b->completed_late + b->open_in_term +
		       b->open_overdue + b->no_due_date + b->paused + b->cancelled;

	assert_int_equal(b->total, sum);
	return sum;
}

static uint32_t rows_total(Dondoc__V1__CountRow *const *rows, size_t count)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += total_of(rows[i]->buckets);
	return sum;
}

static void expect_unit(const char *plan, int32_t day, const Dondoc__V1__CountRow *row)
{
	Dondoc__V1__Answer *alone = ask_counts(plan, row->key, day);

	assert_int_equal(total_of(alone->counts->all), total_of(row->buckets));
	assert_int_equal(alone->counts->all->open_overdue, row->buckets->open_overdue);
	dondoc__v1__answer__free_unpacked(alone, NULL);
}

/* Areas and units are two ways to add up to the same; a fan-out's parts are told apart. */
static uint32_t expect_figures(const char *plan, int32_t day)
{
	Dondoc__V1__Answer *answer = ask_counts(plan, "", day);
	const Dondoc__V1__TaskCounts *counts = answer->counts;
	uint32_t total = total_of(counts->all);

	assert_int_equal(rows_total(counts->by_area, counts->n_by_area), total);
	if (counts->parts == 0) {
		assert_int_equal(rows_total(counts->by_unit, counts->n_by_unit), total);
		for (size_t i = 0; i < counts->n_by_unit; i++)
			if (counts->by_unit[i]->key[0] != '\0')
				expect_unit(plan, day, counts->by_unit[i]);
	}
	assert_int_equal(counts->done,
			 counts->all->completed_on_time + counts->all->completed_late);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	return total;
}

static void expect_all_figures(void)
{
	int32_t today = dd_day_of(dd_wall_us());

	for (int32_t day = today; day > today - 60; day -= 13) {
		uint32_t sum = 0;

		for (size_t i = 0; i < play.model.plan_count; i++)
			sum += expect_figures(play.model.plans[i].code, day);
		assert_int_equal(expect_figures("", day), sum);
	}
}

/* --- the view anew ---------------------------------------------------------------------------- */

static void view_folder(char out[600])
{
	hall_path(play.hall, "view", out);
}

static void expect_same_view_from_log(void)
{
	struct dd_buf live = {0}, anew = {0};
	char dir[600];

	view_folder(dir);
	hall_close(play.hall);
	assert_int_equal(view_dump(dir, &live, &play.hall->err), DD_OK);
	hall_lose_view(play.hall);
	hall_open(play.hall);
	hall_close(play.hall);
	assert_int_equal(view_dump(dir, &anew, &play.hall->err), DD_OK);
	hall_open(play.hall);
	assert_true(live.len > 1000);
	assert_int_equal(live.len, anew.len);
	assert_memory_equal(live.data, anew.data, live.len);
	dd_buf_fini(&live);
	dd_buf_fini(&anew);
}

/* --- playing ---------------------------------------------------------------------------------- */

static void note_answer(const struct given *given, enum dd_command_kind kind)
{
	play.made[kind]++;
	if (given->outcome == OUTCOME(ACCEPTED))
		play.taken[kind]++;
	else if (given->outcome == OUTCOME(DENIED))
		return;
	else
		assert_int_equal(given->outcome, OUTCOME(REFUSED));
	if (given->refusal == REFUSAL(NEWER_CLIENT))
		play.unknown[kind]++;
}

/* Not an event, so the number is free again. */
static void number_back(const struct given *given, const struct sent *sent)
{
	if (given->outcome == OUTCOME(DENIED))
		play.numbers[sent->who - play_principals][sent->stream - 'a']--;
}

static void one_alone(void)
{
	const struct play_kind *kind = play_kind(&play);
	struct sent sent = play_command(&play, kind);
	bool look = play_chance(&play, 30);
	uint64_t before = look ? content_of(play.hall) : 0;
	uint64_t request = play_send(&play, &sent);
	struct given given;

	hall_run(play.hall);
	given = *hall_answer(play.hall, request);
	note_answer(&given, kind->kind);
	number_back(&given, &sent);
	if (look && given.outcome != OUTCOME(ACCEPTED))
		assert_int_equal(content_of(play.hall), before);
	if (given.outcome != OUTCOME(DENIED) && play_chance(&play, 5))
		same_answer(hall_do(play.hall, &sent), &given); /* the same again: nothing more */
}

/* Decided one after the other in one frame, each on top of those before. */
static void several_at_once(void)
{
	struct {
		struct sent sent;
		enum dd_command_kind kind;
		uint64_t request;
	} items[6];
	size_t count = 2 + play_below(&play, 5);

	for (size_t i = 0; i < count; i++) {
		const struct play_kind *kind = play_kind(&play);

		items[i].sent = play_command(&play, kind);
		items[i].kind = kind->kind;
		if (!dd_permission_principal(dd_principal_class_name(items[i].sent.who->cls),
					     kind->kind)) {
			items[i].request = 0; /* would be denied, and those behind it a gap */
			continue;
		}
		items[i].request = play_send(&play, &items[i].sent);
	}
	hall_run(play.hall);
	for (size_t i = 0; i < count; i++)
		if (items[i].request != 0)
			note_answer(hall_answer(play.hall, items[i].request), items[i].kind);
}

static void run_seed(uint64_t seed)
{
	void *state = NULL;

	play_seed = seed;
	past_count = 0;
	(void)hall_set_up(&state);
	play_open(&play, state, seed);
	expect_tasks();
	for (int step = 0; step < STEPS; step++) {
		if (play_chance(&play, 15))
			test_clock_advance((int64_t)play_below(&play, 10 * 24 * 60) * 60 *
					   DD_SECOND_US);
		if (play_chance(&play, 15))
			several_at_once();
		else
			one_alone();
		expect_tasks();
	}
	for (size_t i = 0; i < play.model.task_count; i++)
		expect_history(&play.model.tasks[i]);
	expect_all_figures();
	expect_same_view_from_log();
	model_fini(&play.model);
	(void)hall_tear_down(&state);
}

/* A kind that is never taken is not tried by what is done here. What this build does not know at
 * all cannot be. */
static void expect_every_kind_was_taken(void)
{
	int missing = 0;

	for (size_t i = 0; i < PLAY_KINDS; i++) {
		enum dd_command_kind kind = play_kinds[i].kind;
		bool tried = play.taken[kind] > 0 || play.unknown[kind] > 0;

		if (!tried || getenv("DONDOC_TELL") != NULL)
			(void)fprintf(stderr, "kind %d: made %llu, taken %llu\n", (int)kind,
				      (unsigned long long)play.made[kind],
				      (unsigned long long)play.taken[kind]);
		missing += tried ? 0 : 1;
	}
	assert_int_equal(missing, 0);
}

static void random_commands_never_do_what_the_rules_in_words_forbid(void **state)
{
	const char *only = getenv("DONDOC_SEED");
	const char *many = getenv("DONDOC_SEEDS");
	uint64_t seeds = many != NULL ? strtoull(many, NULL, 10) : SEEDS;

	(void)state;
	if (only != NULL) {
		run_seed(strtoull(only, NULL, 10));
		return;
	}
	for (uint64_t seed = 1; seed <= seeds; seed++)
		run_seed(seed);
	if (seeds >= SEEDS) /* with fewer, some are rare */
		expect_every_kind_was_taken();
}

static int tell_seed(void **state)
{
	(void)state;
	(void)fprintf(stderr, "last seed %llu\n", (unsigned long long)play_seed);
	free(pasts);
	pasts = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(random_commands_never_do_what_the_rules_in_words_forbid,
					  tell_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
