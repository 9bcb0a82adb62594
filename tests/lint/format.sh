#!/bin/sh
# format.sh ROOT - every C file is as clang-format would have it. 77 = clang-format is not here, or is
# another than the one that the sources are formatted with: each version breaks some lines elsewhere.
set -u
root=${1:?usage: format.sh ROOT}
version=14
cd "$root" || exit 2
if ! command -v clang-format >/dev/null 2>&1; then
	echo "format: SKIPPED, clang-format is not installed (Debian: apt-get install clang-format)"
	exit 77
fi
if ! clang-format --version | grep -q "version $version\."; then
	echo "format: SKIPPED, this needs clang-format $version: $(clang-format --version)"
	exit 77
fi
if [ -e .git ] && command -v git >/dev/null 2>&1; then
	files=$(git -c safe.directory='*' ls-files '*.c' '*.h')
else
	files=$(find common services tests -name '*.[ch]' | sort)
fi
[ -n "$files" ] || { echo "format: no files found under $root"; exit 2; }
# A tracked file may be deleted in the working tree.
faults=0
for file in $files; do
	[ -f "$file" ] || continue
	clang-format --dry-run -Werror "$file" || faults=$((faults + 1))
done
echo "format: $faults files differ (remedy: clang-format -i FILE)"
[ "$faults" -eq 0 ]
