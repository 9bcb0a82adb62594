/* bit_rot_test.c - flipped bits, zeroed, truncated, misdirected and missing pieces anywhere in a
 * log's folder: each is seen by opening, reading or verifying, or it did no harm; none is silent.
 * The seed is printed and may be given as argument. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/crash/sim_disk.h"
#include <inttypes.h>

enum damage { FLIP, ZERO, TRUNCATE, MISDIRECT, SWAP, REMOVE, GARBAGE, DAMAGE_COUNT };

struct campaign {
	struct sim_random random;
	struct sim_disk *whole;
	struct dd_position head;
	unsigned cases, refused, verified, harmless, silent;
	unsigned segments; /* cases that hit a segment below its tail */
};

static struct dd_eventlog_options options(void)
{
	return (struct dd_eventlog_options){
		.dir = SIM_DIR, .segment_bytes = 65536, .inline_commit = true};
}

static void make_log(struct campaign *campaign)
{
	struct dd_eventlog_options opts = options();
	struct dd_eventlog *log;
	struct dd_error err;

	opts.create = true;
	campaign->whole = sim_new();
	sim_use(campaign->whole, 3);
	if (dd_eventlog_open(&opts, &log, &err) != 0 || fx_append_ok(log, 70, 12) != 0)
		abort();
	campaign->head = dd_eventlog_head(log);
	dd_eventlog_close(log);
}

static void misdirect(struct sim_disk *disk, size_t file, struct sim_random *random)
{
	size_t size = sim_below(random, 2) ? 512 : 4096;
	size_t other = (size_t)sim_below(random, sim_files(disk));
	size_t len, other_len, from;
	uint8_t *data = sim_content(disk, file, &len);
	const uint8_t *source = sim_content(disk, other, &other_len);

	if (len < size || other_len < size)
		return;
	from = (size_t)sim_below(random, other_len / size) * size;
	memmove(data + (size_t)sim_below(random, len / size) * size, source + from, size);
}

static void swap(struct sim_disk *disk, size_t file, struct sim_random *random)
{
	uint8_t sector[512];
	size_t len, a, b;
	uint8_t *data = sim_content(disk, file, &len);

	if (len < 1024)
		return;
	a = (size_t)sim_below(random, len / 512) * 512;
	b = (size_t)sim_below(random, len / 512) * 512;
	memcpy(sector, data + a, 512);
	memmove(data + a, data + b, 512);
	memcpy(data + b, sector, 512);
}

static void hurt(struct sim_disk *disk, size_t file, enum damage damage, struct sim_random *random)
{
	size_t len, at, run = (size_t)512 << 3 * sim_below(random, 2);
	uint8_t *data = sim_content(disk, file, &len);

	at = len > 0 ? (size_t)sim_below(random, len) : 0;
	if (damage == ZERO || damage == GARBAGE)
		at = at / 512 * 512;
	if (run > len - at)
		run = len - at;
	if (damage == FLIP && len > 0)
		data[at] ^= (uint8_t)(1u << sim_below(random, 8));
	else if (damage == ZERO && run > 0)
		memset(data + at, 0, run);
	else if (damage == TRUNCATE)
		sim_truncate(disk, file, at);
	else if (damage == MISDIRECT)
		misdirect(disk, file, random);
	else if (damage == SWAP)
		swap(disk, file, random);
	else if (damage == REMOVE)
		sim_remove(disk, file);
	for (size_t i = 0; damage == GARBAGE && i < run; i++)
		data[at + i] = (uint8_t)sim_random(random);
	if (damage != REMOVE)
		sim_damaged(disk, file);
}

/* Open and read all. 0 if nothing was noticed and everything is there. */
static int open_and_read(const struct campaign *campaign, bool *there_out)
{
	struct dd_eventlog_options opts = options();
	struct dd_eventlog *log;
	struct dd_position head;
	struct dd_error err;
	int rc = dd_eventlog_open(&opts, &log, &err);

	*there_out = false;
	if (rc != 0)
		return rc;
	head = dd_eventlog_head(log);
	rc = fx_check_all(log, &err);
	*there_out = head.sequence == campaign->head.sequence &&
		     memcmp(head.chain, campaign->head.chain, DD_HASH_LEN) == 0;
	dd_eventlog_close(log);
	return rc;
}

static void one_case(struct campaign *campaign)
{
	struct sim_disk *disk = sim_clone(campaign->whole);
	size_t file = (size_t)sim_below(&campaign->random, sim_files(disk));
	enum damage damage = (enum damage)sim_below(&campaign->random, DAMAGE_COUNT);
	struct dd_verify_report report;
	struct dd_error err;
	char name[64];
	bool there;
	int opened, verified;

	if (sim_below(&campaign->random, 3) != 0) /* most of them into segments */
		while (!strstr(sim_name(disk, file), ".seg"))
			file = (size_t)sim_below(&campaign->random, sim_files(disk));
	snprintf(name, sizeof(name), "%s", sim_name(disk, file));
	hurt(disk, file, damage, &campaign->random);
	sim_use(disk, campaign->cases);
	verified = dd_eventlog_verify(SIM_DIR, NULL, &report, &err);
	opened = open_and_read(campaign, &there);
	campaign->cases++;
	campaign->segments += strstr(name, ".seg") != NULL;
	if (opened != 0) {
		campaign->refused++;
	} else if (verified != 0) {
		campaign->verified++;
	} else if (there) {
		campaign->harmless++;
	} else {
		campaign->silent++;
		fprintf(stderr, "case %u: damage %d to %s is silent\n", campaign->cases,
			(int)damage, name);
	}
	sim_use(NULL, 0);
	sim_free(disk);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 4242;
	unsigned cases = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 1200;
	struct campaign campaign = {.random = {seed}};

	dd_id_start();
	dd_log_start("crash", DD_LOG_ERROR);
	make_log(&campaign);
	while (campaign.cases < cases)
		one_case(&campaign);
	sim_free(campaign.whole);
	printf("fault=bit_rot N=%u lost=%u refused=%u found_by_verify=%u harmless=%u "
	       "in_segments=%u seed=%" PRIu64 " bound_95=%.5f\n",
	       campaign.cases, campaign.silent, campaign.refused, campaign.verified,
	       campaign.harmless, campaign.segments, seed, 3.0 / campaign.cases);
	return campaign.silent == 0 && campaign.refused > 0 ? 0 : 1;
}
