/* main.c - the command line of dondoc. */
#include "common/net/loop.h"
#include "services/cli/cli.h"
#include <signal.h>

int main(int argc, char **argv)
{
	int rc;

	signal(SIGPIPE, SIG_DFL); /* `dondoc ... | head` ends quietly */
	rc = cli_run(argc, argv, stdout, stderr);
	dd_zmq_context_end();
	return rc;
}
