/* cli_told.h - telling by hand, and the proof of what was told. */
#ifndef DD_SERVICES_CLI_TOLD_H
#define DD_SERVICES_CLI_TOLD_H

#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"

extern const struct cli_command cli_commands_told[];

/* cli_hand.c */
int cli_remind_zalo(struct cli *cli);
int cli_remind_told(struct cli *cli);
/* cli_proof.c */
int cli_remind_proof(struct cli *cli);

/* What was asked, for the title of a proof. Texts are borrowed. */
struct cli_proof {
	const Dondoc__V1__ToldList *list;
	const char *authority;
	const char *unit;    /* its name and code; empty = any */
	const char *task;    /* its code and content; empty = any */
	const char *outcome; /* whether it was told, in words */
	int32_t from_day, until_day;
	int32_t made_day;
	uint64_t sequence; /* of the log, of which all this is */
	bool trial;
};

/* One row's words. */
void cli_told_what(enum cli_lang lang, const Dondoc__V1__ToldRow *row, struct dd_buf *out);
void cli_told_result(enum cli_lang lang, const Dondoc__V1__ToldRow *row, struct dd_buf *out);
const char *cli_told_way(enum cli_lang lang, const Dondoc__V1__ToldRow *row);

/* The proof as a document of A4 pages. Appends to `out`. */
int cli_proof_pdf(enum cli_lang lang, const struct cli_proof *proof, struct dd_buf *out,
		  struct dd_error *err) DD_MUST_CHECK;

#endif
