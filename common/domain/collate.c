/* collate.c - sort keys of Vietnamese texts: three levels behind each other, letters, tones, case.
 */
#include "common/domain/collate.h"
#include <stdbool.h>
#include <string.h>

/* The letters in their order; capitals stand for those with a sign of their own. */
static const char alphabet[] = "aABbcdDeEfghijklmnoOPpqrstuUvwxyz";
#define LETTER_A_BREVE 'A'
#define LETTER_A_HAT   'B'
#define LETTER_D_BAR   'D'
#define LETTER_E_HAT   'E'
#define LETTER_O_HAT   'O'
#define LETTER_O_HORN  'P'
#define LETTER_U_HORN  'U'

/* U+00C0..U+00DF, the small ones 0x20 behind: letter and tone, "--" for what is not Vietnamese. */
static const char latin[] = "a1a4B0a3--------e1e4E0--i1i4--------o1o4O0o3------u1u4----y4----";
/* U+1EA0..U+1EF9 in pairs of a capital and a small one. */
static const char extended[] =
	"a5a2B4B1B2B3B5A4A1A2A3A5e5e2e3E4E1E2E3E5i2i5o5o2O4O1O2O3O5P4P1P2P3P5"
	"u5u2U4U1U2U3U5y1y5y2y3";

enum weight {
	WEIGHT_SIGN = 2, /* spaces too */
	WEIGHT_NUMBER,   /* then the count of digits, then the digits */
	WEIGHT_DIGIT,    /* .. + 9 */
	WEIGHT_LETTER = 32,
	WEIGHT_OTHER = 96 /* letters of other scripts: then the code point */
};

struct letter {
	uint8_t weight;
	uint8_t tone; /* 0 none, 1 huyền, 2 hỏi, 3 ngã, 4 sắc, 5 nặng */
	bool capital;
};

struct reading {
	struct letter letters[DD_COLLATE_LETTERS];
	size_t count;
};

static void add(struct reading *reading, unsigned weight, unsigned tone, bool capital)
{
	if (reading->count < DD_COLLATE_LETTERS)
		reading->letters[reading->count++] = (struct letter){
			.weight = (uint8_t)weight, .tone = (uint8_t)tone, .capital = capital};
}

/* One code point, and how many bytes it takes; a byte that begins none stands for itself. */
static uint32_t point_at(const uint8_t *at, size_t *step_out)
{
	size_t extra = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc0 ? 1 : 0;
	uint32_t point = extra == 0 ? at[0] : at[0] & (0x3fu >> extra);

	*step_out = 1;
	for (size_t i = 1; i <= extra; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0xfffd;
		point = point << 6 | (at[i] & 0x3fu);
	}
	*step_out = extra + 1;
	return point;
}

static void add_letter(struct reading *reading, char letter, char tone, bool capital)
{
	const char *at = strchr(alphabet, letter);

	add(reading, WEIGHT_LETTER + (unsigned)(at - alphabet), (unsigned)(tone - '0'), capital);
}

static void add_other(struct reading *reading, uint32_t point)
{
	add(reading, WEIGHT_OTHER, 0, false);
	for (int shift = 14; shift >= 0; shift -= 7)
		add(reading, 1 + (point >> shift & 0x7fu), 0, false);
}

/* The letter before gets another sign or a tone: "a" and U+0302 are "â". */
static void add_mark(struct reading *reading, uint32_t point)
{
	static const struct {
		uint32_t point;
		uint8_t tone;
		const char *signs; /* pairs of the letter without and with the sign */
	} marks[] = {
		{0x300, 1, ""}, {0x309, 2, ""},       {0x303, 3, ""},   {0x301, 4, ""},
		{0x323, 5, ""}, {0x302, 0, "aBeEoO"}, {0x306, 0, "aA"}, {0x31b, 0, "oPuU"},
	};
	struct letter *last = reading->count > 0 ? &reading->letters[reading->count - 1] : NULL;

	if (!last || last->weight < WEIGHT_LETTER || last->weight >= WEIGHT_OTHER)
		return;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (marks[i].point != point)
			continue;
		if (marks[i].tone != 0)
			last->tone = marks[i].tone;
		for (const char *sign = marks[i].signs; *sign; sign += 2) {
			if (alphabet[last->weight - WEIGHT_LETTER] == sign[0])
				last->weight =
					(uint8_t)(WEIGHT_LETTER +
						  (unsigned)(strchr(alphabet, sign[1]) - alphabet));
		}
	}
}

static void add_composed(struct reading *reading, uint32_t point)
{
	static const struct {
		uint32_t point; /* the capital; the small one follows it */
		char letter, tone;
	} rare[] = {{0x102, LETTER_A_BREVE, '0'},
		    {0x110, LETTER_D_BAR, '0'},
		    {0x128, 'i', '3'},
		    {0x168, 'u', '3'},
		    {0x1a0, LETTER_O_HORN, '0'},
		    {0x1af, LETTER_U_HORN, '0'}};

	if (point >= 0xc0 && point < 0x100) {
		const char *pair = latin + 2 * ((point - 0xc0) & 0x1f);

		if (pair[0] != '-') {
			add_letter(reading, pair[0], pair[1], point < 0xe0);
			return;
		}
	}
	if (point >= 0x1ea0 && point <= 0x1ef9) {
		const char *pair = extended + (point - 0x1ea0) / 2 * 2;

		add_letter(reading, pair[0], pair[1], point % 2 == 0);
		return;
	}
	for (size_t i = 0; i < sizeof(rare) / sizeof(rare[0]); i++) {
		if (point == rare[i].point || point == rare[i].point + 1) {
			add_letter(reading, rare[i].letter, rare[i].tone, point == rare[i].point);
			return;
		}
	}
	if (point >= 0x300 && point < 0x370)
		add_mark(reading, point);
	else
		add_other(reading, point);
}

/* Zeros before a number do not count. Returns the bytes read. */
static size_t add_number(struct reading *reading, const uint8_t *at)
{
	size_t zeros = 0, digits = 0;

	while (at[zeros] == '0' && at[zeros + 1] >= '0' && at[zeros + 1] <= '9')
		zeros++;
	while (at[zeros + digits] >= '0' && at[zeros + digits] <= '9')
		digits++;
	add(reading, WEIGHT_NUMBER, 0, false);
	add(reading, (unsigned)(digits < 255 ? digits : 255), 0, false);
	for (size_t i = 0; i < digits; i++)
		add(reading, WEIGHT_DIGIT + (unsigned)(at[zeros + i] - '0'), 0, false);
	return zeros + digits;
}

static void read_text(struct reading *reading, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	while (*at != '\0' && reading->count < DD_COLLATE_LETTERS) {
		size_t step = 1;

		if (*at >= '0' && *at <= '9')
			step = add_number(reading, at);
		else if (*at >= 'a' && *at <= 'z')
			add_letter(reading, (char)*at, '0', false);
		else if (*at >= 'A' && *at <= 'Z')
			add_letter(reading, (char)(*at - 'A' + 'a'), '0', true);
		else if (*at < 0x80)
			add(reading, WEIGHT_SIGN, 0, false);
		else
			add_composed(reading, point_at(at, &step));
		at += step;
	}
}

size_t dd_collate_key(const char *text, uint8_t *out, size_t cap)
{
	struct reading reading = {.count = 0};
	size_t len = 0;

	read_text(&reading, text);
	for (size_t i = 0; i < reading.count && len < cap; i++)
		out[len++] = reading.letters[i].weight;
	if (len < cap)
		out[len++] = 0;
	for (size_t i = 0; i < reading.count && len < cap; i++)
		out[len++] = (uint8_t)(1 + reading.letters[i].tone);
	if (len < cap)
		out[len++] = 0;
	for (size_t i = 0; i < reading.count && len < cap; i++)
		out[len++] = reading.letters[i].capital ? 2 : 1;
	return len;
}
