/* notify_agenda.c - rows by task in parallel arrays; the rows of a day are linked both ways. */
#include "services/notification/notify_agenda.h"

#include "common/base/alloc.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_DAY 10957 /* 2000-01-01; earlier days lie there too */
#define DAYS      36525 /* and later ones on the last */
#define WORDS     ((DAYS + 63) / 64)
#define NO_ROW    UINT32_MAX

struct notify_agenda {
	uint64_t *tasks; /* owned like all below; ascending */
	int32_t *days;
	uint32_t *next, *previous; /* of the same slot */
	uint32_t count, cap;
	uint32_t heads[DAYS];
	uint64_t used[WORDS]; /* a bit for each day that has a task */
};

struct notify_agenda *notify_agenda_new(void)
{
	struct notify_agenda *agenda = dd_alloc(sizeof(*agenda));

	notify_agenda_clear(agenda);
	return agenda;
}

void notify_agenda_free(struct notify_agenda *agenda)
{
	if (agenda == NULL)
		return;
	free(agenda->tasks);
	free(agenda->days);
	free(agenda->next);
	free(agenda->previous);
	free(agenda);
}

void notify_agenda_clear(struct notify_agenda *agenda)
{
	agenda->count = 0;
	memset(agenda->heads, 0xff, sizeof(agenda->heads));
	memset(agenda->used, 0, sizeof(agenda->used));
}

/* --- slots ----------------------------------------------------------------------------------- */

static uint32_t slot_of(int32_t day)
{
	if (day < FIRST_DAY)
		return 0;
	return day - FIRST_DAY < DAYS ? (uint32_t)(day - FIRST_DAY) : DAYS - 1;
}

static void unlink_row(struct notify_agenda *agenda, uint32_t row)
{
	const uint32_t slot = slot_of(agenda->days[row]);
	const uint32_t next = agenda->next[row], previous = agenda->previous[row];

	if (agenda->days[row] == NOTIFY_NEVER)
		return;
	if (next != NO_ROW)
		agenda->previous[next] = previous;
	if (previous != NO_ROW)
		agenda->next[previous] = next;
	else
		agenda->heads[slot] = next;
	if (agenda->heads[slot] == NO_ROW)
		agenda->used[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
}

static void link_row(struct notify_agenda *agenda, uint32_t row, int32_t day)
{
	const uint32_t slot = slot_of(day);
	const uint32_t next = agenda->heads[slot];

	agenda->days[row] = day;
	if (day == NOTIFY_NEVER)
		return;
	agenda->next[row] = next;
	agenda->previous[row] = NO_ROW;
	if (next != NO_ROW)
		agenda->previous[next] = row;
	agenda->heads[slot] = row;
	agenda->used[slot / 64] |= UINT64_C(1) << (slot % 64);
}

/* --- rows ------------------------------------------------------------------------------------ */

static uint32_t place_of(const struct notify_agenda *agenda, uint64_t task)
{
	uint32_t low = 0, high = agenda->count;

	if (high > 0 && agenda->tasks[high - 1] < task)
		return high;
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (agenda->tasks[middle] < task)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_there(const struct notify_agenda *agenda, uint32_t place, uint64_t task)
{
	return place < agenda->count && agenda->tasks[place] == task;
}

static void grow(struct notify_agenda *agenda)
{
	if (agenda->count < agenda->cap)
		return;
	agenda->cap = agenda->cap > 0 ? agenda->cap + agenda->cap / 2 : 1024;
	agenda->tasks = dd_realloc(agenda->tasks, agenda->cap * sizeof(*agenda->tasks));
	agenda->days = dd_realloc(agenda->days, agenda->cap * sizeof(*agenda->days));
	agenda->next = dd_realloc(agenda->next, agenda->cap * sizeof(*agenda->next));
	agenda->previous = dd_realloc(agenda->previous, agenda->cap * sizeof(*agenda->previous));
}

static void shift_links(uint32_t *links, size_t count, uint32_t from)
{
	for (size_t i = 0; i < count; i++)
		if (links[i] != NO_ROW && links[i] >= from)
			links[i]++;
}

/* Between others: rare, as tasks are numbered in the order of their coming. */
static void make_room(struct notify_agenda *agenda, uint32_t place)
{
	const size_t behind = agenda->count - place;

	memmove(agenda->tasks + place + 1, agenda->tasks + place, behind * sizeof(*agenda->tasks));
	memmove(agenda->days + place + 1, agenda->days + place, behind * sizeof(*agenda->days));
	memmove(agenda->next + place + 1, agenda->next + place, behind * sizeof(*agenda->next));
	memmove(agenda->previous + place + 1, agenda->previous + place,
		behind * sizeof(*agenda->previous));
	agenda->next[place] = agenda->previous[place] = NO_ROW;
	shift_links(agenda->next, agenda->count + 1, place);
	shift_links(agenda->previous, agenda->count + 1, place);
	shift_links(agenda->heads, DAYS, place);
}

void notify_agenda_set(struct notify_agenda *agenda, uint64_t task, int32_t day)
{
	const uint32_t place = place_of(agenda, task);

	if (is_there(agenda, place, task)) {
		if (agenda->days[place] == day)
			return;
		unlink_row(agenda, place);
	} else {
		grow(agenda);
		if (place < agenda->count)
			make_room(agenda, place);
		agenda->tasks[place] = task;
		agenda->next[place] = agenda->previous[place] = NO_ROW;
		agenda->count++;
	}
	link_row(agenda, place, day);
}

/* --- questions ------------------------------------------------------------------------------- */

/* The first used slot from `slot` on; DAYS: none. */
static uint32_t next_slot(const struct notify_agenda *agenda, uint32_t slot)
{
	while (slot < DAYS) {
		const uint64_t rest = agenda->used[slot / 64] >> (slot % 64);

		if (rest != 0)
			return slot + (uint32_t)__builtin_ctzll(rest);
		slot = (slot / 64 + 1) * 64;
	}
	return DAYS;
}

int32_t notify_agenda_next(const struct notify_agenda *agenda)
{
	const uint32_t slot = next_slot(agenda, 0);
	int32_t day = NOTIFY_NEVER;

	if (slot == DAYS)
		return NOTIFY_NEVER;
	if (slot > 0 && slot < DAYS - 1)
		return FIRST_DAY + (int32_t)slot;
	for (uint32_t row = agenda->heads[slot]; row != NO_ROW; row = agenda->next[row])
		if (agenda->days[row] < day)
			day = agenda->days[row];
	return day;
}

static size_t gather(const struct notify_agenda *agenda, int32_t day, uint64_t *tasks)
{
	const uint32_t last = slot_of(day);
	size_t count = 0;

	for (uint32_t slot = next_slot(agenda, 0); slot <= last && slot < DAYS;
	     slot = next_slot(agenda, slot + 1)) {
		for (uint32_t row = agenda->heads[slot]; row != NO_ROW; row = agenda->next[row]) {
			if (agenda->days[row] > day)
				continue;
			if (tasks != NULL)
				tasks[count] = agenda->tasks[row];
			count++;
		}
	}
	return count;
}

size_t notify_agenda_due(const struct notify_agenda *agenda, int32_t day, uint64_t **tasks_out)
{
	const size_t count = gather(agenda, day, NULL);

	*tasks_out = dd_alloc((count + 1) * sizeof(**tasks_out));
	return gather(agenda, day, *tasks_out);
}

size_t notify_agenda_count(const struct notify_agenda *agenda)
{
	return agenda->count;
}

size_t notify_agenda_bytes(const struct notify_agenda *agenda)
{
	return sizeof(*agenda) +
	       (size_t)agenda->cap *
		       (sizeof(*agenda->tasks) + sizeof(*agenda->days) + 2 * sizeof(*agenda->next));
}
