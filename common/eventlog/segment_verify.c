/* segment_verify.c - reads a log folder from the first byte to the last. Uses nothing of a running
 * log: only frames, chain, segments and the checkpoint. */
#include "common/eventlog/checkpoint.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/segment_scan.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Somebody who knows a position that the log must have. */
struct witness {
	const char *who;
	struct dd_position at;
	bool wanted, met;
};

struct verifier {
	const char *dir;
	struct dd_verify_report *report;
	struct dd_position before; /* behind the segments so far */
	uint8_t root[DD_HASH_LEN]; /* of the last one */
	struct witness checkpoint, expect;
};

/* --- which records begin a command ----------------------------------------------------------- */

/* Enough of protobuf's wire format to find fields in an event's header. */
struct wire {
	const uint8_t *at;
	const uint8_t *end;
};

static uint64_t varint(struct wire *wire)
{
	uint64_t value = 0;

	for (unsigned shift = 0; wire->at < wire->end && shift < 64; shift += 7) {
		uint8_t byte = *wire->at++;

		value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return value;
	}
	wire->at = wire->end;
	return 0;
}

/* The next field: its number (0 at the end), a varint's value or the bytes it has. */
static uint64_t next_field(struct wire *wire, uint64_t *value_out, struct wire *bytes_out)
{
	uint64_t tag = wire->at < wire->end ? varint(wire) : 0;
	uint64_t left, skip = 0;

	*value_out = 0;
	*bytes_out = (struct wire){0};
	if ((tag & 7) == 0 && tag != 0)
		*value_out = varint(wire);
	else if ((tag & 7) == 1)
		skip = 8;
	else if ((tag & 7) == 5)
		skip = 4;
	else if ((tag & 7) == 2)
		skip = varint(wire);
	else
		return 0;
	left = (uint64_t)(wire->end - wire->at);
	if (skip > left)
		return 0;
	*bytes_out = (struct wire){wire->at, wire->at + skip};
	wire->at += skip;
	return tag >> 3;
}

/* EventHeader.cause is field 10, Cause.index field 4; absent is 0. */
static bool begins_command(const struct dd_record *record)
{
	struct wire header = {record->header, record->header + record->header_len};
	struct wire bytes, unused;
	uint64_t field, value, index = 0;
	bool has_cause = false;

	while ((field = next_field(&header, &value, &bytes)) != 0) {
		if (field != 10)
			continue;
		has_cause = true;
		while ((field = next_field(&bytes, &value, &unused)) != 0)
			if (field == 4)
				index = value;
	}
	return has_cause && index == 0;
}

/* --- frames ---------------------------------------------------------------------------------- */

static void look_for(struct witness *witness, uint64_t sequence, const uint8_t *chain)
{
	if (witness->wanted && witness->at.sequence == sequence)
		witness->met = memcmp(witness->at.chain, chain, DD_HASH_LEN) == 0;
}

static void on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		     uint64_t offset, const uint8_t *leaves)
{
	struct verifier *self = arg;
	struct dd_frame_iter iter;
	struct dd_record record;
	uint8_t chain[DD_HASH_LEN];

	(void)offset;
	memcpy(chain, info->chain_before, DD_HASH_LEN);
	dd_frame_iter(&iter, frame, info);
	while (dd_frame_next(&iter, &record)) {
		dd_chain_next(chain, leaves, chain);
		leaves += DD_HASH_LEN;
		look_for(&self->checkpoint, record.sequence, chain);
		look_for(&self->expect, record.sequence, chain);
		self->report->records++;
		if (begins_command(&record))
			self->report->commands++;
	}
	self->report->frames++;
}

/* --- segments -------------------------------------------------------------------------------- */

/* The first segment says itself which log it begins. */
static int check_first(struct verifier *self, const struct dd_segment_file *file,
		       struct dd_error *err)
{
	memcpy(self->before.log_id, file->header.log_id, DD_ID_LEN);
	dd_chain_first(self->before.log_id, self->before.chain);
	look_for(&self->checkpoint, 0, self->before.chain);
	return dd_segment_continues(file, &self->before, self->root, err);
}

static int verify_segment(struct verifier *self, uint64_t base, bool first, bool last,
			  struct dd_error *err)
{
	struct dd_segment_scan scan = {.on_frame = on_frame, .arg = self};
	struct dd_segment_file file;
	int rc = dd_segment_open(&file, self->dir, base, false, err);

	if (rc != 0)
		return rc;
	if (first)
		rc = check_first(self, &file, err);
	else
		rc = dd_segment_continues(&file, &self->before, self->root, err);
	if (rc == 0)
		rc = dd_segment_scan(&file, &scan, err);
	if (rc == 0 && !last && !scan.closed) {
		dd_fail(err, DD_ERR_CORRUPT, "%s, and another segment follows",
			scan.torn ? scan.why.text : "the segment has no end");
		rc = dd_segment_damage(err, file.path, scan.tail, scan.at.sequence + 1);
	}
	dd_segment_close(&file);
	self->before = scan.at;
	dd_merkle_root(&scan.tree, self->root);
	self->report->segments++;
	self->report->torn_bytes = scan.torn;
	return rc;
}

static int check_witness(struct verifier *self, const struct witness *witness, struct dd_error *err)
{
	const struct dd_position *head = &self->before;
	bool same = memcmp(witness->at.log_id, head->log_id, DD_ID_LEN) == 0;

	if (!witness->wanted || (same && witness->met))
		return 0;
	if (!same)
		dd_fail(err, DD_ERR_CORRUPT, "%s belongs to another log", witness->who);
	else if (witness->at.sequence > head->sequence)
		dd_fail(err, DD_ERR_CORRUPT,
			"%s proves that sequence %" PRIu64
			" was acknowledged, but the log ends at %" PRIu64,
			witness->who, witness->at.sequence, head->sequence);
	else
		dd_fail(err, DD_ERR_CORRUPT, "%s has another chain hash at sequence %" PRIu64,
			witness->who, witness->at.sequence);
	return dd_segment_damage(err, self->dir, 0, witness->at.sequence);
}

static int verify_all(struct verifier *self, const uint64_t *bases, size_t count,
		      struct dd_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = verify_segment(self, bases[i], i == 0, i + 1 == count, err);
	self->report->head = self->before;
	if (rc == 0)
		rc = check_witness(self, &self->checkpoint, err);
	if (rc == 0)
		rc = check_witness(self, &self->expect, err);
	return rc;
}

int dd_eventlog_verify(const char *dir, const struct dd_position *expect,
		       struct dd_verify_report *report_out, struct dd_error *err)
{
	struct verifier self = {.dir = dir, .report = report_out};
	uint64_t *bases = NULL;
	size_t count = 0;
	int rc;

	memset(report_out, 0, sizeof(*report_out));
	self.checkpoint.who = "the signed checkpoint";
	self.expect.who = "the expected position";
	if (expect && expect->sequence > 0) {
		self.expect.at = *expect;
		self.expect.wanted = true;
	}
	/* Before the segments: beside a running log it may only be older than they are. */
	rc = dd_checkpoint_read(dir, &self.checkpoint.at, err);
	self.checkpoint.wanted = rc == 0;
	if (rc == 0)
		report_out->checkpoint_sequence = self.checkpoint.at.sequence;
	if (rc == 0 || rc == DD_ERR_NOT_FOUND)
		rc = dd_segment_list(dir, &bases, &count, err);
	if (rc == 0 && count == 0)
		rc = dd_fail(err, DD_ERR_NOT_FOUND, "there is no log in %s", dir);
	if (rc == 0)
		rc = verify_all(&self, bases, count, err);
	free(bases);
	return rc;
}
