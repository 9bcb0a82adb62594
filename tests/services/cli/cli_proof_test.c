/* cli_proof_test.c - the proof of what was told on paper, read back as its reader would. */
#include "services/cli/cli_told.h"

#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The libraries of fonts keep what they have read until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

static char *lent(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

static uint8_t digest[32] = {1, 2, 3};
static Dondoc__V1__Actor actor;
static Dondoc__V1__ToldRow rows[60];
static Dondoc__V1__ToldRow *list_rows[60];

/* One mail that was taken, one thing told in a group, the others mails too. */
static Dondoc__V1__ToldList list_of(size_t count)
{
	Dondoc__V1__ToldList list = DONDOC__V1__TOLD_LIST__INIT;

	dondoc__v1__actor__init(&actor);
	actor.unit = lent("UBND");
	for (size_t i = 0; i < count; i++) {
		dondoc__v1__told_row__init(&rows[i]);
		list_rows[i] = &rows[i];
		rows[i].unit = lent("SYT");
		rows[i].plan = lent("KH38-2026");
		rows[i].code = lent("N01.1");
		rows[i].content = lent("Rà soát <thủ tục> & công bố");
		rows[i].told = 4711 + i;
		rows[i].day = test_day("2026-03-16");
		rows[i].delivered_us = test_time("2026-03-16 08:05");
		if (i == 1) {
			rows[i].way = lent("zalo");
			rows[i].group = lent("Nhóm CCHC các sở");
			rows[i].by = &actor;
			rows[i].planned_us = test_time("2026-03-20 09:00");
			continue;
		}
		rows[i].digest = (ProtobufCBinaryData){.data = digest, .len = sizeof(digest)};
		rows[i].rule = lent("after");
		rows[i].step = 1;
		rows[i].due_day = test_day("2026-03-13");
		rows[i].state = DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED;
		rows[i].way = lent("email");
	}
	list.rows = list_rows;
	list.n_rows = count;
	return list;
}

static struct cli_proof proof_of(const Dondoc__V1__ToldList *list)
{
	return (struct cli_proof){.list = list,
				  .authority = "UBND THÀNH PHỐ HÀ NỘI",
				  .unit = "Sở Y tế (SYT)",
				  .task = "KH38-2026/N01.1 – Rà soát <thủ tục> & công bố",
				  .outcome = "Đã được nhắc 2 lần.",
				  .from_day = 0,
				  .until_day = test_day("2026-03-31"),
				  .made_day = test_day("2026-04-02"),
				  .sequence = 9001};
}

/* As pdftotext reads it; skips the test where the tool is not. */
static char *read_page(enum cli_lang lang, const struct cli_proof *proof)
{
	char *dir = test_tmpdir(), *text, path[600];
	const char *argv[] = {"pdftotext", "-raw", path, "-", NULL};
	struct dd_buf bytes = {0};
	struct dd_error err;
	int status;

	if (cli_proof_pdf(lang, proof, &bytes, &err) != 0)
		fail_msg("%s", err.text);
	assert_memory_equal(bytes.data, "%PDF-", 5);
	(void)snprintf(path, sizeof(path), "%s/page.pdf", dir);
	test_write_file(path, bytes.data, bytes.len);
	dd_buf_fini(&bytes);
	status = test_proc_run(dir, "tool", argv, NULL, 60000);
	(void)snprintf(path, sizeof(path), "%s/tool.out", dir);
	text = status == 0 ? test_read_file(path, NULL) : NULL;
	test_tmpdir_end(dir);
	if (status == 127 || status == -2)
		skip();
	assert_non_null(text);
	return text;
}

static void has(const char *text, const char *words)
{
	char *flat = strdup(text);

	for (char *c = flat; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	if (strstr(flat, words) == NULL)
		fail_msg("'%s' is not on the page:\n%s", words, text);
	free(flat);
}

static size_t pages_of(const char *text)
{
	size_t pages = 0;

	for (; *text != '\0'; text++)
		pages += *text == '\f';
	return pages;
}

static void the_page_names_whose_it_is_what_was_told_and_how(void **state)
{
	static const char *const words[] = {
		"UBND THÀNH PHỐ HÀ NỘI",
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
		"Độc lập - Tự do - Hạnh phúc",
		"TỔNG HỢP VIỆC ĐÔN ĐỐC",
		"Cơ quan, đơn vị: Sở Y tế (SYT)",
		"Nhiệm vụ: KH38-2026/N01.1 – Rà soát <thủ tục> & công bố",
		"Thời gian: từ đầu – 31/03/2026",
		"Đã được nhắc 2 lần.",
		"thư điện tử",
		"Zalo",
		"Nhóm CCHC các sở",
		"UBND ghi ngày 20/03/2026",
		"4711",
		"4712",
		"In từ hệ thống ngày 02/04/2026; số liệu theo nhật ký đến bản ghi số 9001.",
	};
	Dondoc__V1__ToldList list = list_of(2);
	struct cli_proof proof = proof_of(&list);
	char *text = read_page(CLI_VI, &proof);

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		has(text, words[i]);
	assert_int_equal(pages_of(text), 1);
	assert_null(strstr(text, "Nơi nhận"));
	assert_null(strstr(text, "CHẠY THỬ"));
	free(text);
	proof.trial = true;
	text = read_page(CLI_VI, &proof);
	has(text, "DỮ LIỆU CHẠY THỬ");
	free(text);
}

static void in_english_with_many_rows_it_goes_over_pages(void **state)
{
	Dondoc__V1__ToldList list = list_of(60);
	struct cli_proof proof = proof_of(&list);
	char *text = read_page(CLI_EN, &proof);

	(void)state;
	has(text, "Unit: Sở Y tế (SYT)");
	has(text, "recorded by UBND on 2026-03-20");
	has(text, "4770");
	assert_true(pages_of(text) > 1);
	free(text);
}

static void nothing_told_is_said_and_has_no_table(void **state)
{
	Dondoc__V1__ToldList list = list_of(0);
	struct cli_proof proof = proof_of(&list);
	char *text;

	(void)state;
	proof.outcome = cli_text(CLI_VI, TEXT_PROOF_NO);
	text = read_page(CLI_VI, &proof);
	has(text, "Không có bản ghi nào cho thấy đã được nhắc trong thời gian này.");
	assert_null(strstr(text, "STT"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_names_whose_it_is_what_was_told_and_how),
		cmocka_unit_test(in_english_with_many_rows_it_goes_over_pages),
		cmocka_unit_test(nothing_told_is_said_and_has_no_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
