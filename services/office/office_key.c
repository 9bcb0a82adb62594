/* office_key.c - see office_key.h.
 *
 * A file that cannot be read or is no key changes nothing: the one in use goes on, and it is looked
 * at again. Reports on their way are sent again under the new key; the centre knows streams by the
 * unit, not by the key. */
#include "services/office/office_key.h"

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "services/office/office_follow.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MS 10000

struct office_key {
	struct office *office; /* borrowed */
	struct dd_timer *timer;
	struct stat seen;
};

static bool changed(struct office_key *key)
{
	struct stat now;

	if (stat(key->office->config->key, &now) != 0)
		return false;
	if (now.st_ino == key->seen.st_ino && now.st_size == key->seen.st_size &&
	    now.st_mtim.tv_sec == key->seen.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == key->seen.st_mtim.tv_nsec &&
	    now.st_ctim.tv_sec == key->seen.st_ctim.tv_sec && /* chmod, too */
	    now.st_ctim.tv_nsec == key->seen.st_ctim.tv_nsec)
		return false;
	key->seen = now;
	return true;
}

static void on_look(void *arg)
{
	struct office_key *key = arg;
	struct office *office = key->office;
	struct dd_curve_key fresh;
	struct dd_error err;

	if (!changed(key))
		return;
	if (dd_curve_load(office->config->key, &fresh, &err) != 0) {
		dd_log(DD_LOG_WARN, "office.key_unreadable", dd_f_text("why", err.text));
		return;
	}
	if (strcmp(fresh.public_key, office->key.public_key) != 0 && fresh.secret_key[0] != '\0') {
		office->key = fresh;
		dd_bus_client_rekey(office->centre, &office->key);
		office_follow_rekey(office->follow, &office->key);
		dd_log(DD_LOG_INFO, "office.key_changed", dd_f_text("public", fresh.public_key));
	}
	sodium_memzero(&fresh, sizeof(fresh));
}

struct office_key *office_key_open(struct office *office)
{
	struct office_key *key = dd_alloc(sizeof(*key));

	key->office = office;
	(void)changed(key);
	key->timer = dd_timer_open(office->context.loop, on_look, key);
	dd_timer_start(key->timer, LOOK_MS, LOOK_MS);
	return key;
}

void office_key_close(struct office_key *key)
{
	if (key == NULL)
		return;
	dd_timer_close(key->timer);
	free(key);
}
