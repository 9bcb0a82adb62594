/* main.c - the notification service, named to the daemon skeleton. */
#include "services/notification/notify.h"

int main(int argc, char **argv)
{
	static const struct dd_app app = {
		.name = "notification",
		.summary = "the notification service: reminds units by mail, in working time",
		.settings = notify_settings,
		.settings_size = sizeof(struct notify_config),
		.open = notify_open,
		.close = notify_close,
		.check = notify_check,
	};

	return dd_app_main(&app, argc, argv);
}
