/* task_daily_units.c - units whose day of change has come. */
#include "services/task/task_daily.h"

#include <string.h>

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"

#define CHANGES_MAX 64 /* at once: more come with the next look */

static bool submit(struct task_daily *daily, uint64_t change)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__EffectUnitsChange effect = DONDOC__V1__EFFECT_UNITS_CHANGE__INIT;
	uint8_t about[8];

	for (int i = 0; i < 8; i++)
		about[i] = (uint8_t)(change >> (56 - 8 * i));
	effect.change = change;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_EFFECT_UNITS_CHANGE;
	body.effect_units_change = &effect;
	return task_daily_submit(
		daily, "dondoc units",
		&(struct task_daily_matter){.bytes = about, .len = sizeof(about), .open = true},
		&body);
}

/* What was refused stays due, where a person sees it (view_daily.h), and takes no room from what
 * comes behind it. */
void task_daily_units(struct task_daily *daily, int32_t today)
{
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;
	int count = 0;

	dd_key_begin(&key, VIEW_UNIT_CHANGE_DUE);
	if (view_walk_open(daily->view, &key, &walk, &err) != DD_OK) {
		dd_log(DD_LOG_ERROR, "task.units_unreadable", dd_f_text("why", err.text));
		return;
	}
	while (count < CHANGES_MAX && view_walk_next(&walk)) {
		const uint8_t *at = walk.key.data;

		if (walk.key.len < 13 || dd_key_get_u32(at + 1) > view_day_bits(today))
			break;
		count += submit(daily, view_walk_number(&walk)) ? 1 : 0;
	}
	view_walk_close(&walk);
}
