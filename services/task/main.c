/* main.c - the task service, named to the daemon skeleton. */
#include "services/task/task.h"

int main(int argc, char **argv)
{
	static const struct dd_app app = {
		.name = "task",
		.summary = "the task service: takes commands, writes the event log",
		.settings = task_settings,
		.settings_size = sizeof(struct task_config),
		.open = task_service_open,
		.close = task_service_close,
	};

	return dd_app_main(&app, argc, argv);
}
