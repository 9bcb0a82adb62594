/* cli_key.c - `keygen`: a new pair of CURVE keys in a file. */
#include "common/app/pb_json.h"
#include "common/base/sys.h"
#include "common/net/bus.h"
#include "services/cli/cli.h"
#include <fcntl.h>
#include <string.h>

/* A key that is there is somebody's: it is never overwritten. */
static bool is_there(const char *path)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY, 0);

	if (fd >= 0)
		sys->close(sys->ctx, fd);
	return fd >= 0;
}

int cli_keygen(struct cli *cli)
{
	const char *path = cli_word(cli, 0);
	struct dd_curve_key key;
	struct dd_error err;
	int rc;

	if (is_there(path)) {
		cli_complain(cli, TEXT_KEY_EXISTS, path, NULL);
		return CLI_CONFLICT;
	}
	dd_curve_new(&key);
	rc = dd_curve_save(path, &key, &err);
	memset(key.secret_key, 0, sizeof(key.secret_key));
	if (rc != 0)
		return cli_failed(cli, &err);
	if (cli->format == CLI_JSON) {
		struct dd_buf out = {0};

		dd_buf_text(&out, "{\"file\":");
		dd_json_quote(&out, path);
		dd_buf_text(&out, ",\"public\":");
		dd_json_quote(&out, key.public_key);
		dd_buf_text(&out, "}\n");
		fwrite(out.data, 1, out.len, cli->out);
		dd_buf_fini(&out);
	} else {
		fprintf(cli->out, "public %s\n", key.public_key);
	}
	return CLI_DONE;
}
