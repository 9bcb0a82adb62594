/* rates.c - see rates.h. */
#include "common/domain/rates.h"

#include <assert.h>
#include <stdio.h>

static bool is_late(enum dd_bucket bucket)
{
	return bucket == DD_BUCKET_DONE_LATE || bucket == DD_BUCKET_OPEN_OVERDUE;
}

void dd_tally_add(struct dd_tally *tally, const struct dd_tallied *task)
{
	assert((unsigned)task->bucket < DD_BUCKET_COUNT);
	tally->in[task->bucket]++;
	tally->done_with_term += task->done_with_term;
	tally->carried_over += task->carried_over;
	tally->late_excused += task->explained && is_late(task->bucket);
}

void dd_tally_sum(struct dd_tally *sum, const struct dd_tally *line)
{
	for (int i = 0; i < DD_BUCKET_COUNT; i++)
		sum->in[i] += line->in[i];
	sum->done_with_term += line->done_with_term;
	sum->carried_over += line->carried_over;
	sum->late_excused += line->late_excused;
}

uint32_t dd_tally_late(const struct dd_tally *tally)
{
	return tally->in[DD_BUCKET_DONE_LATE] + tally->in[DD_BUCKET_OPEN_OVERDUE];
}

uint32_t dd_tally_total(const struct dd_tally *tally)
{
	uint32_t total = 0;

	for (int i = 0; i < DD_BUCKET_COUNT; i++)
		total += tally->in[i];
	return total;
}

uint32_t dd_tally_done(const struct dd_tally *tally)
{
	return tally->in[DD_BUCKET_DONE_ON_TIME] + tally->in[DD_BUCKET_DONE_LATE];
}

struct dd_rate dd_rate_of_fallen_due(const struct dd_tally *tally)
{
	return (struct dd_rate){
		.numerator = tally->done_with_term,
		.denominator = tally->done_with_term + tally->in[DD_BUCKET_OPEN_OVERDUE],
	};
}

struct dd_rate dd_rate_of_all(const struct dd_tally *tally)
{
	return (struct dd_rate){
		.numerator = dd_tally_done(tally),
		.denominator = dd_tally_total(tally) - tally->in[DD_BUCKET_CANCELLED],
	};
}

const char *dd_rate_text(struct dd_rate rate, char out[DD_RATE_TEXT])
{
	uint64_t parts;

	assert(rate.numerator <= rate.denominator);
	out[0] = '\0';
	if (rate.denominator == 0)
		return out;
	parts = (uint64_t)rate.numerator * 10000 / rate.denominator;
	if (parts % 100 == 0)
		(void)snprintf(out, DD_RATE_TEXT, "%u%%", (unsigned)(parts / 100));
	else
		(void)snprintf(out, DD_RATE_TEXT, "%u,%02u%%", (unsigned)(parts / 100),
			       (unsigned)(parts % 100));
	return out;
}
