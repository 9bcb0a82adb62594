#!/bin/sh
# floors.sh ROOT - who may include whom: a floor of common/ looks only down, services never meet, and
# some outside libraries belong to one floor or one file.
set -u
root=${1:?usage: floors.sh ROOT}
cd "$root" || exit 2
floors="base paper domain sheet store net files eventlog view app"
faults=0

fault() {
	echo "$*"
	faults=$((faults + 1))
}

# includes FILES...: lines "file:number:#include what" of all of them.
includes() {
	grep -HnE '^[[:space:]]*#[[:space:]]*include' "$@" 2>/dev/null
}

# found MESSAGE PATTERN FILES...: a fault for each include that matches.
found() {
	message=$1
	pattern=$2
	shift 2
	[ $# -gt 0 ] || return 0
	hits=$(includes "$@" | grep -E "$pattern")
	[ -n "$hits" ] || return 0
	while IFS= read -r hit; do
		fault "$hit: $message"
	done <<-END
		$hits
	END
}

sources() {
	find "$@" -name '*.[ch]' 2>/dev/null | sort
}

# sources that are not under the given prefix (a folder or one file)
others() {
	sources common services | grep -v "^$1"
}

allowed=
for floor in $floors; do
	allowed="$allowed${allowed:+|}$floor"
	above=$(sources "common/$floor")
	# shellcheck disable=SC2086 # names of our own files, without spaces
	for file in $above; do
		hits=$(includes "$file" | grep -E '"common/' | grep -vE "\"common/($allowed)/")
		[ -z "$hits" ] || fault "$hits: floor $floor looks up"
	done
done

# shellcheck disable=SC2046 # as above
{
	found "common knows no service and no test" '"(services|tests)/' $(sources common)
	found "a service knows no test" '"tests/' $(sources services)
	found "no way up by relative paths" '"\.\.?/' $(sources common services)
	found "lmdb.h belongs to common/store/store.c" '<lmdb\.h>' $(others common/store/store.c)
	found "zmq.h belongs to common/net" '<(zmq|zmq_utils|czmq)\.h>' $(others common/net/)
	found "uv.h belongs to common/net; use common/net/loop.h" '<uv\.h>' $(others common/net/)
	found "yaml.h belongs to common/base/config.c" '<(yaml|cyaml/cyaml)\.h>' $(others common/base/config.c)
	found "libarchive belongs to common/base/xlsx_zip.c" '<archive(_entry)?\.h>' $(others common/base/xlsx_zip.c)
	found "expat.h belongs to common/base/xlsx_xml.c" '<expat\.h>' $(others common/base/xlsx_xml.c)
	found "libcsv belongs to common/base/csv.c" '<csv\.h>' $(others common/base/csv.c)
	found "nats.h belongs to common/eventlog/jetstream.c" '<nats(/nats)?\.h>' $(others common/eventlog/jetstream.c)
	found "the machine is reached through common/base/sys.h" '<sys/(random|statvfs)\.h>' $(others common/base/sys.c)
}

for service in services/*/; do
	service=$(basename "$service")
	# shellcheck disable=SC2046
	for file in $(sources "services/$service"); do
		hits=$(includes "$file" | grep -E '"services/' | grep -v "\"services/$service/")
		[ -z "$hits" ] || fault "$hits: services never include each other"
	done
done

echo "floors: $faults faults"
[ "$faults" -eq 0 ]
