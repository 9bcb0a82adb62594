/* reporting_config.c - the table of settings, and what must fit together. */
#include "services/reporting/reporting_config.h"

#include "common/domain/day_minutes.h"
#include "common/domain/unit_code.h"

#define AT(member) offsetof(struct reporting_config, member)
/* A frame of the day before may still be on its way just after midnight. */
#define EARLIEST_MINUTES 5

const struct dd_setting reporting_settings[] = {
	{.key = "reporting.data_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(data_dir),
	 .text = "/var/lib/dondoc/reporting",
	 .help = "folder of the projections and of the issued reports"},
	{.key = "reporting.run_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(run_dir),
	 .text = "/run/dondoc",
	 .help = "folder of the local sockets"},
	{.key = "reporting.agency",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(agency),
	 .text = "",
	 .help = "the issuing body in the head of the document; empty = the authority"},
	{.key = "reporting.superior",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(superior),
	 .text = "",
	 .help = "the body above it; empty = no such line"},
	{.key = "reporting.place",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(place),
	 .text = "",
	 .help = "the place before the date; empty = left blank"},
	{.key = "reporting.recipient",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(recipient),
	 .text = "",
	 .help = "to whom the report goes (Kính gửi); empty = no such line"},
	{.key = "reporting.plan",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(plan),
	 .text = "",
	 .help = "code of the plan that the schedule reports on; empty = all together"},
	{.key = "reporting.trial",
	 .type = DD_SETTING_BOOL,
	 .offset = AT(trial),
	 .number = 0,
	 .help = "the data is invented: every page and file says so"},
	{.key = "schedule.monthly",
	 .type = DD_SETTING_BOOL,
	 .offset = AT(monthly),
	 .number = 1,
	 .help = "issue a report each month up to the last day of the month before"},
	{.key = "schedule.day",
	 .type = DD_SETTING_INT,
	 .offset = AT(day),
	 .number = 1,
	 .min = 1,
	 .max = 31,
	 .help = "day of the month on which it is made; the last one where a month is shorter"},
	{.key = "schedule.time",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(time),
	 .text = "07:30",
	 .help = "local time at which it is made, from 00:05"},
	{.key = NULL},
};

int reporting_config_check(const struct reporting_config *config,
			   struct report_schedule *schedule_out, struct dd_error *err)
{
	int minutes = 0;

	if (config->data_dir[0] != '/' || config->run_dir[0] != '/')
		return dd_fail(err, DD_ERR_INVALID,
			       "reporting.data_dir and reporting.run_dir must be absolute paths");
	if (config->plan[0] != '\0' && !dd_plan_code_valid(config->plan))
		return dd_fail(err, DD_ERR_INVALID, "reporting.plan '%.40s' is not a plan's code",
			       config->plan);
	if (dd_day_minutes_parse(config->time, &minutes, err) != 0)
		return dd_fail_context(err, "schedule.time");
	if (minutes < EARLIEST_MINUTES)
		return dd_fail(err, DD_ERR_INVALID,
			       "schedule.time %s is too early: from 00:05, when the last day is "
			       "surely closed",
			       config->time);
	*schedule_out = (struct report_schedule){
		.on = config->monthly, .day = (int)config->day, .minutes = minutes};
	return DD_OK;
}
