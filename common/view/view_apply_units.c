/* view_apply_units.c - units and their names, what they become on a day, leaders in charge. */
#include "common/base/text.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include "common/view/view_unit.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- names ----------------------------------------------------------------------------------- */

/* The key by which a name is found; the caller frees. NULL: not UTF-8. */
static char *name_key(struct apply *apply, struct dd_key *key, const char *name, int *rc_out)
{
	char *folded = dd_text_name_key(name);

	*rc_out = folded ? DD_OK : apply_contradiction(apply, "a name is not UTF-8");
	if (folded)
		view_key_text(key, VIEW_NAME, folded);
	return folded;
}

static bool leads_to(struct apply *apply, const char *folded, const char *unit)
{
	char owner[32];

	return view_unit_by_name(apply->view, true, folded, owner) == DD_OK &&
	       strcmp(owner, unit) == 0;
}

/* A unit's former name leads to it no longer, unless it is an alias too. */
static int forget_name(struct apply *apply, const char *unit, const char *name)
{
	struct dd_key key, alias;
	struct dd_val val;
	int rc;
	char *folded = name_key(apply, &key, name, &rc);

	if (!folded)
		return rc;
	view_key_texts(&alias, VIEW_ALIAS, unit, folded);
	if (leads_to(apply, folded, unit) &&
	    view_get(apply->view, true, &alias, &val) == DD_ERR_NOT_FOUND)
		view_del(apply->view, &key);
	free(folded);
	return DD_OK;
}

static int put_name(struct apply *apply, const char *unit, const char *name)
{
	struct dd_key key;
	int rc;
	char *folded = name_key(apply, &key, name, &rc);

	if (!folded)
		return rc;
	view_put(apply->view, &key, unit, strlen(unit));
	free(folded);
	return DD_OK;
}

static void forget_alias(struct apply *apply, const struct view_unit *unit, const char *folded)
{
	char *own = dd_text_name_key(unit->name);
	struct dd_key key;

	view_key_texts(&key, VIEW_ALIAS, unit->code, folded);
	view_del(apply->view, &key);
	view_key_text(&key, VIEW_NAME, folded);
	if (leads_to(apply, folded, unit->code) && (!own || strcmp(own, folded) != 0))
		view_del(apply->view, &key);
	free(own);
}

/* An alias leads to one unit: given to another, it is taken from the first. */
int apply_unit_alias_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitAliasSet *set = body;
	struct view_unit unit = {.name = ""};
	struct dd_key key, alias;
	char owner[32];
	char *folded;
	int rc = apply_code(apply, unit.code, sizeof(unit.code), set->unit);

	if (rc != DD_OK)
		return rc;
	folded = name_key(apply, &key, set->alias, &rc);
	if (!folded)
		return rc;
	if (set->removed) {
		(void)view_unit(apply->view, true, set->unit, &unit);
		forget_alias(apply, &unit, folded);
		free(folded);
		return DD_OK;
	}
	if (view_unit_by_name(apply->view, true, folded, owner) == DD_OK &&
	    strcmp(owner, unit.code) != 0) {
		view_key_texts(&alias, VIEW_ALIAS, owner, folded);
		view_del(apply->view, &alias);
	}
	view_put(apply->view, &key, unit.code, strlen(unit.code));
	view_key_texts(&alias, VIEW_ALIAS, unit.code, folded);
	view_put(apply->view, &alias, set->alias, strlen(set->alias));
	free(folded);
	return DD_OK;
}

/* --- units ----------------------------------------------------------------------------------- */

static void put_unit(struct apply *apply, const struct view_unit *unit,
		     const Dondoc__V1__UnitFields *fields)
{
	struct dd_buf *buf = &apply->view->scratch;
	size_t packed = dondoc__v1__unit_fields__get_packed_size(fields);
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, unit, sizeof(*unit));
	dondoc__v1__unit_fields__pack(fields, dd_buf_reserve(buf, packed));
	view_key_text(&key, VIEW_UNIT, unit->code);
	view_put(apply->view, &key, buf->data, buf->len + packed);
}

static void place(struct apply *apply, const struct view_unit *unit, const char *former_parent)
{
	struct dd_key key;

	if (former_parent && strcmp(former_parent, unit->parent) != 0) {
		view_key_texts(&key, VIEW_UNIT_UNDER, former_parent, unit->code);
		view_del(apply->view, &key);
	}
	view_key_texts(&key, VIEW_UNIT_UNDER, unit->parent, unit->code);
	view_put(apply->view, &key, "", 0);
}

static int read_unit(struct apply *apply, const Dondoc__V1__UnitFields *fields,
		     struct view_unit *unit)
{
	int rc = apply_code(apply, unit->code, sizeof(unit->code), fields->code);

	if (rc == DD_OK)
		rc = apply_code(apply, unit->parent, sizeof(unit->parent), fields->parent);
	if (rc != DD_OK)
		return rc;
	view_text_copy(unit->kind, sizeof(unit->kind), fields->kind);
	view_text_copy(unit->name, sizeof(unit->name), fields->name);
	view_text_copy(unit->official_id, sizeof(unit->official_id), fields->official_id);
	unit->valid_from = fields->valid_from;
	unit->valid_until = fields->valid_until;
	if (fields->focal_person.len == sizeof(unit->focal_person))
		memcpy(unit->focal_person, fields->focal_person.data, sizeof(unit->focal_person));
	unit->collective = fields->collective ? 1 : 0;
	return DD_OK;
}

/* A unit that ends does not take its name back from one that lives on under it. */
static bool outlived(struct apply *apply, const struct view_unit *unit)
{
	char *folded = unit->valid_until != 0 ? dd_text_name_key(unit->name) : NULL;
	struct view_unit other;
	char owner[32];
	bool lives = folded && view_unit_by_name(apply->view, true, folded, owner) == DD_OK &&
		     strcmp(owner, unit->code) != 0 &&
		     view_unit(apply->view, true, owner, &other) == DD_OK && other.valid_until == 0;

	free(folded);
	return lives;
}

int apply_unit_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitFields *fields = ((const Dondoc__V1__UnitSet *)body)->unit;
	struct view_unit unit = {.collective = 0}, former;
	bool known;
	int rc;

	if (!fields)
		return apply_contradiction(apply, "it has no unit");
	rc = read_unit(apply, fields, &unit);
	if (rc != DD_OK)
		return rc;
	known = view_unit(apply->view, true, unit.code, &former) == DD_OK;
	if (known)
		rc = forget_name(apply, unit.code, former.name);
	if (rc == DD_OK && !outlived(apply, &unit))
		rc = put_name(apply, unit.code, unit.name);
	place(apply, &unit, known ? former.parent : NULL);
	put_unit(apply, &unit, fields);
	return rc;
}

/* --- changes on a day ------------------------------------------------------------------------ */

static void put_change(struct apply *apply, const struct view_unit_change *change,
		       const Dondoc__V1__ChangeUnits *said)
{
	struct dd_buf *buf = &apply->view->scratch;
	size_t packed = dondoc__v1__change_units__get_packed_size(said);
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, change, sizeof(*change));
	dondoc__v1__change_units__pack(said, dd_buf_reserve(buf, packed));
	view_key_u64(&key, VIEW_UNIT_CHANGE, change->sequence);
	view_put(apply->view, &key, buf->data, buf->len + packed);
}

static void mark_change(struct apply *apply, const struct view_unit_change *change,
			const uint8_t *bytes, size_t len)
{
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, change, sizeof(*change));
	dd_buf_add(buf, bytes, len);
	view_key_u64(&key, VIEW_UNIT_CHANGE, change->sequence);
	view_put(apply->view, &key, buf->data, buf->len);
	view_key_unit_change_due(&key, change->day, change->sequence);
	view_del(apply->view, &key);
	for (uint32_t part = 0; part < change->parts; part++) {
		view_key_unit_part(&key, change->list, part);
		view_del(apply->view, &key);
	}
}

/* The units that take part show it in their lives. */
static void note_parts(struct apply *apply, uint64_t change, const Dondoc__V1__ChangeUnits *said)
{
	struct dd_key key;

	for (size_t i = 0; i < said->n_from; i++) {
		view_key_unit_life(&key, said->from[i], change);
		view_put(apply->view, &key, "", 0);
	}
	for (size_t i = 0; i < said->n_to; i++) {
		view_key_unit_life(&key, said->to[i]->code, change);
		view_put(apply->view, &key, "", 0);
	}
}

/* What the events of one command have in common: its group, or the first of them. */
static uint64_t command_of(const struct view_event *event)
{
	const Dondoc__V1__Cause *cause = event->header->cause;

	if (event->header->group != 0)
		return event->header->group;
	return cause && cause->index < event->sequence ? event->sequence - cause->index
						       : event->sequence;
}

int apply_units_change_moves(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitsChangeMoves *moves = body;
	struct dd_buf *buf = &apply->view->scratch;
	size_t len = dondoc__v1__units_change_moves__get_packed_size(moves);
	struct dd_key key;

	dd_buf_clear(buf);
	dondoc__v1__units_change_moves__pack(moves, dd_buf_reserve(buf, len));
	view_key_unit_part(&key, command_of(apply->event), moves->part);
	view_put(apply->view, &key, buf->data, len);
	return DD_OK;
}

int apply_units_change_planned(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitsChangePlanned *planned = body;
	const Dondoc__V1__ChangeUnits *said = planned->said;
	struct view_unit_change change = {.sequence = apply->event->sequence};
	struct dd_key key;

	if (!said)
		return apply_contradiction(apply, "it plans nothing");
	change.day = said->day;
	change.parts = planned->parts;
	change.list = planned->parts > 0 ? command_of(apply->event) : 0;
	put_change(apply, &change, said);
	note_parts(apply, change.sequence, said);
	view_key_unit_change_due(&key, change.day, change.sequence);
	view_put(apply->view, &key, "", 0);
	return DD_OK;
}

int apply_units_change_withdrawn(struct apply *apply, const void *body)
{
	uint64_t planned = ((const Dondoc__V1__UnitsChangeWithdrawn *)body)->change;
	struct view_unit_change change;
	const uint8_t *bytes;
	size_t len;

	if (view_unit_change(apply->view, true, planned, &change, &bytes, &len) != DD_OK)
		return apply_contradiction(apply, "change %" PRIu64 " was never planned", planned);
	change.withdrawn_by = apply->event->sequence;
	mark_change(apply, &change, bytes, len);
	return DD_OK;
}

static void add_heir(struct apply *apply, const char *unit, const char *to, int32_t day)
{
	struct view_heir heir = {.change = apply->event->sequence, .day = day}, known;
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;
	size_t count = 0;

	dd_buf_clear(buf);
	while (count < VIEW_HEIRS_MAX - 1 &&
	       view_unit_heir(apply->view, true, unit, count, &known)) {
		if (strcmp(known.to, to) == 0)
			return;
		dd_buf_add(buf, &known, sizeof(known));
		count++;
	}
	view_text_copy(heir.to, sizeof(heir.to), to);
	dd_buf_add(buf, &heir, sizeof(heir));
	view_key_unit_life(&key, unit, 0);
	view_put(apply->view, &key, buf->data, buf->len);
}

/* UnitSet and TaskAssigned events beside this one do the rest. */
int apply_units_changed(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitsChanged *changed = body;
	const Dondoc__V1__ChangeUnits *said = changed->said;
	struct view_unit_change change = {.sequence = apply->event->sequence};
	const uint8_t *bytes;
	size_t len;

	if (!said)
		return apply_contradiction(apply, "it changes nothing");
	for (size_t i = 0; i < said->n_from; i++) {
		for (size_t j = 0; j < said->n_to; j++) {
			if (strcmp(said->from[i], said->to[j]->code) != 0)
				add_heir(apply, said->from[i], said->to[j]->code, said->day);
		}
	}
	if (changed->planned != 0 &&
	    view_unit_change(apply->view, true, changed->planned, &change, &bytes, &len) == DD_OK) {
		change.effected_by = apply->event->sequence;
		mark_change(apply, &change, bytes, len);
		note_parts(apply, change.sequence, said);
		return DD_OK;
	}
	change.day = said->day;
	change.effected_by = apply->event->sequence;
	put_change(apply, &change, said);
	note_parts(apply, change.sequence, said);
	return DD_OK;
}

/* --- leaders in charge ----------------------------------------------------------------------- */

/* All charges are one record: a rule that asks who answers for a task looks at each. */
int apply_charge_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetCharge *said = ((const Dondoc__V1__ChargeSet *)body)->said;
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	Dondoc__V1__SetCharge *rows[VIEW_CHARGES_MAX + 1], now;
	Dondoc__V1__UnitDetail *all = NULL, next = DONDOC__V1__UNIT_DETAIL__INIT;
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;
	const uint8_t *bytes;
	size_t len;

	if (!said)
		return apply_contradiction(apply, "it sets nothing");
	now = *said;
	if (now.charge == 0)
		now.charge = apply->event->sequence;
	if (view_charges(apply->view, true, &bytes, &len) == DD_OK)
		all = dondoc__v1__unit_detail__unpack(&allocator, len, bytes);
	next.leaders = rows;
	for (size_t i = 0; all && i < all->n_leaders && next.n_leaders < VIEW_CHARGES_MAX; i++) {
		if (all->leaders[i]->charge != now.charge)
			rows[next.n_leaders++] = all->leaders[i];
	}
	if (!now.removed)
		rows[next.n_leaders++] = &now;
	dd_buf_clear(buf);
	len = dondoc__v1__unit_detail__get_packed_size(&next);
	dondoc__v1__unit_detail__pack(&next, dd_buf_reserve(buf, len));
	view_key_u64(&key, VIEW_CHARGE, 0);
	view_put(apply->view, &key, buf->data, len);
	return DD_OK;
}
