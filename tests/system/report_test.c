/* report_test.c - real processes around the minute of the monthly report: dondoc-reporting is
 * killed and restarted there again and again, and one report comes of it; its files are what the
 * log says they are, and the data can be made again from the log alone. */
#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/eventlog/eventlog.h"
#include "dondoc/v1/event.pb-c.h"
#include "tests/support/fake_clock.h"
#include "tests/support/tmpdir.h"
#include "tests/system/station.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KILLS    40
#define STEP_MS  5 /* each life is that much longer: the kills wander through the work */
#define START_MS 20000
#define CUTOFF   "2026-10-31"

struct bureau {
	struct station station;
	char program[PATH_MAX];
	char config[STATION_PATH], data[STATION_PATH], endpoint[STATION_PATH];
	struct test_proc reporting;
};

/* --- processes -------------------------------------------------------------------------------- */

static void start_task(struct bureau *bureau, const char *now)
{
	struct station *station = &bureau->station;
	const char *const argv[] = {station->program, "--config", station->config,
				    "--now",          now,        NULL};

	test_proc_fini(&station->task);
	if (!test_proc_start(&station->task, station->dir, "task", argv, NULL) ||
	    !test_proc_wait_err(&station->task, STATION_READY, START_MS))
		system_die("dondoc-task does not start at %s", now);
}

static void start_reporting(struct bureau *bureau, const char *now)
{
	const char *const argv[] = {bureau->program, "--config", bureau->config,
				    "--now",         now,        NULL};

	test_proc_fini(&bureau->reporting);
	if (!test_proc_start(&bureau->reporting, bureau->station.dir, "reporting", argv, NULL))
		system_die("%s cannot be started", bureau->program);
}

/* The test ends with what the service said. */
static void give_up(const struct bureau *bureau, const char *what)
{
	char *words = test_read_file(bureau->reporting.err_path, NULL);

	system_die("%s:\n%s", what, words != NULL ? words : "");
}

static void must_be_ready(struct bureau *bureau)
{
	if (!test_proc_wait_err(&bureau->reporting, "\"reporting.ready\"", START_MS))
		give_up(bureau, "dondoc-reporting does not start");
}

static void find_program(char out[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		system_die("who am I?");
	self[len] = '\0';
	if (snprintf(out, PATH_MAX, "%.3000s/dondoc-reporting", dirname(self)) >= PATH_MAX)
		system_die("the build's folder has too long a name");
}

static void bureau_init(struct bureau *bureau)
{
	char text[4 * STATION_PATH];

	memset(bureau, 0, sizeof(*bureau));
	setenv("DONDOC_TRIAL", "1", 1);
	station_init(&bureau->station, NULL, 0);
	find_program(bureau->program);
	snprintf(bureau->config, STATION_PATH, "%.400s/reporting.yaml", bureau->station.dir);
	snprintf(bureau->data, STATION_PATH, "%.400s/reporting", bureau->station.dir);
	snprintf(bureau->endpoint, STATION_PATH, "ipc://%.400s/reporting/operator/bus",
		 bureau->station.run);
	snprintf(text, sizeof(text),
		 "reporting:\n  data_dir: %s\n  run_dir: %s\n  agency: SỞ NỘI VỤ\n"
		 "schedule:\n  monthly: true\n  day: 1\n  time: '07:30'\n",
		 bureau->data, bureau->station.run);
	test_write_file(bureau->config, text, strlen(text));
}

/* --- questions -------------------------------------------------------------------------------- */

static Dondoc__V1__Reply *ask_at(const char *endpoint, const Dondoc__V1__Query *query)
{
	const struct dd_client_options options = {.endpoint = endpoint, .patience_ms = 20000};
	struct dd_client *client = NULL;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_error err = {0};

	if (dd_client_open(&options, &client, &err) != 0 ||
	    dd_client_query(client, query, 0, &reply, &err) != 0)
		system_die("no answer at %s: %s", endpoint, err.text);
	dd_client_close(client);
	return reply;
}

static Dondoc__V1__Reply *list_reports(const char *endpoint)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListReports list = DONDOC__V1__LIST_REPORTS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REPORTS;
	query.list_reports = &list;
	return ask_at(endpoint, &query);
}

static size_t reports_issued(const char *endpoint)
{
	Dondoc__V1__Reply *reply = list_reports(endpoint);
	size_t rows = reply->answer->reports->n_rows;

	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rows;
}

static void wait_for_report(const struct bureau *bureau)
{
	for (int i = 0; i < 600; i++) {
		if (reports_issued(bureau->endpoint) > 0)
			return;
		system_rest_ms(50);
	}
	give_up(bureau, "no report was issued");
}

/* --- checks ----------------------------------------------------------------------------------- */

static void check_bytes(const Dondoc__V1__ReportBytes *bytes, const Dondoc__V1__ReportFile *file)
{
	uint8_t hash[DD_HASH_LEN];

	dd_hash(bytes->data.data, bytes->data.len, hash);
	if (bytes->data.len != file->size || memcmp(hash, file->hash.data, DD_HASH_LEN) != 0)
		system_die("the %s is not what the log says", file->format);
	if (strcmp(file->format, "pdf") == 0 && memcmp(bytes->data.data, "%PDF-", 5) != 0)
		system_die("the pdf is none");
}

static void check_file(const struct bureau *bureau, const Dondoc__V1__ReportFile *file)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__FetchReport fetch = DONDOC__V1__FETCH_REPORT__INIT;
	Dondoc__V1__Reply *reply;

	fetch.hash = file->hash;
	query.what_case = DONDOC__V1__QUERY__WHAT_FETCH_REPORT;
	query.fetch_report = &fetch;
	reply = ask_at(bureau->endpoint, &query);
	check_bytes(reply->answer->report, file);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

/* Made anew from the log: the very bytes that were issued. */
static void check_again(const struct bureau *bureau, const Dondoc__V1__ReportFile *file)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__RunReport run = DONDOC__V1__RUN_REPORT__INIT;
	Dondoc__V1__Reply *reply;

	run.as_of_day = test_day(CUTOFF);
	run.format = file->format;
	query.what_case = DONDOC__V1__QUERY__WHAT_RUN_REPORT;
	query.run_report = &run;
	reply = ask_at(bureau->endpoint, &query);
	check_bytes(reply->answer->report, file);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

static void check_report(const struct bureau *bureau)
{
	Dondoc__V1__Reply *reply = list_reports(bureau->endpoint);
	const Dondoc__V1__ReportList *list = reply->answer->reports;
	const Dondoc__V1__IssueReport *report = list->rows[0]->report;

	if (list->n_rows != 1 || report->as_of_day != test_day(CUTOFF) || report->n_files != 4)
		system_die("%zu reports are listed, the first with %zu files", list->n_rows,
			   report->n_files);
	for (size_t i = 0; i < report->n_files; i++) {
		check_file(bureau, report->files[i]);
		check_again(bureau, report->files[i]);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

static void must_refuse(const struct bureau *bureau, const Dondoc__V1__Query *query,
			Dondoc__V1__ErrorCode code)
{
	const struct dd_client_options options = {.endpoint = bureau->endpoint,
						  .patience_ms = 20000};
	struct dd_client *client = NULL;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_error err = {0};

	if (dd_client_open(&options, &client, &err) != 0)
		system_die("%s", err.text);
	if (dd_client_query(client, query, 0, &reply, &err) == 0 ||
	    dd_client_error(client) == NULL || dd_client_error(client)->code != code)
		system_die("a question was not refused with %d: %s", (int)code, err.text);
	dd_client_close(client);
}

static char *lend(const char *text)
{
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

/* What cannot be reported is refused, by its kind. */
static void check_refusals(const struct bureau *bureau)
{
	static const struct {
		const char *plan, *day, *format, *lang;
		Dondoc__V1__ErrorCode code;
	} rows[] = {
		{"", "2099-01-01", "pdf", "", DONDOC__V1__ERROR_CODE__ERROR_MALFORMED},
		{"", "2020-01-01", "pdf", "", DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND},
		{"KHONG", CUTOFF, "pdf", "", DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND},
		{"", CUTOFF, "docx", "", DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED},
		{"", CUTOFF, "pdf", "en", DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__RunReport run = DONDOC__V1__RUN_REPORT__INIT;
	Dondoc__V1__FetchReport fetch = DONDOC__V1__FETCH_REPORT__INIT;
	Dondoc__V1__ListPlans plans = DONDOC__V1__LIST_PLANS__INIT;
	uint8_t none[DD_HASH_LEN] = {1};

	query.what_case = DONDOC__V1__QUERY__WHAT_RUN_REPORT;
	query.run_report = &run;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run.plan = lend(rows[i].plan);
		run.as_of_day = test_day(rows[i].day);
		run.format = lend(rows[i].format);
		run.lang = lend(rows[i].lang);
		must_refuse(bureau, &query, rows[i].code);
	}
	query.what_case = DONDOC__V1__QUERY__WHAT_FETCH_REPORT;
	query.fetch_report = &fetch;
	fetch.hash = (ProtobufCBinaryData){.data = none, .len = sizeof(none)};
	must_refuse(bureau, &query, DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND);
	fetch.hash.len = 3;
	must_refuse(bureau, &query, DONDOC__V1__ERROR_CODE__ERROR_MALFORMED);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PLANS;
	query.list_plans = &plans;
	must_refuse(bureau, &query, DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED);
}

struct found {
	size_t issued, refused;
};

static void count_record(struct found *found, const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);

	if (header == NULL)
		system_die("a header cannot be read");
	found->issued += header->type == DONDOC__V1__EVENT_TYPE__EVENT_REPORT_ISSUED;
	found->refused += header->type == DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED;
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

/* The log itself, with the service down. */
static struct found read_log(const char *dir)
{
	const struct dd_eventlog_options options = {.dir = dir, .read_only = true};
	struct found found = {.issued = 0};
	struct dd_eventlog *log = NULL;
	struct dd_buf frame = {0};
	struct dd_error err = {0};
	struct dd_record record;

	if (dd_eventlog_open(&options, &log, &err) != 0)
		system_die("%s", err.text);
	for (uint64_t i = 1; i <= dd_eventlog_head(log).sequence; i++) {
		if (dd_eventlog_get(log, i, &frame, &record, &err) != 0)
			system_die("%s", err.text);
		count_record(&found, &record);
	}
	dd_buf_fini(&frame);
	dd_eventlog_close(log);
	return found;
}

/* --- the campaign ----------------------------------------------------------------------------- */

/* Restarted at the very minute, killed after a moment: before, while or after it issues. */
static void kill_around_the_minute(struct bureau *bureau, uint64_t *state)
{
	char now[40];

	for (int i = 0; i < KILLS; i++) {
		snprintf(now, sizeof(now), "2026-11-01T07:%s+07:00",
			 system_draw(state) % 2 == 0 ? "29:59" : "30:00");
		start_reporting(bureau, now);
		system_rest_ms(i * STEP_MS + (int)(system_draw(state) % (2 * STEP_MS)));
		test_proc_kill(&bureau->reporting);
	}
}

/* The projections are thrown away: everything comes back, and nothing is issued twice. */
static void forget_everything(struct bureau *bureau)
{
	char path[2 * STATION_PATH];

	test_proc_kill(&bureau->reporting);
	snprintf(path, sizeof(path), "%s/view", bureau->data);
	test_tmpdir_end(dd_strdup(path));
	snprintf(path, sizeof(path), "%s/ledger", bureau->data);
	test_tmpdir_end(dd_strdup(path));
	start_reporting(bureau, "2026-11-01T07:31:00+07:00");
	must_be_ready(bureau);
	wait_for_report(bureau);
	check_report(bureau);
	system_rest_ms(3000); /* longer than it takes to look at the schedule again */
}

int main(void)
{
	uint64_t seed = system_seed(), state = seed;
	struct bureau bureau;
	struct found found;
	bool good;

	bureau_init(&bureau);
	start_task(&bureau, "2026-10-31T20:00:00+07:00");
	station_prepare(&bureau.station, 60);
	station_must_stop(&bureau.station);
	start_task(&bureau, "2026-11-01T07:29:30+07:00");
	kill_around_the_minute(&bureau, &state);
	start_reporting(&bureau, "2026-11-01T07:30:00+07:00");
	must_be_ready(&bureau);
	wait_for_report(&bureau);
	check_report(&bureau);
	check_refusals(&bureau);
	forget_everything(&bureau);
	good = reports_issued(bureau.station.endpoint) == 1 &&
	       test_proc_stop(&bureau.reporting, START_MS) == 0;
	test_proc_fini(&bureau.reporting);
	station_must_stop(&bureau.station);
	good = station_verify(bureau.station.log, NULL) && good;
	found = read_log(bureau.station.log);
	printf("report-minute: seed %llu, %d kills, %zu issued, %zu refused\n",
	       (unsigned long long)seed, KILLS, found.issued, found.refused);
	station_fini(&bureau.station);
	return good && found.issued == 1 && found.refused == 0 ? 0 : 1;
}
