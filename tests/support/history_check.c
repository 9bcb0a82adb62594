/* history_check.c - the judgement, by sorting.
 *
 * Lines are gathered into ops (one identity each), log entries are sorted by identity, and both are
 * walked side by side. Real-time order takes one sweep: ops by the time they were first sent, with
 * the highest sequence among those answered before; whoever is sent later must lie behind it. */
#include "common/base/alloc.h"
#include "tests/support/history.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct op {
	const struct test_line *sent;   /* first invocation; NULL: answered without one */
	const struct test_line *answer; /* first ok or refused; NULL = none */
	const struct test_entry *entry; /* in the log, same bytes; NULL = none */
	size_t sendings, fails;
};

struct check {
	struct op *ops; /* owned; by identity */
	size_t op_count;
	const struct test_entry **entries; /* owned; by stream, number, sequence */
	size_t entry_count;
	struct test_verdict *verdict;
};

/* --- words ------------------------------------------------------------------------------------ */

static void found(struct check *check, size_t *counter, const char *what,
		  const struct test_identity *id, uint64_t sequence)
{
	char stream[2 * 4 + 1];
	struct test_verdict *verdict = check->verdict;

	(*counter)++;
	if (verdict->first[0] != '\0')
		return;
	snprintf(verdict->first, sizeof(verdict->first),
		 "%s: stream %s.. number %" PRIu64 " sequence %" PRIu64, what,
		 dd_hex(id->stream, 4, stream), id->number, sequence);
}

/* --- gathering -------------------------------------------------------------------------------- */

static int compare_names(const struct test_identity *a, const struct test_identity *b)
{
	int order = memcmp(a->stream, b->stream, DD_ID_LEN);

	if (order != 0)
		return order;
	return a->number < b->number ? -1 : a->number > b->number;
}

static int compare_ids(const struct test_identity *a, const struct test_identity *b)
{
	int order = compare_names(a, b);

	return order != 0 ? order : memcmp(a->digest, b->digest, DD_HASH_LEN);
}

/* Lines lie in one array in order of time, so the address settles what identity does not. */
static int by_identity(const void *a, const void *b)
{
	const struct test_line *x = *(const struct test_line *const *)a;
	const struct test_line *y = *(const struct test_line *const *)b;
	int order = compare_ids(&x->id, &y->id);

	return order != 0 ? order : (x > y) - (x < y);
}

static int entries_by_name(const void *a, const void *b)
{
	const struct test_entry *x = *(const struct test_entry *const *)a;
	const struct test_entry *y = *(const struct test_entry *const *)b;
	int order = compare_names(&x->id, &y->id);

	if (order != 0)
		return order;
	return x->first < y->first ? -1 : x->first > y->first;
}

static bool same_answer(const struct test_line *a, const struct test_line *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->sequence == 0 || b->sequence == 0)
		return true;
	return a->sequence == b->sequence && a->incarnation == b->incarnation &&
	       memcmp(a->chain, b->chain, DD_HASH_LEN) == 0;
}

static void take_line(struct check *check, struct op *op, const struct test_line *line)
{
	switch (line->kind) {
	case TEST_INVOKE:
		op->sendings++;
		if (op->sent == NULL)
			op->sent = line;
		return;
	case TEST_FAIL:
		op->fails++;
		return;
	case TEST_INFO:
		return;
	case TEST_OK:
	case TEST_REFUSED:
		break;
	}
	if (op->answer == NULL)
		op->answer = line;
	else if (!same_answer(op->answer, line))
		found(check, &check->verdict->altered, "a resend got another answer", &line->id,
		      line->sequence);
}

static void gather_ops(struct check *check, const struct test_history *history, int64_t until_us)
{
	const struct test_line **lines = dd_alloc((history->count + 1) * sizeof(const void *));
	size_t count = 0;

	for (size_t i = 0; i < history->count; i++) {
		if (until_us == 0 || history->lines[i].us <= until_us)
			lines[count++] = &history->lines[i];
	}
	qsort(lines, count, sizeof(const void *), by_identity);
	check->ops = dd_alloc((count + 1) * sizeof(*check->ops));
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_ids(&lines[i]->id, &lines[i - 1]->id) != 0)
			check->op_count++;
		take_line(check, &check->ops[check->op_count - 1], lines[i]);
		if (check->ops[check->op_count - 1].sent == NULL)
			found(check, &check->verdict->phantom, "answered, but never sent",
			      &lines[i]->id, lines[i]->sequence);
	}
	free(lines);
}

static void gather_entries(struct check *check, const struct test_log *log)
{
	check->entries = dd_alloc((log->count + 1) * sizeof(const void *));
	check->entry_count = log->count;
	for (size_t i = 0; i < log->count; i++)
		check->entries[i] = &log->entries[i];
	qsort(check->entries, log->count, sizeof(const void *), entries_by_name);
}

/* --- the rules -------------------------------------------------------------------------------- */

static void check_streams(struct check *check)
{
	for (size_t i = 1; i < check->entry_count; i++) {
		const struct test_entry *before = check->entries[i - 1];
		const struct test_entry *here = check->entries[i];

		if (memcmp(before->id.stream, here->id.stream, DD_ID_LEN) != 0)
			continue;
		if (here->id.number == before->id.number)
			found(check, &check->verdict->duplicate, "twice in the log", &here->id,
			      here->first);
		else if (here->id.number != before->id.number + 1 || here->first <= before->last)
			found(check, &check->verdict->disorder, "a stream out of order", &here->id,
			      here->first);
	}
}

static const struct test_entry *find_entry(const struct check *check,
					   const struct test_identity *id)
{
	size_t low = 0, high = check->entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_names(&check->entries[middle]->id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == check->entry_count || compare_names(&check->entries[low]->id, id) != 0)
		return NULL;
	return check->entries[low];
}

static bool agrees(const struct op *op, const struct test_entry *entry)
{
	const struct test_line *answer = op->answer;

	if (entry->refused != (answer->kind == TEST_REFUSED))
		return false;
	if (answer->sequence == 0)
		return true;
	return answer->sequence == entry->last && answer->incarnation == entry->incarnation &&
	       memcmp(answer->chain, entry->chain, DD_HASH_LEN) == 0;
}

static bool content_differs(const struct test_line *sent, const struct test_entry *entry)
{
	static const uint8_t none[DD_HASH_LEN];

	return memcmp(sent->content, none, DD_HASH_LEN) != 0 && !entry->refused &&
	       memcmp(sent->content, entry->content, DD_HASH_LEN) != 0;
}

static void check_op(struct check *check, struct op *op)
{
	struct test_verdict *verdict = check->verdict;
	const struct test_identity *id = &op->sent->id;
	const struct test_entry *entry = find_entry(check, id);
	bool same = entry != NULL && memcmp(entry->id.digest, id->digest, DD_HASH_LEN) == 0;

	op->entry = same ? entry : NULL;
	verdict->ops++;
	if (op->answer != NULL) {
		verdict->ok += op->answer->kind == TEST_OK;
		verdict->refused += op->answer->kind == TEST_REFUSED;
	} else {
		verdict->fail += op->fails == op->sendings;
		verdict->info += op->fails != op->sendings;
	}
	if (op->answer != NULL && entry == NULL)
		found(check, &verdict->lost, "answered, but not in the log", id,
		      op->answer->sequence);
	else if (op->answer != NULL && (!same || !agrees(op, entry)))
		found(check, &verdict->altered, "the log differs from the answer", id,
		      entry->first);
	else if (same && content_differs(op->sent, entry))
		found(check, &verdict->altered, "the log has another text", id, entry->first);
	if (op->answer == NULL && same && op->fails == op->sendings)
		found(check, &verdict->undead, "answered 'no effect', but in the log", id,
		      entry->first);
}

static int id_to_op(const void *key, const void *element)
{
	const struct op *op = element;

	return compare_ids(key, &op->sent->id);
}

static void check_phantoms(struct check *check)
{
	for (size_t i = 0; i < check->entry_count; i++) {
		const struct test_entry *entry = check->entries[i];

		if (bsearch(&entry->id, check->ops, check->op_count, sizeof(*check->ops),
			    id_to_op) == NULL)
			found(check, &check->verdict->phantom, "in the log, but never sent",
			      &entry->id, entry->first);
	}
}

static int by_sending(const void *a, const void *b)
{
	const struct op *x = *(const struct op *const *)a;
	const struct op *y = *(const struct op *const *)b;

	return x->sent->us < y->sent->us ? -1 : x->sent->us > y->sent->us;
}

static int by_answer(const void *a, const void *b)
{
	const struct op *x = *(const struct op *const *)a;
	const struct op *y = *(const struct op *const *)b;

	return x->answer->us < y->answer->us ? -1 : x->answer->us > y->answer->us;
}

static void check_real_time(struct check *check)
{
	const struct op **sent = dd_alloc((check->op_count + 1) * sizeof(const void *));
	const struct op **answered = dd_alloc((check->op_count + 1) * sizeof(const void *));
	size_t sent_count = 0, answered_count = 0, done = 0;
	uint64_t highest = 0;

	for (size_t i = 0; i < check->op_count; i++) {
		const struct op *op = &check->ops[i];

		if (op->entry == NULL)
			continue;
		sent[sent_count++] = op;
		/* An office's "saved" promises no place in the centre's order. */
		if (op->answer != NULL && op->answer->sequence != 0)
			answered[answered_count++] = op;
	}
	qsort(sent, sent_count, sizeof(const void *), by_sending);
	qsort(answered, answered_count, sizeof(const void *), by_answer);
	for (size_t i = 0; i < sent_count; i++) {
		for (; done < answered_count && answered[done]->answer->us < sent[i]->sent->us;
		     done++) {
			if (answered[done]->entry->last > highest)
				highest = answered[done]->entry->last;
		}
		if (sent[i]->entry->first <= highest)
			found(check, &check->verdict->reorder, "behind what was sent later",
			      &sent[i]->sent->id, sent[i]->entry->first);
	}
	free(sent);
	free(answered);
}

void test_history_check(const struct test_history *history, int64_t until_us,
			const struct test_log *log, struct test_verdict *verdict_out)
{
	struct check check = {.verdict = verdict_out};

	memset(verdict_out, 0, sizeof(*verdict_out));
	gather_ops(&check, history, until_us);
	gather_entries(&check, log);
	if (verdict_out->phantom == 0) {
		check_streams(&check);
		for (size_t i = 0; i < check.op_count; i++)
			check_op(&check, &check.ops[i]);
		check_phantoms(&check);
		check_real_time(&check);
	}
	free(check.ops);
	free(check.entries);
}

bool test_verdict_good(const struct test_verdict *verdict)
{
	return verdict->lost + verdict->duplicate + verdict->altered + verdict->phantom +
		       verdict->reorder + verdict->disorder + verdict->undead ==
	       0;
}

void test_verdict_add(struct test_verdict *sum, const struct test_verdict *verdict)
{
	sum->ops += verdict->ops;
	sum->ok += verdict->ok;
	sum->refused += verdict->refused;
	sum->fail += verdict->fail;
	sum->info += verdict->info;
	sum->lost += verdict->lost;
	sum->duplicate += verdict->duplicate;
	sum->altered += verdict->altered;
	sum->phantom += verdict->phantom;
	sum->reorder += verdict->reorder;
	sum->disorder += verdict->disorder;
	sum->undead += verdict->undead;
	if (sum->first[0] == '\0')
		memcpy(sum->first, verdict->first, sizeof(sum->first));
}
