/* evidence_test.c - evidence from an office to the centre, by real processes over a real line: cut
 * all the time and every byte counted, both sides killed, both disks full. */
#include "tests/support/harness.h"

#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include "tests/system/cutter.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define ARRIVE_MS 150000
#define CUT_EVERY 300000u

struct place {
	struct station centre;
	struct branch office;
	struct cutter *line;
	uint64_t random;
};

struct paper {
	uint8_t *bytes; /* owned */
	size_t len;
	uint8_t hash[DD_HASH_LEN];
	const char *name;
	uint64_t task;
};

static void set_number(const char *name, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	setenv(name, text, 1);
}

/* `centre` and `office`: where their data lies; NULL = beside. */
static void place_open(struct place *place, const char *centre, const char *office, long kbps)
{
	char text[STATION_PATH];

	memset(place, 0, sizeof(*place));
	place->random = system_seed();
	station_init(&place->centre, centre, system_free_port());
	station_must_start(&place->centre);
	station_prepare(&place->centre, 3);
	branch_init(&place->office, &place->centre);
	place->line = cutter_open(place->centre.port);
	snprintf(text, sizeof(text), "tcp://127.0.0.1:%d", cutter_port(place->line));
	setenv("DONDOC_OFFICE_CENTRE", text, 1);
	snprintf(text, sizeof(text), "tcp://127.0.0.1:%d", place->centre.port + 1);
	setenv("DONDOC_OFFICE_CENTRE_LOG", text, 1);
	set_number("DONDOC_OFFICE_EVIDENCE_KBPS", kbps);
	if (office != NULL)
		setenv("DONDOC_OFFICE_DATA_DIR", office, 1);
	else
		unsetenv("DONDOC_OFFICE_DATA_DIR");
	branch_must_start(&place->office);
}

static void place_close(struct place *place)
{
	branch_fini(&place->office);
	cutter_close(place->line);
	station_fini(&place->centre);
}

static struct paper make_paper(const struct place *place, size_t len, const char *name, int task)
{
	struct paper paper = {.bytes = dd_alloc(len),
			      .len = len,
			      .name = name,
			      .task = place->centre.tasks[task]};
	uint64_t random = len * 31 + (unsigned char)name[0];

	for (size_t i = 0; i < len; i++)
		paper.bytes[i] = (uint8_t)('a' + (system_draw(&random) >> 20) % 26);
	dd_hash(paper.bytes, len, paper.hash);
	return paper;
}

/* --- at the office's door --------------------------------------------------------------------- */

static struct dd_client *client_at(const char *endpoint)
{
	const struct dd_client_options options = {.endpoint = endpoint, .patience_ms = 3000};
	struct dd_client *client;
	struct dd_error err;

	if (dd_client_open(&options, &client, &err) != 0)
		system_die("%s", err.text);
	return client;
}

/* The file, then the report that names it. Not 0: the office does not take it now. */
static int attach(struct place *place, const struct paper *paper)
{
	const struct dd_client_evidence evidence = {.data = paper->bytes,
						    .len = paper->len,
						    .task = paper->task,
						    .name = paper->name,
						    .type = "text/plain"};
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AttachFile attached = DONDOC__V1__ATTACH_FILE__INIT;
	Dondoc__V1__FileRef file = DONDOC__V1__FILE_REF__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct dd_client *client = client_at(place->office.endpoint);
	Dondoc__V1__Reply *refusal = NULL, *reply = NULL;
	uint8_t hash[DD_HASH_LEN];
	char unit[] = STATION_UNIT;
	struct dd_error err = {0};
	bool later = false;
	int rc = dd_client_put_evidence(client, &evidence, hash, &later, &refusal, &err);

	assert_null(refusal);
	if (rc == 0) {
		assert_true(later);
		file.hash = (ProtobufCBinaryData){.data = hash, .len = DD_HASH_LEN};
		file.size = paper->len;
		file.name = (char *)paper->name;
		attached.task = paper->task;
		attached.file = &file;
		attached.later = 1;
		actor.unit = unit;
		body.actor = &actor;
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE;
		body.attach_file = &attached;
		rc = dd_client_command(client, &body, &reply, &err);
	}
	if (rc == 0) {
		assert_int_equal(reply->submit->outcome, DONDOC__V1__OUTCOME__OUTCOME_SAVED);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	dd_client_close(client);
	return rc;
}

/* What the office says of the file. */
struct told {
	int state, waits;
	uint64_t sent;
	char reason[256];
};

static struct told ask_office(struct place *place, const struct paper *paper)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	struct dd_client *client = client_at(place->office.endpoint);
	struct told told = {0};
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	if (dd_client_query(client, &query, 0, &reply, &err) != 0)
		system_die("%s", err.text);
	for (size_t i = 0; i < reply->answer->outbox->n_files; i++) {
		const Dondoc__V1__OutboxFile *file = reply->answer->outbox->files[i];

		if (memcmp(file->hash.data, paper->hash, DD_HASH_LEN) != 0)
			continue;
		told.state = (int)file->state;
		told.waits = (int)file->waits;
		told.sent = file->sent;
		snprintf(told.reason, sizeof(told.reason), "%s", file->reason);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return told;
}

/* --- at the centre ---------------------------------------------------------------------------- */

static bool is_here(const struct place *place, const struct paper *paper)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListFiles list = DONDOC__V1__LIST_FILES__INIT;
	struct dd_client *client = client_at(place->centre.endpoint);
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	bool here = false;

	list.task = paper->task;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_FILES;
	query.list_files = &list;
	if (dd_client_query(client, &query, 0, &reply, &err) != 0)
		system_die("%s", err.text);
	for (size_t i = 0; i < reply->answer->files->n_rows; i++) {
		const Dondoc__V1__FileRow *row = reply->answer->files->rows[i];

		here = here ||
		       (row->here && memcmp(row->file->hash.data, paper->hash, DD_HASH_LEN) == 0);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return here;
}

/* Said by an event, and the bytes are the same. */
static void expect_arrived(struct place *place, const struct paper *paper)
{
	char path[STATION_PATH + 80], hex[2 * DD_HASH_LEN + 1];
	struct dd_buf found = {0};
	struct dd_error err;

	for (int i = 0; i < ARRIVE_MS / 50 && !is_here(place, paper); i++)
		system_rest_ms(50);
	if (!is_here(place, paper)) {
		const struct told told = ask_office(place, paper);

		system_die("%s did not arrive: state %d waits %d sent %" PRIu64 " %s", paper->name,
			   told.state, told.waits, told.sent, told.reason);
	}
	snprintf(path, sizeof(path), "%s/files/%s", place->centre.data,
		 dd_hex(paper->hash, DD_HASH_LEN, hex));
	assert_int_equal(dd_file_read(path, paper->len + 1, &found, &err), 0);
	assert_int_equal(found.len, paper->len);
	assert_memory_equal(found.data, paper->bytes, paper->len);
	dd_buf_fini(&found);
}

/* --- campaigns -------------------------------------------------------------------------------- */

static void twenty_megabytes_over_a_line_cut_every_300_kb(void **unused)
{
	struct cutter_counts counts;
	struct place place;
	struct paper paper;

	(void)unused;
	place_open(&place, NULL, NULL, 0);
	paper = make_paper(&place, 20u << 20, "bang ke.txt", 0);
	cutter_every(place.line, CUT_EVERY);
	assert_int_equal(attach(&place, &paper), 0);
	expect_arrived(&place, &paper);
	counts = cutter_counts(place.line);
	printf("evidence 20 MiB, cut every %u: %" PRIu64 " cuts, %" PRIu64 " bytes out, %" PRIu64
	       " back, x %.3f\n",
	       CUT_EVERY, counts.cuts, counts.out, counts.back,
	       (double)(counts.out + counts.back) / (double)paper.len);
	assert_true(counts.cuts > 60);
	assert_true((counts.out + counts.back) * 10 < (uint64_t)paper.len * 11);
	free(paper.bytes);
	place_close(&place);
}

static void both_sides_are_killed_at_random(void **unused)
{
	struct place place;
	struct paper large, small;
	int kills = 0;

	(void)unused;
	place_open(&place, NULL, NULL, 20000); /* 2.5 MB a second: there is time to be killed */
	large = make_paper(&place, 12u << 20, "lon.txt", 0);
	small = make_paper(&place, 900000, "nho.txt", 1);
	assert_int_equal(attach(&place, &large), 0);
	assert_int_equal(attach(&place, &small), 0);
	while (kills < 16 && !is_here(&place, &large)) {
		system_rest_ms(20 + (int)(system_draw(&place.random) % 500));
		if (system_draw(&place.random) % 2 == 0) {
			test_proc_kill(&place.office.office);
			branch_must_start(&place.office);
		} else {
			test_proc_kill(&place.centre.task);
			station_must_start(&place.centre);
		}
		kills++;
	}
	assert_true(kills >= 4);
	expect_arrived(&place, &large);
	expect_arrived(&place, &small);
	printf("evidence, office or centre killed %d times: both files are whole\n", kills);
	free(large.bytes);
	free(small.bytes);
	place_close(&place);
}

/* A file that takes so much of a disk. */
static void fill(const char *disk, size_t bytes)
{
	char path[STATION_PATH];
	int fd;

	snprintf(path, sizeof(path), "%.400s/filler", disk);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || posix_fallocate(fd, 0, (off_t)bytes) != 0)
		system_die("cannot fill %s", disk);
	close(fd);
}

static void make_room(const char *disk)
{
	char path[STATION_PATH];

	snprintf(path, sizeof(path), "%.400s/filler", disk);
	unlink(path);
}

static char *small_disk(const char *size)
{
	char *disk = test_tmpdir();
	char options[64];

	snprintf(options, sizeof(options), "mode=0700,size=%s", size);
	if (mount("dondoc-test", disk, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
		system_die("cannot mount a small disk: %s", strerror(errno));
	return disk;
}

/* Uploads leave the last 256 MiB of a disk to log and outbox: so little is needed to fill it. */
static void both_disks_run_full(void **unused)
{
	char *at_centre, *at_office;
	char centre[STATION_PATH], office[STATION_PATH];
	struct place place;
	struct paper paper;
	struct told told;

	(void)unused;
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		print_message("skipped: no right to mount a small disk\n");
		skip();
	}
	at_centre = small_disk("360m");
	at_office = small_disk("300m");
	snprintf(centre, sizeof(centre), "%.400s/data", at_centre);
	snprintf(office, sizeof(office), "%.400s/data", at_office);
	place_open(&place, centre, office, 0);
	paper = make_paper(&place, 9u << 20, "day.txt", 2);
	fill(at_office, 60u << 20);
	assert_int_not_equal(attach(&place, &paper), 0); /* told: it is not taken */
	make_room(at_office);
	fill(at_centre, 110u << 20);
	assert_int_equal(attach(&place, &paper), 0);
	for (int i = 0; i < 400; i++) {
		told = ask_office(&place, &paper);
		if (told.reason[0] != '\0')
			break;
		system_rest_ms(25);
	}
	assert_true(branch_drained(&place.office, 20000)); /* the report is there */
	assert_non_null(strstr(told.reason, "the disk has"));
	assert_false(is_here(&place, &paper));
	make_room(at_centre);
	expect_arrived(&place, &paper);
	printf("evidence, both disks full: told, and it went on by itself\n");
	free(paper.bytes);
	place_close(&place);
	umount2(at_centre, MNT_DETACH);
	umount2(at_office, MNT_DETACH);
	test_tmpdir_end(at_centre);
	test_tmpdir_end(at_office);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twenty_megabytes_over_a_line_cut_every_300_kb),
		cmocka_unit_test(both_sides_are_killed_at_random),
		cmocka_unit_test(both_disks_run_full),
	};

	return cmocka_run_group_tests_name("system.evidence", tests, NULL, NULL);
}
