# shellcheck shell=bash
# bench_offices.sh - many offices after an outage; the program starts the centre and the offices and
# checks afterwards that every report is there once.

offices_count=${DONDOC_BENCH_OFFICES:-500}
offices_dir=${DONDOC_BENCH_OFFICES_DIR:-}

offices_measure() {
	local text code=0 more=() offices_own=

	if [ -n "$offices_dir" ]; then
		mkdir -p "$offices_dir"
		offices_own=$(mktemp -d "$offices_dir/bench-offices.XXXXXX")
		more=(--offices-dir "$offices_own")
	fi
	TMPDIR=$work "$bin/bench-offices" --offices "$offices_count" "${more[@]}" \
		>"$work/offices.txt" 2>"$work/offices.err" || code=$?
	while IFS= read -r text; do
		line "$text"
	done <"$work/offices.txt"
	if [ -n "$offices_dir" ]; then rm -rf -- "$offices_own"; fi
	if [ "$code" -ne 0 ]; then
		tail -n 5 "$work/offices.err" >&2
		told "the offices: exit code $code"
		failed=$((failed + 1))
	fi
}
