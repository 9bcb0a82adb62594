/* log_pages.h - the log as offices read it: what many of them want is loaded, checked, hashed and
 * looked at once, and kept while it is new. Inside eventlog only; one thread. */
#ifndef DD_EVENTLOG_LOG_PAGES_H
#define DD_EVENTLOG_LOG_PAGES_H

#include "common/eventlog/eventlog.h"
#include "common/eventlog/frame.h"
#include "common/eventlog/log_server.h"

#define LOG_PAGE_BYTES  ((size_t)256 << 10) /* of frames; one that is larger has its own page */
#define LOG_PAGES       64
#define LOG_PAGES_BYTES ((size_t)16 << 20) /* of all; the one that is used may be more */

struct log_page_frame {
	struct dd_frame_info info;
	size_t at; /* in `frames` */
};

/* Frames of one incarnation that follow one another. */
struct log_page {
	uint64_t first, last; /* records; 0 = empty */
	uint64_t used;        /* the larger the later */
	bool ended;           /* the next frame is of another incarnation */
	struct dd_buf frames;
	struct dd_buf places; /* struct log_page_frame for each frame */
	struct dd_buf leaves; /* 32 bytes for each record */
	struct dd_buf chains; /* 32 bytes for each record: the hash after it */
	struct dd_buf facts;  /* struct dd_log_facts for each record */
};

/* What two persons agreed to destroy is rewritten in the log: nothing that was loaded before that
 * is handed out after it. */
struct log_pages {
	struct dd_eventlog *log; /* borrowed */
	dd_log_look *look;       /* NULL = every record may be for everybody */
	void *arg;
	uint64_t uses;
	uint64_t rewrites; /* of the log, when all of this was loaded */
	struct log_page pages[LOG_PAGES];
};

void log_pages_init(struct log_pages *pages, const struct dd_log_server_options *options);
void log_pages_fini(struct log_pages *pages);

/* The page that holds the record behind `after`, borrowed until the next call; NULL at the head. */
int log_pages_get(struct log_pages *pages, uint64_t after, const struct log_page **page_out,
		  struct dd_error *err) DD_MUST_CHECK;

/* All of these: `sequence` is in the page. */
const struct log_page_frame *log_page_frame(const struct log_page *page, uint64_t sequence);
const struct dd_log_facts *log_page_facts(const struct log_page *page, uint64_t sequence);
const uint8_t *log_page_leaf(const struct log_page *page, uint64_t sequence);
const uint8_t *log_page_chain(const struct log_page *page, uint64_t sequence); /* after it */
const uint8_t *log_page_chain_before(const struct log_page *page, uint64_t sequence);

#endif
