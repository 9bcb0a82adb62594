/* task_import_keep.c - what a task has that no annex says, or that it says in fewer words: it stays
 * when the annex is read again. */
#include "common/base/alloc.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

Dondoc__V1__TaskFields *import_fields_of(struct import *import, uint64_t id)
{
	const uint8_t *bytes;
	size_t len;

	if (!import_found(import, view_task_fields(import->source->view, true, id, &bytes, &len)))
		return NULL;
	return dondoc__v1__task_fields__unpack(NULL, len, bytes);
}

static void keep_unsaid(const Dondoc__V1__TaskFields *old, Dondoc__V1__TaskFields *fields)
{
	fields->n_products = old->n_products;
	fields->products = old->products;
	fields->priority = old->priority;
	fields->has_weight_case = old->has_weight_case;
	fields->weight = old->weight;
	fields->n_labels = old->n_labels;
	fields->labels = old->labels;
	fields->fan_out = old->fan_out;
	fields->instance_of = old->instance_of;
	fields->period_from = old->period_from;
	fields->period_to = old->period_to;
	fields->carried_from = old->carried_from;
	fields->n_chain_codes = old->n_chain_codes;
	fields->chain_codes = old->chain_codes;
	fields->chain_first_due_day = old->chain_first_due_day;
	fields->chain_slips = old->chain_slips;
	fields->source = old->source;
	fields->source_kind = old->source_kind;
	fields->area_second = old->area_second;
}

/* A text that is nothing but the codes says no more than they do: which of the two the task has
 * stays. */
static void keep_text(char *old, const char *codes, char **text)
{
	if (!*old && strcmp(*text, codes) == 0) {
		**text = '\0';
	} else if (!**text && *codes && strcmp(old, codes) == 0) {
		free(*text);
		*text = dd_strdup(old);
	}
}

/* Units given by hand have no text of their own; an export writes their codes. */
static void keep_no_text(const Dondoc__V1__TaskFields *old, Dondoc__V1__TaskFields *fields)
{
	struct dd_buf codes = {0};

	if (strcmp(old->lead_unit, fields->lead_unit) == 0)
		keep_text(old->lead_text, fields->lead_unit, &fields->lead_text);
	for (size_t i = 0; i < old->n_coordinating_units; i++)
		dd_buf_printf(&codes, "%s%s", i ? "; " : "", old->coordinating_units[i]);
	keep_text(old->coordinating_text, dd_buf_cstr(&codes), &fields->coordinating_text);
	dd_buf_fini(&codes);
}

static bool same_days(const Dondoc__V1__TaskFields *old, const Dondoc__V1__TaskFields *fields)
{
	return old->start_day == fields->start_day && old->due_day == fields->due_day &&
	       old->recurrence == fields->recurrence;
}

/* Days that a person has set stay while the words are the same, unless an export says other ones;
 * and a task whose words were never read is not read anew because a file tells its days again. */
static void keep_timing(const Dondoc__V1__TaskFields *old, struct import_place place,
			Dondoc__V1__TaskFields *fields)
{
	bool own_dates = import_own_dates(&place);

	if (strcmp(old->time_text, fields->time_text) != 0 || (!old->timing && !own_dates))
		return;
	if (old->timing && old->timing->settled &&
	    !(own_dates && import_table_exported(place.table))) {
		fields->start_day = old->start_day;
		fields->due_day = old->due_day;
		fields->recurrence = old->recurrence;
	}
	if (same_days(old, fields))
		fields->timing = old->timing;
}

/* Without a divisions file a division that was given before stays, under the same lead. */
static void keep_division(const Dondoc__V1__TaskFields *old, Dondoc__V1__TaskFields *fields,
			  char division[32])
{
	if (strcmp(old->lead_unit, fields->lead_unit) == 0 && strlen(old->division) < 32)
		memcpy(division, old->division, strlen(old->division) + 1);
}

/* Several leads keep the parts that they answer for. */
static void keep_lead_parts(const Dondoc__V1__TaskFields *old, Dondoc__V1__TaskFields *fields)
{
	for (size_t i = 0; i < fields->n_leads && i < old->n_leads; i++) {
		if (strcmp(fields->leads[i]->unit, old->leads[i]->unit) != 0)
			continue;
		free(fields->leads[i]->part);
		fields->leads[i]->part = dd_strdup(old->leads[i]->part);
	}
}

void import_keep(const Dondoc__V1__TaskFields *old, struct import_place place, char division[32],
		 Dondoc__V1__TaskFields *fields)
{
	keep_unsaid(old, fields);
	keep_no_text(old, fields);
	keep_timing(old, place, fields);
	keep_division(old, fields, division);
	keep_lead_parts(old, fields);
}
