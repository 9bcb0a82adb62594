/* task_rules_office.c - whose machine may speak for a unit: invitations, keys that join by them,
 * and how keys end. What comes of it at the door is in task_admission.c. */
#include "services/task/task_actor.h"
#include "services/task/task_plan.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/unit_code.h"
#include "common/view/view_office_key.h"

#define LABEL_MAX      100u /* bytes: "máy chủ phòng máy tầng 2"; no place for names */
#define BUILD_MAX      100u
#define INVITE_DAYS    30  /* an invitation is open for so long at most */
#define OPEN_KEYS_MAX  16u /* of one unit at a time, invitations among them */
#define REVOKED_AT_ONE 64u
#define ENDING_MAX     (REVOKED_AT_ONE + VIEW_OFFICE_KEYS_MAX)

#define TYPE(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

/* --- what the rules share -------------------------------------------------------------------- */

static bool text_fits(struct task_outcome *out, const char *field, const char *text, size_t max)
{
	return strlen(text) <= max || task_refused(out, REFUSAL(TOO_LARGE), field, "100");
}

static bool is_key(const ProtobufCBinaryData *key, const char *field, struct task_outcome *out)
{
	if (key->len != VIEW_KEY_LEN)
		return task_refused(out, REFUSAL(MISSING), field, NULL);
	return dd_curve_sound(key->data) || task_refused(out, REFUSAL(RANGE), field, NULL);
}

/* One that nobody has had: a key is one unit's, and one that was revoked never comes back. Else
 * whoever knows another unit's key could shut that unit out. */
static bool is_new(const struct task_case *c, const ProtobufCBinaryData *key, const char *field,
		   const char *unit, struct task_outcome *out)
{
	struct view_office_key known;
	char text[41];

	if (!is_key(key, field, out))
		return false;
	if (view_office_key(c->view, true, key->data, &known, NULL) == DD_OK)
		return task_refused(out, REFUSAL(DUPLICATE), field, known.unit);
	dd_curve_text(key->data, text);
	return c->access == NULL || !dd_access_file_unit(c->access, text, known.unit) ||
	       strcmp(known.unit, unit) == 0 ||
	       task_refused(out, REFUSAL(DUPLICATE), field, known.unit);
}

/* The key by which the connection came; the message has it whole. */
static bool is_connections(const struct task_case *c, const ProtobufCBinaryData *key)
{
	char text[41];
	uint8_t id[8];

	if (key->len != VIEW_KEY_LEN)
		return false;
	dd_curve_text(key->data, text);
	dd_curve_id(text, id);
	return memcmp(id, c->who->key, sizeof(id)) == 0;
}

static bool room_for(const struct task_case *c, const char *unit, struct task_outcome *out)
{
	uint8_t keys[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	size_t count = view_office_keys(c->view, true, unit, keys);
	size_t open = 0, used = 0;
	struct view_office_key known;

	/* The list of units is what the door is told from. */
	if (count == 0 && view_offices_count(c->view, true) >= VIEW_OFFICES_MAX)
		return task_refused(out, REFUSAL(TOO_LARGE), "offices", "4096");
	for (size_t i = 0; i < count; i++) {
		if (view_office_key(c->view, true, keys[i], &known, NULL) != DD_OK ||
		    !view_office_key_opens(&known, c->record_us))
			continue;
		if (known.used)
			used++;
		else
			open++;
	}
	/* The list itself: what is to come of an invitation finds its place too. */
	if (open < OPEN_KEYS_MAX && open + used + OPEN_KEYS_MAX < VIEW_OFFICE_KEYS_MAX)
		return true;
	return task_refused(out, REFUSAL(TOO_LARGE), "keys", "16");
}

static bool unit_open(const struct task_case *c, const char *code, struct task_outcome *out)
{
	struct view_unit unit;

	if (!task_unit_known(c, code, out))
		return false;
	if (view_unit(c->view, true, code, &unit) == DD_OK && unit.valid_until != 0 &&
	    unit.valid_until < dd_day_of(c->record_us))
		return task_refused(out, REFUSAL(UNIT_CLOSED), code, NULL);
	return true;
}

/* --- inviting -------------------------------------------------------------------------------- */

void task_rule_invite_office(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__InviteOffice *said = c->body->invite_office;
	Dondoc__V1__OfficeInvited event = DONDOC__V1__OFFICE_INVITED__INIT;

	if (!unit_open(c, said->unit, out) ||
	    !task_actor_reaches(c, DD_COMMAND_INVITE_OFFICE, said->unit, NULL, out) ||
	    !text_fits(out, "label", said->label, LABEL_MAX) ||
	    !is_new(c, &said->token, "token", "", out) || !room_for(c, said->unit, out))
		return;
	if (said->valid_until_us <= c->record_us ||
	    said->valid_until_us > c->record_us + INVITE_DAYS * DD_DAY_US) {
		task_refuse(out, REFUSAL(RANGE), "valid_until_us", "30", NULL);
		return;
	}
	event.said = said;
	(void)task_effect_add(out, TYPE(OFFICE_INVITED), 0, said->unit, NULL, &event.base);
}

/* --- joining --------------------------------------------------------------------------------- */

/* Whether the invitation holds for this key now. */
static bool token_holds(const struct task_case *c, const Dondoc__V1__JoinOffice *said,
			struct task_outcome *out)
{
	struct view_office_key token;

	if (!is_connections(c, &said->token) ||
	    view_office_key(c->view, true, said->token.data, &token, NULL) != DD_OK ||
	    !token.token || strcmp(token.unit, c->who->unit) != 0)
		return task_refused(out, REFUSAL(TOKEN), "unknown", NULL);
	if (token.revoked)
		return task_refused(out, REFUSAL(TOKEN), "revoked", NULL);
	if (token.used && said->key.len == VIEW_KEY_LEN &&
	    memcmp(token.successor, said->key.data, VIEW_KEY_LEN) == 0)
		return task_refused(out, REFUSAL(NOTHING_TO_DO), token.unit, NULL);
	if (token.used)
		return task_refused(out, REFUSAL(TOKEN), "used", NULL);
	return token.until_us > c->record_us || task_refused(out, REFUSAL(TOKEN), "expired", NULL);
}

void task_rule_join_office(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__JoinOffice *said = c->body->join_office;
	Dondoc__V1__OfficeJoined event = DONDOC__V1__OFFICE_JOINED__INIT;
	const Dondoc__V1__Actor *actor = c->body->actor;

	/* What the invitation says of the unit is for people: the key decides. */
	if (actor == NULL || strcmp(actor->unit, c->who->unit) != 0) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), actor != NULL ? actor->unit : "-",
			    c->who->unit, NULL);
		return;
	}
	if (!token_holds(c, said, out) || !is_new(c, &said->key, "key", c->who->unit, out) ||
	    !text_fits(out, "label", said->label, LABEL_MAX) ||
	    !text_fits(out, "build", said->build, BUILD_MAX) || !unit_open(c, c->who->unit, out))
		return;
	event.said = said;
	(void)task_effect_add(out, TYPE(OFFICE_JOINED), 0, c->who->unit, NULL, &event.base);
}

/* --- rotating -------------------------------------------------------------------------------- */

static bool old_key_stands(const struct task_case *c, const Dondoc__V1__RotateOfficeKey *said,
			   struct task_outcome *out)
{
	struct view_office_key old;
	char event[24];

	if (!is_connections(c, &said->old_key))
		return task_refused(out, REFUSAL(NOT_PERMITTED), "old_key", NULL);
	if (view_office_key(c->view, true, said->old_key.data, &old, NULL) != DD_OK)
		return true; /* a file admits it */
	if (old.revoked || old.token)
		return task_refused(out, REFUSAL(NOT_PERMITTED), "old_key", NULL);
	if (!old.replaced)
		return true;
	if (said->key.len == VIEW_KEY_LEN &&
	    memcmp(old.successor, said->key.data, VIEW_KEY_LEN) == 0)
		return task_refused(out, REFUSAL(NOTHING_TO_DO), old.unit, NULL);
	/* Once only: else whoever has found an old key could go on with it for ever. */
	snprintf(event, sizeof(event), "%llu", (unsigned long long)old.ended_by);
	return task_refused(out, REFUSAL(OVERTAKEN), event, NULL);
}

void task_rule_rotate_office_key(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RotateOfficeKey *said = c->body->rotate_office_key;
	Dondoc__V1__OfficeKeyRotated event = DONDOC__V1__OFFICE_KEY_ROTATED__INIT;
	int32_t days = task_policy_value(c, DD_SETTING_KEY_OVERLAP, NULL, c->who->unit);

	if (!old_key_stands(c, said, out) || !is_new(c, &said->key, "key", c->who->unit, out) ||
	    !text_fits(out, "build", said->build, BUILD_MAX) || !room_for(c, c->who->unit, out))
		return;
	event.said = said;
	event.old_until_us = c->record_us + days * DD_DAY_US;
	(void)task_effect_add(out, TYPE(OFFICE_KEY_ROTATED), 0, c->who->unit, NULL, &event.base);
}

/* --- revoking -------------------------------------------------------------------------------- */

/* What a revocation is about to end, or to leave; the bytes lie in `bytes`. */
struct ending {
	ProtobufCBinaryData *rows; /* owned */
	uint8_t (*bytes)[VIEW_KEY_LEN];
	size_t count;
};

static bool is_ending(const struct ending *ending, const uint8_t key[VIEW_KEY_LEN])
{
	for (size_t i = 0; i < ending->count; i++) {
		if (memcmp(ending->bytes[i], key, VIEW_KEY_LEN) == 0)
			return true;
	}
	return false;
}

static void add_ending(struct ending *ending, const uint8_t key[VIEW_KEY_LEN])
{
	if (is_ending(ending, key))
		return;
	assert(ending->count < ENDING_MAX);
	memcpy(ending->bytes[ending->count], key, VIEW_KEY_LEN);
	ending->rows[ending->count] =
		(ProtobufCBinaryData){.data = ending->bytes[ending->count], .len = VIEW_KEY_LEN};
	ending->count++;
}

static void all_of_unit(const struct task_case *c, const char *unit, struct ending *ending)
{
	uint8_t keys[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	size_t count = view_office_keys(c->view, true, unit, keys);
	struct view_office_key known;

	for (size_t i = 0; i < count; i++) {
		if (view_office_key(c->view, true, keys[i], &known, NULL) == DD_OK &&
		    view_office_key_opens(&known, c->record_us))
			add_ending(ending, keys[i]);
	}
}

/* One that the log does not know: it is the unit's if a file says so, and takes a place in the
 * unit's list. */
static bool only_by_file(const struct task_case *c, const char *unit, const uint8_t *key,
			 size_t *fresh, struct task_outcome *out)
{
	char text[41], file_unit[32] = "-";

	dd_curve_text(key, text);
	if (c->access != NULL &&
	    (!dd_access_file_unit(c->access, text, file_unit) || strcmp(file_unit, unit) != 0))
		return task_refused(out, REFUSAL(UNKNOWN_ENTRY), "key", file_unit);
	++*fresh;
	return view_office_keys_open(c->view, unit, c->record_us) + *fresh + OPEN_KEYS_MAX <
		       VIEW_OFFICE_KEYS_MAX ||
	       task_refused(out, REFUSAL(TOO_LARGE), "keys", "256");
}

/* Those named: the unit's own, or such as only a file knows. One that is over is passed over. */
static bool those_named(const struct task_case *c, const Dondoc__V1__RevokeOffice *said,
			struct ending *ending, struct task_outcome *out)
{
	struct view_office_key known;
	size_t fresh = 0;

	if (said->n_keys > REVOKED_AT_ONE)
		return task_refused(out, REFUSAL(TOO_LARGE), "keys", "64");
	for (size_t i = 0; i < said->n_keys; i++) {
		if (said->keys[i].len != VIEW_KEY_LEN)
			return task_refused(out, REFUSAL(MISSING), "keys", NULL);
		if (view_office_key(c->view, true, said->keys[i].data, &known, NULL) != DD_OK) {
			if (!only_by_file(c, said->unit, said->keys[i].data, &fresh, out))
				return false;
			add_ending(ending, said->keys[i].data);
			continue;
		}
		if (strcmp(known.unit, said->unit) != 0)
			return task_refused(out, REFUSAL(UNKNOWN_ENTRY), "key", known.unit);
		if (!known.revoked)
			add_ending(ending, said->keys[i].data);
	}
	return true;
}

/* Whoever had a key could have made another with it, and that one another: those that are still
 * good. Each was new when it was made, so the row has an end. */
static void add_made_from(const struct task_case *c, const uint8_t key[VIEW_KEY_LEN],
			  struct ending *into)
{
	static const uint8_t nobody[VIEW_KEY_LEN];
	struct view_office_key known;
	uint8_t at[VIEW_KEY_LEN];

	memcpy(at, key, VIEW_KEY_LEN);
	while (view_office_key(c->view, true, at, &known, NULL) == DD_OK &&
	       memcmp(known.successor, nobody, VIEW_KEY_LEN) != 0) {
		memcpy(at, known.successor, VIEW_KEY_LEN);
		if (view_office_key(c->view, true, at, &known, NULL) == DD_OK &&
		    view_office_key_opens(&known, c->record_us))
			add_ending(into, at);
	}
}

/* They end with those named, or the event tells that they go on. */
static void find_successors(const struct task_case *c, const Dondoc__V1__RevokeOffice *said,
			    struct ending *ending, struct ending *left)
{
	for (size_t i = 0; i < said->n_keys; i++)
		add_made_from(c, said->keys[i].data, said->with_successors ? ending : left);
	for (size_t i = 0; i < left->count;) {
		if (!is_ending(ending, left->bytes[i])) {
			i++;
			continue;
		}
		left->count--;
		memmove(left->bytes[i], left->bytes[left->count], VIEW_KEY_LEN);
	}
}

static bool find_ending(const struct task_case *c, const Dondoc__V1__RevokeOffice *said,
			struct ending *ending, struct ending *left, struct task_outcome *out)
{
	if (!dd_unit_code_valid(said->unit))
		return task_refused(out, REFUSAL(UNKNOWN_UNIT), said->unit, NULL);
	if (!task_actor_reaches(c, DD_COMMAND_REVOKE_OFFICE, said->unit, NULL, out) ||
	    !task_reason_given(out, "reason", said->reason))
		return false;
	if (said->n_keys == 0)
		all_of_unit(c, said->unit, ending);
	else if (!those_named(c, said, ending, out))
		return false;
	find_successors(c, said, ending, left);
	return ending->count > 0 || task_refused(out, REFUSAL(NOTHING_TO_DO), said->unit, NULL);
}

static struct ending ending_new(void)
{
	struct ending ending = {0};

	ending.rows = dd_alloc(ENDING_MAX * sizeof(*ending.rows));
	ending.bytes = dd_alloc(ENDING_MAX * sizeof(*ending.bytes));
	return ending;
}

static void ending_free(struct ending *ending)
{
	free(ending->rows);
	free(ending->bytes);
}

void task_rule_revoke_office(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RevokeOffice *said = c->body->revoke_office;
	Dondoc__V1__OfficeKeyRevoked event = DONDOC__V1__OFFICE_KEY_REVOKED__INIT;
	struct ending ending = ending_new(), left = ending_new();

	if (find_ending(c, said, &ending, &left, out)) {
		event.said = said;
		event.keys = ending.rows;
		event.n_keys = ending.count;
		event.successors = left.rows;
		event.n_successors = left.count;
		(void)task_effect_add(out, TYPE(OFFICE_KEY_REVOKED), 0, said->unit, NULL,
				      &event.base);
	}
	ending_free(&ending);
	ending_free(&left);
}
