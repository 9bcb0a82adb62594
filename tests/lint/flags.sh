#!/bin/sh
# flags.sh ROOT - LMDB is used with its default sync only (a store that is not flushed is corrupt
# after a power cut): none of the flags that weaken it occurs anywhere, nor a way to set one later.
set -u
root=${1:?usage: flags.sh ROOT}
cd "$root" || exit 2
weak='MDB_(NOSYNC|NOMETASYNC|MAPASYNC|WRITEMAP)|mdb_env_set_flags'
hits=$(grep -rnIE "$weak" . --exclude-dir=.git --exclude-dir=lint --exclude-dir='build*')
if [ -n "$hits" ]; then
	echo "$hits"
	echo "flags: LMDB must keep its default sync (DESIGN: acknowledged means durable)"
	exit 1
fi
echo "flags: none that weakens LMDB"
