/* cli_args.h - the options of all commands in one table, and what was given of them. */
#ifndef DD_SERVICES_CLI_ARGS_H
#define DD_SERVICES_CLI_ARGS_H

#include "common/base/err.h"
#include "services/cli/cli_text.h"
#include <stdbool.h>
#include <stdint.h>

enum cli_opt {
	CLI_OPT_NONE = 0,
	/* of every command */
	CLI_OPT_ENDPOINT,
	CLI_OPT_FORMAT,
	CLI_OPT_LANG,
	CLI_OPT_AS_UNIT,
	CLI_OPT_KEY,
	CLI_OPT_SERVER_KEY,
	CLI_OPT_WAIT_MS,
	CLI_OPT_HELP,
	CLI_OPT_VERSION,
	/* of some */
	CLI_OPT_PLAN,
	CLI_OPT_TITLE,
	CLI_OPT_NUMBER,
	CLI_OPT_DATE,
	CLI_OPT_ISSUER,
	CLI_OPT_ASSIGNER,
	CLI_OPT_TASKS,
	CLI_OPT_GROUPS,
	CLI_OPT_UNITS,
	CLI_OPT_ALIASES,
	CLI_OPT_AREAS,
	CLI_OPT_DIVISIONS,
	CLI_OPT_DEFAULT_LEAD,
	CLI_OPT_DRY_RUN,
	CLI_OPT_UNIT,
	CLI_OPT_AREA,
	CLI_OPT_STATE,
	CLI_OPT_TIME,
	CLI_OPT_TEXT,
	CLI_OPT_AS_OF,
	CLI_OPT_LIMIT,
	CLI_OPT_OFFSET,
	CLI_OPT_ALL,
	CLI_OPT_PERCENT,
	CLI_OPT_STEP,
	CLI_OPT_NOTE,
	CLI_OPT_EVIDENCE_NUMBER,
	CLI_OPT_EVIDENCE_DATE,
	CLI_OPT_EVIDENCE_TITLE,
	CLI_OPT_REASON,
	CLI_OPT_UNTIL,
	CLI_OPT_BASIS_NUMBER,
	CLI_OPT_BASIS_DATE,
	CLI_OPT_BASIS_TITLE,
	CLI_OPT_TO,
	CLI_OPT_FROM,
	CLI_OPT_FOLLOW,
	CLI_OPT_DIR,
	CLI_OPT_RECEIPT,
	CLI_OPT_TASK,
	CLI_OPT_OUT,
	CLI_OPT_FORCE,
	CLI_OPT_HTML,
#define CLI_OPTION(id, name, value, help, letter) id,
#include "services/cli/cli_options_themes.inc"
#undef CLI_OPTION
	CLI_OPT_COUNT
};
#define CLI_OPT_LAST_GLOBAL CLI_OPT_VERSION

struct cli_option {
	const char *name;
	const char *value; /* how the help names it; NULL = none is taken */
	enum cli_text help;
	char letter; /* 0 = none */
};
extern const struct cli_option cli_options[CLI_OPT_COUNT];

#define CLI_WORDS_MAX 8

/* Borrowed from argv. */
struct cli_args {
	const char *value[CLI_OPT_COUNT]; /* NULL = not given; "" for one without a value */
	const char *word[CLI_WORDS_MAX];
	int words;
	const char *bad;  /* the argument that could not be understood */
	bool lacks_value; /* it is an option without its value */
};

/* Options and words may be mixed. DD_ERR_INVALID: args_out->bad tells which one was not
 * understood, lacks its value, or is one word too many; --lang is filled in all the same. */
int cli_args_parse(int argc, char **argv, struct cli_args *args_out) DD_MUST_CHECK;

/* Values. DD_ERR_INVALID if not given in the right form. */
int cli_parse_number(const char *text, uint64_t max, uint64_t *value_out) DD_MUST_CHECK;
/* yyyy-mm-dd or dd/mm/yyyy. */
int cli_parse_day(const char *text, int32_t *day_out) DD_MUST_CHECK;
/* "vi_VN.UTF-8" from LC_ALL, LC_MESSAGES or LANG: the first that is not empty decides. */
enum cli_lang cli_locale_lang(const char *lc_all, const char *lc_messages, const char *lang);

/* What "TASK" on the command line means. */
struct cli_task_word {
	uint64_t id;   /* of "#12"; 0 = by code */
	char plan[64]; /* empty = the code must be unique */
	char code[128];
};
int cli_parse_task(const char *text, struct cli_task_word *word_out) DD_MUST_CHECK;

/* What names a message or a report: the number of the record that made it, or the hash it is known
 * by. Digits alone are a number as long as they are too few for the beginning of a hash. */
#define CLI_HASH_SHORT 12 /* hexadecimal digits in a table; at least so many name a hash */
struct cli_named {
	uint64_t sequence; /* 0 = by hash */
	char hash[65];     /* beginning of the hash, in small hexadecimal digits */
};
int cli_parse_named(const char *text, struct cli_named *named_out) DD_MUST_CHECK;
bool cli_names_hash(const struct cli_named *named, const uint8_t *hash, size_t len);

#endif
