/* cli_task_filter.c - options that narrow a list of tasks, and its order. */
#include "common/base/clock.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_talk.h"
#include <string.h>

#define FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name
#define SORT(name) DONDOC__V1__TASK_SORT__TASK_SORT_##name

struct word {
	const char *word;
	int value;
};

static const struct word flags[] = {
	{"priority", FLAG(PRIORITY)},     {"extended", FLAG(EXTENDED)},
	{"pending", FLAG(PENDING)},       {"conflict", FLAG(CONFLICT)},
	{"doubt", FLAG(TIME_DOUBT)},      {"no-evidence", FLAG(NO_EVIDENCE)},
	{"fan-out", FLAG(FAN_OUT)},       {"part", FLAG(PART)},
	{"recurring", FLAG(RECURRING)},   {"instance", FLAG(INSTANCE)},
	{"carried", FLAG(CARRIED)},       {"kept", FLAG(KEPT)},
	{"guest", FLAG(GUEST)},           {"held", FLAG(HELD)},
	{"blocked", FLAG(BLOCKED)},       {"explained", FLAG(EXPLAINED)},
	{"pause-over", FLAG(PAUSE_OVER)},
};

static const struct word sorts[] = {
	{"plan", SORT(PLAN)},      {"due", SORT(DUE)},         {"updated", SORT(UPDATED)},
	{"lead", SORT(LEAD)},      {"content", SORT(CONTENT)}, {"state", SORT(STATE)},
	{"late", SORT(DAYS_LATE)},
};

static const struct word *find(const struct word *words, size_t count, const char *text, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(words[i].word) == len && memcmp(words[i].word, text, len) == 0)
			return &words[i];
	}
	return NULL;
}

static int bad(const struct cli *cli, enum cli_opt option)
{
	char name[40];

	snprintf(name, sizeof(name), "--%s", cli_options[option].name);
	return cli_misused(cli, TEXT_BAD_VALUE, name, cli->args.value[option], NULL);
}

/* "priority,not-extended" */
static int read_flags(const struct cli *cli, Dondoc__V1__ListTasks *list)
{
	const char *rest = cli->args.value[CLI_OPT_FLAG];

	while (rest && *rest) {
		size_t len = strcspn(rest, ",");
		size_t skip = strncmp(rest, "not-", 4) == 0 && len > 4 ? 4 : 0;
		const struct word *flag =
			find(flags, sizeof(flags) / sizeof(flags[0]), rest + skip, len - skip);

		if (!flag)
			return bad(cli, CLI_OPT_FLAG);
		if (skip > 0)
			list->flags_none |= (uint64_t)flag->value;
		else
			list->flags_all |= (uint64_t)flag->value;
		rest += len + (rest[len] == ',');
	}
	return 0;
}

static int read_sort(const struct cli *cli, Dondoc__V1__ListTasks *list)
{
	const char *text = cli->args.value[CLI_OPT_SORT];
	const struct word *sort;

	if (!text)
		return 0;
	list->descending = text[0] == '-';
	text += list->descending;
	sort = find(sorts, sizeof(sorts) / sizeof(sorts[0]), text, strlen(text));
	if (!sort)
		return bad(cli, CLI_OPT_SORT);
	list->sort = (Dondoc__V1__TaskSort)sort->value;
	return 0;
}

static int read_labels(const struct cli *cli, struct cli_filter_room *room,
		       Dondoc__V1__ListTasks *list)
{
	const char *text = cli->args.value[CLI_OPT_LABEL];
	char *at = room->labels;

	if (!text)
		return 0;
	if (strlen(text) >= sizeof(room->labels))
		return bad(cli, CLI_OPT_LABEL);
	strcpy(room->labels, text);
	list->labels = room->label;
	while (*at) {
		size_t len = strcspn(at, ",");
		bool more = at[len] == ',';

		if (list->n_labels == sizeof(room->label) / sizeof(room->label[0]))
			return bad(cli, CLI_OPT_LABEL);
		at[len] = '\0';
		room->label[list->n_labels++] = at;
		at += len + more;
	}
	return 0;
}

/* "2026-01-01..2026-03-31", either end may be missing; one day alone is both ends. */
static int read_due(const struct cli *cli, Dondoc__V1__ListTasks *list)
{
	const char *text = cli->args.value[CLI_OPT_DUE];
	const char *dots = text ? strstr(text, "..") : NULL;
	char from[20] = "";

	if (!text)
		return 0;
	if (!dots) {
		if (cli_parse_day(text, &list->due_from_day) != 0)
			return bad(cli, CLI_OPT_DUE);
		list->due_to_day = list->due_from_day;
		return 0;
	}
	if ((size_t)(dots - text) >= sizeof(from))
		return bad(cli, CLI_OPT_DUE);
	memcpy(from, text, (size_t)(dots - text));
	if ((from[0] && cli_parse_day(from, &list->due_from_day) != 0) ||
	    (dots[2] && cli_parse_day(dots + 2, &list->due_to_day) != 0))
		return bad(cli, CLI_OPT_DUE);
	return 0;
}

static int read_not_received(const struct cli *cli, Dondoc__V1__ListTasks *list)
{
	uint64_t days;
	int rc = cli_number_option(cli, CLI_OPT_NOT_RECEIVED, 365, 0, &days);

	list->not_received = cli->args.value[CLI_OPT_UNRECEIVED] != NULL;
	if (rc != 0 || !cli->args.value[CLI_OPT_NOT_RECEIVED])
		return rc;
	if (days == 0)
		return bad(cli, CLI_OPT_NOT_RECEIVED);
	list->not_received = true;
	list->not_received_days = (uint32_t)days;
	return 0;
}

static char *given(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

int cli_read_filter(const struct cli *cli, struct cli_filter_room *room,
		    Dondoc__V1__ListTasks *list)
{
	int rc = read_flags(cli, list);

	list->coordinating_unit = given(cli, CLI_OPT_COORDINATING);
	list->division = given(cli, CLI_OPT_DIVISION);
	list->unit_kind = given(cli, CLI_OPT_UNIT_KIND);
	list->with_subunits = cli->args.value[CLI_OPT_SUBUNITS] != NULL;
	if (rc == 0)
		rc = read_sort(cli, list);
	if (rc == 0)
		rc = read_labels(cli, room, list);
	if (rc == 0)
		rc = read_due(cli, list);
	return rc == 0 ? read_not_received(cli, list) : rc;
}

int cli_parse_moment(const char *word, Dondoc__V1__PlanMoment *moment_out)
{
	int32_t day;

	dondoc__v1__plan_moment__init(moment_out);
	if (strcmp(word, "now") == 0)
		return 0;
	if (word[0] == '#')
		return cli_parse_number(word + 1, UINT64_MAX, &moment_out->sequence);
	if (cli_parse_day(word, &day) == 0)
		moment_out->us = dd_day_start_us(day + 1) - 1;
	else
		moment_out->baseline = (char *)word; /* packed, not changed */
	return 0;
}
