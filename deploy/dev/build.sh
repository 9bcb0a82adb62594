# shellcheck shell=bash
# build.sh - configure, build, test, measure.

# build_folder FOLDER [cmake options]: configured once, and again when packages came that cmake looks
# for; ninja sees the rest by itself. A warning of a compiler that we have not met must not stop a
# newcomer: it is an error in CI only.
build_folder() {
	local folder=$1 warnings=OFF

	shift
	if [ "${CI:-}" = true ]; then warnings=ON; fi
	if [ ! -f "$folder/build.ninja" ] || [ "$installed" = yes ]; then
		step "configure ${folder#"$top"/}"
		cmake -S "$top" -B "$folder" -G Ninja -DDD_WERROR=$warnings "$@" >"$folder.log" 2>&1 || {
			tail -n 30 "$folder.log" >&2
			die "cmake failed; everything it said is in $folder.log"
		}
		rm -f "$folder.log"
	fi
}

# build_targets FOLDER [targets]
build_targets() {
	local folder=$1

	shift
	step "build ${folder#"$top"/}"
	[ -t 1 ] || set -- --quiet "$@"
	ninja -C "$folder" "$@" || die "the build failed"
}

build_programs() {
	if [ -n "${DONDOC_DEV_PREBUILT:-}" ]; then return 0; fi
	packages_need build run
	build_folder "$build"
	build_targets "$build" dondoc dondoc-task dondoc-office dondoc-notification \
		dondoc-reporting dondoc-mailsink
}

# Sanitizers make everything slow, and unit tests need no disk: memory serves them, with fewer seeds
# than the plain build tries.
sanitize_environment() {
	export DD_NOTIFY_SEEDS=${DD_NOTIFY_SEEDS:-300}
	if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi
}

test_sanitized() {
	build_folder "$build-sanitize" -DDD_SANITIZE=address,undefined
	build_targets "$build-sanitize" unit-tests
	step "unit tests under AddressSanitizer and UBSan"
	(
		sanitize_environment
		exec ctest --test-dir "$build-sanitize" -L unit --output-on-failure --no-tests=error -j2
	)
}

# The floors that have threads, under ThreadSanitizer. libzmq and libuv are not built for it: what they
# hand over between their own threads is left out, what our code does is seen.
test_threads() {
	local folder=$build-threads floors='^common\.(store|net|eventlog|view)\.' targets

	build_folder "$folder" -DDD_SANITIZE=thread
	targets=$(ctest --test-dir "$folder" -N -R "$floors" |
		awk '/Test +#/ { gsub(/\./, "-", $3); print "test-" $3 }')
	# shellcheck disable=SC2086 # names without blanks
	build_targets "$folder" $targets
	step "threaded floors under ThreadSanitizer"
	(
		sanitize_environment
		export TSAN_OPTIONS=ignore_noninstrumented_modules=1
		exec ctest --test-dir "$folder" -R "$floors" --output-on-failure --no-tests=error -j2
	)
}

# Fuzzing watches protobuf-c too where its source can be had.
with_fuzz_source() {
	local source

	grep -q '^DD_FUZZ_PROTOBUF_C:FILEPATH=.' "$build/CMakeCache.txt" && return 0
	source=$(fuzz_source)
	[ -z "$source" ] || cmake -S "$top" -B "$build" -DDD_FUZZ_PROTOBUF_C="$source" >/dev/null ||
		die "cmake failed"
}

# The last words are ctest's own: what fails under the sanitizers ends it there.
command_test() {
	packages_need build run test
	build_folder "$build"
	with_fuzz_source
	build_targets "$build"
	if [ "$sanitize" = yes ]; then
		test_sanitized || exit
		test_threads || exit
	fi
	step "tests"
	exec ctest --test-dir "$build" --output-on-failure --no-tests=error -j2
}

command_bench() {
	packages_need build run bench
	build_folder "$build"
	build_targets "$build"
	[ -x "$top/deploy/dev/bench" ] || die "this version has no measurements"
	exec "$top/deploy/dev/bench" "$build"
}
