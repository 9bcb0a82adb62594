/* cli_stick_write.c - `stick write`: what waits at an office, reports and evidence, as one sealed
 * file for the centre. */
#include "common/base/id.h"
#include "common/net/stick.h"
#include "services/cli/cli_draft.h"
#include "services/cli/cli_stick.h"
#include "services/cli/cli_talk.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MIB              (UINT64_C(1) << 20)
#define EVIDENCE_DEFAULT 100 /* MiB */
#define EVIDENCE_MOST    200 /* what a file has room for, beside reports */

static int next_record(struct cli *cli, const Dondoc__V1__StickNext *next,
		       Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	int rc;

	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_STICK_NEXT;
	asked.stick_next = (Dondoc__V1__StickNext *)next; /* packed, not changed */
	request.body_case = DONDOC__V1__REQUEST__BODY_OFFICE_DO;
	request.office_do = &asked;
	rc = cli_request(cli, &request, reply_out);
	if (rc == 0 && ((*reply_out)->body_case != DONDOC__V1__REPLY__BODY_OFFICE_DONE ||
			!(*reply_out)->office_done->record)) {
		dondoc__v1__reply__free_unpacked(*reply_out, NULL);
		cli_complain(cli, TEXT_STRANGE_ANSWER, cli->target, NULL);
		return CLI_INTERNAL;
	}
	return rc;
}

/* What goes into a file, and what stays. */
struct collected {
	struct dd_buf file; /* owned */
	uint32_t reports;
	uint32_t files; /* of evidence */
	uint64_t bytes;
	Dondoc__V1__Reply *last; /* owned; tells what did not fit */
};

/* Where the next record goes on. The last reply's memory goes with it. */
struct place {
	Dondoc__V1__StickPlace pb;
	uint8_t file[DD_HASH_LEN];
};

static void take_place(struct collected *all, const Dondoc__V1__StickRecord *record,
		       Dondoc__V1__StickNext *next, struct place *place)
{
	const bool is_report = record->number != next->number || record->ordinal != next->ordinal;

	next->ordinal = record->ordinal;
	next->number = record->number;
	all->reports += !record->end && is_report;
	if (record->place) {
		place->pb = *record->place;
		if (place->pb.file.len == sizeof(place->file))
			memcpy(place->file, place->pb.file.data, sizeof(place->file));
		place->pb.file.data = place->file;
		next->place = &place->pb;
		all->files = place->pb.files;
		all->bytes = place->pb.bytes;
	}
}

/* All records that the office has. */
static int collect(struct cli *cli, uint64_t most, struct collected *all)
{
	Dondoc__V1__StickNext next = DONDOC__V1__STICK_NEXT__INIT;
	struct place place;
	uint8_t batch[16] = {0};
	bool end = false;

	for (next.max_evidence = most; !end; next.index++) {
		const Dondoc__V1__StickRecord *record;
		int rc;

		if (all->last)
			dondoc__v1__reply__free_unpacked(all->last, NULL);
		all->last = NULL;
		rc = next_record(cli, &next, &all->last);
		if (rc != 0)
			return rc;
		record = all->last->office_done->record;
		if (record->head)
			cli_stick_head(record->head, batch, &all->file);
		dd_stick_add(&all->file, record->sealed.data, record->sealed.len);
		next.batch = (ProtobufCBinaryData){.data = batch, .len = sizeof(batch)};
		end = record->end;
		take_place(all, record, &next, &place);
		if (all->file.len > CLI_STICK_FILE_MAX) {
			cli_complain(cli, TEXT_STICK_LARGE, NULL);
			return CLI_REFUSED;
		}
	}
	return 0;
}

static void say_size(uint64_t bytes, char out[32])
{
	snprintf(out, 32, "%.1f", (double)bytes / (double)MIB);
}

/* Evidence that went along, and what did not. */
static void tell_files(struct cli *cli, const struct collected *all)
{
	const Dondoc__V1__StickLeft *left = all->last ? all->last->office_done->record->left : NULL;
	struct dd_buf names = {0};
	char count[16], size[32];

	if (all->files > 0) {
		snprintf(count, sizeof(count), "%" PRIu32, all->files);
		say_size(all->bytes, size);
		cli_say(cli, TEXT_STICK_FILES, count, size, NULL);
	}
	if (!left || left->files == 0)
		return;
	for (size_t i = 0; i < left->n_names; i++)
		dd_buf_printf(&names, "%s%s", i > 0 ? ", " : "", left->names[i]);
	if (left->files > left->n_names)
		dd_buf_text(&names, " ...");
	snprintf(count, sizeof(count), "%" PRIu32, left->files);
	say_size(left->bytes, size);
	cli_say(cli, TEXT_STICK_LEFT, count, size, dd_buf_cstr(&names), NULL);
	dd_buf_fini(&names);
}

int cli_stick_write(struct cli *cli)
{
	struct collected all = {0};
	uint64_t most;
	char number[16];
	bool any;
	int rc = cli_office_named(cli);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_MAX, EVIDENCE_MOST, EVIDENCE_DEFAULT, &most);
	if (rc == 0)
		rc = cli_connect(cli, "");
	if (rc == 0)
		rc = collect(cli, most * MIB, &all);
	any = all.reports > 0 || all.files > 0;
	if (rc == 0 && any)
		rc = cli_stick_save(cli, cli_word(cli, 0), &all.file);
	if (rc == 0) {
		snprintf(number, sizeof(number), "%" PRIu32, all.reports);
		cli_say(cli, any ? TEXT_STICK_WRITTEN : TEXT_STICK_NOTHING, cli_word(cli, 0),
			number, NULL);
		tell_files(cli, &all);
	}
	dd_buf_fini(&all.file);
	if (all.last)
		dondoc__v1__reply__free_unpacked(all.last, NULL);
	return rc == 0 ? CLI_DONE : rc;
}
