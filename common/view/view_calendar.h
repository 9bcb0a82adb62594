/* view_calendar.h - the calendars of units: what was said of days for all, then for each unit from
 * the top of the tree down; the nearest word wins. */
#ifndef DD_VIEW_VIEW_CALENDAR_H
#define DD_VIEW_VIEW_CALENDAR_H

#include "common/domain/calendar.h"
#include "common/domain/unit_life.h"
#include "common/view/view.h"

/* Said for one unit, or for all: an import refuses more. */
#define VIEW_CALENDAR_DAYS_MAX 2000u

/* The calendars of one view at one moment, read as they are asked for: one look-up for each unit on
 * the way up, none while no unit has days of its own. Look-ups through the batch layer with
 * `with_batch`. */
struct view_calendars;
struct view_calendars *view_calendars_new(struct view *view, bool with_batch);
void view_calendars_free(struct view_calendars *calendars); /* NULL is fine */
/* Go up by another tree than the view's: units of a file that are still to come. */
void view_calendars_tree(struct view_calendars *calendars, dd_unit_parent_fn *parent_of, void *arg);
/* In force for the unit; "" = for all. Owned by `calendars`. */
const struct dd_calendar *view_calendars_of(struct view_calendars *calendars, const char *unit);
/* DD_OK, or what a look-up failed with: such days count as ordinary. */
int view_calendars_failed(const struct view_calendars *calendars);

/* How many days were said for just this unit ("" = for all). */
size_t view_calendar_days(struct view *view, bool with_batch, const char *unit);

#endif
