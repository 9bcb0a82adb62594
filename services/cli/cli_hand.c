/* cli_hand.c - `remind zalo`: a text and a picture to be sent by hand; `remind told`: that it was
 * sent. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_report.h"
#include "services/cli/cli_told.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MODE 0644
#define TASKS_MAX 200

/* --- the copy -----------------------------------------------------------------------------------
 */

/* Which tasks: a saved filter, or what the options say. The caller frees. */
static int read_which(struct cli *cli, Dondoc__V1__ListTasks **list_out)
{
	const char *filter = cli->args.value[CLI_OPT_FILTER];
	const char *time = cli->args.value[CLI_OPT_TIME];
	Dondoc__V1__ListTasks made = DONDOC__V1__LIST_TASKS__INIT;
	uint8_t *bytes;
	size_t len;
	int rc = 0;

	if (time && cli_parse_time_state(time, &made.time_state) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "--time", time, NULL);
	if (filter) {
		rc = cli_connect(cli, "task");
		if (rc == 0)
			rc = cli_filter_find(cli, filter, list_out);
		if (rc == 0 && time)
			(*list_out)->time_state = made.time_state;
		return rc;
	}
	made.unit = cli_option_text(cli, CLI_OPT_UNIT);
	made.plan = cli_option_text(cli, CLI_OPT_PLAN);
	made.with_subunits = cli->args.value[CLI_OPT_SUBUNITS] != NULL;
	len = dondoc__v1__list_tasks__get_packed_size(&made);
	bytes = dd_alloc(len + 1);
	dondoc__v1__list_tasks__pack(&made, bytes);
	*list_out = dondoc__v1__list_tasks__unpack(NULL, len, bytes);
	free(bytes);
	return *list_out ? 0 : CLI_INTERNAL;
}

static int ask_copy(struct cli *cli, Dondoc__V1__ListTasks *which, bool picture,
		    Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CopyForHand copy = DONDOC__V1__COPY_FOR_HAND__INIT;
	int rc = cli_connect_to(cli, "notification");

	copy.which = which;
	copy.english = cli->lang == CLI_EN;
	copy.without_picture = !picture;
	query.what_case = DONDOC__V1__QUERY__WHAT_COPY_FOR_HAND;
	query.copy_for_hand = &copy;
	if (rc == 0)
		rc = cli_query(cli, &query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_HAND_COPY) : rc;
}

static size_t count_chars(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static int keep_picture(const struct cli *cli, const Dondoc__V1__HandCopy *copy, const char *path)
{
	struct dd_error err;

	if (dd_file_write(path, copy->picture.data, copy->picture.len, FILE_MODE, &err) != 0)
		return cli_failed(cli, &err);
	cli_say(cli, TEXT_HAND_PICTURE, path, NULL);
	return 0;
}

/* How to say afterwards that it was sent; of several units each is told by itself. */
static void say_next(const struct cli *cli, const Dondoc__V1__HandCopy *copy)
{
	const char *unit = cli->args.value[CLI_OPT_UNIT];
	struct dd_buf tasks = {0};

	for (size_t i = 0; i < copy->n_tasks; i++)
		dd_buf_printf(&tasks, "%s'#%" PRIu64 "'", i > 0 ? "," : "", copy->tasks[i]);
	cli_say(cli, TEXT_HAND_NEXT, unit ? unit : "…", dd_buf_cstr(&tasks), NULL);
	dd_buf_fini(&tasks);
}

static int show_copy(const struct cli *cli, const Dondoc__V1__HandCopy *copy, const char *path)
{
	char chars[24], named[24], total[24];

	cli_print_text(cli, copy->text);
	fputs("\n\n", cli->out);
	snprintf(chars, sizeof(chars), "%zu", count_chars(copy->text));
	snprintf(named, sizeof(named), "%zu", copy->n_tasks);
	snprintf(total, sizeof(total), "%" PRIu32, copy->total);
	cli_say(cli, TEXT_HAND_SIZE, chars, named, total, NULL);
	say_next(cli, copy);
	return path ? keep_picture(cli, copy, path) : 0;
}

int cli_remind_zalo(struct cli *cli)
{
	const char *path = cli->args.value[CLI_OPT_OUT];
	Dondoc__V1__ListTasks *which = NULL;
	Dondoc__V1__Reply *reply;
	int rc = cli->format == CLI_CSV ? cli_misused(cli, TEXT_NO_CSV, NULL) : 0;

	if (rc == 0 && path)
		rc = cli_report_may_write(cli, path);
	if (rc == 0)
		rc = read_which(cli, &which);
	if (rc == 0)
		rc = ask_copy(cli, which, path != NULL, &reply);
	if (which)
		dondoc__v1__list_tasks__free_unpacked(which, NULL);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->hand_copy->base);
	else
		rc = show_copy(cli, reply->answer->hand_copy, path);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* --- that it was told ----------------------------------------------------------------------------
 */

struct telling {
	Dondoc__V1__RecordTold said;
	uint64_t tasks[TASKS_MAX];
	Dondoc__V1__Reply *copy; /* owned; whose tasks and hash these are; NULL = named by hand */
};

/* "N01.1,N01.2": each word names a task. */
static int name_tasks(struct cli *cli, const char *words, struct telling *telling)
{
	char *list = dd_strdup(words), *save = NULL;
	int rc = 0;

	for (char *word = strtok_r(list, ",", &save); word && rc == 0;
	     word = strtok_r(NULL, ",", &save)) {
		Dondoc__V1__Reply *shown;

		if (telling->said.n_tasks == TASKS_MAX)
			rc = cli_misused(cli, TEXT_BAD_VALUE, "--task", word, NULL);
		else
			rc = cli_find_task(cli, word, 1, &shown);
		if (rc != 0)
			break;
		telling->tasks[telling->said.n_tasks++] = shown->answer->task->task->id;
		dondoc__v1__reply__free_unpacked(shown, NULL);
	}
	free(list);
	return rc;
}

/* Those that the copy of now names, and its hash. */
static int copy_tasks(struct cli *cli, struct telling *telling)
{
	const Dondoc__V1__HandCopy *copy;
	Dondoc__V1__ListTasks *which = NULL;
	int rc = read_which(cli, &which);

	if (rc == 0)
		rc = ask_copy(cli, which, false, &telling->copy);
	if (which)
		dondoc__v1__list_tasks__free_unpacked(which, NULL);
	if (rc != 0) {
		telling->copy = NULL;
		return rc;
	}
	copy = telling->copy->answer->hand_copy;
	for (size_t i = 0; i < copy->n_tasks && i < TASKS_MAX; i++)
		telling->tasks[telling->said.n_tasks++] = copy->tasks[i];
	telling->said.text_hash = copy->text_hash;
	return 0;
}

static int read_telling(const struct cli *cli, Dondoc__V1__RecordTold *said)
{
	const char *unit;
	int32_t day = 0;
	int rc = cli_text_option(cli, CLI_OPT_UNIT, &unit);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_DATE, &day);
	said->unit = cli_option_text(cli, CLI_OPT_UNIT);
	said->way = cli_option_text(cli, CLI_OPT_WAY);
	if (!cli->args.value[CLI_OPT_WAY]) {
		static char zalo[] = "zalo";

		said->way = zalo;
	}
	said->group = cli_option_text(cli, CLI_OPT_GROUP);
	said->note = cli_option_text(cli, CLI_OPT_NOTE);
	if (day != 0)
		said->told_us = dd_day_start_us(day);
	return rc;
}

int cli_remind_told(struct cli *cli)
{
	const char *tasks = cli->args.value[CLI_OPT_TASK];
	struct telling telling = {.copy = NULL};
	struct cli_work work = {0};
	int rc;

	dondoc__v1__record_told__init(&telling.said);
	telling.said.tasks = telling.tasks;
	rc = read_telling(cli, &telling.said);
	if (rc == 0 && !tasks)
		rc = copy_tasks(cli, &telling);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0 && tasks)
		rc = name_tasks(cli, tasks, &telling);
	if (rc == 0) {
		work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RECORD_TOLD;
		work.body.record_told = &telling.said;
		rc = cli_work_send(cli, &work, rc, telling.said.unit);
	}
	if (telling.copy)
		dondoc__v1__reply__free_unpacked(telling.copy, NULL);
	return rc;
}
