/* notify_templates.c - see notify_templates.h. */
#include "services/notification/notify_templates.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LANGUAGES    2
#define REQUIRED_MAX 8

struct notify_templates {
	struct notify_template *all[NOTIFY_TEMPLATE_KINDS][LANGUAGES]; /* owned */
	size_t own;
};

/* --- names -------------------------------------------------------------------------------------
 */

static const struct notify_name in_row[] = {
	[NOTIFY_IN_NUMBER] = {"number", NULL},   [NOTIFY_IN_CODE] = {"code", NULL},
	[NOTIFY_IN_OF_PLAN] = {"of_plan", NULL}, [NOTIFY_IN_CONTENT] = {"content", NULL},
	[NOTIFY_IN_LEAD] = {"lead", NULL},       [NOTIFY_IN_REASON] = {"reason", NULL},
	[NOTIFY_IN_DUE] = {"due", NULL},         [NOTIFY_IN_DUE_WORDS] = {"due_words", NULL},
	[NOTIFY_IN_STATE] = {"state", NULL},     [NOTIFY_IN_ROW_COUNT] = {NULL, NULL},
};

#define KIND(section) [NOTIFY_IN_SECTION_KIND + (section)]
static const struct notify_name in_section[] = {
	[NOTIFY_IN_TITLE] = {"title", NULL},
	[NOTIFY_IN_SIZE] = {"size", NULL},
	[NOTIFY_IN_URGENT] = {"urgent", NULL},
	[NOTIFY_IN_ROWS] = {"rows", in_row},
	KIND(NOTIFY_SUPERIOR) = {"of_superior", NULL},
	KIND(NOTIFY_OVERDUE_SILENT) = {"of_overdue_silent", NULL},
	KIND(NOTIFY_OVERDUE) = {"of_overdue", NULL},
	KIND(NOTIFY_TODAY) = {"of_today", NULL},
	KIND(NOTIFY_PROMISE) = {"of_promise", NULL},
	KIND(NOTIFY_RETURNED) = {"of_returned", NULL},
	KIND(NOTIFY_ASKED) = {"of_asked", NULL},
	KIND(NOTIFY_WAITING) = {"of_waiting", NULL},
	KIND(NOTIFY_SOON) = {"of_soon", NULL},
	KIND(NOTIFY_REPORT) = {"of_report", NULL},
	KIND(NOTIFY_NOT_RECEIVED) = {"of_not_received", NULL},
	KIND(NOTIFY_NOT_BEGUN) = {"of_not_begun", NULL},
	KIND(NOTIFY_BEHIND) = {"of_behind", NULL},
	KIND(NOTIFY_NO_UPDATE) = {"of_no_update", NULL},
	KIND(NOTIFY_EVIDENCE) = {"of_evidence", NULL},
	KIND(NOTIFY_DISSEMINATION) = {"of_dissemination", NULL},
	KIND(NOTIFY_NEWS) = {"of_news", NULL},
	[NOTIFY_IN_SECTION_COUNT] = {NULL, NULL},
};

static const struct notify_name in_letter[] = {
	[NOTIFY_IN_LANG] = {"lang", NULL},
	[NOTIFY_IN_TRIAL] = {"trial", NULL},
	[NOTIFY_IN_UNIT] = {"unit", NULL},
	[NOTIFY_IN_READER] = {"reader", NULL},
	[NOTIFY_IN_DEPUTY] = {"deputy", NULL},
	[NOTIFY_IN_PLAN] = {"plan", NULL},
	[NOTIFY_IN_DAY] = {"day", NULL},
	[NOTIFY_IN_SUMMARY] = {"summary", NULL},
	[NOTIFY_IN_COUNT] = {"count", NULL},
	[NOTIFY_IN_IMMEDIATE] = {"immediate", NULL},
	[NOTIFY_IN_SUPERIOR] = {"superior", NULL},
	[NOTIFY_IN_FIRST] = {"first", NULL},
	[NOTIFY_IN_SILENCE_OVER] = {"silence_over", NULL},
	[NOTIFY_IN_SECTIONS] = {"sections", in_section},
	[NOTIFY_IN_OTHERS] = {"others", NULL},
	[NOTIFY_IN_WAITING] = {"waiting", NULL},
	[NOTIFY_IN_CONTACT] = {"contact", NULL},
	[NOTIFY_IN_URL] = {"url", NULL},
	[NOTIFY_IN_POSITION] = {"position", NULL},
	[NOTIFY_IN_LETTER_COUNT] = {NULL, NULL},
};

static const struct notify_name in_hand[] = {
	[NOTIFY_IN_HAND_TRIAL] = {"trial", NULL},   [NOTIFY_IN_HAND_UNIT] = {"unit", NULL},
	[NOTIFY_IN_HAND_DAY] = {"day", NULL},       [NOTIFY_IN_HAND_SUMMARY] = {"summary", NULL},
	[NOTIFY_IN_HAND_COUNT] = {"count", NULL},   [NOTIFY_IN_HAND_TASKS] = {"tasks", in_row},
	[NOTIFY_IN_HAND_OTHERS] = {"others", NULL}, [NOTIFY_IN_HAND_LINK] = {"link", NULL},
	[NOTIFY_IN_HAND_VALUES] = {NULL, NULL},
};

/* Without these a letter would hide something from its reader. */
static const struct {
	const char *suffix; /* of the file's name, behind the language */
	const char *prefix;
	const struct notify_name *names;
	const char *required[REQUIRED_MAX];
} kinds[NOTIFY_TEMPLATE_KINDS] = {
	[NOTIFY_TEMPLATE_SUBJECT] = {".subject",
				     "digest.",
				     in_letter,
				     {"trial", "unit", "summary"}},
	[NOTIFY_TEMPLATE_TEXT] = {".txt",
				  "digest.",
				  in_letter,
				  {"trial", "unit", "day", "content", "reason", "others",
				   "waiting"}},
	[NOTIFY_TEMPLATE_HTML] = {".html",
				  "digest.",
				  in_letter,
				  {"trial", "unit", "day", "content", "reason", "others",
				   "waiting"}},
	[NOTIFY_TEMPLATE_HAND] = {".txt", "hand.", in_hand, {"trial", "content", "reason", "link"}},
};
static const char *const languages[LANGUAGES] = {"vi", "en"};

/* --- one file ----------------------------------------------------------------------------------
 */

static bool find_place(const char *file, enum notify_template_kind *kind_out, size_t *language_out)
{
	char name[64];

	for (size_t k = 0; k < NOTIFY_TEMPLATE_KINDS; k++) {
		for (size_t l = 0; l < LANGUAGES; l++) {
			(void)snprintf(name, sizeof(name), "%s%s%s", kinds[k].prefix, languages[l],
				       kinds[k].suffix);
			if (strcmp(file, name) != 0)
				continue;
			*kind_out = (enum notify_template_kind)k;
			*language_out = l;
			return true;
		}
	}
	return false;
}

static int unknown_file(const char *path, struct dd_error *err)
{
	struct dd_buf names = {0};
	int rc;

	for (size_t i = 0; i < notify_shipped_count; i++)
		dd_buf_printf(&names, "%s%s", i > 0 ? ", " : "", notify_shipped[i].file);
	rc = dd_fail(err, DD_ERR_INVALID,
		     "%s is no template: take it away or rename it; templates are %s", path,
		     dd_buf_cstr(&names));
	dd_buf_fini(&names);
	return rc;
}

static int check_required(const char *path, enum notify_template_kind kind,
			  const struct notify_template *template, struct dd_error *err)
{
	for (size_t i = 0; i < REQUIRED_MAX && kinds[kind].required[i] != NULL; i++)
		if (!notify_template_uses(template, kinds[kind].required[i]))
			return dd_fail(err, DD_ERR_INVALID,
				       "%s: '%s' is missing: its readers need it; see the shipped "
				       "file of that name",
				       path, kinds[kind].required[i]);
	return 0;
}

static int add_file(struct notify_templates *templates, const char *path, const char *file,
		    const struct notify_shipped *content, struct dd_error *err)
{
	struct notify_template *template = NULL;
	enum notify_template_kind kind;
	size_t language;
	int rc;

	if (!find_place(file, &kind, &language))
		return unknown_file(path, err);
	rc = notify_template_parse(path, (const char *)content->text, content->len,
				   kinds[kind].names, &template, err);
	if (rc == 0)
		rc = check_required(path, kind, template, err);
	if (rc != 0) {
		notify_template_free(template);
		return rc;
	}
	notify_template_free(templates->all[kind][language]);
	templates->all[kind][language] = template;
	return 0;
}

/* --- the folder --------------------------------------------------------------------------------
 */

struct folder {
	struct notify_templates *templates;
	const char *dir;
	int rc; /* of the first file that cannot be used */
	struct dd_error *err;
};

static void read_file(void *arg, const char *file)
{
	struct folder *folder = arg;
	struct dd_buf text = {0};
	char *path;

	if (folder->rc != 0 || file[0] == '.')
		return;
	path = dd_path(folder->dir, file);
	folder->rc = dd_file_read(path, NOTIFY_TEMPLATE_MAX, &text, folder->err);
	if (folder->rc == 0) {
		const struct notify_shipped content = {
			.file = file, .text = text.data, .len = text.len};

		folder->rc = add_file(folder->templates, path, file, &content, folder->err);
		folder->templates->own += folder->rc == 0;
	}
	dd_buf_fini(&text);
	free(path);
}

static int read_folder(struct notify_templates *templates, const char *dir, struct dd_error *err)
{
	struct folder folder = {.templates = templates, .dir = dir, .err = err};
	const struct dd_sys *sys = dd_sys();

	if (sys->list(sys->ctx, dir, read_file, &folder) != 0)
		return dd_fail(err, DD_ERR_NOT_FOUND,
			       "the folder of templates %s cannot be read: make it, or leave "
			       "notification.templates empty",
			       dir);
	return folder.rc;
}

int notify_templates_load(const char *dir, struct notify_templates **templates_out,
			  struct dd_error *err)
{
	struct notify_templates *templates = dd_alloc(sizeof(*templates));
	int rc = 0;

	for (size_t i = 0; i < notify_shipped_count && rc == 0; i++)
		rc = add_file(templates, notify_shipped[i].file, notify_shipped[i].file,
			      &notify_shipped[i], err);
	if (rc == 0 && dir[0] != '\0')
		rc = read_folder(templates, dir, err);
	if (rc != 0) {
		notify_templates_free(templates);
		return rc;
	}
	*templates_out = templates;
	return 0;
}

void notify_templates_free(struct notify_templates *templates)
{
	if (templates == NULL)
		return;
	for (size_t k = 0; k < NOTIFY_TEMPLATE_KINDS; k++)
		for (size_t l = 0; l < LANGUAGES; l++)
			notify_template_free(templates->all[k][l]);
	free(templates);
}

void notify_templates_replace(struct notify_templates *templates, struct notify_templates *fresh)
{
	const struct notify_templates former = *templates;

	*templates = *fresh;
	*fresh = former;
	notify_templates_free(fresh);
}

const struct notify_template *notify_templates_get(const struct notify_templates *templates,
						   enum notify_template_kind kind, bool english)
{
	return templates->all[kind][english ? 1 : 0];
}

size_t notify_templates_own(const struct notify_templates *templates)
{
	return templates->own;
}
