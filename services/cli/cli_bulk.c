/* cli_bulk.c - `task bulk`: one thing done to the tasks of a file, as one group. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "services/cli/cli_fix.h"
#include "services/cli/cli_work.h"
#include <stdlib.h>
#include <string.h>

#define TASKS_MAX 5000
#define FILE_MAX  (1u << 20)

/* The change under way; one of the commands is used. */
struct bulk {
	Dondoc__V1__ChangeMany many;
	uint64_t *tasks; /* owned */
	Dondoc__V1__AssignTask assign;
	Dondoc__V1__PauseTask pause;
	Dondoc__V1__ResumeTask resume;
	Dondoc__V1__CancelTask cancel;
	Dondoc__V1__DecideCompletion completion;
	Dondoc__V1__DecideExtension extension;
	Dondoc__V1__PassOn pass_on;
	Dondoc__V1__EditTasks edit;
	char *add_label, *remove_label;
};

/* --- what is to be done ----------------------------------------------------------------------- */

typedef int read_change(const struct cli *cli, struct cli_work *work, struct bulk *bulk);

static int read_assign(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	const char *unit;
	int rc = cli_text_option(cli, CLI_OPT_TO, &unit);

	bulk->assign.lead_unit = cli_option_text(cli, CLI_OPT_TO);
	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_ASSIGN;
	bulk->many.assign = &bulk->assign;
	return rc == 0 ? cli_work_document(cli, work, &bulk->assign.document) : rc;
}

static int read_pause(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	int rc = cli_day_option(cli, CLI_OPT_UNTIL, &bulk->pause.until_day);

	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_PAUSE;
	bulk->many.pause = &bulk->pause;
	return rc == 0 ? cli_work_document(cli, work, &bulk->pause.document) : rc;
}

static int read_resume(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_RESUME;
	bulk->many.resume = &bulk->resume;
	return cli_work_document(cli, work, &bulk->resume.document);
}

static int read_cancel(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_CANCEL;
	bulk->many.cancel = &bulk->cancel;
	return cli_work_document(cli, work, &bulk->cancel.document);
}

static int read_completion(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	bulk->completion.confirmed = strcmp(cli_word(cli, 0), "confirm") == 0;
	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_DECIDE_COMPLETION;
	bulk->many.decide_completion = &bulk->completion;
	return cli_work_document(cli, work, &bulk->completion.document);
}

static int read_extension(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	int rc = cli_day_option(cli, CLI_OPT_UNTIL, &bulk->extension.due_day);

	bulk->extension.granted = strcmp(cli_word(cli, 0), "extend") == 0;
	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_DECIDE_EXTENSION;
	bulk->many.decide_extension = &bulk->extension;
	return rc == 0 ? cli_work_document(cli, work, &bulk->extension.document) : rc;
}

static int read_priority(const struct cli *cli, Dondoc__V1__EditTasks *edit)
{
	const char *word = cli->args.value[CLI_OPT_SET_PRIORITY];

	if (!word)
		return 0;
	edit->has_priority_case = DONDOC__V1__EDIT_TASKS__HAS_PRIORITY_PRIORITY;
	edit->priority = strcmp(word, "yes") == 0;
	if (!edit->priority && strcmp(word, "no") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "yes, no", NULL);
	return 0;
}

static int read_numbers(const struct cli *cli, Dondoc__V1__EditTasks *edit)
{
	uint64_t area, weight = 0;
	int rc = cli_number_option(cli, CLI_OPT_AREA, 255, 0, &area);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_SET_WEIGHT, 1000, 0, &weight);
	if (rc != 0)
		return rc;
	edit->area = (uint32_t)area;
	if (cli->args.value[CLI_OPT_AREA])
		edit->has_area_case = DONDOC__V1__EDIT_TASKS__HAS_AREA_AREA;
	if (cli->args.value[CLI_OPT_SET_WEIGHT]) {
		edit->has_weight_case = DONDOC__V1__EDIT_TASKS__HAS_WEIGHT_WEIGHT;
		edit->weight = (uint32_t)weight;
	}
	return 0;
}

static int read_edit(const struct cli *cli, struct cli_work *work, struct bulk *bulk)
{
	Dondoc__V1__EditTasks *edit = &bulk->edit;
	int rc = read_numbers(cli, edit);

	(void)work;
	if (rc == 0)
		rc = read_priority(cli, edit);
	bulk->add_label = cli_option_text(cli, CLI_OPT_ADD_LABEL);
	bulk->remove_label = cli_option_text(cli, CLI_OPT_REMOVE_LABEL);
	edit->add_labels = &bulk->add_label;
	edit->n_add_labels = bulk->add_label[0] ? 1 : 0;
	edit->remove_labels = &bulk->remove_label;
	edit->n_remove_labels = bulk->remove_label[0] ? 1 : 0;
	bulk->many.change_case = DONDOC__V1__CHANGE_MANY__CHANGE_EDIT;
	bulk->many.edit = edit;
	return rc;
}

static const struct {
	const char *word;
	read_change *read;
} changes[] = {
	{"assign", read_assign},    {"pause", read_pause},        {"resume", read_resume},
	{"cancel", read_cancel},    {"confirm", read_completion}, {"return", read_completion},
	{"extend", read_extension}, {"refuse", read_extension},   {"edit", read_edit},
};

/* --- the tasks ----------------------------------------------------------------------------------
 */

static int find_one(struct cli *cli, const char *word, struct bulk *bulk, struct dd_buf *plan)
{
	Dondoc__V1__Reply *reply;
	int rc;

	if (bulk->many.n_tasks == TASKS_MAX)
		return cli_misused(cli, TEXT_BAD_VALUE, "--tasks", "5000", NULL);
	rc = cli_find_task(cli, word, 1, &reply);
	if (rc != 0)
		return rc;
	bulk->tasks[bulk->many.n_tasks++] = reply->answer->task->task->id;
	if (plan->len == 0)
		dd_buf_text(plan, reply->answer->task->task->fields->plan);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

/* One task a line; what is behind a "#" that is not a number, and empty lines, are passed over. */
static int find_tasks(struct cli *cli, struct bulk *bulk, struct dd_buf *plan)
{
	const char *path = cli->args.value[CLI_OPT_TASKS];
	struct dd_buf file = {0};
	struct dd_error err;
	char *line, *rest = NULL;
	int rc = dd_file_read(path, FILE_MAX, &file, &err);

	if (rc != DD_OK) {
		dd_buf_fini(&file);
		return cli_failed(cli, &err);
	}
	(void)dd_buf_cstr(&file); /* ends it */
	line = (char *)file.data;
	for (line = strtok_r(line, "\r\n", &rest); rc == 0 && line;
	     line = strtok_r(NULL, "\r\n", &rest)) {
		line += strspn(line, " \t");
		if (line[0])
			rc = find_one(cli, line, bulk, plan);
	}
	dd_buf_fini(&file);
	return rc;
}

static void init(struct bulk *bulk)
{
	memset(bulk, 0, sizeof(*bulk));
	dondoc__v1__change_many__init(&bulk->many);
	dondoc__v1__assign_task__init(&bulk->assign);
	dondoc__v1__pause_task__init(&bulk->pause);
	dondoc__v1__resume_task__init(&bulk->resume);
	dondoc__v1__cancel_task__init(&bulk->cancel);
	dondoc__v1__decide_completion__init(&bulk->completion);
	dondoc__v1__decide_extension__init(&bulk->extension);
	dondoc__v1__edit_tasks__init(&bulk->edit);
	bulk->tasks = dd_alloc(TASKS_MAX * sizeof(*bulk->tasks));
	bulk->many.tasks = bulk->tasks;
}

static read_change *change_of(const char *word)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (strcmp(word, changes[i].word) == 0)
			return changes[i].read;
	return NULL;
}

int cli_task_bulk(struct cli *cli)
{
	read_change *read = change_of(cli_word(cli, 0));
	struct cli_work work = {0};
	struct dd_buf plan = {0};
	struct bulk bulk;
	int rc;

	if (!read)
		return cli_misused(
			cli, TEXT_BAD_CHOICE, cli_word(cli, 0),
			"assign, pause, resume, cancel, confirm, return, extend, refuse, edit",
			NULL);
	if (!cli->args.value[CLI_OPT_TASKS])
		return cli_misused(cli, TEXT_NO_TASKS_FILE, NULL);
	init(&bulk);
	rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = read(cli, &work, &bulk);
	if (rc == 0)
		rc = find_tasks(cli, &bulk, &plan);
	bulk.many.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_MANY;
	work.body.change_many = &bulk.many;
	rc = cli_work_as_assigner(cli, &work, rc, dd_buf_cstr(&plan));
	dd_buf_fini(&plan);
	free(bulk.tasks);
	return rc;
}
