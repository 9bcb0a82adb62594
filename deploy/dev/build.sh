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

# The last words are ctest's own: what fails under the sanitizers ends it there.
command_test() {
	packages_need build run test
	build_folder "$build"
	build_targets "$build"
	if [ "$sanitize" = yes ]; then test_sanitized || exit; fi
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
