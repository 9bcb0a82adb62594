/* judge.c - after healing: every report is in the log once, in its office's order; receipts and
 * outcomes agree with the log; the log verifies; the view is its projection. */
#include "tests/services/task/view_dump.h"
#include "tests/sim/world.h"
#include "tests/support/history.h"

#include <inttypes.h>
#include <string.h>

struct trial {
	struct world *world;
	struct node *node;
	const struct test_log *log;
	uint64_t before; /* sequence of the report before this one */
	uint64_t items;
	uint64_t forgotten_too;     /* of these: one command with a report that is forgotten */
	struct dd_position witness; /* the last receipt */
};

static const struct test_entry *find_once(const struct trial *trial, const uint8_t *stream,
					  uint64_t number)
{
	const struct test_entry *found = NULL;

	for (size_t i = 0; i < trial->log->count; i++) {
		const struct test_entry *entry = &trial->log->entries[i];

		if (entry->id.number != number || memcmp(entry->id.stream, stream, DD_ID_LEN) != 0)
			continue;
		if (found != NULL)
			world_fail(trial->world, "office %u: number %" PRIu64 " is there twice",
				   trial->node->index, number);
		found = entry;
	}
	return found;
}

static void check_fate(const struct trial *trial, const struct office_item *item,
		       const struct test_entry *entry)
{
	const struct saved *saved = &trial->node->saved[item->id - 1];
	enum office_state state = entry->refused ? OFFICE_REFUSED : OFFICE_ACCEPTED;

	if (saved->fate == FATE_WITHDRAWN)
		state = OFFICE_WITHDRAWN;
	else if (memcmp(item->digest, saved->digest, DD_HASH_LEN) != 0)
		world_fail(trial->world, "office %u holds other bytes as report %" PRIu64,
			   trial->node->index, item->id);
	if ((saved->fate == FATE_ACCEPTED && entry->refused) ||
	    (saved->fate == FATE_REFUSED && !entry->refused) ||
	    (saved->fate == FATE_WITHDRAWN && entry->refused))
		world_fail(trial->world, "office %u: report %" PRIu64 " was %s", trial->node->index,
			   item->id, entry->refused ? "refused" : "accepted");
	if (item->state != state)
		world_fail(trial->world, "office %u believes report %" PRIu64 " to be %s",
			   trial->node->index, item->id, office_state_name(item->state));
}

static void check_receipt(const struct trial *trial, const struct office_item *item,
			  const struct test_entry *entry)
{
	if (item->receipt.sequence != entry->last ||
	    item->receipt.incarnation != entry->incarnation ||
	    memcmp(item->receipt.chain, entry->chain, DD_HASH_LEN) != 0)
		world_fail(trial->world,
			   "office %u: the receipt of report %" PRIu64 " says %" PRIu64
			   ", the log %" PRIu64,
			   trial->node->index, item->id, item->receipt.sequence, entry->last);
}

/* A withdrawn report is an empty command under its number. Made after an old copy was put back, it
 * may come under the number of one that is forgotten and was withdrawn too: the same command. */
static bool is_forgotten_one(const struct node *node, const struct office_item *item,
			     const struct test_entry *entry)
{
	return node->restored && item->state == OFFICE_WITHDRAWN && item->id > node->copied &&
	       entry->first <= node->put_back_at;
}

/* From the newest to the oldest. */
static bool on_item(void *arg, const struct office_item *item)
{
	struct trial *trial = arg;
	const struct office_stream *stream =
		office_outbox_stream(trial->node->outbox, item->ordinal);
	const struct test_entry *entry = find_once(trial, stream->id, item->number);

	if (item->id == 0 || item->id > trial->node->saved_count)
		world_fail(trial->world, "office %u has a report that nobody made",
			   trial->node->index);
	if (entry == NULL || memcmp(entry->id.digest, item->digest, DD_HASH_LEN) != 0)
		world_fail(trial->world, "office %u: report %" PRIu64 " is %s", trial->node->index,
			   item->id, entry == NULL ? "not in the log" : "another in the log");
	check_fate(trial, item, entry);
	check_receipt(trial, item, entry);
	if (trial->before != 0 && entry->first >= trial->before)
		world_fail(trial->world, "office %u: report %" PRIu64 " is behind its successor",
			   trial->node->index, item->id);
	if (trial->before == 0) {
		trial->witness.sequence = item->receipt.sequence;
		trial->witness.incarnation = item->receipt.incarnation;
		memcpy(trial->witness.chain, item->receipt.chain, DD_HASH_LEN);
	}
	trial->before = entry->first;
	trial->items++;
	if (is_forgotten_one(trial->node, item, entry))
		trial->forgotten_too++;
	trial->world->stats.refused += entry->refused;
	return true;
}

static void judge_office(struct world *world, struct node *node, const struct test_log *log,
			 struct trial *trial)
{
	*trial = (struct trial){.world = world, .node = node, .log = log};
	if (office_outbox_walk(node->outbox, false, on_item, trial) != DD_OK)
		world_fail(world, "office %u: the outbox cannot be read", node->index);
	if (trial->items != node->saved_count)
		world_fail(world, "office %u holds %" PRIu64 " of %u reports", node->index,
			   trial->items, node->saved_count);
	/* Nobody else has used its stream, and no receipt has ever changed. */
	if (office_outbox_stream_count(node->outbox) != 1 && !node->restored)
		world_fail(world, "office %u has begun a new stream", node->index);
}

static void judge_view(struct world *world)
{
	struct centre *centre = &world->centre;
	struct dd_buf live = {0}, built = {0};
	struct dd_error err = {0};

	centre_close(world);
	if (view_dump(centre->view_dir, &live, &err) != DD_OK)
		world_fail(world, "the live view: %s", err.text);
	centre_lose_view(world);
	if (!centre_open(world))
		world_fail(world, "the centre does not start without its view");
	centre_close(world);
	if (view_dump(centre->view_dir, &built, &err) != DD_OK)
		world_fail(world, "the view built anew: %s", err.text);
	if (live.len != built.len || memcmp(live.data, built.data, live.len) != 0)
		world_fail(world, "the view built anew differs from the live one");
	dd_buf_fini(&live);
	dd_buf_fini(&built);
}

void judge(struct world *world, uint8_t chain_out[DD_HASH_LEN])
{
	struct dd_position head = dd_eventlog_head(world->centre.log);
	struct dd_verify_report report;
	struct dd_error err = {0};
	struct trial trial;
	struct test_log log;
	uint64_t items = world->desks[DESK_CLOCK].number + world->desks[DESK_DECISIONS].number;

	memcpy(chain_out, head.chain, DD_HASH_LEN);
	if (test_log_dump(world->centre.log, 0, &log, &err) != DD_OK)
		world_fail(world, "the log: %s", err.text);
	for (uint32_t i = 0; i < WORLD_OFFICES; i++) {
		judge_office(world, &world->nodes[i], &log, &trial);
		items += trial.items + world->nodes[i].forgotten - trial.forgotten_too;
	}
	if (log.count != items)
		world_fail(world, "the log holds %zu commands, %" PRIu64 " were made", log.count,
			   items);
	test_log_fini(&log);
	judge_view(world);
	memcpy(trial.witness.log_id, head.log_id, DD_ID_LEN);
	if (dd_eventlog_verify(SIM_DIR, &trial.witness, &report, &err) != DD_OK)
		world_fail(world, "the log does not verify: %s", err.text);
	if (report.head.sequence != head.sequence || report.torn_bytes != 0)
		world_fail(world, "the log verifies up to %" PRIu64 " of %" PRIu64,
			   report.head.sequence, head.sequence);
}
