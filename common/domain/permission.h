/* permission.h - who may do what: one row per kind of command. Checked from the first day. */
#ifndef DD_DOMAIN_PERMISSION_H
#define DD_DOMAIN_PERMISSION_H

#include "common/domain/task_state.h"
#include <stdbool.h>

/* Kinds of command: the field numbers of dondoc.v1.CommandBody.action, and the withdrawn one, which
 * has no body. This file needs no protobuf; task_rules.c asserts that the numbers agree. */
enum dd_command_kind {
	DD_COMMAND_NONE = 0,
	DD_COMMAND_WITHDRAWN = 1,
	DD_COMMAND_REPORT = 10,
	DD_COMMAND_REQUEST_COMPLETION = 11,
	DD_COMMAND_DECIDE_COMPLETION = 12,
	DD_COMMAND_REQUEST_EXTENSION = 13,
	DD_COMMAND_DECIDE_EXTENSION = 14,
	DD_COMMAND_ASSIGN = 15,
	DD_COMMAND_IMPORT_PLAN = 16,
	DD_COMMAND_IMPORT_CALENDAR = 17,
	DD_COMMAND_CONFIRM_CLOCK = 18,
	DD_COMMAND_TAKE_LEASE = 20,
	DD_COMMAND_PLAN_DIGEST = 21,
	DD_COMMAND_HAND_OVER = 22,
	DD_COMMAND_SETTLE = 23,
	DD_COMMAND_ISSUE_REPORT = 24,
	DD_COMMAND_RECEIVE_TASK = 30,
	DD_COMMAND_REQUEST_REFUSAL = 31,
	DD_COMMAND_DECIDE_REFUSAL = 32,
	DD_COMMAND_REQUEST_TRANSFER = 33,
	DD_COMMAND_DECIDE_TRANSFER = 34,
	DD_COMMAND_PAUSE_TASK = 35,
	DD_COMMAND_RESUME_TASK = 36,
	DD_COMMAND_CANCEL_TASK = 37,
	DD_COMMAND_REMOVE_TASK = 38,
	DD_COMMAND_WITHDRAW_ENTRY = 39,
	DD_COMMAND_REPLACE_UPDATE = 40,
	DD_COMMAND_TAKE_BACK = 41,
	DD_COMMAND_UNDO_GROUP = 42,
	DD_COMMAND_RESOLVE_CONFLICT = 43,
	DD_COMMAND_PASS_ON = 44,
	DD_COMMAND_DECIDE_OUTGOING = 45,
	DD_COMMAND_REPORT_UNCHANGED = 46,
	DD_COMMAND_REPORT_PRODUCT = 47,
	DD_COMMAND_EXPLAIN_DELAY = 48,
	DD_COMMAND_DECIDE_EXPLANATION = 49,
	DD_COMMAND_ASK_UNIT = 50,
	DD_COMMAND_ANSWER_ASK = 51,
	DD_COMMAND_CLOSE_ASK = 52,
	DD_COMMAND_COMMENT = 53,
	DD_COMMAND_CHANGE_MANY = 54,
	DD_COMMAND_SET_PLAN = 60,
	DD_COMMAND_PUBLISH_PLAN = 61,
	DD_COMMAND_ACKNOWLEDGE_PLAN = 62,
	DD_COMMAND_ADD_TASK = 63,
	DD_COMMAND_CHANGE_TASK = 64,
	DD_COMMAND_PLACE_PLAN = 65,
	DD_COMMAND_RECORD_OCCURRENCE = 66,
	DD_COMMAND_SET_DEPENDENCY = 67,
	DD_COMMAND_SET_INDICATOR = 68,
	DD_COMMAND_MEASURE_INDICATOR = 69,
	DD_COMMAND_FREEZE_BASELINE = 70,
	DD_COMMAND_SAVE_FILTER = 71,
	DD_COMMAND_SET_LABEL = 72,
	DD_COMMAND_SET_AREA = 73,
	DD_COMMAND_SET_SETTINGS = 74,
	DD_COMMAND_DECIDE_YEAR_END = 75,
	DD_COMMAND_CLOSE_PLAN = 76,
	DD_COMMAND_DRAFT_PLAN = 77,
	DD_COMMAND_SET_UNIT = 80,
	DD_COMMAND_SET_ALIAS = 81,
	DD_COMMAND_CHANGE_UNITS = 82,
	DD_COMMAND_WITHDRAW_UNITS_CHANGE = 83,
	DD_COMMAND_SET_CHARGE = 84,
	DD_COMMAND_GRANT_ROLE = 90,
	DD_COMMAND_REVOKE_ROLE = 91,
	DD_COMMAND_SET_DEPUTY = 92,
	DD_COMMAND_HAND_OVER_WORK = 93,
	DD_COMMAND_ATTACH_FILE = 100,
	DD_COMMAND_DETACH_FILE = 101,
	DD_COMMAND_ORDER_DESTRUCTION = 102,
	DD_COMMAND_CONFIRM_DESTRUCTION = 103,
	DD_COMMAND_MAKE_INSTANCES = 110,
	DD_COMMAND_EFFECT_UNITS_CHANGE = 111,
	DD_COMMAND_FILE_CAME = 112,
	DD_COMMAND_DESTRUCTION_RUN = 113,
	DD_COMMAND_INVITE_OFFICE = 120,
	DD_COMMAND_JOIN_OFFICE = 121,
	DD_COMMAND_REVOKE_OFFICE = 122,
	DD_COMMAND_ROTATE_OFFICE_KEY = 123,
	DD_COMMAND_COVER_BACKUP = 124,
	DD_COMMAND_RELEASE_RESTORE = 125,
	DD_COMMAND_SET_REMINDER_RULE = 130,
	DD_COMMAND_START_REMINDERS = 131,
	DD_COMMAND_SET_SILENCE = 132,
	DD_COMMAND_END_SILENCE = 133,
	DD_COMMAND_PROMISE_DAY = 134,
	DD_COMMAND_DISPUTE_REMINDER = 135,
	DD_COMMAND_RELEASE_DIGEST = 136,
	DD_COMMAND_RECORD_TOLD = 137,
	DD_COMMAND_SET_SUBSCRIPTION = 138,
	DD_COMMAND_KIND_COUNT = 160
};

/* The classes of principals, by the names of net/bus.h in lower case ("operator", "gateway",
 * "office", "notification", "reporting", "task", "enrol"). Unknown classes may do nothing. */
bool dd_permission_principal(const char *principal_class, enum dd_command_kind kind);

/* How far the effect of a command goes beyond a task, a plan, the unit or the person himself. */
enum dd_whole {
	DD_WHOLE_NOT = 0,
	DD_WHOLE_PERSON, /* units, roles, settings, rules of reminders, destruction: how far a role
			    reaches is the rule's to judge */
	DD_WHOLE_ALL     /* what is everybody's: a role must reach the whole authority */
};
/* What is not DD_WHOLE_NOT is done by an operator, or by a person with a role; never by a unit as
 * such. */
enum dd_whole dd_permission_whole(enum dd_command_kind kind);

/* The part that the actor's unit plays for a task. */
enum dd_role { DD_ROLE_NONE = 0, DD_ROLE_LEAD = 1, DD_ROLE_COORDINATING = 2, DD_ROLE_ASSIGNER = 4 };
/* `roles` is an OR of dd_role. Lead reports and requests; assigner decides, assigns and imports; a
 * coordinating unit reads, comments and attaches. What names its own answerer (an answer to a
 * question, an acknowledgement) needs no part in the task: the rule looks at the name. No part
 * confirms a clock. Facts of services are no unit's. */
bool dd_permission_unit(unsigned roles, enum dd_command_kind kind);

#endif
