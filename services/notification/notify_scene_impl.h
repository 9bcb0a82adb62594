/* notify_scene_impl.h - the scene's own struct, shared by its files. */
#ifndef NOTIFY_SCENE_IMPL_H
#define NOTIFY_SCENE_IMPL_H

#include "common/domain/policy.h"
#include "services/notification/notify_say.h"
#include "services/notification/notify_scene.h"

struct notify_table {
	void **items; /* owned; by the sheet's numbers of names, NULL = not asked for yet */
	size_t count;
};

struct notify_scene {
	struct view *view;
	struct sheet *sheet;              /* the view's; as of the last begin */
	struct view_calendars *calendars; /* owned, as the next two */
	struct view_rules *rules;
	uint32_t spoken;                   /* bit 1 << kind: a rule of this kind speaks somewhere */
	Dondoc__V1__SilenceList *silences; /* NULL = none */
	uint64_t *promised;                /* owned; tasks of which a day was promised, ascending */
	size_t promised_count, promised_cap;
	struct notify_table units, others, plans, codes;
	struct dd_policy policy; /* for all */
	struct dd_judge judge;
	int32_t today;
	int from_minute, until_minute; /* the widest of all met */
	struct notify_says units_says; /* owned; notify_units_now */
	bool units_known;
	int units_minute;
	int32_t units_day;
	char starting[32]; /* a preview's; "" = none */
	int32_t starting_day;
	char decider[32]; /* of the request that the last facts were about */
};

int notify_scene_promises(struct notify_scene *scene, struct dd_error *err) DD_MUST_CHECK;
/* Whether a rule of this kind speaks anywhere: what it asks for need not be looked up else. */
bool notify_scene_speaks(const struct notify_scene *scene, enum dd_rule_kind kind);
/* Whether a silence that is in force today, or begins by that day, holds anything of the task back.
 */
bool notify_scene_silence_ahead(struct notify_scene *scene, const struct sheet_row *row,
				int32_t last_day);
struct view_place notify_scene_place(struct notify_scene *scene, const struct sheet_row *row);
/* The last day of the silences in force for the rule ("" = for all of them); 0 = none is. */
int32_t notify_scene_muted(struct notify_scene *scene, const struct view_place *place,
			   const char *rule);
/* The last day of the last silence that held the rule back there and is over, and its first; 0 =
 * there was none. */
int32_t notify_scene_over(struct notify_scene *scene, const struct view_place *place,
			  const char *rule, int32_t *from_out);

#endif
