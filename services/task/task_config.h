/* task_config.h - settings of the task service. */
#ifndef TASK_CONFIG_H
#define TASK_CONFIG_H

#include "common/base/config.h"
#include "common/base/err.h"
#include <stddef.h>

struct task_config {
	char *data_dir;
	char *run_dir;
	char *authority;
	char *listen;
	char *address;
	char *listen_log;
	char *server_key;
	char *offices_dir;
	int64_t segment_bytes;
	char *bench_listen;
};

extern const struct dd_setting task_settings[];

/* Where offices read the log: task.listen_log, or the port behind that of task.listen; "" where
 * neither is set. DD_ERR_INVALID: it does not follow from task.listen. */
int task_config_log(const struct task_config *config, char *out, size_t size,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
