/* office_replica.c - fetching the unit's tasks page by page, and keeping them.
 *
 *   T task -> a packed TaskRow
 *   V      -> struct office_replica_state
 *   J      -> packed JudgeRule: how the centre judged them */
#include "services/office/office_replica.h"

#include "common/base/buf.h"
#include "common/eventlog/position.h"
#include "common/store/key.h"
#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS 200
#define ROWS_MAX  20000 /* far more than a unit has; bounds memory while fetching */

struct fetched_row {
	uint64_t id;
	size_t offset; /* in `bytes` */
	size_t len;
};

struct office_replica {
	struct dd_store *store;
	const char *unit;
	struct dd_txn *reader; /* owned; reset between calls */
	struct office_replica_state state;
	/* Of the round that is being fetched: the state to be, its view_sequence the lowest of the
	 * pages; and the rows. */
	struct office_replica_state round;
	struct dd_judge judge, round_judge;
	struct dd_buf bytes;
	struct fetched_row *rows; /* owned */
	size_t row_count;
	size_t row_cap;
	uint32_t offset;
};

static struct dd_key key_task(uint64_t id)
{
	struct dd_key key;

	dd_key_begin(&key, 'T');
	dd_key_u64(&key, id);
	return key;
}

static struct dd_key key_state(void)
{
	struct dd_key key;

	dd_key_begin(&key, 'V');
	return key;
}

static struct dd_key key_judge(void)
{
	struct dd_key key;

	dd_key_begin(&key, 'J');
	return key;
}

/* None: the shipped rule. */
static struct dd_judge judge_of(const Dondoc__V1__JudgeRule *rule)
{
	return (struct dd_judge){.credit_waiting = rule == NULL || !rule->no_credit,
				 .by_confirmation = rule != NULL && rule->by_confirmation};
}

/* A copy that was fetched by an older build has none. */
static void read_judge(struct office_replica *replica)
{
	const struct dd_key key = key_judge();
	Dondoc__V1__JudgeRule *rule = NULL;
	struct dd_val val;

	if (dd_txn_get(replica->reader, key.data, key.len, &val) == 0)
		rule = dondoc__v1__judge_rule__unpack(NULL, val.len, val.data);
	replica->judge = judge_of(rule);
	dondoc__v1__judge_rule__free_unpacked(rule, NULL);
}

static int put_judge(struct dd_txn *txn, const struct dd_judge *judge, struct dd_error *err)
{
	Dondoc__V1__JudgeRule rule = DONDOC__V1__JUDGE_RULE__INIT;
	const struct dd_key key = key_judge();
	uint8_t packed[16];

	rule.no_credit = !judge->credit_waiting;
	rule.by_confirmation = judge->by_confirmation;
	return dd_txn_put(txn, key.data, key.len, packed,
			  dondoc__v1__judge_rule__pack(&rule, packed), err);
}

int office_replica_open(struct dd_store *store, const char *unit,
			struct office_replica **replica_out, struct dd_error *err)
{
	struct office_replica *replica = dd_alloc(sizeof(*replica));
	const struct dd_key key = key_state();
	struct dd_val val;
	int rc = dd_txn_read(store, &replica->reader, err);

	if (rc != 0) {
		free(replica);
		return rc;
	}
	replica->store = store;
	replica->unit = unit;
	rc = dd_txn_get(replica->reader, key.data, key.len, &val);
	if (rc == 0 && val.len == sizeof(replica->state))
		memcpy(&replica->state, val.data, sizeof(replica->state));
	read_judge(replica);
	dd_txn_reset(replica->reader);
	*replica_out = replica;
	return 0;
}

void office_replica_close(struct office_replica *replica)
{
	if (replica == NULL)
		return;
	dd_txn_abort(replica->reader);
	dd_buf_fini(&replica->bytes);
	free(replica->rows);
	free(replica);
}

struct office_replica_state office_replica_state(const struct office_replica *replica)
{
	return replica->state;
}

struct dd_judge office_replica_judge(const struct office_replica *replica)
{
	return replica->judge;
}

void office_replica_begin(struct office_replica *replica)
{
	dd_buf_clear(&replica->bytes);
	replica->row_count = 0;
	replica->offset = 0;
	memset(&replica->round, 0, sizeof(replica->round));
	replica->round.view_sequence = UINT64_MAX;
}

int office_replica_take_head(struct office_replica *replica, const Dondoc__V1__Answer *answer,
			     struct dd_error *err)
{
	if (answer->what_case != DONDOC__V1__ANSWER__WHAT_STATUS ||
	    !dd_position_from_pb(answer->status->head, &replica->round.head))
		return dd_fail(err, DD_ERR_INVALID, "the centre did not tell the head of its log");
	return 0;
}

uint64_t office_replica_ask(const struct office_replica *replica, Dondoc__V1__ListTasks *list_out)
{
	union {
		const char *in;
		char *out;
	} unit = {.in = replica->unit};

	dondoc__v1__list_tasks__init(list_out);
	list_out->unit = unit.out;
	list_out->offset = replica->offset;
	list_out->limit = PAGE_ROWS;
	return replica->round.head.sequence;
}

static void add_row(struct office_replica *replica, const Dondoc__V1__TaskRow *row)
{
	struct fetched_row *place;

	if (replica->row_count == replica->row_cap) {
		replica->row_cap = replica->row_cap == 0 ? 256 : replica->row_cap * 2;
		replica->rows =
			dd_realloc(replica->rows, replica->row_cap * sizeof(*replica->rows));
	}
	place = &replica->rows[replica->row_count++];
	place->id = row->id;
	place->offset = replica->bytes.len;
	place->len = dondoc__v1__task_row__get_packed_size(row);
	(void)dondoc__v1__task_row__pack(row, dd_buf_reserve(&replica->bytes, place->len));
	replica->bytes.len += place->len;
}

/* All tasks of before go: a task that went to another unit is not this unit's any more. */
static int delete_rows(struct dd_txn *txn, struct dd_error *err)
{
	struct dd_key key = key_task(0);
	struct dd_cursor *cursor;
	struct dd_val found, val;
	int rc;

	for (;;) {
		rc = dd_cursor_open(txn, &cursor, err);
		if (rc != 0)
			return rc;
		rc = dd_cursor_seek(cursor, key.data, key.len, 1, &found, &val);
		if (rc == 0 && found.len == key.len)
			memcpy(key.data, found.data, found.len);
		dd_cursor_close(cursor);
		if (rc == DD_ERR_NOT_FOUND)
			return 0;
		if (rc == 0)
			rc = dd_txn_del(txn, key.data, key.len);
		if (rc != 0)
			return dd_fail(err, rc, "the copy of the unit's tasks cannot be renewed");
	}
}

static int store_round(struct office_replica *replica, struct dd_error *err)
{
	const struct dd_key state_key = key_state();
	struct dd_txn *txn;
	int rc = dd_txn_write(replica->store, &txn, err);

	if (rc != 0)
		return rc;
	rc = delete_rows(txn, err);
	for (size_t i = 0; rc == 0 && i < replica->row_count; i++) {
		const struct fetched_row *row = &replica->rows[i];
		const struct dd_key key = key_task(row->id);

		rc = dd_txn_put(txn, key.data, key.len, replica->bytes.data + row->offset, row->len,
				err);
	}
	if (rc == 0)
		rc = put_judge(txn, &replica->round_judge, err);
	if (rc == 0)
		rc = dd_txn_put(txn, state_key.data, state_key.len, &replica->round,
				sizeof(replica->round), err);
	if (rc == 0)
		return dd_txn_commit(txn, err);
	dd_txn_abort(txn);
	return rc;
}

int office_replica_take(struct office_replica *replica, const Dondoc__V1__Answer *answer,
			int64_t now_us, bool *more_out, struct dd_error *err)
{
	struct office_replica_state *round = &replica->round;
	const Dondoc__V1__TaskList *list;
	int rc;

	*more_out = false;
	if (answer->what_case != DONDOC__V1__ANSWER__WHAT_TASKS)
		return dd_fail(err, DD_ERR_INVALID, "the centre did not answer with tasks");
	list = answer->tasks;
	if (replica->row_count + list->n_rows > ROWS_MAX)
		return dd_fail(err, DD_ERR_INVALID, "the centre lists more than %d tasks of a unit",
			       ROWS_MAX);
	if (answer->view_sequence < round->head.sequence)
		return dd_fail(err, DD_ERR_INVALID, "the centre's tasks are older than its head");
	for (size_t i = 0; i < list->n_rows; i++)
		add_row(replica, list->rows[i]);
	replica->round_judge = judge_of(list->judge);
	if (answer->view_sequence < round->view_sequence)
		round->view_sequence = answer->view_sequence;
	replica->offset += (uint32_t)list->n_rows;
	*more_out = list->n_rows > 0 && replica->offset < list->total;
	if (*more_out)
		return 0;
	round->fetched_us = now_us;
	round->tasks = replica->row_count;
	rc = store_round(replica, err);
	if (rc == 0) {
		replica->state = *round;
		replica->judge = replica->round_judge;
	}
	office_replica_begin(replica);
	return rc;
}

int office_replica_walk(struct office_replica *replica, uint64_t from,
			bool (*on_row)(void *arg, const uint8_t *data, size_t len), void *arg)
{
	const struct dd_key key = key_task(from);
	struct dd_cursor *cursor;
	struct dd_val found, val;
	int rc = dd_txn_renew(replica->reader);

	if (rc != 0)
		return rc;
	rc = dd_cursor_open(replica->reader, &cursor, NULL);
	if (rc == 0) {
		rc = dd_cursor_seek(cursor, key.data, key.len, 1, &found, &val);
		while (rc == 0 && on_row(arg, val.data, val.len))
			rc = dd_cursor_next(cursor, &found, &val);
		dd_cursor_close(cursor);
	}
	dd_txn_reset(replica->reader);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}
