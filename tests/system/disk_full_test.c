/* disk_full_test.c - a small disk runs full under load: commands are answered "busy", questions are
 * still answered, nothing acknowledged is lost; when there is space again it goes on by itself. */
#include "tests/support/tmpdir.h"
#include "tests/system/station.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DISK_BYTES  "52m"
#define LEAVE_BYTES (256u << 10)
#define ROUNDS      3

/* A file that leaves nearly no space. */
static void fill_disk(const char *path, const char *disk)
{
	static const char zeros[64 << 10];
	struct statvfs st;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		system_die("cannot make %s", path);
	while (statvfs(disk, &st) == 0 && st.f_bavail * st.f_frsize > LEAVE_BYTES) {
		if (write(fd, zeros, sizeof(zeros)) < 0)
			break;
	}
	close(fd);
}

static bool wait_until_busy(const struct test_load *load)
{
	uint64_t before = test_load_busy(load);

	for (int i = 0; i < 2000 && test_load_busy(load) < before + 20; i++)
		system_rest_ms(10);
	return test_load_busy(load) >= before + 20;
}

static bool wait_until_answered(const struct test_load *load, uint64_t more)
{
	uint64_t before = test_load_answered(load);

	for (int i = 0; i < 2000 && test_load_answered(load) < before + more; i++)
		system_rest_ms(10);
	return test_load_answered(load) >= before + more;
}

static bool still_runs(struct station *station)
{
	return test_proc_wait(&station->task, 0) == TEST_PROC_RUNNING;
}

static const char *one_round(struct station *station, struct test_load *load, const char *disk)
{
	char filler[STATION_PATH];
	uint64_t head;

	snprintf(filler, sizeof(filler), "%.400s/filler", disk);
	fill_disk(filler, disk);
	if (!wait_until_busy(load))
		return "never busy";
	if (!still_runs(station))
		return "ended on a full disk";
	if (!station_head(station, 5000, &head))
		return "no answer to a question on a full disk";
	unlink(filler);
	if (!wait_until_answered(load, 100))
		return "does not go on when there is space";
	return NULL;
}

static const char *campaign(struct station *station, uint64_t seed, const char *disk)
{
	struct test_load_options options;
	struct test_load *load;
	const char *fault = NULL;

	station_must_start(station);
	station_prepare(station, 50);
	options = station_load(station, 0, seed);
	options.note_bytes = 3900;
	options.window = 8;
	load = test_load_start(&options);
	fault = one_round(station, load, disk);
	if (!test_load_stop(load, 10000) && fault == NULL)
		fault = "an impossible answer";
	return fault;
}

/* Each round has a disk of its own. */
static bool one_disk(const char *disk, uint64_t seed, struct test_verdict *sum)
{
	struct test_verdict verdict;
	struct station station;
	char data[STATION_PATH];
	const char *fault;
	bool good;

	if (mount("dondoc-test", disk, "tmpfs", MS_NOSUID | MS_NODEV,
		  "mode=0700,size=" DISK_BYTES) != 0)
		system_die("cannot mount a small disk: %s", strerror(errno));
	snprintf(data, sizeof(data), "%.400s/data", disk);
	station_init(&station, data, 0);
	fault = campaign(&station, seed, disk);
	if (fault != NULL)
		printf("disk full: %s\n", fault);
	test_proc_kill(&station.task);
	good = station_check(&station, &verdict) && station_verify(station.log, NULL);
	test_verdict_add(sum, &verdict);
	station_fini(&station);
	umount2(disk, MNT_DETACH);
	return good && fault == NULL;
}

int main(void)
{
	struct test_verdict sum = {0};
	uint64_t seed = system_seed();
	char *disk = test_tmpdir();
	bool good = true;
	int rc;

	/* In a namespace of our own, so that no mount outlives us. */
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		fprintf(stderr, "skipped: no right to mount a small disk: %s\n", strerror(errno));
		test_tmpdir_end(disk);
		return 77;
	}
	for (uint64_t i = 0; i < ROUNDS; i++)
		good = one_disk(disk, seed + i, &sum) && good;
	rc = system_report("disk-full", seed, ROUNDS, &sum, "");
	test_tmpdir_end(disk);
	return good ? rc : 1;
}
