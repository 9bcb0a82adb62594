/* notify_release.c - reports to superiors that nobody decides on leave by themselves after so many
 * working hours, where the authority wants that. */
#include "common/base/clock.h"
#include "common/view/view_plan.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/notification/notify_scene_impl.h"

#define DAYS_MOST 400 /* of waiting that are looked through: longer than any setting */

/* Of the unit's working hours of a day those between two moments. */
static int64_t worked_us(struct notify_scene *scene, const struct notify_unit *unit, int32_t day,
			 int64_t from_us, int64_t to_us)
{
	const int64_t start_us = dd_day_start_us(day);
	int64_t first = start_us + (int64_t)unit->from_minute * 60 * DD_SECOND_US;
	int64_t last = start_us + (int64_t)unit->until_minute * 60 * DD_SECOND_US;

	if (!dd_calendar_working(view_calendars_of(scene->calendars, ""), day) ||
	    !dd_calendar_working(unit->calendar, day))
		return 0;
	first = first < from_us ? from_us : first;
	last = last > to_us ? to_us : last;
	return last > first ? last - first : 0;
}

bool notify_say_release(struct notify_scene *scene, const struct view_digest *digest,
			int64_t wall_us)
{
	struct view *view = scene->view;
	const int32_t today = dd_day_of(wall_us);
	const struct notify_unit *unit;
	struct view_release release;
	struct view_plan plan;
	int64_t left_us;
	int32_t day = dd_day_of(digest->planned_us);

	if (digest->state != DONDOC__V1__DIGEST_STATE__DIGEST_HELD ||
	    view_release(view, false, digest->id, &release) != 0 || release.sequence != 0 ||
	    view_plan(view, false, release.plan, &plan) != 0)
		return false;
	left_us = (int64_t)view_policy(view, false, release.plan, "")
			  ->value[DD_SETTING_SUPERIOR_AUTO_HOURS] *
		  3600 * DD_SECOND_US;
	if (left_us == 0)
		return false;
	unit = notify_scene_unit(scene, plan.assigner_unit);
	if (day < today - DAYS_MOST)
		day = today - DAYS_MOST;
	for (; day <= today && left_us > 0; day++)
		left_us -= worked_us(scene, unit, day, digest->planned_us, wall_us);
	return left_us <= 0;
}
