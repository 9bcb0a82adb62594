/* view_unit.c - look-ups of units' lives and persons' roles. */
#include "common/view/view_unit.h"
#include "common/domain/unit_life.h"
#include "common/view/view_records.h"
#include <stdlib.h>
#include <string.h>

/* A struct with bytes behind it. */
static int get_headed(struct view *view, bool with_batch, const struct dd_key *key, void *head_out,
		      size_t size, const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	if (rc != DD_OK)
		return rc;
	if (val.len < size)
		return DD_ERR_CORRUPT;
	memcpy(head_out, val.data, size);
	*bytes_out = (const uint8_t *)val.data + size;
	*len_out = val.len - size;
	return DD_OK;
}

/* A row of structs; none is DD_OK. */
static int get_row(struct view *view, bool with_batch, const struct dd_key *key, void *out,
		   size_t size, size_t max, size_t *count_out)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	*count_out = 0;
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc != DD_OK)
		return rc;
	if (val.len % size != 0 || val.len / size > max)
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, val.len);
	*count_out = val.len / size;
	return DD_OK;
}

/* --- units ----------------------------------------------------------------------------------- */

int view_unit_fields(struct view *view, bool with_batch, const char *code,
		     const uint8_t **bytes_out, size_t *len_out)
{
	struct view_unit unit;
	struct dd_key key;

	view_key_text(&key, VIEW_UNIT, code);
	return get_headed(view, with_batch, &key, &unit, sizeof(unit), bytes_out, len_out);
}

struct looking {
	struct view *view;
	bool with_batch;
};

static bool parent_of(void *arg, const char *code, char parent_out[32])
{
	const struct looking *looking = arg;
	struct view_unit unit;

	if (view_unit(looking->view, looking->with_batch, code, &unit) != DD_OK)
		return false;
	memcpy(parent_out, unit.parent, sizeof(unit.parent));
	return true;
}

bool view_unit_within(struct view *view, bool with_batch, const char *unit, const char *root)
{
	struct looking looking = {view, with_batch};

	return dd_unit_within(unit, root, parent_of, &looking);
}

bool view_unit_heir(struct view *view, bool with_batch, const char *unit, size_t index,
		    struct view_heir *out)
{
	struct dd_key key;
	struct dd_val val;

	view_key_unit_life(&key, unit, 0);
	if (view_get(view, with_batch, &key, &val) != DD_OK || val.len < (index + 1) * sizeof(*out))
		return false;
	memcpy(out, (const uint8_t *)val.data + index * sizeof(*out), sizeof(*out));
	return true;
}

static bool heir_of(void *arg, const char *unit, size_t index, char heir_out[32])
{
	const struct looking *looking = arg;
	struct view_heir heir;

	if (!view_unit_heir(looking->view, looking->with_batch, unit, index, &heir))
		return false;
	memcpy(heir_out, heir.to, sizeof(heir.to));
	return true;
}

bool view_unit_became(struct view *view, bool with_batch, const char *unit, const char *heir)
{
	struct looking looking = {view, with_batch};

	return dd_unit_became(unit, heir, heir_of, &looking);
}

int view_unit_change(struct view *view, bool with_batch, uint64_t sequence,
		     struct view_unit_change *out, const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;

	view_key_u64(&key, VIEW_UNIT_CHANGE, sequence);
	return get_headed(view, with_batch, &key, out, sizeof(*out), bytes_out, len_out);
}

int view_unit_change_part(struct view *view, bool with_batch, uint64_t list, uint32_t part,
			  const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_unit_part(&key, list, part);
	rc = view_get(view, with_batch, &key, &val);
	if (rc != DD_OK)
		return rc;
	*bytes_out = val.data;
	*len_out = val.len;
	return DD_OK;
}

/* --- charges --------------------------------------------------------------------------------- */

int view_charges(struct view *view, bool with_batch, const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_u64(&key, VIEW_CHARGE, 0);
	rc = view_get(view, with_batch, &key, &val);
	if (rc != DD_OK)
		return rc;
	*bytes_out = val.data;
	*len_out = val.len;
	return DD_OK;
}

static bool has_text(char *const *texts, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(texts[i], text) == 0)
			return true;
	}
	return false;
}

static bool has_number(const uint32_t *numbers, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (numbers[i] == number)
			return true;
	}
	return false;
}

/* How narrowly a charge names the task: units before kinds before areas before everything; 0 = it
 * does not fit. */
static int narrowness(const Dondoc__V1__SetCharge *charge, const struct view_task *task,
		      const char *kind, int32_t day)
{
	if (!dd_unit_valid(charge->from_day, charge->until_day, day))
		return 0;
	if (charge->n_units > 0 && !has_text(charge->units, charge->n_units, task->lead_unit))
		return 0;
	if (charge->n_kinds > 0 && !has_text(charge->kinds, charge->n_kinds, kind))
		return 0;
	if (charge->n_areas > 0 && !has_number(charge->areas, charge->n_areas, task->area))
		return 0;
	return 1 + (charge->n_areas > 0 ? 1 : 0) + (charge->n_kinds > 0 ? 2 : 0) +
	       (charge->n_units > 0 ? 4 : 0);
}

bool view_in_charge(struct view *view, bool with_batch, const uint8_t person[16],
		    const struct view_task *task, int32_t day)
{
	Dondoc__V1__UnitDetail *all;
	struct view_unit unit = {.kind = ""};
	const uint8_t *bytes;
	size_t len;
	int narrowest = 0;
	bool his = false;

	if (task->lead_unit[0] != '\0' &&
	    view_unit(view, with_batch, task->lead_unit, &unit) != DD_OK)
		unit.kind[0] = '\0';
	if (view_charges(view, with_batch, &bytes, &len) != DD_OK)
		return false;
	all = dondoc__v1__unit_detail__unpack(NULL, len, bytes);
	for (size_t i = 0; all && i < all->n_leaders; i++) {
		int narrow = narrowness(all->leaders[i], task, unit.kind, day);

		if (narrow == 0 || narrow < narrowest)
			continue;
		narrowest = narrow; /* of two as narrow the newer counts */
		his = all->leaders[i]->person.len == 16 &&
		      memcmp(all->leaders[i]->person.data, person, 16) == 0;
	}
	dondoc__v1__unit_detail__free_unpacked(all, NULL);
	return his;
}

/* --- persons --------------------------------------------------------------------------------- */

static void key_people(struct dd_key *key)
{
	view_key_text(key, VIEW_META, "people");
}

bool view_people(struct view *view)
{
	struct dd_key key;
	struct dd_val val;

	if (view->people == 0) {
		key_people(&key);
		view->people = view_get(view, true, &key, &val) == DD_OK ? 2 : 1;
	}
	return view->people == 2;
}

void view_people_note(struct view *view)
{
	struct dd_key key;

	key_people(&key);
	view_put(view, &key, "", 0);
	view->people = 2;
}

int view_grants(struct view *view, bool with_batch, const uint8_t person[16],
		struct view_grant out[VIEW_GRANTS_MAX], size_t *count_out)
{
	struct dd_key key;

	view_key_person(&key, VIEW_GRANT, person);
	return get_row(view, with_batch, &key, out, sizeof(*out), VIEW_GRANTS_MAX, count_out);
}

int view_grant_person(struct view *view, bool with_batch, uint64_t grant, uint8_t person_out[16])
{
	struct dd_key key;

	view_key_grant(&key, grant);
	return view_struct_get(view, with_batch, &key, person_out, 16);
}

int view_grant_said(struct view *view, bool with_batch, const char *unit, uint64_t grant,
		    const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_grant_by_unit(&key, unit, grant);
	rc = view_get(view, with_batch, &key, &val);
	if (rc != DD_OK)
		return rc;
	*bytes_out = val.data;
	*len_out = val.len;
	return DD_OK;
}

size_t view_deputy_without(const struct view_deputy *row, int32_t from, int32_t until,
			   struct view_deputy left_out[2])
{
	size_t count = 0;

	if ((row->until_day != 0 && row->until_day < from) ||
	    (until != 0 && until < row->from_day)) {
		left_out[0] = *row;
		return 1;
	}
	if (row->from_day < from) {
		left_out[count] = *row;
		left_out[count++].until_day = from - 1;
	}
	if (until != 0 && (row->until_day == 0 || until < row->until_day)) {
		left_out[count] = *row;
		left_out[count++].from_day = until + 1;
	}
	return count;
}

int view_deputies(struct view *view, bool with_batch, const uint8_t deputy[16],
		  struct view_deputy out[VIEW_DEPUTIES_MAX], size_t *count_out)
{
	struct dd_key key;

	view_key_person(&key, VIEW_DEPUTY, deputy);
	return get_row(view, with_batch, &key, out, sizeof(*out), VIEW_DEPUTIES_MAX, count_out);
}

static void add_grants(struct view *view, bool with_batch, const uint8_t id[16], int32_t day,
		       struct view_person *person)
{
	struct view_grant rows[VIEW_GRANTS_MAX];
	bool deputy = memcmp(id, person->id, sizeof(person->id)) != 0;
	size_t count;

	if (view_grants(view, with_batch, id, rows, &count) != DD_OK || count == 0)
		return;
	person->judged = true; /* one who had a role once has at most what is left of it */
	person->grants =
		dd_realloc(person->grants, (person->count + count) * sizeof(*person->grants));
	for (size_t i = 0; i < count; i++) {
		struct dd_grant *grant = &person->grants[person->count];

		*grant = (struct dd_grant){.id = rows[i].id,
					   .from_day = rows[i].from_day,
					   .until_day = rows[i].until_day,
					   .role = rows[i].role,
					   .scope = rows[i].scope,
					   .deputy = deputy};
		memcpy(grant->unit, rows[i].unit, sizeof(grant->unit));
		memcpy(grant->of, id, sizeof(grant->of));
		if (rows[i].revoked_by == 0 && dd_grant_in_force(grant, day))
			person->count++;
	}
}

void view_person_read(struct view *view, bool with_batch, const uint8_t id[16], int32_t day,
		      struct view_person *person_out)
{
	struct view_deputy away[VIEW_DEPUTIES_MAX];
	size_t count;

	memset(person_out, 0, sizeof(*person_out));
	memcpy(person_out->id, id, 16);
	if (!view_people(view))
		return;
	add_grants(view, with_batch, id, day, person_out);
	if (view_deputies(view, with_batch, id, away, &count) != DD_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		if (dd_unit_valid(away[i].from_day, away[i].until_day, day))
			add_grants(view, with_batch, away[i].person, day, person_out);
	}
}

void view_person_fini(struct view_person *person)
{
	free(person->grants);
	person->grants = NULL;
	person->count = 0;
}

int view_held(struct view *view, bool with_batch, uint64_t held, struct view_held *out,
	      const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;

	view_key_u64(&key, VIEW_HELD, held);
	return get_headed(view, with_batch, &key, out, sizeof(*out), bytes_out, len_out);
}
