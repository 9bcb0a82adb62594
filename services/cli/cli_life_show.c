/* cli_life_show.c - what a task's page shows beside the row: products, questions, explanations,
 * days that count apart. */
#include "services/cli/cli_evidence.h"
#include "services/cli/cli_life.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>

#define LEN(table) (sizeof(table) / sizeof((table)[0]))

static const char *name_ask(enum cli_lang lang, int state)
{
	/* By AskState. */
	static const enum cli_text names[] = {TEXT_ASK_OPEN, TEXT_ASK_ANSWERED, TEXT_ASK_CLOSED,
					      TEXT_ASK_WITHDRAWN};

	return state >= 0 && (size_t)state < LEN(names) ? cli_text(lang, names[state]) : "?";
}

static void put_products(const struct cli *cli, const Dondoc__V1__LifeDetail *life)
{
	for (size_t i = 0; i < life->n_products; i++) {
		const Dondoc__V1__ProductRow *row = life->products[i];
		struct dd_buf text = {0}, evidence = {0};

		dd_buf_printf(&text, "%" PRIu32 ". %s, %s", row->product, row->text,
			      cli_name_product(cli->lang, (int)row->state));
		cli_document_words(cli->lang, row->evidence, &evidence);
		if (evidence.len > 0)
			dd_buf_printf(&text, " [%s]", dd_buf_cstr(&evidence));
		cli_print_label(cli, TEXT_LIFE_PRODUCTS, dd_buf_cstr(&text));
		dd_buf_fini(&evidence);
		dd_buf_fini(&text);
	}
}

static void put_words(const struct cli *cli, const char *words, uint64_t destroyed_by,
		      struct dd_buf *out)
{
	if (destroyed_by != 0)
		cli_destroyed_words(cli->lang, destroyed_by, out);
	else
		dd_buf_text(out, words);
}

static void put_asks(const struct cli *cli, const Dondoc__V1__LifeDetail *life)
{
	for (size_t i = 0; i < life->n_asks; i++) {
		const Dondoc__V1__AskRow *row = life->asks[i];
		struct dd_buf text = {0};
		char day[CLI_DAY_TEXT], number[16];
		const char *args[] = {number};

		if (!row->said)
			continue;
		dd_buf_printf(&text, "#%" PRIu64 " %s, %s, %s: ", row->ask, row->said->unit,
			      cli_day(cli->lang, row->said->due_day, day),
			      name_ask(cli->lang, (int)row->state));
		put_words(cli, row->said->what, row->destroyed_by, &text);
		if (row->days_late > 0) {
			snprintf(number, sizeof(number), "%" PRIu32, row->days_late);
			dd_buf_text(&text, "; ");
			cli_fill(&text, cli_text(cli->lang, TEXT_EVENT_LATE_DAYS), args, 1);
		}
		cli_print_label(cli, TEXT_LIFE_ASKS, dd_buf_cstr(&text));
		dd_buf_fini(&text);
	}
}

static void put_explanations(const struct cli *cli, const Dondoc__V1__LifeDetail *life)
{
	for (size_t i = 0; i < life->n_explanations; i++) {
		const Dondoc__V1__ExplanationRow *row = life->explanations[i];
		enum cli_text decided =
			row->accepted ? TEXT_EVENT_ACCEPTED : TEXT_EVENT_NOT_ACCEPTED;
		struct dd_buf text = {0};

		if (!row->said)
			continue;
		dd_buf_printf(&text, "#%" PRIu64 " %s: ", row->explanation,
			      cli_text(cli->lang, row->decided ? decided : TEXT_EXPLANATION_WAITS));
		put_words(cli, row->said->facts, row->destroyed_by, &text);
		if (row->cause_text[0])
			dd_buf_printf(&text, " [%s]", row->cause_text);
		cli_print_label(cli, TEXT_LIFE_EXPLAINED, dd_buf_cstr(&text));
		dd_buf_fini(&text);
	}
}

void cli_print_life(const struct cli *cli, const Dondoc__V1__LifeDetail *life)
{
	if (!life)
		return;
	cli_print_label_number(cli, TEXT_LIFE_PAUSED_DAYS, life->paused_days);
	cli_print_label_number(cli, TEXT_LIFE_WAITED_DAYS, life->waited_days);
	if (life->days_late_plain != life->days_late)
		cli_print_label_number(cli, TEXT_LIFE_DAYS_LATE_PLAIN, life->days_late_plain);
	cli_print_label_number(cli, TEXT_LIFE_EXCUSED_DAYS, life->excused_days);
	cli_print_label_day(cli, TEXT_LIFE_PROMISED, life->promised_day);
	cli_print_label_number(cli, TEXT_LIFE_PROMISES_BROKEN, life->promises_broken);
	put_products(cli, life);
	put_asks(cli, life);
	put_explanations(cli, life);
}
