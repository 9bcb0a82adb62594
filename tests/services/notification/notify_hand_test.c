/* notify_hand_test.c - the copy for hand: short enough whatever it tells, complete in its counts, a
 * picture that is one. */
#include "services/notification/notify_hand.h"

#include "services/notification/notify_card.h"
#include "tests/services/notification/world.h"
#include "tests/support/fake_clock.h"

/* The libraries of fonts keep what they have read until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

#define LATE 40

static const char long_text[] =
	"Rà soát, đơn giản hóa, số hóa toàn bộ hồ sơ, kết quả giải quyết thủ tục hành chính còn "
	"hiệu lực thuộc thẩm quyền giải quyết của cơ quan, đơn vị";

struct copying {
	struct world *world;
	struct notify_templates *templates;
	struct notify_hand_context context;
	Dondoc__V1__ListTasks which;
	Dondoc__V1__CopyForHand ask;
	struct dd_error err;
};

static char *lent(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* `late` tasks of SYT overdue, one due today, one soon, one far; one of STC overdue. */
static void begin(struct copying *copying, int late)
{
	struct world *world = dd_alloc(sizeof(*world));

	memset(copying, 0, sizeof(*copying));
	copying->world = world;
	world_begin(world, 5, test_time("2026-10-14 09:00"));
	fake_unit(&world->task, "SYT", "Sở Y tế");
	fake_unit(&world->task, "STC", "Sở Tài chính");
	for (int i = 0; i < late; i++)
		(void)fake_add(&world->task, "SYT", test_day("2026-10-01") + i % 12, long_text);
	(void)fake_add(&world->task, "SYT", test_day("2026-10-14"), "Đến hạn hôm nay");
	(void)fake_add(&world->task, "SYT", test_day("2026-10-16"), "Sắp đến hạn");
	(void)fake_add(&world->task, "SYT", test_day("2026-12-16"), "Còn lâu");
	(void)fake_add(&world->task, "STC", test_day("2026-10-05"), "Của sở khác");
	world_start(world, 0);
	world_feed_all(world, &world->nodes[0]);
	assert_int_equal(view_flush(world->nodes[0].view, &copying->err), 0);
	assert_int_equal(notify_templates_load("", &copying->templates, &copying->err), 0);
	copying->context = (struct notify_hand_context){.view = world->nodes[0].view,
							.today = test_day("2026-10-14"),
							.templates = copying->templates,
							.console_url = ""};
	dondoc__v1__list_tasks__init(&copying->which);
	dondoc__v1__copy_for_hand__init(&copying->ask);
	copying->ask.which = &copying->which;
	copying->ask.without_picture = 1;
	copying->which.unit = lent("SYT");
}

static Dondoc__V1__Answer *copy(struct copying *copying)
{
	Dondoc__V1__Answer *answer;
	struct dd_buf out = {0};

	if (notify_hand(&copying->context, &copying->ask, &out, &copying->err) != 0)
		fail_msg("%s", copying->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	return answer;
}

static void let_go(Dondoc__V1__Answer *answer)
{
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

static void end(struct copying *copying)
{
	notify_templates_free(copying->templates);
	world_end(copying->world);
	free(copying->world);
}

static size_t chars_of(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void a_short_list_is_told_whole_most_urgent_first(void **state)
{
	struct copying copying;
	Dondoc__V1__Answer *answer;
	uint8_t hash[DD_HASH_LEN];
	const char *text;

	(void)state;
	begin(&copying, 1);
	copying.context.console_url = "https://dondoc.example/?unit={unit}";
	answer = copy(&copying);
	text = answer->hand_copy->text;
	assert_int_equal(answer->hand_copy->total, 3);
	assert_int_equal(answer->hand_copy->n_tasks, 3);
	assert_ptr_equal(strstr(text, "NHẮC VIỆC – Sở Y tế (14/10/2026): 1 nhiệm vụ quá hạn, 1 đến "
				      "hạn hôm nay, 1 sắp đến hạn."),
			 text);
	assert_true(strstr(text, "quá hạn 9 ngày làm việc") < strstr(text, "Đến hạn hôm nay"));
	assert_true(strstr(text, "Đến hạn hôm nay") < strstr(text, "còn 2 ngày làm việc"));
	assert_null(strstr(text, "Còn lâu"));
	assert_null(strstr(text, "khác"));
	assert_non_null(strstr(text, "https://dondoc.example/?unit=SYT"));
	assert_string_equal(answer->hand_copy->link, "https://dondoc.example/?unit=SYT");
	dd_hash(text, strlen(text), hash);
	assert_int_equal(answer->hand_copy->text_hash.len, DD_HASH_LEN);
	assert_memory_equal(answer->hand_copy->text_hash.data, hash, DD_HASH_LEN);
	assert_int_equal(answer->hand_copy->picture.len, 0);
	let_go(answer);
	copying.ask.english = 1;
	copying.context.trial = true;
	answer = copy(&copying);
	assert_non_null(strstr(answer->hand_copy->text, "[TRIAL] REMINDER – Sở Y tế"));
	assert_non_null(strstr(answer->hand_copy->text, "9 working days over"));
	let_go(answer);
	end(&copying);
}

static void a_long_list_stays_short_and_counts_the_rest(void **state)
{
	struct copying copying;
	Dondoc__V1__Answer *answer;
	unsigned others = 0;

	(void)state;
	begin(&copying, LATE);
	answer = copy(&copying);
	assert_true(chars_of(answer->hand_copy->text) < 500);
	assert_true(chars_of(answer->hand_copy->text) > 250);
	assert_int_equal(answer->hand_copy->total, LATE + 2);
	assert_true(answer->hand_copy->n_tasks >= 2);
	assert_non_null(strstr(answer->hand_copy->text, "40 nhiệm vụ quá hạn, 1 đến hạn hôm nay"));
	assert_int_equal(sscanf(strstr(answer->hand_copy->text, "\nVà "), "\nVà %u", &others), 1);
	assert_int_equal(others + answer->hand_copy->n_tasks, LATE + 2);
	let_go(answer);
	/* of all units each task names its own */
	copying.which.unit = lent("");
	copying.which.time_state = DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	answer = copy(&copying);
	assert_int_equal(answer->hand_copy->total, LATE + 1);
	assert_non_null(strstr(answer->hand_copy->text, " – Sở Y tế:"));
	let_go(answer);
	end(&copying);
}

static void the_picture_is_as_wide_as_a_phone_wants_it(void **state)
{
	static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	struct copying copying;
	Dondoc__V1__Answer *answer;
	const uint8_t *bytes;

	(void)state;
	begin(&copying, 20);
	copying.ask.without_picture = 0;
	copying.context.console_url = "https://dondoc.example/?unit={unit}";
	copying.context.trial = true;
	answer = copy(&copying);
	bytes = answer->hand_copy->picture.data;
	assert_true(answer->hand_copy->picture.len > 10000);
	assert_memory_equal(bytes, png, sizeof(png));
	assert_int_equal(bytes[18] << 8 | bytes[19], NOTIFY_CARD_WIDTH);
	assert_true((bytes[22] << 8 | bytes[23]) > 600);
	let_go(answer);
	end(&copying);
}

static void nothing_to_tell_and_no_room_are_told(void **state)
{
	struct copying copying;
	struct dd_buf out = {0};

	(void)state;
	begin(&copying, 0);
	copying.which.plan = lent("NOPLAN");
	assert_int_not_equal(notify_hand(&copying.context, &copying.ask, &out, &copying.err), 0);
	copying.which.plan = lent("");
	copying.which.unit = lent("STC");
	copying.which.time_state = DONDOC__V1__TIME_STATE__TIME_NEAR_DUE;
	assert_int_equal(notify_hand(&copying.context, &copying.ask, &out, &copying.err),
			 DD_ERR_NOT_FOUND);
	assert_int_equal(out.len, 0);
	dd_buf_fini(&out);
	end(&copying);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_list_is_told_whole_most_urgent_first),
		cmocka_unit_test(a_long_list_stays_short_and_counts_the_rest),
		cmocka_unit_test(the_picture_is_as_wide_as_a_phone_wants_it),
		cmocka_unit_test(nothing_to_tell_and_no_room_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
