/* notify_units.h - rules about a unit and not about one task: its report of a period, an update
 * that was expected, a plan that it has not confirmed to have taken in. */
#ifndef NOTIFY_UNITS_H
#define NOTIFY_UNITS_H

#include "services/notification/notify_letter.h"
#include "services/notification/notify_say.h"

bool notify_units_kind(enum dd_rule_kind kind);

/* What has fallen and was never told, of all units. Appended. */
int notify_units_say(struct notify_scene *scene, int32_t after_day, struct notify_says *says,
		     struct dd_error *err) DD_MUST_CHECK;
/* The same, looked for at most once a minute: it takes a walk over all tasks. The scene's. */
int notify_units_now(struct notify_scene *scene, int minute, int32_t after_day,
		     const struct notify_says **says_out, struct dd_error *err) DD_MUST_CHECK;
/* What falls after today and up to `last_day`, if nobody reports and nobody confirms. Appended. */
int notify_units_future(struct notify_scene *scene, int32_t last_day, struct notify_says *says,
			struct dd_error *err) DD_MUST_CHECK;
/* Whether it was not told to the unit yet. */
bool notify_units_free(struct notify_scene *scene, const struct notify_say *say, const char *unit);
/* Whether it is still so: the unit was not heard from, and has not confirmed. */
bool notify_units_true(struct notify_scene *scene, const Dondoc__V1__Intent *intent,
		       const char *unit);
/* The row of a letter; its texts are owned by the caller. */
void notify_units_row(struct notify_scene *scene, const struct notify_say *say, const char *unit,
		      struct notify_row *row);

#endif
