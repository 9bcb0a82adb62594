/* office_desk_test.c - drafts outlive restarts and versions and leave once; what has not left can
 * be taken out; every report tells its steps. */
#include "services/office/office_desk.h"

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "services/office/office_draft.h"
#include "services/office/office_past.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

#define ARENA ((size_t)1 << 20)

struct desk {
	char *dir;
	struct office_outbox *outbox;
	struct dd_arena arena;
	struct dd_error err;
};

static void reopen(struct desk *desk)
{
	office_outbox_close(desk->outbox);
	desk->outbox = NULL;
	if (office_outbox_open(desk->dir, 64u << 20, 1000, &desk->outbox, &desk->err) != 0)
		fail_msg("%s", desk->err.text);
}

static void begin(struct desk *desk)
{
	memset(desk, 0, sizeof(*desk));
	desk->dir = test_tmpdir();
	dd_arena_init(&desk->arena, ARENA);
	reopen(desk);
}

static void end(struct desk *desk)
{
	office_outbox_close(desk->outbox);
	dd_arena_fini(&desk->arena);
	test_tmpdir_end(desk->dir);
}

/* A progress report; `newer`: with a field that this build does not know. */
static struct dd_buf report(uint64_t task, const char *note, bool newer)
{
	static uint8_t value[] = {7};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ReportProgress said = DONDOC__V1__REPORT_PROGRESS__INIT;
	ProtobufCMessageUnknownField field = {
		.tag = 900, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = value};
	struct dd_buf out = {0};

	said.task = task;
	said.note = (char *)(uintptr_t)note;
	if (newer) {
		said.base.n_unknown_fields = 1;
		said.base.unknown_fields = &field;
	}
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &said;
	(void)dd_buf_reserve(&out, dondoc__v1__command_body__get_packed_size(&body));
	out.len = dondoc__v1__command_body__pack(&body, out.data);
	return out;
}

static uint8_t *id_of(char letter)
{
	static uint8_t ids[128][DD_ID_LEN];

	memset(ids[(size_t)letter], letter, DD_ID_LEN);
	return ids[(size_t)letter];
}

static int save_draft(struct desk *desk, char letter, const struct dd_buf *body, int64_t now_us)
{
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__SaveDraft draft = DONDOC__V1__SAVE_DRAFT__INIT;

	draft.id.data = id_of(letter);
	draft.id.len = DD_ID_LEN;
	draft.body.data = body->data;
	draft.body.len = body->len;
	draft.note = (char *)(uintptr_t) "chờ số liệu";
	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_SAVE_DRAFT;
	asked.save_draft = &draft;
	return office_desk_do(desk->outbox, &asked, now_us, &desk->err);
}

static const Dondoc__V1__DraftList *drafts(struct desk *desk)
{
	Dondoc__V1__ListDrafts list = DONDOC__V1__LIST_DRAFTS__INIT;
	const Dondoc__V1__DraftList *found;

	dd_arena_reset(&desk->arena);
	found = office_desk_drafts(desk->outbox, &list, &desk->arena);
	assert_non_null(found);
	return found;
}

/* Under the draft's id as its stream. */
static enum office_save submit(struct desk *desk, char letter, const struct dd_buf *body)
{
	struct office_command command = {.number = 1, .task = 5, .summary = "report_progress"};
	enum office_save result = OFFICE_SAVE_MISSING;
	uint64_t expected;

	memcpy(command.stream, id_of(letter), DD_ID_LEN);
	command.body = body->data;
	command.body_len = body->len;
	if (office_outbox_save(desk->outbox, &command, 900, &result, &expected, &desk->err) != 0)
		fail_msg("%s", desk->err.text);
	return result;
}

static void a_draft_is_there_after_a_restart_and_can_be_written_over_and_dropped(void **state)
{
	struct desk desk;
	struct dd_buf body = report(5, "một", false), other = report(6, "hai", false);
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__DropDraft drop = DONDOC__V1__DROP_DRAFT__INIT;
	const Dondoc__V1__DraftList *list;

	(void)state;
	begin(&desk);
	assert_int_equal(save_draft(&desk, 'a', &body, 100), 0);
	assert_int_equal(save_draft(&desk, 'b', &body, 110), 0);
	reopen(&desk);
	assert_int_equal(save_draft(&desk, 'a', &other, 200), 0);
	list = drafts(&desk);
	assert_int_equal(list->n_rows, 2);
	assert_int_equal(list->rows[0]->task, 6);
	assert_int_equal(list->rows[0]->begun_us, 100);
	assert_int_equal(list->rows[0]->changed_us, 200);
	assert_string_equal(list->rows[0]->summary, "report_progress");
	assert_string_equal(list->rows[0]->draft->note, "chờ số liệu");
	assert_int_equal(list->rows[0]->draft->body.len, other.len);
	assert_memory_equal(list->rows[0]->draft->body.data, other.data, other.len);
	drop.id.data = id_of('a');
	drop.id.len = DD_ID_LEN;
	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_DROP_DRAFT;
	asked.drop_draft = &drop;
	assert_int_equal(office_desk_do(desk.outbox, &asked, 1, &desk.err), 0);
	assert_int_equal(office_desk_do(desk.outbox, &asked, 1, &desk.err), DD_ERR_NOT_FOUND);
	assert_int_equal(drafts(&desk)->n_rows, 1);
	dd_buf_fini(&body);
	dd_buf_fini(&other);
	end(&desk);
}

static void what_this_build_does_not_know_is_kept_and_listed(void **state)
{
	struct desk desk;
	struct dd_buf body = report(5, "một", true);
	const Dondoc__V1__DraftList *list;

	(void)state;
	begin(&desk);
	assert_int_equal(save_draft(&desk, 'a', &body, 100), 0);
	reopen(&desk);
	list = drafts(&desk);
	assert_int_equal(list->n_rows, 1);
	assert_int_equal(list->rows[0]->n_unknown, 1);
	assert_string_equal(list->rows[0]->unknown[0], "report_progress.900");
	assert_int_equal(list->rows[0]->draft->body.len, body.len);
	assert_memory_equal(list->rows[0]->draft->body.data, body.data, body.len);
	dd_buf_fini(&body);
	end(&desk);
}

static void a_draft_leaves_once_and_is_none_afterwards(void **state)
{
	struct desk desk;
	struct dd_buf body = report(5, "một", false), other = report(5, "hai", false);

	(void)state;
	begin(&desk);
	assert_int_equal(save_draft(&desk, 'a', &body, 100), 0);
	assert_int_equal(submit(&desk, 'a', &body), OFFICE_SAVE_NEW);
	assert_int_equal(drafts(&desk)->n_rows, 0);
	assert_int_equal(submit(&desk, 'a', &body), OFFICE_SAVE_SAME);
	assert_int_equal(submit(&desk, 'a', &other), OFFICE_SAVE_OTHER);
	assert_int_equal(save_draft(&desk, 'a', &other, 300), DD_ERR_REFUSED);
	assert_int_equal(drafts(&desk)->n_rows, 0);
	dd_buf_fini(&body);
	dd_buf_fini(&other);
	end(&desk);
}

static void what_is_no_draft_is_not_kept(void **state)
{
	struct desk desk;
	struct dd_buf body = report(5, "một", false);
	struct dd_buf large = {0}, none = {0};

	(void)state;
	begin(&desk);
	memset(dd_buf_reserve(&large, OFFICE_DRAFT_BODY_MAX + 1), 0, OFFICE_DRAFT_BODY_MAX + 1);
	large.len = OFFICE_DRAFT_BODY_MAX + 1;
	assert_int_equal(save_draft(&desk, 'a', &large, 100), DD_ERR_INVALID);
	assert_int_equal(save_draft(&desk, 'a', &none, 100), DD_ERR_INVALID);
	dd_buf_add(&none, "\xff\xff\xff", 3);
	assert_int_equal(save_draft(&desk, 'a', &none, 100), DD_ERR_INVALID);
	assert_int_equal(drafts(&desk)->n_rows, 0);
	for (unsigned i = 0; i < OFFICE_DRAFTS_MAX; i++) {
		Dondoc__V1__SaveDraft draft = DONDOC__V1__SAVE_DRAFT__INIT;
		uint8_t id[DD_ID_LEN] = {(uint8_t)i, (uint8_t)(i >> 8), 1};

		draft.id = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
		draft.body = (ProtobufCBinaryData){.data = body.data, .len = body.len};
		assert_int_equal(office_draft_save(desk.outbox, &draft, 1, &desk.err), 0);
	}
	assert_int_equal(save_draft(&desk, 'a', &body, 100), DD_ERR_REFUSED);
	assert_true(drafts(&desk)->rows_cut);
	dd_buf_fini(&large);
	dd_buf_fini(&none);
	dd_buf_fini(&body);
	end(&desk);
}

/* --- what has not left --------------------------------------------------------------------------
 */

static int withdraw(struct desk *desk, uint64_t number)
{
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__WithdrawItem item = DONDOC__V1__WITHDRAW_ITEM__INIT;

	item.stream.data = (uint8_t *)(uintptr_t)office_outbox_stream(desk->outbox, 0)->id;
	item.stream.len = DD_ID_LEN;
	item.number = number;
	item.reason = (char *)(uintptr_t) "nhầm nhiệm vụ";
	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_WITHDRAW_ITEM;
	asked.withdraw_item = &item;
	return office_desk_do(desk->outbox, &asked, 500, &desk->err);
}

static void note_step(void *arg, const struct office_step *step)
{
	dd_buf_printf(arg, "%s@%lld %s|", office_state_name((enum office_state)step->state),
		      (long long)step->at_us, step->reason);
}

static void assert_steps(struct desk *desk, uint64_t number, const char *expected)
{
	struct office_item item;
	struct dd_buf got = {0};

	assert_int_equal(office_outbox_at(desk->outbox, 0, number, &item), 0);
	assert_int_equal(office_past_walk(desk->outbox, &item, note_step, &got), 0);
	assert_string_equal(dd_buf_cstr(&got), expected);
	dd_buf_fini(&got);
}

static void one_of_twenty_is_taken_out_and_the_rest_keep_their_order(void **state)
{
	struct desk desk;
	struct office_item item;
	uint64_t id;

	(void)state;
	begin(&desk);
	for (char i = 0; i < 20; i++) {
		struct dd_buf body = report((uint64_t)i + 1, "báo cáo", false);

		assert_int_equal(submit(&desk, (char)('A' + i), &body), OFFICE_SAVE_NEW);
		dd_buf_fini(&body);
	}
	assert_int_equal(withdraw(&desk, 7), 0);
	assert_int_equal(withdraw(&desk, 21), DD_ERR_NOT_FOUND);
	for (uint64_t number = 1; number <= 20; number++) {
		assert_int_equal(office_outbox_at(desk.outbox, 0, number, &item), 0);
		assert_int_equal(item.id, number);
		assert_int_equal(item.body_len == 0, number == 7);
	}
	assert_steps(&desk, 7, "queued@500 withdrawn by the office: nhầm nhiệm vụ|");
	id = 8;
	assert_int_equal(office_outbox_mark_sent(desk.outbox, &id, 1, 600, &desk.err), 0);
	assert_int_equal(withdraw(&desk, 8), DD_ERR_REFUSED); /* it may have left */
	end(&desk);
}

static void a_report_tells_its_steps_and_keeps_the_last_of_very_many(void **state)
{
	const struct office_change again = {.state = OFFICE_QUEUED, .reason = "no answer"};
	const struct office_change taken = {.state = OFFICE_ACCEPTED, .reason = "xong"};
	struct dd_buf body = report(5, "một", false), steps = {0};
	struct office_item item;
	struct desk desk;
	uint64_t id = 1;

	(void)state;
	begin(&desk);
	assert_int_equal(submit(&desk, 'a', &body), OFFICE_SAVE_NEW);
	assert_int_equal(office_outbox_mark_sent(desk.outbox, &id, 1, 600, &desk.err), 0);
	assert_int_equal(office_outbox_mark_sent(desk.outbox, &id, 1, 610, &desk.err), 0);
	assert_int_equal(office_outbox_change(desk.outbox, 1, &again, 620, &desk.err), 0);
	assert_steps(&desk, 1, "sent@600 |queued@620 no answer|");
	reopen(&desk);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(office_outbox_mark_sent(desk.outbox, &id, 1, 700, &desk.err), 0);
		assert_int_equal(office_outbox_change(desk.outbox, 1, &again, 710, &desk.err), 0);
	}
	assert_int_equal(office_outbox_mark_sent(desk.outbox, &id, 1, 800, &desk.err), 0);
	assert_int_equal(office_outbox_change(desk.outbox, 1, &taken, 810, &desk.err), 0);
	assert_int_equal(office_outbox_at(desk.outbox, 0, 1, &item), 0);
	assert_int_equal(item.steps, OFFICE_PAST_MAX);
	assert_int_equal(office_past_walk(desk.outbox, &item, note_step, &steps), 0);
	assert_non_null(strstr(dd_buf_cstr(&steps), "accepted@810 xong|"));
	assert_memory_equal(steps.data, "sent@600 |", 10);
	dd_buf_fini(&steps);
	dd_buf_fini(&body);
	end(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_draft_is_there_after_a_restart_and_can_be_written_over_and_dropped),
		cmocka_unit_test(what_this_build_does_not_know_is_kept_and_listed),
		cmocka_unit_test(a_draft_leaves_once_and_is_none_afterwards),
		cmocka_unit_test(what_is_no_draft_is_not_kept),
		cmocka_unit_test(one_of_twenty_is_taken_out_and_the_rest_keep_their_order),
		cmocka_unit_test(a_report_tells_its_steps_and_keeps_the_last_of_very_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
