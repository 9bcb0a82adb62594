/* task_config_test.c - where offices find the log. */
#include "services/task/task_config.h"
#include "tests/support/harness.h"

#include <stdlib.h>
#include <string.h>

static void offices_read_the_log_behind_the_port_where_they_report(void **state)
{
	static const struct {
		const char *listen, *log, *where; /* NULL = it cannot be told */
	} rows[] = {
		{"", "", ""},
		{"tcp://0.0.0.0:7701", "", "tcp://0.0.0.0:7702"},
		{"tcp://*:99", "", "tcp://*:100"},
		{"tcp://[::1]:7701", "", "tcp://[::1]:7702"},
		{"tcp://0.0.0.0:7701", "tcp://10.0.0.1:9000", "tcp://10.0.0.1:9000"},
		{"", "tcp://10.0.0.1:9000", "tcp://10.0.0.1:9000"},
		{"tcp://0.0.0.0:65535", "", NULL},
		{"tcp://0.0.0.0:*", "", NULL},
		{"tcp://0.0.0.0:0", "", NULL},
		{"tcp://0.0.0.0:77x", "", NULL},
		{"nonsense", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct task_config config = {.listen = strdup(rows[i].listen),
					     .listen_log = strdup(rows[i].log)};
		struct dd_error err = {0};
		char where[64] = "";
		int r = task_config_log(&config, where, sizeof(where), &err);

		if (rows[i].where == NULL) {
			assert_int_equal(r, DD_ERR_INVALID);
			assert_non_null(strstr(err.text, "listen_log"));
		} else {
			assert_int_equal(r, DD_OK);
			assert_string_equal(where, rows[i].where);
		}
		free(config.listen);
		free(config.listen_log);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(offices_read_the_log_behind_the_port_where_they_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
