/* unit_life.c - how units live and what becomes of them. */
#include "common/domain/unit_life.h"

#include <string.h>

#define YEARS_AHEAD 10

bool dd_unit_valid(int32_t from, int32_t until, int32_t day)
{
	return (from == 0 || from <= day) && (until == 0 || day <= until);
}

/* --- the tree -------------------------------------------------------------------------------- */

bool dd_unit_within(const char *unit, const char *root, dd_unit_parent_fn *parent_of, void *arg)
{
	char at[32], parent[32];

	strncpy(at, unit, sizeof(at) - 1);
	at[sizeof(at) - 1] = '\0';
	for (int depth = 0; depth < DD_UNIT_DEPTH_MAX && at[0] != '\0'; depth++) {
		if (strcmp(at, root) == 0)
			return true;
		if (!parent_of(arg, at, parent))
			return false;
		memcpy(at, parent, sizeof(at));
	}
	return false;
}

bool dd_unit_makes_circle(const char *unit, const char *parent, dd_unit_parent_fn *parent_of,
			  void *arg)
{
	char at[32], above[32];

	strncpy(at, parent, sizeof(at) - 1);
	at[sizeof(at) - 1] = '\0';
	for (int depth = 1; at[0] != '\0'; depth++) {
		if (strcmp(at, unit) == 0 || depth >= DD_UNIT_DEPTH_MAX)
			return true;
		if (!parent_of(arg, at, above))
			return false;
		memcpy(at, above, sizeof(at));
	}
	return false;
}

/* --- heirs ----------------------------------------------------------------------------------- */

#define HEIRS_SEEN_MAX 256

struct heirs {
	char unit[HEIRS_SEEN_MAX][32];
	size_t count;
};

static bool note(struct heirs *heirs, const char *unit)
{
	for (size_t i = 0; i < heirs->count; i++) {
		if (strcmp(heirs->unit[i], unit) == 0)
			return true;
	}
	if (heirs->count == HEIRS_SEEN_MAX)
		return false;
	memset(heirs->unit[heirs->count], 0, 32);
	strncpy(heirs->unit[heirs->count], unit, 31);
	heirs->count++;
	return true;
}

/* Breadth first; each unit once, so that a unit that goes on as its own heir ends the search. */
bool dd_unit_became(const char *unit, const char *heir, dd_unit_heir_fn *heirs_of, void *arg)
{
	struct heirs seen = {.count = 0};
	char next[32];

	note(&seen, unit);
	for (size_t at = 0; at < seen.count; at++) {
		for (size_t i = 0; heirs_of(arg, seen.unit[at], i, next); i++) {
			if (strcmp(next, heir) == 0)
				return true;
			if (!note(&seen, next))
				return false;
		}
	}
	return false;
}

/* --- a change -------------------------------------------------------------------------------- */

static bool named(const char *const *codes, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(codes[i], code) == 0)
			return true;
	}
	return false;
}

bool dd_unit_ends(const struct dd_unit_change *change, const char *unit)
{
	return change->kind != DD_UNIT_RENAMED && named(change->from, change->from_count, unit) &&
	       !named(change->to, change->to_count, unit);
}

/* Where there is one place to go, no list is needed. */
static const char *only_goal(const struct dd_unit_change *change)
{
	bool one = change->kind == DD_UNIT_MERGED || change->kind == DD_UNIT_ABOLISHED;

	return one && change->to_count == 1 ? change->to[0] : NULL;
}

const char *dd_unit_goal(const struct dd_unit_change *change, uint64_t task)
{
	size_t low = 0, high = change->move_count;

	if (change->kind == DD_UNIT_RENAMED)
		return NULL;
	while (low < high) {
		size_t at = low + (high - low) / 2;

		if (change->moves[at].task < task)
			low = at + 1;
		else
			high = at;
	}
	if (low < change->move_count && change->moves[low].task == task)
		return change->moves[low].to;
	return dd_unit_heir(change);
}

bool dd_unit_needs_list(const struct dd_unit_change *change)
{
	return change->kind != DD_UNIT_RENAMED && only_goal(change) == NULL;
}

const char *dd_unit_heir(const struct dd_unit_change *change)
{
	if (change->kind == DD_UNIT_RENAMED)
		return NULL;
	if (only_goal(change) != NULL)
		return only_goal(change);
	return change->default_to[0] != '\0' ? change->default_to : NULL;
}

static enum dd_unit_fault twice(const char *const *codes, size_t count,
				struct dd_unit_where *where_out)
{
	for (size_t i = 1; i < count; i++) {
		if (named(codes, i, codes[i])) {
			where_out->unit = codes[i];
			return DD_UNIT_TWICE;
		}
	}
	return DD_UNIT_FINE;
}

/* How many there may be on either side. */
static enum dd_unit_fault numbers(const struct dd_unit_change *change)
{
	static const struct {
		size_t from_min, from_max, to_min, to_max;
	} bounds[] = {
		[DD_UNIT_RENAMED] = {1, 1, 1, 1},
		[DD_UNIT_MERGED] = {1, 200, 1, 1},
		[DD_UNIT_SPLIT] = {1, 1, 2, 200},
		[DD_UNIT_ABOLISHED] = {1, 200, 0, 200},
	};
	size_t kind = (size_t)change->kind;

	if (kind == 0 || kind >= sizeof(bounds) / sizeof(bounds[0]))
		return DD_UNIT_BAD_KIND;
	if (change->from_count < bounds[kind].from_min ||
	    change->from_count > bounds[kind].from_max)
		return DD_UNIT_BAD_FROM;
	if (change->to_count < bounds[kind].to_min || change->to_count > bounds[kind].to_max)
		return DD_UNIT_BAD_TO;
	return DD_UNIT_FINE;
}

static enum dd_unit_fault check_units(const struct dd_unit_change *change,
				      const struct dd_unit_facts *facts,
				      struct dd_unit_where *where_out)
{
	int32_t from, until;
	bool ends = change->kind == DD_UNIT_RENAMED;

	for (size_t i = 0; i < change->from_count; i++) {
		where_out->unit = change->from[i];
		if (!facts->life(facts->arg, change->from[i], &from, &until))
			return DD_UNIT_UNKNOWN;
		if (until != 0 && until < change->day)
			return DD_UNIT_CLOSED;
		ends = ends || dd_unit_ends(change, change->from[i]);
	}
	for (size_t i = 0; i < change->to_count; i++) {
		where_out->unit = change->to[i];
		if (change->kind == DD_UNIT_RENAMED && strcmp(change->to[i], change->from[0]) != 0)
			return DD_UNIT_BAD_TO;
		if (facts->life(facts->arg, change->to[i], &from, &until) && until != 0 &&
		    until < change->day)
			return DD_UNIT_CLOSED;
	}
	/* A split may leave the old unit what it is, smaller. */
	where_out->unit = change->from[0];
	return ends || change->kind == DD_UNIT_SPLIT ? DD_UNIT_FINE : DD_UNIT_SAME;
}

static bool is_open(const struct dd_unit_facts *facts, uint64_t task)
{
	size_t low = 0, high = facts->open_count;

	while (low < high) {
		size_t at = low + (high - low) / 2;

		if (facts->open[at] == task)
			return true;
		if (facts->open[at] < task)
			low = at + 1;
		else
			high = at;
	}
	return false;
}

bool dd_unit_takes_part(const struct dd_unit_change *change, const struct dd_unit_facts *facts,
			const char *unit)
{
	int32_t from, until;

	if (change->to_count > 0)
		return named(change->to, change->to_count, unit);
	return facts->life(facts->arg, unit, &from, &until) &&
	       dd_unit_valid(from, until, change->day) && !dd_unit_ends(change, unit);
}

static enum dd_unit_fault check_moves(const struct dd_unit_change *change,
				      const struct dd_unit_facts *facts,
				      struct dd_unit_where *where_out)
{
	for (size_t i = 0; i < change->move_count; i++) {
		const struct dd_unit_move *move = &change->moves[i];

		where_out->task = move->task;
		where_out->unit = move->to;
		if (!is_open(facts, move->task))
			return DD_UNIT_MOVE_FOREIGN;
		if (!dd_unit_takes_part(change, facts, move->to))
			return DD_UNIT_MOVE_TO;
		if (i > 0 && change->moves[i - 1].task == move->task)
			return DD_UNIT_MOVE_TWICE;
	}
	return DD_UNIT_FINE;
}

/* Where there are several places to go, a person says who gets what: every task, and what comes
 * later. */
static enum dd_unit_fault check_whole(const struct dd_unit_change *change,
				      const struct dd_unit_facts *facts,
				      struct dd_unit_where *where_out)
{
	if (!dd_unit_needs_list(change))
		return DD_UNIT_FINE;
	where_out->unit = change->default_to;
	where_out->task = 0;
	if (change->default_to[0] == '\0')
		return DD_UNIT_NO_DEFAULT;
	if (!dd_unit_takes_part(change, facts, change->default_to))
		return DD_UNIT_MOVE_TO;
	if (change->move_count >= facts->open_count)
		return DD_UNIT_FINE; /* no task twice, no foreign one: all are there */
	where_out->count = facts->open_count - change->move_count;
	/* Both rise, and the list has nothing else. */
	for (size_t i = 0; i < change->move_count; i++) {
		if (change->moves[i].task != facts->open[i]) {
			where_out->task = facts->open[i];
			return DD_UNIT_LEFT_OUT;
		}
	}
	where_out->task = facts->open[change->move_count];
	return DD_UNIT_LEFT_OUT;
}

enum dd_unit_fault dd_unit_change_units(const struct dd_unit_change *change,
					const struct dd_unit_facts *facts,
					struct dd_unit_where *where_out)
{
	enum dd_unit_fault fault = numbers(change);

	*where_out = (struct dd_unit_where){.unit = "", .task = 0, .count = 0};
	if (fault == DD_UNIT_FINE &&
	    (change->day <= 0 || change->day > facts->today + YEARS_AHEAD * 366))
		fault = DD_UNIT_BAD_DAY;
	if (fault == DD_UNIT_FINE)
		fault = twice(change->from, change->from_count, where_out);
	if (fault == DD_UNIT_FINE)
		fault = twice(change->to, change->to_count, where_out);
	if (fault == DD_UNIT_FINE)
		fault = check_units(change, facts, where_out);
	return fault;
}

enum dd_unit_fault dd_unit_change_check(const struct dd_unit_change *change,
					const struct dd_unit_facts *facts,
					struct dd_unit_where *where_out)
{
	enum dd_unit_fault fault = dd_unit_change_units(change, facts, where_out);

	if (fault == DD_UNIT_FINE)
		fault = check_moves(change, facts, where_out);
	if (fault == DD_UNIT_FINE)
		fault = check_whole(change, facts, where_out);
	return fault;
}
