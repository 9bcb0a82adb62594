/* office_config.h - the settings of an office. */
#ifndef OFFICE_CONFIG_H
#define OFFICE_CONFIG_H

#include "common/base/config.h"
#include "common/net/bus.h"

struct office_config {
	char *data_dir; /* texts are owned by the settings */
	char *run_dir;
	char *unit;
	char *centre;
	char *centre_log;
	char *follow_anew;
	char *centre_key;
	char *key;
	int64_t window;
	int64_t retry_ms;
	int64_t refresh_s;
	char *inbox;
	bool send;
	int64_t evidence_kbps;
	char *evidence_hours;
	bool evidence_keep;
};

extern const struct dd_setting office_settings[];

/* What the table cannot check: the unit's code, endpoint and keys that fit together. Reads the key
 * file into `key_out`. *err names the setting and what helps. */
int office_config_check(const struct office_config *config, struct dd_curve_key *key_out,
			struct dd_error *err) DD_MUST_CHECK;

#endif
