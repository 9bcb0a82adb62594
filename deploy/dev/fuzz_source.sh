# shellcheck shell=bash
# fuzz_source.sh - protobuf-c's own source from Debian, so that the fuzz targets watch the library too.
# Fetched once into the build folder; without network the targets use the installed library as it is.

# Prints the path of protobuf-c.c, or nothing.
fuzz_source() {
	local dir=$build/protobuf-c found origin apt
	found=$(find "$dir" -path '*/protobuf-c/protobuf-c.c' 2>/dev/null | head -n 1)
	if [ -z "$found" ]; then
		origin=$(apt-cache policy libprotobuf-c-dev 2>/dev/null |
			awk '$2 ~ /^http/ { split($3, s, "/"); print $2, s[1], s[2]; exit }')
		[ -n "$origin" ] || return 0
		mkdir -p "$dir/lists/partial"
		printf 'deb-src %s\n' "$origin" >"$dir/src.list"
		apt="apt-get -qq -o Dir::Etc::sourcelist=$dir/src.list -o Dir::Etc::sourceparts=/dev/null
			-o Dir::State::lists=$dir/lists"
		# shellcheck disable=SC2086 # the options are words
		(cd "$dir" && timeout 60 $apt update && timeout 60 $apt source protobuf-c) >"$dir/log" 2>&1 ||
			say "protobuf-c's source cannot be had: fuzzing uses the installed library ($dir/log)" >&2
		rm -rf "$dir/lists"
		found=$(find "$dir" -path '*/protobuf-c/protobuf-c.c' 2>/dev/null | head -n 1)
	fi
	printf '%s' "$found"
}
