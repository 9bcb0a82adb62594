/* notify_channel.h - the ways by which a message reaches its reader, and which one comes next. */
#ifndef NOTIFY_CHANNEL_H
#define NOTIFY_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of dondoc.v1.Channel; they are in the log for ever. */
enum notify_channel { NOTIFY_NONE = 0, NOTIFY_EMAIL, NOTIFY_SMS, NOTIFY_ZALO, NOTIFY_CHANNELS };

/* "email", "sms", "zalo". */
const char *notify_channel_name(enum notify_channel channel);
enum notify_channel notify_channel_parse(const char *name, size_t len); /* NOTIFY_NONE: no such */

/* The ways to one recipient, the first to be tried first. */
struct notify_ways {
	uint8_t channel[NOTIFY_CHANNELS];
	size_t count;
};
void notify_ways_add(struct notify_ways *ways, enum notify_channel channel); /* once each */

/* Hand-overs by one channel that fail before the next channel is tried, where there is one. */
#define NOTIFY_CHANNEL_TRIES 4u

/* What is known of a digest's attempts so far. */
struct notify_tried {
	uint8_t channel; /* of the last hand-over; NOTIFY_NONE = none yet, or of old times */
	uint32_t tries;  /* hand-overs by it */
	uint32_t spent;  /* bit 1 << channel: it is not to be tried again */
};

/* The channel for the next attempt; NOTIFY_NONE: no way is left. */
enum notify_channel notify_channel_next(const struct notify_ways *ways,
					const struct notify_tried *tried);
/* Whether this attempt by `channel`, which failed, is its last: a refusal for good, or one try more
 * than it has while another way is left. */
bool notify_channel_over(const struct notify_ways *ways, const struct notify_tried *tried,
			 bool permanent);

/* The pause after so many failures, in microseconds: doubling from `first_us` to `most_us`, a
 * quarter longer at most by a share drawn from 32 bytes, so that what failed together does not come
 * again together. */
int64_t notify_pause_after(uint32_t failures, int64_t first_us, int64_t most_us,
			   const uint8_t draw[32]);
/* The pause after so many hand-overs, from a minute to an hour. */
int64_t notify_channel_pause(uint32_t attempts, const uint8_t digest[32]);

#endif
