/* access_table.c - see access_table.h. */
#include "common/net/access_table.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/net/key_file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX         ".office"
#define ADMISSIONS_MAX 65536

static void add(struct dd_access_table *table, const struct dd_admission *admission)
{
	if (table->count == table->room) {
		table->room = table->room ? 2 * table->room : 64;
		table->items = dd_realloc(table->items, table->room * sizeof(*table->items));
	}
	table->items[table->count] = *admission;
	dd_curve_id(admission->key, table->items[table->count].id);
	table->count++;
}

static bool unit_valid(const char *unit)
{
	return strspn(unit, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") ==
		       strlen(unit) &&
	       unit[0] != '.' && unit[0] != '-' && unit[0] != '_';
}

static int read_admission(const char *path, struct dd_admission *out, struct dd_error *err)
{
	struct dd_buf file = {0};
	int rc = dd_file_read(path, DD_KEY_FILE_MAX, &file, err);

	if (rc != 0)
		goto out;
	if (dd_key_file_value(&file, "unit", out->unit, sizeof(out->unit)) != 0 ||
	    !unit_valid(out->unit))
		rc = dd_fail(err, DD_ERR_INVALID, "%s: needs one line \"unit <CODE>\"", path);
	else if (dd_key_file_value(&file, "public", out->key, sizeof(out->key)) != 0 ||
		 !dd_key_text_valid(out->key))
		rc = dd_fail(err, DD_ERR_INVALID, "%s: needs one line \"public <40 characters>\"",
			     path);
out:
	dd_buf_fini(&file);
	return rc;
}

struct reading {
	const char *dir;
	struct dd_access_table *table;
};

static void on_name(void *arg, const char *name)
{
	struct reading *reading = arg;
	struct dd_admission admission;
	struct dd_error err;
	size_t len = strlen(name);
	char *path;

	if (len <= strlen(SUFFIX) || strcmp(name + len - strlen(SUFFIX), SUFFIX) != 0)
		return;
	if (reading->table->count == ADMISSIONS_MAX) {
		dd_log(DD_LOG_ERROR, "access.too_many", dd_f_int("most", ADMISSIONS_MAX));
		return;
	}
	memset(&admission, 0, sizeof(admission));
	admission.cls = DD_PRINCIPAL_OFFICE;
	path = dd_path(reading->dir, name);
	if (read_admission(path, &admission, &err) == 0)
		add(reading->table, &admission);
	else
		dd_log(DD_LOG_ERROR, "access.file_refused", dd_f_text("why", err.text));
	free(path);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct dd_admission *)a)->key, ((const struct dd_admission *)b)->key);
}

static void add_copy(struct dd_access_table *table, const struct dd_admission *from)
{
	struct dd_admission fresh;

	memset(&fresh, 0,
	       sizeof(fresh)); /* behind the texts too: tables are compared byte by byte */
	memcpy(fresh.key, from->key, strlen(from->key));
	memcpy(fresh.unit, from->unit, strlen(from->unit));
	fresh.cls = from->cls;
	add(table, &fresh);
}

/* One entry for each key; none where they disagree, as nobody can tell which one is meant. What
 * somebody is told not to be, he is not. */
static void settle(struct dd_access_table *table)
{
	size_t kept = 0;
	size_t i = 0;

	if (table->count > 1)
		qsort(table->items, table->count, sizeof(*table->items), by_key);
	while (i < table->count) {
		struct dd_admission first = table->items[i];
		bool revoked = first.cls == DD_PRINCIPAL_NONE;
		bool disputed = false;

		for (i++; i < table->count && by_key(&first, &table->items[i]) == 0; i++) {
			revoked |= table->items[i].cls == DD_PRINCIPAL_NONE;
			disputed |= strcmp(first.unit, table->items[i].unit) != 0 ||
				    first.cls != table->items[i].cls;
		}
		if (revoked)
			continue;
		if (disputed)
			dd_log(DD_LOG_ERROR, "access.key_disputed", dd_f_text("key", first.key),
			       dd_f_text("unit", first.unit));
		else
			table->items[kept++] = first;
	}
	table->count = kept;
}

int dd_access_table_read(const char *dir, struct dd_access_table *table_out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct reading reading = {.dir = dir, .table = table_out};

	memset(table_out, 0, sizeof(*table_out));
	if (sys->list(sys->ctx, dir, on_name, &reading) != 0) {
		int why = errno;

		dd_access_table_fini(table_out);
		return dd_fail_errno(err, DD_ERR_IO, why, "folder of admitted offices %s", dir);
	}
	settle(table_out);
	return 0;
}

void dd_access_table_merge(const struct dd_access_table *files, const struct dd_admission *told,
			   size_t count, struct dd_access_table *table_out)
{
	memset(table_out, 0, sizeof(*table_out));
	for (size_t i = 0; i < files->count; i++)
		add_copy(table_out, &files->items[i]);
	for (size_t i = 0; i < count; i++)
		add_copy(table_out, &told[i]);
	settle(table_out);
}

void dd_access_table_seen(const struct dd_access_table *files, const struct dd_access_table *seen,
			  struct dd_access_table *table_out)
{
	memset(table_out, 0, sizeof(*table_out));
	for (size_t i = 0; i < files->count; i++) {
		if (dd_access_table_find(seen, files->items[i].key) != NULL)
			add_copy(table_out, &files->items[i]);
	}
}

void dd_access_table_fini(struct dd_access_table *table)
{
	free(table->items);
	memset(table, 0, sizeof(*table));
}

const struct dd_admission *dd_access_table_find(const struct dd_access_table *table,
						const char *key)
{
	struct dd_admission wanted = {.unit = ""};

	if (table->count == 0 || strlen(key) >= sizeof(wanted.key))
		return NULL;
	memcpy(wanted.key, key, strlen(key) + 1);
	return bsearch(&wanted, table->items, table->count, sizeof(*table->items), by_key);
}

bool dd_access_table_same(const struct dd_access_table *a, const struct dd_access_table *b)
{
	return a->count == b->count &&
	       (a->count == 0 || memcmp(a->items, b->items, a->count * sizeof(*a->items)) == 0);
}
