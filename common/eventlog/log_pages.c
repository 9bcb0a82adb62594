/* log_pages.c - see log_pages.h.
 *
 * A page is what one reading of the log gave. At the head the last one grows until it is full. */
#include "common/eventlog/log_pages.h"

#include "common/eventlog/frame_layout.h"
#include <inttypes.h>
#include <string.h>

void log_pages_init(struct log_pages *pages, const struct dd_log_server_options *options)
{
	memset(pages, 0, sizeof(*pages));
	pages->log = options->log;
	pages->look = options->look;
	pages->arg = options->arg;
}

static void empty(struct log_page *page)
{
	dd_buf_fini(&page->frames);
	dd_buf_fini(&page->places);
	dd_buf_fini(&page->leaves);
	dd_buf_fini(&page->chains);
	dd_buf_fini(&page->facts);
	page->first = page->last = page->used = 0;
	page->ended = false;
}

void log_pages_fini(struct log_pages *pages)
{
	for (size_t i = 0; i < LOG_PAGES; i++)
		empty(&pages->pages[i]);
}

/* --- in a page -------------------------------------------------------------------------------- */

static const struct log_page_frame *places_of(const struct log_page *page, size_t *count_out)
{
	*count_out = page->places.len / sizeof(struct log_page_frame);
	return (const struct log_page_frame *)(const void *)page->places.data;
}

const struct log_page_frame *log_page_frame(const struct log_page *page, uint64_t sequence)
{
	size_t low = 0, high;
	const struct log_page_frame *places = places_of(page, &high);

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (places[middle].info.base <= sequence)
			low = middle;
		else
			high = middle;
	}
	return &places[low];
}

const struct dd_log_facts *log_page_facts(const struct log_page *page, uint64_t sequence)
{
	const struct dd_log_facts *facts =
		(const struct dd_log_facts *)(const void *)page->facts.data;

	return &facts[sequence - page->first];
}

const uint8_t *log_page_leaf(const struct log_page *page, uint64_t sequence)
{
	return page->leaves.data + (sequence - page->first) * DD_HASH_LEN;
}

const uint8_t *log_page_chain(const struct log_page *page, uint64_t sequence)
{
	return page->chains.data + (sequence - page->first) * DD_HASH_LEN;
}

const uint8_t *log_page_chain_before(const struct log_page *page, uint64_t sequence)
{
	if (sequence == page->first)
		return log_page_frame(page, sequence)->info.chain_before;
	return log_page_chain(page, sequence - 1);
}

/* --- loading ---------------------------------------------------------------------------------- */

static void add_facts(struct log_pages *pages, struct log_page *page,
		      const struct dd_record *record)
{
	struct dd_log_facts facts = {.everybodys = pages->look == NULL};

	if (pages->look)
		pages->look(pages->arg, record, &facts);
	dd_buf_add(&page->facts, &facts, sizeof(facts));
}

/* The next frame of the page, which stands at `at`: its hashes, and a look at each record. */
static int add_frame(struct log_pages *pages, struct log_page *page, size_t at,
		     const struct dd_frame_info *info, struct dd_error *err)
{
	const struct log_page_frame place = {.info = *info, .at = at};
	uint8_t chain[DD_HASH_LEN], leaf[DD_HASH_LEN];
	struct dd_frame_iter iter;
	struct dd_record record;

	if (page->first == 0)
		page->first = info->base;
	else if (info->base != page->last + 1 ||
		 memcmp(info->chain_before, log_page_chain(page, page->last), DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the frame of sequence %" PRIu64 " does not follow record %" PRIu64,
			       info->base, page->last);
	memcpy(chain, info->chain_before, DD_HASH_LEN);
	dd_frame_iter(&iter, page->frames.data + at, info);
	while (dd_frame_next(&iter, &record)) {
		dd_record_leaf(info->log_id, &record, leaf);
		dd_chain_next(chain, leaf, chain);
		dd_buf_add(&page->leaves, leaf, DD_HASH_LEN);
		dd_buf_add(&page->chains, chain, DD_HASH_LEN);
		add_facts(pages, page, &record);
	}
	if (memcmp(chain, info->chain_after, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the records of the frame of sequence %" PRIu64
			       " do not give its chain",
			       info->base);
	dd_buf_add(&page->places, &place, sizeof(place));
	page->last = info->base + info->count - 1;
	return 0;
}

/* Read what follows the page; a frame of another incarnation is left to another page. */
static int load(struct log_pages *pages, struct log_page *page, uint64_t after,
		struct dd_error *err)
{
	size_t at = page->frames.len;
	struct dd_frame_info info;
	int rc = dd_eventlog_read(pages->log, after, LOG_PAGE_BYTES - at, &page->frames, err);

	while (rc == 0 && at < page->frames.len) {
		if (dd_frame_info(page->frames.data + at, page->frames.len - at, &info) != 0)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "log after record %" PRIu64 ": no frame", after);
		if (page->first != 0 &&
		    log_page_frame(page, page->last)->info.incarnation != info.incarnation) {
			page->ended = true;
			break;
		}
		rc = add_frame(pages, page, at, &info, err);
		at += info.length;
	}
	page->frames.len = at;
	return rc;
}

/* --- which page ------------------------------------------------------------------------------- */

static size_t bytes_of(const struct log_page *page)
{
	return page->frames.cap + page->places.cap + page->leaves.cap + page->chains.cap +
	       page->facts.cap;
}

/* What has not been used for longest goes, but for `page`. */
static void make_room(struct log_pages *pages, const struct log_page *page)
{
	for (;;) {
		struct log_page *oldest = NULL;
		size_t bytes = 0;

		for (size_t i = 0; i < LOG_PAGES; i++) {
			struct log_page *other = &pages->pages[i];

			bytes += bytes_of(other);
			if (other != page && other->first != 0 &&
			    (!oldest || other->used < oldest->used))
				oldest = other;
		}
		if (!oldest || bytes <= LOG_PAGES_BYTES)
			return;
		empty(oldest);
	}
}

static void drop_rewritten(struct log_pages *pages)
{
	const uint64_t rewrites = dd_eventlog_stats(pages->log).rewrites;

	if (rewrites == pages->rewrites)
		return;
	log_pages_fini(pages);
	pages->rewrites = rewrites;
}

/* The page that holds the record behind `after`, or can be made to hold it. */
static struct log_page *choose(struct log_pages *pages, uint64_t after)
{
	struct log_page *grows = NULL, *oldest = &pages->pages[0];

	for (size_t i = 0; i < LOG_PAGES; i++) {
		struct log_page *page = &pages->pages[i];

		if (page->first != 0 && page->first <= after + 1 && after < page->last)
			return page;
		if (page->first != 0 && page->last == after && !page->ended &&
		    page->frames.len < LOG_PAGE_BYTES)
			grows = page;
		if (page->used < oldest->used)
			oldest = page;
	}
	if (grows)
		return grows;
	empty(oldest);
	return oldest;
}

int log_pages_get(struct log_pages *pages, uint64_t after, const struct log_page **page_out,
		  struct dd_error *err)
{
	struct log_page *page = NULL;
	int rc = 0;

	*page_out = NULL;
	if (dd_eventlog_head(pages->log).sequence <= after)
		return 0;
	drop_rewritten(pages);
	while (rc == 0 && (page == NULL || page->last <= after)) {
		page = choose(pages, after);
		if (page->last <= after)
			rc = load(pages, page, after, err);
	}
	if (rc != 0) {
		empty(page);
		return rc;
	}
	page->used = ++pages->uses;
	make_room(pages, page);
	*page_out = page;
	return 0;
}
