/* cli_unit.c - `unit set`, `unit alias`, `unit charge`: units and leaders as they are set by hand.
 */
#include "services/cli/cli_unit.h"
#include "common/base/alloc.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *cli_setting_unit(const struct cli *cli)
{
	return cli_acting_unit(cli, "");
}

char **cli_split(const char *text, char **copy_out, size_t *count_out)
{
	char *copy = dd_strdup(text ? text : ""), *at = copy;
	char **row = dd_alloc((strlen(copy) + 2) * sizeof(*row));
	size_t count = 0;

	while (*at) {
		char *end = at + strcspn(at, ";"), *last = end;
		bool more = *end != '\0';

		while (*at == ' ')
			at++;
		while (last > at && last[-1] == ' ')
			last--;
		*last = '\0';
		if (*at)
			row[count++] = at;
		at = more ? end + 1 : end;
	}
	*copy_out = copy;
	*count_out = count;
	return row;
}

int cli_record_word(const struct cli *cli, const char *word, uint64_t *number_out)
{
	const char *digits = word[0] == '#' ? word + 1 : word;

	if (cli_parse_number(digits, UINT64_MAX, number_out) == 0 && *number_out != 0)
		return 0;
	return cli_misused(cli, TEXT_BAD_VALUE, "N", word, NULL);
}

/* --- the unit as it is, for what is not said anew -------------------------------------------- */

static int find_unit(struct cli *cli, const char *code, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowUnit show = DONDOC__V1__SHOW_UNIT__INIT;
	struct dd_error err;

	show.unit = (char *)code;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_UNIT;
	query.show_unit = &show;
	*reply_out = NULL;
	if (dd_client_query(cli->client, &query, 0, reply_out, &err) != 0) {
		*reply_out = NULL;
		return err.code == DD_ERR_NOT_FOUND ? 0 : cli_call_failed(cli, &err, false);
	}
	return cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_UNIT_DETAIL);
}

static void take_texts(const struct cli *cli, Dondoc__V1__UnitFields *unit)
{
	if (cli->args.value[CLI_OPT_UNIT_NAME])
		unit->name = cli_option_text(cli, CLI_OPT_UNIT_NAME);
	if (cli->args.value[CLI_OPT_UNIT_KIND])
		unit->kind = cli_option_text(cli, CLI_OPT_UNIT_KIND);
	if (cli->args.value[CLI_OPT_UNDER])
		unit->parent = cli_option_text(cli, CLI_OPT_UNDER);
	if (cli->args.value[CLI_OPT_OFFICIAL_ID])
		unit->official_id = cli_option_text(cli, CLI_OPT_OFFICIAL_ID);
	if (cli->args.value[CLI_OPT_COLLECTIVE])
		unit->collective = true;
}

static int take_days(const struct cli *cli, Dondoc__V1__UnitFields *unit)
{
	int rc = 0;

	if (cli->args.value[CLI_OPT_BEGIN])
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &unit->valid_from);
	if (rc == 0 && cli->args.value[CLI_OPT_UNTIL])
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &unit->valid_until);
	return rc;
}

int cli_unit_set(struct cli *cli)
{
	Dondoc__V1__SetUnit set = DONDOC__V1__SET_UNIT__INIT;
	Dondoc__V1__UnitFields unit = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__Reply *known = NULL;
	struct cli_work work = {0};
	uint8_t focal[16];
	char *copy, **members;
	size_t count;
	int rc = cli_work_start(cli, &work);

	members = cli_split(cli->args.value[CLI_OPT_MEMBERS], &copy, &count);
	if (rc == 0)
		rc = find_unit(cli, cli_word(cli, 0), &known);
	if (rc == 0 && known)
		unit = *known->answer->unit_detail->unit;
	unit.code = (char *)cli_word(cli, 0);
	take_texts(cli, &unit);
	if (rc == 0)
		rc = take_days(cli, &unit);
	if (rc == 0 && cli->args.value[CLI_OPT_FOCAL]) {
		rc = cli_person_parse(cli, cli->args.value[CLI_OPT_FOCAL], focal);
		unit.focal_person = (ProtobufCBinaryData){.data = focal, .len = sizeof(focal)};
	}
	if (cli->args.value[CLI_OPT_MEMBERS]) {
		unit.members = members;
		unit.n_members = count;
	}
	if (rc == 0)
		rc = cli_work_document(cli, &work, &set.document);
	set.unit = &unit;
	set.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_UNIT;
	work.body.set_unit = &set;
	rc = cli_work_send(cli, &work, rc, cli_setting_unit(cli));
	if (known)
		dondoc__v1__reply__free_unpacked(known, NULL);
	free(members);
	free(copy);
	return rc;
}

int cli_unit_alias(struct cli *cli)
{
	Dondoc__V1__SetAlias set = DONDOC__V1__SET_ALIAS__INIT;
	const char *word = cli_word(cli, 2);
	struct cli_work work = {0};
	int rc;

	if (word && strcmp(word, "remove") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "remove", NULL);
	rc = cli_work_start(cli, &work);
	set.unit = (char *)cli_word(cli, 0);
	set.alias = (char *)cli_word(cli, 1);
	set.removed = word != NULL;
	set.note = cli_option_text(cli, CLI_OPT_NOTE);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_ALIAS;
	work.body.set_alias = &set;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

/* --- leaders in charge ----------------------------------------------------------------------- */

static int read_areas(const struct cli *cli, char **words, size_t count, uint32_t *areas)
{
	uint64_t number;

	for (size_t i = 0; i < count; i++) {
		if (cli_parse_number(words[i], UINT32_MAX, &number) != 0)
			return cli_misused(cli, TEXT_BAD_VALUE, "--in-areas", words[i], NULL);
		areas[i] = (uint32_t)number;
	}
	return 0;
}

static int send_charge(struct cli *cli, Dondoc__V1__SetCharge *set, int rc)
{
	struct cli_work work = {0};

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &set->document);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_CHARGE;
	work.body.set_charge = set;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

static int set_charge(struct cli *cli)
{
	Dondoc__V1__SetCharge set = DONDOC__V1__SET_CHARGE__INIT;
	char *copies[3], **areas, **kinds, **units;
	uint8_t person[16];
	size_t area_count;
	int rc = cli_word(cli, 1) ? cli_person_parse(cli, cli_word(cli, 1), person)
				  : cli_misused(cli, TEXT_BAD_VALUE, "PERSON", "", NULL);

	areas = cli_split(cli->args.value[CLI_OPT_IN_AREAS], &copies[0], &area_count);
	kinds = cli_split(cli->args.value[CLI_OPT_UNIT_KIND], &copies[1], &set.n_kinds);
	units = cli_split(cli->args.value[CLI_OPT_MEMBERS], &copies[2], &set.n_units);
	set.areas = dd_alloc((area_count + 1) * sizeof(*set.areas));
	set.n_areas = area_count;
	set.kinds = kinds;
	set.units = units;
	set.person = (ProtobufCBinaryData){.data = person, .len = sizeof(person)};
	if (rc == 0)
		rc = read_areas(cli, areas, area_count, set.areas);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEGIN, &set.from_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &set.until_day);
	rc = send_charge(cli, &set, rc);
	for (int i = 0; i < 3; i++)
		free(copies[i]);
	free(areas);
	free(kinds);
	free(units);
	free(set.areas);
	return rc;
}

int cli_unit_charge(struct cli *cli)
{
	Dondoc__V1__SetCharge set = DONDOC__V1__SET_CHARGE__INIT;
	const char *word = cli_word(cli, 0);
	int rc;

	if (strcmp(word, "set") == 0)
		return set_charge(cli);
	if (strcmp(word, "remove") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "set, remove", NULL);
	rc = cli_word(cli, 1) ? cli_record_word(cli, cli_word(cli, 1), &set.charge)
			      : cli_misused(cli, TEXT_BAD_VALUE, "N", "", NULL);
	set.removed = true;
	return send_charge(cli, &set, rc);
}
