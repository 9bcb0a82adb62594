# shellcheck shell=bash
# bench_scale.sh - the same with as many tasks as a large province has: updates, beside Redis with as
# many, imports, questions, and the start of the service with and without its view; and once more
# after as many events as ten years bring.

scale_tasks=${DONDOC_BENCH_TASKS:-200000}
scale_label=$((scale_tasks / 1000))k
long_events=${DONDOC_BENCH_EVENTS:-10000000}

scale_measure() {
	local round count

	tasks=$scale_tasks
	dondoc_fresh
	for ((round = 1; round <= rounds; round++)); do
		for count in "${in_flight[@]}"; do
			dondoc_line tcp "$count" "$round" "tcp-$scale_label"
			if [ "$count" -gt 4 ]; then
				dondoc_line tcp-single "$count" "$round" "tcp-single-$scale_label"
			fi
			scale_peers "$count" "$round"
		done
	done
	scale_questions
	dondoc_stop
	dondoc_starts "-$scale_label" 1
}

# scale_peers IN-FLIGHT ROUND: Redis, each update on a connection of its own, and pipelined on four.
scale_peers() {
	wanted peers || return 0
	redis_line "$1" "$1" "tcp-$scale_label" "$2"
	if [ "$1" -gt 4 ]; then redis_line "$1" 4 "tcp-pipelined-$scale_label" "$2"; fi
}

scale_questions() {
	local text

	while IFS= read -r text; do
		line "$text" tasks "$scale_tasks"
	done < <("$bin/bench-updates" --endpoint "$dondoc_operator" ask)
}

long_measure() {
	local left=$long_events label="$((long_events / 1000000))M" before=$seconds count

	tasks=$scale_tasks
	seconds=20
	dondoc_fresh
	while [ "$left" -gt 0 ]; do
		dondoc_line tcp 256 0 "tcp-$label" >"$work/long.txt"
		cat "$work/long.txt"
		count=$(sed -n 's/.*"acknowledged":\([0-9]*\).*/\1/p' "$work/long.txt")
		[ -n "$count" ] || die "no updates were acknowledged"
		left=$((left - count))
	done
	seconds=$before
	scale_questions
	dondoc_stop
	dondoc_starts "-$label" 1
}
