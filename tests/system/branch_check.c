/* branch_check.c - an office's outbox against the log: see branch_check in branch.h. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "services/office/office_outbox.h"
#include "tests/system/branch.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
	struct office_outbox *outbox;
	const struct branch *branch;
	const struct test_entry **entries; /* owned; by stream and number */
	size_t count;
	struct test_verdict *verdict;
	size_t items;
	uint64_t *behind; /* owned; of each stream: where its next report is in the log */
};

static int by_identity(const void *a, const void *b)
{
	const struct test_entry *const *x = a, *const *y = b;
	int order = memcmp((*x)->id.stream, (*y)->id.stream, DD_ID_LEN);

	if (order != 0)
		return order;
	return (*x)->id.number < (*y)->id.number ? -1 : (*x)->id.number > (*y)->id.number;
}

static void fault(struct check *check, size_t *which, const struct office_item *item,
		  const char *what)
{
	++*which;
	if (check->verdict->first[0] == '\0')
		snprintf(check->verdict->first, sizeof(check->verdict->first),
			 "%s: report %" PRIu64 " (number %" PRIu64 ") %s", check->branch->name,
			 item->id, item->number, what);
}

static const struct test_entry *find(struct check *check, const struct office_item *item,
				     const uint8_t *stream)
{
	struct test_entry key = {.id = {.number = item->number}};
	const struct test_entry *wanted = &key;
	const struct test_entry **found;
	size_t at;

	memcpy(key.id.stream, stream, DD_ID_LEN);
	found = bsearch(&wanted, check->entries, check->count, sizeof(*found), by_identity);
	if (found == NULL)
		return NULL;
	at = (size_t)(found - check->entries);
	if ((at > 0 && by_identity(&check->entries[at - 1], found) == 0) ||
	    (at + 1 < check->count && by_identity(&check->entries[at + 1], found) == 0))
		fault(check, &check->verdict->duplicate, item, "is there twice");
	return *found;
}

static void compare(struct check *check, const struct office_item *item,
		    const struct test_entry *entry)
{
	struct test_verdict *verdict = check->verdict;
	enum office_state state = entry->refused ? OFFICE_REFUSED : OFFICE_ACCEPTED;

	if (memcmp(entry->id.digest, item->digest, DD_HASH_LEN) != 0)
		fault(check, &verdict->altered, item, "is another one in the log");
	if (item->receipt.sequence != entry->last ||
	    item->receipt.incarnation != entry->incarnation ||
	    memcmp(item->receipt.chain, entry->chain, DD_HASH_LEN) != 0)
		fault(check, &verdict->altered, item, "has a receipt that the log does not know");
	if (item->state != state && item->state != OFFICE_WITHDRAWN)
		fault(check, &verdict->altered, item, "is believed to be decided otherwise");
	if (check->behind[item->ordinal] != 0 && entry->first >= check->behind[item->ordinal])
		fault(check, &verdict->disorder, item, "is behind its successor");
	check->behind[item->ordinal] = entry->first;
}

/* From the newest to the oldest. */
static bool on_item(void *arg, const struct office_item *item)
{
	struct check *check = arg;
	const struct office_stream *stream = office_outbox_stream(check->outbox, item->ordinal);
	const struct test_entry *entry = find(check, item, stream->id);

	check->items++;
	if (!office_state_settled(item->state))
		fault(check, &check->verdict->lost, item, "still waits");
	else if (entry == NULL)
		fault(check, &check->verdict->lost, item, "is not in the log");
	else
		compare(check, item, entry);
	return true;
}

size_t branch_check(const struct branch *branch, const struct test_log *log,
		    struct test_verdict *verdict)
{
	struct check check = {.branch = branch, .verdict = verdict, .count = log->count};
	struct dd_error err;

	if (office_outbox_open(branch->data, 0, dd_wall_us(), &check.outbox, &err) != 0)
		system_die("the outbox of %s: %s", branch->name, err.text);
	check.entries = dd_alloc((log->count + 1) * sizeof(struct test_entry *));
	for (size_t i = 0; i < log->count; i++)
		check.entries[i] = &log->entries[i];
	qsort(check.entries, check.count, sizeof(struct test_entry *), by_identity);
	check.behind = dd_alloc(office_outbox_stream_count(check.outbox) * sizeof(uint64_t));
	if (office_outbox_walk(check.outbox, false, on_item, &check) != 0)
		system_die("the outbox of %s cannot be read", branch->name);
	office_outbox_close(check.outbox);
	free(check.entries);
	free(check.behind);
	return check.items;
}
