/* notify_mustache_test.c - what templates give, and what is wrong with those that give nothing. */
#include "services/notification/notify_mustache.h"

#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static const struct notify_name in_item[] = {{"code", NULL}, {"late", NULL}, {NULL, NULL}};
static const struct notify_name in_all[] = {
	{"unit", NULL}, {"none", NULL}, {"items", in_item}, {"empty", in_item}, {NULL, NULL}};

static const struct notify_value first[] = {{.text = "<1>"}, {.text = "1"}};
static const struct notify_value second[] = {{.text = "2"}, {.text = NULL}};
static const struct notify_value *const items[] = {first, second};
static const struct notify_value all[] = {
	{.text = "Sở \"A\" & B"}, {.text = ""}, {.items = items, .count = 2}, {.items = NULL}};

static void values_sections_and_lines(void **state)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{"a {{unit}} b", "a Sở \"A\" & B b"},
		{"{{ unit }}", "Sở \"A\" & B"},
		{"{{#items}}[{{code}}]{{/items}}", "[<1>][2]"},
		{"{{#items}}{{code}}{{#late}}!{{/late}}{{^late}}.{{/late}}{{/items}}", "<1>!2."},
		{"{{#items}}{{unit}};{{/items}}", "Sở \"A\" & B;Sở \"A\" & B;"},
		{"{{#none}}x{{/none}}{{^none}}y{{/none}}", "y"},
		{"{{#empty}}x{{/empty}}{{^empty}}y{{/empty}}", "y"},
		{"a{{! not shown }}b", "ab"},
		/* lines of signs alone leave no line */
		{"a\n{{#items}}\n- {{code}}\n{{/items}}\nb\n", "a\n- <1>\n- 2\nb\n"},
		{"a\n  {{! x }}  \nb", "a\nb"},
		{"{{#none}}\nx\n{{/none}}\n", ""},
		{"\n{{#items}}\n\n{{/items}}", "\n\n\n"},
		{"a { b } c }} d", "a { b } c }} d"},
		{"", ""},
	};
	struct dd_buf out = {0};
	struct dd_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notify_template *template;

		dd_buf_clear(&out);
		assert_int_equal(notify_template_parse("t", cases[i].text, strlen(cases[i].text),
						       in_all, &template, &err),
				 0);
		notify_template_render(template, all, false, &out);
		assert_string_equal(dd_buf_cstr(&out), cases[i].plain);
		notify_template_free(template);
	}
	dd_buf_fini(&out);
}

static void what_is_wrong_is_told_with_file_line_and_remedy(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"a\nb {{unti}}", "t:2: 'unti' is not known here; known are: unit, none, items"},
		{"\n\n{{#items}}x", "t:3: the section 'items' is not closed: add {{/items}}"},
		{"{{#items}}\n{{unit}}\n{{#late}}x{{/items}}", "t:3: {{/items}} stands where"},
		{"x{{/unit}}", "t:1: {{/unit}} closes nothing"},
		{"\n{{{unit}}}", "t:2: '{{{', '{{&'"},
		{"{{&unit}}", "values are always escaped, write {{name}}"},
		{"{{>other}}", "'{{>'"},
		{"{{unit", "t:1: '{{' is not followed by '}}'"},
		{"{{}}", "t:1: between '{{' and '}}' stands the name"},
		{"{{items}}", "t:1: 'items' is a list: write {{#items}}"},
		{"{{code}}", "t:1: 'code' is not known here"},
		{"{{^items}}{{code}}{{/items}}", "'code' is not known here"},
		{"\xff", "is not UTF-8"},
		{"{{#items}}{{#items}}{{#items}}{{#items}}{{#items}}{{#items}}{{#items}}{{#items}}"
		 "{{#items}}",
		 "too deeply"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notify_template *template = NULL;
		struct dd_error err = {0};

		assert_int_not_equal(notify_template_parse("t", cases[i].text,
							   strlen(cases[i].text), in_all, &template,
							   &err),
				     0);
		assert_null(template);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("'%s' lacks '%s'", err.text, cases[i].words);
	}
}

static void values_never_become_markup(void **state)
{
	static const char text[] = "<b>{{unit}}</b>{{#items}}<i>{{code}}</i>{{/items}}";
	struct notify_template *template;
	struct dd_buf out = {0};
	struct dd_error err = {0};

	(void)state;
	assert_int_equal(notify_template_parse("t", text, strlen(text), in_all, &template, &err),
			 0);
	notify_template_render(template, all, true, &out);
	assert_string_equal(dd_buf_cstr(&out),
			    "<b>Sở &quot;A&quot; &amp; B</b><i>&lt;1&gt;</i><i>2</i>");
	assert_true(notify_template_uses(template, "code"));
	assert_false(notify_template_uses(template, "late"));
	notify_template_free(template);
	dd_buf_fini(&out);
}

static void a_long_value_ends_behind_a_word(void **state)
{
	static const struct {
		const char *text;
		size_t chars;
		const char *cut;
	} cases[] = {
		{"một hai ba bốn", 20, "một hai ba bốn"},
		{"một hai ba bốn", 14, "một hai ba bốn"},
		{"một hai ba bốn", 12, "một hai ba…"},
		{"mộthaibabốn", 5, "mộth…"},
		{"a\r\nb", 0, "a  b"},
	};
	struct dd_buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		dd_buf_clear(&out);
		notify_escape(&out, cases[i].text, cases[i].chars, false);
		assert_string_equal(dd_buf_cstr(&out), cases[i].cut);
	}
	dd_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_sections_and_lines),
		cmocka_unit_test(what_is_wrong_is_told_with_file_line_and_remedy),
		cmocka_unit_test(values_never_become_markup),
		cmocka_unit_test(a_long_value_ends_behind_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
