/* task_admission_list.c - keys of offices in words: those of the log and those that files name. */
#include "services/task/task_admission.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/view/view_office_key.h"
#include "common/view/view_walk.h"

#define ROWS_MAX 5000u

struct reading {
	const struct task_admission *admission;
	const struct task_key_filter *filter;
	int64_t now_us;
	struct dd_admission *files; /* owned; sorted by key */
	size_t file_count;
	bool *listed; /* owned; which of the files the log knows too */
	struct task_key_rows *out;
};

/* --- one row --------------------------------------------------------------------------------- */

static void set_bytes(ProtobufCBinaryData *into, const void *bytes, size_t len)
{
	into->data = dd_memdup(bytes, len);
	into->len = len;
}

static void set_text(char **into, const char *text)
{
	if (*into != NULL && *into != (char *)protobuf_c_empty_string)
		free(*into);
	*into = dd_strdup(text);
}

static void name_key(Dondoc__V1__OfficeKeyRow *row, const uint8_t key[VIEW_KEY_LEN],
		     const char *unit)
{
	char text[41];
	uint8_t id[8];

	dd_curve_text(key, text);
	dd_curve_id(text, id);
	set_text(&row->unit, unit);
	set_bytes(&row->key, key, VIEW_KEY_LEN);
	set_bytes(&row->id, id, sizeof(id));
}

static void add_row(struct task_key_rows *out, Dondoc__V1__OfficeKeyRow *row)
{
	if (out->count == ROWS_MAX) {
		out->cut = true;
		dondoc__v1__office_key_row__free_unpacked(row, NULL);
		return;
	}
	if (out->count == out->cap) {
		out->cap = out->cap ? 2 * out->cap : 16;
		out->rows = dd_realloc(out->rows, out->cap * sizeof(*out->rows));
	}
	out->rows[out->count++] = row;
}

static Dondoc__V1__OfficeKeyRow *new_row(const struct dd_val *words)
{
	Dondoc__V1__OfficeKeyRow *row = NULL;

	if (words != NULL)
		row = dondoc__v1__office_key_row__unpack(NULL, words->len, words->data);
	if (row == NULL) {
		row = dd_alloc(sizeof(*row));
		dondoc__v1__office_key_row__init(row);
	}
	return row;
}

/* Whether a file names the key; it is then not listed once more. */
static bool in_files(struct reading *reading, const uint8_t key[VIEW_KEY_LEN])
{
	char text[41];

	dd_curve_text(key, text);
	for (size_t i = 0; i < reading->file_count; i++) {
		if (strcmp(reading->files[i].key, text) == 0) {
			reading->listed[i] = true;
			return true;
		}
	}
	return false;
}

static bool wanted(const struct reading *reading, const uint8_t key[VIEW_KEY_LEN], const char *unit)
{
	const struct task_key_filter *filter = reading->filter;
	char text[41], id_text[17];
	uint8_t id[8];

	if (filter->unit[0] != '\0' && strcmp(filter->unit, unit) != 0)
		return false;
	if (filter->name[0] == '\0')
		return true;
	dd_curve_text(key, text);
	dd_curve_id(text, id);
	dd_hex(id, sizeof(id), id_text);
	return strcmp(filter->name, text) == 0 ||
	       strncmp(filter->name, id_text, strlen(filter->name)) == 0;
}

static void add_key(struct reading *reading, const struct view_office_key *key,
		    const struct dd_val *words)
{
	static const uint8_t nobody[VIEW_KEY_LEN];
	bool by_file = in_files(reading, key->key);
	Dondoc__V1__OfficeKeyState state = view_office_key_state(key, reading->now_us);
	Dondoc__V1__OfficeKeyRow *row;

	if (!wanted(reading, key->key, key->unit))
		return;
	if (!reading->filter->with_past &&
	    state != DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_INVITED &&
	    state != DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_VALID &&
	    state != DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_REPLACED)
		return;
	row = new_row(words);
	name_key(row, key->key, key->unit);
	row->state = state;
	row->since_us = key->since_us;
	row->until_us = key->until_us;
	row->sequence = key->sequence;
	row->ended_by = key->ended_by;
	row->by_file = by_file;
	if (memcmp(key->successor, nobody, VIEW_KEY_LEN) != 0)
		set_bytes(&row->successor, key->successor, VIEW_KEY_LEN);
	add_row(reading->out, row);
}

/* --- all of them ----------------------------------------------------------------------------- */

static bool read_unit(void *arg, const char *unit)
{
	struct reading *reading = arg;
	struct view *view = reading->admission->view;
	uint8_t keys[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	size_t count = view_office_keys(view, false, unit, keys);
	struct view_office_key key;
	struct dd_val words;

	for (size_t i = 0; i < count; i++) {
		if (view_office_key(view, false, keys[i], &key, &words) == DD_OK)
			add_key(reading, &key, &words);
	}
	return true;
}

/* What is over stands in no unit's list. */
static void read_past(struct reading *reading)
{
	struct view_office_key key;
	struct view_walk walk;
	struct dd_error ignored;
	struct dd_val words;
	struct dd_key prefix;

	dd_key_begin(&prefix, VIEW_OFFICE_KEY);
	if (view_walk_open(reading->admission->view, &prefix, &walk, &ignored) != DD_OK)
		return;
	while (view_walk_next(&walk)) {
		if (walk.val.len < sizeof(key))
			continue;
		memcpy(&key, walk.val.data, sizeof(key));
		words.data = (const uint8_t *)walk.val.data + sizeof(key);
		words.len = walk.val.len - sizeof(key);
		add_key(reading, &key, &words);
	}
	view_walk_close(&walk);
}

static void read_files(struct reading *reading)
{
	for (size_t i = 0; i < reading->file_count; i++) {
		const struct dd_admission *file = &reading->files[i];
		Dondoc__V1__OfficeKeyRow *row;
		uint8_t key[VIEW_KEY_LEN];

		if (reading->listed[i] || dd_curve_bytes(file->key, key) != 0 ||
		    !wanted(reading, key, file->unit))
			continue;
		row = new_row(NULL);
		name_key(row, key, file->unit);
		row->state = DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_VALID;
		row->by_file = true;
		add_row(reading->out, row);
	}
}

static int newest_first(const void *a, const void *b)
{
	const Dondoc__V1__OfficeKeyRow *left = *(Dondoc__V1__OfficeKeyRow *const *)a;
	const Dondoc__V1__OfficeKeyRow *right = *(Dondoc__V1__OfficeKeyRow *const *)b;

	if (left->since_us != right->since_us)
		return left->since_us < right->since_us ? 1 : -1;
	return memcmp(left->key.data, right->key.data, VIEW_KEY_LEN);
}

void task_key_rows_read(const struct task_admission *admission,
			const struct task_key_filter *filter, struct task_key_rows *out)
{
	struct reading reading = {
		.admission = admission, .filter = filter, .now_us = dd_wall_us(), .out = out};

	memset(out, 0, sizeof(*out));
	reading.file_count = dd_access_files(admission->access, &reading.files);
	reading.listed = dd_alloc(reading.file_count + 1);
	if (filter->with_past)
		read_past(&reading);
	else
		view_offices(admission->view, false, read_unit, &reading);
	read_files(&reading);
	if (out->count > 1)
		qsort(out->rows, out->count, sizeof(*out->rows), newest_first);
	free(reading.files);
	free(reading.listed);
}

void task_key_rows_free(struct task_key_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		dondoc__v1__office_key_row__free_unpacked(rows->rows[i], NULL);
	free(rows->rows);
	memset(rows, 0, sizeof(*rows));
}

void task_admission_answer(const struct task_admission *admission,
			   const Dondoc__V1__ListOfficeKeys *list, struct dd_buf *answer_out)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__OfficeKeys keys = DONDOC__V1__OFFICE_KEYS__INIT;
	const struct task_key_filter filter = {
		.unit = list->unit, .name = list->name, .with_past = list->with_past};
	struct task_key_rows rows;
	size_t len;

	task_key_rows_read(admission, &filter, &rows);
	keys.rows = rows.rows;
	keys.n_rows = rows.count;
	keys.rows_cut = rows.cut;
	keys.centre_key = (char *)admission->centre_key;
	keys.address = (char *)(admission->address ? admission->address : "");
	keys.listen = (char *)(admission->listen ? admission->listen : "");
	keys.listen_log = (char *)(admission->listen_log ? admission->listen_log : "");
	answer.view_sequence = view_stored(admission->view);
	answer.what_case = DONDOC__V1__ANSWER__WHAT_OFFICE_KEYS;
	answer.office_keys = &keys;
	len = dondoc__v1__answer__get_packed_size(&answer);
	answer_out->len += dondoc__v1__answer__pack(&answer, dd_buf_reserve(answer_out, len));
	task_key_rows_free(&rows);
}
