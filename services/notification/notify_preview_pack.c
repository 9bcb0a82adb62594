/* notify_preview_pack.c - a preview as an answer: rows as far as they fit, counts of all. */
#include "common/base/alloc.h"
#include "common/view/pool.h"
#include "services/notification/notify_preview_impl.h"
#include <stdlib.h>
#include <string.h>

struct sheet_of_rows {
	Dondoc__V1__Intent *intents;
	Dondoc__V1__Intent **intent_list;
	Dondoc__V1__PreviewRow *rows;
	Dondoc__V1__PreviewRow **row_list;
	Dondoc__V1__PreviewUnit **unit_list;
	Dondoc__V1__PreviewRule **rule_list;
	size_t unit_count, rule_count;
	struct pool names; /* and counts */
};

static char *name_of(struct previewing *previewing, struct sheet_of_rows *sheet, const char *code)
{
	struct view_unit unit;
	size_t len;
	char *name;

	if (view_unit(notify_scene_view(previewing->scene), false, code, &unit) != 0)
		return (char *)"";
	len = strlen(unit.name);
	name = pool_alloc(&sheet->names, len + 1);
	memcpy(name, unit.name, len + 1);
	return name;
}

/* --- counts ---------------------------------------------------------------------------------- */

static Dondoc__V1__PreviewUnit *unit_of(struct previewing *previewing, struct sheet_of_rows *sheet,
					const char *code)
{
	Dondoc__V1__PreviewUnit *unit;
	size_t low = 0, high = sheet->unit_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(sheet->unit_list[middle]->unit, code) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < sheet->unit_count && strcmp(sheet->unit_list[low]->unit, code) == 0)
		return sheet->unit_list[low];
	sheet->unit_list =
		dd_realloc(sheet->unit_list, (sheet->unit_count + 1) * sizeof(*sheet->unit_list));
	memmove(sheet->unit_list + low + 1, sheet->unit_list + low,
		(sheet->unit_count - low) * sizeof(*sheet->unit_list));
	sheet->unit_count++;
	unit = pool_alloc(&sheet->names, sizeof(*unit));
	dondoc__v1__preview_unit__init(unit);
	unit->unit = (char *)code;
	unit->unit_name = name_of(previewing, sheet, code);
	sheet->unit_list[low] = unit;
	return unit;
}

static void count_rule(struct sheet_of_rows *sheet, const struct notify_say *say)
{
	Dondoc__V1__PreviewRule *rule;
	size_t at = 0;

	while (at < sheet->rule_count && strcmp(sheet->rule_list[at]->rule, say->rule) < 0)
		at++;
	if (at < sheet->rule_count && strcmp(sheet->rule_list[at]->rule, say->rule) == 0) {
		sheet->rule_list[at]->intents++;
		return;
	}
	sheet->rule_list =
		dd_realloc(sheet->rule_list, (sheet->rule_count + 1) * sizeof(*sheet->rule_list));
	memmove(sheet->rule_list + at + 1, sheet->rule_list + at,
		(sheet->rule_count - at) * sizeof(*sheet->rule_list));
	sheet->rule_count++;
	rule = pool_alloc(&sheet->names, sizeof(*rule));
	dondoc__v1__preview_rule__init(rule);
	rule->rule = (char *)say->rule;
	rule->intents = 1;
	sheet->rule_list[at] = rule;
}

bool notify_preview_begins(const struct notify_say *say, size_t at)
{
	return at == 0 || say->send_day != say[-1].send_day ||
	       say->immediate != say[-1].immediate || say->to != say[-1].to ||
	       notify_say_apart(say, &say[-1]) != 0;
}

static void count(struct previewing *previewing, struct sheet_of_rows *sheet,
		  Dondoc__V1__Preview *preview)
{
	const struct notify_says *says = &previewing->says;

	for (size_t i = 0; i < says->count; i++) {
		const struct notify_say *say = &says->items[i];
		Dondoc__V1__PreviewUnit *unit = unit_of(previewing, sheet, say->to->code);
		const bool fresh = notify_preview_begins(say, i);

		unit->intents++;
		unit->messages += fresh;
		count_rule(sheet, say);
		preview->messages += fresh;
		preview->first_messages += fresh && say->send_day == says->items[0].send_day;
		preview->late += say->kind == DD_RULE_FIRST && say->anchor < say->day;
	}
	preview->intents = (uint32_t)says->count;
	preview->first_day = says->count > 0 ? says->items[0].send_day : 0;
	preview->not_started = previewing->not_started;
	preview->units = sheet->unit_list;
	preview->n_units = sheet->unit_count;
	preview->rules = sheet->rule_list;
	preview->n_rules = sheet->rule_count;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void begin_row(struct previewing *previewing, const struct notify_say *say,
		      struct sheet_of_rows *sheet, size_t at)
{
	static const uint8_t nobody[sizeof(say->person)];
	Dondoc__V1__PreviewRow *row = &sheet->rows[at];

	dondoc__v1__preview_row__init(row);
	row->day = say->send_day;
	row->unit = (char *)say->to->code;
	row->unit_name = name_of(previewing, sheet, say->to->code);
	if (say->immediate)
		row->kind = DONDOC__V1__DIGEST_KIND__DIGEST_IMMEDIATE;
	if (say->kind == DD_RULE_SUPERIOR) {
		row->kind = DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR;
		row->person.data = (uint8_t *)say->person;
		row->person.len = memcmp(say->person, nobody, sizeof(nobody)) == 0 ? 0 : 16;
	}
	sheet->row_list[at] = row;
}

static void add_intent(const struct notify_say *say, struct sheet_of_rows *sheet, size_t at,
		       Dondoc__V1__PreviewRow *row)
{
	Dondoc__V1__Intent *intent = &sheet->intents[at];

	dondoc__v1__intent__init(intent);
	intent->rule = (char *)say->rule;
	intent->task = say->task;
	intent->due_day = say->anchor;
	intent->step = say->step;
	sheet->intent_list[at] = intent;
	if (row->n_intents == 0)
		row->intents = &sheet->intent_list[at];
	row->n_intents++;
	row->deferred = row->deferred || say->day < say->send_day;
	if (say->kind == DD_RULE_FIRST)
		row->kind = DONDOC__V1__DIGEST_KIND__DIGEST_FIRST;
	else if (say->kind == DD_RULE_SILENCE_OVER &&
		 row->kind == DONDOC__V1__DIGEST_KIND__DIGEST_OF_DAY)
		row->kind = DONDOC__V1__DIGEST_KIND__DIGEST_SILENCE_OVER;
}

static size_t fill_rows(struct previewing *previewing, struct sheet_of_rows *sheet)
{
	const struct notify_says *says = &previewing->says;
	size_t rows = 0;

	for (size_t i = 0; i < says->count; i++) {
		const struct notify_say *say = &says->items[i];
		const bool fresh = notify_preview_begins(say, i);

		if ((fresh && rows == NOTIFY_PREVIEW_ROWS) || i == NOTIFY_PREVIEW_INTENTS) {
			previewing->cut = true;
			break;
		}
		if (fresh)
			begin_row(previewing, say, sheet, rows++);
		add_intent(say, sheet, i, &sheet->rows[rows - 1]);
	}
	return rows;
}

void notify_preview_pack(struct previewing *previewing, struct dd_buf *out)
{
	struct sheet_of_rows sheet = {
		.intents = dd_alloc(NOTIFY_PREVIEW_INTENTS * sizeof(*sheet.intents)),
		.intent_list = dd_alloc(NOTIFY_PREVIEW_INTENTS * sizeof(void *)),
		.rows = dd_alloc(NOTIFY_PREVIEW_ROWS * sizeof(*sheet.rows)),
		.row_list = dd_alloc(NOTIFY_PREVIEW_ROWS * sizeof(void *)),
	};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Preview preview = DONDOC__V1__PREVIEW__INIT;

	preview.n_rows = fill_rows(previewing, &sheet);
	preview.rows = sheet.row_list;
	count(previewing, &sheet, &preview);
	preview.as_of_sequence = view_position(notify_scene_view(previewing->scene))->sequence;
	preview.rows_cut = previewing->cut;
	answer.view_sequence = preview.as_of_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_PREVIEW;
	answer.preview = &preview;
	out->len += dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(out, dondoc__v1__answer__get_packed_size(&answer)));
	pool_fini(&sheet.names);
	free(sheet.intents);
	free(sheet.intent_list);
	free(sheet.rows);
	free(sheet.row_list);
	free(sheet.unit_list);
	free(sheet.rule_list);
}
