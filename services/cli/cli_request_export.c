/* cli_request_export.c - `request list --out`: the tasks about which something waits, once each,
 * with what waits beside them. */
#include "common/base/alloc.h"
#include "services/cli/cli_export.h"
#include "services/cli/cli_fix.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct waiting {
	uint64_t task;
	struct dd_buf words; /* owned */
};
struct waitings {
	struct waiting *list; /* owned */
	size_t count;
};

static struct waiting *of_task(struct waitings *all, uint64_t task)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].task == task)
			return &all->list[i];
	all->list = dd_realloc(all->list, (all->count + 1) * sizeof(*all->list));
	all->list[all->count] = (struct waiting){.task = task};
	return &all->list[all->count++];
}

/* What waits about no single task is in no plan. */
static void note(const struct cli *cli, struct waitings *all, const Dondoc__V1__RequestRow *row)
{
	struct dd_buf words = {0};
	struct waiting *waiting;

	if (row->task == 0)
		return;
	waiting = of_task(all, row->task);
	cli_request_words(cli, row, &words);
	dd_buf_printf(&waiting->words, "%s%s: %s", waiting->words.len ? "; " : "",
		      cli_name_request(cli->lang, (int)row->kind), dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

/* All pages, unless a limit was named. */
static int note_all(struct cli *cli, Dondoc__V1__ListRequests *list, struct waitings *all)
{
	bool more = true;
	Dondoc__V1__Reply *reply = NULL, *before = NULL;
	int rc = 0;

	while (more && (rc = cli_request_page(cli, list, &reply)) == 0) {
		const Dondoc__V1__RequestList *page = reply->answer->requests;

		for (size_t i = 0; i < page->n_rows; i++)
			note(cli, all, page->rows[i]);
		list->after = page->next;
		more = !cli->args.value[CLI_OPT_LIMIT] && page->next.len > 0 && page->n_rows > 0;
		if (before)
			dondoc__v1__reply__free_unpacked(before, NULL);
		before = reply;
	}
	if (before)
		dondoc__v1__reply__free_unpacked(before, NULL);
	return rc;
}

static int add(struct cli *cli, struct waiting *waiting, struct cli_export *export)
{
	Dondoc__V1__Reply *reply;
	char word[32];
	int rc;

	snprintf(word, sizeof(word), "#%" PRIu64, waiting->task);
	rc = cli_find_task(cli, word, 1, &reply);
	if (rc != 0)
		return rc;
	cli_export_add(export, reply->answer->task->task, dd_buf_cstr(&waiting->words));
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

int cli_request_export(struct cli *cli, Dondoc__V1__ListRequests *list)
{
	struct waitings all = {0};
	struct cli_export export;
	int rc = cli_export_begin(cli, list->plan, true, &export);

	if (rc != 0)
		return rc;
	rc = note_all(cli, list, &all);
	for (size_t i = 0; i < all.count && rc == 0; i++)
		rc = add(cli, &all.list[i], &export);
	for (size_t i = 0; i < all.count; i++)
		dd_buf_fini(&all.list[i].words);
	free(all.list);
	return cli_export_end(&export, rc);
}
