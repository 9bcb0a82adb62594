/* cli_mail_test.c - the commands that read a mail sink's folder, run on literal mails. */
#include "common/base/alloc.h"
#include "services/cli/cli.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ARGV_MAX 16

static const char mail_two[] = "Delivered-To: <syt@tinh.example>\r\n"
			       "From: nhac-viec@tinh.example\r\n"
			       "Date: Wed, 14 Oct 2026 08:00:05 +0700\r\n"
			       "To: syt@tinh.example\r\n"
			       "Message-ID: <abc@tinh>\r\n"
			       "Subject: =?UTF-8?Q?[Nh=E1=BA=AFc_vi=E1=BB=87c]=1B[31m?=\r\n"
			       "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
			       "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
			       "K\xc3\xadnh g\xe1\xbb\xadi\x1b[2J\r\n\r\nH\xe1\xba\xbft\r\n"
			       "--b\r\nContent-Type: text/html\r\n\r\n<p>1</p>\r\n--b--\r\n";
static const char mail_ten[] = "Delivered-To: <a@b>\nSubject: =1+1\nDate: some day\n\nhello\n";

/* One folder for all tests: 2.eml, 10.eml, and what is no mail. */
static int make_folder(void **state)
{
	static const char *const others[] = {"control", "3.eml.new-1", "x.eml", ".eml",
					     "99999999999999999999999.eml"};
	char *dir = test_tmpdir();
	char path[300];

	snprintf(path, sizeof(path), "%s/2.eml", dir);
	test_write_file(path, mail_two, strlen(mail_two));
	snprintf(path, sizeof(path), "%s/10.eml", dir);
	test_write_file(path, mail_ten, strlen(mail_ten));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, others[i]);
		test_write_file(path, "x", 1);
	}
	setenv("DONDOC_MAIL_DIR", dir, 1);
	*state = dir;
	return 0;
}

static int remove_folder(void **state)
{
	unsetenv("DONDOC_MAIL_DIR");
	test_tmpdir_end(*state);
	return 0;
}

/* Words separated by '|'; the output is `out` and the exit code `rc`. */
static void check(const char *words, int rc, const char *out)
{
	char *argv[ARGV_MAX + 1] = {(char *)"dondoc", (char *)"--lang", (char *)"en"};
	char *line = dd_strdup(words), *rest = line, *word;
	char *got = NULL, *problems = NULL;
	size_t got_len, problems_len;
	FILE *to = open_memstream(&got, &got_len);
	FILE *complaints = open_memstream(&problems, &problems_len);
	int argc = 3, found;

	while ((word = strsep(&rest, "|")) != NULL && argc < ARGV_MAX)
		argv[argc++] = word;
	found = cli_run(argc, argv, to, complaints);
	fclose(to);
	fclose(complaints);
	if (found != rc || strcmp(got, out) != 0 || (*problems != '\0') != (rc != CLI_DONE))
		fail_msg("%s: %d \"%s\" \"%s\"", words, found, got, problems);
	free(got);
	free(problems);
	free(line);
}

static void mails_are_listed_by_number_with_their_subject_decoded(void **state)
{
	char expected[600];

	check("mail|list|--format|csv", CLI_DONE,
	      "\xef\xbb\xbf"
	      "No.,Time,To,Subject\r\n"
	      "2,2026-10-14 08:00:05,syt@tinh.example,[Nhắc việc] [31m\r\n"
	      "10,some day,<a@b>,'=1+1\r\n");
	snprintf(expected, sizeof(expected),
		 "No.  Time      To     Subject\n"
		 "───  ────────  ─────  ───────\n"
		 " 10  some day  <a@b>  =1+1\n"
		 "1 of 2 mails in %s\n",
		 (char *)*state);
	check("mail|list|--limit|1", CLI_DONE, expected);
	check("mail|list|--limit|1|--all|--format|json", CLI_DONE,
	      "[{\"number\":\"2\",\"time\":\"2026-10-14 08:00:05\",\"to\":\"syt@tinh.example\","
	      "\"subject\":\"[Nhắc việc]\\u001b[31m\"},{\"number\":\"10\",\"time\":\"some day\","
	      "\"to\":\"<a@b>\",\"subject\":\"=1+1\"}]\n");
}

static void a_mail_is_shown_as_text_or_html_without_what_a_terminal_obeys(void **state)
{
	(void)state;
	check("mail|show|2", CLI_DONE,
	      "From:                   nhac-viec@tinh.example\n"
	      "To:                     syt@tinh.example\n"
	      "Date:                   2026-10-14 08:00:05\n"
	      "Subject:                [Nhắc việc] [31m\n"
	      "Message-ID:             <abc@tinh>\n"
	      "\n"
	      "Kính gửi [2J\n\nHết\n");
	check("mail|show|2|--html", CLI_DONE, "<p>1</p>\n");
}

static void what_is_not_there_is_not_found(void **state)
{
	char words[400];

	check("mail|show|3", CLI_NOT_FOUND, "");
	check("mail|show|10|--html", CLI_NOT_FOUND, "");
	snprintf(words, sizeof(words), "mail|list|--dir|%s/none", (char *)*state);
	check(words, CLI_NOT_FOUND, "");
}

/* Each of these goes before those above it. */
static void without_a_name_the_folder_is_the_trials_or_beside_the_run_folder(void **state)
{
	static const char *const folders[] = {"run",  "data",     "data/mail",
					      "mail", "run/data", "run/data/mail"};
	char *dir = test_tmpdir();
	char path[300], expected[100];

	setenv("DONDOC_MAIL_DIR", "", 1);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
		if (i == 0)
			setenv("DONDOC_RUN", path, 1);
		if (!strstr(folders[i], "mail"))
			continue;
		snprintf(path, sizeof(path), "%s/%s/%zu.eml", dir, folders[i], i);
		test_write_file(path, "Subject: x\n\nx\n", 14);
		snprintf(expected, sizeof(expected),
			 "[{\"number\":\"%zu\",\"time\":\"\",\"to\":\"\",\"subject\":\"x\"}]\n", i);
		check("mail|list|--format|json", CLI_DONE, expected);
	}
	unsetenv("DONDOC_RUN");
	setenv("DONDOC_MAIL_DIR", *state, 1);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_are_listed_by_number_with_their_subject_decoded),
		cmocka_unit_test(a_mail_is_shown_as_text_or_html_without_what_a_terminal_obeys),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(without_a_name_the_folder_is_the_trials_or_beside_the_run_folder),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
