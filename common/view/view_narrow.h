/* view_narrow.h - what the office of a unit may ask: the same at the centre and at the office
 * itself, which answers from its own view. */
#ifndef DD_VIEW_VIEW_NARROW_H
#define DD_VIEW_VIEW_NARROW_H

#include "common/base/buf.h"
#include "common/view/view.h"
#include "dondoc/v1/query.pb-c.h"

/* Narrow a question to what concerns the unit. DD_ERR_REFUSED where it may not be asked at all.
 * `unit` is borrowed by the question from then on. */
int view_narrow(struct view *view, const char *unit, Dondoc__V1__Query *query,
		struct dd_error *err) DD_MUST_CHECK;

/* A task's detail, packed: sub-tasks of other units are taken out. False: the task itself is not
 * the unit's to see (a code without a plan is resolved only with the answer). */
bool view_narrow_detail(struct view *view, const char *unit, struct dd_buf *answer);

#endif
