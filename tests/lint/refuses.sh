#!/bin/sh
# refuses.sh SCRIPTS COMPILER - the lints say no to what they must: small trees with one fault each.
set -u
scripts=${1:?usage: refuses.sh SCRIPTS COMPILER}
compiler=${2:?usage: refuses.sh SCRIPTS COMPILER}
dir=$(mktemp -d "${TMPDIR:-/tmp}/dondoc-lint-XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
faults=0
cases=0

# tree FILE LINE: a fresh good tree, with LINE as the whole of FILE.
tree() {
	rm -rf "$dir/t"
	mkdir -p "$dir/t/common/base" "$dir/t/common/net" "$dir/t/common/store" \
		"$dir/t/services/task" "$dir/t/services/office"
	echo '#include <stdint.h>' >"$dir/t/common/base/a.h"
	echo '#include "common/base/a.h"' >"$dir/t/common/store/store.h"
	echo '#include <lmdb.h>' >"$dir/t/common/store/store.c"
	echo '#include <zmq.h>' >"$dir/t/common/net/n.c"
	echo '#include "common/store/store.h"' >"$dir/t/services/task/t.c"
	[ $# -eq 0 ] || echo "$2" >"$dir/t/$1"
}

# says STATUS WORDS COMMAND...
says() {
	status=$1
	words=$2
	shift 2
	cases=$((cases + 1))
	"$@" >"$dir/out" 2>&1
	got=$?
	if [ "$got" -ne "$status" ] || ! grep -q "$words" "$dir/out"; then
		echo "expected status $status and '$words', got $got:"
		cat "$dir/out"
		faults=$((faults + 1))
	fi
}

floors() {
	tree "$2" "$3"
	says 1 "$1" sh "$scripts/floors.sh" "$dir/t"
}

tree
says 0 "0 faults" sh "$scripts/floors.sh" "$dir/t"
says 0 "none that weakens" sh "$scripts/flags.sh" "$dir/t"
says 0 "2 looked at, 0 faults" sh "$scripts/headers.sh" "$dir/t" "$compiler"
floors "floor base looks up" common/base/b.c '#include "common/net/bus.h"'
floors "floor store looks up" common/store/s.h '  #  include "common/view/view.h"'
floors "common knows no service" common/net/x.c '#include "services/task/task.h"'
floors "common knows no service" common/net/x.c '#include "tests/support/fault.h"'
floors "a service knows no test" services/task/x.c '#include "tests/support/fault.h"'
floors "relative paths" services/task/x.c '#include "../office/o.h"'
floors "never include each other" services/task/x.c '#include "services/office/o.h"'
floors "lmdb.h belongs" common/store/other.c '#include <lmdb.h>'
floors "zmq.h belongs" services/task/x.c '#include <zmq.h>'
floors "uv.h belongs" services/task/x.c '#include <uv.h>'
floors "yaml.h belongs" services/task/x.c '#include <yaml.h>'
floors "reached through common/base/sys.h" common/store/other.c '#include <sys/random.h>'
tree common/base/b.h 'struct b { uint8_t x; };'
says 1 "common/base/b.h: does not compile alone" sh "$scripts/headers.sh" "$dir/t" "$compiler"
for flag in NOSYNC NOMETASYNC MAPASYNC WRITEMAP; do
	tree common/store/store.c "flags |= MDB_$flag;"
	says 1 "must keep its default sync" sh "$scripts/flags.sh" "$dir/t"
done
tree common/store/store.c 'mdb_env_set_flags(env, flags, 1);'
says 1 "must keep its default sync" sh "$scripts/flags.sh" "$dir/t"
if clang-format --version 2>/dev/null | grep -q "version 14\."; then
	tree
	says 0 "0 files differ" sh "$scripts/format.sh" "$dir/t"
	tree common/base/b.c 'int  f( void ){return 1 ;}'
	says 1 "1 files differ" sh "$scripts/format.sh" "$dir/t"
fi
mkdir "$dir/bin"
ln -s "$(command -v echo)" "$dir/bin/echo"
says 77 "SKIPPED" env PATH="$dir/bin" "$(command -v sh)" "$scripts/format.sh" "$dir/t"

echo "lint.refuses: $cases cases, $faults faults"
[ "$faults" -eq 0 ]
