/* replay.c - a folder as a set of files (nodes) and names, each with what is durable and what is
 * pending. */
#include "tests/system/replay.h"

#include "common/base/alloc.h"
#include "tests/support/tmpdir.h"
#include "tests/system/rec.h"
#include "tests/system/station.h"
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE       4096u
#define SECTOR     512u
#define FILES_MAX  4096u
#define NAME_LIMIT 128u

struct record {
	struct rec_head head;
	const char *name;    /* into the recording, no NUL */
	const uint8_t *data; /* into the recording */
};

struct node {
	uint64_t inode;
	uint8_t *data; /* owned: what is durable */
	size_t size;
	const struct record **pending; /* owned: writes and truncations since the last flush */
	size_t pending_count, pending_cap;
};

struct name {
	char text[NAME_LIMIT];
	struct node *node;
};

/* Where names lead; order is of no meaning. */
struct names {
	struct name items[64];
	size_t count;
};

/* A change of names that is not durable yet. */
struct change {
	enum rec_kind kind;
	char name[NAME_LIMIT], to[NAME_LIMIT];
	struct node *node; /* created */
};

struct replay {
	char **files; /* owned: the recordings */
	size_t file_count;
	struct record *records; /* owned */
	size_t count, cap;
	size_t at;                     /* records taken so far */
	bool lying;                    /* flushes of files do nothing */
	struct node *nodes[FILES_MAX]; /* owned */
	size_t node_count;
	struct names durable;
	struct change changes[256];
	size_t change_count;
};

/* --- reading ---------------------------------------------------------------------------------- */

static void read_records(struct replay *replay, const char *data, size_t len)
{
	size_t at = 0;

	while (at + sizeof(struct rec_head) <= len) {
		struct record record;
		size_t rest;

		memcpy(&record.head, data + at, sizeof(record.head));
		rest = len - at - sizeof(record.head);
		if (record.head.name_len >= NAME_LIMIT || record.head.data_len > (64u << 20))
			system_die("a recording makes no sense at byte %zu", at);
		if (record.head.name_len + record.head.data_len > rest)
			return; /* cut off by a kill */
		record.name = data + at + sizeof(record.head);
		record.data = (const uint8_t *)record.name + record.head.name_len;
		if (replay->count == replay->cap) {
			replay->cap = replay->cap == 0 ? 4096 : replay->cap * 2;
			replay->records =
				dd_realloc(replay->records, replay->cap * sizeof(*replay->records));
		}
		replay->records[replay->count++] = record;
		at += sizeof(record.head) + record.head.name_len + record.head.data_len;
	}
}

struct replay *replay_open(const char *const *paths, size_t count)
{
	struct replay *replay = dd_alloc(sizeof(*replay));

	replay->files = dd_alloc(count * sizeof(*replay->files));
	replay->file_count = count;
	for (size_t i = 0; i < count; i++) {
		unsigned long len = 0;

		replay->files[i] = test_read_file(paths[i], &len);
		if (replay->files[i] == NULL)
			system_die("there is no recording %s", paths[i]);
		read_records(replay, replay->files[i], len);
	}
	return replay;
}

void replay_close(struct replay *replay)
{
	for (size_t i = 0; i < replay->file_count; i++)
		free(replay->files[i]);
	for (size_t i = 0; i < replay->node_count; i++) {
		free(replay->nodes[i]->data);
		free(replay->nodes[i]->pending);
		free(replay->nodes[i]);
	}
	free(replay->files);
	free(replay->records);
	free(replay);
}

void replay_ignore_flushes(struct replay *replay)
{
	replay->lying = true;
}

size_t replay_count(const struct replay *replay)
{
	return replay->count;
}

int64_t replay_time(const struct replay *replay, size_t record)
{
	return replay->records[record].head.us;
}

size_t replay_at_time(const struct replay *replay, int64_t us)
{
	size_t i = 0;

	while (i < replay->count && replay->records[i].head.us <= us)
		i++;
	return i;
}

/* --- data ------------------------------------------------------------------------------------- */

struct content {
	uint8_t *data;
	size_t size;
};

static void resize(struct content *content, size_t size)
{
	content->data = dd_realloc(content->data, size > 0 ? size : 1);
	if (size > content->size)
		memset(content->data + content->size, 0, size - content->size);
	content->size = size;
}

static void put(struct content *content, const struct record *record, size_t from, size_t len)
{
	size_t at = (size_t)record->head.offset + from;

	if (at + len > content->size)
		resize(content, at + len);
	if (record->head.kind == REC_ZERO)
		memset(content->data + at, 0, len);
	else
		memcpy(content->data + at, record->data + from, len);
}

static void apply_whole(struct content *content, const struct record *record)
{
	if (record->head.kind == REC_TRUNCATE)
		resize(content, (size_t)record->head.offset);
	else
		put(content, record, 0, (size_t)record->head.length);
}

/* Pages end where the file's pages end, not the write's. */
static void apply_some(struct content *content, const struct record *record, uint64_t *random)
{
	size_t at = 0, len = (size_t)record->head.length;

	while (at < len) {
		size_t page = PAGE - (size_t)(record->head.offset + at) % PAGE;
		size_t part = len - at < page ? len - at : page;
		uint64_t fate = system_draw(random) % 100;

		if (fate < 45)
			put(content, record, at, part);
		else if (fate < 55 && part > SECTOR)
			put(content, record, at,
			    SECTOR * (1 + system_draw(random) % (part / SECTOR)));
		at += part;
	}
}

static struct content crash_content(const struct node *node, int mood, uint64_t *random)
{
	struct content content = {NULL, 0};

	resize(&content, node->size);
	if (node->size > 0)
		memcpy(content.data, node->data, node->size);
	for (size_t i = 0; i < node->pending_count; i++) {
		const struct record *record = node->pending[i];

		bool whole = record->head.kind == REC_TRUNCATE && system_draw(random) % 2 == 0;

		if (mood == 0) /* nothing got there */
			break;
		if (mood == 1 || whole) /* everything got there */
			apply_whole(&content, record);
		else if (record->head.kind != REC_TRUNCATE)
			apply_some(&content, record, random);
	}
	return content;
}

static void flush_node(struct node *node)
{
	struct content content = {node->data, node->size};

	for (size_t i = 0; i < node->pending_count; i++)
		apply_whole(&content, node->pending[i]);
	node->data = content.data;
	node->size = content.size;
	node->pending_count = 0;
}

/* --- names ------------------------------------------------------------------------------------ */

static struct name *find_name(struct names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i].text, text) == 0)
			return &names->items[i];
	}
	return NULL;
}

static void set_name(struct names *names, const char *text, struct node *node)
{
	struct name *name = find_name(names, text);

	if (name == NULL) {
		if (names->count == 64)
			system_die("too many files in the folder");
		name = &names->items[names->count++];
		snprintf(name->text, sizeof(name->text), "%s", text);
	}
	name->node = node;
}

static void drop_name(struct names *names, const char *text)
{
	struct name *name = find_name(names, text);

	if (name != NULL)
		*name = names->items[--names->count];
}

static void apply_change(struct names *names, const struct change *change)
{
	if (change->kind == REC_CREATE) {
		set_name(names, change->name, change->node);
	} else if (change->kind == REC_UNLINK) {
		drop_name(names, change->name);
	} else {
		drop_name(names, change->name);
		set_name(names, change->to, change->node);
	}
}

static struct names crash_names(const struct replay *replay, int mood, uint64_t *random)
{
	struct names names = replay->durable;
	bool any = system_draw(random) % 2 == 0;
	size_t upto = system_draw(random) % (replay->change_count + 1);

	for (size_t i = 0; i < replay->change_count; i++) {
		bool kept = any ? system_draw(random) % 2 == 0 : i < upto;

		if (mood == 1 || (mood != 0 && kept))
			apply_change(&names, &replay->changes[i]);
	}
	return names;
}

/* --- taking records --------------------------------------------------------------------------- */

static struct node *new_node(struct replay *replay, uint64_t inode)
{
	struct node *node = dd_alloc(sizeof(*node));

	if (replay->node_count == FILES_MAX)
		system_die("too many files were made");
	node->inode = inode;
	replay->nodes[replay->node_count++] = node;
	return node;
}

/* The newest: numbers of inodes are used again. */
static struct node *find_node(struct replay *replay, uint64_t inode)
{
	for (size_t i = replay->node_count; i > 0; i--) {
		if (replay->nodes[i - 1]->inode == inode)
			return replay->nodes[i - 1];
	}
	system_die("a recording writes to a file that it has not seen made");
}

static void copy_text(char out[NAME_LIMIT], const char *text, size_t len)
{
	snprintf(out, NAME_LIMIT, "%.*s", (int)len, text);
}

static void take_change(struct replay *replay, const struct record *record)
{
	struct change *change = &replay->changes[replay->change_count++];
	struct names now = replay->durable;

	if (replay->change_count == 256)
		system_die("the folder is never flushed");
	memset(change, 0, sizeof(*change));
	change->kind = (enum rec_kind)record->head.kind;
	copy_text(change->name, record->name, record->head.name_len);
	copy_text(change->to, (const char *)record->data, (size_t)record->head.data_len);
	if (change->kind == REC_CREATE)
		change->node = new_node(replay, record->head.inode);
	if (change->kind != REC_RENAME)
		return;
	for (size_t i = 0; i + 1 < replay->change_count; i++)
		apply_change(&now, &replay->changes[i]);
	if (find_name(&now, change->name) == NULL)
		system_die("a recording renames %s, which is not there", change->name);
	change->node = find_name(&now, change->name)->node;
}

static void take_pending(struct replay *replay, const struct record *record)
{
	struct node *node = find_node(replay, record->head.inode);

	if (node->pending_count == node->pending_cap) {
		node->pending_cap = node->pending_cap == 0 ? 64 : node->pending_cap * 2;
		node->pending = dd_realloc(node->pending, node->pending_cap * sizeof(const void *));
	}
	node->pending[node->pending_count++] = record;
}

/* The bytes of the last write; what was written before may still be on its way. */
static void settle_last(struct node *node, const struct record *record)
{
	struct content content = {node->data, node->size};
	const struct record *last =
		node->pending_count > 0 ? node->pending[node->pending_count - 1] : NULL;

	if (last == NULL || last->head.offset != record->head.offset ||
	    last->head.length != record->head.length)
		return; /* threads: a flush of all has come between */
	apply_whole(&content, last);
	node->data = content.data;
	node->size = content.size;
	node->pending_count--;
}

static void take_record(struct replay *replay, const struct record *record)
{
	switch ((enum rec_kind)record->head.kind) {
	case REC_CREATE:
	case REC_RENAME:
	case REC_UNLINK:
		take_change(replay, record);
		return;
	case REC_WRITE:
	case REC_ZERO:
	case REC_TRUNCATE:
		take_pending(replay, record);
		return;
	case REC_FLUSH:
		if (!replay->lying)
			flush_node(find_node(replay, record->head.inode));
		return;
	case REC_DURABLE:
		if (!replay->lying)
			settle_last(find_node(replay, record->head.inode), record);
		return;
	case REC_FLUSH_DIR:
		for (size_t i = 0; i < replay->change_count; i++)
			apply_change(&replay->durable, &replay->changes[i]);
		replay->change_count = 0;
		return;
	}
	system_die("a recording has a record of kind %d", record->head.kind);
}

/* --- the image -------------------------------------------------------------------------------- */

static bool is_zero_page(const uint8_t *data, size_t len)
{
	return data[0] == 0 && memcmp(data, data + 1, len - 1) == 0;
}

/* Holes where there is nothing: most of a segment is zeros. */
static void write_image(const char *dir, const char *name, const struct content *content)
{
	char path[1024];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)content->size) != 0)
		system_die("cannot write %s", path);
	for (size_t at = 0; at < content->size; at += PAGE) {
		size_t len = content->size - at < PAGE ? content->size - at : PAGE;

		if (!is_zero_page(content->data + at, len) &&
		    pwrite(fd, content->data + at, len, (off_t)at) != (ssize_t)len)
			system_die("cannot write %s", path);
	}
	close(fd);
}

void replay_crash(struct replay *replay, size_t upto, uint64_t *random, const char *dir)
{
	int mood = (int)(system_draw(random) % 8);
	struct names names;

	for (; replay->at < upto; replay->at++)
		take_record(replay, &replay->records[replay->at]);
	names = crash_names(replay, mood, random);
	for (size_t i = 0; i < names.count; i++) {
		struct content content = crash_content(names.items[i].node, mood, random);

		write_image(dir, names.items[i].text, &content);
		free(content.data);
	}
}

size_t replay_unsettled(const struct replay *replay)
{
	size_t count = replay->change_count;

	for (size_t i = 0; i < replay->node_count; i++)
		count += replay->nodes[i]->pending_count;
	return count;
}
