/* sheet_test.c - a reporting sheet through real processes: made, filled in by LibreOffice itself,
 * renamed, handed in at the centre, again, and once more through an office's folder. One effect,
 * and every row has its answer each time. Sorted and shortened it is taken, in other forms there is
 * a remedy. Exit 77: LibreOffice is not here. */
#include "common/base/file.h"
#include "common/sheet/sheet.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS_MAX 24
#define CLI_MS    20000
#define FILL_MS   90000
#define LACKING   77
#define FAULTS    7
#define WAIT_MS   30000

static int runs;

static void path_of(const struct station *station, const char *name, char out[STATION_PATH])
{
	snprintf(out, STATION_PATH, "%.300s/%.190s", station->dir, name);
}

static char *said(const struct station *station, const char *kind)
{
	char name[64], path[STATION_PATH];

	snprintf(name, sizeof(name), "run-%d.%s", runs, kind);
	path_of(station, name, path);
	return test_read_file(path, NULL);
}

/* Its exit code; what it said lies in run-<runs>.out. */
static int run(const struct station *station, const char *const argv[], int ms)
{
	char name[32];

	snprintf(name, sizeof(name), "run-%d", ++runs);
	return test_proc_run(station->dir, name, argv, NULL, ms);
}

/* dondoc must end with `status` and say all of `wanted` (up to three) and not `unwanted`. */
static void must(const struct station *station, const char *const words[], int status,
		 const char *const wanted[3], const char *unwanted)
{
	const char *argv[WORDS_MAX + 6] = {DONDOC_CLI, "--lang", "vi", "-e", station->endpoint};
	char *out, *problems;
	int got;

	for (size_t i = 0; words[i] != NULL && i < WORDS_MAX; i++)
		argv[5 + i] = words[i];
	got = run(station, argv, CLI_MS);
	out = said(station, "out");
	problems = said(station, "err");
	for (int i = 0; i < 3 && wanted[i] != NULL; i++) {
		if (got != status || out == NULL || strstr(out, wanted[i]) == NULL)
			system_die("dondoc %s %s: status %d, without \"%s\":\n%s\n%s", words[0],
				   words[1], got, wanted[i], out ? out : "",
				   problems ? problems : "");
	}
	if (unwanted != NULL && out != NULL && strstr(out, unwanted) != NULL)
		system_die("dondoc %s %s says \"%s\":\n%s", words[0], words[1], unwanted, out);
	free(out);
	free(problems);
}

/* The codes of the first two tasks, as the sheet has them. */
static void read_codes(const char *path, char first[64], char second[64])
{
	unsigned long len = 0;
	char *data = test_read_file(path, &len);
	struct dd_sheet *sheet;
	struct dd_error err;

	if (data == NULL || dd_sheet_read(data, len, DD_SHEET_VI, &sheet, &err) != DD_OK ||
	    sheet->count < 2)
		system_die("%s is no sheet of two tasks", path);
	snprintf(first, 64, "%.60s", sheet->rows[0].cell[DD_SHEET_CODE]);
	snprintf(second, 64, "%.60s", sheet->rows[1].cell[DD_SHEET_CODE]);
	dd_sheet_free(sheet);
	free(data);
}

/* False: LibreOffice is not here. */
static bool fill(const struct station *station, const char *from, const char *to)
{
	char cells[6][200], first[64], second[64];
	const char *argv[] = {"/usr/bin/python3", SHEET_FILL, from,     to,
			      cells[0],           cells[1],   cells[2], cells[3],
			      cells[4],           cells[5],   NULL};
	char *problems;
	int status;

	read_codes(from, first, second);
	snprintf(cells[0], sizeof(cells[0]), "FILLER||Văn thư xã");
	snprintf(cells[1], sizeof(cells[1]), "%s|Mức độ thực hiện|Đang", first);
	snprintf(cells[2], sizeof(cells[2]), "%s|Tỷ lệ (%%)|45%%", first);
	snprintf(cells[3], sizeof(cells[3]), "%s|Việc đã làm trong kỳ|Đã họp dân", first);
	snprintf(cells[4], sizeof(cells[4]), "%s|Mức độ thực hiện|không thay đổi", second);
	snprintf(cells[5], sizeof(cells[5]), "%s|Khó khăn, kiến nghị|Thiếu kinh phí", second);
	status = run(station, argv, FILL_MS);
	if (status == LACKING)
		return false;
	problems = said(station, "err");
	if (status != 0)
		system_die("%s: status %d: %s", SHEET_FILL, status, problems ? problems : "");
	free(problems);
	return true;
}

/* Reports of progress in the log. */
static size_t effects(const struct station *station)
{
	static const char event[] = "EVENT_PROGRESS_REPORTED";
	char folder[STATION_PATH + 16];
	const char *argv[] = {DONDOC_CLI, "--format", "json",    "log",  "tail",
			      "--from",   "1",        "--limit", "1000", NULL};
	const char *env[] = {folder, NULL};
	size_t count = 0;
	char *out;

	snprintf(folder, sizeof(folder), "DONDOC_RUN=%s", station->run);
	if (test_proc_run(station->dir, "log", argv, env, CLI_MS) != 0)
		system_die("the log cannot be read");
	snprintf(folder, sizeof(folder), "%.400s/log.out", station->dir);
	out = test_read_file(folder, NULL);
	for (const char *at = out; at != NULL && (at = strstr(at, event)) != NULL; at++)
		count++;
	free(out);
	return count;
}

static void copy(const char *from, const char *to)
{
	unsigned long len = 0;
	char *data = test_read_file(from, &len);
	struct dd_error err;

	if (data == NULL || dd_file_write(to, data, len, 0600, &err) != DD_OK)
		system_die("%s cannot be copied to %s", from, to);
	free(data);
}

/* --- through an office's folder -----------------------------------------------------------------
 */

static void wait_for(const char *path)
{
	for (int i = 0; i < WAIT_MS / 50; i++) {
		if (access(path, F_OK) == 0)
			return;
		system_rest_ms(50);
	}
	system_die("%s does not appear", path);
}

static void through_the_folder(struct station *station, const char *sheet)
{
	char inbox[STATION_PATH], path[STATION_PATH];
	struct branch branch;

	path_of(station, "inbox", inbox);
	if (setenv("DONDOC_OFFICE_INBOX", inbox, 1) != 0 || mkdir(inbox, 0700) != 0)
		system_die("no folder %s", inbox);
	branch_init(&branch, station);
	branch_must_start(&branch);
	path_of(station, "inbox/tên khác.xlsx", path);
	copy(sheet, path);
	path_of(station, "inbox/cũ.xls", path);
	if (dd_file_write(path, "\xD0\xCF\x11\xE0 old", 8, 0600, &(struct dd_error){0}) != DD_OK)
		system_die("no file %s", path);
	path_of(station, "inbox/da-nhan/tên khác.xlsx", path);
	wait_for(path);
	path_of(station, "inbox/da-nhan/tên khác.ket-qua.xlsx", path);
	wait_for(path);
	path_of(station, "inbox/loi/cũ.txt", path);
	wait_for(path);
	if (!branch_drained(&branch, WAIT_MS))
		system_die("the office keeps reports back");
	branch_fini(&branch);
}

/* --- other forms ---------------------------------------------------------------------------------
 */

/* Filled in, the rows sorted the other way, one of the three taken out, saved as `name`. */
static void save_as(const struct station *station, const char *from, const char *name,
		    char to[STATION_PATH])
{
	char first[64], second[64], cells[2][200];
	const char *argv[] = {"/usr/bin/python3", SHEET_FILL, from,     to,
			      cells[0],           cells[1],   "SORT||", NULL};

	path_of(station, name, to);
	read_codes(from, first, second);
	snprintf(cells[0], sizeof(cells[0]), "%s|Việc đã làm trong kỳ|Đã sửa", first);
	snprintf(cells[1], sizeof(cells[1]), "DELETE|%s|", second);
	if (run(station, argv, FILL_MS) != 0)
		system_die("%s cannot be saved", to);
}

/* Not taken, and told in one sentence, whatever the form. */
static void must_help(const struct station *station, const char *path, const char *wanted)
{
	const char *argv[] = {DONDOC_CLI, "--lang", "vi", "-e", station->endpoint,
			      "sheet",    "send",   path, NULL};
	const int got = run(station, argv, CLI_MS);
	char *problems = said(station, "err");
	const char *end = problems != NULL ? strchr(problems, '\n') : NULL;

	if (got != FAULTS || end == NULL || end[1] != '\0' || strstr(problems, wanted) == NULL)
		system_die("%s: status %d: %s", path, got, problems ? problems : "");
	free(problems);
}

/* Handed in as LibreOffice saves it after sorting and deleting rows; in another form there is one
 * sentence that helps. */
static void forms(const struct station *station, const char *filled)
{
	static const struct {
		const char *name, *says;
	} others[] = {{"phiếu.ods", "chọn Lưu thành, kiểu"},
		      {"phiếu.csv", "gửi đúng tệp phiếu báo cáo"},
		      {"phiếu.xls", "chọn Lưu thành"}};
	char path[STATION_PATH];
	const char *const send[] = {"--format", "json", "sheet", "send", path, NULL};

	save_as(station, filled, "phiếu đã sắp xếp.xlsx", path);
	must(station, send, 0, (const char *[3]){"\"fate\":\"taken\"", "Văn thư xã"}, "\"bad\"");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		save_as(station, filled, others[i].name, path);
		must_help(station, path, others[i].says);
	}
}

/* --- the test ------------------------------------------------------------------------------------
 */

static void at_the_centre(const struct station *station, const char *filled, const char *renamed)
{
	const char *const send[] = {"--format", "json", "sheet", "send", filled, NULL};
	const char *const again[] = {"--format", "json", "sheet", "send", renamed, NULL};
	const char *const check[] = {"sheet", "send", filled, "--check", NULL};

	must(station, check, 0, (const char *[3]){"sẽ gửi", "chưa gửi gì"}, "đã nhận");
	must(station, send, 0, (const char *[3]){"\"fate\":\"taken\"", "Văn thư xã"}, "known");
	must(station, again, 0, (const char *[3]){"\"fate\":\"known\"", "không ghi lần thứ hai"},
	     "taken");
}

int main(void)
{
	char made[STATION_PATH], filled[STATION_PATH], renamed[STATION_PATH];
	const char *const make[] = {"sheet",   "make", "--unit", STATION_UNIT, "--period",
				    "2026-11", "-o",   made,     NULL};
	struct station station;
	size_t count;
	bool here;

	station_init(&station, NULL, system_free_port());
	station_must_start(&station);
	station_prepare(&station, 3);
	path_of(&station, "phiếu.xlsx", made);
	path_of(&station, "phiếu đã điền.xlsx", filled);
	path_of(&station, "Bản sao (2).xlsx", renamed);
	must(&station, make, 0, (const char *[3]){"3 nhiệm vụ"}, NULL);
	here = fill(&station, made, filled);
	if (here) {
		copy(filled, renamed);
		at_the_centre(&station, filled, renamed);
		through_the_folder(&station, renamed);
		count = effects(&station);
		if (count != 1)
			system_die("%zu reports in the log", count);
		forms(&station, filled);
		if (effects(&station) != 2)
			system_die("the sorted sheet has no effect of its own");
		printf("sheet: filled in by LibreOffice, handed in three times by two doors: one "
		       "effect\n");
	} else {
		fprintf(stderr, "LibreOffice with its Python bridge is not here\n");
	}
	station_fini(&station);
	return here ? 0 : LACKING;
}
