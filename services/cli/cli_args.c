/* cli_args.c - argp with one table for all commands: which of them a command takes is checked
 * after the command is known. Messages are ours, so that they come in the user's language. */
#include "services/cli/cli_args.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BASE 0x1000 /* beyond every character: options without a letter */

const struct cli_option cli_options[CLI_OPT_COUNT] = {
	[CLI_OPT_ENDPOINT] = {"endpoint", "E", TEXT_OPT_ENDPOINT, 'e'},
	[CLI_OPT_FORMAT] = {"format", "table|json|csv|xlsx|pdf", TEXT_OPT_FORMAT, 'F'},
	[CLI_OPT_LANG] = {"lang", "vi|en", TEXT_OPT_LANG, 0},
	[CLI_OPT_AS_UNIT] = {"as-unit", "UNIT", TEXT_OPT_AS_UNIT, 0},
	[CLI_OPT_KEY] = {"key", "FILE", TEXT_OPT_KEY, 0},
	[CLI_OPT_SERVER_KEY] = {"server-key", "Z85", TEXT_OPT_SERVER_KEY, 0},
	[CLI_OPT_WAIT_MS] = {"wait-ms", "N", TEXT_OPT_WAIT_MS, 0},
	[CLI_OPT_HELP] = {"help", NULL, TEXT_OPT_HELP, 'h'},
	[CLI_OPT_VERSION] = {"version", NULL, TEXT_OPT_VERSION, 'V'},
	[CLI_OPT_PLAN] = {"plan", "PLAN", TEXT_OPT_PLAN, 0},
	[CLI_OPT_TITLE] = {"title", "T", TEXT_OPT_TITLE, 0},
	[CLI_OPT_NUMBER] = {"number", "N", TEXT_OPT_NUMBER, 0},
	[CLI_OPT_DATE] = {"date", "DATE", TEXT_OPT_DATE, 0},
	[CLI_OPT_ISSUER] = {"issuer", "I", TEXT_OPT_ISSUER, 0},
	[CLI_OPT_ASSIGNER] = {"assigner", "UNIT", TEXT_OPT_ASSIGNER, 0},
	[CLI_OPT_TASKS] = {"tasks", "FILE", TEXT_OPT_TASKS, 0},
	[CLI_OPT_GROUPS] = {"groups", "FILE", TEXT_OPT_GROUPS, 0},
	[CLI_OPT_UNITS] = {"units", "FILE", TEXT_OPT_UNITS, 0},
	[CLI_OPT_ALIASES] = {"aliases", "FILE", TEXT_OPT_ALIASES, 0},
	[CLI_OPT_AREAS] = {"areas", "FILE", TEXT_OPT_AREAS, 0},
	[CLI_OPT_DIVISIONS] = {"divisions", "FILE", TEXT_OPT_DIVISIONS, 0},
	[CLI_OPT_DEFAULT_LEAD] = {"default-lead", "UNIT", TEXT_OPT_DEFAULT_LEAD, 0},
	[CLI_OPT_DRY_RUN] = {"dry-run", NULL, TEXT_OPT_DRY_RUN, 'n'},
	[CLI_OPT_UNIT] = {"unit", "UNIT", TEXT_OPT_UNIT, 'u'},
	[CLI_OPT_AREA] = {"area", "N", TEXT_OPT_AREA, 0},
	[CLI_OPT_STATE] = {"state", "STATE[,STATE]", TEXT_OPT_STATE, 0},
	[CLI_OPT_TIME] = {"time", "overdue|near|in-term|no-due", TEXT_OPT_TIME, 0},
	[CLI_OPT_TEXT] = {"text", "T", TEXT_OPT_TEXT, 't'},
	[CLI_OPT_AS_OF] = {"as-of", "DATE", TEXT_OPT_AS_OF, 0},
	[CLI_OPT_LIMIT] = {"limit", "N", TEXT_OPT_LIMIT, 0},
	[CLI_OPT_OFFSET] = {"offset", "N", TEXT_OPT_OFFSET, 0},
	[CLI_OPT_ALL] = {"all", NULL, TEXT_OPT_ALL, 'a'},
	[CLI_OPT_PERCENT] = {"percent", "N", TEXT_OPT_PERCENT, 'p'},
	[CLI_OPT_STEP] = {"step", "chua|dang|datrinh|xong", TEXT_OPT_STEP, 0},
	[CLI_OPT_NOTE] = {"note", "T", TEXT_OPT_NOTE, 0},
	[CLI_OPT_EVIDENCE_NUMBER] = {"evidence-number", "N", TEXT_OPT_EVIDENCE_NUMBER, 0},
	[CLI_OPT_EVIDENCE_DATE] = {"evidence-date", "DATE", TEXT_OPT_EVIDENCE_DATE, 0},
	[CLI_OPT_EVIDENCE_TITLE] = {"evidence-title", "T", TEXT_OPT_EVIDENCE_TITLE, 0},
	[CLI_OPT_REASON] = {"reason", "T", TEXT_OPT_REASON, 0},
	[CLI_OPT_UNTIL] = {"until", "DATE", TEXT_OPT_UNTIL, 0},
	[CLI_OPT_BASIS_NUMBER] = {"basis-number", "N", TEXT_OPT_BASIS_NUMBER, 0},
	[CLI_OPT_BASIS_DATE] = {"basis-date", "DATE", TEXT_OPT_BASIS_DATE, 0},
	[CLI_OPT_BASIS_TITLE] = {"basis-title", "T", TEXT_OPT_BASIS_TITLE, 0},
	[CLI_OPT_TO] = {"to", "UNIT", TEXT_OPT_TO, 0},
	[CLI_OPT_FROM] = {"from", "N", TEXT_OPT_FROM, 0},
	[CLI_OPT_FOLLOW] = {"follow", NULL, TEXT_OPT_FOLLOW, 'f'},
	[CLI_OPT_DIR] = {"dir", "DIR", TEXT_OPT_DIR, 0},
	[CLI_OPT_RECEIPT] = {"receipt", "INCARNATION:SEQUENCE:CHAIN", TEXT_OPT_RECEIPT, 0},
	[CLI_OPT_TASK] = {"task", "TASK", TEXT_OPT_TASK, 0},
	[CLI_OPT_OUT] = {"out", "FILE", TEXT_OPT_OUT, 'o'},
	[CLI_OPT_FORCE] = {"force", NULL, TEXT_OPT_FORCE, 0},
	[CLI_OPT_HTML] = {"html", NULL, TEXT_OPT_HTML, 0},
#define CLI_OPTION(id, name, value, help, letter) [id] = {name, value, help, letter},
#include "services/cli/cli_options_themes.inc"
#undef CLI_OPTION
};

static error_t on_option(int key, char *value, struct argp_state *state)
{
	struct cli_args *args = state->input;

	if (key == ARGP_KEY_ARG) {
		if (args->words == CLI_WORDS_MAX) {
			args->bad = value;
			return E2BIG;
		}
		args->word[args->words++] = value;
		return 0;
	}
	for (int i = 1; i < CLI_OPT_COUNT; i++) {
		const struct cli_option *option = &cli_options[i];

		if (key != KEY_BASE + i && !(option->letter && key == option->letter))
			continue;
		if (value && strncmp(value, "--", 2) == 0) { /* the next option, not a value */
			args->bad = state->argv[state->next -
						(value == state->argv[state->next - 1] ? 2 : 1)];
			args->lacks_value = true;
			return EINVAL;
		}
		args->value[i] = value ? value : "";
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Whether a long option is one of ours, or the beginning of one only. */
static bool is_known(const char *arg)
{
	size_t len = strcspn(arg, "=");
	int found = 0;

	for (int i = 1; i < CLI_OPT_COUNT; i++) {
		if (strncmp(cli_options[i].name, arg, len) != 0)
			continue;
		if (cli_options[i].name[len] == '\0')
			return true;
		found++;
	}
	return found == 1;
}

static bool is_letter(char letter)
{
	for (int i = 1; i < CLI_OPT_COUNT; i++) {
		if (cli_options[i].letter && cli_options[i].letter == letter)
			return true;
	}
	return false;
}

/* argp does not say what it stumbled over. */
static void find_bad(int argc, char **argv, struct cli_args *args)
{
	for (int i = 1; i < argc && !args->bad; i++) {
		const char *arg = argv[i];

		if (arg[0] != '-' || !arg[1])
			continue;
		if (arg[1] == '-' ? !is_known(arg + 2) : !is_letter(arg[1]))
			args->bad = arg;
	}
	args->lacks_value = args->lacks_value || !args->bad;
	if (!args->bad)
		args->bad = argv[argc - 1];
}

static void find_lang(int argc, char **argv, struct cli_args *args)
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			args->value[CLI_OPT_LANG] = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			args->value[CLI_OPT_LANG] = argv[i + 1];
	}
}

int cli_args_parse(int argc, char **argv, struct cli_args *args_out)
{
	struct argp_option table[CLI_OPT_COUNT] = {{0}};
	const struct argp argp = {.options = table, .parser = on_option};

	for (int i = 1; i < CLI_OPT_COUNT; i++) {
		const struct cli_option *option = &cli_options[i];

		table[i - 1].name = option->name;
		table[i - 1].key = option->letter ? option->letter : KEY_BASE + i;
		table[i - 1].arg = option->value;
	}
	*args_out = (struct cli_args){0};
	if (argp_parse(&argp, argc, argv, ARGP_NO_HELP | ARGP_NO_ERRS | ARGP_NO_EXIT, NULL,
		       args_out) == 0)
		return 0;
	find_bad(argc, argv, args_out);
	find_lang(argc, argv, args_out);
	return DD_ERR_INVALID;
}

int cli_parse_number(const char *text, uint64_t max, uint64_t *value_out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return DD_ERR_INVALID;
	errno = 0;
	*value_out = strtoull(text, &end, 10);
	return *end || errno || *value_out > max ? DD_ERR_INVALID : 0;
}

int cli_parse_day(const char *text, int32_t *day_out)
{
	if (dd_day_parse(text, day_out) == 0)
		return 0;
	return dd_day_parse_vn(text, day_out);
}

enum cli_lang cli_locale_lang(const char *lc_all, const char *lc_messages, const char *lang)
{
	const char *const places[] = {lc_all, lc_messages, lang};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i] && *places[i])
			return strncmp(places[i], "vi", 2) == 0 ? CLI_VI : CLI_EN;
	}
	return CLI_EN;
}

int cli_parse_task(const char *text, struct cli_task_word *word_out)
{
	const char *slash = strchr(text, '/');
	size_t plan = slash ? (size_t)(slash - text) : 0;
	const char *code = slash ? slash + 1 : text;

	*word_out = (struct cli_task_word){0};
	if (*text == '#')
		return cli_parse_number(text + 1, UINT64_MAX, &word_out->id) == 0 && word_out->id
			       ? 0
			       : DD_ERR_INVALID;
	if (plan >= sizeof(word_out->plan) || !*code || strlen(code) >= sizeof(word_out->code) ||
	    (slash && plan == 0))
		return DD_ERR_INVALID;
	memcpy(word_out->plan, text, plan);
	memcpy(word_out->code, code, strlen(code) + 1);
	return 0;
}

int cli_parse_named(const char *text, struct cli_named *named_out)
{
	size_t len = strlen(text);

	*named_out = (struct cli_named){0};
	if (len < CLI_HASH_SHORT)
		return cli_parse_number(text, UINT64_MAX, &named_out->sequence) == 0 &&
				       named_out->sequence
			       ? 0
			       : DD_ERR_INVALID;
	if (len >= sizeof(named_out->hash) || strspn(text, "0123456789abcdefABCDEF") != len)
		return DD_ERR_INVALID;
	for (size_t i = 0; i < len; i++)
		named_out->hash[i] =
			(char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] + 32 : text[i]);
	return 0;
}

bool cli_names_hash(const struct cli_named *named, const uint8_t *hash, size_t len)
{
	char hex[2 * DD_HASH_LEN + 1];

	return named->hash[0] && len == DD_HASH_LEN &&
	       strncmp(dd_hex(hash, len, hex), named->hash, strlen(named->hash)) == 0;
}
