/* task_import_waits.c - which tasks wait for which, as an export writes it: "II.3" or
 * "KH38-2026/II.3 +5", one behind the other. The cell tells all of a task's; others end. */
#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/domain/dependency.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define WAITS_MAX     100 /* of one task */
#define LAG_MAX       3660
#define PROBLEM(name) DONDOC__V1__ROW_PROBLEM__ROW_##name

struct wait {
	uint64_t before;
	int32_t lag;
};

struct waiting {
	struct import *import;
	struct import_place place;
	struct view_task task;
	struct wait told[WAITS_MAX];
	size_t told_count;
	struct dd_buf
		edges; /* struct dd_edge: those that come with the file, and what they lead to */
};

static void add_edge(struct waiting *w, uint64_t before, uint64_t after)
{
	const struct dd_edge edge = {.before = before, .after = after};

	dd_buf_add(&w->edges, &edge, sizeof(edge));
}

static size_t edge_count(const struct waiting *w)
{
	return w->edges.len / sizeof(struct dd_edge);
}

/* --- the cell -----------------------------------------------------------------------------------
 */

/* Behind the code: " +5", " -3"; none = 0. Cuts it off. */
static bool cut_lag(char *entry, int32_t *lag_out)
{
	char *at = strrchr(entry, ' ');
	char *end;
	long lag;

	*lag_out = 0;
	if (!at || (at[1] != '+' && at[1] != '-'))
		return true;
	lag = strtol(at + 1, &end, 10);
	*at = '\0';
	*lag_out = (int32_t)lag;
	return *end == '\0' && end > at + 2 && lag <= LAG_MAX && lag >= -LAG_MAX;
}

static bool is_told(const struct waiting *w, uint64_t before)
{
	for (size_t i = 0; i < w->told_count; i++)
		if (w->told[i].before == before)
			return true;
	return false;
}

/* What is meant by one entry of the cell. */
struct named {
	const char *plan;
	const char *code;
	int32_t lag;
};

/* Cuts the entry into its parts; they lie in it. */
static bool read_entry(const struct import *import, char *entry, struct named *named)
{
	char *slash;
	bool good = cut_lag(entry, &named->lag);

	slash = strchr(entry, '/');
	named->plan = slash ? entry : import->plan;
	named->code = slash ? slash + 1 : entry;
	if (slash)
		*slash = '\0';
	return good && dd_plan_code_valid(named->plan) && dd_task_code_valid(named->code);
}

/* False: the cell cannot be read, or names a task that is not there, which was told. */
static bool read_cell(struct waiting *w)
{
	char *text = import_cell_tidy(w->place.table, w->place.row, TASK_WAITS_FOR);
	char *rest = text;
	char *entry;
	bool good = true;

	w->told_count = 0;
	while (good && (entry = strsep(&rest, ";"))) {
		struct named named;
		uint64_t id = 0;

		entry += strspn(entry, " ");
		if (!*entry)
			continue;
		good = w->told_count < WAITS_MAX && read_entry(w->import, entry, &named);
		if (good &&
		    !import_found(w->import, view_task_by_code(w->import->source->view, true,
							       named.plan, named.code, &id))) {
			import_told(w->import, w->place, named.code, PROBLEM(LINK_LATER));
			good = false;
		} else if (!good || is_told(w, id)) {
			import_fault(w->import, w->place, NULL, PROBLEM(BAD_VALUE));
			good = false;
		} else {
			w->told[w->told_count++] = (struct wait){id, named.lag};
		}
	}
	free(text);
	return good;
}

/* --- what changes -------------------------------------------------------------------------------
 */

static void set(struct waiting *w, const struct wait *wait, bool removed)
{
	Dondoc__V1__DependencySet event = DONDOC__V1__DEPENDENCY_SET__INIT;
	Dondoc__V1__SetDependency said = DONDOC__V1__SET_DEPENDENCY__INIT;

	said.task = w->task.id;
	said.predecessor = wait->before;
	said.lag_days = wait->lag;
	said.removed = removed;
	event.said = &said;
	if (!removed)
		add_edge(w, wait->before, w->task.id);
	(void)import_event(w->import, DONDOC__V1__EVENT_TYPE__EVENT_DEPENDENCY_SET, w->task.id,
			   w->task.lead_unit, &event.base);
}

static bool switched_on(struct waiting *w)
{
	return view_policy(w->import->source->view, true, w->import->plan, "")
		       ->value[DD_SETTING_DEPENDENCIES] != 0;
}

static void take_cell(struct waiting *w)
{
	struct view *view = w->import->source->view;
	uint64_t known[WAITS_MAX];
	size_t count = view_predecessors(view, true, w->task.id, known, WAITS_MAX);
	struct wait change[2 * WAITS_MAX];
	bool removed[2 * WAITS_MAX];
	size_t changes = 0;

	for (size_t i = 0; i < w->told_count; i++) {
		int32_t lag;

		if (view_link(view, true, w->task.id, w->told[i].before, &lag) == DD_OK &&
		    lag == w->told[i].lag)
			continue;
		change[changes] = w->told[i];
		removed[changes++] = false;
	}
	for (size_t i = 0; i < count && i < WAITS_MAX; i++) {
		if (is_told(w, known[i]))
			continue;
		change[changes] = (struct wait){.before = known[i]};
		removed[changes++] = true;
	}
	if (changes > 0 && !switched_on(w)) {
		import_told(w->import, w->place, NULL, PROBLEM(DEPENDENCIES_OFF));
		return;
	}
	for (size_t i = 0; i < changes; i++)
		set(w, &change[i], removed[i]);
}

/* --- circles ------------------------------------------------------------------------------------
 */

/* Tasks that were met; 0 is none. */
struct met {
	uint64_t *slots; /* owned */
	size_t room;     /* a power of two, more than twice `count` */
	size_t count;
};

static size_t slot_of(const struct met *met, uint64_t task)
{
	size_t at = (size_t)(task * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (met->room - 1);

	while (met->slots[at] != 0 && met->slots[at] != task)
		at = (at + 1) & (met->room - 1);
	return at;
}

static void grow(struct met *met)
{
	const struct met former = *met;

	met->room = former.room == 0 ? 1024 : 2 * former.room;
	met->slots = dd_alloc(met->room * sizeof(*met->slots));
	for (size_t i = 0; i < former.room; i++)
		if (former.slots[i] != 0)
			met->slots[slot_of(met, former.slots[i])] = former.slots[i];
	free(former.slots);
}

/* False: it was met before. */
static bool meet(struct met *met, uint64_t task)
{
	size_t at;

	if (2 * (met->count + 1) >= met->room)
		grow(met);
	at = slot_of(met, task);
	if (met->slots[at] == task)
		return false;
	met->slots[at] = task;
	met->count++;
	return true;
}

/* What those wait for in their turn; each task is asked once. */
static void collect(struct waiting *w)
{
	struct met met = {.room = 0};

	for (size_t next = 0; next < edge_count(w); next++) {
		uint64_t known[WAITS_MAX], task;
		size_t count;

		task = ((const struct dd_edge *)(const void *)w->edges.data)[next].before;
		if (!meet(&met, task))
			continue;
		count = view_predecessors(w->import->source->view, true, task, known, WAITS_MAX);
		for (size_t i = 0; i < count && i < WAITS_MAX; i++)
			add_edge(w, known[i], task);
	}
	free(met.slots);
}

static void check_circles(struct waiting *w)
{
	uint64_t where;

	if (edge_count(w) == 0)
		return;
	collect(w);
	w->place.row = IMPORT_NO_ROW;
	if (dd_dependency_circle((struct dd_edge *)(void *)w->edges.data, edge_count(w), &where))
		import_fault(w->import, w->place, "", PROBLEM(CYCLE));
}

void import_waits(struct import *import, const struct import_table *table,
		  const struct import_rows *rows)
{
	struct waiting *w;

	if (table->column[TASK_WAITS_FOR] < 0)
		return;
	w = dd_alloc(sizeof(*w));
	w->import = import;
	for (size_t i = 0; i < rows->count; i++) {
		const char *cell;

		w->place = (struct import_place){table, rows->list[i].row, TASK_WAITS_FOR};
		cell = import_cell(table, rows->list[i].row, TASK_WAITS_FOR);
		if (import_in_view(import, rows->list[i].code, &w->task)) {
			if (read_cell(w))
				take_cell(w);
		} else if (cell[strspn(cell, " \t\r\n")] != '\0') {
			import_told(import, w->place, NULL, PROBLEM(LINK_LATER));
		}
	}
	check_circles(w);
	dd_buf_fini(&w->edges);
	free(w);
}
