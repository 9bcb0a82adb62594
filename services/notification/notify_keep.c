/* notify_keep.c - keeps the scene and the agenda with the view: made anew when something has
 * changed on which many tasks hang, else only the tasks that have changed, those that stand or fall
 * with them, those of a plan or under a silence that has changed, and what a dropped digest said.
 */
#include "services/notification/notify_impl.h"

#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

#define FLUSH_US    (DD_SECOND_US / 10)
#define SINGLY_MOST 2000 /* tasks; for more it is cheaper to look at all */

static void look_at(struct notify_engine *engine, const struct sheet_row *row)
{
	notify_agenda_set(engine->agenda, row->id,
			  notify_say_look(engine->scene, row, engine->scene_told_until));
}

static int make_anew(struct notify_engine *engine, int32_t today, struct dd_error *err)
{
	const struct sheet *sheet;
	int rc;

	notify_scene_free(engine->scene);
	engine->scene = NULL;
	rc = notify_scene_new(engine->options.view, today, &engine->scene, err);
	if (rc != 0)
		return rc;
	notify_agenda_clear(engine->agenda);
	engine->agenda_made++;
	sheet = notify_scene_sheet(engine->scene);
	for (size_t i = 0; i < sheet_count(sheet); i++)
		look_at(engine, &sheet_rows(sheet)[i]);
	return 0;
}

/* A task of which there are parts: they are muted with it, or are not any more. */
static void look_at_parts(struct notify_engine *engine, uint64_t parent)
{
	const struct sheet *sheet = notify_scene_sheet(engine->scene);
	const struct sheet_row *rows = sheet_rows(sheet);
	const size_t count = sheet_count(sheet);

	for (size_t i = 0; i < count; i++) {
		if (rows[i].parent != parent)
			continue;
		look_at(engine, &rows[i]);
		if (rows[i].children > 0)
			look_at_parts(engine, rows[i].id);
	}
}

static void look_again(struct notify_engine *engine, uint64_t task)
{
	const struct sheet *sheet = notify_scene_sheet(engine->scene);
	const uint32_t at = sheet_find(sheet, task);
	const struct sheet_row *row;
	uint32_t parent;

	if (at == SHEET_NONE)
		return;
	row = &sheet_rows(sheet)[at];
	notify_scene_touch(engine->scene, task);
	look_at(engine, row);
	if (row->children > 0)
		look_at_parts(engine, task);
	parent = row->parent != 0 ? sheet_find(sheet, row->parent) : SHEET_NONE;
	if (parent != SHEET_NONE) /* a fan-out stands as its parts do */
		look_at(engine, &sheet_rows(sheet)[parent]);
}

/* --- what was dropped ------------------------------------------------------------------------ */

void notify_keep_drop(struct notify_engine *engine, const struct notify_slot *slot)
{
	struct notify_drop *drop = &engine->drops[engine->drop_next++ % NOTIFY_DROPS];

	free(drop->tasks);
	memcpy(drop->digest, slot->digest, sizeof(drop->digest));
	drop->count = slot->plan->n_intents;
	drop->tasks = dd_alloc((drop->count + 1) * sizeof(*drop->tasks));
	for (size_t i = 0; i < drop->count; i++)
		drop->tasks[i] = slot->plan->intents[i]->task;
}

void notify_keep_end(struct notify_engine *engine)
{
	for (size_t i = 0; i < NOTIFY_DROPS; i++)
		free(engine->drops[i].tasks);
}

static struct notify_drop *drop_of(struct notify_engine *engine, const uint8_t digest[DD_HASH_LEN])
{
	for (size_t i = 0; i < NOTIFY_DROPS; i++)
		if (engine->drops[i].tasks != NULL &&
		    memcmp(engine->drops[i].digest, digest, DD_HASH_LEN) == 0)
			return &engine->drops[i];
	return NULL;
}

/* False: another service dropped it, or this one in another life. */
static bool drops_known(struct notify_engine *engine)
{
	for (size_t i = 0; i < engine->changes.drop_count; i++)
		if (drop_of(engine, engine->changes.drops[i]) == NULL)
			return false;
	return true;
}

static void look_at_drops(struct notify_engine *engine)
{
	for (size_t i = 0; i < engine->changes.drop_count; i++) {
		struct notify_drop *drop = drop_of(engine, engine->changes.drops[i]);

		for (size_t k = 0; drop != NULL && k < drop->count; k++)
			look_again(engine, drop->tasks[k]);
		if (drop != NULL) {
			free(drop->tasks);
			drop->tasks = NULL;
		}
	}
	/* What units are told of themselves, too. */
	if (engine->changes.drop_count > 0)
		notify_scene_units_again(engine->scene);
}

/* --- plans and silences ---------------------------------------------------------------------- */

static bool plan_changed(const struct notify_engine *engine, const struct sheet_row *row)
{
	const struct view_changes *changes = &engine->changes;

	for (size_t i = 0; row->plan != SHEET_NONE && i < changes->plan_count; i++)
		if (strcmp(changes->plans[i],
			   sheet_text(notify_scene_sheet(engine->scene), row->plan)) == 0)
			return true;
	return false;
}

/* The tasks of plans that have changed, and those that stand under a silence that has. */
static void look_at_touched(struct notify_engine *engine)
{
	const struct view_changes *changes = &engine->changes;
	const struct sheet *sheet = notify_scene_sheet(engine->scene);
	const size_t count = sheet_count(sheet);
	Dondoc__V1__SilenceList *before = NULL;

	if (changes->plan_count == 0 && !changes->silences)
		return;
	for (size_t i = 0; i < changes->plan_count; i++)
		notify_scene_plan_again(engine->scene, changes->plans[i]);
	if (changes->silences)
		before = notify_scene_silences_again(engine->scene);
	for (size_t i = 0; i < count; i++) {
		const struct sheet_row *row = &sheet_rows(sheet)[i];

		if (plan_changed(engine, row) ||
		    (changes->silences && notify_scene_silenced_anew(engine->scene, row, before)))
			look_at(engine, row);
	}
	if (before != NULL)
		dondoc__v1__silence_list__free_unpacked(before, NULL);
}

static int keep(struct notify_engine *engine, struct dd_error *err)
{
	const struct notify_context context = notify_context_of(engine);
	const int32_t today = dd_day_of(engine->wall_us);
	int rc = 0;

	/* A day that comes again is looked at again. */
	if (engine->scene == NULL || engine->changes.all || engine->changes.count > SINGLY_MOST ||
	    today < engine->scene_day || context.told_until != engine->scene_told_until ||
	    !drops_known(engine)) {
		engine->scene_told_until = context.told_until;
		rc = make_anew(engine, today, err);
	} else {
		rc = notify_scene_begin(engine->scene, today, err);
		for (size_t i = 0; i < engine->changes.count && rc == 0; i++)
			look_again(engine, engine->changes.tasks[i]);
		if (rc == 0) {
			look_at_touched(engine);
			look_at_drops(engine);
		}
	}
	if (rc != 0)
		return rc;
	engine->scene_day = today;
	view_changes_clear(&engine->changes);
	return 0;
}

int notify_look_after(struct notify_engine *engine, struct dd_error *err)
{
	const int32_t today = dd_day_of(engine->wall_us);
	int rc;

	if (engine->scene != NULL && engine->mono_us - engine->flushed_us < FLUSH_US &&
	    today == engine->scene_day)
		return notify_scene_begin(engine->scene, today, err);
	rc = view_flush(engine->options.view, err);
	if (rc == 0)
		rc = keep(engine, err);
	if (rc == 0)
		engine->flushed_us = engine->mono_us;
	return rc;
}
