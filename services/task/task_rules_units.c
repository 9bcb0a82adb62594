/* task_rules_units.c - units and their aliases, set by hand; leaders in charge. */
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_rules_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/domain/unit_code.h"
#include "common/domain/unit_life.h"
#include "common/view/view_unit.h"

#define NAME_MAX_BYTES  255u
#define CODE_MAX_BYTES  31u
#define MEMBERS_MAX     1000u
#define CHARGE_ROWS_MAX 200u

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static bool refuse(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		   const char *b)
{
	task_refuse(out, code, a, b, NULL);
	return false;
}

static bool fits(struct task_outcome *out, const char *field, const char *text, size_t max)
{
	char limit[16];

	if (strlen(text) <= max)
		return true;
	snprintf(limit, sizeof(limit), "%zu", max);
	return refuse(out, REFUSAL(TOO_LARGE), field, limit);
}

static bool unit_known(const struct task_case *c, const char *code, struct task_outcome *out)
{
	struct view_unit unit;

	return view_unit(c->view, true, code, &unit) == DD_OK ||
	       refuse(out, REFUSAL(UNKNOWN_UNIT), code, NULL);
}

/* --- a unit ---------------------------------------------------------------------------------- */

static bool parent_of(void *arg, const char *code, char parent_out[32])
{
	const struct task_case *c = arg;
	struct view_unit unit;

	if (view_unit(c->view, true, code, &unit) != DD_OK)
		return false;
	memcpy(parent_out, unit.parent, sizeof(unit.parent));
	return true;
}

static bool parent_fits(const struct task_case *c, const Dondoc__V1__UnitFields *unit,
			struct task_outcome *out)
{
	if (unit->parent[0] == '\0')
		return true;
	if (!unit_known(c, unit->parent, out))
		return false;
	if (dd_unit_makes_circle(unit->code, unit->parent, parent_of, (void *)c))
		return refuse(out, REFUSAL(CYCLE), unit->code, unit->parent);
	return true;
}

/* A name or alias that another unit holds which lives. */
static bool name_free(const struct task_case *c, const char *code, const char *field,
		      const char *name, struct task_outcome *out)
{
	char *folded = dd_text_name_key(name);
	struct view_unit holder;
	char owner[32];
	bool held;

	if (folded == NULL || folded[0] == '\0') {
		free(folded);
		return refuse(out, REFUSAL(MISSING), field, NULL);
	}
	held = view_unit_by_name(c->view, true, folded, owner) == DD_OK &&
	       strcmp(owner, code) != 0 && view_unit(c->view, true, owner, &holder) == DD_OK &&
	       holder.valid_until == 0;
	free(folded);
	return !held || refuse(out, REFUSAL(DUPLICATE), name, owner);
}

static bool members_fit(const struct task_case *c, const Dondoc__V1__UnitFields *unit,
			struct task_outcome *out)
{
	if (unit->n_members == 0)
		return true;
	if (!unit->collective)
		return refuse(out, REFUSAL(RANGE), "members", "collective");
	if (unit->n_members > MEMBERS_MAX)
		return refuse(out, REFUSAL(TOO_LARGE), "members", "1000");
	for (size_t i = 0; i < unit->n_members; i++) {
		if (strncmp(unit->members[i], "kind:", 5) != 0 &&
		    !unit_known(c, unit->members[i], out))
			return false;
	}
	return true;
}

static bool unit_fits(const struct task_case *c, const Dondoc__V1__UnitFields *unit,
		      struct task_outcome *out)
{
	if (!dd_unit_code_valid(unit->code))
		return refuse(out, REFUSAL(RANGE), "code", unit->code);
	if (task_text_empty(unit->name))
		return refuse(out, REFUSAL(MISSING), "name", NULL);
	if (!fits(out, "name", unit->name, NAME_MAX_BYTES) ||
	    !fits(out, "kind", unit->kind, CODE_MAX_BYTES) ||
	    !fits(out, "official_id", unit->official_id, CODE_MAX_BYTES))
		return false;
	if (unit->valid_until != 0 && unit->valid_from > unit->valid_until)
		return refuse(out, REFUSAL(RANGE), "valid_until", "valid_from");
	if (unit->focal_person.len != 0 && unit->focal_person.len != 16)
		return refuse(out, REFUSAL(RANGE), "focal_person", "16");
	return name_free(c, unit->code, "name", unit->name, out) && parent_fits(c, unit, out) &&
	       members_fit(c, unit, out);
}

static bool same_bytes(const struct task_case *c, const Dondoc__V1__UnitFields *unit)
{
	size_t size = dondoc__v1__unit_fields__get_packed_size(unit), len;
	uint8_t *packed = dd_alloc(size + 1);
	const uint8_t *bytes;
	bool same;

	dondoc__v1__unit_fields__pack(unit, packed);
	same = view_unit_fields(c->view, true, unit->code, &bytes, &len) == DD_OK && len == size &&
	       memcmp(bytes, packed, len) == 0;
	free(packed);
	return same;
}

/* A focal person may hand his own post on, and nothing else. */
static bool only_focal_differs(const struct task_case *c, const Dondoc__V1__UnitFields *unit)
{
	Dondoc__V1__UnitFields *now, other = *unit;
	const uint8_t *bytes;
	size_t len;
	bool same;

	if (view_unit_fields(c->view, true, unit->code, &bytes, &len) != DD_OK)
		return false;
	now = dondoc__v1__unit_fields__unpack(NULL, len, bytes);
	if (now == NULL)
		return false;
	other.focal_person = now->focal_person;
	same = same_bytes(c, &other);
	dondoc__v1__unit_fields__free_unpacked(now, NULL);
	return same;
}

/* A unit is in the reach of whoever reaches it; a new one, of whoever reaches its parent. */
static const char *reached_by(const struct task_case *c, const Dondoc__V1__UnitFields *unit)
{
	struct view_unit now;

	return view_unit(c->view, true, unit->code, &now) == DD_OK ? unit->code : unit->parent;
}

static bool parent_changes(const struct task_case *c, const Dondoc__V1__UnitFields *unit)
{
	struct view_unit now;

	return view_unit(c->view, true, unit->code, &now) != DD_OK ||
	       strcmp(now.parent, unit->parent) != 0;
}

void task_rule_set_unit(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__SetUnit *cmd = c->body->set_unit;
	Dondoc__V1__UnitSet event = DONDOC__V1__UNIT_SET__INIT;
	enum dd_person_role role;

	if (cmd->unit == NULL) {
		task_refuse(out, REFUSAL(MISSING), "unit", NULL, NULL);
		return;
	}
	if (!unit_fits(c, cmd->unit, out) ||
	    !task_actor_reaches(c, DD_COMMAND_SET_UNIT, reached_by(c, cmd->unit), &role, out))
		return;
	if (parent_changes(c, cmd->unit) &&
	    !task_actor_reaches(c, DD_COMMAND_SET_UNIT, cmd->unit->parent, NULL, out))
		return;
	if (role == DD_PERSON_FOCAL && !only_focal_differs(c, cmd->unit)) {
		task_refuse(out, REFUSAL(NO_ROLE), "set_unit", "admin", NULL);
		return;
	}
	if (same_bytes(c, cmd->unit)) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), cmd->unit->code, NULL, NULL);
		return;
	}
	event.unit = cmd->unit;
	event.reason = cmd->reason;
	event.document = cmd->document;
	(void)task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, 0, "", "", &event.base);
}

/* --- aliases --------------------------------------------------------------------------------- */

static bool alias_there(const struct task_case *c, const char *unit, const char *alias)
{
	char *folded = dd_text_name_key(alias);
	struct dd_key key;
	struct dd_val val;
	bool there = false;

	if (folded != NULL) {
		view_key_texts(&key, VIEW_ALIAS, unit, folded);
		there = view_get(c->view, true, &key, &val) == DD_OK;
	}
	free(folded);
	return there;
}

void task_rule_set_alias(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__SetAlias *cmd = c->body->set_alias;
	Dondoc__V1__UnitAliasSet event = DONDOC__V1__UNIT_ALIAS_SET__INIT;

	if (!unit_known(c, cmd->unit, out) ||
	    !task_actor_reaches(c, DD_COMMAND_SET_ALIAS, cmd->unit, NULL, out) ||
	    !fits(out, "alias", cmd->alias, NAME_MAX_BYTES) ||
	    !fits(out, "note", cmd->note, TASK_REASON_MAX))
		return;
	if (!cmd->removed && !name_free(c, cmd->unit, "alias", cmd->alias, out))
		return;
	if (alias_there(c, cmd->unit, cmd->alias) != cmd->removed) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), cmd->alias, NULL, NULL);
		return;
	}
	event.unit = cmd->unit;
	event.alias = cmd->alias;
	event.note = cmd->note;
	event.removed = cmd->removed;
	(void)task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ALIAS_SET, 0, "", "",
			      &event.base);
}

/* --- leaders in charge ----------------------------------------------------------------------- */

static bool charge_fits(const struct task_case *c, const Dondoc__V1__SetCharge *cmd,
			struct task_outcome *out)
{
	if (cmd->person.len != 16)
		return refuse(out, REFUSAL(MISSING), "person", NULL);
	if (cmd->n_areas > CHARGE_ROWS_MAX || cmd->n_kinds > CHARGE_ROWS_MAX ||
	    cmd->n_units > CHARGE_ROWS_MAX)
		return refuse(out, REFUSAL(TOO_LARGE), "charge", "200");
	if (cmd->until_day != 0 && cmd->from_day > cmd->until_day)
		return refuse(out, REFUSAL(RANGE), "until_day", "from_day");
	for (size_t i = 0; i < cmd->n_areas; i++) {
		char name[256], number[16];

		snprintf(number, sizeof(number), "%" PRIu32, cmd->areas[i]);
		if (cmd->areas[i] != 0 && view_area(c->view, true, cmd->areas[i], name) != DD_OK)
			return refuse(out, REFUSAL(UNKNOWN_ENTRY), "area", number);
	}
	for (size_t i = 0; i < cmd->n_kinds; i++) {
		if (task_text_empty(cmd->kinds[i]) || strlen(cmd->kinds[i]) > CODE_MAX_BYTES)
			return refuse(out, REFUSAL(RANGE), "kind", cmd->kinds[i]);
	}
	for (size_t i = 0; i < cmd->n_units; i++) {
		if (!unit_known(c, cmd->units[i], out))
			return false;
	}
	return true;
}

/* How many charges there are, and whether `charge` is one. */
static size_t count_charges(const struct task_case *c, uint64_t charge, bool *there_out)
{
	Dondoc__V1__UnitDetail *all = NULL;
	const uint8_t *bytes;
	size_t len, count;

	*there_out = false;
	if (view_charges(c->view, true, &bytes, &len) == DD_OK)
		all = dondoc__v1__unit_detail__unpack(NULL, len, bytes);
	count = all != NULL ? all->n_leaders : 0;
	for (size_t i = 0; i < count; i++)
		*there_out = *there_out || all->leaders[i]->charge == charge;
	dondoc__v1__unit_detail__free_unpacked(all, NULL);
	return count;
}

void task_rule_set_charge(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SetCharge *cmd = c->body->set_charge;
	Dondoc__V1__ChargeSet event = DONDOC__V1__CHARGE_SET__INIT;
	char number[32];
	bool there;
	size_t count = count_charges(c, cmd->charge, &there);

	snprintf(number, sizeof(number), "%" PRIu64, cmd->charge);
	/* Whoever is in charge decides in any unit: that is for one whose role reaches them all. */
	if (!task_actor_reaches(c, DD_COMMAND_SET_CHARGE, "", NULL, out))
		return;
	if ((cmd->charge != 0 || cmd->removed) && !there) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "charge", number, NULL);
		return;
	}
	if (cmd->charge == 0 && count >= VIEW_CHARGES_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "charges", "400", NULL);
		return;
	}
	if (!cmd->removed && !charge_fits(c, cmd, out))
		return;
	event.said = cmd;
	(void)task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_CHARGE_SET, 0, "", "",
			      &event.base);
}
