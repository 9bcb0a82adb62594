/* view_answer.c - memory and walks of an answer in the making. */
#include "common/view/view_answer.h"
#include "common/domain/area.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void *pool_alloc_pb(void *data, size_t size)
{
	return pool_alloc(data, size);
}

static void pool_free_pb(void *data, void *piece)
{
	(void)data;
	(void)piece;
}

ProtobufCAllocator answer_allocator(struct answering *answering)
{
	return (ProtobufCAllocator){
		.alloc = pool_alloc_pb,
		.free = pool_free_pb,
		.allocator_data = &answering->pool,
	};
}

void answer_rows_add(struct answering *answering, struct answer_rows *rows, void *item)
{
	void **larger;

	if (rows->count == rows->room) {
		rows->room = rows->room == 0 ? 16 : rows->room * 2;
		larger = pool_alloc(&answering->pool, rows->room * sizeof(*larger));
		if (rows->count > 0)
			memcpy(larger, rows->items, rows->count * sizeof(*larger));
		rows->items = larger;
	}
	rows->items[rows->count++] = item;
}

/* --- single records ----------------------------------------------------------------------- */

int answer_get(struct answering *answering, const struct dd_key *key, struct dd_val *val_out)
{
	return dd_txn_get(answering->txn, key->data, key->len, val_out);
}

int answer_task(struct answering *answering, uint64_t id, struct view_task *task_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_u64(&key, VIEW_TASK, id);
	rc = answer_get(answering, &key, &val);
	if (rc == DD_OK && val.len == sizeof(*task_out)) {
		memcpy(task_out, val.data, sizeof(*task_out));
		return DD_OK;
	}
	return dd_fail(answering->err, rc == DD_OK ? DD_ERR_CORRUPT : rc,
		       "task %" PRIu64 " cannot be read from the view", id);
}

const char *answer_unit_name(struct answering *answering, const char *code)
{
	struct view_unit unit;
	struct dd_key key;
	struct dd_val val;
	const char *name = code;

	view_key_text(&key, VIEW_UNIT, code);
	if (answer_get(answering, &key, &val) == DD_OK && val.len >= sizeof(unit)) {
		memcpy(&unit, val.data, sizeof(unit));
		name = unit.name;
	}
	return pool_memdup(&answering->pool, name, strlen(name) + 1);
}

const char *answer_area_name(struct answering *answering, uint32_t area)
{
	const char *shipped = dd_area_name(area);
	struct dd_key key;
	struct dd_val val;
	char *name;

	view_key_area(&key, area);
	if (answer_get(answering, &key, &val) != DD_OK)
		return shipped ? shipped : "";
	name = pool_zalloc(&answering->pool, val.len + 1);
	memcpy(name, val.data, val.len);
	return name;
}

int answer_check_plan(struct answering *answering, const char *plan)
{
	struct dd_key key;
	struct dd_val val;

	if (plan[0] == '\0')
		return DD_OK;
	view_key_text(&key, VIEW_PLAN, plan);
	if (answer_get(answering, &key, &val) == DD_OK)
		return DD_OK;
	return dd_fail(answering->err, DD_ERR_NOT_FOUND, "there is no plan %.40s", plan);
}

/* --- walks -------------------------------------------------------------------------------- */

int answer_walk_open(struct answering *answering, const struct dd_key *prefix,
		     struct answer_walk *walk)
{
	return answer_walk_from(answering, prefix, prefix->len, walk);
}

int answer_walk_from(struct answering *answering, const struct dd_key *start, size_t prefix_len,
		     struct answer_walk *walk)
{
	*walk = (struct answer_walk){.prefix = *start, .prefix_len = prefix_len};
	return dd_cursor_open(answering->txn, &walk->cursor, answering->err);
}

bool answer_walk_next(struct answer_walk *walk)
{
	int rc;

	if (walk->begun)
		rc = dd_cursor_next(walk->cursor, &walk->key, &walk->val);
	else
		rc = dd_cursor_seek(walk->cursor, walk->prefix.data, walk->prefix.len,
				    walk->prefix_len, &walk->key, &walk->val);
	walk->begun = true;
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		walk->rc = rc;
	return rc == DD_OK;
}

void answer_walk_close(struct answer_walk *walk)
{
	dd_cursor_close(walk->cursor);
	walk->cursor = NULL;
}

int answer_tasks_open(struct answering *answering, const char *plan, struct answer_walk *walk)
{
	struct dd_key key;
	int rc = answer_check_plan(answering, plan);

	if (rc != DD_OK)
		return rc;
	dd_key_begin(&key, VIEW_ORDER);
	if (plan[0] != '\0')
		dd_key_text(&key, plan);
	return answer_walk_open(answering, &key, walk);
}

bool answer_tasks_next(struct answering *answering, struct answer_walk *walk,
		       struct view_task *task_out)
{
	const uint8_t *key;

	if (!answer_walk_next(walk))
		return false;
	key = walk->key.data;
	walk->rc =
		walk->key.len > 8
			? answer_task(answering, dd_key_get_u64(key + walk->key.len - 8), task_out)
			: DD_ERR_CORRUPT;
	return walk->rc == DD_OK;
}
