/* main.c - the office service, named to the daemon skeleton. */
#include "services/office/office.h"
#include "services/office/office_self_test.h"

int main(int argc, char **argv)
{
	static const struct dd_app app = {
		.name = "office",
		.summary = "the office service: takes a unit's reports, brings them to the centre",
		.settings = office_settings,
		.settings_size = sizeof(struct office_config),
		.open = office_open,
		.close = office_close,
		.check = office_self_test,
	};

	return dd_app_main(&app, argc, argv);
}
