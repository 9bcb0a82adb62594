/* task_actor.c - see task_actor.h. */
#include "services/task/task_actor.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_life.h"
#include "common/view/view_unit.h"
#include "services/task/task_case.h"
#include "services/task/task_late.h"
#include "services/task/task_policy.h"
#include "services/task/task_sheet.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static const char *unit_of(const struct task_case *c)
{
	return c->body != NULL && c->body->actor != NULL ? c->body->actor->unit : "";
}

static int32_t today_of(const struct task_case *c)
{
	return dd_day_of(c->record_us);
}

/* --- the person ------------------------------------------------------------------------------ */

static void person_of(const struct task_case *c, struct view_person *person_out)
{
	const Dondoc__V1__Actor *actor = c->body != NULL ? c->body->actor : NULL;

	if (actor != NULL && actor->person.len == 16)
		view_person_read(c->view, true, actor->person.data, today_of(c), person_out);
	else
		memset(person_out, 0, sizeof(*person_out));
}

static bool within(void *arg, const char *unit, const char *root)
{
	const struct task_case *c = arg;

	return view_unit_within(c->view, true, unit, root);
}

static struct dd_rights_asker asker_of(const struct task_case *c, const struct view_person *person,
				       const char *unit)
{
	return (struct dd_rights_asker){.grants = person->grants,
					.count = person->count,
					.today = today_of(c),
					.unit = unit,
					.within = within,
					.arg = (void *)c};
}

/* --- refusing -------------------------------------------------------------------------------- */

static bool no_role(enum dd_command_kind kind, struct task_outcome *out)
{
	char roles[96];

	dd_rights_roles_text(kind, roles, sizeof(roles));
	task_refuse(out, REFUSAL(NO_ROLE), dd_right_class_name(dd_right_class_of(kind)), roles,
		    NULL);
	return false;
}

static bool refuse_answer(enum dd_right_answer answer, enum dd_command_kind kind, const char *unit,
			  struct task_outcome *out)
{
	if (answer == DD_RIGHT_NO_ROLE)
		return no_role(kind, out);
	task_refuse(out, answer == DD_RIGHT_NOT_HIS ? REFUSAL(OTHERS_ENTRY) : REFUSAL(UNIT_SCOPE),
		    unit[0] != '\0' ? unit : "-", NULL, NULL);
	return false;
}

/* --- asking ---------------------------------------------------------------------------------- */

static bool says_yes(enum dd_right_answer answer)
{
	return answer == DD_RIGHT_YES || answer == DD_RIGHT_YES_BY_UNIT;
}

/* For the unit for which he speaks. What comes late from one that has ended counts as its heir's,
 * and who brings it may have his role there by now. */
static enum dd_right_answer ask_acting(const struct task_case *c, struct dd_rights_asker *asker,
				       enum dd_command_kind kind)
{
	const struct dd_grant *by = NULL;
	enum dd_right_answer answer = dd_rights_ask(asker, kind, &by);

	for (size_t i = 0; answer == DD_RIGHT_NO_SCOPE && i < asker->count; i++) {
		if (!task_late_for(c, kind, unit_of(c), asker->grants[i].unit))
			continue;
		asker->unit = asker->grants[i].unit;
		answer = dd_rights_ask(asker, kind, &by);
		asker->unit = unit_of(c);
	}
	return answer;
}

static bool head_confirms(const struct task_case *c, const char *lead, enum dd_command_kind kind);

/* --- before any rule ------------------------------------------------------------------------- */

/* What a unit as such may not do through a gateway: there it takes a person with a role. What the
 * head lets go was looked at when it came. */
static bool needs_person(const struct task_case *c, enum dd_command_kind kind)
{
	if (c->who->cls != DD_PRINCIPAL_GATEWAY || c->released)
		return false;
	return dd_permission_whole(kind) != DD_WHOLE_NOT ||
	       task_policy_value(c, DD_SETTING_PEOPLE_REQUIRED, NULL, NULL) != 0;
}

/* An office names persons of its own unit: those with a role that reaches it, or who stand in for
 * one; after a merger also those of the heir, for what comes late. */
static bool at_home(const struct task_case *c, enum dd_command_kind kind,
		    const struct view_person *person, struct task_outcome *out)
{
	const char *home = c->who->unit;

	if (c->who->cls != DD_PRINCIPAL_OFFICE || c->released || person->count == 0)
		return true;
	for (size_t i = 0; i < person->count; i++) {
		if (dd_grant_covers(&person->grants[i], home, within, (void *)c) ||
		    task_late_for(c, kind, home, person->grants[i].unit))
			return true;
	}
	task_refuse(out, REFUSAL(FOREIGN_PERSON), home, NULL, NULL);
	return false;
}

bool task_actor_admits(const struct task_case *c, enum dd_command_kind kind,
		       struct task_outcome *out)
{
	const char *unit = dd_permission_whole(kind) == DD_WHOLE_ALL ? "" : unit_of(c);
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer;
	bool home;

	if (dd_right_class_of(kind) == DD_RIGHT_FREE)
		return true;
	person_of(c, &person);
	if (!person.judged)
		return !needs_person(c, kind) || no_role(kind, out);
	asker = asker_of(c, &person, unit);
	asker.in_charge = true; /* of which task? that is for task_actor_part */
	answer = ask_acting(c, &asker, kind);
	home = at_home(c, kind, &person, out);
	view_person_fini(&person);
	return home && (says_yes(answer) || head_confirms(c, NULL, kind) ||
			refuse_answer(answer, kind, unit, out));
}

bool task_actor_for_all(const struct task_case *c, enum dd_command_kind kind,
			struct task_outcome *out)
{
	if (c->who->cls == DD_PRINCIPAL_GATEWAY && !task_actor_judged(c))
		return no_role(kind, out);
	return task_actor_reaches(c, kind, "", NULL, out);
}

bool task_actor_judged(const struct task_case *c)
{
	struct view_person person;

	person_of(c, &person);
	view_person_fini(&person);
	return person.judged;
}

bool task_actor_reaches(const struct task_case *c, enum dd_command_kind kind, const char *unit,
			enum dd_person_role *role_out, struct task_outcome *out)
{
	const struct dd_grant *by = NULL;
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer;

	person_of(c, &person);
	if (role_out != NULL)
		*role_out = DD_PERSON_NONE;
	if (!person.judged)
		return true;
	asker = asker_of(c, &person, unit);
	answer = dd_rights_ask(&asker, kind, &by);
	if (role_out != NULL && by != NULL)
		*role_out = (enum dd_person_role)by->role;
	view_person_fini(&person);
	return says_yes(answer) || refuse_answer(answer, kind, unit, out);
}

bool task_actor_for_unit(const struct task_case *c, enum dd_command_kind kind,
			 struct task_outcome *out)
{
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer;

	person_of(c, &person);
	if (!person.judged)
		return true;
	asker = asker_of(c, &person, unit_of(c));
	asker.for_others = true;
	answer = ask_acting(c, &asker, kind);
	view_person_fini(&person);
	return says_yes(answer) || refuse_answer(answer, kind, unit_of(c), out);
}

/* One grant at a time: its role, its scope and its reach must all be enough. */
static bool gives(const struct task_case *c, enum dd_command_kind kind,
		  const struct view_person *person, const struct view_grant *given)
{
	const struct dd_grant *by;

	for (size_t i = 0; i < person->count; i++) {
		struct dd_rights_asker asker = asker_of(c, person, given->unit);

		asker.grants = &person->grants[i];
		asker.count = 1;
		if (dd_grant_may_give(asker.grants, (enum dd_person_role)given->role,
				      (enum dd_scope)given->scope) &&
		    says_yes(dd_rights_ask(&asker, kind, &by)))
			return true;
	}
	return false;
}

bool task_actor_gives(const struct task_case *c, enum dd_command_kind kind,
		      const struct view_grant *given, struct task_outcome *out)
{
	struct view_person person;
	bool may;

	if (!task_actor_reaches(c, kind, given->unit, NULL, out))
		return false;
	person_of(c, &person);
	may = !person.judged || gives(c, kind, &person, given);
	view_person_fini(&person);
	if (!may)
		task_refuse(out, REFUSAL(NO_ROLE), "grant", "admin", NULL);
	return may;
}

bool task_actor_apart(const struct task_case *c, enum dd_command_kind kind, const uint8_t other[16],
		      struct task_outcome *out)
{
	const struct dd_grant *by;
	struct view_person person;
	struct dd_rights_asker asker;
	size_t kept = 0;
	bool may;

	person_of(c, &person);
	for (size_t i = 0; i < person.count; i++) {
		if (memcmp(person.grants[i].of, other, sizeof(person.grants[i].of)) != 0)
			person.grants[kept++] = person.grants[i];
	}
	person.count = kept;
	asker = asker_of(c, &person, unit_of(c));
	may = !person.judged || says_yes(dd_rights_ask(&asker, kind, &by));
	view_person_fini(&person);
	if (!may)
		task_refuse(out, REFUSAL(SAME_PERSON), "deputy", NULL, NULL);
	return may;
}

bool task_actor_is(const struct task_case *c, enum dd_person_role role, const char *unit)
{
	bool ended = task_unit_ended(c, unit, NULL);
	struct view_person person;
	bool is = false;

	person_of(c, &person);
	for (size_t i = 0; i < person.count && !is; i++) {
		const struct dd_grant *grant = &person.grants[i];

		is = grant->role == (uint8_t)role &&
		     (dd_grant_covers(grant, unit, within, (void *)c) ||
		      (ended && grant->unit[0] != '\0' &&
		       view_unit_became(c->view, true, unit, grant->unit)));
	}
	view_person_fini(&person);
	return is;
}

/* --- who sent what is corrected -------------------------------------------------------------- */

/* Zeros: nobody is named, or the log does not have it. */
static void sender_of(const struct task_case *c, uint64_t entry, uint8_t sender_out[16])
{
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;

	memset(sender_out, 0, 16);
	if (c->log != NULL && dd_eventlog_get(c->log, entry, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	if (header != NULL && header->actor != NULL && header->actor->person.len == 16)
		memcpy(sender_out, header->actor->person.data, 16);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
}

bool task_actor_corrects(const struct task_case *c, enum dd_command_kind kind, uint64_t entry,
			 struct task_outcome *out)
{
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer;
	uint8_t sender[16] = {0};

	person_of(c, &person);
	if (!person.judged)
		return true;
	asker = asker_of(c, &person, unit_of(c));
	asker.person = person.id;
	asker.sender = sender;
	answer = ask_acting(c, &asker, kind);
	if (answer == DD_RIGHT_NOT_HIS) { /* the log is read only where it matters */
		sender_of(c, entry, sender);
		answer = ask_acting(c, &asker, kind);
	}
	view_person_fini(&person);
	return says_yes(answer) || refuse_answer(answer, kind, unit_of(c), out);
}

/* --- a division ----------------------------------------------------------------------------- */

/* The division to which the lead passed the task works on it; what leaves the unit as a request,
 * and what is received or passed on, stays with the unit itself. */
static bool part_of_division(const struct task_case *c, const struct view_task *task,
			     enum dd_command_kind kind)
{
	enum dd_right_class cls = dd_right_class_of(kind);
	const char *unit = unit_of(c);
	struct view_life life;

	if (cls != DD_RIGHT_WORK && cls != DD_RIGHT_ATTACH && cls != DD_RIGHT_DETACH &&
	    cls != DD_RIGHT_COMMENT)
		return false;
	return unit[0] != '\0' && view_life_get(c->view, true, task->id, &life) == DD_OK &&
	       strcmp(life.division, unit) == 0;
}

/* --- a task ---------------------------------------------------------------------------------- */

/* A leader answers for the task; one who stands in for him does so too. */
static bool answers_for(const struct task_case *c, const struct view_task *task,
			const struct view_person *person)
{
	for (size_t i = 0; i < person->count; i++) {
		if (person->grants[i].role == DD_PERSON_LEADER &&
		    view_in_charge(c->view, true, person->grants[i].of, task, today_of(c)))
			return true;
	}
	return false;
}

bool task_actor_in_charge(const struct task_case *c, const struct view_task *task)
{
	struct view_person person;
	bool yes;

	person_of(c, &person);
	yes = answers_for(c, task, &person);
	view_person_fini(&person);
	return yes;
}

/* Extensions are the leader's alone where the authority wants that; whoever asks for them. */
static bool leader_alone(const struct task_case *c, const struct view_task *task,
			 enum dd_command_kind kind)
{
	return kind == DD_COMMAND_DECIDE_EXTENSION &&
	       task_policy_value(c, DD_SETTING_EXTENSION_DECIDER, task->plan, NULL) ==
		       DD_DECIDER_LEADER;
}

static bool leader_decides(const struct task_case *c, const struct view_task *task,
			   enum dd_command_kind kind)
{
	return leader_alone(c, task, kind) ||
	       task_policy_value(c, DD_SETTING_DECIDE_LEADER, task->plan, NULL) != 0;
}

static bool has_leader(const struct view_person *person)
{
	for (size_t i = 0; i < person->count; i++) {
		if (person->grants[i].role == DD_PERSON_LEADER)
			return true;
	}
	return false;
}

/* What the agency leads itself, its head confirms. */
static bool head_confirms(const struct task_case *c, const char *lead, enum dd_command_kind kind)
{
	return kind == DD_COMMAND_DECIDE_COMPLETION && unit_of(c)[0] != '\0' &&
	       (lead == NULL || strcmp(lead, unit_of(c)) == 0) &&
	       task_actor_is(c, DD_PERSON_HEAD, unit_of(c));
}

bool task_actor_part(const struct task_case *c, const struct view_task *task,
		     enum dd_command_kind kind, const char *action, struct task_outcome *out)
{
	const char *unit = unit_of(c);
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer = DD_RIGHT_YES_BY_UNIT;
	unsigned roles;

	person_of(c, &person);
	if (person.judged) {
		asker = asker_of(c, &person, unit);
		asker.lead = task->lead_unit;
		asker.in_charge = has_leader(&person) && leader_decides(c, task, kind) &&
				  answers_for(c, task, &person);
		answer = ask_acting(c, &asker, kind);
	}
	view_person_fini(&person);
	/* An office brings its own unit's part, however far the person sees whom it names. */
	if (answer == DD_RIGHT_YES && c->who->cls == DD_PRINCIPAL_OFFICE)
		answer = DD_RIGHT_YES_BY_UNIT;
	if (answer == DD_RIGHT_YES)
		return true;
	if (leader_alone(c, task, kind)) {
		task_refuse(out, REFUSAL(NO_ROLE), dd_right_class_name(dd_right_class_of(kind)),
			    "leader", NULL);
		return false;
	}
	if (answer != DD_RIGHT_YES_BY_UNIT && !head_confirms(c, task->lead_unit, kind))
		return refuse_answer(answer, kind, unit, out);
	roles = task_roles_of(c, task, unit);
	if (dd_permission_unit(roles, kind) || task_sheet_by_agency(c, roles, kind) ||
	    part_of_division(c, task, kind) || task_late_part(c, task, kind, unit))
		return true;
	if (task_unit_ended(c, unit, NULL))
		task_late_refuse(c, unit, out);
	else
		task_refuse(out, REFUSAL(NOT_PERMITTED), unit[0] != '\0' ? unit : "-", action,
			    NULL);
	return false;
}
