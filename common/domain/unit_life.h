/* unit_life.h - units live from a day to a day, stand under one another, and become others:
 * renamed, merged, split, abolished. Needs neither protobuf nor store. */
#ifndef DD_DOMAIN_UNIT_LIFE_H
#define DD_DOMAIN_UNIT_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of dondoc.v1.UnitChangeKind. */
enum dd_unit_change_kind {
	DD_UNIT_CHANGE_NONE = 0,
	DD_UNIT_RENAMED = 1,
	DD_UNIT_MERGED = 2,
	DD_UNIT_SPLIT = 3,
	DD_UNIT_ABOLISHED = 4
};

/* 0 = always / open; `until` is the last day. */
bool dd_unit_valid(int32_t from, int32_t until, int32_t day);

#define DD_UNIT_DEPTH_MAX 16 /* levels of the tree, and steps from a unit to its heirs */

/* Whether `unit` stands under `root`, or is it. `parent_of` copies the parent's code, "" = none. */
typedef bool dd_unit_parent_fn(void *arg, const char *unit, char parent_out[32]);
bool dd_unit_within(const char *unit, const char *root, dd_unit_parent_fn *parent_of, void *arg);
/* Whether `unit` under `parent` would make a circle, or a tree that is too deep. */
bool dd_unit_makes_circle(const char *unit, const char *parent, dd_unit_parent_fn *parent_of,
			  void *arg);

/* Whether `heir` is what `unit` became, over any number of changes. `heirs_of` gives the direct
 * ones, one by one: false = no more. */
typedef bool dd_unit_heir_fn(void *arg, const char *unit, size_t index, char heir_out[32]);
bool dd_unit_became(const char *unit, const char *heir, dd_unit_heir_fn *heirs_of, void *arg);

/* --- a change ------------------------------------------------------------------------------- */

struct dd_unit_move {
	uint64_t task;
	const char *to;
};

/* All borrowed. */
struct dd_unit_change {
	enum dd_unit_change_kind kind;
	int32_t day;
	const char *const *from;
	size_t from_count;
	const char *const *to;
	size_t to_count;
	const struct dd_unit_move *moves; /* rising by task */
	size_t move_count;
	const char *default_to; /* "" = none */
};

/* What is so at the moment. */
struct dd_unit_facts {
	int32_t today;
	/* False: there is no such unit. */
	bool (*life)(void *arg, const char *unit, int32_t *from_out, int32_t *until_out);
	void *arg;
	const uint64_t *open; /* the open tasks of all units in `from`, rising */
	size_t open_count;
};

enum dd_unit_fault {
	DD_UNIT_FINE = 0,
	DD_UNIT_BAD_KIND,
	DD_UNIT_BAD_DAY,
	DD_UNIT_BAD_FROM,     /* none, or too many for the kind */
	DD_UNIT_BAD_TO,       /* none, or too many for the kind; or a rename to another code */
	DD_UNIT_TWICE,        /* named twice */
	DD_UNIT_UNKNOWN,      /* there is no such unit */
	DD_UNIT_CLOSED,       /* it has ended by that day */
	DD_UNIT_SAME,         /* nothing would change */
	DD_UNIT_NO_DEFAULT,   /* who gets the tasks that still come? */
	DD_UNIT_MOVE_TWICE,   /* a task stands twice in the list */
	DD_UNIT_MOVE_FOREIGN, /* a task of the list is no open task of these units */
	DD_UNIT_MOVE_TO,      /* it would go to a unit that takes no part */
	DD_UNIT_LEFT_OUT      /* open tasks that the list does not name */
};

/* Where it is, for words: a unit, or a task, or how many. */
struct dd_unit_where {
	const char *unit;
	uint64_t task;
	size_t count;
};

/* Whether the change can be made: days, numbers, a complete list where there is a choice. */
enum dd_unit_fault dd_unit_change_check(const struct dd_unit_change *change,
					const struct dd_unit_facts *facts,
					struct dd_unit_where *where_out);

/* The same without the list: days, numbers, units. */
enum dd_unit_fault dd_unit_change_units(const struct dd_unit_change *change,
					const struct dd_unit_facts *facts,
					struct dd_unit_where *where_out);
/* Whether a person must say who gets what: every open task is in the list then. */
bool dd_unit_needs_list(const struct dd_unit_change *change);
/* Whether the unit gets something by the change. */
bool dd_unit_takes_part(const struct dd_unit_change *change, const struct dd_unit_facts *facts,
			const char *unit);

/* Whether a unit of `from` ends with the change: it is not among those that go on. */
bool dd_unit_ends(const struct dd_unit_change *change, const char *unit);
/* Whom an open task goes to; NULL = it stays where it is. */
const char *dd_unit_goal(const struct dd_unit_change *change, uint64_t task);
/* Who takes the place of the units of `from` for what is no task: plans that they follow up, units
 * under them. NULL = nobody. */
const char *dd_unit_heir(const struct dd_unit_change *change);

#endif
