/* view_remind.c - see view_remind.h. */
#include "common/view/view_remind.h"

#include "common/view/view_impl.h"
#include "common/view/view_records.h"
#include <string.h>

/* --- the beginning --------------------------------------------------------------------------- */

int view_start(struct view *view, bool with_batch, const char *plan, struct view_start *out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_START, plan);
	rc = view_get(view, with_batch, &key, &val);
	if (rc != DD_OK)
		return rc;
	if (val.len < sizeof(*out))
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, sizeof(*out)); /* its packed StartReminders stand behind it */
	return DD_OK;
}

int32_t view_started_day(struct view *view, bool with_batch, const char *plan)
{
	struct view_start start;

	return view_start(view, with_batch, plan, &start) == DD_OK && !start.stopped ? start.day
										     : 0;
}

/* --- silences -------------------------------------------------------------------------------- */

Dondoc__V1__SilenceList *view_silences(struct view *view, bool with_batch)
{
	struct dd_key key;
	struct dd_val val;

	view_key_u64(&key, VIEW_SILENCE, 0);
	if (view_get(view, with_batch, &key, &val) != DD_OK)
		return NULL;
	return dondoc__v1__silence_list__unpack(NULL, val.len, val.data);
}

Dondoc__V1__SilenceRow *view_silence(struct view *view, bool with_batch, uint64_t silence)
{
	struct dd_key key;
	struct dd_val val;

	view_key_u64(&key, VIEW_SILENCE, silence);
	if (silence == 0 || view_get(view, with_batch, &key, &val) != DD_OK)
		return NULL;
	return dondoc__v1__silence_row__unpack(NULL, val.len, val.data);
}

int32_t view_silence_last_day(const Dondoc__V1__SilenceRow *row)
{
	const int32_t first = row->said->from_day;
	int32_t last = row->said->until_day;

	if (row->ended_day != 0 && row->ended_day - 1 < last)
		last = row->ended_day - 1;
	return last < first ? first - 1 : last;
}

static bool silences(const Dondoc__V1__SilenceRow *row, const char *rule,
		     const struct view_place *place)
{
	return row->said != NULL &&
	       (row->said->rule[0] == '\0' || strcmp(row->said->rule, rule) == 0) &&
	       view_scope_means(row->said->scope, place);
}

int32_t view_silent_until(const Dondoc__V1__SilenceList *list, const char *rule,
			  const struct view_place *place, int32_t today)
{
	int32_t until = today - 1, before;

	if (list == NULL)
		return 0;
	do {
		before = until;
		for (size_t i = 0; i < list->n_rows; i++) {
			const Dondoc__V1__SilenceRow *row = list->rows[i];

			if (silences(row, rule, place) && row->said->from_day <= before + 1 &&
			    view_silence_last_day(row) > until)
				until = view_silence_last_day(row);
		}
	} while (until > before);
	return until >= today ? until : 0;
}

/* --- days promised --------------------------------------------------------------------------- */

int view_promise(struct view *view, bool with_batch, const struct view_task *task,
		 struct view_promise *out)
{
	struct dd_key key;
	int rc;

	view_key_u64(&key, VIEW_PROMISE, task->id);
	rc = view_struct_get(view, with_batch, &key, out, sizeof(*out));
	if (rc != DD_OK || strcmp(out->unit, task->lead_unit) != 0)
		memset(out, 0, sizeof(*out));
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

/* Handed in within the days promised, whatever was decided then. */
static bool kept(const struct view_promise *promise, const struct view_task *task)
{
	return task->submitted_day >= promise->said_day && task->submitted_day <= promise->day;
}

uint32_t view_promises_broken(const struct view_promise *promise, const struct view_task *task,
			      int32_t today)
{
	const bool over = task->state == DONDOC__V1__TASK_STATE__TASK_CANCELLED ||
			  task->state == DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER;

	if (promise->day == 0 || promise->day >= today || over || kept(promise, task))
		return promise->broken;
	return promise->broken + 1;
}

/* --- what readers say ------------------------------------------------------------------------ */

int view_rule_count(struct view *view, bool with_batch, const char *rule,
		    struct view_rule_count *out)
{
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_RULE_COUNT, rule);
	rc = view_struct_get(view, with_batch, &key, out, sizeof(*out));
	if (rc != DD_OK)
		memset(out, 0, sizeof(*out));
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

bool view_subscribed_off(struct view *view, bool with_batch, const char *unit,
			 const uint8_t person[16], const char *rule)
{
	static const uint8_t nobody[16];
	struct dd_key key;
	struct dd_val val;

	view_key_text(&key, VIEW_SUBSCRIPTION, unit);
	dd_key_bytes(&key, person != NULL ? person : nobody, 16);
	dd_key_text(&key, rule);
	return view_get(view, with_batch, &key, &val) == DD_OK;
}
