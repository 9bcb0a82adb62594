/* task_import_links.c - what ties a task to units, periods and years, as an export writes it: the
 * part of each of several leads, the period of a recurring task, the chain of the years before. */
#include "common/base/alloc.h"
#include "common/view/view_task.h"
#include "services/task/task_import_parts.h"
#include "services/task/task_instance.h"
#include <stdlib.h>
#include <string.h>

#define LEADS_MAX     100
#define SLIPS_MAX     1000u
#define CHAIN_CODE    96u /* bytes: plan, "/", code */
#define PART_MAX      1000u
#define PROBLEM(name) DONDOC__V1__ROW_PROBLEM__ROW_##name

static bool has(const struct import_place *place, int column)
{
	return place->table->column[column] >= 0;
}

static void fault(struct import *import, struct import_place place, int column)
{
	place.column = column;
	import_fault(import, place, NULL, PROBLEM(BAD_VALUE));
}

/* --- several leads ------------------------------------------------------------------------------
 */

static void leads_clear(Dondoc__V1__TaskFields *fields)
{
	for (size_t i = 0; i < fields->n_leads; i++)
		import_lead_free(fields->leads[i]);
	free(fields->leads);
	fields->leads = NULL;
	fields->n_leads = 0;
}

/* "SYT: the part"; a line that begins with a blank goes on with the part before. */
static bool add_line(struct import *import, char *line, Dondoc__V1__TaskFields *fields)
{
	char *part = strchr(line, ':');
	struct view_unit unit;
	struct dd_buf text = {0};

	if ((*line == ' ' || *line == '\t') && fields->n_leads > 0) {
		Dondoc__V1__LeadPart *last = fields->leads[fields->n_leads - 1];

		dd_buf_printf(&text, "%s\n%s", last->part, line + strspn(line, " \t"));
		free(last->part);
		last->part = dd_strdup(dd_buf_cstr(&text));
		dd_buf_fini(&text);
		return strlen(last->part) <= PART_MAX;
	}
	if (part)
		*part++ = '\0';
	part = part ? part + strspn(part, " \t") : line + strlen(line);
	if (fields->n_leads == LEADS_MAX || strlen(part) > PART_MAX ||
	    !import_unit_named(import, line, &unit))
		return false;
	fields->leads[fields->n_leads++] = import_lead_new(unit.code, part);
	return true;
}

/* The cell tells all leads; an empty one, that nobody has a part of his own. */
static void read_lead_parts(struct import *import, struct import_place place,
			    Dondoc__V1__TaskFields *fields)
{
	char *text = import_cell_written(place.table, place.row, TASK_LEAD_PARTS);
	char *rest = text;
	char *line;
	bool good = true;

	if (text[strspn(text, " \t\n")] == '\0') {
		for (size_t i = 0; i < fields->n_leads; i++)
			fields->leads[i]->part[0] = '\0';
		free(text);
		return;
	}
	leads_clear(fields);
	fields->leads = dd_alloc(LEADS_MAX * sizeof(*fields->leads));
	while (good && (line = strsep(&rest, "\n")))
		good = line[strspn(line, " \t")] == '\0' || add_line(import, line, fields);
	if (!good || fields->n_leads == 0 || strcmp(fields->leads[0]->unit, fields->lead_unit) != 0)
		fault(import, place, TASK_LEAD_PARTS);
	free(text);
}

/* --- a period -----------------------------------------------------------------------------------
 */

/* Who it is a period of must be there: a task that comes with this file has no number yet. */
static void read_period(struct import *import, struct import_place place,
			Dondoc__V1__TaskFields *fields)
{
	struct view_task whole;
	int32_t from, to;

	place.column = TASK_PERIOD_FROM;
	from = import_day_read(import, place);
	place.column = TASK_PERIOD_TO;
	to = import_day_read(import, place);
	if (from == 0 && to == 0)
		return;
	if (fields->instance_of != 0) {
		if (from != fields->period_from || to != fields->period_to)
			fault(import, place, TASK_PERIOD_FROM);
		return;
	}
	if (from == 0 || to < from || !*fields->parent) {
		fault(import, place, TASK_PERIOD_FROM);
		return;
	}
	if (!import_in_view(import, fields->parent, &whole)) {
		import_told(import, place, NULL, PROBLEM(LINK_LATER));
		return;
	}
	if (task_instance_made(import->source->view, whole.id, from)) {
		fault(import, place, TASK_PERIOD_FROM);
		return;
	}
	fields->instance_of = whole.id;
	fields->period_from = from;
	fields->period_to = to;
}

/* --- the years before ---------------------------------------------------------------------------
 */

static uint64_t task_of_chain(struct import *import, const char *code)
{
	char plan[CHAIN_CODE + 1];
	const char *slash = strchr(code, '/');
	uint64_t id = 0;

	if (!slash)
		return 0;
	memcpy(plan, code, (size_t)(slash - code));
	plan[slash - code] = '\0';
	return import_found(import,
			    view_task_by_code(import->source->view, true, plan, slash + 1, &id))
		       ? id
		       : 0;
}

static size_t split_chain(struct import_links *links)
{
	char *rest = links->chain_text;
	char *code;
	size_t count = 0;

	while ((code = strsep(&rest, ";"))) {
		code += strspn(code, " ");
		for (size_t len = strlen(code); len && code[len - 1] == ' '; len--)
			code[len - 1] = '\0';
		if (!*code)
			continue;
		if (count == IMPORT_CHAIN_MAX || strlen(code) > CHAIN_CODE || !strchr(code, '/'))
			return SIZE_MAX;
		links->chain[count++] = code;
	}
	return count;
}

static bool same_chain(const Dondoc__V1__TaskFields *fields, const struct import_links *links,
		       size_t count)
{
	bool same = fields->n_chain_codes == count;

	for (size_t i = 0; same && i < count; i++)
		same = strcmp(fields->chain_codes[i], links->chain[i]) == 0;
	return same;
}

static bool slips_of(struct import_place place, uint32_t *slips_out)
{
	char *text = import_cell_tidy(place.table, place.row, TASK_CHAIN_SLIPS);
	size_t len = strlen(text);
	bool good = len < 5 && strspn(text, "0123456789") == len;

	*slips_out = good ? (uint32_t)strtoul(text, NULL, 10) : 0;
	free(text);
	return good && *slips_out <= SLIPS_MAX;
}

/* What the year's end has given stays; another store takes it from the file. */
static void read_chain(struct import *import, struct import_place place, struct import_links *links,
		       Dondoc__V1__TaskFields *fields)
{
	size_t count;
	uint32_t slips;

	links->chain_text = import_cell_tidy(place.table, place.row, TASK_CHAIN);
	count = split_chain(links);
	if (count == 0)
		return;
	if (count == SIZE_MAX || (fields->n_chain_codes > 0 && !same_chain(fields, links, count))) {
		fault(import, place, TASK_CHAIN);
		return;
	}
	if (fields->n_chain_codes > 0)
		return;
	if (!slips_of(place, &slips)) {
		fault(import, place, TASK_CHAIN_SLIPS);
		return;
	}
	place.column = TASK_CHAIN_DUE;
	fields->chain_first_due_day = import_day_read(import, place);
	fields->chain_slips = slips;
	fields->chain_codes = links->chain;
	fields->n_chain_codes = count;
	fields->carried_from = task_of_chain(import, links->chain[count - 1]);
}

void import_links_read(struct import *import, struct import_place place, struct import_links *links,
		       Dondoc__V1__TaskFields *fields)
{
	links->chain_text = NULL;
	if (has(&place, TASK_LEAD_PARTS) && !fields->fan_out)
		read_lead_parts(import, place, fields);
	if (has(&place, TASK_PERIOD_FROM) && has(&place, TASK_PERIOD_TO))
		read_period(import, place, fields);
	if (has(&place, TASK_CHAIN))
		read_chain(import, place, links, fields);
}

void import_links_free(struct import_links *links)
{
	free(links->chain_text);
}
