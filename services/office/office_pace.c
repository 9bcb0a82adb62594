/* office_pace.c - see office_pace.h. */
#include "services/office/office_pace.h"

#include <string.h>

#define PIECE_FIRST 8192u
#define SECOND_US   INT64_C(1000000)

void office_pace_init(struct office_pace *pace, uint32_t kbps)
{
	memset(pace, 0, sizeof(*pace));
	pace->piece = PIECE_FIRST;
	pace->kbps = kbps;
}

/* The largest whole number whose square is not above `value`. */
static uint64_t root_of(uint64_t value)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1)
		if ((root + bit) * (root + bit) <= value)
			root += bit;
	return root;
}

static uint64_t at_least(uint64_t value)
{
	return value > OFFICE_PIECE_MIN ? value : OFFICE_PIECE_MIN;
}

size_t office_pace_piece(const struct office_pace *pace)
{
	uint64_t most = pace->piece;

	if (pace->between > 0) {
		const uint64_t best = root_of(2 * pace->between * OFFICE_PIECE_ENVELOPE);

		most = best < most ? best : most;
	}
	if (pace->kbps > 0) {
		const uint64_t second = (uint64_t)pace->kbps * 125;

		most = second < most ? second : most;
	}
	return (size_t)at_least(most);
}

void office_pace_sent(struct office_pace *pace, size_t len, int64_t mono_us)
{
	if (pace->kbps == 0)
		return;
	if (pace->free_us < mono_us)
		pace->free_us = mono_us;
	pace->free_us += (int64_t)(len + OFFICE_PIECE_ENVELOPE) * 8000 / pace->kbps;
}

void office_pace_answered(struct office_pace *pace, size_t len, int64_t took_us)
{
	pace->run += len;
	/* It holds better than it did. */
	if (pace->between > 0 && pace->run > 2 * pace->between)
		pace->between = pace->run / 2;
	if (len == 0) {
		if (pace->answer_us == 0 || took_us < pace->answer_us)
			pace->answer_us = took_us;
	} else if (took_us <= pace->answer_us + SECOND_US) {
		/* Only a full piece tells that more would go. */
		if (len >= pace->piece && pace->piece < OFFICE_PIECE_MAX)
			pace->piece = pace->piece > OFFICE_PIECE_MAX / 2 ? OFFICE_PIECE_MAX
									 : 2 * pace->piece;
	} else if (took_us > pace->answer_us + 2 * SECOND_US) {
		pace->piece = (uint32_t)at_least(pace->piece / 2);
	}
}

void office_pace_up(struct office_pace *pace)
{
	pace->run = 0;
}

void office_pace_broken(struct office_pace *pace)
{
	/* Not even one piece got through: no mean helps, only a smaller one. */
	if (pace->run == 0)
		pace->piece = (uint32_t)at_least(office_pace_piece(pace) / 2);
	else
		pace->between =
			pace->between == 0 ? pace->run : (3 * pace->between + pace->run) / 4;
	pace->run = 0;
}
