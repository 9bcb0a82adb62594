/* crowd_impl.h - one office among many; only crowd*.c include this. */
#ifndef TESTS_SYSTEM_CROWD_IMPL_H
#define TESTS_SYSTEM_CROWD_IMPL_H

#include "services/office/office.h"
#include "tests/system/crowd.h"

struct crowd_office {
	struct office *office; /* owned; NULL = closed */
	struct office_config config;
	char unit[CROWD_UNIT];
	char data[STATION_PATH], key[STATION_PATH], centre[64];
	const uint64_t *tasks; /* borrowed */
	size_t task_count;
	uint8_t client[DD_ID_LEN]; /* the stream of the people who report at the office */
	uint64_t number;
	int index;
};

/* Fill in names, write the key and its admission. */
void crowd_office_init(struct crowd_office *one, const struct crowd_options *options, size_t index);
/* On the loop's thread. `access` is shared: a process has one. */
void crowd_office_open(struct crowd_office *one, struct dd_loop *loop, struct dd_access *access);
void crowd_office_close(struct crowd_office *one);
void crowd_office_save(struct crowd_office *one, struct test_history *history);

#endif
