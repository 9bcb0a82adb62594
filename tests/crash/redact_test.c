/* redact_test.c - a redaction that ends at any of its changes of the disk, by a kill or by a loss
 * of power: the log opens, verifies, has every record with its body or without, and the redaction
 * that is done again finishes what was left.
 *
 * Each change is tried one by one; each with several ways in which the power may go. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/eventlog/segment_redact.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/crash/sim_disk.h"
#include <inttypes.h>

#define WAYS 6 /* of losing power at one place; the first only loses the process */

static const uint64_t list[] = {3, 4, 301, 641, 899};
#define LIST_LEN (sizeof(list) / sizeof(list[0]))

struct trial {
	struct sim_random random;
	struct sim_disk *disk;     /* owned */
	struct sim_disk *snapshot; /* owned; before the change number `at` */
	long at, seen;
	unsigned states, faults;
	struct dd_position head; /* acknowledged */
	bool told;               /* the redaction has returned: it may not come undone */
	struct dd_position snapshot_head;
	bool snapshot_told;
};

static void on_change(void *arg)
{
	struct trial *trial = arg;

	if (++trial->seen != trial->at)
		return;
	trial->snapshot = sim_clone(trial->disk);
	trial->snapshot_head = trial->head;
	trial->snapshot_told = trial->told;
}

static void fault(struct trial *trial, const char *what, const char *why)
{
	if (trial->faults++ == 0)
		fprintf(stderr, "before change %ld: %s: %s\n", trial->at, what, why);
}

static int open_log(struct dd_eventlog **log_out, struct dd_error *err)
{
	struct dd_eventlog_options options = {
		.dir = SIM_DIR, .segment_bytes = 65536, .inline_commit = true, .create = true};

	return dd_eventlog_open(&options, log_out, err);
}

static bool is_listed(uint64_t sequence)
{
	for (size_t i = 0; i < LIST_LEN; i++)
		if (list[i] == sequence)
			return true;
	return false;
}

/* All records are there; those of the list may lack their bodies, or must if `done`. */
static void check(struct trial *trial, struct dd_eventlog *log, bool done)
{
	const struct dd_position *acked = &trial->snapshot_head;
	struct dd_position head = dd_eventlog_head(log);
	struct dd_verify_report report;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err = {0};

	if (head.sequence < acked->sequence)
		fault(trial, "acknowledged records are gone", "");
	if (dd_eventlog_verify(SIM_DIR, acked, &report, &err) != 0)
		fault(trial, "it does not verify", err.text);
	for (uint64_t at = 1; at <= head.sequence; at++) {
		if (dd_eventlog_get(log, at, &frame, &record, &err) != 0)
			fault(trial, "a record is gone", err.text);
		else if (record.kind == DD_RECORD_FULL
				 ? (done && is_listed(at)) || fx_check_record(&record) != 0
				 : !is_listed(at))
			fault(trial, "a record is another", "");
	}
	dd_buf_fini(&frame);
}

static bool body_on_disk(struct sim_disk *disk, uint64_t sequence)
{
	uint8_t both[640]; /* header and body: bodies alone are alike */
	uint32_t header = fx_header_len(sequence);
	size_t len;

	fx_fill(sequence, both, both + header);
	for (size_t i = 0; i < sim_files(disk); i++) {
		const uint8_t *data = sim_content(disk, i, &len);

		if (memmem(data, len, both, header + fx_body_len(sequence)))
			return true;
	}
	return false;
}

/* Of every second one something stays. */
static int blank(struct dd_eventlog *log, uint32_t *generation_out, struct dd_error *err)
{
	static const uint8_t rest[] = {1, 2, 3, 4, 5};
	struct dd_redact records[LIST_LEN];

	for (size_t i = 0; i < LIST_LEN; i++)
		records[i] = (struct dd_redact){.sequence = list[i],
						.rest = i % 2 ? rest : NULL,
						.rest_len = i % 2 ? sizeof(rest) : 0};
	return dd_eventlog_redact(log, records, LIST_LEN, generation_out, err);
}

/* Open what a crash left, look, and do it again. */
static void go_on(struct trial *trial, struct sim_disk *disk)
{
	struct dd_eventlog *log;
	struct dd_error err;
	uint32_t generation;

	trial->states++;
	sim_use(disk, sim_random(&trial->random));
	if (open_log(&log, &err) != 0) {
		fault(trial, "it does not open", err.text);
		sim_use(NULL, 0);
		return;
	}
	check(trial, log, trial->snapshot_told);
	if (blank(log, &generation, &err) != 0)
		fault(trial, "it cannot be done again", err.text);
	check(trial, log, true);
	dd_eventlog_close(log);
	for (size_t i = 0; i < LIST_LEN; i++)
		if (body_on_disk(disk, list[i]))
			fault(trial, "a body is still on the disk", "");
	sim_use(NULL, 0);
}

/* A disk with a log of several segments. */
static void begin(struct trial *trial)
{
	struct dd_eventlog *log;
	struct dd_error err;

	trial->disk = sim_new();
	sim_use(trial->disk, 1);
	if (open_log(&log, &err) != 0 || fx_append_ok(log, 30, 30) != 0)
		abort();
	trial->head = dd_eventlog_head(log);
	dd_eventlog_close(log);
	sim_use(NULL, 0);
}

/* Redact and go on, with a copy of the disk before change number `at`. False: there were fewer. */
static bool run(struct trial *trial, struct sim_disk *base)
{
	const struct dd_position before = trial->head;
	struct dd_eventlog *log;
	struct dd_error err;
	uint32_t generation;

	trial->disk = sim_clone(base);
	trial->snapshot = NULL;
	trial->seen = 0;
	sim_use(trial->disk, 2);
	if (open_log(&log, &err) != 0)
		abort();
	sim_on_change(trial->disk, on_change, trial);
	if (blank(log, &generation, &err) != 0)
		fault(trial, "redaction", err.text);
	trial->told = true;
	for (unsigned i = 0; i < 3; i++) {
		if (fx_append(log, 20).err != 0)
			fault(trial, "it does not go on", "");
		trial->head = dd_eventlog_head(log);
	}
	sim_on_change(trial->disk, NULL, NULL);
	dd_eventlog_close(log);
	sim_use(NULL, 0);
	sim_free(trial->disk);
	trial->head = before;
	trial->told = false;
	return trial->snapshot != NULL;
}

int main(void)
{
	struct trial trial = {.random = {.state = 20260302}};
	struct sim_disk *base;

	dd_id_start();
	dd_log_start("test", DD_LOG_ERROR);
	begin(&trial);
	base = trial.disk;
	for (trial.at = 1; run(&trial, base); trial.at++) {
		for (int way = 0; way < WAYS; way++) {
			struct sim_disk *disk = sim_clone(trial.snapshot);

			if (way > 0)
				sim_power_loss(disk, &trial.random);
			go_on(&trial, disk);
			sim_free(disk);
		}
		sim_free(trial.snapshot);
	}
	sim_free(base);
	printf("%ld changes of the disk, %u states after a crash, %u faults\n", trial.at - 1,
	       trial.states, trial.faults);
	return trial.faults == 0 && trial.at > 20 ? 0 : 1;
}
