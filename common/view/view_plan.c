/* view_plan.c - see view_plan.h. */
#include "common/view/view_plan.h"

#include <string.h>

#include "common/base/text.h"
#include "common/view/view_records.h"

/* --- settings -------------------------------------------------------------------------------- */

static bool settings_there(struct view *view)
{
	struct dd_key key;
	struct dd_val val;

	if (view->settings == 0) {
		view_key_text(&key, VIEW_META, "settings");
		view->settings = view_get(view, true, &key, &val) == DD_OK ? 2 : 1;
	}
	return view->settings == 2;
}

/* The settings of one plan and one unit; freed by the caller. NULL: none. */
static Dondoc__V1__SetSettings *settings_of(struct view *view, bool with_batch, const char *plan,
					    const char *unit)
{
	struct dd_key key;
	struct dd_val val;

	view_key_texts(&key, VIEW_SETTING, plan, unit);
	if (view_get(view, with_batch, &key, &val) != DD_OK)
		return NULL;
	return dondoc__v1__set_settings__unpack(NULL, val.len, val.data);
}

/* Values of a newer version that we do not know count as not set. */
static void overlay(struct dd_policy *policy, const Dondoc__V1__SetSettings *settings)
{
	struct dd_error ignored;

	for (size_t i = 0; i < settings->n_settings; i++) {
		enum dd_setting setting = dd_policy_find(settings->settings[i]->name);
		int32_t value;

		if (setting != DD_SETTING_COUNT &&
		    dd_policy_parse(setting, settings->settings[i]->value, &value, &ignored) ==
			    DD_OK)
			policy->value[setting] = value;
	}
}

static void overlay_of(struct view *view, bool with_batch, const char *plan, const char *unit)
{
	Dondoc__V1__SetSettings *settings = settings_of(view, with_batch, plan, unit);

	if (settings)
		overlay(&view->policy, settings);
	dondoc__v1__set_settings__free_unpacked(settings, NULL);
}

const struct dd_policy *view_policy(struct view *view, bool with_batch, const char *plan,
				    const char *unit)
{
	if (view->policy_shipped && !settings_there(view))
		return &view->policy;
	dd_policy_ship(&view->policy);
	view->policy_shipped = true;
	if (!settings_there(view))
		return &view->policy;
	view->policy_shipped = false;
	overlay_of(view, with_batch, "", "");
	if (plan[0] != '\0')
		overlay_of(view, with_batch, plan, "");
	if (unit[0] != '\0')
		overlay_of(view, with_batch, "", unit);
	return &view->policy;
}

int32_t view_assigned_in(bool draft, int32_t published_day, int32_t assigned_day)
{
	if (draft)
		return 0;
	return assigned_day > published_day ? assigned_day : published_day;
}

int32_t view_assigned_day(const struct view_plan *plan, int32_t assigned_day)
{
	return view_assigned_in(plan->state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT,
				plan->published_day, assigned_day);
}

static const char *value_in(const Dondoc__V1__SetSettings *settings, enum dd_setting setting)
{
	for (size_t i = 0; settings && i < settings->n_settings; i++) {
		if (dd_policy_find(settings->settings[i]->name) == setting)
			return settings->settings[i]->value;
	}
	return NULL;
}

bool view_setting_at(struct view *view, bool with_batch, enum dd_setting setting, const char *plan,
		     const char *unit, int32_t *value_out)
{
	Dondoc__V1__SetSettings *settings = NULL;
	struct dd_error ignored;
	const char *value;
	bool set;

	if (settings_there(view))
		settings = settings_of(view, with_batch, plan, unit);
	value = value_in(settings, setting);
	set = value && dd_policy_parse(setting, value, value_out, &ignored) == DD_OK;
	dondoc__v1__set_settings__free_unpacked(settings, NULL);
	return set;
}

bool view_setting_text(struct view *view, bool with_batch, enum dd_setting setting, char *out,
		       size_t cap)
{
	Dondoc__V1__SetSettings *settings = NULL;
	const char *value;

	if (settings_there(view))
		settings = settings_of(view, with_batch, "", "");
	value = value_in(settings, setting);
	view_text_copy(out, cap, value ? value : dd_policy_row(setting)->shipped);
	dondoc__v1__set_settings__free_unpacked(settings, NULL);
	return out[0] != '\0';
}

/* --- look-ups --------------------------------------------------------------------------------- */

static int there(struct view *view, bool with_batch, const struct dd_key *key)
{
	struct dd_val val;

	return view_get(view, with_batch, key, &val);
}

static int bytes_of(struct view *view, bool with_batch, const struct dd_key *key,
		    const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	if (rc == DD_OK) {
		*bytes_out = val.data;
		*len_out = val.len;
	}
	return rc;
}

int view_occurrence(struct view *view, bool with_batch, const char *plan, const char *code,
		    struct view_occurrence *out)
{
	struct dd_key key;

	view_key_texts(&key, VIEW_OCCURRENCE, plan, code);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

int view_link(struct view *view, bool with_batch, uint64_t task, uint64_t predecessor,
	      int32_t *lag_out)
{
	struct dd_key key;

	view_key_pair(&key, VIEW_LINK, task, predecessor);
	return view_struct_get(view, with_batch, &key, lag_out, sizeof(*lag_out));
}

size_t view_predecessors(struct view *view, bool with_batch, uint64_t task, uint64_t *out,
			 size_t max)
{
	struct dd_key key;
	struct dd_val val;
	size_t count;

	view_key_u64(&key, VIEW_BEFORE, task);
	if (view_get(view, with_batch, &key, &val) != DD_OK)
		return 0;
	count = val.len / sizeof(*out);
	if (count > 0 && max > 0)
		memcpy(out, val.data, (count < max ? count : max) * sizeof(*out));
	return count;
}

int view_baseline(struct view *view, bool with_batch, const char *plan, const char *name,
		  struct view_baseline *out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_texts(&key, VIEW_BASELINE, plan, name);
	rc = view_get(view, with_batch, &key, &val);
	if (rc == DD_OK && val.len >= sizeof(*out))
		memcpy(out, val.data, sizeof(*out));
	return rc;
}

int view_label(struct view *view, bool with_batch, const char *code, char name_out[256])
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_LABEL, code);
	rc = view_get(view, with_batch, &key, &val);
	if (rc == DD_OK) {
		memset(name_out, 0, 256);
		memcpy(name_out, val.data, val.len < 255 ? val.len : 255);
	}
	return rc;
}

int view_publication(struct view *view, bool with_batch, const char *plan, uint64_t sequence,
		     const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;

	view_key_published(&key, plan, sequence);
	return bytes_of(view, with_batch, &key, bytes_out, len_out);
}

int view_indicator(struct view *view, bool with_batch, const char *plan, const char *code,
		   const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_key key;

	view_key_texts(&key, VIEW_INDICATOR, plan, code);
	return bytes_of(view, with_batch, &key, bytes_out, len_out);
}

int view_measure(struct view *view, bool with_batch, const char *plan, const char *code,
		 int32_t day, struct view_measured *out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_measure(&key, plan, code, day);
	rc = view_get(view, with_batch, &key, &val);
	if (rc == DD_OK && val.len < sizeof(*out))
		return DD_ERR_CORRUPT;
	if (rc == DD_OK)
		memcpy(out, val.data, sizeof(*out));
	return rc;
}

int view_guest(struct view *view, bool with_batch, const char *plan, uint32_t position,
	       uint64_t task)
{
	struct dd_key key;

	view_key_guest(&key, plan, position, task);
	return there(view, with_batch, &key);
}

int view_filter(struct view *view, bool with_batch, const char *unit, const uint8_t person[16],
		const char *name)
{
	struct dd_key key;

	view_key_filter(&key, unit, person, name);
	return there(view, with_batch, &key);
}

void view_plan_note_recurring(struct apply *apply)
{
	const struct view_task *task = &apply->task;
	struct dd_key key;

	view_key_u64(&key, VIEW_RECURRING, task->id);
	if (view_task_is_template(task))
		view_put(apply->view, &key, "", 0);
	else if (apply->had_task)
		view_del(apply->view, &key);
}
