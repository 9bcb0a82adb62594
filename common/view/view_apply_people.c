/* view_apply_people.c - roles of persons, deputies, what is handed over. */
#include "common/base/clock.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include "common/view/view_unit.h"
#include <inttypes.h>
#include <string.h>

static int person_of(const struct apply *apply, const ProtobufCBinaryData *id, uint8_t out[16])
{
	if (id->len != 16)
		return apply_contradiction(apply, "a person's id has %zu bytes", id->len);
	memcpy(out, id->data, 16);
	return DD_OK;
}

static void put_message(struct apply *apply, const struct dd_key *key,
			const ProtobufCMessage *message)
{
	struct dd_buf *buf = &apply->view->scratch;
	size_t len = protobuf_c_message_get_packed_size(message);

	dd_buf_clear(buf);
	protobuf_c_message_pack(message, dd_buf_reserve(buf, len));
	view_put(apply->view, key, buf->data, len);
}

/* --- roles ----------------------------------------------------------------------------------- */

static void put_grants(struct apply *apply, const uint8_t person[16],
		       const struct view_grant *grants, size_t count)
{
	struct dd_key key;

	view_key_person(&key, VIEW_GRANT, person);
	view_put(apply->view, &key, grants, count * sizeof(*grants));
}

int apply_role_granted(struct apply *apply, const void *body)
{
	const Dondoc__V1__GrantRole *said = ((const Dondoc__V1__RoleGranted *)body)->said;
	struct view_grant grants[VIEW_GRANTS_MAX];
	struct view_grant *grant;
	struct dd_key key;
	uint8_t person[16];
	size_t count;
	int rc;

	if (!said)
		return apply_contradiction(apply, "it grants nothing");
	rc = person_of(apply, &said->person, person);
	if (rc != DD_OK || view_grants(apply->view, true, person, grants, &count) != DD_OK)
		return rc != DD_OK ? rc : apply_contradiction(apply, "grants cannot be read");
	if (count == VIEW_GRANTS_MAX)
		return apply_contradiction(apply, "a person has more than %d roles",
					   VIEW_GRANTS_MAX);
	grant = &grants[count];
	memset(grant, 0, sizeof(*grant));
	grant->id = apply->event->sequence;
	grant->role = (uint8_t)said->role;
	grant->scope = (uint8_t)said->scope;
	grant->from_day = said->from_day;
	grant->until_day = said->until_day;
	rc = apply_code(apply, grant->unit, sizeof(grant->unit), said->unit);
	if (rc != DD_OK)
		return rc;
	put_grants(apply, person, grants, count + 1);
	view_people_note(apply->view);
	if (grant->role == DD_PERSON_HEAD)
		view_head_granted(apply->view, grant);
	view_key_grant(&key, grant->id);
	view_put(apply->view, &key, person, 16);
	view_key_grant_by_unit(&key, said->unit, grant->id);
	put_message(apply, &key, &said->base);
	return DD_OK;
}

int apply_role_revoked(struct apply *apply, const void *body)
{
	const Dondoc__V1__RoleRevoked *revoked = body;
	struct view_grant grants[VIEW_GRANTS_MAX];
	uint8_t person[16];
	size_t count;
	int rc = person_of(apply, &revoked->person, person);

	if (rc != DD_OK || !revoked->said)
		return rc != DD_OK ? rc : apply_contradiction(apply, "it revokes nothing");
	if (view_grants(apply->view, true, person, grants, &count) != DD_OK)
		return apply_contradiction(apply, "grants cannot be read");
	for (size_t i = 0; i < count; i++) {
		if (grants[i].id != revoked->said->grant)
			continue;
		grants[i].revoked_by = apply->event->sequence;
		if (grants[i].role == DD_PERSON_HEAD)
			view_head_ended(apply->view, &grants[i]);
	}
	put_grants(apply, person, grants, count);
	return DD_OK;
}

/* --- deputies -------------------------------------------------------------------------------- */

static void put_deputies(struct apply *apply, const uint8_t deputy[16],
			 const struct view_deputy *rows, size_t count)
{
	struct dd_key key;

	view_key_person(&key, VIEW_DEPUTY, deputy);
	view_put(apply->view, &key, rows, count * sizeof(*rows));
}

/* The word that set an absence stands with each part that is left of it. */
static void put_part(struct apply *apply, const uint8_t person[16], Dondoc__V1__SetDeputy *said,
		     const struct view_deputy *part)
{
	struct dd_key key;

	said->from_day = part->from_day;
	said->until_day = part->until_day;
	view_key_deputy_of(&key, person, part);
	put_message(apply, &key, &said->base);
}

static void cut(struct apply *apply, const uint8_t person[16], const struct view_deputy *row,
		const struct view_deputy *left, size_t count)
{
	Dondoc__V1__SetDeputy *said = NULL;
	struct dd_key key;
	struct dd_val val;

	view_key_deputy_of(&key, person, row);
	if (view_get(apply->view, true, &key, &val) == DD_OK)
		said = dondoc__v1__set_deputy__unpack(NULL, val.len, val.data);
	view_del(apply->view, &key);
	for (size_t i = 0; said != NULL && i < count; i++)
		put_part(apply, person, said, &left[i]);
	dondoc__v1__set_deputy__free_unpacked(said, NULL);
}

/* In the days of the new word the last word counts; what it does not cover stays. Absences that are
 * over take no room: there are many in ten years. `rows` has room for what is cut in two. */
static size_t without(struct apply *apply, struct view_deputy *rows, size_t count,
		      const uint8_t person[16], const Dondoc__V1__SetDeputy *said)
{
	int32_t today = dd_day_of(apply->event->header->record_us);
	struct view_deputy former[VIEW_DEPUTIES_MAX];
	size_t kept = 0;

	memcpy(former, rows, count * sizeof(*former));
	for (size_t i = 0; i < count; i++) {
		struct view_deputy left[2] = {former[i]};
		size_t parts = 1;

		if (memcmp(former[i].person, person, 16) == 0) {
			parts = view_deputy_without(&former[i], said->from_day, said->until_day,
						    left);
			if (parts != 1 || memcmp(&left[0], &former[i], sizeof(left[0])) != 0)
				cut(apply, person, &former[i], left, parts);
		}
		for (size_t j = 0; j < parts; j++) {
			if (!view_deputy_over(&left[j], today))
				rows[kept++] = left[j];
		}
	}
	return kept;
}

int apply_deputy_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetDeputy *said = ((const Dondoc__V1__DeputySet *)body)->said;
	struct view_deputy rows[2 * VIEW_DEPUTIES_MAX + 1], *row;
	uint8_t person[16], deputy[16];
	struct dd_key key;
	size_t count;
	int rc;

	if (!said)
		return apply_contradiction(apply, "it sets nobody");
	rc = person_of(apply, &said->person, person);
	if (rc == DD_OK)
		rc = person_of(apply, &said->deputy, deputy);
	if (rc != DD_OK)
		return rc;
	if (view_deputies(apply->view, true, deputy, rows, &count) != DD_OK)
		return apply_contradiction(apply, "deputies cannot be read");
	count = without(apply, rows, count, person, said);
	if (count + (said->removed ? 0 : 1) > VIEW_DEPUTIES_MAX)
		return apply_contradiction(apply, "a person stands in for more than %d",
					   VIEW_DEPUTIES_MAX);
	if (said->removed) {
		put_deputies(apply, deputy, rows, count);
		return DD_OK;
	}
	row = &rows[count];
	*row = (struct view_deputy){.sequence = apply->event->sequence,
				    .from_day = said->from_day,
				    .until_day = said->until_day};
	memcpy(row->person, person, 16);
	put_deputies(apply, deputy, rows, count + 1);
	view_people_note(apply->view);
	view_key_deputy_of(&key, person, row);
	put_message(apply, &key, &said->base);
	return DD_OK;
}

/* --- handing over ---------------------------------------------------------------------------- */

/* The old one's roles end the day before; the new one's came with events of their own. */
int apply_handed_over(struct apply *apply, const void *body)
{
	const Dondoc__V1__HandedOver *over = body;
	struct view_grant grants[VIEW_GRANTS_MAX];
	uint8_t person[16];
	size_t count;
	int rc;

	if (!over->said)
		return apply_contradiction(apply, "it hands nothing over");
	rc = person_of(apply, &over->said->person, person);
	if (rc != DD_OK || view_grants(apply->view, true, person, grants, &count) != DD_OK)
		return rc != DD_OK ? rc : apply_contradiction(apply, "grants cannot be read");
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < over->n_grants; j++) {
			if (grants[i].id != over->grants[j])
				continue;
			grants[i].until_day = over->said->day - 1;
			if (grants[i].role == DD_PERSON_HEAD && grants[i].revoked_by == 0)
				view_head_ended(apply->view, &grants[i]);
		}
	}
	put_grants(apply, person, grants, count);
	return DD_OK;
}
