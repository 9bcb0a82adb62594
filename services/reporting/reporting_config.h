/* reporting_config.h - the settings of the reporting service. */
#ifndef REPORTING_CONFIG_H
#define REPORTING_CONFIG_H

#include "common/base/config.h"
#include "services/reporting/report_schedule.h"

struct reporting_config {
	char *data_dir; /* texts are owned by the settings */
	char *run_dir;
	char *agency;
	char *superior;
	char *place;
	char *recipient;
	char *plan;
	bool trial;
	bool monthly;
	int64_t day;
	char *time;
};

extern const struct dd_setting reporting_settings[];

/* What the table cannot check. *err names the setting and what helps. */
int reporting_config_check(const struct reporting_config *config,
			   struct report_schedule *schedule_out,
			   struct dd_error *err) DD_MUST_CHECK;

#endif
