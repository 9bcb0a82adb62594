/* netns_test.c - a centre and two offices, each on a host of its own: network namespaces whose
 * lines lose packets, carry one way only, nothing, or 64 kbit/s; clocks that differ by hours;
 * processes that are killed meanwhile. At the end each office's reports are in the log once
 * and in order, and each office answers its unit as the centre does. DD_TEST_ROUNDS: how many
 * faults. */
#include "tests/system/copy_field.h"
#include "tests/system/nets.h"

#define ROUNDS   24
#define OFFICES  2
#define OWN      5 /* tasks that stay with an office; the rest travel between the two */
#define PACE_US  6000
#define DRAIN_MS 90000

/* `copies[0].centre` is the centre; the others borrow what it knows. */
struct hosts {
	struct copy_field copies[OFFICES];
	struct nets_host hosts[OFFICES];
	struct test_load *loads[OFFICES];
	uint64_t seed, random;
	int64_t begun_us;
	size_t rounds, faults[NETS_FAULTS], office_kills, centre_kills, moved;
};

static const char *const unit_codes[OFFICES] = {STATION_UNIT, COPY_OTHER};
static const int skews_s[OFFICES] = {3 * 3600,
				     -4 * 3600}; /* within one day: it is in the answers */
static const char *const trial[] = {"DONDOC_TRIAL=1", NULL};

static struct station *centre(struct hosts *h)
{
	return &h->copies[0].centre;
}

static uint64_t below(struct hosts *h, uint64_t limit)
{
	return system_draw(&h->random) % limit;
}

/* --- begin ------------------------------------------------------------------------------------ */

/* The centre hears on all lines. */
static void listen_everywhere(struct station *station)
{
	static const char here[] = "tcp://127.0.0.1:", all[] = "tcp://0.0.0.0:";
	char *text = test_read_file(station->config, NULL);
	char *at = text;

	while (text != NULL && (at = strstr(at, here)) != NULL) {
		memmove(at + sizeof(all) - 1, at + sizeof(here) - 1,
			strlen(at + sizeof(here) - 1) + 1);
		memcpy(at, all, sizeof(all) - 1);
	}
	if (text == NULL)
		system_die("no settings");
	test_write_file(station->config, text, strlen(text));
	free(text);
}

/* The clocks of this trial begin at noon; one is wrong by as much whenever it starts. */
static void set_clock(const struct hosts *h, int skew_s, char now[40])
{
	const int s = 12 * 3600 + skew_s + (int)((dd_mono_us() - h->begun_us) / DD_SECOND_US);

	(void)snprintf(now, 40, "2026-11-24T%02d:%02d:%02d+07:00", s / 3600, s / 60 % 60, s % 60);
}

static void start_centre(struct hosts *h)
{
	centre(h)->env = trial;
	set_clock(h, 0, centre(h)->now);
	station_must_start(centre(h));
}

static void start_office(struct hosts *h, int i)
{
	set_clock(h, skews_s[i], h->copies[i].office.now);
	branch_must_start(&h->copies[i].office);
}

static void start_load(struct hosts *h, int i)
{
	struct test_load_options options = branch_load(&h->copies[i].office, centre(h), i, h->seed);

	options.tasks += (size_t)i * OWN;
	options.task_count = OWN;
	options.pace_us = PACE_US;
	h->loads[i] = test_load_start(&options);
}

static void begin(struct hosts *h)
{
	struct branch_place place = {.name = "office-a", .unit = unit_codes[0]};

	(void)snprintf(h->copies[0].tcp, sizeof(h->copies[0].tcp), "tcp://127.0.0.1:%d",
		       centre(h)->port);
	listen_everywhere(centre(h));
	h->begun_us = dd_mono_us();
	start_centre(h);
	station_prepare(centre(h), COPY_TASKS);
	copy_set_unit(&h->copies[0], COPY_OTHER);
	for (size_t t = OWN; t < 2 * (size_t)OWN; t++)
		(void)copy_assign(&h->copies[0], centre(h)->tasks[t], COPY_OTHER);
	(void)station_head(centre(h), 10000, &centre(h)->prepared);
	for (int i = 0; i < OFFICES; i++) {
		if (i > 0)
			h->copies[i] = h->copies[0];
		place.unit = unit_codes[i];
		place.name = i == 0 ? "office-a" : "office-b";
		nets_host_open(&h->hosts[i], centre(h)->dir, i + 1);
		place.address = h->hosts[i].centre;
		branch_init_at(&h->copies[i].office, centre(h), &place);
		h->copies[i].office.before = h->hosts[i].enter;
		h->copies[i].office.env = trial;
		start_office(h, i);
	}
}

/* --- rounds ----------------------------------------------------------------------------------- */

static void maybe_kill(struct hosts *h)
{
	switch (below(h, 6)) {
	case 0:
		test_proc_kill(&centre(h)->task);
		start_centre(h);
		h->centre_kills++;
		return;
	case 1: {
		int i = (int)below(h, OFFICES);

		test_proc_kill(&h->copies[i].office.office);
		start_office(h, i);
		h->office_kills++;
		return;
	}
	default:
		return;
	}
}

/* What one office sees and the other does not changes while the lines are bad. */
static void move_task(struct hosts *h)
{
	const size_t which = 2 * (size_t)OWN + below(h, COPY_TASKS - 2 * (size_t)OWN);

	h->copies[0].lenient = true; /* it may be there already */
	(void)copy_assign(&h->copies[0], centre(h)->tasks[which], unit_codes[below(h, OFFICES)]);
	h->moved++;
}

static void round_of_faults(struct hosts *h)
{
	for (int i = 0; i < OFFICES; i++) {
		enum nets_fault fault = (enum nets_fault)below(h, NETS_FAULTS);

		if (below(h, 4) == 0)
			continue;
		nets_break(&h->hosts[i], fault, 5 + (unsigned)below(h, 25));
		h->faults[fault]++;
		h->rounds++;
	}
	system_rest_ms(50 + (int)below(h, 400));
	maybe_kill(h);
	if (below(h, 2) == 0)
		move_task(h);
	system_rest_ms(50 + (int)below(h, 400));
	for (int i = 0; i < OFFICES; i++)
		nets_heal(&h->hosts[i]);
	system_rest_ms(20 + (int)below(h, 200));
}

/* --- end -------------------------------------------------------------------------------------- */

/* Takes the operator's commands out of what was read: the rest are reports. */
static size_t reports_only(struct test_log *log)
{
	static const uint8_t none[DD_HASH_LEN];
	size_t kept = 0, others;

	for (size_t i = 0; i < log->count; i++)
		if (memcmp(log->entries[i].content, none, DD_HASH_LEN) != 0)
			log->entries[kept++] = log->entries[i];
	others = log->count - kept;
	log->count = kept;
	return others;
}

/* Reports by identity are compared per outbox, by text over both. */
static size_t compare(struct hosts *h, struct test_verdict *verdict)
{
	struct test_log log;
	struct dd_error err;
	size_t reports = 0;

	if (test_log_read(centre(h)->log, centre(h)->prepared, &log, &err) != 0)
		system_die("%s", err.text);
	if (reports_only(&log) != h->moved)
		system_die("the log has commands that are neither reports nor the operator's");
	test_history_check_texts(&centre(h)->history, &log, verdict);
	for (int i = 0; i < OFFICES; i++)
		reports += branch_check(&h->copies[i].office, &log, verdict);
	test_log_fini(&log);
	return reports;
}

static int judge(struct hosts *h)
{
	struct test_verdict verdict;
	const size_t *f = h->faults;
	size_t reports;
	char more[200];

	for (int i = 0; i < OFFICES; i++) {
		if (!test_load_stop(h->loads[i], 10000))
			system_die("an impossible answer");
		if (!branch_drained(&h->copies[i].office, DRAIN_MS))
			system_die("%s is not empty: %u", h->copies[i].office.name,
				   branch_waiting(&h->copies[i].office));
	}
	for (int i = 0; i < OFFICES; i++)
		if (!copy_settled(&h->copies[i]))
			system_die("the copy of %s differs", h->copies[i].office.name);
	for (int i = 0; i < OFFICES; i++)
		test_proc_kill(&h->copies[i].office.office);
	test_proc_kill(&centre(h)->task);
	reports = compare(h, &verdict);
	(void)snprintf(more, sizeof(more),
		       "reports=%zu lossy=%zu deaf=%zu mute=%zu cut=%zu slow=%zu down=%zu "
		       "office_kills=%zu centre_kills=%zu moved=%zu",
		       reports, f[NETS_LOSSY], f[NETS_DEAF], f[NETS_MUTE], f[NETS_CUT],
		       f[NETS_SLOW], f[NETS_DOWN], h->office_kills, h->centre_kills, h->moved);
	if (!station_verify(centre(h)->log, NULL))
		return 1;
	return system_report("networks", h->seed, h->rounds, &verdict, more);
}

int main(void)
{
	const char *many = getenv("DD_TEST_ROUNDS");
	const size_t rounds = many != NULL ? strtoul(many, NULL, 10) : ROUNDS;
	struct hosts *h = calloc(1, sizeof(*h));
	int rc = 77;

	h->seed = h->random = system_seed();
	station_init(centre(h), NULL, 9000 + (int)(h->seed % 1000));
	if (nets_open(centre(h)->dir)) {
		begin(h);
		for (int i = 0; i < OFFICES; i++)
			start_load(h, i);
		for (size_t i = 0; i < rounds; i++)
			round_of_faults(h);
		rc = judge(h);
	}
	for (int i = 0; i < OFFICES; i++) {
		branch_fini(&h->copies[i].office);
		nets_host_close(&h->hosts[i]);
	}
	station_fini(centre(h));
	free(h);
	return rc;
}
