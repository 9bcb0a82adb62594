/* task_config.c - the table of settings. */
#include "services/task/task_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct task_config, member)

const struct dd_setting task_settings[] = {
	{.key = "task.data_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(data_dir),
	 .text = "/var/lib/dondoc/task",
	 .help = "folder of the log, the view and uploaded files"},
	{.key = "task.run_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(run_dir),
	 .text = "/run/dondoc",
	 .help = "folder of the local sockets"},
	{.key = "task.authority",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(authority),
	 .text = "",
	 .help = "name of the authority; written into the first event of a new log"},
	{.key = "task.listen",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(listen),
	 .text = "",
	 .help = "where offices send commands, tcp://address:port; empty = nowhere"},
	{.key = "task.address",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(address),
	 .text = "",
	 .help = "how offices reach task.listen from outside, tcp://name:port; goes into "
		 "invitations"},
	{.key = "task.listen_log",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(listen_log),
	 .text = "",
	 .help = "where offices read the log, tcp://address:port; empty = on the port behind that "
		 "of "
		 "listen, as offices expect it"},
	{.key = "task.server_key",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(server_key),
	 .text = "",
	 .help = "CURVE key file of this server; needed with listen"},
	{.key = "task.offices_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(offices_dir),
	 .text = "",
	 .help = "folder of admitted offices, one file NAME.office each"},
	{.key = "task.bench_listen",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(bench_listen),
	 .text = "",
	 .help = "benchmarks only: a tcp endpoint without keys, on loopback; refused unless "
		 "DONDOC_TRIAL=1"},
	{.key = "log.segment_bytes",
	 .type = DD_SETTING_INT,
	 .offset = AT(segment_bytes),
	 .number = 32 << 20,
	 .min = 8 << 20,
	 .max = INT64_C(1) << 32,
	 .help = "size of a segment file of the event log"},
	{.key = NULL},
};

int task_config_log(const struct task_config *config, char *out, size_t size, struct dd_error *err)
{
	const char *colon = strrchr(config->listen, ':');
	char *end = NULL;
	long port = 0;
	int len;

	if (config->listen_log[0] != '\0' || config->listen[0] == '\0') {
		len = snprintf(out, size, "%s", config->listen_log);
	} else {
		port = colon != NULL ? strtol(colon + 1, &end, 10) : 0;
		if (port < 1 || port > 65534 || *end != '\0')
			return dd_fail(err, DD_ERR_INVALID,
				       "the log's address does not follow from task.listen '%s': "
				       "set task.listen_log",
				       config->listen);
		len = snprintf(out, size, "%.*s:%ld", (int)(colon - config->listen), config->listen,
			       port + 1);
	}
	if (len < 0 || (size_t)len >= size)
		return dd_fail(err, DD_ERR_INVALID, "task.listen_log is too long");
	return DD_OK;
}
