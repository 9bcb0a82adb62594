/* mailsink.h - an SMTP server that keeps every mail as a file and sends none. Loopback only. */
#ifndef MAILSINK_H
#define MAILSINK_H

#include "common/base/err.h"
#include "common/net/loop.h"

struct mailsink;

/* Listen on "127.0.0.1:2525" (port 0: any) and keep mails in `dir` as 1.eml, 2.eml ...; what is
 * there already is not overwritten. Anything but a loopback address is DD_ERR_REFUSED. */
int mailsink_open(uv_loop_t *loop, const char *listen, const char *dir, struct mailsink **sink_out,
		  struct dd_error *err) DD_MUST_CHECK;
/* Ends all connections; memory goes with the loop's close callbacks. NULL is fine. */
void mailsink_close(struct mailsink *sink);

/* The port really bound. */
int mailsink_port(const struct mailsink *sink);

#endif
