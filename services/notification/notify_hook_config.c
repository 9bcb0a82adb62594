/* notify_hook_config.c - see notify_hook_config.h. */
#include "services/notification/notify_hook_config.h"

#include "common/base/alloc.h"
#include "common/base/config.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/domain/unit_code.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/notification/notify_http.h"
#include "services/notification/notify_secret.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_LEAST 16
#define SUFFIX       ".yaml"
#define PREFIX_LEN   6 /* "EVENT_" */

#define AT(member) offsetof(struct notify_hook_settings, member)

static const struct dd_setting table[] = {
	{.key = "hook.url",
	 .offset = AT(url),
	 .text = NULL,
	 .help = "whom to call, https://host/path; http:// only to addresses that allow lists"},
	{.key = "hook.secret_file",
	 .offset = AT(secret_file),
	 .text = NULL,
	 .help = "file with the secret that signs the calls, mode 0600, 16 characters or more"},
	{.key = "hook.events",
	 .offset = AT(events),
	 .text = "",
	 .help = "kinds of events, as TASK_ASSIGNED, TASK_*; empty = all"},
	{.key = "hook.units",
	 .offset = AT(units),
	 .text = "",
	 .help = "codes of units that an event concerns; empty = all"},
	{.key = "hook.allow",
	 .offset = AT(allow),
	 .text = "",
	 .help = "private addresses and networks that may be reached, as 10.1.0.0/16"},
	{.key = "hook.ca_file",
	 .offset = AT(ca_file),
	 .text = "",
	 .help = "certificates to trust instead of the system's"},
	{.key = "hook.body",
	 .type = DD_SETTING_BOOL,
	 .offset = AT(body),
	 .number = 0,
	 .help = "yes = tell what an event says, too, not only that it was"},
	{.key = "hook.batch",
	 .type = DD_SETTING_INT,
	 .offset = AT(batch),
	 .number = 20,
	 .min = 1,
	 .max = 200,
	 .help = "events in one call at most"},
	{.key = NULL},
};

/* --- filters --------------------------------------------------------------------------------- */

static int read_list(const char *text, char **list, size_t *count, struct dd_error *err)
{
	char *copy = dd_strdup(text), *rest = copy;
	int rc = 0;

	for (char *word = strtok_r(copy, ", ", &rest); word != NULL && rc == 0;
	     word = strtok_r(NULL, ", ", &rest)) {
		if (*count == NOTIFY_HOOK_LISTS)
			rc = dd_fail(err, DD_ERR_INVALID, "more than %d names", NOTIFY_HOOK_LISTS);
		else
			list[(*count)++] = dd_strdup(word);
	}
	free(copy);
	return rc;
}

static bool matches(const char *pattern, const char *type)
{
	const size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(pattern, type, len - 1) == 0;
	return strcmp(pattern, type) == 0;
}

/* A filter that no event can ever pass is a mistake of who wrote it. */
static int check_events(struct notify_hook_config *config, struct dd_error *err)
{
	const ProtobufCEnumDescriptor *types = &dondoc__v1__event_type__descriptor;

	for (size_t i = 0; i < config->event_count; i++) {
		bool known = false;

		for (char *c = config->events[i]; *c != '\0'; c++)
			*c = (char)toupper((unsigned char)*c);
		for (unsigned k = 0; k < types->n_values && !known; k++)
			known = matches(config->events[i], types->values[k].name + PREFIX_LEN);
		if (!known)
			return dd_fail(err, DD_ERR_INVALID,
				       "hook.events: there is no kind of event '%.60s'; they are "
				       "named in dondoc log read, as TASK_ASSIGNED",
				       config->events[i]);
	}
	return 0;
}

static int check_units(const struct notify_hook_config *config, struct dd_error *err)
{
	for (size_t i = 0; i < config->unit_count; i++)
		if (!dd_unit_code_valid(config->units[i]))
			return dd_fail(err, DD_ERR_INVALID,
				       "hook.units: '%.40s' is not a unit's code",
				       config->units[i]);
	return 0;
}

bool notify_hook_wants(const struct notify_hook_config *config, const char *type, const char *unit,
		       const char *other_unit)
{
	bool wanted = config->event_count == 0;
	bool concerned = config->unit_count == 0;

	for (size_t i = 0; i < config->event_count && !wanted; i++)
		wanted = matches(config->events[i], type);
	for (size_t i = 0; i < config->unit_count && !concerned; i++)
		concerned = strcmp(config->units[i], unit) == 0 ||
			    strcmp(config->units[i], other_unit) == 0;
	return wanted && concerned;
}

/* --- one file -------------------------------------------------------------------------------- */

static int check(struct notify_hook_config *config, struct dd_error *err)
{
	const struct notify_hook_settings *settings = &config->settings;
	int rc;

	if (notify_http_check(settings->url, err) != 0)
		return dd_fail_context(err, "hook.url");
	if (notify_allow_parse(settings->allow, &config->allow, err) != 0)
		return dd_fail_context(err, "hook.allow");
	rc = read_list(settings->events, config->events, &config->event_count, err);
	if (rc == 0)
		rc = check_events(config, err);
	if (rc == 0)
		rc = read_list(settings->units, config->units, &config->unit_count, err);
	if (rc == 0)
		rc = check_units(config, err);
	if (rc == 0)
		rc = notify_secret_read("hook.secret_file", settings->secret_file, SECRET_LEAST,
					&config->secret, err);
	return rc;
}

static int load(const char *dir, struct notify_hook_config *config, struct dd_error *err)
{
	struct dd_buf name = {0};
	char *path;
	int rc;

	dd_buf_printf(&name, "%s" SUFFIX, config->name);
	path = dd_path(dir, dd_buf_cstr(&name));
	rc = dd_config_load(path, table, &config->settings, err);
	if (rc == 0 && check(config, err) != 0)
		rc = dd_fail_context(err, "%s", path);
	dd_buf_fini(&name);
	free(path);
	return rc;
}

/* --- the folder ------------------------------------------------------------------------------ */

struct naming {
	struct notify_hook_config *configs;
	size_t count;
	bool many;
	char odd[64]; /* the name of a file that is no hook's */
};

static void on_name(void *arg, const char *name)
{
	struct naming *naming = arg;
	const char *suffix = strstr(name, SUFFIX);
	const size_t len = suffix != NULL ? (size_t)(suffix - name) : 0;

	if (suffix == NULL || suffix[strlen(SUFFIX)] != '\0')
		return;
	if (len == 0 || len >= NOTIFY_HOOK_NAME ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len) {
		(void)strncpy(naming->odd, name, sizeof(naming->odd) - 1);
		return;
	}
	naming->many = naming->count == NOTIFY_HOOKS_MAX;
	if (!naming->many)
		memcpy(naming->configs[naming->count++].name, name, len);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct notify_hook_config *)a)->name,
		      ((const struct notify_hook_config *)b)->name);
}

int notify_hook_configs(const char *dir, struct notify_hook_config **configs_out, size_t *count_out,
			struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct naming naming = {.many = false};
	int rc = 0;

	*configs_out = NULL;
	*count_out = 0;
	if (dir[0] == '\0')
		return 0;
	naming.configs = dd_alloc(NOTIFY_HOOKS_MAX * sizeof(*naming.configs));
	if (sys->list(sys->ctx, dir, on_name, &naming) != 0)
		rc = dd_fail(err, DD_ERR_INVALID, "the folder cannot be read");
	else if (naming.odd[0] != '\0')
		rc = dd_fail(err, DD_ERR_INVALID,
			     "'%s': a hook's name has letters a-z, digits and '-', at most %d",
			     naming.odd, NOTIFY_HOOK_NAME - 1);
	else if (naming.many)
		rc = dd_fail(err, DD_ERR_INVALID, "more than %d hooks", NOTIFY_HOOKS_MAX);
	qsort(naming.configs, naming.count, sizeof(*naming.configs), by_name);
	for (size_t i = 0; i < naming.count && rc == 0; i++)
		rc = load(dir, &naming.configs[i], err);
	if (rc != 0) {
		notify_hook_configs_free(naming.configs, naming.count);
		return dd_fail_context(err, "notification.hooks %s", dir);
	}
	*configs_out = naming.configs;
	*count_out = naming.count;
	return 0;
}

void notify_hook_configs_free(struct notify_hook_config *configs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (configs[i].settings.url != NULL)
			dd_config_fini(table, &configs[i].settings);
		notify_secret_free(configs[i].secret);
		for (size_t k = 0; k < configs[i].event_count; k++)
			free(configs[i].events[k]);
		for (size_t k = 0; k < configs[i].unit_count; k++)
			free(configs[i].units[k]);
	}
	free(configs);
}
