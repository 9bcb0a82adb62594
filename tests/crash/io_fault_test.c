/* io_fault_test.c - each call to the disk fails once: the n-th of its kind for n = 1, 2 ... until a
 * run has no such call. Whatever it did, what was acknowledged is there when the log is opened
 * again, after the end of the process and after a loss of power. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/crash/sim_disk.h"
#include "tests/support/fault.h"
#include <errno.h>
#include <inttypes.h>

struct fault {
	const char *name;
	enum test_op op;
	enum test_fault_kind kind;
	int code;
	long times;
};

static const struct fault faults[] = {
	{"open_eio", TEST_OPEN, TEST_FAIL, EIO, 1},
	{"pread_eio", TEST_PREAD, TEST_FAIL, EIO, 1},
	{"pread_short", TEST_PREAD, TEST_SHORT, 0, 1},
	{"pwrite_eio", TEST_PWRITE, TEST_FAIL, EIO, 1},
	{"pwrite_torn_eio", TEST_PWRITE, TEST_TEAR, EIO, 1},
	{"pwrite_short", TEST_PWRITE, TEST_SHORT, 0, 1},
	{"fdatasync_eio", TEST_FDATASYNC, TEST_FAIL, EIO, 1},
	{"fsync_eio", TEST_FSYNC, TEST_FAIL, EIO, 1},
	{"rename_eio", TEST_RENAME, TEST_FAIL, EIO, 1},
	{"unlink_eio", TEST_UNLINK, TEST_FAIL, EIO, 1},
	{"list_eio", TEST_LIST, TEST_FAIL, EIO, 1},
	{"size_eio", TEST_SIZE, TEST_FAIL, EIO, 1},
	{"pwrite_enospc", TEST_PWRITE, TEST_FAIL, ENOSPC, 3},
	{"pwrite_torn_enospc", TEST_PWRITE, TEST_TEAR, ENOSPC, 1},
	{"open_enospc", TEST_OPEN, TEST_FAIL, ENOSPC, 3},
	{"rename_enospc", TEST_RENAME, TEST_FAIL, ENOSPC, 3},
	{"fdatasync_enospc", TEST_FDATASYNC, TEST_FAIL, ENOSPC, 1},
};

struct campaign {
	struct sim_random random;
	unsigned runs, lost, full, dead, refused;
};

static struct dd_eventlog_options options(void)
{
	return (struct dd_eventlog_options){
		.dir = SIM_DIR, .segment_bytes = 65536, .inline_commit = true, .create = true};
}

static void lost(struct campaign *campaign, const struct fault *fault, long n, const char *why)
{
	if (campaign->lost++ == 0)
		fprintf(stderr, "%s at call %ld: %s\n", fault->name, n, why);
}

/* Append until the end or until the log is dead. True if it lived. */
static bool append_all(struct campaign *campaign, struct dd_eventlog *log,
		       struct dd_position *acked)
{
	for (unsigned i = 0; i < 12; i++) {
		int rc = fx_append(log, 20 + 17 * (i % 3)).err;

		if (rc == DD_ERR_FULL) {
			campaign->full++;
			continue;
		}
		if (rc != 0)
			return false;
		*acked = dd_eventlog_head(log);
	}
	return true;
}

/* Open without faults: all that was acknowledged is there, and it goes on. */
static const char *check(struct sim_disk *disk, const struct dd_position *acked, uint64_t seed)
{
	struct dd_eventlog_options opts = options();
	struct dd_eventlog *log;
	static struct dd_error err;
	const char *why = NULL;

	sim_use(disk, seed);
	opts.expect = *acked;
	if (dd_eventlog_open(&opts, &log, &err) != 0)
		return err.text;
	if (fx_check_all(log, &err) != 0)
		why = err.text;
	else if (fx_append_ok(log, 8, 50) != 0 || fx_check_all(log, &err) != 0)
		why = "it does not go on";
	dd_eventlog_close(log);
	return why;
}

/* A log with some records, then one run with the fault. True if the fault has come to pass. */
static bool run(struct campaign *campaign, const struct fault *fault, long n)
{
	struct dd_eventlog_options opts = options();
	struct sim_disk *disk = sim_new(), *after;
	struct dd_position acked = {0};
	struct dd_eventlog *log;
	struct dd_error err;
	const char *why;
	bool happened, lived = false;
	int rc;

	sim_use(disk, 7);
	if (n % 2 == 0) { /* every second run on a log that exists */
		if (dd_eventlog_open(&opts, &log, &err) != 0 || fx_append_ok(log, 9, 40) != 0)
			abort();
		acked = dd_eventlog_head(log);
		dd_eventlog_close(log);
	}
	test_fault_start(sim_table(disk, 8));
	test_fault_set(fault->op, fault->kind, n / 2 + 1, fault->times, fault->code);
	rc = dd_eventlog_open(&opts, &log, &err);
	if (rc == 0)
		lived = append_all(campaign, log, &acked);
	else
		campaign->refused++;
	campaign->dead += rc == 0 && !lived;
	happened = test_fault_count(fault->op) >= n / 2 + 1;
	sim_kill(disk);
	dd_eventlog_close(log);
	sim_revive(disk);
	test_fault_end();
	after = sim_clone(disk);
	sim_power_loss(after, &campaign->random);
	why = check(disk, &acked, 9);
	if (why)
		lost(campaign, fault, n / 2 + 1, why);
	why = check(after, &acked, 10);
	if (why)
		lost(campaign, fault, n / 2 + 1, why);
	sim_use(NULL, 0);
	sim_free(disk);
	sim_free(after);
	campaign->runs++;
	return happened;
}

int main(void)
{
	struct campaign campaign = {.random = {4711}};
	bool sane;

	dd_id_start();
	dd_log_start("crash", DD_LOG_ERROR);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		int quiet = 0;

		for (long n = 0; quiet < 2; n++)
			quiet = run(&campaign, &faults[i], n) ? 0 : quiet + 1;
	}
	printf("fault=io_error N=%u lost=%u full=%u dead=%u refused=%u bound_95=%.5f\n",
	       campaign.runs, campaign.lost, campaign.full, campaign.dead, campaign.refused,
	       3.0 / campaign.runs);
	sane = campaign.full > 0 && campaign.dead > 0 && campaign.refused > 0;
	return campaign.lost == 0 && sane ? 0 : 1;
}
