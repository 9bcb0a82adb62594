/* main.c - the office service, named to the daemon skeleton. */
#include "services/office/office.h"

int main(int argc, char **argv)
{
	static const struct dd_app app = {
		.name = "office",
		.summary = "the office service: takes a unit's reports, brings them to the centre",
		.settings = office_settings,
		.settings_size = sizeof(struct office_config),
		.open = office_open,
		.close = office_close,
	};

	return dd_app_main(&app, argc, argv);
}
