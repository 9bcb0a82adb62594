/* notify_preview_ahead.c - what a preview has to live through, as the service will: silences that
 * begin and end, and messages that are full. */
#include "common/base/alloc.h"
#include "common/domain/notice_id.h"
#include "services/notification/notify_agenda.h"
#include "services/notification/notify_letter.h"
#include "services/notification/notify_preview_impl.h"
#include "services/notification/notify_scene_impl.h"
#include "services/notification/notify_units.h"
#include <stdlib.h>
#include <string.h>

/* --- silences -------------------------------------------------------------------------------- */

static bool said(const struct notify_says *says, size_t from, const struct notify_say *say)
{
	for (size_t i = from; i < says->count; i++) {
		const struct notify_say *other = &says->items[i];

		if (other->to == say->to && other->anchor == say->anchor &&
		    other->step == say->step && strcmp(other->rule, say->rule) == 0 &&
		    notify_say_apart(other, say) == 0)
			return true;
	}
	return false;
}

/* What is told of the task today; the day on which something of it is told, or falls, next. */
static int32_t live_day(struct previewing *previewing, const struct sheet_row *row, size_t first)
{
	struct notify_scene *scene = previewing->scene;
	struct notify_says *says = &previewing->says;
	int32_t next = notify_say_next(scene, row);
	struct notify_says pending = {0};

	notify_say_pending(scene, row, previewing->told_until, &pending);
	for (size_t i = 0; i < pending.count; i++) {
		const struct notify_say *say = &pending.items[i];

		if (say->send_day > scene->today)
			next = say->send_day < next ? say->send_day : next;
		else if (!said(says, first, say))
			notify_says_add(says, say);
	}
	notify_says_fini(&pending);
	return next;
}

void notify_preview_live(struct previewing *previewing, const struct sheet_row *row)
{
	struct notify_scene *scene = previewing->scene;
	const size_t first = previewing->says.count;
	const int32_t today = scene->today;
	int32_t day = today;

	while (day <= previewing->to_day) {
		scene->today = day;
		day = live_day(previewing, row, first);
	}
	scene->today = today;
}

/* --- messages that are full ------------------------------------------------------------------ */

struct placed {
	struct notify_say say;
	struct notify_row row;
	int32_t day;
};

static int by_urgency(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	const int rows = notify_row_compare(&x->row, &y->row, x->day);

	if (rows != 0 || x->say.task != y->say.task)
		return rows != 0 ? rows : x->say.task < y->say.task ? -1 : 1;
	return strcmp(x->say.rule, y->say.rule);
}

static void place(struct notify_scene *scene, const struct notify_say *say, struct placed *placed)
{
	const uint32_t at = sheet_find(scene->sheet, say->task);
	Dondoc__V1__TaskFields *fields = NULL;
	const struct sheet_row *row;
	const uint8_t *bytes;
	size_t len;

	placed->say = *say;
	placed->day = scene->today;
	if (at == SHEET_NONE || notify_units_kind(say->kind)) {
		notify_units_row(scene, say, say->to->code, &placed->row);
		return;
	}
	row = &sheet_rows(scene->sheet)[at];
	if (view_task_fields(scene->view, false, say->task, &bytes, &len) == 0)
		fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	placed->row = (struct notify_row){.rule = say->kind,
					  .due_day = row->due_day,
					  .silent = notify_scene_silent(scene, row)};
	placed->row.plan = dd_strdup(notify_scene_plan(scene, row)->code);
	placed->row.code = dd_strdup(fields != NULL ? fields->code : "");
	placed->row.content = dd_strdup("");
	if (fields != NULL)
		dondoc__v1__task_fields__free_unpacked(fields, NULL);
}

/* The first so many of a message, what to do first standing first, stay. */
static void spill(struct notify_scene *scene, struct notify_say *says, size_t count)
{
	struct placed *placed = dd_alloc(count * sizeof(*placed));
	const int32_t today = scene->today;
	const int32_t day = says[0].send_day;
	const int32_t next = notify_send_day(scene, says[0].to, day + 1);

	scene->today = day;
	for (size_t i = 0; i < count; i++)
		place(scene, &says[i], &placed[i]);
	scene->today = today;
	qsort(placed, count, sizeof(placed[0]), by_urgency);
	for (size_t i = 0; i < count; i++) {
		says[i] = placed[i].say;
		if (i >= DD_DIGEST_INTENTS_MAX)
			says[i].send_day = next;
		free((char *)placed[i].row.plan);
		free((char *)placed[i].row.code);
		free((char *)placed[i].row.content);
	}
	free(placed);
}

bool notify_preview_spill(struct previewing *previewing, int32_t *from)
{
	struct notify_says *says = &previewing->says;
	bool any = false;

	for (size_t i = 0, end; i < says->count; i = end) {
		struct notify_say *first = &says->items[i];

		for (end = i + 1;
		     end < says->count && !notify_preview_begins(&says->items[end], end);)
			end++;
		if (any && first->send_day > *from)
			break;
		if (first->send_day < *from || first->kind == DD_RULE_SUPERIOR ||
		    end - i <= DD_DIGEST_INTENTS_MAX)
			continue;
		*from = first->send_day;
		any = true;
		spill(previewing->scene, first, end - i);
	}
	return any;
}
