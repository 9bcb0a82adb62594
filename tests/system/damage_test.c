/* damage_test.c - a stopped log is damaged: bits flipped, sectors zeroed, pages put in the wrong
 * place, files cut off. `dondoc log verify` must name file and offset, with the head's receipt as
 * witness; dondoc-task must refuse to start on damage in what it reads at a start, and change
 * nothing. */
#include "tests/support/tmpdir.h"
#include "tests/system/station.h"

#include "common/base/alloc.h"
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIALS       200
#define STARTS       24
#define PAGE         4096u
#define EXIT_DAMAGE  6   /* of dondoc log verify */
#define EXIT_REFUSED 100 /* of dondoc-task */
#define SEGMENTS_MAX 8

struct segment {
	char path[STATION_PATH + 64];
	size_t used; /* bytes up to the last one that is not zero */
};

struct campaign {
	struct station station;
	uint64_t seed, random;
	struct segment segments[SEGMENTS_MAX];
	size_t segment_count;
	struct dd_position head;
	char receipt[160];
	size_t tried, silent, unnamed, started;
};

/* What a trial does to a file, and how it was before. */
struct damage {
	const char *kind;
	const struct segment *segment;
	size_t offset, len; /* bytes that are saved */
	off_t size;         /* of the file */
	uint8_t saved[PAGE];
};

/* --- files ------------------------------------------------------------------------------------ */

static int by_path(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static size_t used_bytes(const char *path)
{
	unsigned long len = 0;
	char *data = test_read_file(path, &len);

	while (data != NULL && len > 0 && data[len - 1] == 0)
		len--;
	free(data);
	return len;
}

static void find_segments(struct campaign *campaign)
{
	DIR *dir = opendir(campaign->station.log);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		const char *ending = strrchr(entry->d_name, '.');
		struct segment *segment = &campaign->segments[campaign->segment_count];

		if (ending == NULL || strcmp(ending, ".seg") != 0)
			continue;
		if (campaign->segment_count++ == SEGMENTS_MAX)
			system_die("more segments than expected");
		snprintf(segment->path, sizeof(segment->path), "%s/%.60s", campaign->station.log,
			 entry->d_name);
		segment->used = used_bytes(segment->path);
	}
	if (dir != NULL)
		closedir(dir);
	qsort(campaign->segments, campaign->segment_count, sizeof(struct segment), by_path);
	if (campaign->segment_count < 2)
		system_die("the log has no second segment");
}

static int open_segment(const struct segment *segment)
{
	int fd = open(segment->path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		system_die("cannot open %s", segment->path);
	return fd;
}

static void must(bool done, const char *what)
{
	if (!done)
		system_die("%s failed", what);
}

/* --- damage ----------------------------------------------------------------------------------- */

static void flip(struct campaign *campaign, struct damage *damage, int fd)
{
	uint8_t byte;

	damage->len = 1;
	damage->offset = system_draw(&campaign->random) % damage->segment->used;
	must(pread(fd, damage->saved, 1, (off_t)damage->offset) == 1, "pread");
	byte = (uint8_t)(damage->saved[0] ^ (1u << system_draw(&campaign->random) % 8));
	must(pwrite(fd, &byte, 1, (off_t)damage->offset) == 1, "pwrite");
}

/* A page that has something in it. */
static void pick_page(struct campaign *campaign, struct damage *damage, int fd)
{
	damage->len = PAGE;
	damage->offset = PAGE * (system_draw(&campaign->random) % (damage->segment->used / PAGE));
	must(pread(fd, damage->saved, PAGE, (off_t)damage->offset) == (ssize_t)PAGE, "pread");
}

static void zero_page(struct campaign *campaign, struct damage *damage, int fd)
{
	static const uint8_t zeros[PAGE];

	pick_page(campaign, damage, fd);
	must(pwrite(fd, zeros, PAGE, (off_t)damage->offset) == (ssize_t)PAGE, "pwrite");
}

/* A write that went to the wrong place. */
static void misplace_page(struct campaign *campaign, struct damage *damage, int fd)
{
	uint8_t other[PAGE];
	size_t from;

	pick_page(campaign, damage, fd);
	do {
		from = PAGE * (system_draw(&campaign->random) % (damage->segment->used / PAGE));
		must(pread(fd, other, PAGE, (off_t)from) == (ssize_t)PAGE, "pread");
	} while (memcmp(other, damage->saved, PAGE) == 0);
	must(pwrite(fd, other, PAGE, (off_t)damage->offset) == (ssize_t)PAGE, "pwrite");
}

static const struct {
	const char *name;
	void (*apply)(struct campaign *campaign, struct damage *damage, int fd);
	unsigned percent;
} kinds[] = {{"flip", flip, 70}, {"zero", zero_page, 15}, {"misplace", misplace_page, 15}};

static void hurt(struct campaign *campaign, const struct segment *segment, struct damage *damage)
{
	unsigned drawn = (unsigned)(system_draw(&campaign->random) % 100);
	int fd = open_segment(segment);
	size_t kind = 0;

	while (drawn >= kinds[kind].percent)
		drawn -= kinds[kind++].percent;
	damage->segment = segment;
	damage->kind = kinds[kind].name;
	kinds[kind].apply(campaign, damage, fd);
	close(fd);
}

static void heal(const struct damage *damage)
{
	int fd = open_segment(damage->segment);

	must(pwrite(fd, damage->saved, damage->len, (off_t)damage->offset) == (ssize_t)damage->len,
	     "pwrite");
	close(fd);
}

/* --- trials ----------------------------------------------------------------------------------- */

static char *verify(struct campaign *campaign, int *status_out)
{
	const struct station *station = &campaign->station;
	const char *const argv[] = {DONDOC_CLI,   "log",       "verify",          "--dir",
				    station->log, "--receipt", campaign->receipt, "--lang",
				    "en",         NULL};
	char out[STATION_PATH + 16];
	struct test_proc proc;
	char *words;

	if (!test_proc_start(&proc, station->dir, "verify", argv, NULL))
		system_die("dondoc cannot be started");
	*status_out = test_proc_wait(&proc, 30000);
	snprintf(out, sizeof(out), "%s/verify.err", station->dir);
	words = test_read_file(out, NULL);
	test_proc_fini(&proc);
	return words;
}

/* The damaged file and an offset; or, if the damage makes the last frame look like one that was
 * never finished, the last sequence that is there and the one that was acknowledged. */
static bool names_place(const char *words, const struct segment *segment)
{
	const char *name = strrchr(segment->path, '/') + 1;

	if (words == NULL || strstr(words, "offset") == NULL)
		return false;
	return strstr(words, name) != NULL || strstr(words, "but the log ends at") != NULL;
}

static void complain(const struct damage *damage, const char *what, const char *words)
{
	printf("%s at %zu of %s: %s: %s\n", damage->kind, damage->offset, damage->segment->path,
	       what, words != NULL ? words : "");
}

static void try_verify(struct campaign *campaign)
{
	const struct segment *segment =
		&campaign->segments[system_draw(&campaign->random) % campaign->segment_count];
	struct damage damage;
	char *words;
	int status;

	hurt(campaign, segment, &damage);
	words = verify(campaign, &status);
	campaign->tried++;
	if (status != EXIT_DAMAGE) {
		campaign->silent++;
		complain(&damage, "not found", words);
	} else if (!names_place(words, segment)) {
		campaign->unnamed++;
		complain(&damage, "the place is not named", words);
	}
	free(words);
	heal(&damage);
}

/* The last segment is read at each start. */
static void try_start(struct campaign *campaign)
{
	struct station *station = &campaign->station;
	const struct segment *segment = &campaign->segments[campaign->segment_count - 1];
	unsigned long before_len = 0, after_len = 0;
	char *before, *after, *words;
	struct damage damage;

	hurt(campaign, segment, &damage);
	before = test_read_file(segment->path, &before_len);
	campaign->tried++;
	if (station_start(station, true) || test_proc_wait(&station->task, 10000) != EXIT_REFUSED) {
		campaign->started++;
		complain(&damage, "dondoc-task does not refuse", "");
	}
	test_proc_kill(&station->task);
	words = test_read_file(station->task.err_path, NULL);
	if (!names_place(words, segment)) {
		campaign->unnamed++;
		complain(&damage, "dondoc-task does not name the place", words);
	}
	after = test_read_file(segment->path, &after_len);
	if (after == NULL || before == NULL || before_len != after_len ||
	    memcmp(before, after, after_len) != 0)
		system_die("dondoc-task changed a damaged log");
	free(before);
	free(after);
	free(words);
	heal(&damage);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void make_log(struct campaign *campaign)
{
	struct station *station = &campaign->station;
	struct test_load_options options;
	struct test_load *load;
	char chain[2 * DD_HASH_LEN + 1];
	struct dd_error err;
	struct test_log log;

	station_must_start(station);
	station_prepare(station, 20);
	options = station_load(station, 0, campaign->seed);
	options.note_bytes = 3000;
	options.ops = 3400;
	options.window = 8;
	load = test_load_start(&options);
	for (int i = 0; i < 3000 && !test_load_finished(load); i++)
		system_rest_ms(10);
	must(test_load_finished(load) && test_load_stop(load, 5000), "the load");
	station_settle(station);
	test_proc_kill(&station->task);
	if (test_log_read(station->log, station->prepared, &log, &err) != 0)
		system_die("%s", err.text);
	campaign->head = log.head;
	snprintf(campaign->receipt, sizeof(campaign->receipt), "%" PRIu32 ":%" PRIu64 ":%s",
		 log.head.incarnation, log.head.sequence,
		 dd_hex(log.head.chain, DD_HASH_LEN, chain));
	test_log_fini(&log);
	find_segments(campaign);
}

int main(void)
{
	struct campaign *campaign = dd_alloc(sizeof(*campaign));
	struct test_verdict verdict;
	char *words;
	char more[128];
	int status, rc;
	bool good;

	campaign->seed = campaign->random = system_seed();
	station_init(&campaign->station, NULL, 0);
	make_log(campaign);
	words = verify(campaign, &status);
	if (status != 0)
		system_die("an undamaged log does not verify: %s", words);
	free(words);
	for (int i = 0; i < TRIALS; i++)
		try_verify(campaign);
	for (int i = 0; i < STARTS; i++)
		try_start(campaign);
	good = station_check(&campaign->station, &verdict);
	station_must_start(&campaign->station); /* healed, it starts */
	test_proc_kill(&campaign->station.task);
	snprintf(more, sizeof(more), "verifies=%d starts=%d not_found=%zu started=%zu unnamed=%zu",
		 TRIALS, STARTS, campaign->silent, campaign->started, campaign->unnamed);
	rc = system_report("damage", campaign->seed, campaign->tried, &verdict, more);
	good = good && campaign->silent + campaign->started + campaign->unnamed == 0;
	station_fini(&campaign->station);
	free(campaign);
	return good ? rc : 1;
}
