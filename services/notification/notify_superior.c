/* notify_superior.c - to whom a report about a task goes: the head of its lead, the leader in
 * charge, the unit above, the agency that follows it up. In an absence a deputy gets it in place of
 * the person. */
#include "services/notification/notify_say_impl.h"

#include "common/base/alloc.h"
#include "common/domain/rights.h"
#include "common/domain/unit_life.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"
#include <stdlib.h>
#include <string.h>

#define RUNG(name) DONDOC__V1__RUNG_TO__RUNG_TO_##name

/* One that stands on a rung. */
struct superior {
	const struct notify_unit *unit; /* the scene's */
	uint8_t person[16];             /* zeros = the unit itself */
	uint8_t deputy_for[16];
};

struct superiors {
	struct superior items[8]; /* a unit has one head; two while one follows the other */
	size_t count;
};

static void add(struct superiors *all, const struct notify_unit *unit, const uint8_t *person,
		const uint8_t *deputy_for)
{
	struct superior *superior;

	if (all->count == sizeof(all->items) / sizeof(all->items[0]))
		return;
	superior = &all->items[all->count++];
	memset(superior, 0, sizeof(*superior));
	superior->unit = unit;
	if (person != NULL)
		memcpy(superior->person, person, sizeof(superior->person));
	if (deputy_for != NULL)
		memcpy(superior->deputy_for, deputy_for, sizeof(superior->deputy_for));
}

/* --- persons --------------------------------------------------------------------------------- */

/* Who stands in for the person today; of several who was named last. False: he is there. */
static bool deputy_of(struct notify_scene *scene, const uint8_t person[16], uint8_t out[16])
{
	struct view_walk walk;
	struct dd_key prefix;
	struct dd_error err;
	bool found = false;

	view_key_person(&prefix, VIEW_DEPUTY_OF, person);
	if (view_walk_open(scene->view, &prefix, &walk, &err) != 0)
		return false;
	while (view_walk_next(&walk)) {
		Dondoc__V1__SetDeputy *said =
			dondoc__v1__set_deputy__unpack(NULL, walk.val.len, walk.val.data);

		if (said != NULL && said->deputy.len == 16 &&
		    dd_unit_valid(said->from_day, said->until_day, scene->today)) {
			memcpy(out, said->deputy.data, 16);
			found = true;
		}
		if (said != NULL)
			dondoc__v1__set_deputy__free_unpacked(said, NULL);
	}
	view_walk_close(&walk);
	return found;
}

static void add_person(struct notify_scene *scene, struct superiors *all,
		       const struct notify_unit *unit, const uint8_t person[16])
{
	uint8_t deputy[16];

	if (deputy_of(scene, person, deputy))
		add(all, unit, deputy, person);
	else
		add(all, unit, person, NULL);
}

static bool is_head(struct notify_scene *scene, const uint8_t person[16], const char *unit)
{
	struct view_person read;
	bool head = false;

	view_person_read(scene->view, false, person, scene->today, &read);
	for (size_t i = 0; i < read.count; i++)
		head = head || (read.grants[i].role == DD_PERSON_HEAD && !read.grants[i].deputy &&
				strcmp(read.grants[i].unit, unit) == 0);
	view_person_fini(&read);
	return head;
}

static bool has(const struct superiors *all, const uint8_t person[16])
{
	for (size_t i = 0; i < all->count; i++)
		if (memcmp(all->items[i].person, person, 16) == 0 ||
		    memcmp(all->items[i].deputy_for, person, 16) == 0)
			return true;
	return false;
}

/* The heads of the unit itself; where it has none, of the first one above that has. */
static void find_heads(struct notify_scene *scene, const struct notify_unit *lead,
		       struct superiors *all)
{
	for (size_t i = 0; i < lead->chain_count && all->count == 0; i++) {
		const char *code = lead->chain[i];
		struct view_walk walk;
		struct dd_key prefix;
		struct dd_error err;
		uint8_t person[16];

		view_key_text(&prefix, VIEW_GRANT_BY_UNIT, code);
		if (view_walk_open(scene->view, &prefix, &walk, &err) != 0)
			return;
		while (view_walk_next(&walk))
			if (view_grant_person(scene->view, false, view_walk_number(&walk),
					      person) == 0 &&
			    !has(all, person) && is_head(scene, person, code))
				add_person(scene, all, notify_scene_unit(scene, code), person);
		view_walk_close(&walk);
	}
}

/* The unit in whose name he is a leader: what he is told goes under it. */
static const struct notify_unit *unit_of_leader(struct saying *saying, const uint8_t person[16])
{
	struct notify_scene *scene = saying->scene;
	const struct notify_unit *unit = NULL;
	struct view_person read;

	view_person_read(scene->view, false, person, scene->today, &read);
	for (size_t i = 0; i < read.count && unit == NULL; i++)
		if (read.grants[i].role == DD_PERSON_LEADER && !read.grants[i].deputy &&
		    read.grants[i].unit[0] != '\0')
			unit = notify_scene_unit(scene, read.grants[i].unit);
	view_person_fini(&read);
	return unit != NULL && unit->known ? unit
					   : notify_scene_unit(scene, saying->plan->assigner);
}

static void find_leader(struct saying *saying, struct superiors *all)
{
	struct notify_scene *scene = saying->scene;
	Dondoc__V1__UnitDetail *charges = NULL;
	struct view_task task;
	const uint8_t *bytes;
	size_t len;

	if (view_task(scene->view, false, saying->row->id, &task) == 0 &&
	    view_charges(scene->view, false, &bytes, &len) == 0)
		charges = dondoc__v1__unit_detail__unpack(NULL, len, bytes);
	for (size_t i = 0; charges != NULL && i < charges->n_leaders && all->count == 0; i++) {
		const ProtobufCBinaryData *person = &charges->leaders[i]->person;

		if (person->len == 16 &&
		    view_in_charge(scene->view, false, person->data, &task, scene->today))
			add_person(scene, all, unit_of_leader(saying, person->data), person->data);
	}
	if (charges != NULL)
		dondoc__v1__unit_detail__free_unpacked(charges, NULL);
}

/* --- the rung -------------------------------------------------------------------------------- */

static void find(struct saying *saying, unsigned to, struct superiors *all)
{
	struct notify_scene *scene = saying->scene;
	const struct notify_unit *lead = notify_scene_lead(scene, saying->row);

	all->count = 0;
	switch (to) {
	case RUNG(HEAD):
		find_heads(scene, lead, all);
		break;
	case RUNG(LEADER):
		find_leader(saying, all);
		break;
	case RUNG(PARENT):
		if (lead->chain_count > 1)
			add(all, notify_scene_unit(scene, lead->chain[1]), NULL, NULL);
		break;
	default:
		add(all, notify_scene_unit(scene, saying->plan->assigner), NULL, NULL);
		break;
	}
}

void say_superior(struct saying *saying, unsigned to, struct notify_say *say)
{
	struct superiors all;

	find(saying, to, &all);
	say->rung = (uint8_t)to;
	memcpy(say->plan, saying->plan->code, sizeof(say->plan));
	for (size_t i = 0; i < all.count; i++) {
		memcpy(say->person, all.items[i].person, sizeof(say->person));
		memcpy(say->deputy_for, all.items[i].deputy_for, sizeof(say->deputy_for));
		say_to(saying, all.items[i].unit, say);
	}
}

bool superior_is(struct saying *saying, unsigned to, const struct view_digest *digest)
{
	struct superiors all;

	find(saying, to, &all);
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.items[i].unit->code, digest->unit) == 0 &&
		    memcmp(all.items[i].person, digest->person, 16) == 0 &&
		    memcmp(all.items[i].deputy_for, digest->deputy_for, 16) == 0)
			return true;
	return false;
}
