/* rights.c - the matrix of roles, kinds of action and scopes. */
#include "common/domain/rights.h"

#include <stdio.h>
#include <string.h>

/* How far a role reaches in a cell. A wider grant than the cell allows acts as far as the cell
 * goes: the head over a subtree sends requests for his own unit only. */
enum reach {
	NO = 0,
	OWN,     /* his unit */
	SUBTREE, /* his unit and those under it, if the grant says so */
	ALL,     /* as far as the grant says */
	SEES,    /* tasks whose lead is in the grant's scope, whatever his unit is to them */
	CHARGE,  /* tasks for which he answers as a leader */
	HIMSELF, /* it concerns nobody else */
	ENTRY    /* in his unit, what he sent himself, or whom he stands in for */
};

struct right_row {
	const char *name;
	uint8_t staff, focal, head, agency, leader, inspector, administrator; /* enum reach */
};

static const struct right_row matrix[DD_RIGHT_CLASS_COUNT] = {
	/*                     name          staff    focal    head     agency leader  inspector
	   administrator */
	[DD_RIGHT_FREE] = {"free", ALL, ALL, ALL, ALL, ALL, ALL, ALL},
	[DD_RIGHT_WORK] = {"work", SUBTREE, SUBTREE, SUBTREE, NO, NO, NO, NO},
	[DD_RIGHT_ATTACH] = {"attach", SUBTREE, SUBTREE, SUBTREE, ALL, NO, NO, NO},
	[DD_RIGHT_DETACH] = {"detach", ENTRY, SUBTREE, SUBTREE, ALL, NO, NO, NO},
	[DD_RIGHT_COMMENT] = {"comment", SUBTREE, SUBTREE, SUBTREE, ALL, CHARGE, SEES, NO},
	[DD_RIGHT_RECEIVE] = {"receive", NO, OWN, SUBTREE, NO, NO, NO, NO},
	[DD_RIGHT_ASK] = {"ask", NO, OWN, SUBTREE, ALL, NO, NO, NO},
	[DD_RIGHT_RESOLVE] = {"resolve", NO, OWN, SUBTREE, ALL, NO, NO, NO},
	[DD_RIGHT_REQUEST] = {"request", NO, OWN, OWN, NO, NO, NO, NO},
	[DD_RIGHT_WITHDRAW] = {"withdraw", ENTRY, OWN, OWN, NO, NO, NO, NO},
	[DD_RIGHT_RELEASE] = {"release", NO, NO, SUBTREE, NO, NO, NO, NO},
	[DD_RIGHT_ACKNOWLEDGE] = {"acknowledge", HIMSELF, OWN, SUBTREE, NO, HIMSELF, HIMSELF,
				  HIMSELF},
	[DD_RIGHT_DECIDE] = {"decide", NO, NO, NO, ALL, CHARGE, NO, NO},
	[DD_RIGHT_PLAN] = {"plan", NO, OWN, OWN, ALL, NO, NO, NO},
	[DD_RIGHT_MEASURE] = {"measure", OWN, OWN, OWN, ALL, NO, NO, NO},
	[DD_RIGHT_DATA] = {"data", NO, NO, NO, ALL, NO, NO, ALL},
	[DD_RIGHT_UNITS] = {"units", NO, OWN, NO, NO, NO, NO, ALL},
	[DD_RIGHT_UNIT_LIFE] = {"unit_life", NO, NO, NO, NO, NO, NO, ALL},
	[DD_RIGHT_SETTINGS] = {"settings", NO, NO, NO, NO, NO, NO, ALL},
	[DD_RIGHT_GRANT] = {"grant", NO, OWN, OWN, NO, NO, NO, ALL},
	[DD_RIGHT_DEPUTY] = {"deputy", HIMSELF, OWN, OWN, HIMSELF, HIMSELF, HIMSELF, ALL},
	[DD_RIGHT_DESTROY] = {"destroy", NO, NO, NO, ALL, ALL, NO, ALL},
	[DD_RIGHT_FILTER] = {"filter", HIMSELF, HIMSELF, HIMSELF, HIMSELF, HIMSELF, HIMSELF,
			     HIMSELF},
	[DD_RIGHT_OFFICES] = {"offices", NO, NO, NO, NO, NO, NO, ALL},
	[DD_RIGHT_REMIND] = {"remind", NO, NO, NO, ALL, NO, NO, ALL},
	[DD_RIGHT_SILENCE] = {"silence", NO, NO, SUBTREE, ALL, NO, NO, NO},
	[DD_RIGHT_TOLD] = {"told", NO, SUBTREE, SUBTREE, ALL, NO, NO, NO},
	[DD_RIGHT_SUBSCRIBE] = {"subscribe", HIMSELF, OWN, SUBTREE, HIMSELF, HIMSELF, HIMSELF,
				HIMSELF},
};

static const uint8_t classes[DD_COMMAND_KIND_COUNT] = {
	[DD_COMMAND_REPORT] = DD_RIGHT_WORK,
	[DD_COMMAND_REPORT_UNCHANGED] = DD_RIGHT_WORK,
	[DD_COMMAND_REPORT_PRODUCT] = DD_RIGHT_WORK,
	[DD_COMMAND_ANSWER_ASK] = DD_RIGHT_WORK,
	[DD_COMMAND_ATTACH_FILE] = DD_RIGHT_ATTACH,
	[DD_COMMAND_DETACH_FILE] = DD_RIGHT_DETACH,
	[DD_COMMAND_COMMENT] = DD_RIGHT_COMMENT,
	[DD_COMMAND_RECEIVE_TASK] = DD_RIGHT_RECEIVE,
	[DD_COMMAND_PASS_ON] = DD_RIGHT_RECEIVE,
	[DD_COMMAND_ASK_UNIT] = DD_RIGHT_ASK,
	[DD_COMMAND_CLOSE_ASK] = DD_RIGHT_ASK,
	[DD_COMMAND_RESOLVE_CONFLICT] = DD_RIGHT_RESOLVE,
	[DD_COMMAND_REQUEST_COMPLETION] = DD_RIGHT_REQUEST,
	[DD_COMMAND_REQUEST_EXTENSION] = DD_RIGHT_REQUEST,
	[DD_COMMAND_REQUEST_REFUSAL] = DD_RIGHT_REQUEST,
	[DD_COMMAND_REQUEST_TRANSFER] = DD_RIGHT_REQUEST,
	[DD_COMMAND_EXPLAIN_DELAY] = DD_RIGHT_REQUEST,
	[DD_COMMAND_WITHDRAW_ENTRY] = DD_RIGHT_WITHDRAW,
	[DD_COMMAND_REPLACE_UPDATE] = DD_RIGHT_WITHDRAW,
	[DD_COMMAND_DECIDE_OUTGOING] = DD_RIGHT_RELEASE,
	[DD_COMMAND_ACKNOWLEDGE_PLAN] = DD_RIGHT_ACKNOWLEDGE,
	[DD_COMMAND_DECIDE_COMPLETION] = DD_RIGHT_DECIDE,
	[DD_COMMAND_DECIDE_EXTENSION] = DD_RIGHT_DECIDE,
	[DD_COMMAND_DECIDE_REFUSAL] = DD_RIGHT_DECIDE,
	[DD_COMMAND_DECIDE_TRANSFER] = DD_RIGHT_DECIDE,
	[DD_COMMAND_DECIDE_EXPLANATION] = DD_RIGHT_DECIDE,
	[DD_COMMAND_ASSIGN] = DD_RIGHT_DECIDE,
	[DD_COMMAND_PAUSE_TASK] = DD_RIGHT_DECIDE,
	[DD_COMMAND_RESUME_TASK] = DD_RIGHT_DECIDE,
	[DD_COMMAND_CANCEL_TASK] = DD_RIGHT_DECIDE,
	[DD_COMMAND_REMOVE_TASK] = DD_RIGHT_DECIDE,
	[DD_COMMAND_TAKE_BACK] = DD_RIGHT_DECIDE,
	[DD_COMMAND_UNDO_GROUP] = DD_RIGHT_DECIDE,
	[DD_COMMAND_CHANGE_MANY] = DD_RIGHT_DECIDE,
	[DD_COMMAND_IMPORT_PLAN] = DD_RIGHT_PLAN,
	[DD_COMMAND_SET_PLAN] = DD_RIGHT_PLAN,
	[DD_COMMAND_PUBLISH_PLAN] = DD_RIGHT_PLAN,
	[DD_COMMAND_ADD_TASK] = DD_RIGHT_PLAN,
	[DD_COMMAND_CHANGE_TASK] = DD_RIGHT_PLAN,
	[DD_COMMAND_PLACE_PLAN] = DD_RIGHT_PLAN,
	[DD_COMMAND_RECORD_OCCURRENCE] = DD_RIGHT_PLAN,
	[DD_COMMAND_SET_DEPENDENCY] = DD_RIGHT_PLAN,
	[DD_COMMAND_SET_INDICATOR] = DD_RIGHT_PLAN,
	[DD_COMMAND_FREEZE_BASELINE] = DD_RIGHT_PLAN,
	[DD_COMMAND_DECIDE_YEAR_END] = DD_RIGHT_PLAN,
	[DD_COMMAND_CLOSE_PLAN] = DD_RIGHT_PLAN,
	[DD_COMMAND_DRAFT_PLAN] = DD_RIGHT_PLAN,
	[DD_COMMAND_MEASURE_INDICATOR] = DD_RIGHT_MEASURE,
	[DD_COMMAND_IMPORT_CALENDAR] = DD_RIGHT_DATA,
	[DD_COMMAND_SET_LABEL] = DD_RIGHT_DATA,
	[DD_COMMAND_SET_AREA] = DD_RIGHT_DATA,
	[DD_COMMAND_SET_UNIT] = DD_RIGHT_UNITS,
	[DD_COMMAND_SET_ALIAS] = DD_RIGHT_UNIT_LIFE,
	[DD_COMMAND_CHANGE_UNITS] = DD_RIGHT_UNIT_LIFE,
	[DD_COMMAND_WITHDRAW_UNITS_CHANGE] = DD_RIGHT_UNIT_LIFE,
	[DD_COMMAND_SET_CHARGE] = DD_RIGHT_UNIT_LIFE,
	[DD_COMMAND_SET_SETTINGS] = DD_RIGHT_SETTINGS,
	[DD_COMMAND_GRANT_ROLE] = DD_RIGHT_GRANT,
	[DD_COMMAND_REVOKE_ROLE] = DD_RIGHT_GRANT,
	[DD_COMMAND_HAND_OVER_WORK] = DD_RIGHT_GRANT,
	[DD_COMMAND_SET_DEPUTY] = DD_RIGHT_DEPUTY,
	[DD_COMMAND_ORDER_DESTRUCTION] = DD_RIGHT_DESTROY,
	[DD_COMMAND_CONFIRM_DESTRUCTION] = DD_RIGHT_DESTROY,
	[DD_COMMAND_SAVE_FILTER] = DD_RIGHT_FILTER,
	[DD_COMMAND_INVITE_OFFICE] = DD_RIGHT_OFFICES,
	[DD_COMMAND_REVOKE_OFFICE] = DD_RIGHT_OFFICES,
	[DD_COMMAND_SET_REMINDER_RULE] = DD_RIGHT_REMIND,
	[DD_COMMAND_START_REMINDERS] = DD_RIGHT_PLAN,
	[DD_COMMAND_SET_SILENCE] = DD_RIGHT_SILENCE,
	[DD_COMMAND_END_SILENCE] = DD_RIGHT_SILENCE,
	[DD_COMMAND_PROMISE_DAY] = DD_RIGHT_REQUEST,
	[DD_COMMAND_DISPUTE_REMINDER] = DD_RIGHT_COMMENT,
	[DD_COMMAND_RELEASE_DIGEST] = DD_RIGHT_DECIDE,
	[DD_COMMAND_RECORD_TOLD] = DD_RIGHT_TOLD,
	[DD_COMMAND_SET_SUBSCRIPTION] = DD_RIGHT_SUBSCRIBE,
};

static enum reach reach_of(enum dd_right_class cls, enum dd_person_role role)
{
	const struct right_row *row = &matrix[cls];

	switch (role) {
	case DD_PERSON_STAFF:
		return (enum reach)row->staff;
	case DD_PERSON_FOCAL:
		return (enum reach)row->focal;
	case DD_PERSON_HEAD:
		return (enum reach)row->head;
	case DD_PERSON_AGENCY:
		return (enum reach)row->agency;
	case DD_PERSON_LEADER:
		return (enum reach)row->leader;
	case DD_PERSON_INSPECTOR:
		return (enum reach)row->inspector;
	case DD_PERSON_ADMINISTRATOR:
		return (enum reach)row->administrator;
	case DD_PERSON_NONE:
	case DD_PERSON_ROLE_COUNT:
		break;
	}
	return NO;
}

enum dd_right_class dd_right_class_of(enum dd_command_kind kind)
{
	return (unsigned)kind < DD_COMMAND_KIND_COUNT ? (enum dd_right_class)classes[kind]
						      : DD_RIGHT_FREE;
}

const char *dd_right_class_name(enum dd_right_class cls)
{
	return matrix[cls].name;
}

/* --- one grant ------------------------------------------------------------------------------- */

bool dd_grant_in_force(const struct dd_grant *grant, int32_t day)
{
	return (grant->from_day == 0 || grant->from_day <= day) &&
	       (grant->until_day == 0 || day <= grant->until_day);
}

/* Whether `unit` lies in the grant's scope, cut down to what the cell allows. */
static bool covers(const struct dd_grant *grant, enum reach reach, const char *unit,
		   const struct dd_rights_asker *asker)
{
	if (reach == ALL && grant->scope == DD_SCOPE_ALL)
		return true;
	if (unit == NULL || unit[0] == '\0' || grant->unit[0] == '\0')
		return false;
	if (strcmp(unit, grant->unit) == 0)
		return true;
	return (reach == SUBTREE || reach == ALL) && grant->scope >= DD_SCOPE_SUBTREE &&
	       asker->within != NULL && asker->within(asker->arg, unit, grant->unit);
}

bool dd_grant_covers(const struct dd_grant *grant, const char *unit,
		     bool (*within)(void *arg, const char *unit, const char *root), void *arg)
{
	struct dd_rights_asker asker = {.within = within, .arg = arg};

	return covers(grant, ALL, unit, &asker);
}

/* Zeros are nobody. */
static bool same_person(const uint8_t *a, const uint8_t *b)
{
	static const uint8_t nobody[16];

	return a != NULL && b != NULL && memcmp(a, b, sizeof(nobody)) == 0 &&
	       memcmp(a, nobody, sizeof(nobody)) != 0;
}

static enum dd_right_answer ask_one(const struct dd_rights_asker *asker, enum reach reach,
				    const struct dd_grant *grant)
{
	switch (reach) {
	case NO:
		break;
	case OWN:
	case SUBTREE:
	case ALL:
		return covers(grant, reach, asker->unit, asker) ? DD_RIGHT_YES_BY_UNIT
								: DD_RIGHT_NO_SCOPE;
	case SEES:
		return asker->lead == NULL || covers(grant, ALL, asker->lead, asker)
			       ? DD_RIGHT_YES
			       : DD_RIGHT_NO_SCOPE;
	case CHARGE:
		return asker->in_charge ? DD_RIGHT_YES : DD_RIGHT_NO_SCOPE;
	case HIMSELF:
		return asker->for_others ? DD_RIGHT_NO_ROLE : DD_RIGHT_YES_BY_UNIT;
	case ENTRY:
		if (!covers(grant, OWN, asker->unit, asker))
			return DD_RIGHT_NO_SCOPE;
		return asker->sender == NULL || same_person(asker->sender, asker->person) ||
				       same_person(asker->sender, grant->of)
			       ? DD_RIGHT_YES_BY_UNIT
			       : DD_RIGHT_NOT_HIS;
	}
	return DD_RIGHT_NO_ROLE;
}

/* Whatever the unit is counts most, then what the unit must allow as well. */
static const uint8_t better[] = {
	[DD_RIGHT_YES] = 4,      [DD_RIGHT_YES_BY_UNIT] = 3, [DD_RIGHT_NOT_HIS] = 2,
	[DD_RIGHT_NO_SCOPE] = 1, [DD_RIGHT_NO_ROLE] = 0,
};

enum dd_right_answer dd_rights_ask(const struct dd_rights_asker *asker, enum dd_command_kind kind,
				   const struct dd_grant **by_out)
{
	enum dd_right_class cls = dd_right_class_of(kind);
	enum dd_right_answer best = DD_RIGHT_NO_ROLE;

	if (cls == DD_RIGHT_FREE) {
		*by_out = NULL;
		return DD_RIGHT_YES_BY_UNIT;
	}
	for (size_t i = 0; i < asker->count; i++) {
		const struct dd_grant *grant = &asker->grants[i];
		enum dd_right_answer answer;

		if (!dd_grant_in_force(grant, asker->today))
			continue;
		answer = ask_one(asker, reach_of(cls, (enum dd_person_role)grant->role), grant);
		if (better[answer] <= better[best])
			continue;
		best = answer;
		if (answer == DD_RIGHT_YES || answer == DD_RIGHT_YES_BY_UNIT)
			*by_out = grant;
	}
	return best;
}

/* --- roles ----------------------------------------------------------------------------------- */

bool dd_rights_may_grant(enum dd_person_role by, enum dd_person_role given)
{
	if (given <= DD_PERSON_NONE || given >= DD_PERSON_ROLE_COUNT)
		return false;
	if (by == DD_PERSON_ADMINISTRATOR)
		return true;
	if (by == DD_PERSON_HEAD)
		return given == DD_PERSON_STAFF || given == DD_PERSON_FOCAL;
	return by == DD_PERSON_FOCAL && given == DD_PERSON_STAFF;
}

bool dd_grant_may_give(const struct dd_grant *grant, enum dd_person_role given, enum dd_scope scope)
{
	enum dd_person_role by = (enum dd_person_role)grant->role;

	return dd_rights_may_grant(by, given) && (uint8_t)scope <= grant->scope &&
	       (by == DD_PERSON_ADMINISTRATOR || scope == DD_SCOPE_OWN);
}

static const char *const role_names[DD_PERSON_ROLE_COUNT] = {
	[DD_PERSON_NONE] = "none",           [DD_PERSON_AGENCY] = "agency",
	[DD_PERSON_FOCAL] = "focal",         [DD_PERSON_HEAD] = "head",
	[DD_PERSON_LEADER] = "leader",       [DD_PERSON_INSPECTOR] = "inspector",
	[DD_PERSON_ADMINISTRATOR] = "admin", [DD_PERSON_STAFF] = "staff",
};

void dd_rights_roles_text(enum dd_command_kind kind, char *out, size_t cap)
{
	enum dd_right_class cls = dd_right_class_of(kind);
	size_t used = 0;

	out[0] = '\0';
	for (int role = 1; role < DD_PERSON_ROLE_COUNT; role++) {
		int wrote;

		if (reach_of(cls, (enum dd_person_role)role) == NO)
			continue;
		wrote = snprintf(out + used, cap - used, "%s%s", used > 0 ? ", " : "",
				 role_names[role]);
		if (wrote < 0 || (size_t)wrote >= cap - used) {
			out[used] = '\0'; /* no half names */
			return;
		}
		used += (size_t)wrote;
	}
}
