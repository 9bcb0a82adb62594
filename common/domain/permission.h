/* permission.h - who may do what: one table for principals, one for units. Checked from the first
 * day. */
#ifndef DD_DOMAIN_PERMISSION_H
#define DD_DOMAIN_PERMISSION_H

#include "common/domain/task_state.h"
#include <stdbool.h>

/* Kinds of command; tasks' actions and the rest. */
enum dd_command_kind {
	DD_COMMAND_REPORT = 0,
	DD_COMMAND_REQUEST_COMPLETION,
	DD_COMMAND_DECIDE_COMPLETION,
	DD_COMMAND_REQUEST_EXTENSION,
	DD_COMMAND_DECIDE_EXTENSION,
	DD_COMMAND_ASSIGN,
	DD_COMMAND_IMPORT_PLAN,
	DD_COMMAND_IMPORT_CALENDAR,
	DD_COMMAND_CONFIRM_CLOCK, /* operator only */
	DD_COMMAND_WITHDRAWN,
	DD_COMMAND_TAKE_LEASE, /* this and the next three: notification only */
	DD_COMMAND_PLAN_DIGEST,
	DD_COMMAND_HAND_OVER,
	DD_COMMAND_SETTLE,
	DD_COMMAND_ISSUE_REPORT, /* reporting only */
	DD_COMMAND_KIND_COUNT
};

/* The classes of principals, by the names of net/bus.h in lower case ("operator", "gateway",
 * "office", "notification", "reporting"). Unknown classes may do nothing. */
bool dd_permission_principal(const char *principal_class, enum dd_command_kind kind);

/* The part that the actor's unit plays for a task. */
enum dd_role { DD_ROLE_NONE = 0, DD_ROLE_LEAD = 1, DD_ROLE_COORDINATING = 2, DD_ROLE_ASSIGNER = 4 };
/* `roles` is an OR of dd_role. Lead reports and requests; assigner decides, assigns and imports; to
 * withdraw an item of one's own needs no role, and no role confirms a clock. A coordinating unit
 * reads. Facts of services are no unit's. */
bool dd_permission_unit(unsigned roles, enum dd_command_kind kind);

#endif
