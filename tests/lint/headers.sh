#!/bin/sh
# headers.sh ROOT COMPILER [FLAGS...] - each header of common/ and services/ compiles alone.
set -u
root=${1:?usage: headers.sh ROOT COMPILER FLAGS...}
shift
faults=0
count=0
cd "$root" || exit 2
for header in $(find common services -name '*.h' 2>/dev/null | sort); do
	count=$((count + 1))
	if ! printf '#include "%s"\n' "$header" | "$@" -I . -fsyntax-only -x c -; then
		echo "$header: does not compile alone"
		faults=$((faults + 1))
	fi
done
echo "headers: $count looked at, $faults faults"
[ "$faults" -eq 0 ] && [ "$count" -gt 0 ]
