/* notify_plan.c - what the agenda has for today, gathered by unit; each unit's digest in turn. */
#include "services/notification/notify_plan.h"

#include "common/base/alloc.h"
#include "common/view/view_notice.h"
#include "services/notification/notify_draft.h"
#include "services/notification/notify_units.h"
#include <stdlib.h>
#include <string.h>

void notify_round_fini(struct notify_round *round)
{
	free(round->items);
	memset(round, 0, sizeof(*round));
}

/* --- gathering ------------------------------------------------------------------------------- */

static void add_item(struct notify_round *round, const struct notify_say *say)
{
	struct notify_item *item;

	if (round->count == round->cap) {
		round->cap = round->cap > 0 ? round->cap * 2 : 64;
		round->items = dd_realloc(round->items, round->cap * sizeof(*round->items));
	}
	item = &round->items[round->count++];
	memcpy(item->unit, say->to->code, sizeof(item->unit));
	item->immediate = say->immediate;
	item->say = *say;
}

static int by_unit(const void *a, const void *b)
{
	const struct notify_item *x = a, *y = b;
	const int units = strcmp(x->unit, y->unit);

	if (units != 0)
		return units;
	if (x->immediate != y->immediate)
		return x->immediate ? -1 : 1;
	if (notify_say_apart(&x->say, &y->say) != 0)
		return notify_say_apart(&x->say, &y->say);
	if (x->say.task != y->say.task)
		return x->say.task < y->say.task ? -1 : 1;
	return strcmp(x->say.rule, y->say.rule);
}

static size_t take_today(struct notify_round *round, const struct notify_says *says, int32_t today)
{
	size_t taken = 0;

	for (size_t i = 0; i < says->count; i++) {
		if (says->items[i].send_day > today)
			continue;
		add_item(round, &says->items[i]);
		taken++;
	}
	return taken;
}

static void gather_task(const struct notify_context *context, struct notify_agenda *agenda,
			uint64_t task, struct notify_round *round)
{
	struct notify_scene *scene = context->scene;
	const struct sheet *sheet = notify_scene_sheet(scene);
	const uint32_t at = sheet_find(sheet, task);
	struct notify_says says = {0};

	if (at == SHEET_NONE) {
		notify_agenda_set(agenda, task, NOTIFY_NEVER);
		return;
	}
	notify_say_pending(scene, &sheet_rows(sheet)[at], context->told_until, &says);
	if (take_today(round, &says, notify_scene_today(scene)) == 0)
		notify_agenda_set(
			agenda, task,
			notify_say_look(scene, &sheet_rows(sheet)[at], context->told_until));
	notify_says_fini(&says);
}

/* --- one digest ------------------------------------------------------------------------------ */

struct had {
	int32_t immediate;
	bool day;
};

static int note_digest(void *arg, const struct view_digest *digest)
{
	static const uint8_t nobody[sizeof(digest->person)];
	struct had *had = arg;

	if (digest->state == DONDOC__V1__DIGEST_STATE__DIGEST_DROPPED ||
	    memcmp(digest->person, nobody, sizeof(nobody)) != 0)
		return 0;
	if (digest->kind == DONDOC__V1__DIGEST_KIND__DIGEST_IMMEDIATE)
		had->immediate++;
	else if (digest->kind != DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR)
		had->day = true;
	return 0;
}

/* One digest a unit a day: what comes up later in the day waits for the next one; and so many
 * immediate messages. What waits for a person is held back by nothing else. */
static int has_had(const struct notify_context *context, const struct notify_item *first,
		   bool *enough_out, struct dd_error *err)
{
	const struct notify_unit *unit = notify_scene_unit(context->scene, first->unit);
	struct had had = {.day = false};
	int rc;

	*enough_out = false;
	if (first->say.kind == DD_RULE_SUPERIOR)
		return 0;
	rc = view_unit_digests(notify_scene_view(context->scene), first->unit,
			       notify_scene_today(context->scene), note_digest, &had, err);
	*enough_out = first->immediate ? had.immediate >= unit->immediate_max : had.day;
	return rc;
}

/* What is still to be told of an item's task now, to this unit, today. */
static void add_again(struct notify_draft *draft, const struct notify_item *item)
{
	struct notify_scene *scene = draft->context->scene;
	const struct sheet *sheet = notify_scene_sheet(scene);
	const uint32_t at = sheet_find(sheet, item->say.task);
	struct notify_says says = {0};

	if (notify_units_kind(item->say.kind)) {
		if (notify_units_free(scene, &item->say, item->unit))
			notify_draft_add(draft, &item->say, NULL);
		return;
	}
	if (at == SHEET_NONE)
		return;
	notify_say_pending(scene, &sheet_rows(sheet)[at], draft->context->told_until, &says);
	for (size_t i = 0; i < says.count; i++) {
		const struct notify_say *say = &says.items[i];

		if (say->send_day <= notify_scene_today(scene) &&
		    say->immediate == item->immediate && notify_say_apart(say, &item->say) == 0 &&
		    strcmp(say->to->code, item->unit) == 0)
			notify_draft_add(draft, say, &sheet_rows(sheet)[at]);
	}
	notify_says_fini(&says);
}

static size_t group_end(const struct notify_round *round, size_t from)
{
	size_t end = from + 1;

	while (end < round->count && round->items[end].immediate == round->items[from].immediate &&
	       notify_say_apart(&round->items[end].say, &round->items[from].say) == 0 &&
	       strcmp(round->items[end].unit, round->items[from].unit) == 0)
		end++;
	return end;
}

/* Nobody waits for those who have had enough today, nor for those whose hours it is not. */
static int drop_those_who_had(const struct notify_context *context, struct notify_round *round,
			      struct dd_error *err)
{
	const int32_t today = notify_scene_today(context->scene);
	size_t kept = 0;
	int rc = 0;

	for (size_t from = 0, end; rc == 0 && from < round->count; from = end) {
		bool enough = !notify_scene_unit_in_time(context->scene, round->items[from].unit,
							 today, context->minute);

		end = group_end(round, from);
		if (!enough)
			rc = has_had(context, &round->items[from], &enough, err);
		if (enough)
			continue;
		memmove(&round->items[kept], &round->items[from],
			(end - from) * sizeof(round->items[0]));
		kept += end - from;
	}
	round->count = kept;
	return rc;
}

int notify_round_begin(const struct notify_context *context, struct notify_agenda *agenda,
		       struct notify_round *round, struct dd_error *err)
{
	const int32_t today = notify_scene_today(context->scene);
	const struct notify_says *says;
	uint64_t *tasks;
	const size_t count = notify_agenda_due(agenda, today, &tasks);
	int rc;

	round->count = round->next = 0;
	for (size_t i = 0; i < count; i++)
		gather_task(context, agenda, tasks[i], round);
	free(tasks);
	rc = notify_units_now(context->scene, context->minute, context->told_until, &says, err);
	if (rc == 0)
		(void)take_today(round, says, today);
	if (round->count > 0)
		qsort(round->items, round->count, sizeof(round->items[0]), by_unit);
	return rc == 0 ? drop_those_who_had(context, round, err) : rc;
}

int notify_round_digest(const struct notify_context *context, struct notify_round *round,
			struct notify_digest *digest_out, struct dd_error *err)
{
	const size_t from = round->next;
	const struct notify_item *first = &round->items[from];
	struct notify_draft draft = {
		.context = context, .unit = first->unit, .immediate = first->immediate};
	bool enough = false;
	int rc = has_had(context, first, &enough, err);

	round->next = group_end(round, from);
	if (rc == 0 && enough)
		rc = DD_ERR_NOT_FOUND;
	for (size_t i = from; rc == 0 && i < round->next; i++) {
		const struct notify_item *item = &round->items[i];

		/* A task with two things to say stands there twice, and says both at once. */
		if (i == from || notify_units_kind(item->say.kind) ||
		    item->say.task != item[-1].say.task)
			add_again(&draft, item);
	}
	if (rc == 0 && draft.count == 0)
		rc = DD_ERR_NOT_FOUND;
	if (rc == 0)
		notify_draft_finish(&draft, digest_out);
	notify_draft_fini(&draft);
	return rc;
}
