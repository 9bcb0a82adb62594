/* rights.h - what a person may do: one table of role x kind of action, each cell with the widest
 * scope. permission.h says what the unit may for which he speaks; both must say yes. */
#ifndef DD_DOMAIN_RIGHTS_H
#define DD_DOMAIN_RIGHTS_H

#include "common/domain/permission.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of dondoc.v1.Role and Scope; this file needs no protobuf. */
enum dd_person_role {
	DD_PERSON_NONE = 0,
	DD_PERSON_AGENCY = 1,
	DD_PERSON_FOCAL = 2,
	DD_PERSON_HEAD = 3,
	DD_PERSON_LEADER = 4,
	DD_PERSON_INSPECTOR = 5,
	DD_PERSON_ADMINISTRATOR = 6,
	DD_PERSON_STAFF = 7,
	DD_PERSON_ROLE_COUNT
};
enum dd_scope { DD_SCOPE_OWN = 0, DD_SCOPE_SUBTREE = 1, DD_SCOPE_ALL = 2, DD_SCOPE_COUNT };

/* Kinds of command that the same persons may give. */
enum dd_right_class {
	DD_RIGHT_FREE =
		0, /* not a matter of roles: services' own facts, the clock, withdrawn numbers */
	DD_RIGHT_WORK, /* report, no change, products, answering a question */
	DD_RIGHT_ATTACH,
	DD_RIGHT_DETACH, /* for staff: only what he attached himself */
	DD_RIGHT_COMMENT,
	DD_RIGHT_RECEIVE, /* receive, pass on */
	DD_RIGHT_ASK,     /* ask another unit, close the question */
	DD_RIGHT_RESOLVE,
	DD_RIGHT_REQUEST,  /* completion, extension, refusal, transfer; explaining */
	DD_RIGHT_WITHDRAW, /* withdraw, replace; for staff: only what he sent himself */
	DD_RIGHT_RELEASE,  /* what is held leaves the unit */
	DD_RIGHT_ACKNOWLEDGE,
	DD_RIGHT_DECIDE, /* confirm, return, extend, assign, pause, cancel, take back, in bulk too
			  */
	DD_RIGHT_PLAN,   /* tasks, plans, publishing, the year's end, indicators, baselines */
	DD_RIGHT_MEASURE,
	DD_RIGHT_DATA,      /* areas, labels, calendar */
	DD_RIGHT_UNITS,     /* a unit's fields; a focal person: only who it is */
	DD_RIGHT_UNIT_LIFE, /* aliases, mergers and other changes, charges of leaders */
	DD_RIGHT_SETTINGS,
	DD_RIGHT_GRANT, /* roles and handing over; which roles: dd_rights_may_grant */
	DD_RIGHT_DEPUTY,
	DD_RIGHT_DESTROY,
	DD_RIGHT_FILTER,
	DD_RIGHT_OFFICES, /* whose machine may speak for a unit */
	DD_RIGHT_REMIND,  /* rules of reminders */
	DD_RIGHT_SILENCE,
	DD_RIGHT_TOLD,      /* what was told by hand */
	DD_RIGHT_SUBSCRIBE, /* optional rules, for himself or his unit */
	DD_RIGHT_CLASS_COUNT
};
enum dd_right_class dd_right_class_of(enum dd_command_kind kind);
const char *dd_right_class_name(enum dd_right_class cls); /* "work" */

/* One role of one person. */
struct dd_grant {
	uint64_t id;
	int32_t from_day;  /* 0 = always */
	int32_t until_day; /* the last day; 0 = open */
	uint8_t role;
	uint8_t scope;
	uint8_t deputy; /* it is another's, for whom this person stands in */
	char unit[32];  /* where the scope begins */
	uint8_t of[16]; /* whose it is */
};

bool dd_grant_in_force(const struct dd_grant *grant, int32_t day);

/* Who asks, about what. All borrowed for the call. */
struct dd_rights_asker {
	const struct dd_grant *grants;
	size_t count;
	int32_t today;
	const char *unit; /* for which he speaks; "" = none */
	const char *lead; /* of the task in question; NULL = there is none */
	bool in_charge;   /* he answers for this task as a leader, and leaders decide here */
	bool for_others;  /* more than himself: what everybody may do for himself is not enough */
	const uint8_t *person; /* 16 bytes: who asks; needed with `sender` */
	const uint8_t *sender; /* 16 bytes: who sent what is corrected; NULL = not looked at yet */
	bool (*within)(void *arg, const char *unit, const char *root);
	void *arg;
};

enum dd_right_answer {
	DD_RIGHT_YES_BY_UNIT = 0, /* if his unit may: dd_permission_unit */
	DD_RIGHT_YES,             /* whatever his unit is to the task */
	DD_RIGHT_NO_ROLE,         /* no grant in force has a role that may */
	DD_RIGHT_NO_SCOPE,        /* one has, but not here */
	DD_RIGHT_NOT_HIS          /* one has, but only for what he sent himself */
};

/* `by_out`: the grant by which it is yes; untouched otherwise. Free kinds are YES_BY_UNIT without a
 * grant (*by_out = NULL). */
enum dd_right_answer dd_rights_ask(const struct dd_rights_asker *asker, enum dd_command_kind kind,
				   const struct dd_grant **by_out);

/* Whether a grant reaches `unit`. */
bool dd_grant_covers(const struct dd_grant *grant, const char *unit,
		     bool (*within)(void *arg, const char *unit, const char *root), void *arg);

/* Who with the role `by` may give or take the role `given`. Nobody makes his own equal but
 * administrators, and these not themselves: that is the caller's to see. */
bool dd_rights_may_grant(enum dd_person_role by, enum dd_person_role given);
/* Whether by this grant a role with this scope may be given or taken: no wider than itself, and by
 * others than administrators for the unit alone. Whether it reaches the unit is dd_grant_covers. */
bool dd_grant_may_give(const struct dd_grant *grant, enum dd_person_role given,
		       enum dd_scope scope);

/* The roles that may do it, as words: "focal, head". */
void dd_rights_roles_text(enum dd_command_kind kind, char *out, size_t cap);

#endif
