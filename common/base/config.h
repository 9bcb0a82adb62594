/* config.h - settings from one YAML file by a table; errors name line and column. The only module
 * that knows libyaml. */
#ifndef DD_BASE_CONFIG_H
#define DD_BASE_CONFIG_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dd_setting_type { DD_SETTING_TEXT, DD_SETTING_INT, DD_SETTING_BOOL };

/* One setting. `offset` is where it lies in the struct that the service owns:
 * char * (owned, free with dd_config_fini), int64_t, or bool. */
struct dd_setting {
	const char *key; /* "log.segment_bytes": section and name */
	enum dd_setting_type type;
	size_t offset;
	const char *text; /* default of a text; NULL = required */
	int64_t number;   /* default of a number or a bool */
	int64_t min, max; /* of a number; both 0 = any */
	const char *help;
};

/* Read the whole file, check all, then fill `into`. The environment variable DONDOC_<KEY> (upper
 * case, '.' as '_') goes before the file. `path` NULL = defaults and environment only.
 * Unknown sections and keys are errors. On failure `into` is untouched and *err says
 * "file:line:column: what, and what is allowed". The table ends with a key of NULL. */
int dd_config_load(const char *path, const struct dd_setting *table, void *into,
		   struct dd_error *err) DD_MUST_CHECK;
void dd_config_fini(const struct dd_setting *table, void *into);

#endif
