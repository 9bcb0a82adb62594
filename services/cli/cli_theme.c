/* cli_theme.c - the table of themes. */
#include "services/cli/cli_theme.h"
#include <string.h>

static const struct theme {
	const char *word;
	enum cli_text about;
} themes[] = {
	{"plan", TEXT_THEME_PLAN},         {"task", TEXT_THEME_TASK},
	{"request", TEXT_THEME_REQUEST},   {"outgoing", TEXT_THEME_OUTGOING},
	{"group", TEXT_THEME_GROUP},       {"evidence", TEXT_THEME_EVIDENCE},
	{"event", TEXT_THEME_EVENT},       {"indicator", TEXT_THEME_INDICATOR},
	{"filter", TEXT_THEME_FILTER},     {"watch", TEXT_THEME_WATCH},
	{"remind", TEXT_THEME_REMIND},     {"hook", TEXT_THEME_HOOK},
	{"report", TEXT_THEME_REPORT},     {"sheet", TEXT_THEME_SHEET},
	{"draft", TEXT_THEME_DRAFT},       {"stick", TEXT_THEME_STICK},
	{"office", TEXT_THEME_OFFICE},     {"unit", TEXT_THEME_UNIT},
	{"person", TEXT_THEME_PERSON},     {"setting", TEXT_THEME_SETTING},
	{"calendar", TEXT_THEME_CALENDAR}, {"time", TEXT_THEME_TIME},
	{"daily", TEXT_THEME_DAILY},       {"clock", TEXT_THEME_CLOCK},
	{"mail", TEXT_THEME_MAIL},         {"log", TEXT_THEME_LOG},
	{"backup", TEXT_THEME_BACKUP},     {"restore", TEXT_THEME_RESTORE},
};
#define THEMES (sizeof(themes) / sizeof(themes[0]))

const char *cli_theme_of(const struct cli_command *command)
{
	return command->group ? command->group : command->name;
}

const char *cli_theme(size_t index)
{
	return index < THEMES ? themes[index].word : NULL;
}

enum cli_text cli_theme_about(const char *word)
{
	for (size_t i = 0; i < THEMES; i++)
		if (strcmp(themes[i].word, word) == 0)
			return themes[i].about;
	return TEXT_NONE;
}
