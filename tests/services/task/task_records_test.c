/* task_records_test.c - which tasks an office may have in its copy, and their records. */
#include "services/task/task_query.h"
#include "tests/services/task/task_visible_fixture.h"

#include "common/eventlog/frame_layout.h"

#define ERROR(name)    DONDOC__V1__ERROR_CODE__ERROR_##name
#define READABLE(name) ((uint32_t)DONDOC__V1__READABLE_FLAG__READABLE_##name)

static const struct dd_principal hall_hn = {
	.cls = DD_PRINCIPAL_OFFICE, .unit = "HN", .text = "office/HN"};

struct asking {
	struct hall *hall;
	struct task_query_source source;
	struct dd_buf bytes;
	Dondoc__V1__Answer *answer;
};

static int set_up(void **state)
{
	struct asking *asking = dd_alloc(sizeof(*asking));
	void *hall = NULL;

	(void)hall_set_up(&hall);
	asking->hall = hall;
	(void)hall_plan(asking->hall);
	asking->source.view = asking->hall->view;
	asking->source.log = asking->hall->log;
	*state = asking;
	return 0;
}

static int tear_down(void **state)
{
	struct asking *asking = *state;
	void *hall = asking->hall;

	dondoc__v1__answer__free_unpacked(asking->answer, NULL);
	dd_buf_fini(&asking->bytes);
	dd_buf_fini(&asking->source.frame);
	task_records_fini(&asking->source.records);
	free(asking);
	return hall_tear_down(&hall);
}

static Dondoc__V1__ErrorCode ask(struct asking *asking, const struct dd_principal *who,
				 Dondoc__V1__Query *query)
{
	Dondoc__V1__ErrorCode code;
	struct dd_error err = {0};

	dondoc__v1__answer__free_unpacked(asking->answer, NULL);
	asking->answer = NULL;
	if (task_query_answer(&asking->source, who, query, &asking->bytes, &code, &err) != DD_OK) {
		assert_true(err.text[0] != '\0');
		return code;
	}
	asking->answer = dondoc__v1__answer__unpack(NULL, asking->bytes.len, asking->bytes.data);
	assert_non_null(asking->answer);
	return ERROR(UNKNOWN);
}

static Dondoc__V1__ErrorCode ask_readable(struct asking *asking, const struct dd_principal *who,
					  const Dondoc__V1__ListReadable *list)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_READABLE;
	query.list_readable = (Dondoc__V1__ListReadable *)list;
	return ask(asking, who, &query);
}

static const Dondoc__V1__Readable *readable(struct asking *asking, const struct dd_principal *who)
{
	const Dondoc__V1__ListReadable all = DONDOC__V1__LIST_READABLE__INIT;

	assert_int_equal(ask_readable(asking, who, &all), ERROR(UNKNOWN));
	return asking->answer->readable;
}

/* 0 = it may read nothing of it. */
static uint32_t flags_of(struct asking *asking, const struct dd_principal *who, uint64_t task)
{
	const Dondoc__V1__Readable *list = readable(asking, who);

	for (size_t i = 0; i < list->n_rows; i++)
		if (list->rows[i]->task == task)
			return list->rows[i]->flags;
	return 0;
}

static Dondoc__V1__ErrorCode ask_records(struct asking *asking, const struct dd_principal *who,
					 uint64_t task, uint64_t after, uint32_t max_bytes)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ReadRecords read = DONDOC__V1__READ_RECORDS__INIT;

	read.task = task;
	read.after = after;
	read.max_bytes = max_bytes;
	query.what_case = DONDOC__V1__QUERY__WHAT_READ_RECORDS;
	query.read_records = &read;
	return ask(asking, who, &query);
}

/* Verify one slice and compare it with the log; returns how many records it holds. */
static unsigned check_slice(struct asking *asking, const uint8_t *data, size_t len,
			    struct dd_frame_info *info, uint64_t *last)
{
	struct dd_position ours;
	struct dd_frame_iter iter;
	struct dd_record record;
	struct dd_error err;
	uint8_t chain[DD_HASH_LEN];

	assert_int_equal(dd_frame_info(data, len, info), 0);
	assert_int_equal(dd_frame_check(data, len, info, &err), 0);
	assert_true(info->base > *last);
	assert_int_equal(dd_eventlog_position(asking->hall->log, info->base - 1, &ours, &err), 0);
	assert_memory_equal(info->chain_before, ours.chain, DD_HASH_LEN);
	memcpy(chain, info->chain_before, DD_HASH_LEN);
	assert_int_equal(dd_frame_verify(data, info, chain, NULL, &err), 0);
	*last = info->base + info->count - 1;
	assert_int_equal(dd_eventlog_position(asking->hall->log, *last, &ours, &err), 0);
	assert_memory_equal(chain, ours.chain, DD_HASH_LEN);
	dd_frame_iter(&iter, data, info);
	while (dd_frame_next(&iter, &record))
		assert_int_not_equal(record.kind, DD_RECORD_LEAF);
	return info->count;
}

/* Read all, in answers of `max_bytes`: how many records, and the last. */
static unsigned read_all(struct asking *asking, const struct dd_principal *who, uint64_t task,
			 uint32_t max_bytes, uint64_t *last_out)
{
	unsigned count = 0;
	bool more = true;

	*last_out = 0;
	while (more) {
		const Dondoc__V1__Records *records;
		struct dd_frame_info info;

		assert_int_equal(ask_records(asking, who, task, *last_out, max_bytes),
				 ERROR(UNKNOWN));
		records = asking->answer->records;
		assert_true(records->frames.len > 0);
		for (size_t at = 0; at < records->frames.len; at += info.length)
			count += check_slice(asking, records->frames.data + at,
					     records->frames.len - at, &info, last_out);
		more = records->more;
		if (!more)
			assert_int_equal(records->version, *last_out);
	}
	return count;
}

/* --- which tasks ------------------------------------------------------------------------------ */

static void an_office_is_told_the_tasks_that_its_unit_leads_or_helps_with(void **state)
{
	struct asking *asking = *state;
	uint64_t first = task_of(asking->hall, "1"), second = task_of(asking->hall, "2");

	assert_int_equal(flags_of(asking, &hall_syt, first), READABLE(LEAD));
	assert_int_equal(flags_of(asking, &hall_syt, second), 0);
	assert_int_equal(flags_of(asking, &hall_stc, first), READABLE(COORDINATING));
	assert_int_equal(flags_of(asking, &hall_stc, second), READABLE(LEAD));
	assert_int_equal(readable(asking, &hall_hn)->n_rows, 0);
}

static void only_offices_are_answered(void **state)
{
	struct asking *asking = *state;
	const Dondoc__V1__ListReadable all = DONDOC__V1__LIST_READABLE__INIT;
	const struct dd_principal nameless = {.cls = DD_PRINCIPAL_OFFICE};
	const struct dd_principal enrol = {.cls = DD_PRINCIPAL_ENROL, .unit = "SYT"};
	uint64_t task = task_of(asking->hall, "1");

	assert_int_equal(ask_readable(asking, &hall_operator, &all), ERROR(NOT_PERMITTED));
	assert_int_equal(ask_readable(asking, &nameless, &all), ERROR(NOT_PERMITTED));
	assert_int_equal(ask_readable(asking, &enrol, &all), ERROR(NOT_PERMITTED));
	assert_int_equal(ask_records(asking, &hall_operator, task, 0, 0), ERROR(NOT_PERMITTED));
	assert_int_equal(ask_records(asking, &enrol, task, 0, 0), ERROR(NOT_PERMITTED));
}

/* As the office works it out by itself. */
static void digest_of(const Dondoc__V1__Readable *list, uint8_t out[DD_HASH_LEN])
{
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "dondoc.readable1");
	for (size_t i = 0; i < list->n_rows; i++) {
		uint8_t row[20] = {0};

		for (int k = 0; k < 8; k++) {
			row[k] = (uint8_t)(list->rows[i]->task >> (8 * k));
			row[8 + k] = (uint8_t)(list->rows[i]->version >> (8 * k));
		}
		row[16] = (uint8_t)list->rows[i]->flags;
		dd_hasher_add(&hasher, row, sizeof(row));
	}
	dd_hasher_end(&hasher, out);
}

static void nothing_is_told_twice(void **state)
{
	struct asking *asking = *state;
	Dondoc__V1__ListReadable list = DONDOC__V1__LIST_READABLE__INIT;
	uint8_t digest[DD_HASH_LEN];
	size_t silent;

	digest_of(readable(asking, &hall_stc), digest);
	assert_memory_equal(asking->answer->readable->digest.data, digest, DD_HASH_LEN);
	list.digest = (ProtobufCBinaryData){.data = digest, .len = sizeof(digest)};
	assert_int_equal(ask_readable(asking, &hall_stc, &list), ERROR(UNKNOWN));
	assert_true(asking->answer->readable->same);
	assert_int_equal(asking->answer->readable->n_rows, 0);
	silent = asking->bytes.len;
	assert_true(silent < 64); /* a few bytes a minute */
	report(asking->hall, &hall_syt, 1, task_of(asking->hall, "1"));
	assert_int_equal(ask_readable(asking, &hall_stc, &list), ERROR(UNKNOWN));
	assert_false(asking->answer->readable->same);
	assert_int_equal(asking->answer->readable->n_rows, 2);
}

static void a_long_list_comes_in_pages(void **state)
{
	struct asking *asking = *state;
	Dondoc__V1__ListReadable list = DONDOC__V1__LIST_READABLE__INIT;
	uint64_t first = task_of(asking->hall, "1"), second = task_of(asking->hall, "2");

	list.limit = 1;
	assert_int_equal(ask_readable(asking, &hall_stc, &list), ERROR(UNKNOWN));
	assert_int_equal(asking->answer->readable->n_rows, 1);
	assert_int_equal(asking->answer->readable->rows[0]->task, first);
	assert_true(asking->answer->readable->more);
	list.after = first;
	assert_int_equal(ask_readable(asking, &hall_stc, &list), ERROR(UNKNOWN));
	assert_int_equal(asking->answer->readable->rows[0]->task, second);
	assert_false(asking->answer->readable->more);
}

static void a_version_is_the_last_record_that_can_be_read(void **state)
{
	struct asking *asking = *state;
	uint64_t task = task_of(asking->hall, "1");
	const Dondoc__V1__Readable *list;
	uint64_t last;

	for (uint64_t i = 1; i < 4; i++)
		last = report(asking->hall, &hall_syt, i, task);
	list = readable(asking, &hall_stc);
	assert_int_equal(list->rows[0]->version, last);
	read_all(asking, &hall_stc, task, 0, &last);
	assert_int_equal(last, readable(asking, &hall_stc)->rows[0]->version);
}

/* --- which records ---------------------------------------------------------------------------- */

static void the_whole_history_comes_in_slices_that_verify(void **state)
{
	static const uint32_t sizes[] = {0, 1, 300, 900, 1 << 30};
	struct asking *asking = *state;
	uint64_t first = task_of(asking->hall, "1"), second = task_of(asking->hall, "2");
	uint64_t last;

	for (uint64_t i = 1; i <= 20; i++) {
		report(asking->hall, &hall_syt, i, first);
		report(asking->hall, &hall_stc, i, second);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(read_all(asking, &hall_stc, first, sizes[i], &last), 21);
		assert_int_equal(read_all(asking, &hall_syt, first, sizes[i], &last), 21);
	}
	assert_int_equal(ask_records(asking, &hall_stc, first, last, 0), ERROR(UNKNOWN));
	assert_int_equal(asking->answer->records->frames.len, 0);
	assert_false(asking->answer->records->more);
}

static const struct task_list *kept_of(const struct asking *asking, uint64_t task)
{
	for (size_t i = 0; i < TASK_LISTS_KEPT; i++)
		if (asking->source.records.lists[i].task == task)
			return &asking->source.records.lists[i];
	return NULL;
}

static void tasks_that_are_read_side_by_side_do_not_drive_each_other_out(void **state)
{
	struct asking *asking = *state;
	uint64_t first = task_of(asking->hall, "1"), second = task_of(asking->hall, "2");
	uint64_t at[2] = {0}, last;
	unsigned count[2] = {0};

	for (uint64_t i = 1; i <= 10; i++) {
		report(asking->hall, &hall_syt, i, first);
		report(asking->hall, &hall_stc, i, second);
	}
	for (unsigned i = 0; i < 22; i++) {
		struct dd_frame_info info;
		const Dondoc__V1__Records *records;

		assert_int_equal(ask_records(asking, i % 2 == 0 ? &hall_syt : &hall_stc,
					     i % 2 == 0 ? first : second, at[i % 2], 1),
				 ERROR(UNKNOWN));
		records = asking->answer->records;
		count[i % 2] += check_slice(asking, records->frames.data, records->frames.len,
					    &info, &at[i % 2]);
		if (i > 0) { /* both lists are there, and stay */
			assert_non_null(kept_of(asking, first));
			assert_non_null(kept_of(asking, second));
			assert_int_equal(kept_of(asking, first)->sequences.len, 11 * 8);
		}
	}
	assert_int_equal(count[0], 11);
	assert_int_equal(count[1], 11);
	report(asking->hall, &hall_syt, 11, first);
	assert_int_equal(read_all(asking, &hall_stc, first, 0, &last), 12);
	assert_int_equal(kept_of(asking, first)->version, last); /* in place of the older one */
}

static void of_what_is_not_its_own_an_office_gets_nothing_by_any_way(void **state)
{
	struct asking *asking = *state;
	uint64_t first = task_of(asking->hall, "1"), second = task_of(asking->hall, "2");
	const uint64_t wrong[] = {0, 1, second, second + 1, 999, UINT64_MAX};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	uint64_t secret = report(asking->hall, &hall_stc, 1, second);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ask_records(asking, &hall_syt, wrong[i], 0, 0), ERROR(NOT_FOUND));
	assert_int_equal(ask_records(asking, &hall_hn, first, 0, 0), ERROR(NOT_FOUND));
	/* Its own task, and the history "goes on" behind an event of another. */
	show.task = first;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	for (uint64_t i = 1; i <= secret; i++) {
		show.history_before = i;
		assert_int_equal(ask(asking, &hall_syt, &query), ERROR(UNKNOWN));
		assert_int_equal(asking->answer->task->n_history, 0);
	}
}

static void with_the_lead_goes_the_history(void **state)
{
	struct asking *asking = *state;
	uint64_t task = task_of(asking->hall, "2");
	uint64_t last;

	report(asking->hall, &hall_stc, 1, task);
	assert_int_equal(read_all(asking, &hall_stc, task, 0, &last), 2);
	assign(asking->hall, 1, task, "SYT");
	assert_int_equal(flags_of(asking, &hall_stc, task), 0);
	assert_int_equal(ask_records(asking, &hall_stc, task, 0, 0), ERROR(NOT_FOUND));
	assert_int_equal(flags_of(asking, &hall_syt, task), READABLE(LEAD));
	assert_int_equal(read_all(asking, &hall_syt, task, 0, &last), 3);
}

static void of_a_talk_a_unit_reads_what_is_said_to_it_and_no_more(void **state)
{
	struct asking *asking = *state;
	uint64_t task = task_of(asking->hall, "2");
	uint64_t second, last;

	report(asking->hall, &hall_stc, 1, task);
	talk(asking->hall, &hall_stc, 1, task, "SYT", "");
	talk(asking->hall, &hall_stc, 2, task, "", "");
	second = talk(asking->hall, &hall_stc, 3, task, "SYT", "HN");
	report(asking->hall, &hall_stc, 2, task);
	assert_int_equal(flags_of(asking, &hall_syt, task), READABLE(NAMED));
	assert_int_equal(read_all(asking, &hall_syt, task, 0, &last), 2);
	assert_int_equal(last, second);
	assert_int_equal(flags_of(asking, &hall_hn, task), READABLE(NAMED));
	assert_int_equal(read_all(asking, &hall_hn, task, 0, &last), 1);
	assert_int_equal(read_all(asking, &hall_stc, task, 0, &last), 6);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_office_is_told_the_tasks_that_its_unit_leads_or_helps_with),
		TEST(only_offices_are_answered),
		TEST(nothing_is_told_twice),
		TEST(a_long_list_comes_in_pages),
		TEST(a_version_is_the_last_record_that_can_be_read),
		TEST(the_whole_history_comes_in_slices_that_verify),
		TEST(tasks_that_are_read_side_by_side_do_not_drive_each_other_out),
		TEST(of_what_is_not_its_own_an_office_gets_nothing_by_any_way),
		TEST(with_the_lead_goes_the_history),
		TEST(of_a_talk_a_unit_reads_what_is_said_to_it_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
