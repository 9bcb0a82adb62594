/* view_apply_policy.c - indicators, baselines, filters, labels and settings. */
#include "common/view/view_plan.h"
#include "common/view/view_records.h"
#include <stdlib.h>
#include <string.h>

/* `head` stands before the packed message; may be empty. */
static void put_packed(struct apply *apply, const struct dd_key *key, const void *head,
		       size_t head_len, const ProtobufCMessage *message)
{
	struct dd_buf *buf = &apply->view->scratch;
	size_t len = protobuf_c_message_get_packed_size(message);

	dd_buf_clear(buf);
	dd_buf_add(buf, head, head_len);
	protobuf_c_message_pack(message, dd_buf_reserve(buf, len));
	view_put(apply->view, key, buf->data, head_len + len);
}

int apply_indicator_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetIndicator *said = ((const Dondoc__V1__IndicatorSet *)body)->said;
	struct dd_key key;

	if (!said || !said->fields)
		return apply_contradiction(apply, "it has no indicator");
	view_key_texts(&key, VIEW_INDICATOR, said->fields->plan, said->fields->code);
	put_packed(apply, &key, "", 0, &said->fields->base);
	return DD_OK;
}

/* One value a day: the later one takes the place of the one before, which stays in the log. */
int apply_indicator_measured(struct apply *apply, const void *body)
{
	const Dondoc__V1__IndicatorMeasured *event = body;
	const Dondoc__V1__MeasureIndicator *said = event->said;
	const Dondoc__V1__Actor *actor = apply->event->header->actor;
	struct view_measured measured = {.sequence = apply->event->sequence,
					 .value = said ? said->value : 0,
					 .replaced = event->replaced,
					 .replaced_value = event->replaced_value};
	struct dd_key key;

	if (!said)
		return apply_contradiction(apply, "it has no value");
	view_key_measure(&key, said->plan, said->code, said->day);
	if (said->withdrawn) {
		view_del(apply->view, &key);
		return DD_OK;
	}
	view_text_copy(measured.unit, sizeof(measured.unit), apply->event->header->unit);
	view_text_copy(measured.replaced_unit, sizeof(measured.replaced_unit),
		       event->replaced_unit);
	if (actor && actor->person.len == sizeof(measured.person))
		memcpy(measured.person, actor->person.data, sizeof(measured.person));
	put_packed(apply, &key, &measured, sizeof(measured), &said->base);
	return DD_OK;
}

int apply_baseline_frozen(struct apply *apply, const void *body)
{
	const Dondoc__V1__BaselineFrozen *frozen = body;
	struct view_baseline record;
	struct dd_key key;

	if (!frozen->said)
		return apply_contradiction(apply, "it names no plan");
	record.at = frozen->at;
	record.frozen_us = apply->event->header->record_us;
	view_key_texts(&key, VIEW_BASELINE, frozen->said->plan, frozen->said->name);
	put_packed(apply, &key, &record, sizeof(record), &frozen->said->base);
	return DD_OK;
}

/* A filter is its maker's: the person's, or the unit's where no person is named. */
int apply_filter_saved(struct apply *apply, const void *body)
{
	Dondoc__V1__FilterRow row = DONDOC__V1__FILTER_ROW__INIT;
	const Dondoc__V1__Actor *actor = apply->event->header->actor;
	static const uint8_t nobody[16];
	struct dd_key key;

	row.filter = ((const Dondoc__V1__FilterSaved *)body)->said;
	if (!row.filter)
		return apply_contradiction(apply, "it names no filter");
	row.unit = actor ? actor->unit : (char *)protobuf_c_empty_string;
	if (actor && actor->person.len == sizeof(nobody))
		row.person = actor->person;
	view_key_filter(&key, row.unit, row.person.len != 0 ? row.person.data : nobody,
			row.filter->name);
	if (row.filter->removed)
		view_del(apply->view, &key);
	else
		put_packed(apply, &key, "", 0, &row.base);
	return DD_OK;
}

int apply_label_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetLabel *said = ((const Dondoc__V1__LabelSet *)body)->said;
	struct dd_key key;

	if (!said)
		return apply_contradiction(apply, "it names no label");
	view_key_text(&key, VIEW_LABEL, said->code);
	if (said->removed)
		view_del(apply->view, &key);
	else
		view_put(apply->view, &key, said->name, strlen(said->name));
	return DD_OK;
}

/* --- settings ----------------------------------------------------------------------------------
 */

/* All settings of one plan and one unit stand together: the new one takes its place among them. */
static int put_setting(struct apply *apply, Dondoc__V1__Setting *setting)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	Dondoc__V1__SetSettings none = DONDOC__V1__SET_SETTINGS__INIT, *all = NULL;
	Dondoc__V1__Setting **rows;
	struct dd_key key;
	struct dd_val val;
	size_t count = 0;

	view_key_texts(&key, VIEW_SETTING, setting->plan, setting->unit);
	if (view_get(apply->view, true, &key, &val) == DD_OK) {
		all = dondoc__v1__set_settings__unpack(&allocator, val.len, val.data);
		if (!all)
			return apply_contradiction(apply, "the settings before cannot be read");
	} else {
		all = &none;
	}
	rows = dd_alloc((all->n_settings + 1) * sizeof(*rows));
	for (size_t i = 0; i < all->n_settings; i++) {
		if (strcmp(all->settings[i]->name, setting->name) != 0)
			rows[count++] = all->settings[i];
	}
	rows[count++] = setting;
	none.settings = rows;
	none.n_settings = count;
	put_packed(apply, &key, "", 0, &none.base);
	free(rows);
	return DD_OK;
}

/* Every value it ever had: a day that is over is judged as it was set then. */
static void keep_setting(struct apply *apply, const Dondoc__V1__Setting *setting)
{
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, &apply->effect->header->record_us, sizeof(int64_t));
	dd_buf_text(buf, setting->value);
	view_key_setting_was(&key, setting, apply->effect->sequence);
	view_put(apply->view, &key, buf->data, buf->len);
}

int apply_settings_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetSettings *said = ((const Dondoc__V1__SettingsSet *)body)->said;
	struct dd_key key;
	int rc = DD_OK;

	if (!said)
		return apply_contradiction(apply, "it sets nothing");
	for (size_t i = 0; i < said->n_settings && rc == DD_OK; i++) {
		keep_setting(apply, said->settings[i]);
		rc = put_setting(apply, said->settings[i]);
	}
	view_key_text(&key, VIEW_META, "settings");
	view_put(apply->view, &key, "", 0);
	view_note_changed(apply, "");
	apply->view->settings = 2;
	return rc;
}
