/* view_apply_data.c - what the tasks refer to: authority, units and their names, areas, days,
 * plans. */
#include "common/base/text.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include <stdlib.h>
#include <string.h>

/* Names are kept in fields of 256 bytes. */
static void put_text(struct apply *apply, const struct dd_key *key, const char *text)
{
	view_put(apply->view, key, text, dd_text_cut(text, 255));
}

int apply_genesis(struct apply *apply, const void *body)
{
	const Dondoc__V1__Genesis *genesis = body;
	struct dd_key key;

	view_key_text(&key, VIEW_META, "authority");
	put_text(apply, &key, genesis->authority);
	return DD_OK;
}

/* --- units and their names ---------------------------------------------------------------- */

/* The key by which a name is found; the caller frees. NULL: not UTF-8. */
static char *name_key(struct apply *apply, struct dd_key *key, const char *name, int *rc_out)
{
	char *folded = dd_text_name_key(name);

	*rc_out = folded ? DD_OK : apply_contradiction(apply, "a name is not UTF-8");
	if (folded)
		view_key_text(key, VIEW_NAME, folded);
	return folded;
}

/* A unit's former name leads to it no longer, unless it is an alias too. */
static int forget_name(struct apply *apply, const char *unit, const char *name)
{
	struct dd_key key, alias;
	struct dd_val val;
	char owner[32];
	int rc;
	char *folded = name_key(apply, &key, name, &rc);

	if (!folded)
		return rc;
	view_key_texts(&alias, VIEW_ALIAS, unit, folded);
	if (view_unit_by_name(apply->view, true, folded, owner) == DD_OK &&
	    strcmp(owner, unit) == 0 &&
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

int apply_unit_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitFields *fields = ((const Dondoc__V1__UnitSet *)body)->unit;
	struct view_unit unit = {.collective = 0}, former;
	struct dd_key key;
	int rc;

	if (!fields)
		return apply_contradiction(apply, "it has no unit");
	rc = apply_code(apply, unit.code, sizeof(unit.code), fields->code);
	if (rc == DD_OK)
		rc = apply_code(apply, unit.parent, sizeof(unit.parent), fields->parent);
	if (rc != DD_OK)
		return rc;
	view_text_copy(unit.kind, sizeof(unit.kind), fields->kind);
	view_text_copy(unit.name, sizeof(unit.name), fields->name);
	unit.collective = fields->collective ? 1 : 0;
	if (view_unit(apply->view, true, unit.code, &former) == DD_OK)
		rc = forget_name(apply, unit.code, former.name);
	if (rc == DD_OK)
		rc = put_name(apply, unit.code, unit.name);
	view_key_text(&key, VIEW_UNIT, unit.code);
	view_put(apply->view, &key, &unit, sizeof(unit));
	return rc;
}

/* An alias leads to one unit: given to another, it is taken from the first. */
int apply_unit_alias_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__UnitAliasSet *set = body;
	struct dd_key key, alias;
	char owner[32], unit[32];
	char *folded;
	int rc = apply_code(apply, unit, sizeof(unit), set->unit);

	if (rc != DD_OK)
		return rc;
	folded = name_key(apply, &key, set->alias, &rc);
	if (!folded)
		return rc;
	if (view_unit_by_name(apply->view, true, folded, owner) == DD_OK &&
	    strcmp(owner, unit) != 0) {
		view_key_texts(&alias, VIEW_ALIAS, owner, folded);
		view_del(apply->view, &alias);
	}
	view_put(apply->view, &key, unit, strlen(unit));
	view_key_texts(&alias, VIEW_ALIAS, unit, folded);
	view_put(apply->view, &alias, set->alias, strlen(set->alias));
	free(folded);
	return DD_OK;
}

/* --- areas, days, plans ------------------------------------------------------------------- */

int apply_area_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__AreaSet *set = body;
	struct dd_key key;

	view_key_area(&key, set->area);
	put_text(apply, &key, set->name);
	return DD_OK;
}

int apply_calendar_day_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__CalendarDaySet *set = body;
	uint8_t record[256];
	struct dd_key key;
	size_t len = dd_text_cut(set->name, sizeof(record) - 1);

	if ((unsigned)set->kind > DONDOC__V1__DAY_KIND__DAY_WORKED)
		return apply_contradiction(apply, "there is no kind of day %d", (int)set->kind);
	record[0] = (uint8_t)set->kind;
	memcpy(record + 1, set->name, len);
	view_key_day(&key, set->day);
	view_put(apply->view, &key, record, len + 1);
	return DD_OK;
}

int apply_plan_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__PlanFields *fields = ((const Dondoc__V1__PlanSet *)body)->plan;
	struct dd_buf *buf = &apply->view->scratch;
	struct view_plan plan;
	struct dd_key key;
	size_t packed;
	int rc;

	if (!fields)
		return apply_contradiction(apply, "it has no plan");
	rc = apply_code(apply, plan.code, sizeof(plan.code), fields->code);
	if (rc == DD_OK)
		rc = apply_code(apply, plan.assigner_unit, sizeof(plan.assigner_unit),
				fields->assigner_unit);
	if (rc != DD_OK)
		return rc;
	view_text_copy(plan.title, sizeof(plan.title), fields->title);
	packed = dondoc__v1__plan_fields__get_packed_size(fields);
	dd_buf_clear(buf);
	dd_buf_add(buf, &plan, sizeof(plan));
	dondoc__v1__plan_fields__pack(fields, dd_buf_reserve(buf, packed));
	view_key_text(&key, VIEW_PLAN, plan.code);
	view_put(apply->view, &key, buf->data, buf->len + packed);
	return DD_OK;
}
