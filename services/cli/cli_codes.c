/* cli_codes.c - one question for each task; a few thousand of them take a second. */
#include "services/cli/cli_codes.h"
#include "common/base/alloc.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <stdlib.h>

void cli_codes_add(struct cli_codes *codes, uint64_t id)
{
	if (codes->len == codes->cap) {
		codes->cap = codes->cap ? 2 * codes->cap : 64;
		codes->items = dd_realloc(codes->items, codes->cap * sizeof(*codes->items));
	}
	codes->items[codes->len++] = (struct cli_code){.id = id};
}

static int by_id(const void *a, const void *b)
{
	uint64_t left = ((const struct cli_code *)a)->id, right = ((const struct cli_code *)b)->id;

	return (left > right) - (left < right);
}

/* Nothing is fetched yet, so that nothing is owned by what is left out. */
static void sort_once_each(struct cli_codes *codes)
{
	size_t kept = 0;

	if (codes->len == 0)
		return;
	qsort(codes->items, codes->len, sizeof(*codes->items), by_id);
	for (size_t i = 0; i < codes->len; i++) {
		if (i == 0 || codes->items[i].id != codes->items[kept - 1].id)
			codes->items[kept++] = codes->items[i];
	}
	codes->len = kept;
}

static char *code_of(const Dondoc__V1__TaskFields *fields, bool with_plan)
{
	struct dd_buf text = {0};

	dd_buf_printf(&text, "%s%s%s", with_plan ? fields->plan : "", with_plan ? "/" : "",
		      fields->code);
	(void)dd_buf_cstr(&text);
	return (char *)text.data;
}

static int fetch_one(struct cli *cli, struct cli_code *code, bool with_plan)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	const Dondoc__V1__TaskDetail *detail;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	int rc;

	show.task = code->id;
	show.history_limit = 1;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	rc = dd_client_query(cli->client, &query, 0, &reply, &err);
	if (rc != 0)
		return rc;
	detail = reply->answer->what_case == DONDOC__V1__ANSWER__WHAT_TASK ? reply->answer->task
									   : NULL;
	if (detail && detail->task && detail->task->fields)
		code->code = code_of(detail->task->fields, with_plan);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

void cli_codes_fetch(struct cli *cli, struct cli_codes *codes, bool with_plan)
{
	sort_once_each(codes);
	for (size_t i = 0; i < codes->len; i++) {
		int rc = fetch_one(cli, &codes->items[i], with_plan);

		if (rc != 0 && rc != DD_ERR_NOT_FOUND) {
			cli_complain(cli, TEXT_CODES_UNKNOWN, NULL);
			return;
		}
	}
}

void cli_codes_fini(struct cli_codes *codes)
{
	for (size_t i = 0; i < codes->len; i++)
		free(codes->items[i].code);
	free(codes->items);
	*codes = (struct cli_codes){0};
}

void cli_code_words(const struct cli_codes *codes, uint64_t id, struct dd_buf *out)
{
	const struct cli_code wanted = {.id = id};
	const struct cli_code *found =
		codes->len > 0 ? bsearch(&wanted, codes->items, codes->len, sizeof(wanted), by_id)
			       : NULL;

	if (found && found->code)
		dd_buf_text(out, found->code);
	else
		dd_buf_printf(out, "#%" PRIu64, id);
}
