/* task_import_names.c - which unit a text means: exact names, registered aliases and codes only. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define WITHIN_MAX   32    /* steps from a unit up to the top */
#define TEXTS_MAX    20000 /* texts whose unit is kept */
#define PIECES_MAX   64    /* between separators in one cell */
#define NAME_MAX_RAW 512   /* bytes of a cell that may still be one name */

bool import_unit_find(struct import *import, const char *code, struct view_unit *unit_out)
{
	const struct import_entry *entry = import_map_find(&import->unit_rows, code);

	if (entry) {
		*unit_out = import->units[entry->number].unit;
		return true;
	}
	return dd_unit_code_valid(code) &&
	       import_found(import, view_unit(import->source->view, true, code, unit_out));
}

static bool code_of_key(struct import *import, const char *key, char code_out[32])
{
	const struct import_entry *entry = import_map_find(&import->names, key);

	if (entry) {
		memcpy(code_out, entry->text, sizeof(entry->text));
		return true;
	}
	return import_found(import, view_unit_by_name(import->source->view, true, key, code_out));
}

/* The code that the text stands for; "" = none. */
static void look_up(struct import *import, const char *text, char code_out[32])
{
	char *key = dd_text_name_key(text);
	char *code = dd_text_tidy(text);
	struct view_unit unit;

	assert(key && code);
	code_out[0] = '\0';
	if ((!*key || !code_of_key(import, key, code_out)) && *code &&
	    import_unit_find(import, code, &unit))
		memcpy(code_out, unit.code, sizeof(unit.code));
	free(key);
	free(code);
}

/* The same few texts stand in most rows: what was found for one is kept. */
bool import_unit_named(struct import *import, const char *text, struct view_unit *unit_out)
{
	struct import_entry *entry = import_map_find(&import->texts, text);
	char code[32];
	bool is_new;

	if (entry) {
		memcpy(code, entry->text, sizeof(code));
	} else {
		look_up(import, text, code);
		if (import->text_count < TEXTS_MAX) {
			import->text_count++;
			entry = import_map_add(&import->texts, text, &is_new);
			memcpy(entry->text, code, sizeof(code));
		}
	}
	return *code && import_unit_find(import, code, unit_out);
}

bool import_unit_within(struct import *import, const char *inner, const char *outer)
{
	struct view_unit unit;
	char code[32];

	memccpy(code, inner, '\0', sizeof(code));
	for (int step = 0; step < WITHIN_MAX; step++) {
		if (strcmp(code, outer) == 0)
			return true;
		if (!*code || !import_unit_find(import, code, &unit))
			return false;
		memcpy(code, unit.parent, sizeof(code));
	}
	return false;
}

/* --- a cell with several names --------------------------------------------------------------- */

/* The cell cut at every separator; piece i lies in [from[i], to[i]). */
struct pieces {
	const char *text;
	size_t from[PIECES_MAX];
	size_t to[PIECES_MAX];
	size_t count;
};

/* Where the next piece ends, and how long the mark behind it is. `by_and`: "và" separates too. */
static size_t piece_end(const char *text, bool by_and, size_t *mark_out)
{
	static const char and[] = " và ";
	size_t len = strcspn(text, ";,\n\r");
	const char *found = by_and ? strstr(text, and) : NULL;

	*mark_out = 1;
	if (!found || (size_t)(found - text) >= len)
		return len;
	*mark_out = strlen(and);
	return (size_t)(found - text);
}

/* False: more pieces than anybody writes. */
static bool cut_pieces(const char *text, bool by_and, struct pieces *pieces)
{
	size_t at = 0;

	pieces->text = text;
	pieces->count = 0;
	for (;;) {
		size_t mark;
		size_t len = piece_end(text + at, by_and, &mark);

		if (pieces->count == PIECES_MAX)
			return false;
		pieces->from[pieces->count] = at;
		pieces->to[pieces->count++] = at + len;
		at += len;
		if (text[at] == '\0')
			return true;
		at += mark;
	}
}

static char *span(const struct pieces *pieces, size_t first, size_t last)
{
	size_t len = pieces->to[last] - pieces->from[first];
	char *text = dd_alloc(len + 1);

	memcpy(text, pieces->text + pieces->from[first], len);
	return text;
}

/* The longest run of pieces from `first` on that is one known name; 0 = none. Names themselves
 * have commas, so the longest goes first. */
static size_t longest_name(struct import *import, const struct pieces *pieces, size_t first,
			   struct view_unit *unit_out)
{
	for (size_t last = pieces->count; last-- > first;) {
		char *text;
		bool known;

		if (pieces->to[last] - pieces->from[first] > NAME_MAX_RAW)
			continue;
		text = span(pieces, first, last);
		known = import_unit_named(import, text, unit_out);
		free(text);
		if (known)
			return last - first + 1;
	}
	return 0;
}

static void add_code(char **codes, size_t *count, const char *code)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(codes[i], code) == 0)
			return;
	codes[(*count)++] = dd_strdup(code);
}

static bool blank(const struct pieces *pieces, size_t at)
{
	size_t len = strspn(pieces->text + pieces->from[at], " \t");

	return pieces->from[at] + len >= pieces->to[at];
}

/* The pieces [first, next) are nobody's name. */
static void tell_unknown(struct import *import, struct import_place place,
			 const struct pieces *pieces, size_t first, size_t next)
{
	char *raw;
	char *text;

	while (first < next && blank(pieces, first))
		first++;
	while (first < next && blank(pieces, next - 1))
		next--;
	if (first == next)
		return;
	raw = span(pieces, first, next - 1);
	text = dd_text_tidy(raw);
	assert(text);
	import_told(import, place, text, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_COORDINATING);
	free(raw);
	free(text);
}

void import_unit_list(struct import *import, struct import_place place, char ***codes_out,
		      size_t *count_out)
{
	struct pieces pieces;
	struct view_unit unit;
	size_t unknown = 0; /* where the pieces begin that have no name yet */
	size_t at = 0;

	*codes_out = NULL;
	*count_out = 0;
	if (!cut_pieces(import_cell(place.table, place.row, place.column), false, &pieces)) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
		return;
	}
	*codes_out = dd_alloc(pieces.count * sizeof(**codes_out));
	while (at < pieces.count) {
		size_t taken = longest_name(import, &pieces, at, &unit);

		if (taken == 0) {
			at++;
			continue;
		}
		tell_unknown(import, place, &pieces, unknown, at);
		add_code(*codes_out, count_out, unit.code);
		at += taken;
		unknown = at;
	}
	tell_unknown(import, place, &pieces, unknown, at);
}

bool import_lead_list(struct import *import, struct import_place place, char ***codes_out,
		      size_t *count_out)
{
	struct pieces pieces;
	struct view_unit unit;
	size_t at = 0;

	*codes_out = NULL;
	*count_out = 0;
	if (!cut_pieces(import_cell(place.table, place.row, place.column), true, &pieces))
		return false;
	*codes_out = dd_alloc(pieces.count * sizeof(**codes_out));
	while (at < pieces.count) {
		size_t taken = longest_name(import, &pieces, at, &unit);

		if (taken)
			add_code(*codes_out, count_out, unit.code);
		else if (!blank(&pieces, at))
			break;
		at += taken ? taken : 1;
	}
	if (at == pieces.count && *count_out > 1)
		return true;
	for (size_t i = 0; i < *count_out; i++)
		free((*codes_out)[i]);
	free(*codes_out);
	return false;
}
