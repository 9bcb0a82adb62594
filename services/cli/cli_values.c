/* cli_values.c - the values of options, and complaints about wrong ones. */
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"

static int bad_value(const struct cli *cli, enum cli_opt option)
{
	char name[40];

	snprintf(name, sizeof(name), "--%s", cli_options[option].name);
	return cli_misused(cli, TEXT_BAD_VALUE, name, cli->args.value[option], NULL);
}

int cli_day_option(const struct cli *cli, enum cli_opt option, int32_t *day_out)
{
	*day_out = 0;
	if (!cli->args.value[option] || cli_parse_day(cli->args.value[option], day_out) == 0)
		return 0;
	return bad_value(cli, option);
}

int cli_number_option(const struct cli *cli, enum cli_opt option, uint64_t max, uint64_t fallback,
		      uint64_t *value_out)
{
	*value_out = fallback;
	if (!cli->args.value[option] ||
	    cli_parse_number(cli->args.value[option], max, value_out) == 0)
		return 0;
	return bad_value(cli, option);
}

int cli_text_option(const struct cli *cli, enum cli_opt option, const char **text_out)
{
	*text_out = cli->args.value[option];
	if (*text_out && **text_out)
		return 0;
	return cli_misused(cli, TEXT_OPTION_MISSING, cli_options[option].name, NULL);
}
