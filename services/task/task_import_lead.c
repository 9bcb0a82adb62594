/* task_import_lead.c - who answers for a row: one unit, several with different parts, or each unit
 * of a collective one ("126 xã, phường") with a sub-task of its own. */
#include "common/base/alloc.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/task/task_import_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 100000u /* of all rows: what one import may add */

static bool blank(const struct import_place *place, int column)
{
	const char *cell = import_cell(place->table, place->row, column);

	return cell[strspn(cell, " \t\r\n")] == '\0';
}

/* The units that the cell names: one, or several. */
struct leads {
	char **codes;
	size_t count;
	bool collective; /* one of them stands for many */
};

static void leads_free(struct leads *leads)
{
	for (size_t i = 0; i < leads->count; i++)
		free(leads->codes[i]);
	free(leads->codes);
}

static bool find_leads(struct import *import, struct import_place place, struct leads *leads)
{
	struct view_unit unit;

	*leads = (struct leads){0};
	if (import_unit_named(import, import_cell(place.table, place.row, TASK_LEAD), &unit)) {
		leads->codes = dd_alloc(sizeof(*leads->codes));
		leads->codes[leads->count++] = dd_strdup(unit.code);
	} else if (!import_lead_list(import, place, &leads->codes, &leads->count)) {
		*leads = (struct leads){0};
		return false;
	}
	for (size_t i = 0; i < leads->count; i++)
		leads->collective =
			leads->collective ||
			(import_unit_find(import, leads->codes[i], &unit) && unit.collective);
	return true;
}

/* Whoever led the task before may go on: units end while their tasks are under way. */
static void tell_ended(struct import *import, struct import_place place,
		       const struct import_known *known, const struct leads *leads)
{
	struct view_unit unit;

	for (size_t i = 0; i < leads->count; i++) {
		if (known->there && strcmp(known->fields->lead_unit, leads->codes[i]) == 0)
			continue;
		if (import_unit_find(import, leads->codes[i], &unit) &&
		    import_unit_ended(import, &unit))
			import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNIT_CLOSED);
	}
}

Dondoc__V1__LeadPart *import_lead_new(const char *unit, const char *part)
{
	Dondoc__V1__LeadPart *lead = dd_alloc(sizeof(*lead));

	dondoc__v1__lead_part__init(lead);
	lead->unit = dd_strdup(unit);
	lead->part = dd_strdup(part);
	return lead;
}

void import_lead_free(Dondoc__V1__LeadPart *lead)
{
	free(lead->unit);
	free(lead->part);
	free(lead);
}

/* The first is the lead, all are kept. */
static void keep_leads(struct import *import, struct import_place place, struct leads *leads,
		       Dondoc__V1__TaskFields *fields)
{
	if (leads->count < 2)
		return;
	fields->leads = dd_alloc(leads->count * sizeof(*fields->leads));
	for (size_t i = 0; i < leads->count; i++)
		fields->leads[fields->n_leads++] = import_lead_new(leads->codes[i], "");
	import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TWO_LEADS);
}

/* --- one sub-task a unit -----------------------------------------------------------------------
 */

static bool is_fan_out(const struct import_known *known)
{
	return known->there &&
	       (known->task.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT) != 0;
}

/* Those that the cell means, on the plan's day. */
static void spread(struct import *import, struct import_place place, struct import_known *known,
		   const struct leads *leads)
{
	struct view_unit unit;
	char count[24];
	bool all = true;

	if (import->part_count > PARTS_MAX)
		return; /* refused */
	for (size_t i = 0; i < leads->count; i++)
		if (import_unit_find(import, leads->codes[i], &unit))
			all = import_members_add(import, &unit, &known->units) && all;
	import_codes_sort(&known->units);
	import->part_count += known->units.count;
	if (known->units.count == 0 || !all)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_NO_MEMBERS);
	if (import->part_count > PARTS_MAX) {
		import_refuse(import, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE,
			      "fan_out: 100000",
			      "more than 100,000 sub-tasks: import the annex in parts");
		import_codes_free(&known->units);
	}
	if (known->units.count == 0 || is_fan_out(known))
		return;
	(void)snprintf(count, sizeof(count), "%zu", known->units.count);
	import_told(import, place, count, DONDOC__V1__ROW_PROBLEM__ROW_FANNED_OUT);
}

/* Whether the row is answered by parts. One that is already stays so, and gets those that are
 * missing only when all rows are asked for. */
static bool fans_out(struct import *import, struct import_place place, struct import_known *known,
		     const struct leads *leads)
{
	bool marked = import_marked(place.table, place.row, TASK_FAN_OUT);
	bool asked = (import->fan_out && leads->collective) ||
		     (marked && (leads->collective || leads->count > 1 || known->own_parts));

	if (is_fan_out(known)) {
		if (import->fan_out && leads->collective && !known->own_parts)
			spread(import, place, known, leads);
		return true;
	}
	if (!asked && leads->collective)
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_COLLECTIVE_LEAD);
	if (!asked)
		return false;
	if (known->there && import_worked_on(&known->task)) {
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_WORKED_ON);
		return false;
	}
	if (!known->own_parts)
		spread(import, place, known, leads);
	return true;
}

/* --- the cell -----------------------------------------------------------------------------------
 */

/* A heading may be nobody's; a task is somebody's, or its parts are. */
static char *without_lead(struct import *import, struct import_place place,
			  struct import_known *known, const Dondoc__V1__TaskFields *fields)
{
	struct leads none = {0};
	struct leads one = {0};
	struct view_unit unit;

	if (fields->group)
		return dd_strdup("");
	known->fan_out = fans_out(import, place, known, &none);
	if (known->fan_out)
		return dd_strdup("");
	if (!*import->default_lead) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_MISSING_VALUE);
		return dd_strdup("");
	}
	one.codes = dd_alloc(sizeof(*one.codes));
	one.codes[one.count++] = dd_strdup(import->default_lead);
	one.collective = import_unit_find(import, import->default_lead, &unit) && unit.collective;
	known->fan_out = fans_out(import, place, known, &one);
	leads_free(&one);
	return dd_strdup(known->fan_out ? "" : import->default_lead);
}

static char *lead_of(struct import *import, struct import_place place, struct import_known *known,
		     Dondoc__V1__TaskFields *fields)
{
	struct leads leads;
	char *lead;

	if (!find_leads(import, place, &leads)) {
		/* the text of one that is answered by parts need not be anybody's name */
		known->fan_out = !fields->group && (is_fan_out(known) || known->own_parts) &&
				 fans_out(import, place, known, &leads);
		if (!known->fan_out)
			import_fault(import, place, NULL,
				     DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT);
		return dd_strdup("");
	}
	if (!fields->group)
		known->fan_out = fans_out(import, place, known, &leads);
	if (!known->fan_out) {
		tell_ended(import, place, known, &leads);
		keep_leads(import, place, &leads, fields);
	}
	lead = dd_strdup(known->fan_out ? "" : leads.codes[0]);
	leads_free(&leads);
	return lead;
}

char *import_lead_read(struct import *import, struct import_place place, struct import_known *known,
		       Dondoc__V1__TaskFields *fields)
{
	char *lead;

	place.column = TASK_LEAD;
	if (blank(&place, TASK_LEAD))
		return without_lead(import, place, known, fields);
	lead = lead_of(import, place, known, fields);
	/* a unit given by hand has no text of its own: an export writes its code */
	if (import_table_exported(place.table) && strcmp(fields->lead_text, lead) == 0)
		fields->lead_text[0] = '\0';
	return lead;
}
