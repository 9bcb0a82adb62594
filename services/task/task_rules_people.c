/* task_rules_people.c - roles of persons, deputies, handing over. Persons are opaque ids; names are
 * nowhere in the log. */
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_life.h"
#include "services/task/task_rules_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/domain/unit_life.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"

#define POSITION_MAX   100u /* bytes: "văn thư"; no place for names */
#define PAST_DAYS_MAX  366  /* a handing over that is entered afterwards */
#define AHEAD_DAYS_MAX 3660

#define TYPE(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static bool refuse(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		   const char *b)
{
	task_refuse(out, code, a, b, NULL);
	return false;
}

static bool is_person(const ProtobufCBinaryData *id, const char *field, struct task_outcome *out)
{
	return id->len == 16 || refuse(out, REFUSAL(MISSING), field, NULL);
}

static bool is_actor(const struct task_case *c, const ProtobufCBinaryData *id)
{
	const Dondoc__V1__Actor *actor = c->body->actor;

	return actor != NULL && actor->person.len == 16 && id->len == 16 &&
	       memcmp(actor->person.data, id->data, 16) == 0;
}

static bool days_fit(int32_t from, int32_t until, struct task_outcome *out)
{
	return until == 0 || from <= until || refuse(out, REFUSAL(RANGE), "until_day", "from_day");
}

/* Nobody raises himself: not by a grant, by taking over another's roles, or by standing in. */
static bool not_to_himself(const struct task_case *c, const ProtobufCBinaryData *to,
			   struct task_outcome *out)
{
	return !is_actor(c, to) || !task_actor_judged(c) ||
	       refuse(out, REFUSAL(SAME_PERSON), "grant", NULL);
}

/* --- granting -------------------------------------------------------------------------------- */

static bool scope_fits(const struct task_case *c, const Dondoc__V1__GrantRole *cmd,
		       struct task_outcome *out)
{
	struct view_unit unit;

	if ((int)cmd->role <= DD_PERSON_NONE || (int)cmd->role >= DD_PERSON_ROLE_COUNT)
		return refuse(out, REFUSAL(RANGE), "role", NULL);
	if ((unsigned)cmd->scope >= DD_SCOPE_COUNT)
		return refuse(out, REFUSAL(RANGE), "scope", NULL);
	if ((int)cmd->scope == DD_SCOPE_ALL)
		return cmd->unit[0] == '\0' || refuse(out, REFUSAL(RANGE), "unit", "scope");
	if (view_unit(c->view, true, cmd->unit, &unit) != DD_OK)
		return refuse(out, REFUSAL(UNKNOWN_UNIT), cmd->unit, NULL);
	if (unit.valid_until != 0 && unit.valid_until < dd_day_of(c->record_us))
		return refuse(out, REFUSAL(UNIT_CLOSED), cmd->unit, NULL);
	return true;
}

static bool room_for(const struct task_case *c, const ProtobufCBinaryData *person, size_t more,
		     struct task_outcome *out)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	size_t count;

	if (view_grants(c->view, true, person->data, grants, &count) == DD_OK &&
	    count + more <= VIEW_GRANTS_MAX)
		return true;
	return refuse(out, REFUSAL(TOO_LARGE), "roles", "64");
}

static bool has_already(const struct task_case *c, const Dondoc__V1__GrantRole *cmd)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	size_t count;

	if (view_grants(c->view, true, cmd->person.data, grants, &count) != DD_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (grants[i].revoked_by == 0 && grants[i].role == (uint8_t)cmd->role &&
		    grants[i].scope == (uint8_t)cmd->scope &&
		    strcmp(grants[i].unit, cmd->unit) == 0 &&
		    dd_unit_valid(grants[i].from_day, grants[i].until_day, cmd->from_day) &&
		    grants[i].until_day == cmd->until_day)
			return true;
	}
	return false;
}

/* As the view will have it; scope_fits has looked at the code. */
static struct view_grant grant_of(const Dondoc__V1__GrantRole *said)
{
	struct view_grant grant = {.role = (uint8_t)said->role, .scope = (uint8_t)said->scope};

	snprintf(grant.unit, sizeof(grant.unit), "%.31s", said->unit);
	return grant;
}

void task_rule_grant_role(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__GrantRole said = *c->body->grant_role;
	Dondoc__V1__RoleGranted event = DONDOC__V1__ROLE_GRANTED__INIT;
	struct view_grant given;

	if (!is_person(&said.person, "person", out) || !scope_fits(c, &said, out))
		return;
	if (said.from_day == 0)
		said.from_day = dd_day_of(c->record_us);
	given = grant_of(&said);
	if (!days_fit(said.from_day, said.until_day, out) ||
	    !task_actor_gives(c, DD_COMMAND_GRANT_ROLE, &given, out) ||
	    !not_to_himself(c, &said.person, out))
		return;
	if (strlen(said.position) > POSITION_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "position", "100", NULL);
		return;
	}
	if (has_already(c, &said)) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), said.unit, NULL, NULL);
		return;
	}
	if (!room_for(c, &said.person, 1, out))
		return;
	event.said = &said;
	(void)task_effect_add(out, TYPE(ROLE_GRANTED), 0, said.unit, "", &event.base);
}

/* --- revoking -------------------------------------------------------------------------------- */

static bool find_grant(const struct task_case *c, uint64_t id, uint8_t person[16],
		       struct view_grant *out)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	size_t count;

	if (view_grant_person(c->view, true, id, person) != DD_OK ||
	    view_grants(c->view, true, person, grants, &count) != DD_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (grants[i].id == id) {
			*out = grants[i];
			return true;
		}
	}
	return false;
}

void task_rule_revoke_role(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RevokeRole *cmd = c->body->revoke_role;
	Dondoc__V1__RoleRevoked event = DONDOC__V1__ROLE_REVOKED__INIT;
	struct view_grant grant;
	uint8_t person[16];
	char number[32];

	snprintf(number, sizeof(number), "%" PRIu64, cmd->grant);
	if (!find_grant(c, cmd->grant, person, &grant)) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "grant", number, NULL);
		return;
	}
	if (!task_actor_gives(c, DD_COMMAND_REVOKE_ROLE, &grant, out) ||
	    !task_reason_given(out, "reason", cmd->reason))
		return;
	if (grant.revoked_by != 0) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), number, NULL, NULL);
		return;
	}
	event.said = cmd;
	event.person.data = person;
	event.person.len = sizeof(person);
	(void)task_effect_add(out, TYPE(ROLE_REVOKED), 0, grant.unit, "", &event.base);
}

/* --- deputies -------------------------------------------------------------------------------- */

/* Everybody names his own deputy; for another it takes whoever may give his roles. */
static bool may_depute(const struct task_case *c, const ProtobufCBinaryData *person, char unit[32],
		       struct task_outcome *out)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	int32_t today = dd_day_of(c->record_us);
	size_t count, valid = 0;

	unit[0] = '\0';
	if (view_grants(c->view, true, person->data, grants, &count) != DD_OK)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		if (grants[i].revoked_by != 0 ||
		    (grants[i].until_day != 0 && grants[i].until_day < today))
			continue;
		if (!is_actor(c, person) &&
		    !task_actor_gives(c, DD_COMMAND_GRANT_ROLE, &grants[i], out))
			return false;
		if (valid++ == 0)
			memcpy(unit, grants[i].unit, sizeof(grants[i].unit));
	}
	return valid > 0 || refuse(out, REFUSAL(UNKNOWN_ENTRY), "person", NULL);
}

/* Whether the command takes days from what is there. *count: the absences for which he stands in
 * afterwards without those of the command, those that are over left out. */
static bool stands_in(const struct task_case *c, const Dondoc__V1__SetDeputy *cmd, size_t *count)
{
	struct view_deputy rows[VIEW_DEPUTIES_MAX];
	size_t all;
	bool found = false;

	*count = 0;
	if (view_deputies(c->view, true, cmd->deputy.data, rows, &all) != DD_OK)
		return false;
	for (size_t i = 0; i < all; i++) {
		struct view_deputy left[2] = {rows[i]};
		size_t parts = 1;

		if (memcmp(rows[i].person, cmd->person.data, 16) == 0)
			parts = view_deputy_without(&rows[i], cmd->from_day, cmd->until_day, left);
		found = found || parts != 1 || memcmp(&left[0], &rows[i], sizeof(left[0])) != 0;
		for (size_t j = 0; j < parts; j++)
			*count += view_deputy_over(&left[j], dd_day_of(c->record_us)) ? 0 : 1;
	}
	return found;
}

void task_rule_set_deputy(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SetDeputy said = *c->body->set_deputy;
	Dondoc__V1__DeputySet event = DONDOC__V1__DEPUTY_SET__INIT;
	char unit[32];
	size_t count;
	bool there;

	if (!is_person(&said.person, "person", out) || !is_person(&said.deputy, "deputy", out))
		return;
	if (memcmp(said.person.data, said.deputy.data, 16) == 0) {
		task_refuse(out, REFUSAL(SAME_PERSON), "deputy", NULL, NULL);
		return;
	}
	if (said.from_day == 0 && !said.removed)
		said.from_day = dd_day_of(c->record_us);
	if (!days_fit(said.from_day, said.until_day, out) ||
	    !may_depute(c, &said.person, unit, out) ||
	    (!said.removed && !not_to_himself(c, &said.deputy, out)))
		return;
	there = stands_in(c, &said, &count);
	if (said.removed && !there) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), "deputy", NULL, NULL);
		return;
	}
	if (count + (said.removed ? 0 : 1) > VIEW_DEPUTIES_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "deputies", "32", NULL);
		return;
	}
	if (strlen(said.reason) > TASK_REASON_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "reason", "2000", NULL);
		return;
	}
	event.said = &said;
	(void)task_effect_add(out, TYPE(DEPUTY_SET), 0, unit, "", &event.base);
}

/* --- handing over ---------------------------------------------------------------------------- */

/* What waits for a decision of the unit. */
static uint32_t count_waiting(const struct task_case *c, const char *unit)
{
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;
	uint32_t count = 0;

	view_key_text(&key, VIEW_REQUEST_BY, unit);
	if (unit[0] == '\0' || view_walk_open(c->view, &key, &walk, &err) != DD_OK)
		return 0;
	while (view_walk_next(&walk))
		count++;
	view_walk_close(&walk);
	return count;
}

/* The roles that go over; refuses if the actor may not move one of them. */
static bool roles_to_move(const struct task_case *c, const Dondoc__V1__HandOver *cmd,
			  struct view_grant moved[VIEW_GRANTS_MAX], size_t *count_out,
			  struct task_outcome *out)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	size_t count, n = 0;

	if (view_grants(c->view, true, cmd->person.data, grants, &count) != DD_OK)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		if (grants[i].revoked_by != 0 ||
		    (grants[i].until_day != 0 && grants[i].until_day < cmd->day) ||
		    (cmd->unit[0] != '\0' && strcmp(cmd->unit, grants[i].unit) != 0))
			continue;
		if (!task_actor_gives(c, DD_COMMAND_HAND_OVER_WORK, &grants[i], out))
			return false;
		moved[n++] = grants[i];
	}
	*count_out = n;
	return n > 0 || refuse(out, REFUSAL(NOTHING_TO_DO), "roles", NULL);
}

static void grant_again(const struct task_case *c, const Dondoc__V1__HandOver *cmd,
			const struct view_grant *grant, struct task_outcome *out)
{
	Dondoc__V1__RoleGranted event = DONDOC__V1__ROLE_GRANTED__INIT;
	Dondoc__V1__GrantRole said = DONDOC__V1__GRANT_ROLE__INIT, *former = NULL;
	const uint8_t *bytes;
	size_t len;

	if (view_grant_said(c->view, true, grant->unit, grant->id, &bytes, &len) == DD_OK)
		former = dondoc__v1__grant_role__unpack(NULL, len, bytes);
	said.person = cmd->to_person;
	said.role = (Dondoc__V1__Role)grant->role;
	said.scope = (Dondoc__V1__Scope)grant->scope;
	said.unit = (char *)grant->unit;
	said.from_day = cmd->day > grant->from_day ? cmd->day : grant->from_day;
	said.until_day = grant->until_day;
	said.document = cmd->document;
	if (former != NULL)
		said.position = former->position;
	event.said = &said;
	(void)task_effect_add(out, TYPE(ROLE_GRANTED), 0, grant->unit, "", &event.base);
	dondoc__v1__grant_role__free_unpacked(former, NULL);
}

void task_rule_hand_over_work(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__HandOver said = *c->body->hand_over;
	Dondoc__V1__HandedOver event = DONDOC__V1__HANDED_OVER__INIT;
	struct view_grant moved[VIEW_GRANTS_MAX];
	uint64_t ids[VIEW_GRANTS_MAX];
	int32_t today = dd_day_of(c->record_us);
	size_t count;

	if (!is_person(&said.person, "person", out) ||
	    !is_person(&said.to_person, "to_person", out))
		return;
	if (memcmp(said.person.data, said.to_person.data, 16) == 0) {
		task_refuse(out, REFUSAL(SAME_PERSON), "to_person", NULL, NULL);
		return;
	}
	if (said.day == 0)
		said.day = today;
	if (!task_day_within(out, "day", said.day, today - PAST_DAYS_MAX, today + AHEAD_DAYS_MAX) ||
	    !roles_to_move(c, &said, moved, &count, out) ||
	    !not_to_himself(c, &said.to_person, out) || !room_for(c, &said.to_person, count, out))
		return;
	for (size_t i = 0; i < count; i++) {
		bool counted = false;

		ids[i] = moved[i].id;
		for (size_t j = 0; j < i; j++)
			counted = counted || strcmp(moved[j].unit, moved[i].unit) == 0;
		if (!counted)
			event.waiting += count_waiting(c, moved[i].unit);
		grant_again(c, &said, &moved[i], out);
	}
	event.said = &said;
	event.grants = ids;
	event.n_grants = count;
	(void)task_effect_add(out, TYPE(HANDED_OVER), 0, moved[0].unit, "", &event.base);
}
