/* view_apply_data.c - what the tasks refer to: authority, areas, plans. */
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

/* --- areas, plans ------------------------------------------------------------------- */

/* One that is retired keeps its name: tasks that have it go on. */
int apply_area_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__AreaSet *set = body;
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;

	view_key_area(&key, set->area);
	put_text(apply, &key, set->name);
	key.data[0] = VIEW_AREA_MORE;
	if (set->name_en[0] == '\0' && !set->retired) {
		view_del(apply->view, &key);
		return DD_OK;
	}
	dd_buf_clear(buf);
	dd_buf_add(buf, &(uint8_t){set->retired ? 1 : 0}, 1);
	dd_buf_text(buf, set->name_en);
	view_put(apply->view, &key, buf->data, buf->len);
	return DD_OK;
}

/* A plan without a kind is one of those that were published as they came in; loose tasks need no
 * publishing. */
static uint8_t first_state(Dondoc__V1__PlanKind kind)
{
	return kind == DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER ||
			       kind == DONDOC__V1__PLAN_KIND__PLAN_KIND_LOOSE
		       ? DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED
		       : DONDOC__V1__PLAN_STATE__PLAN_DRAFT;
}

int apply_plan_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__PlanFields *fields = ((const Dondoc__V1__PlanSet *)body)->plan;
	struct dd_buf *buf = &apply->view->scratch;
	struct view_plan plan = {0}, before;
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
	plan.from_day = fields->from_day;
	plan.to_day = fields->to_day;
	plan.kind = (uint8_t)fields->kind;
	plan.state = first_state(fields->kind);
	if (view_plan(apply->view, true, plan.code, &before) == DD_OK) {
		plan.state = before.state;
		plan.published = before.published;
		plan.published_day = before.published_day;
	}
	packed = dondoc__v1__plan_fields__get_packed_size(fields);
	dd_buf_clear(buf);
	dd_buf_add(buf, &plan, sizeof(plan));
	dondoc__v1__plan_fields__pack(fields, dd_buf_reserve(buf, packed));
	view_key_text(&key, VIEW_PLAN, plan.code);
	view_put(apply->view, &key, buf->data, buf->len + packed);
	return DD_OK;
}
