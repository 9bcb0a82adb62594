/* view_narrow.c - see view_narrow.h. */
#include "common/view/view_narrow.h"

#include "common/view/view_evidence.h"
#include "common/view/view_notice.h"
#include "common/view/view_visible.h"
#include "common/view/view_walk.h"
#include <string.h>

/* protobuf-c has no const texts; it does not write to these. */
static char *text_of(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {.in = text};

	return both.out;
}

/* True also where there is no such task: that it is not there is told anyway. */
static bool sees(struct view *view, const char *unit, uint64_t task)
{
	struct view_task found;

	return view_visible_task(view, unit, task) != 0 ||
	       view_task(view, false, task, &found) != DD_OK;
}

static bool sees_shown(struct view *view, const char *unit, const Dondoc__V1__ShowTask *show)
{
	uint64_t id = show->task;

	if (id == 0 && view_task_by_code(view, false, show->plan, show->code, &id) != DD_OK)
		return show->plan[0] == '\0'; /* judged again by id in the answer */
	return sees(view, unit, id);
}

static bool own_digest(struct view *view, const char *unit, const ProtobufCBinaryData *id)
{
	struct view_digest digest;

	return id->len != DD_HASH_LEN || /* said by the view */
	       view_digest(view, false, id->data, &digest) != DD_OK ||
	       strcmp(digest.unit, unit) == 0;
}

/* Of one task, and one that it may see. */
static bool own_files(struct view *view, const char *unit, const Dondoc__V1__ListFiles *list)
{
	return list->task != 0 && list->hash.len == 0 && !list->arrived &&
	       sees(view, unit, list->task);
}

static bool own_file(struct view *view, const char *unit, const ProtobufCBinaryData *hash)
{
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;
	bool own = false;

	if (hash->len != DD_HASH_LEN)
		return false;
	view_key_id(&key, VIEW_FILE, hash->data);
	if (view_walk_open(view, &key, &walk, &err) != DD_OK)
		return false;
	while (!own && view_walk_next(&walk))
		own = walk.key.len == VIEW_FILE_TASK_KEY &&
		      sees(view, unit, view_walk_number(&walk));
	view_walk_close(&walk);
	return own;
}

/* Of a task that it may see, or what was said to the unit itself. */
static bool own_talk(struct view *view, const char *unit, Dondoc__V1__ListComments *list)
{
	if (list->task == 0) {
		list->mention_unit = text_of(unit);
		list->mention_person.len = 0;
		return true;
	}
	return sees(view, unit, list->task);
}

/* Questions about one thing: whether it is the unit's to see. */
static bool own_thing(struct view *view, const char *unit, const Dondoc__V1__Query *query)
{
	switch ((int)query->what_case) {
	case DONDOC__V1__QUERY__WHAT_LIST_PLANS:
	case DONDOC__V1__QUERY__WHAT_LIST_UNITS:
	case DONDOC__V1__QUERY__WHAT_SHOW_UNIT:
	case DONDOC__V1__QUERY__WHAT_LIST_AREAS:
	case DONDOC__V1__QUERY__WHAT_LIST_SETTINGS:
	case DONDOC__V1__QUERY__WHAT_READ_TIME:
	case DONDOC__V1__QUERY__WHAT_LIST_CALENDAR:
	case DONDOC__V1__QUERY__WHAT_SHOW_STREAM:    /* the asker's own, */
	case DONDOC__V1__QUERY__WHAT_LIST_DESTROYED: /* as this */
		return true;
	case DONDOC__V1__QUERY__WHAT_SHOW_DIGEST:
		return own_digest(view, unit, &query->show_digest->digest);
	case DONDOC__V1__QUERY__WHAT_SHOW_TASK:
		return sees_shown(view, unit, query->show_task);
	case DONDOC__V1__QUERY__WHAT_LIST_COMMENTS:
		return own_talk(view, unit, query->list_comments);
	case DONDOC__V1__QUERY__WHAT_LIST_FILES:
		return own_files(view, unit, query->list_files);
	case DONDOC__V1__QUERY__WHAT_FETCH_FILE:
		return own_file(view, unit, &query->fetch_file->hash);
	default:
		return false;
	}
}

int view_narrow(struct view *view, const char *unit, Dondoc__V1__Query *query, struct dd_error *err)
{
	switch ((int)query->what_case) {
	case DONDOC__V1__QUERY__WHAT_LIST_TASKS:
		query->list_tasks->unit = text_of(unit);
		query->list_tasks->with_subunits = false;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_COUNT_TASKS:
		query->count_tasks->unit = text_of(unit);
		query->count_tasks->with_subunits = false;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_DIGESTS:
		query->list_digests->unit = text_of(unit);
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_INBOX:
		query->list_inbox->unit = text_of(unit);
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_PROVE_TOLD:
		query->prove_told->unit = text_of(unit);
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_PEOPLE:
		query->list_people->unit = text_of(unit);
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_REQUESTS:
		/* What waits for the unit, or what it waits for. */
		if (strcmp(query->list_requests->decider_unit, unit) != 0)
			query->list_requests->from_unit = text_of(unit);
		return DD_OK;
	default:
		break;
	}
	if (own_thing(view, unit, query))
		return DD_OK;
	return dd_fail(err, DD_ERR_REFUSED,
		       "an office may ask only for what concerns its unit (%s)", unit);
}

static void hide_children(struct view *view, const char *unit, Dondoc__V1__TaskDetail *detail)
{
	size_t kept = 0;

	for (size_t i = 0; i < detail->n_children; i++) {
		Dondoc__V1__TaskRow *child = detail->children[i];

		if (sees(view, unit, child->id))
			detail->children[kept++] = child;
		else
			dondoc__v1__task_row__free_unpacked(child, NULL);
	}
	detail->n_children = kept;
}

bool view_narrow_detail(struct view *view, const char *unit, struct dd_buf *answer)
{
	Dondoc__V1__Answer *a = dondoc__v1__answer__unpack(NULL, answer->len, answer->data);
	bool visible = a != NULL && a->what_case == DONDOC__V1__ANSWER__WHAT_TASK &&
		       a->task->task != NULL && sees(view, unit, a->task->task->id);

	if (visible && a->task->n_children > 0) {
		hide_children(view, unit, a->task);
		dd_buf_clear(answer);
		answer->len += dondoc__v1__answer__pack(
			a, dd_buf_reserve(answer, dondoc__v1__answer__get_packed_size(a)));
	}
	dondoc__v1__answer__free_unpacked(a, NULL);
	return visible;
}
