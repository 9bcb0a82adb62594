/* cli_run_test.c - whole runs of the program without a server: usage, help, keys, completion, the
 * person's id, where services are looked for, and what is said when nobody answers. */
#include "common/base/alloc.h"
#include "common/net/loop.h"
#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_theme.h"
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ARGV_MAX 16

struct run {
	char *out;      /* owned */
	char *problems; /* owned */
	int rc;
};

/* Words separated by '|'. */
static struct run run(const char *words)
{
	char *argv[ARGV_MAX + 1] = {(char *)"dondoc"};
	char *line = dd_strdup(words), *rest = line, *word;
	size_t out_len, problems_len;
	struct run run = {0};
	FILE *out = open_memstream(&run.out, &out_len);
	FILE *problems = open_memstream(&run.problems, &problems_len);
	int argc = 1;

	while (*words && (word = strsep(&rest, "|")) != NULL && argc < ARGV_MAX)
		argv[argc++] = word;
	run.rc = cli_run(argc, argv, out, problems);
	fclose(out);
	fclose(problems);
	free(line);
	return run;
}

static void run_fini(struct run *run)
{
	free(run->out);
	free(run->problems);
}

static void check_misuse(const char *lang, const char *words, const char *expected)
{
	char line[300];
	struct run got;

	snprintf(line, sizeof(line), "--lang|%s%s%s", lang, *words ? "|" : "", words);
	got = run(line);
	if (got.rc != CLI_USAGE || !strstr(got.problems, expected) || *got.out)
		fail_msg("%s: %d \"%s\" lacks \"%s\"", line, got.rc, got.problems, expected);
	run_fini(&got);
}

static void misuse_is_told_in_the_language_asked_for_and_ends_with_2(void **state)
{
	static const struct {
		const char *words;
		const char *vi;
		const char *en;
	} cases[] = {
		{"", "Thiếu lệnh", "a command is missing"},
		{"foo|bar", "Không có lệnh \"foo bar\"", "there is no command \"foo bar\""},
		{"task", "cần thêm một lệnh", "needs a command; there are:\n  task list "},
		{"task|fly", "không có lệnh \"fly\"", "has no command \"fly\"; there are:\n"},
		{"task|list|--foo", "Không hiểu \"--foo\"", "\"--foo\" is not understood"},
		{"task|list|--dir|x", "--dir không dùng được với lệnh task list",
		 "--dir is not an option of task list"},
		{"task|show", "cần đúng: TASK", "takes exactly this: TASK"},
		{"task|show|a|b", "cần đúng: TASK", "takes exactly this: TASK"},
		{"task|count|a", "chỉ nhận tùy chọn", "takes options (--...) only"},
		{"task|list|--format|xml", "--format: \"xml\"", "--format: \"xml\""},
		{"task|list|--wait-ms|soon", "--wait-ms: \"soon\"", "--wait-ms: \"soon\""},
		{"task|list|--as-of|31-03-2026", "--as-of", "--as-of"},
		{"task|list|--state|dang,wrong", "--state: \"wrong\"", "--state: \"wrong\""},
		{"task|list|--time|soon", "--time: \"soon\"", "--time: \"soon\""},
		{"task|list|--limit|1001", "--limit", "--limit"},
		{"task|update|1", "Không có gì để cập nhật", "nothing to report"},
		{"task|update|1|--percent|101", "--percent", "--percent"},
		{"task|update|1|--step|bay", "--step: \"bay\"", "--step: \"bay\""},
		{"task|complete|1", "Thiếu tài liệu kiểm chứng", "evidence is missing"},
		{"task|decide|1|maybe", "confirm, return", "confirm, return"},
		{"task|decide|1|return", "Thiếu --reason", "--reason is missing"},
		{"task|extend|1|request", "Thiếu --until", "--until is missing"},
		{"task|extend|1|request|--until|30/02/2026|--reason|x", "--until: \"30/02/2026\"",
		 "--until: \"30/02/2026\""},
		{"task|extend|1|request|--until|1/3/2026|--reason|x", "Thiếu căn cứ",
		 "the basis is missing"},
		{"task|extend|1|refuse", "Thiếu --reason", "--reason is missing"},
		{"task|extend|1|prolong", "request, grant, refuse", "request, grant, refuse"},
		{"task|assign|1|--reason|x", "Thiếu --to", "--to is missing"},
		{"plan|import|--plan|A", "Thiếu --tasks", "--tasks is missing"},
		{"office|queue", "Cần chỉ rõ đơn vị", "which office?"},
		{"completion|zsh", "Chỉ có kịch bản cho bash", "for bash only"},
		{"-e|nowhere|task|list", "\"nowhere\" không phải tên dịch vụ",
		 "\"nowhere\" names no service"},
		{"--key|k|task|list", "phải đi cùng nhau", "go together"},
		{"log|verify|--receipt|nonsense", "--receipt: \"nonsense\"",
		 "--receipt: \"nonsense\""},
		{"log|tail|--format|csv", "không có dạng csv", "has no csv form"},
		{"clock|confirm", "Thiếu --reason", "--reason is missing"},
		{"remind|preview|--from|1/13/2026", "--from: \"1/13/2026\"",
		 "--from: \"1/13/2026\""},
		{"remind|preview|--from|2026-01-02|--to|2026-01-01", "--from phải trước",
		 "--from must not be after"},
		{"remind|log|--state|dang", "--state: \"dang\"", "--state: \"dang\""},
		{"remind|show|abc", "\"abc\" không đúng dạng", "\"abc\" names nothing"},
		{"remind|show|12|--format|csv", "không có dạng csv", "has no csv form"},
		{"report|run|--as-of|2026-01-01", "Thiếu --out", "--out is missing"},
		{"report|run|--out|x.pdf", "Thiếu --as-of", "--as-of is missing"},
		{"report|run|--as-of|2026-01-01|--out|x", "Không rõ dạng tệp", "which form?"},
		{"report|run|--as-of|2026-01-01|--out|x.pdf|--format|table", "Không rõ dạng tệp",
		 "which form?"},
		{"report|show|12|--force", "--force chỉ đi cùng", "--force goes with"},
		{"report|show|x", "\"x\" không đúng dạng", "\"x\" names nothing"},
		{"mail|show|x", "\"x\" không đúng dạng", "\"x\" is not of the right form"},
		{"mail|show|1|--format|json", "chỉ có dạng table", "the form table only"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check_misuse("vi", cases[i].words, cases[i].vi);
		check_misuse("en", cases[i].words, cases[i].en);
	}
}

static void help_of_every_command_has_its_options_examples_and_exit_codes(void **state)
{
	(void)state;
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		char words[100];
		struct run got;

		snprintf(words, sizeof(words), "--lang|en|%s%s%s|--help",
			 command->group ? command->group : "", command->group ? "|" : "",
			 command->name);
		got = run(words);
		assert_int_equal(got.rc, CLI_DONE);
		assert_non_null(strstr(got.out, "Examples:\n  dondoc "));
		assert_non_null(strstr(got.out, "Exit codes:"));
		for (int i = 0; command->options[i] != CLI_OPT_NONE; i++)
			assert_non_null(strstr(got.out, cli_options[command->options[i]].name));
		run_fini(&got);
	}
}

static void help_of_the_program_has_every_command(void **state)
{
	struct run got = run("--lang|vi|--help");

	(void)state;
	assert_int_equal(got.rc, CLI_DONE);
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command))
		assert_non_null(strstr(got.out, command->name));
	assert_non_null(strstr(got.out, "Mã thoát:"));
	run_fini(&got);
}

static void help_of_a_theme_has_its_commands_and_no_others(void **state)
{
	(void)state;
	for (const struct cli_command *command = cli_command_next(NULL); command;
	     command = cli_command_next(command)) {
		char words[100], line[100];
		struct run got;

		if (!command->group)
			continue;
		assert_int_not_equal(cli_theme_about(command->group), TEXT_NONE);
		snprintf(words, sizeof(words), "--lang|en|%s|--help", command->group);
		snprintf(line, sizeof(line), "\n  %s %s", command->group, command->name);
		got = run(words);
		assert_int_equal(got.rc, CLI_DONE);
		assert_non_null(strstr(got.out, line));
		if (strcmp(command->group, "log") != 0)
			assert_null(strstr(got.out, "\n  log "));
		run_fini(&got);
	}
}

static void the_completion_script_is_one_that_bash_reads(void **state)
{
	struct run got = run("completion|bash");
	char *dir = test_tmpdir();
	const char *argv[] = {"bash", "-c", NULL, NULL};
	char command[600];

	(void)state;
	assert_int_equal(got.rc, CLI_DONE);
	assert_non_null(strstr(got.out, "complete -F _dondoc dondoc"));
	snprintf(command, sizeof(command), "%s/script", dir);
	test_write_file(command, got.out, strlen(got.out));
	snprintf(command, sizeof(command),
		 ". %s/script; COMP_WORDS=(dondoc task up); COMP_CWORD=2; _dondoc; "
		 "test \"${COMPREPLY[*]}\" = update && COMP_WORDS=(dondoc task list --st); "
		 "COMP_CWORD=3; _dondoc; test \"${COMPREPLY[*]}\" = --state",
		 dir);
	argv[2] = command;
	assert_int_equal(test_proc_run(dir, "bash", argv, NULL, 20000), 0);
	run_fini(&got);
	test_tmpdir_end(dir);
}

static void a_key_is_made_once_for_its_owner_alone_and_never_overwritten(void **state)
{
	char *dir = test_tmpdir();
	struct dd_curve_key key;
	struct dd_error err;
	char words[300], path[200], line[60];
	struct stat info;
	struct run got;

	(void)state;
	snprintf(path, sizeof(path), "%s/office.key", dir);
	snprintf(words, sizeof(words), "keygen|%s", path);
	got = run(words);
	assert_int_equal(got.rc, CLI_DONE);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(dd_curve_load(path, &key, &err), 0);
	snprintf(line, sizeof(line), "public %s\n", key.public_key);
	assert_string_equal(got.out, line);
	run_fini(&got);
	got = run(words);
	assert_int_equal(got.rc, CLI_CONFLICT);
	assert_non_null(strstr(got.problems, path));
	run_fini(&got);
	test_tmpdir_end(dir);
}

static void nobody_answering_ends_with_4_and_names_the_place(void **state)
{
	static const char *const commands[] = {"task|list",
					       "plan|list",
					       "unit|list",
					       "log|tail",
					       "task|show|1",
					       "status",
					       "remind|log",
					       "remind|show|7",
					       "report|list",
					       "remind|preview|--from|2026-01-01|--to|2026-01-02",
					       "report|run|--as-of|2026-01-01|--out|/none/x.pdf",
					       "report|show|7"};
	char *dir = test_tmpdir();

	(void)state;
	setenv("DONDOC_RUN", dir, 1);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char words[300];
		struct run got;

		snprintf(words, sizeof(words), "--lang|en|--wait-ms|50|%s", commands[i]);
		got = run(words);
		assert_int_equal(got.rc, CLI_NO_ANSWER);
		if (strcmp(commands[i], "status") == 0)
			assert_non_null(strstr(got.out, "not answering"));
		else
			assert_non_null(strstr(got.problems, dir));
		run_fini(&got);
	}
	unsetenv("DONDOC_RUN");
	test_tmpdir_end(dir);
}

static void a_log_that_is_not_there_is_not_found_and_one_that_is_no_log_is_damage(void **state)
{
	char *dir = test_tmpdir();
	char words[300];
	struct run got;

	(void)state;
	snprintf(words, sizeof(words), "log|verify|--dir|%s/none", dir);
	got = run(words);
	assert_int_equal(got.rc, CLI_NOT_FOUND);
	run_fini(&got);
	snprintf(words, sizeof(words), "%s/0000000000000001.seg", dir);
	test_write_file(words, "this is no segment of a log, whatever its name is", 49);
	snprintf(words, sizeof(words), "log|verify|--dir|%s", dir);
	got = run(words);
	assert_int_not_equal(got.rc, CLI_DONE);
	assert_non_null(strstr(got.problems, dir));
	run_fini(&got);
	test_tmpdir_end(dir);
}

static void status_tells_of_every_service_that_has_a_folder(void **state)
{
	static const char *const folders[] = {"reporting", "office-SYT", "notification", "gateway"};
	char *dir = test_tmpdir();
	char path[300];
	struct run got;

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	setenv("DONDOC_RUN", dir, 1);
	got = run("--lang|en|--wait-ms|30|--format|csv|status");
	assert_int_equal(got.rc, CLI_NO_ANSWER);
	assert_non_null(strstr(got.out, "\r\ntask,not answering,,,,,,,,\r\n"
					"notification,not answering,,,,,,,,\r\n"
					"office-SYT,not answering,,,,,,,,\r\n"
					"reporting,not answering,,,,,,,,\r\n"));
	assert_null(strstr(got.out, "gateway"));
	run_fini(&got);
	unsetenv("DONDOC_RUN");
	test_tmpdir_end(dir);
}

static void a_report_that_is_there_is_kept_before_anybody_is_asked(void **state)
{
	char *dir = test_tmpdir();
	char words[400], path[300];
	struct run got;

	(void)state;
	snprintf(path, sizeof(path), "%s/x.pdf", dir);
	test_write_file(path, "old", 3);
	snprintf(words, sizeof(words), "--lang|en|report|run|--as-of|2026-01-01|--out|%s", path);
	got = run(words);
	assert_int_equal(got.rc, CLI_CONFLICT);
	assert_non_null(strstr(got.problems, "exists; --force overwrites it"));
	run_fini(&got);
	test_tmpdir_end(dir);
}

static void help_says_what_an_option_means_to_this_command(void **state)
{
	static const struct {
		const char *words;
		const char *has;
	} cases[] = {
		{"remind|log|--help", "--from DATE"},
		{"log|tail|--help", "--from N"},
		{"remind|preview|--help", "--to DATE"},
		{"task|assign|--help", "--to UNIT"},
		{"report|run|--help", "--format pdf|xlsx|csv|json"},
		{"report|list|--help", "--format table|json|csv"},
		{"mail|list|--help", "$DONDOC_MAIL_DIR"},
		{"log|verify|--help", "$DONDOC_LOG_DIR"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run got = run(cases[i].words);

		if (!strstr(got.out, cases[i].has))
			fail_msg("%s lacks \"%s\": %s", cases[i].words, cases[i].has, got.out);
		run_fini(&got);
	}
}

static void short_names_are_sockets_in_the_run_folder(void **state)
{
	static const struct {
		const char *name;
		const char *endpoint;
	} cases[] = {
		{"task", "ipc:///r/task/operator/bus"},
		{"tasklog", "ipc:///r/tasklog/operator/bus"},
		{"notification", "ipc:///r/notification/operator/bus"},
		{"reporting", "ipc:///r/reporting/operator/bus"},
		{"notification/x", NULL},
		{"office-SYT", "ipc:///r/office-SYT/local/bus"},
		{"tcp://10.0.0.1:7701", "tcp://10.0.0.1:7701"},
		{"ipc:///x/y", "ipc:///x/y"},
		{"office-", NULL},
		{"office-../task", NULL},
		{"Task", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *endpoint = cli_endpoint("/r", cases[i].name);

		if (cases[i].endpoint) {
			assert_non_null(endpoint);
			assert_string_equal(endpoint, cases[i].endpoint);
		} else {
			assert_null(endpoint);
		}
		free(endpoint);
	}
}

static void the_run_folder_is_the_environments_before_all_else(void **state)
{
	char *run_folder = cli_run_folder("/somewhere");

	(void)state;
	assert_string_equal(run_folder, "/somewhere");
	free(run_folder);
	run_folder = cli_run_folder("");
	assert_int_equal(run_folder[0], '/');
	free(run_folder);
}

static void a_person_has_one_id_for_ever(void **state)
{
	char *dir = test_tmpdir();
	struct cli cli = {.out = stdout, .problems = stderr};
	uint8_t first[16], second[16];
	char path[200];
	struct stat info;

	(void)state;
	setenv("XDG_STATE_HOME", dir, 1);
	assert_int_equal(cli_person(&cli, first), 0);
	assert_int_equal(cli_person(&cli, second), 0);
	assert_memory_equal(first, second, 16);
	snprintf(path, sizeof(path), "%s/dondoc/person", dir);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	unsetenv("XDG_STATE_HOME");
	test_tmpdir_end(dir);
}

static int end_context(void **state)
{
	(void)state;
	dd_zmq_context_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misuse_is_told_in_the_language_asked_for_and_ends_with_2),
		cmocka_unit_test(help_of_every_command_has_its_options_examples_and_exit_codes),
		cmocka_unit_test(help_of_the_program_has_every_command),
		cmocka_unit_test(help_of_a_theme_has_its_commands_and_no_others),
		cmocka_unit_test(the_completion_script_is_one_that_bash_reads),
		cmocka_unit_test(a_key_is_made_once_for_its_owner_alone_and_never_overwritten),
		cmocka_unit_test(nobody_answering_ends_with_4_and_names_the_place),
		cmocka_unit_test(
			a_log_that_is_not_there_is_not_found_and_one_that_is_no_log_is_damage),
		cmocka_unit_test(status_tells_of_every_service_that_has_a_folder),
		cmocka_unit_test(a_report_that_is_there_is_kept_before_anybody_is_asked),
		cmocka_unit_test(help_says_what_an_option_means_to_this_command),
		cmocka_unit_test(short_names_are_sockets_in_the_run_folder),
		cmocka_unit_test(the_run_folder_is_the_environments_before_all_else),
		cmocka_unit_test(a_person_has_one_id_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, end_context);
}
