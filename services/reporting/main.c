/* main.c - the reporting service, named to the daemon skeleton. */
#include "services/reporting/reporting.h"

int main(int argc, char **argv)
{
	static const struct dd_app app = {
		.name = "reporting",
		.summary = "the reporting service: reports as of any day, issues them on schedule",
		.settings = reporting_settings,
		.settings_size = sizeof(struct reporting_config),
		.open = reporting_open,
		.close = reporting_close,
	};

	return dd_app_main(&app, argc, argv);
}
