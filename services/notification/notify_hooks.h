/* notify_hooks.h - all the systems that are told what happens, and what a person sees of them. */
#ifndef NOTIFY_HOOKS_H
#define NOTIFY_HOOKS_H

#include "common/base/buf.h"
#include "common/eventlog/eventlog.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/notification/notify_config.h"
#include "services/notification/notify_curl.h"

struct notify_hooks;

/* Reads the settings of all hooks; nothing is told yet. `config` and `curl` are borrowed. */
int notify_hooks_open(const struct notify_config *config, struct notify_curl *curl,
		      struct notify_hooks **hooks_out, struct dd_error *err) DD_MUST_CHECK;
/* The same look at the files, for --check. */
int notify_hooks_check(const char *dir, struct dd_error *err) DD_MUST_CHECK;
/* Before notify_curl_close(). NULL is fine. */
void notify_hooks_close(struct notify_hooks *hooks);

/* The log is known up to `head`, where hooks begin that are new. Once. */
int notify_hooks_start(struct notify_hooks *hooks, struct dd_loop *loop,
		       const struct dd_position *head, struct dd_error *err) DD_MUST_CHECK;
void notify_hooks_tick(struct notify_hooks *hooks); /* once a second */

/* Append an answer of hooks; `head` is the last record known. */
int notify_hooks_list(const struct notify_hooks *hooks, uint64_t head, struct dd_buf *answer_out,
		      struct dd_error *err) DD_MUST_CHECK;
/* DD_ERR_NOT_FOUND, DD_ERR_INVALID with words for who asked. */
int notify_hooks_control(struct notify_hooks *hooks, const Dondoc__V1__ControlHook *ask,
			 uint64_t head, struct dd_error *err) DD_MUST_CHECK;

/* Words about hooks that a person should look at; false: all is well. */
bool notify_hooks_trouble(const struct notify_hooks *hooks, char *out, size_t size);

#endif
