/* task_admission.c - see task_admission.h. */
#include "services/task/task_admission.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_office_key.h"

#define AGAIN_US (60 * DD_SECOND_US)

/* --- what the door is told ------------------------------------------------------------------- */

/* Bounded by the rules: so many units have keys, each so many that are open (VIEW_OFFICES_MAX,
 * VIEW_OFFICE_KEYS_MAX). */
struct telling {
	struct task_admission *admission;
	int64_t now_us;
	struct dd_admission *items; /* owned */
	size_t count, cap;
};

static void tell(struct telling *telling, const struct view_office_key *key,
		 enum dd_principal_class cls)
{
	struct dd_admission *at;

	if (telling->count == telling->cap) {
		telling->cap = telling->cap ? 2 * telling->cap : 64;
		telling->items = dd_realloc(telling->items, telling->cap * sizeof(*telling->items));
	}
	at = &telling->items[telling->count++];
	memset(at, 0, sizeof(*at));
	dd_curve_text(key->key, at->key);
	memcpy(at->unit, key->unit, sizeof(at->unit));
	at->cls = (uint8_t)cls;
}

static void tell_open(struct telling *telling, const struct view_office_key *key)
{
	struct task_admission *admission = telling->admission;

	tell(telling, key, key->token ? DD_PRINCIPAL_ENROL : DD_PRINCIPAL_OFFICE);
	if (key->until_us != 0 && (admission->next_us == 0 || key->until_us < admission->next_us))
		admission->next_us = key->until_us;
}

static bool tell_unit(void *arg, const char *unit)
{
	struct telling *telling = arg;
	uint8_t keys[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	struct view *view = telling->admission->view;
	size_t count = view_office_keys(view, false, unit, keys);
	struct view_office_key key;

	for (size_t i = 0; i < count; i++) {
		if (view_office_key(view, false, keys[i], &key, NULL) == DD_OK &&
		    view_office_key_opens(&key, telling->now_us))
			tell_open(telling, &key);
	}
	return true;
}

/* A key that is over stands in no list; it is told as such while a file still names it, however
 * long ago it ended: its record stays. */
static void tell_files(struct telling *telling)
{
	struct task_admission *admission = telling->admission;
	struct dd_admission *files;
	size_t count = dd_access_files_see(admission->access, &files);
	uint8_t key[VIEW_KEY_LEN];
	struct view_office_key known;

	for (size_t i = 0; i < count; i++) {
		if (dd_curve_bytes(files[i].key, key) == 0 &&
		    view_office_key(admission->view, false, key, &known, NULL) == DD_OK &&
		    !view_office_key_opens(&known, telling->now_us))
			tell(telling, &known, DD_PRINCIPAL_NONE);
	}
	free(files);
}

static void tell_all(struct task_admission *admission)
{
	struct telling telling = {.admission = admission, .now_us = dd_wall_us()};

	admission->next_us = 0;
	view_offices(admission->view, false, tell_unit, &telling);
	tell_files(&telling);
	dd_access_tell(admission->access, telling.items, telling.count);
	free(telling.items);
	admission->again_us = dd_mono_us() + AGAIN_US;
}

void task_admission_begin(struct task_admission *admission, struct view *view,
			  struct dd_access *access)
{
	*admission = (struct task_admission){.view = view, .access = access, .told = true};
	admission->seen = view_offices_changed(view);
	dd_access_files_hold(access);
	tell_all(admission);
}

void task_admission_turn(struct task_admission *admission)
{
	uint64_t changed = view_offices_changed(admission->view);

	/* An event that is not durable yet may never be. */
	if (!admission->told || changed == admission->seen ||
	    view_position(admission->view)->sequence < changed)
		return;
	admission->seen = changed;
	tell_all(admission);
}

void task_admission_tick(struct task_admission *admission)
{
	if (!admission->told)
		return;
	if (dd_mono_us() >= admission->again_us || dd_access_files_wait(admission->access) ||
	    (admission->next_us != 0 && dd_wall_us() >= admission->next_us))
		tell_all(admission);
}
