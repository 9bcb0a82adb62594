# shellcheck shell=bash
# bench_trial.sh - the whole trial of `deploy/dondoc-dev run`, with its sample plans: what memory its
# services take, and how soon the task service answers.

trial_dev() {
	DONDOC_DEV_PREBUILT=$work/trial "$top/deploy/dondoc-dev" "$@"
}

trial_end() {
	if [ -d "$work/trial/run" ]; then trial_dev stop >/dev/null 2>&1 || true; fi
}

trial_measure() {
	local i text

	mkdir -p "$work/trial"
	ln -sfn "$bin" "$work/trial/bin"
	if ! trial_dev run --detach --port $((port + 4)) --data "$work/trial/data" >"$work/trial.log" 2>&1; then
		tail -n 5 "$work/trial.log" >&2
		told "the trial does not start: no figures of it"
		failed=$((failed + 1))
		return 0
	fi
	sleep 2
	trial_memory
	trial_end
	for ((i = 1; i <= rounds; i++)); do
		text=$(DONDOC_TRIAL=1 "$bin/bench-updates" --endpoint "ipc://$(readlink -f "$work/trial/run")/task/operator/bus" \
			--label first-answer start "$bin/dondoc-task" --config "$work/trial/data/conf/task.yaml" \
			--now 2026-10-15T08:05:00+07:00 2>>"$work/trial.log") || die "the trial's task service does not start again"
		line "$text" round "$i"
	done
}

# Of each process: what is resident; its fair share of it (pages that several map are divided among
# them); what is its own and cannot be dropped; what are pages of mapped files, which the system takes
# back when it needs them.
trial_memory() {
	local file name

	for file in "$work"/trial/run/pid/*; do
		name=${file##*/}
		[ "$name" != mailsink ] || continue
		line "$(awk -v name="$name" '
			{ kb[$1] = $2 }
			END {
				printf "{\"measure\":\"memory\",\"service\":\"%s\",\"rss_mb\":%.1f,\"pss_mb\":%.1f,", \
					name, kb["Rss:"] / 1024, kb["Pss:"] / 1024
				printf "\"anonymous_mb\":%.1f,\"mapped_file_mb\":%.1f}", \
					kb["Anonymous:"] / 1024, (kb["Rss:"] - kb["Anonymous:"]) / 1024
			}' "/proc/$(<"$file")/smaps_rollup")"
	done
}
