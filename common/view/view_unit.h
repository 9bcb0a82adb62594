/* view_unit.h - units with their lives, and persons with their roles: records and look-ups. */
#ifndef DD_VIEW_VIEW_UNIT_H
#define DD_VIEW_VIEW_UNIT_H

#include "common/domain/rights.h"
#include "common/view/view_apply.h"

/* --- units ----------------------------------------------------------------------------------- */

/* Whether `unit` stands under `root`, or is it. */
bool view_unit_within(struct view *view, bool with_batch, const char *unit, const char *root);

/* What a unit became, by one change; a unit may have several heirs. */
struct view_heir {
	uint64_t change; /* sequence of the UnitsChanged */
	int32_t day;
	uint32_t reserved;
	char to[32];
};
#define VIEW_HEIRS_MAX 256
/* The heir number `index`; false: no more. */
bool view_unit_heir(struct view *view, bool with_batch, const char *unit, size_t index,
		    struct view_heir *out);
/* Whether `heir` is what `unit` became, over any number of changes. */
bool view_unit_became(struct view *view, bool with_batch, const char *unit, const char *heir);

/* A change of units; its packed ChangeUnits stands behind it. */
struct view_unit_change {
	uint64_t sequence;
	uint64_t effected_by; /* 0 = the day is still to come */
	uint64_t withdrawn_by;
	int32_t day;
	uint32_t parts; /* of its list of tasks, where that came as a file */
	uint64_t list;  /* under which they lie */
};
/* A part of the list, a packed UnitsChangeMoves, until the change is made or withdrawn. */
int view_unit_change_part(struct view *view, bool with_batch, uint64_t list, uint32_t part,
			  const uint8_t **bytes_out, size_t *len_out);
int view_unit_change(struct view *view, bool with_batch, uint64_t sequence,
		     struct view_unit_change *out, const uint8_t **bytes_out, size_t *len_out);

/* All charges of leaders, as a packed UnitDetail with nothing but `leaders`; each has its number in
 * `charge`. DD_ERR_NOT_FOUND: there are none. */
#define VIEW_CHARGES_MAX 400
int view_charges(struct view *view, bool with_batch, const uint8_t **bytes_out, size_t *len_out);
/* Whether the person answers for the task as a leader on that day: by the narrowest of the charges
 * that fit it. */
bool view_in_charge(struct view *view, bool with_batch, const uint8_t person[16],
		    const struct view_task *task, int32_t day);

/* --- persons --------------------------------------------------------------------------------- */

struct view_grant {
	uint64_t id;
	uint64_t revoked_by; /* 0 = not revoked */
	int32_t from_day;
	int32_t until_day;
	uint8_t role;
	uint8_t scope;
	uint8_t reserved[6];
	char unit[32];
};
#define VIEW_GRANTS_MAX 64 /* of one person, those that have ended among them */
/* All grants a person ever had, oldest first; none is DD_OK with 0. */
int view_grants(struct view *view, bool with_batch, const uint8_t person[16],
		struct view_grant out[VIEW_GRANTS_MAX], size_t *count_out);
/* Whose a grant is. */
int view_grant_person(struct view *view, bool with_batch, uint64_t grant, uint8_t person_out[16]);
/* The packed GrantRole of a grant. */
int view_grant_said(struct view *view, bool with_batch, const char *unit, uint64_t grant,
		    const uint8_t **bytes_out, size_t *len_out);

/* False: nobody ever had a role or stood in for another. */
bool view_people(struct view *view);
/* Somebody has now: with each event that gives a role or a deputy. */
void view_people_note(struct view *view);

/* Whether somebody has the role of its head on that day: of the unit itself, or with a wider scope
 * of one above it. */
bool view_unit_headed(struct view *view, bool with_batch, const char *unit, int32_t day);
/* A role of head was given; it was revoked or its last day was changed. */
void view_head_granted(struct view *view, const struct view_grant *grant);
void view_head_ended(struct view *view, const struct view_grant *grant);

/* One for whom a person stands in. */
struct view_deputy {
	uint64_t sequence;
	int32_t from_day;
	int32_t until_day;
	uint8_t person[16];
};
#define VIEW_DEPUTIES_MAX 32 /* at one time: those that are over go with the next one */
static inline bool view_deputy_over(const struct view_deputy *row, int32_t today)
{
	return row->until_day != 0 && row->until_day < today;
}
/* What is left of an absence when these days are taken out of it (from 0 = since ever, until 0 =
 * for good): none, one or two rows. */
size_t view_deputy_without(const struct view_deputy *row, int32_t from, int32_t until,
			   struct view_deputy left_out[2]);
int view_deputies(struct view *view, bool with_batch, const uint8_t deputy[16],
		  struct view_deputy out[VIEW_DEPUTIES_MAX], size_t *count_out);

/* What a person may go by. */
struct view_person {
	bool judged;             /* by roles: once he has had one */
	struct dd_grant *grants; /* owned; his own and those of persons for whom he stands in */
	size_t count;            /* in force on the day asked for */
	uint8_t id[16];
};
/* view_person_fini whatever comes. */
void view_person_read(struct view *view, bool with_batch, const uint8_t id[16], int32_t day,
		      struct view_person *person_out);
void view_person_fini(struct view_person *person);

/* --- what waits for the head of its unit ----------------------------------------------------- */

/* The serialised CommandBody that is held stands behind it. */
struct view_held {
	uint64_t task; /* 0 = of no single task */
	int64_t since_us;
	int64_t fact_us;     /* when it was done, as claimed */
	uint64_t decided_by; /* 0 = it waits */
	uint32_t action;
	uint8_t fact_doubtful;
	uint8_t reserved[3];
	uint8_t person[16]; /* who sent it; zeros = not told */
	uint8_t sender[16]; /* and by which stream: view_stream_tag */
	char unit[32];      /* whose head decides */
};
_Static_assert(sizeof(struct view_held) == 104, "no padding");
int view_held(struct view *view, bool with_batch, uint64_t held, struct view_held *out,
	      const uint8_t **bytes_out, size_t *len_out);

/* --- keys ------------------------------------------------------------------------------------ */

/* unit, 0 -> its heirs, struct view_heir each; unit, sequence of a change in which it took part */
static inline void view_key_unit_life(struct dd_key *key, const char *unit, uint64_t sequence)
{
	view_key_text(key, VIEW_UNIT_LIFE, unit);
	dd_key_u64(key, sequence);
}

/* A part of a change's list of tasks; a change itself has its sequence only. */
static inline void view_key_unit_part(struct dd_key *key, uint64_t list, uint32_t part)
{
	view_key_u64(key, VIEW_UNIT_CHANGE, list);
	dd_key_u32(key, part);
}

/* day, sequence: planned, not yet effected */
static inline void view_key_unit_change_due(struct dd_key *key, int32_t day, uint64_t sequence)
{
	dd_key_begin(key, VIEW_UNIT_CHANGE_DUE);
	dd_key_u32(key, view_day_bits(day));
	dd_key_u64(key, sequence);
}

static inline void view_key_person(struct dd_key *key, enum view_table table,
				   const uint8_t person[16])
{
	dd_key_begin(key, (char)table);
	dd_key_bytes(key, person, 16);
}

/* Beside the grants of a person stands whose a grant is: its number alone is the key. */
static inline void view_key_grant(struct dd_key *key, uint64_t grant)
{
	view_key_u64(key, VIEW_GRANT, grant);
}

/* unit, grant -> packed GrantRole */
static inline void view_key_grant_by_unit(struct dd_key *key, const char *unit, uint64_t grant)
{
	view_key_text(key, VIEW_GRANT_BY_UNIT, unit);
	dd_key_u64(key, grant);
}

/* person who is away, sequence, its first day -> packed SetDeputy */
static inline void view_key_deputy_of(struct dd_key *key, const uint8_t person[16],
				      const struct view_deputy *row)
{
	view_key_person(key, VIEW_DEPUTY_OF, person);
	dd_key_u64(key, row->sequence);
	dd_key_u32(key, (uint32_t)row->from_day);
}

#endif
