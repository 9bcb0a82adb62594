/* notify_hook_config.h - one system that is told what happens: one YAML file in the folder
 * notification.hooks, whose name is the hook's. */
#ifndef NOTIFY_HOOK_CONFIG_H
#define NOTIFY_HOOK_CONFIG_H

#include "services/notification/notify_address.h"
#include <stdbool.h>

#define NOTIFY_HOOK_NAME  32 /* with its end: a-z, 0-9, '-' */
#define NOTIFY_HOOKS_MAX  16
#define NOTIFY_HOOK_LISTS 64 /* names in a filter */

struct notify_hook_settings {
	char *url, *secret_file, *events, *units, *allow, *ca_file;
	bool body;
	int64_t batch;
};

struct notify_hook_config {
	char name[NOTIFY_HOOK_NAME];
	struct notify_hook_settings settings; /* owned, like all below */
	char *secret;
	struct notify_allow allow;
	char *events[NOTIFY_HOOK_LISTS]; /* "TASK_ASSIGNED", "TASK_*"; none = all */
	size_t event_count;
	char *units[NOTIFY_HOOK_LISTS]; /* none = all */
	size_t unit_count;
};

/* All hooks of the folder, sorted by name; `dir` "" = none. *err names file and remedy. */
int notify_hook_configs(const char *dir, struct notify_hook_config **configs_out, size_t *count_out,
			struct dd_error *err) DD_MUST_CHECK;
void notify_hook_configs_free(struct notify_hook_config *configs, size_t count);

/* Whether a hook is told of such an event; `type` without "EVENT_". */
bool notify_hook_wants(const struct notify_hook_config *config, const char *type, const char *unit,
		       const char *other_unit);

#endif
