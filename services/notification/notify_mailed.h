/* notify_mailed.h - what came of one message, by whatever channel. */
#ifndef NOTIFY_MAILED_H
#define NOTIFY_MAILED_H

#include "common/base/clock.h"
#include <stdbool.h>
#include <stdint.h>

#define NOTIFY_REPLY_MAX 200
#define NOTIFY_MAIL_US   (120 * DD_SECOND_US) /* the outcome is known within */

struct notify_mailed {
	bool delivered; /* the mail server or gateway has taken it */
	bool permanent; /* not delivered, and trying again by this channel would not help */
	bool final;     /* not delivered, and not to be tried by any channel */
	bool dropped;   /* not sent: what it says is no longer so */
	bool unsure;    /* not delivered as far as is known, but it may have been taken */
	uint32_t reached, refused; /* addresses */
	char reply[NOTIFY_REPLY_MAX];
};

#endif
