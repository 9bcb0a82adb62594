/* view_plan.h - what belongs to plans beside their tasks: publications, occurrences, dependencies,
 * baselines, indicators, saved filters, labels and settings. Records and look-ups by key.
 *
 *   VIEW_PUBLISHED   plan, sequence -> packed PlanPublished
 *   VIEW_ACK         plan, publication, unit, person (16 bytes; zeros = the unit's) -> packed
 *                    AcknowledgePlan
 *   VIEW_OCCURRENCE  plan, code -> struct view_occurrence
 *   VIEW_LINK        task, predecessor -> i32 days between; VIEW_LINK_BACK: the other way round
 *   VIEW_BEFORE      task -> u64 each of its predecessors: found by key, where a rule may not walk
 *   VIEW_BASELINE    plan, name -> struct view_baseline, packed FreezeBaseline
 *   VIEW_INDICATOR   plan, code -> packed IndicatorFields
 *   VIEW_MEASURE     plan, code, day -> struct view_measured, packed MeasureIndicator
 *   VIEW_FILTER      unit, person (16 bytes), name -> packed FilterRow
 *   VIEW_LABEL       code -> name
 *   VIEW_SETTING     plan, unit -> packed SettingsSet with all settings of the two
 *   VIEW_SETTING_WAS name, plan and unit (hashed where long), sequence -> i64 recorded, value
 *   VIEW_GUEST       plan, position, task -> the code under which it stands there
 *   VIEW_RECURRING   task -> "" */
#ifndef DD_VIEW_VIEW_PLAN_H
#define DD_VIEW_VIEW_PLAN_H

#include "common/domain/policy.h"
#include "common/view/view_apply.h"

#define VIEW_ORDER_GUEST 2 /* the value in VIEW_ORDER of a task that belongs to another plan */

struct view_occurrence {
	uint64_t sequence; /* of the event that recorded it last */
	int32_t day;
	uint32_t reserved;
};

struct view_baseline {
	uint64_t at; /* the position that it names */
	int64_t frozen_us;
};

/* --- settings -------------------------------------------------------------------------------- */

/* What is in force for a plan and a unit ("" = none): the unit's value before the plan's before the
 * one for all before the shipped one. Borrowed until the next call. */
const struct dd_policy *view_policy(struct view *view, bool with_batch, const char *plan,
				    const char *unit);

/* Since when the lead has the task: a draft is nobody's work (0), and what was assigned in one
 * counts from the day on which it was published. */
int32_t view_assigned_day(const struct view_plan *plan, int32_t assigned_day);
int32_t view_assigned_in(bool draft, int32_t published_day, int32_t assigned_day);

/* The value of a setting at just this place (both "" = for all). False: none was set there. */
bool view_setting_at(struct view *view, bool with_batch, enum dd_setting setting, const char *plan,
		     const char *unit, int32_t *value_out);
/* The text of a setting that is one, for all; cut at `cap`. False: empty. */
bool view_setting_text(struct view *view, bool with_batch, enum dd_setting setting, char *out,
		       size_t cap);

/* --- look-ups; DD_OK or DD_ERR_NOT_FOUND -------------------------------------------------------
 */

int view_occurrence(struct view *view, bool with_batch, const char *plan, const char *code,
		    struct view_occurrence *out);
int view_link(struct view *view, bool with_batch, uint64_t task, uint64_t predecessor,
	      int32_t *lag_out);
/* Up to `max` predecessors; returns how many there are in all. */
size_t view_predecessors(struct view *view, bool with_batch, uint64_t task, uint64_t *out,
			 size_t max);
int view_baseline(struct view *view, bool with_batch, const char *plan, const char *name,
		  struct view_baseline *out);
int view_label(struct view *view, bool with_batch, const char *code, char name_out[256]);
/* Packed; borrowed until the next view_ call. */
int view_publication(struct view *view, bool with_batch, const char *plan, uint64_t sequence,
		     const uint8_t **bytes_out, size_t *len_out);
int view_indicator(struct view *view, bool with_batch, const char *plan, const char *code,
		   const uint8_t **bytes_out, size_t *len_out);
/* A value that was measured, and who sent it. */
struct view_measured {
	uint64_t sequence;
	int64_t value;
	uint64_t replaced; /* sequence of the value whose place it took; 0 = none */
	int64_t replaced_value;
	uint8_t person[16]; /* zeros = nobody is named */
	char unit[32];
	char replaced_unit[32];
};
_Static_assert(sizeof(struct view_measured) == 112, "no padding");
int view_measure(struct view *view, bool with_batch, const char *plan, const char *code,
		 int32_t day, struct view_measured *out);
int view_guest(struct view *view, bool with_batch, const char *plan, uint32_t position,
	       uint64_t task);
int view_filter(struct view *view, bool with_batch, const char *unit, const uint8_t person[16],
		const char *name);

/* --- applying --------------------------------------------------------------------------------- */

/* Keep in the list of recurring tasks what makes instances, and nothing else. */
void view_plan_note_recurring(struct apply *apply);

/* --- keys ------------------------------------------------------------------------------------- */

static inline void view_key_published(struct dd_key *key, const char *plan, uint64_t sequence)
{
	view_key_text(key, VIEW_PUBLISHED, plan);
	dd_key_u64(key, sequence);
}

static inline void view_key_ack(struct dd_key *key, const char *plan, uint64_t publication)
{
	view_key_text(key, VIEW_ACK, plan);
	dd_key_u64(key, publication);
}

static inline void view_key_pair(struct dd_key *key, enum view_table table, uint64_t first,
				 uint64_t second)
{
	view_key_u64(key, table, first);
	dd_key_u64(key, second);
}

static inline void view_key_measure(struct dd_key *key, const char *plan, const char *code,
				    int32_t day)
{
	view_key_texts(key, VIEW_MEASURE, plan, code);
	dd_key_u32(key, view_day_bits(day));
}

static inline void view_key_setting_was(struct dd_key *key, const Dondoc__V1__Setting *setting,
					uint64_t sequence)
{
	view_key_text(key, VIEW_SETTING_WAS, setting->name);
	dd_key_text(key, setting->plan);
	dd_key_text(key, setting->unit);
	dd_key_u64(key, sequence);
}

static inline void view_key_filter(struct dd_key *key, const char *unit, const uint8_t person[16],
				   const char *name)
{
	view_key_text(key, VIEW_FILTER, unit);
	dd_key_bytes(key, person, 16);
	dd_key_text(key, name);
}

static inline void view_key_guest(struct dd_key *key, const char *plan, uint32_t position,
				  uint64_t task)
{
	view_key_text(key, VIEW_GUEST, plan);
	dd_key_u32(key, position);
	dd_key_u64(key, task);
}

#endif
