/* notify_reply.h - what a mail server said in one conversation, line by line, and what follows. */
#ifndef NOTIFY_REPLY_H
#define NOTIFY_REPLY_H

#include "services/notification/notify_engine.h"
#include <stdbool.h>
#include <stddef.h>

struct notify_reply {
	bool greeted;         /* before that it is us whom it refuses, not the mail */
	int refused_for_good; /* answers 5xx */
	int refused_for_now;  /* answers 4xx */
	char refusal[512];    /* the last of them */
	char last[512];       /* the last line of any kind but the farewell */
};

/* One line of the server's. */
void notify_reply_line(struct notify_reply *reply, const char *line, size_t len);

/* The conversation is over. `sent`: the mail was taken. `about_mail`: it ended at the mail itself,
 * not at the connection, the encryption or the log-in; `why`: the library's words. */
void notify_reply_end(const struct notify_reply *reply, bool sent, bool about_mail, const char *why,
		      struct notify_mailed *mailed_out);

#endif
