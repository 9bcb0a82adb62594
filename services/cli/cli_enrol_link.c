/* cli_enrol_link.c - connections by key, and keys in files: what joining and rotating share. */
#include "common/base/id.h"
#include "common/base/sys.h"
#include "services/cli/cli_enrol.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"

int cli_link_open(struct cli *cli, const struct cli_link *link)
{
	struct dd_client_options options = {.endpoint = link->address,
					    .key = &link->key,
					    .server_public = link->centre_key,
					    .patience_ms = cli->wait_ms};
	struct dd_error err;
	int rc;

	free(cli->target);
	cli->target = dd_strdup(link->address);
	dd_client_close(cli->client);
	cli->client = NULL;
	rc = dd_client_open(&options, &cli->client, &err);
	return rc != 0 ? cli_failed(cli, &err) : 0;
}

int cli_link_ping(struct cli *cli, int64_t patience_ms, struct dd_error *err)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Ping ping = DONDOC__V1__PING__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	request.body_case = DONDOC__V1__REQUEST__BODY_PING;
	request.ping = &ping;
	dd_client_set_patience(cli->client, patience_ms);
	rc = dd_client_request(cli->client, &request, &reply, err);
	if (rc == 0)
		dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_link_command(struct cli *cli, const Dondoc__V1__CommandBody *body, const char *purpose,
		     Dondoc__V1__Reply **reply_out)
{
	size_t len = dondoc__v1__command_body__get_packed_size(body);
	uint8_t *bytes = dd_alloc(len + 1);
	uint8_t stream[DD_HASH_LEN];
	struct dd_hasher hasher;
	struct dd_error err;
	int rc;

	dondoc__v1__command_body__pack(body, bytes);
	dd_hasher_init(&hasher, purpose);
	dd_hasher_add(&hasher, bytes, len);
	dd_hasher_end(&hasher, stream);
	free(bytes);
	dd_client_set_stream(cli->client, stream, 0);
	rc = dd_client_command(cli->client, body, reply_out, &err);
	return rc != 0 ? cli_call_failed(cli, &err, true) : 0;
}

int cli_key_keep(const struct cli *cli, const char *path, struct dd_curve_key *key_out)
{
	struct dd_error err;
	int rc = dd_curve_load(path, key_out, &err);

	if (rc == DD_ERR_NOT_FOUND) {
		dd_curve_new(key_out);
		rc = dd_curve_save(path, key_out, &err);
	}
	return rc != 0 ? cli_failed(cli, &err) : 0;
}

const char *cli_key_text(const ProtobufCBinaryData *key, char out[41])
{
	out[0] = '\0';
	if (key->len == 32)
		dd_curve_text(key->data, out);
	return out;
}

const char *cli_key_id(const ProtobufCBinaryData *id, char out[17])
{
	out[0] = '\0';
	if (id->len == 8)
		dd_hex(id->data, id->len, out);
	return out;
}
