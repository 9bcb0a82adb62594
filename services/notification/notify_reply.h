/* notify_reply.h - what a mail server said in one conversation, line by line, and what follows. */
#ifndef NOTIFY_REPLY_H
#define NOTIFY_REPLY_H

#include "services/notification/notify_mailed.h"
#include <stdbool.h>
#include <stddef.h>

struct notify_reply {
	bool greeted;         /* before that it is us whom it refuses, not the mail */
	bool data;            /* the mail itself was asked for, and nothing was said since */
	int refused_first;    /* answers 5xx before a greeting */
	int refused_for_good; /* answers 5xx */
	int refused_for_now;  /* answers 4xx */
	char refusal[512];    /* the last of them */
	char last[512];       /* the last line of any kind but the farewell */
};

/* One line of the server's. */
void notify_reply_line(struct notify_reply *reply, const char *line, size_t len);

/* How the conversation ended. */
struct notify_reply_end {
	bool sent;       /* the mail was taken */
	bool about_mail; /* it ended at the mail itself, not at the connection, the encryption or
			  * the log-in */
	bool went_on;    /* on the connection of an earlier mail, where nobody is greeted again */
	size_t to_count; /* addresses told */
	const char *why; /* the library's words */
};
void notify_reply_end(const struct notify_reply *reply, const struct notify_reply_end *end,
		      struct notify_mailed *mailed_out);

#endif
