/* cli_people.c - `person grant|revoke|deputy|handover|list|may`: what persons may do. */
#include "common/domain/rights.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <string.h>

/* The roles and scopes by the words of the command line, in both languages. */
static const struct cli_name roles[] = {
	{DD_PERSON_AGENCY, "cơ quan theo dõi", "agency"},
	{DD_PERSON_FOCAL, "đầu mối", "focal"},
	{DD_PERSON_HEAD, "thủ trưởng", "head"},
	{DD_PERSON_LEADER, "lãnh đạo phụ trách", "leader"},
	{DD_PERSON_INSPECTOR, "người kiểm tra", "inspector"},
	{DD_PERSON_ADMINISTRATOR, "quản trị", "admin"},
	{DD_PERSON_STAFF, "chuyên viên", "staff"},
};
static const struct cli_name scopes[] = {
	{DD_SCOPE_OWN, "đơn vị mình", "own"},
	{DD_SCOPE_SUBTREE, "cả đơn vị dưới", "subtree"},
	{DD_SCOPE_ALL, "toàn bộ", "all"},
};

#define COUNT(row) (sizeof(row) / sizeof((row)[0]))

static const char *name_of(enum cli_lang lang, const struct cli_name *names, size_t count,
			   int value)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].value == value)
			return lang == CLI_VI ? names[i].vi : names[i].en;
	}
	return "?";
}

const char *cli_name_role(enum cli_lang lang, int role)
{
	return name_of(lang, roles, COUNT(roles), role);
}

static int value_of(const struct cli_name *names, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i].en, word) == 0 || strcmp(names[i].vi, word) == 0)
			return names[i].value;
	}
	return -1;
}

static int read_person(struct cli *cli, int word, uint8_t id[16], ProtobufCBinaryData *out)
{
	*out = (ProtobufCBinaryData){.data = id, .len = 16};
	return cli_person_parse(cli, cli_word(cli, word), id);
}

/* --- commands -------------------------------------------------------------------------------- */

static int read_role(struct cli *cli, Dondoc__V1__GrantRole *grant)
{
	const char *role = cli_word(cli, 1), *scope = cli->args.value[CLI_OPT_SCOPE];
	int value = value_of(roles, COUNT(roles), role);

	if (value < 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, role,
				   "agency, focal, head, leader, inspector, admin, staff", NULL);
	grant->role = (Dondoc__V1__Role)value;
	value = scope ? value_of(scopes, COUNT(scopes), scope) : DD_SCOPE_OWN;
	if (value < 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, scope, "own, subtree, all", NULL);
	grant->scope = (Dondoc__V1__Scope)value;
	return 0;
}

int cli_person_grant(struct cli *cli)
{
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;
	struct cli_work work = {0};
	uint8_t id[16];
	int rc = read_role(cli, &grant);

	if (rc == 0)
		rc = read_person(cli, 0, id, &grant.person);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &grant.from_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &grant.until_day);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &grant.document);
	grant.unit = cli_option_text(cli, CLI_OPT_UNIT);
	grant.position = cli_option_text(cli, CLI_OPT_POSITION);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE;
	work.body.grant_role = &grant;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

int cli_person_revoke(struct cli *cli)
{
	Dondoc__V1__RevokeRole revoke = DONDOC__V1__REVOKE_ROLE__INIT;
	struct cli_work work = {0};
	int rc = cli_record_word(cli, cli_word(cli, 0), &revoke.grant);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	revoke.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REVOKE_ROLE;
	work.body.revoke_role = &revoke;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

int cli_person_deputy(struct cli *cli)
{
	Dondoc__V1__SetDeputy set = DONDOC__V1__SET_DEPUTY__INIT;
	const char *word = cli_word(cli, 2);
	struct cli_work work = {0};
	uint8_t person[16], deputy[16];
	int rc;

	if (word && strcmp(word, "remove") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "remove", NULL);
	rc = read_person(cli, 0, person, &set.person);
	if (rc == 0)
		rc = read_person(cli, 1, deputy, &set.deputy);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &set.from_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &set.until_day);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	set.removed = word != NULL;
	set.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_DEPUTY;
	work.body.set_deputy = &set;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

/* --- lists ----------------------------------------------------------------------------------- */

static void cell_of_person(struct cli_table *table, const ProtobufCBinaryData *person)
{
	struct dd_buf words = {0};

	cli_person_words(person, &words);
	cli_table_cell(table, (const char *)dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void cell_of_day(const struct cli *cli, struct cli_table *table, int32_t day)
{
	char text[CLI_DAY_TEXT];

	cli_table_cell(table, cli_day(cli->lang, day, text));
}

static void add_grant(const struct cli *cli, const Dondoc__V1__GrantRow *row,
		      struct cli_table *table)
{
	cli_table_number(table, (long long)row->grant);
	cell_of_person(table, &row->said->person);
	cli_table_cell(table, name_of(cli->lang, roles, COUNT(roles), (int)row->said->role));
	cli_table_cell(table, row->said->unit);
	cli_table_cell(table, name_of(cli->lang, scopes, COUNT(scopes), (int)row->said->scope));
	cell_of_day(cli, table, row->said->from_day);
	cell_of_day(cli, table, row->said->until_day);
	cli_table_cell(table, row->said->position);
	cli_table_cell(table, row->in_force ? cli_text(cli->lang, TEXT_YES) : "");
}

/* Who stands in for whom, as rows of the same table. */
static void add_deputy(const struct cli *cli, const Dondoc__V1__DeputyRow *row,
		       struct cli_table *table)
{
	cli_table_number(table, (long long)row->sequence);
	cell_of_person(table, &row->said->deputy);
	cli_table_cell(table, cli_text(cli->lang, TEXT_PERSON_DEPUTY));
	cell_of_person(table, &row->said->person);
	cli_table_cell(table, "");
	cell_of_day(cli, table, row->said->from_day);
	cell_of_day(cli, table, row->said->until_day);
	cli_table_cell(table, "");
	cli_table_cell(table, row->in_force ? cli_text(cli->lang, TEXT_YES) : "");
}

static struct cli_table *people_table(const struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_PERSON), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_ROLE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SCOPE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT_BEGIN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT_END), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_POST), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_IN_FORCE), false, false, 0},
	};

	return cli_table_new(columns, 9);
}

static void print_people(const struct cli *cli, Dondoc__V1__GrantRow *const *grants, size_t count,
			 const Dondoc__V1__PeopleList *list)
{
	struct cli_table *table = people_table(cli);

	for (size_t i = 0; i < count; i++) {
		if (grants[i]->said)
			add_grant(cli, grants[i], table);
	}
	for (size_t i = 0; list && i < list->n_deputies; i++) {
		if (list->deputies[i]->said)
			add_deputy(cli, list->deputies[i], table);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_person_list(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPeople list = DONDOC__V1__LIST_PEOPLE__INIT;
	const char *person = cli->args.value[CLI_OPT_PERSON];
	Dondoc__V1__Reply *reply;
	uint8_t id[16];
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &list.as_of_day);

	list.unit = cli_option_text(cli, CLI_OPT_UNIT);
	list.with_past = cli->args.value[CLI_OPT_ALL] != NULL;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PEOPLE;
	query.list_people = &list;
	if (rc == 0 && person) {
		rc = cli_person_parse(cli, person, id);
		list.person = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	}
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PEOPLE);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->people->base);
	else
		print_people(cli, reply->answer->people->grants, reply->answer->people->n_grants,
			     reply->answer->people);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- handing over ---------------------------------------------------------------------------- */

static void print_handover(const struct cli *cli, const Dondoc__V1__Handover *handover)
{
	char number[24];

	print_people(cli, handover->grants, handover->n_grants, NULL);
	snprintf(number, sizeof(number), "%zu", handover->n_waiting);
	cli_say(cli, TEXT_HANDOVER_WAITING, number, NULL);
	for (size_t i = 0; i < handover->n_waiting; i++)
		fprintf(cli->out, "  #%" PRIu64 "  %s/%s  %s\n", handover->waiting[i]->request,
			handover->waiting[i]->plan, handover->waiting[i]->code,
			handover->waiting[i]->from_unit);
	snprintf(number, sizeof(number), "%zu%s", handover->n_open, handover->rows_cut ? "+" : "");
	cli_say(cli, TEXT_HANDOVER_OPEN, number, NULL);
	for (size_t i = 0; i < handover->n_open; i++) {
		if (handover->open[i]->fields)
			fprintf(cli->out, "  %s/%s\n", handover->open[i]->fields->plan,
				handover->open[i]->fields->code);
	}
}

/* Without a successor: what there would be to hand over. */
static int show_handover(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowHandover show = DONDOC__V1__SHOW_HANDOVER__INIT;
	Dondoc__V1__Reply *reply;
	uint8_t id[16];
	int rc = read_person(cli, 0, id, &show.person);

	show.unit = cli_option_text(cli, CLI_OPT_UNIT);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_HANDOVER;
	query.show_handover = &show;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_HANDOVER);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->handover->base);
	else
		print_handover(cli, reply->answer->handover);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

int cli_person_handover(struct cli *cli)
{
	Dondoc__V1__HandOver over = DONDOC__V1__HAND_OVER__INIT;
	struct cli_work work = {0};
	uint8_t person[16], to[16];
	int rc;

	if (!cli_word(cli, 1))
		return show_handover(cli);
	rc = read_person(cli, 0, person, &over.person);
	if (rc == 0)
		rc = read_person(cli, 1, to, &over.to_person);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &over.day);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &over.document);
	over.unit = cli_option_text(cli, CLI_OPT_UNIT);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER;
	work.body.hand_over = &over;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

/* --- may he? --------------------------------------------------------------------------------- */

/* An action by the name of its field in CommandBody: "decide_completion". */
static int read_action(struct cli *cli, const char *word, uint32_t *action_out)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		&dondoc__v1__command_body__descriptor, word);

	if (field && field->type == PROTOBUF_C_TYPE_MESSAGE && field->id >= 10) {
		*action_out = field->id;
		return 0;
	}
	return cli_misused(cli, TEXT_BAD_CHOICE, word,
			   "report_progress, decide_completion, set_unit, grant_role ...", NULL);
}

static int tell_right(struct cli *cli, const Dondoc__V1__RightAnswer *right)
{
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	struct dd_buf words = {0};

	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &right->base);
	} else if (right->allowed) {
		cli_say(cli, TEXT_RIGHT_YES,
			right->by_role
				? name_of(cli->lang, roles, COUNT(roles), (int)right->by_role)
				: cli_text(cli->lang, TEXT_RIGHT_UNIT),
			NULL);
	} else {
		refusal.code = (Dondoc__V1__RefusalCode)right->refusal;
		refusal.arguments = right->arguments;
		refusal.n_arguments = right->n_arguments;
		cli_refusal_words(cli->lang, &refusal, &words);
		cli_say(cli, TEXT_RIGHT_NO, dd_buf_cstr(&words), NULL);
	}
	dd_buf_fini(&words);
	return right->allowed ? CLI_DONE : CLI_REFUSED;
}

static int task_of(struct cli *cli, uint64_t *task_out)
{
	Dondoc__V1__Reply *reply;
	int rc;

	if (!cli->args.value[CLI_OPT_TASK])
		return 0;
	rc = cli_find_task(cli, cli->args.value[CLI_OPT_TASK], 1, &reply);
	if (rc != 0)
		return rc;
	*task_out = reply->answer->task->task->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

int cli_person_may(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CheckRight check = DONDOC__V1__CHECK_RIGHT__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__Reply *reply;
	uint8_t id[16];
	int rc = read_action(cli, cli_word(cli, 1), &check.action);

	if (rc == 0)
		rc = read_person(cli, 0, id, &actor.person);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = task_of(cli, &check.task);
	actor.unit = cli_option_text(cli, CLI_OPT_UNIT);
	check.actor = &actor;
	check.plan = cli_option_text(cli, CLI_OPT_PLAN);
	query.what_case = DONDOC__V1__QUERY__WHAT_CHECK_RIGHT;
	query.check_right = &check;
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_RIGHT);
	if (rc != 0)
		return rc;
	rc = tell_right(cli, reply->answer->right);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}
