# shellcheck shell=bash
# bench_scale.sh - the same with as many tasks as a large province has: updates, beside Redis with as
# many, imports, questions, and the start of the service with and without its view.

scale_tasks=${DONDOC_BENCH_TASKS:-200000}
scale_label=$((scale_tasks / 1000))k

scale_measure() {
	local round count

	tasks=$scale_tasks
	dondoc_fresh
	for ((round = 1; round <= rounds; round++)); do
		for count in "${in_flight[@]}"; do
			dondoc_line tcp "$count" "$round" "tcp-$scale_label"
			if wanted peers; then redis_line "$count" "$count" "tcp-$scale_label" "$round"; fi
		done
	done
	scale_questions
	dondoc_stop
	dondoc_starts "-$scale_label" 1
}

scale_questions() {
	local text

	while IFS= read -r text; do
		line "$text" tasks "$scale_tasks"
	done < <("$bin/bench-updates" --endpoint "$dondoc_operator" ask)
}
