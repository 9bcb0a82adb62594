/* notify_channel.c - see notify_channel.h. */
#include "services/notification/notify_channel.h"

#include "common/base/clock.h"
#include <string.h>

#define PAUSE_FIRST_US (60 * DD_SECOND_US)
#define PAUSE_MOST_US  (3600 * DD_SECOND_US)
#define DOUBLINGS_MOST 16u
#define SPREAD_PARTS   1024 /* of the pause; up to 255 of them are added */
#define DRAW_BYTES     32

static const char *const names[NOTIFY_CHANNELS] = {"", "email", "sms", "zalo"};

const char *notify_channel_name(enum notify_channel channel)
{
	return channel < NOTIFY_CHANNELS ? names[channel] : "";
}

enum notify_channel notify_channel_parse(const char *name, size_t len)
{
	for (int i = NOTIFY_EMAIL; i < NOTIFY_CHANNELS; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return (enum notify_channel)i;
	return NOTIFY_NONE;
}

void notify_ways_add(struct notify_ways *ways, enum notify_channel channel)
{
	for (size_t i = 0; i < ways->count; i++)
		if (ways->channel[i] == channel)
			return;
	if (channel != NOTIFY_NONE && ways->count < NOTIFY_CHANNELS)
		ways->channel[ways->count++] = (uint8_t)channel;
}

static bool is_spent(const struct notify_tried *tried, uint8_t channel)
{
	return (tried->spent >> channel & 1u) != 0;
}

enum notify_channel notify_channel_next(const struct notify_ways *ways,
					const struct notify_tried *tried)
{
	enum notify_channel next = NOTIFY_NONE;

	for (size_t i = 0; i < ways->count; i++) {
		if (is_spent(tried, ways->channel[i]))
			continue;
		if (ways->channel[i] == tried->channel)
			return (enum notify_channel)ways->channel[i];
		if (next == NOTIFY_NONE)
			next = (enum notify_channel)ways->channel[i];
	}
	return next;
}

bool notify_channel_over(const struct notify_ways *ways, const struct notify_tried *tried,
			 bool permanent)
{
	struct notify_tried after = *tried;

	if (permanent)
		return true;
	after.spent |= 1u << tried->channel;
	return tried->tries >= NOTIFY_CHANNEL_TRIES &&
	       notify_channel_next(ways, &after) != NOTIFY_NONE;
}

int64_t notify_pause_after(uint32_t failures, int64_t first_us, int64_t most_us,
			   const uint8_t draw[DRAW_BYTES])
{
	const uint32_t doublings = failures > 0 ? failures - 1 : 0;
	int64_t pause = most_us;

	if (doublings < DOUBLINGS_MOST && first_us << doublings < most_us)
		pause = first_us << doublings;
	return pause + pause * draw[failures % DRAW_BYTES] / SPREAD_PARTS;
}

int64_t notify_channel_pause(uint32_t attempts, const uint8_t digest[DRAW_BYTES])
{
	return notify_pause_after(attempts, PAUSE_FIRST_US, PAUSE_MOST_US, digest);
}
