/* task_config.h - settings of the task service. */
#ifndef TASK_CONFIG_H
#define TASK_CONFIG_H

#include "common/base/config.h"

struct task_config {
	char *data_dir;
	char *run_dir;
	char *authority;
	char *listen;
	char *listen_log;
	char *server_key;
	char *offices_dir;
	int64_t segment_bytes;
	char *bench_listen;
};

extern const struct dd_setting task_settings[];

#endif
