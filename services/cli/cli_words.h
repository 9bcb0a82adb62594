/* cli_words.h - names of the messages' enums for people, and the words by which the command line
 * takes them. */
#ifndef DD_SERVICES_CLI_WORDS_H
#define DD_SERVICES_CLI_WORDS_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_text.h"

struct cli_name {
	int value;
	const char *vi;
	const char *en;
};

/* Every value of the enum has a name; a value of a newer server is "?". */
const char *cli_name_state(enum cli_lang lang, int state);
const char *cli_name_step(enum cli_lang lang, int step);
const char *cli_name_recurrence(enum cli_lang lang, int recurrence);
const char *cli_name_event(enum cli_lang lang, int type);
const char *cli_name_outbox(enum cli_lang lang, int state);
const char *cli_name_digest(enum cli_lang lang, int state);
const char *cli_name_action(enum cli_lang lang, int action); /* field number in CommandBody */
const char *cli_name_refusal(enum cli_lang lang, int code);
const char *cli_name_error(enum cli_lang lang, int code);
/* What is wrong with a row, and what helps. */
const char *cli_name_row_problem(enum cli_lang lang, int problem);
const char *cli_row_remedy(enum cli_lang lang, int problem);
/* An outbox's summary (a field of CommandBody) and reason (a RefusalCode and more) as an office
 * writes them; what is neither stays as it is. Appended to `out`. */
void cli_outbox_words(enum cli_lang lang, const char *text, struct dd_buf *out);
/* The name of a link's state as an office tells it. */
const char *cli_name_link(enum cli_lang lang, const char *link);

/* A refusal or an error of the server in the user's words, with its arguments. */
void cli_refusal_words(enum cli_lang lang, const Dondoc__V1__Refusal *refusal, struct dd_buf *out);
void cli_error_words(enum cli_lang lang, const Dondoc__V1__Error *error, struct dd_buf *out);

/* State of a task with what follows from its dates: "Đang thực hiện, quá hạn 5 ngày". */
void cli_state_words(enum cli_lang lang, const Dondoc__V1__TaskRow *task, struct dd_buf *out);

/* What a reminder says: "3 working days before". */
void cli_intent_words(enum cli_lang lang, const Dondoc__V1__Intent *intent, struct dd_buf *out);

/* A day as the language writes it; "" for none. */
#define CLI_DAY_TEXT 16
const char *cli_day(enum cli_lang lang, int32_t day, char out[CLI_DAY_TEXT]);
/* A document: "38/KH-UBND, 23/01/2026, UBND Thành phố: title"; "" for NULL. */
void cli_document_words(enum cli_lang lang, const Dondoc__V1__Document *document,
			struct dd_buf *out);

/* Words of the command line, in English and in Vietnamese without marks. DD_ERR_INVALID: unknown.
 */
int cli_parse_step(const char *word, Dondoc__V1__ProgressStep *step_out) DD_MUST_CHECK;
int cli_parse_state(const char *word, Dondoc__V1__TaskState *state_out) DD_MUST_CHECK;
int cli_parse_time_state(const char *word, Dondoc__V1__TimeState *state_out) DD_MUST_CHECK;
int cli_parse_digest_state(const char *word, Dondoc__V1__DigestState *state_out) DD_MUST_CHECK;

#endif
