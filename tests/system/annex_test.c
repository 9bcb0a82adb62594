/* annex_test.c - a plan with a task for many units goes out of one authority's store as CSV and as
 * a workbook, back in without a change, and into an empty store as the same plan; so does a list,
 * and a plan with parts of several leads, periods, years before and tasks that wait. */
#include "tests/support/tmpdir.h"
#include "tests/system/station.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 40
#define CLI_MS    20000

#define UNITS                                                                                      \
	"code,name,kind,parent,members\n"                                                          \
	"HN,UBND,province,,\n"                                                                     \
	"SYT,Sở Y tế,department,HN,\n"                                                         \
	"X1,Xã Một,xa,HN,\n"                                                                    \
	"X2,Xã Hai,xa,HN,\n"                                                                      \
	"XP,\"126 xã, phường\",commune_group,HN,kind:xa\n"
#define TASKS                                                                                      \
	"TT,Nhiệm vụ,Sản phẩm,Cơ quan chủ trì,Cơ quan phối hợp,Thời hạn\n"    \
	"I,Cải cách thể chế,,,,\n"                                                          \
	"1,\"- Rà soát,\nbáo cáo\",Báo cáo,Sở Y tế,Các hội,Trước 31/3/2026\n"      \
	"2,Niêm yết,Báo cáo,\"126 xã, phường\",Sở Y tế,Hằng quý\n"

/* All that ties a task, in both languages. */
#define TIES                                                                                              \
	"code,area,content,lead_unit,due,recurrence,parent,position,area_second,source_kind,"             \
	"lead_parts,period_from,period_to,chain,chain_due,chain_slips,waits_for\n"                        \
	"A,0,Việc hằng quý,SYT,,hằng quý,,64,,Kết luận cuộc họp,,,,,,,\n"                 \
	"A@2026-Q1,0,Việc hằng quý,SYT,2026-03-31,once,A,64,,,,2026-01-01,2026-03-31,,,,\n"          \
	"B,1,Việc hai,\"SYT; X1\",2026-06-30,một lần,,128,2,,\"SYT: Phần một,\n   tiếp\nX1: " \
	"Phần hai\",,,,,,A +5\n"                                                                        \
	"C,0,Việc ba,SYT,2026-09-30,once,,192,,,,,,P0/1; P1/1,2025-06-30,2,B; A -3\n"

static int runs;

/* Run dondoc with these words behind the endpoint; its exit code. The output lies in
 * <dir>/cli-<runs>.out. */
static int run(const struct station *station, const char *const words[])
{
	const char *argv[WORDS_MAX + 6] = {DONDOC_CLI, "--lang", "en", "-e", station->endpoint};
	char name[32];
	size_t count = 5;

	for (size_t i = 0; words[i] != NULL && i < WORDS_MAX; i++)
		argv[count++] = words[i];
	snprintf(name, sizeof(name), "cli-%d", ++runs);
	return test_proc_run(station->dir, name, argv, NULL, CLI_MS);
}

static char *said(const struct station *station)
{
	char path[STATION_PATH];

	snprintf(path, sizeof(path), "%.400s/cli-%d.out", station->dir, runs);
	return test_read_file(path, NULL);
}

static void must(const struct station *station, const char *const words[], const char *wanted)
{
	int status = run(station, words);
	char *words_out = said(station);

	if (status != 0 || words_out == NULL || strstr(words_out, wanted) == NULL)
		system_die("dondoc %s %s: status %d, without \"%s\":\n%s", words[0], words[1],
			   status, wanted, words_out ? words_out : "");
	free(words_out);
}

static void import(const struct station *station, const char *tasks, const char *units,
		   const char *wanted)
{
	const char *const words[] = {"plan",       "import",       "--plan",   "P",
				     "--title",    "Plan",         "--number", "1/KH",
				     "--date",     "2026-01-10",   "--issuer", "UBND",
				     "--assigner", "HN",           "--tasks",  tasks,
				     "--units",    units,          "--gone",   "keep",
				     "--fan-out",  "--read-times", NULL};

	must(station, words, wanted); /* another process sees it at once */
}

static void export(const struct station *station, const char *path)
{
	const char *const words[] = {"plan", "export", "P", "--out", path, NULL};

	must(station, words, "rows written");
}

static char *path_in(const struct station *station, const char *name)
{
	char *path = malloc(STATION_PATH);

	if (path == NULL)
		system_die("no memory");
	snprintf(path, STATION_PATH, "%.400s/%s", station->dir, name);
	return path;
}

static void same_file(const char *a, const char *b)
{
	unsigned long a_len = 0, b_len = 0;
	char *one = test_read_file(a, &a_len);
	char *two = test_read_file(b, &b_len);

	if (one == NULL || two == NULL || a_len == 0 || a_len != b_len ||
	    memcmp(one, two, a_len) != 0)
		system_die("not the same plan:\n%s\nand\n%s", one ? one : "", two ? two : "");
	free(one);
	free(two);
}

/* The exported file makes the same plan in a store of its own. */
static void into_an_empty_store(const char *tasks, const char *units, const char *wanted)
{
	struct station empty;
	char *again;

	station_init(&empty, NULL, 0);
	station_must_start(&empty);
	again = path_in(&empty, "again.csv");
	import(&empty, tasks, units, "Faults: 0");
	export(&empty, again);
	same_file(wanted, again);
	station_must_stop(&empty);
	free(again);
	station_fini(&empty);
}

static void use_dependencies(const struct station *station)
{
	must(station,
	     (const char *const[]){"setting", "set", "dependencies", "on", "--as-unit", "HN",
				   "--reason", "trial", NULL},
	     "");
}

/* Periods and dependencies are tied to tasks that are there: the file is read twice. */
static void import_twice(const struct station *station, const char *tasks, const char *units)
{
	import(station, tasks, units, "Faults: 0");
	use_dependencies(station);
	import(station, tasks, units, "Faults: 0");
}

static void what_ties_tasks(const char *units)
{
	struct station station, empty;
	char *tasks, *csv, *xlsx, *again;

	station_init(&station, NULL, 0);
	station_must_start(&station);
	tasks = path_in(&station, "ties.csv");
	csv = path_in(&station, "plan.csv");
	xlsx = path_in(&station, "plan.xlsx");
	again = path_in(&station, "again.csv");
	test_write_file(tasks, TIES, strlen(TIES));
	import_twice(&station, tasks, units);
	export(&station, csv);
	must(&station,
	     (const char *const[]){"--lang", "vi", "plan", "export", "P", "--out", xlsx, NULL}, "");
	import(&station, csv, units, "Added 0, changed 0");
	import(&station, xlsx, units, "Added 0, changed 0");
	export(&station, again);
	same_file(csv, again);
	station_init(&empty, NULL, 0);
	station_must_start(&empty);
	import_twice(&empty, xlsx, units);
	export(&empty, again);
	same_file(csv, again);
	station_must_stop(&empty);
	station_fini(&empty);
	station_must_stop(&station);
	free(tasks);
	free(csv);
	free(xlsx);
	free(again);
	station_fini(&station);
}

int main(void)
{
	struct station station;
	char *tasks, *units, *csv, *xlsx, *part;

	station_init(&station, NULL, 0);
	station_must_start(&station);
	tasks = path_in(&station, "tasks.csv");
	units = path_in(&station, "units.csv");
	csv = path_in(&station, "plan.csv");
	xlsx = path_in(&station, "plan.xlsx");
	part = path_in(&station, "part.xlsx");
	test_write_file(tasks, TASKS, strlen(TASKS));
	test_write_file(units, UNITS, strlen(UNITS));

	import(&station, tasks, units, "Added 11");
	import(&station, tasks, units, "unchanged 11");
	must(&station,
	     (const char *const[]){"task",       "add",        "--plan",      "P",
				   "--content",  "Meeting",    "--for-units", "X1;SYT",
				   "--until",    "2026-12-15", "--priority",  "--source-kind",
				   "meeting",    "--number",   "15/TB",       "--date",
				   "2026-03-01", "--as-unit",  "HN",          NULL},
	     "eceipt");
	station_settle(&station);
	export(&station, csv);
	export(&station, xlsx);
	import(&station, csv, units, "unchanged 14");
	import(&station, xlsx, units, "unchanged 14");
	must(&station,
	     (const char *const[]){"task", "list", "--plan", "P", "--unit", "X1", "--out", part,
				   NULL},
	     "2 rows written");
	import(&station, part, units, "unchanged 8");
	into_an_empty_store(csv, units, csv);
	into_an_empty_store(xlsx, units, csv);
	what_ties_tasks(units);
	station_must_stop(&station);
	free(tasks);
	free(units);
	free(csv);
	free(xlsx);
	free(part);
	station_fini(&station);
	return 0;
}
