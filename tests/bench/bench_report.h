/* bench_report.h - the packed request of a progress report and its packed answer, written and read
 * byte by byte: the general way costs the client more than the network does. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_REPORT_MAX 1024
#define BENCH_UNIT_MAX   128

struct bench_report {
	uint64_t id;           /* of the request */
	const uint8_t *stream; /* 16 bytes; the person too */
	const char *unit;      /* acting; at most BENCH_UNIT_MAX bytes */
	size_t unit_len;
	uint64_t number;
	int64_t fact_us;
	uint64_t seen; /* the last event about the task that the office knows of; 0 = none */
	uint64_t task;
	uint32_t percent;
};

/* Packs into `room` and returns where in it the request begins. */
const uint8_t *bench_report_pack(const struct bench_report *report, uint8_t room[BENCH_REPORT_MAX],
				 size_t *len_out);

/* The answer is the ordinary one: accepted, with a receipt. False says nothing more than that the
 * answer must be unpacked to know. */
bool bench_reply_accepted(const uint8_t *data, size_t len, uint64_t *id_out);

/* Compares with what protobuf-c makes of the same values. 0, or -1 with words on stderr. */
int bench_report_check(const char *unit);

#endif
