/* task_contact.c - see task_contact.h.
 *
 * The requests come on the service's thread, the reads of the log on that of the log: one lock,
 * held for a look-up in a table of a few hundred units. */
#include "services/task/task_contact.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"

#define LINKED_US   (INT64_C(120) * 1000 * 1000)
#define PLACES_MIN  64u
#define OFFICES_MAX 16384u /* more units than any authority has; keys are admitted one by one */
#define BUILD_MAX   64

struct heard {
	char unit[32]; /* "" = an empty place */
	int64_t last_us;
	uint64_t requests;
	uint8_t key[8];
	uint64_t sequence; /* its copy follows the log up to here; 0 = not known */
	bool told;
	uint32_t backlog;
	int64_t oldest_us;
	char build[BUILD_MAX];
};

struct task_contact {
	pthread_mutex_t lock;
	struct heard *places; /* owned; a power of two, at most half of them in use */
	size_t size, count;
	int64_t since_us;
};

struct task_contact *task_contact_new(int64_t now_us)
{
	struct task_contact *contact = dd_alloc(sizeof(*contact));

	(void)pthread_mutex_init(&contact->lock, NULL);
	contact->size = PLACES_MIN;
	contact->places = dd_alloc(contact->size * sizeof(*contact->places));
	contact->since_us = now_us;
	return contact;
}

void task_contact_free(struct task_contact *contact)
{
	if (contact == NULL)
		return;
	(void)pthread_mutex_destroy(&contact->lock);
	free(contact->places);
	free(contact);
}

/* --- the table -------------------------------------------------------------------------------- */

/* Its place, or the empty one where it belongs. */
static struct heard *place_of(struct heard *places, size_t size, const char *unit)
{
	uint64_t hash = UINT64_C(1469598103934665603); /* FNV-1a; units are no strangers' choice */
	size_t at;

	for (const char *c = unit; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * UINT64_C(1099511628211);
	at = (size_t)hash & (size - 1);
	while (places[at].unit[0] != '\0' && strcmp(places[at].unit, unit) != 0)
		at = (at + 1) & (size - 1);
	return &places[at];
}

static void grow(struct task_contact *contact)
{
	size_t size = 2 * contact->size;
	struct heard *places = dd_alloc(size * sizeof(*places));

	for (size_t i = 0; i < contact->size; i++)
		if (contact->places[i].unit[0] != '\0')
			*place_of(places, size, contact->places[i].unit) = contact->places[i];
	free(contact->places);
	contact->places = places;
	contact->size = size;
}

/* NULL: not an office, or the table is full. The lock is held. */
static struct heard *heard_of(struct task_contact *contact, const struct dd_principal *who)
{
	struct heard *heard;

	if (who->cls != DD_PRINCIPAL_OFFICE || who->unit[0] == '\0')
		return NULL;
	heard = place_of(contact->places, contact->size, who->unit);
	if (heard->unit[0] != '\0')
		return heard;
	if (contact->count == OFFICES_MAX)
		return NULL;
	if (2 * (contact->count + 1) > contact->size) {
		grow(contact);
		heard = place_of(contact->places, contact->size, who->unit);
	}
	contact->count++;
	memcpy(heard->unit, who->unit, sizeof(heard->unit));
	return heard;
}

void task_contact_heard(struct task_contact *contact, const struct dd_principal *who,
			int64_t now_us)
{
	struct heard *heard;

	if (who->cls != DD_PRINCIPAL_OFFICE)
		return;
	pthread_mutex_lock(&contact->lock);
	heard = heard_of(contact, who);
	if (heard != NULL) {
		heard->last_us = now_us;
		heard->requests++;
		memcpy(heard->key, who->key, sizeof(heard->key));
	}
	pthread_mutex_unlock(&contact->lock);
}

void task_contact_read(struct task_contact *contact, const struct dd_principal *who,
		       uint64_t sequence, int64_t now_us)
{
	struct heard *heard;

	task_contact_heard(contact, who, now_us);
	pthread_mutex_lock(&contact->lock);
	heard = heard_of(contact, who);
	if (heard != NULL)
		heard->sequence = sequence;
	pthread_mutex_unlock(&contact->lock);
}

void task_contact_told(struct task_contact *contact, const struct dd_principal *who,
		       const Dondoc__V1__OfficeTells *tells)
{
	struct heard *heard;

	pthread_mutex_lock(&contact->lock);
	heard = heard_of(contact, who);
	if (heard != NULL) {
		heard->told = true;
		heard->backlog = tells->backlog;
		heard->oldest_us = tells->oldest_us;
		if (tells->sequence != 0)
			heard->sequence = tells->sequence;
		snprintf(heard->build, sizeof(heard->build), "%.*s", BUILD_MAX - 1, tells->build);
	}
	pthread_mutex_unlock(&contact->lock);
}

/* --- the answer ------------------------------------------------------------------------------- */

struct office {
	Dondoc__V1__OfficeRow row;
	struct heard heard; /* a copy */
	char name[256];
};

struct offices {
	struct office **list; /* owned, each */
	size_t count;
};

static int by_unit(const void *a, const void *b)
{
	const struct office *const *x = a, *const *y = b;

	return strcmp((*x)->heard.unit, (*y)->heard.unit);
}

static struct office *find(const struct offices *offices, const char *unit)
{
	for (size_t i = offices->count; i > 0; i--)
		if (strcmp(offices->list[i - 1]->heard.unit, unit) == 0)
			return offices->list[i - 1];
	return NULL;
}

static struct office *add(struct offices *offices, const char *unit)
{
	struct office *office = dd_alloc(sizeof(*office));

	if ((offices->count & (offices->count - 1)) == 0)
		offices->list =
			dd_realloc(offices->list, (offices->count == 0 ? 1 : 2 * offices->count) *
							  sizeof(*offices->list));
	offices->list[offices->count++] = office;
	snprintf(office->heard.unit, sizeof(office->heard.unit), "%s", unit);
	return office;
}

/* Those heard of. */
static void copy_heard(struct task_contact *contact, const char *unit, struct offices *offices)
{
	pthread_mutex_lock(&contact->lock);
	for (size_t i = 0; i < contact->size; i++) {
		const struct heard *heard = &contact->places[i];

		if (heard->unit[0] != '\0' && (unit[0] == '\0' || strcmp(heard->unit, unit) == 0))
			add(offices, heard->unit)->heard = *heard;
	}
	pthread_mutex_unlock(&contact->lock);
}

static int keys_by_unit(const void *a, const void *b)
{
	const Dondoc__V1__OfficeKeyRow *const *x = a, *const *y = b;
	int order = strcmp((*x)->unit, (*y)->unit);

	if (order != 0)
		return order;
	return (*x)->since_us < (*y)->since_us ? 1 : -((*x)->since_us > (*y)->since_us);
}

/* The rows of one unit stand side by side then; each office borrows its part of the list. */
static void join_keys(struct task_key_rows *keys, struct offices *offices)
{
	size_t end;

	if (keys->count > 1)
		qsort(keys->rows, keys->count, sizeof(*keys->rows), keys_by_unit);
	for (size_t i = 0; i < keys->count; i = end) {
		const char *unit = keys->rows[i]->unit;
		struct office *office = find(offices, unit);

		for (end = i + 1; end < keys->count && strcmp(keys->rows[end]->unit, unit) == 0;)
			end++;
		if (office == NULL)
			office = add(offices, unit);
		office->row.keys = &keys->rows[i];
		office->row.n_keys = end - i;
	}
}

/* From the first record that the copy lacks until now. */
static int64_t lag_us(const struct task_contact_source *source, uint64_t sequence)
{
	int64_t us = dd_eventlog_time_floor(source->log, sequence + 1);

	return us > 0 && us < source->now_us ? source->now_us - us : 0;
}

static void fill_row(struct office *office, const struct task_contact_source *source)
{
	uint64_t head = dd_eventlog_head(source->log).sequence;
	struct heard *heard = &office->heard;
	Dondoc__V1__OfficeRow *row = &office->row;
	Dondoc__V1__OfficeRow keys = *row;
	struct view_unit unit;

	dondoc__v1__office_row__init(row);
	row->keys = keys.keys;
	row->n_keys = keys.n_keys;
	row->unit = heard->unit;
	if (view_unit(source->view, false, heard->unit, &unit) == DD_OK) {
		memcpy(office->name, unit.name, sizeof(office->name));
		row->unit_name = office->name;
	}
	row->linked = heard->last_us != 0 && source->now_us - heard->last_us < LINKED_US;
	row->last_contact_us = heard->last_us;
	row->requests = heard->requests;
	if (heard->last_us != 0)
		row->last_key =
			(ProtobufCBinaryData){.data = heard->key, .len = sizeof(heard->key)};
	row->sequence = heard->sequence;
	if (heard->sequence != 0 && heard->sequence < head) {
		row->lag_events = head - heard->sequence;
		row->lag_us = lag_us(source, heard->sequence);
	}
	row->told = heard->told;
	row->backlog = heard->backlog;
	row->oldest_us = heard->oldest_us;
	row->build = heard->build;
}

void task_contact_answer(struct task_contact *contact, const struct task_contact_source *source,
			 const Dondoc__V1__ListOffices *ask, struct dd_buf *answer_out)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__OfficeList list = DONDOC__V1__OFFICE_LIST__INIT;
	const struct task_key_filter filter = {.unit = ask->unit, .name = ""};
	struct offices offices = {0};
	struct task_key_rows keys;

	copy_heard(contact, ask->unit, &offices);
	task_key_rows_read(source->admission, &filter, &keys);
	join_keys(&keys, &offices);
	if (offices.count > 1)
		qsort(offices.list, offices.count, sizeof(*offices.list), by_unit);
	list.rows = dd_alloc((offices.count + 1) * sizeof(*list.rows));
	for (size_t i = 0; i < offices.count; i++) {
		fill_row(offices.list[i], source);
		list.rows[list.n_rows++] = &offices.list[i]->row;
	}
	list.since_us = contact->since_us;
	list.rows_cut = keys.cut;
	answer.view_sequence = view_stored(source->view);
	answer.what_case = DONDOC__V1__ANSWER__WHAT_OFFICES;
	answer.offices = &list;
	dd_buf_clear(answer_out);
	answer_out->len = dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(answer_out, dondoc__v1__answer__get_packed_size(&answer)));
	for (size_t i = 0; i < offices.count; i++)
		free(offices.list[i]);
	free(offices.list);
	free(list.rows);
	task_key_rows_free(&keys);
}
