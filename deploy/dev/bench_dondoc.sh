# shellcheck shell=bash
# bench_dondoc.sh - the task service under load: through each door, with a slow disk, and its start.

dondoc_pid=
dondoc_operator=ipc://$work/task/run/task/operator/bus

# A fresh service with plans of $tasks tasks together and one office; tells how long an import of
# 10,000 rows took. Words before the program's name:
# dondoc_fresh strace ...
dondoc_fresh() {
	local text

	rm -rf -- "$work/task"
	mkdir -p "$work/task/"{run,offices}
	"$bin/dondoc" keygen "$work/task/server.key" >/dev/null
	"$bin/dondoc" keygen "$work/task/office.key" >/dev/null
	printf 'unit BENCH\npublic %s\n' "$(sed -n 's/^public //p' "$work/task/office.key")" \
		>"$work/task/offices/BENCH.office"
	dondoc_settings
	dondoc_start "$@"
	text=$("$bin/bench-updates" --endpoint "$dondoc_operator" --tasks "$tasks" prepare) ||
		die "the plans could not be entered"
	if [ $# -eq 0 ]; then line "$text"; fi
}

# The settings of the example, as a trial has them, and a door without keys on loopback.
dondoc_settings() {
	settings_write "$top/deploy/config/task.yaml" "$work/task/task.yaml" \
		"task.data_dir='$work/task/data'" "task.run_dir='$work/task/run'" \
		"task.authority='bench'" "task.listen='tcp://127.0.0.1:$port'" \
		"task.server_key='$work/task/server.key'" "task.offices_dir='$work/task/offices'"
	sed -i "s|^task:|task:\n  bench_listen: 'tcp://127.0.0.1:$((port + 6))'|" "$work/task/task.yaml"
}

dondoc_start() {
	: >"$work/task/log.txt"
	DONDOC_TRIAL=1 "$@" "$bin/dondoc-task" --config "$work/task/task.yaml" \
		</dev/null >>"$work/task/log.txt" 2>&1 &
	dondoc_pid=$!
	if ! wait_for 60 grep -q '"task\.ready"' "$work/task/log.txt"; then
		tail -n 5 "$work/task/log.txt" >&2
		die "dondoc-task does not become ready"
	fi
	# Under strace the service is its child.
	if [ $# -gt 0 ]; then dondoc_pid=$(<"/proc/$dondoc_pid/task/$dondoc_pid/children"); fi
	dondoc_pid=${dondoc_pid%% *}
}

dondoc_stop() {
	end_process "$dondoc_pid"
	dondoc_pid=
}

# dondoc_line TRANSPORT IN-FLIGHT ROUND [LABEL]: the load, then the log: what was acknowledged is in it, and
# its chain holds.
dondoc_line() {
	local transport=$1 count=$2 round=$3 text verified=true unit=BENCH via=()

	# Many reports in one message, as offices and the gateway send them; "single": each in its own.
	case $transport in *-single) via=(--alone) ;; esac
	case $transport in
	tcp*) via+=(--via "tcp://127.0.0.1:$((port + 6))") ;;
	curve*)
		via+=(--via "tcp://127.0.0.1:$port" --key "$work/task/office.key"
			--server-key "$(sed -n 's/^public //p' "$work/task/server.key")")
		;;
	esac
	text=$("$bin/bench-updates" --endpoint "$dondoc_operator" "${via[@]}" --unit "$unit" \
		--clients "$count" --seconds "$seconds" --label "${4:-$transport}" run) || failed=$((failed + 1))
	if ! "$bin/dondoc" log verify --dir "$work/task/data/log" >"$work/verify.txt" 2>&1; then
		tail -n 3 "$work/verify.txt" >&2
		verified=false
		failed=$((failed + 1))
	fi
	line "${text:-\{\"system\":\"dondoc\"\}}" verified "$verified" round "$round"
	sleep 0.3 # what it writes behind (its view, spare segments) is not to slow the next down
}

# Every flush takes 5 ms more, those of the view's store too.
dondoc_slow() {
	local count

	if ! command -v strace >/dev/null; then
		told "no strace: no slow disk"
		return 0
	fi
	dondoc_fresh strace -f --seccomp-bpf -o /dev/null -e trace=fdatasync \
		-e inject=fdatasync:delay_exit=5000
	for count in "${in_flight[@]}"; do dondoc_line ipc-slow "$count" "$1"; done
	dondoc_stop
}

# The start of the service on the log that the last round has left.
dondoc_replay() {
	if [ ! -d "$work/task/data/view" ]; then
		dondoc_fresh
		dondoc_line tcp 256 0
		dondoc_stop
	fi
	dondoc_starts "" "$rounds"
}

# dondoc_starts SUFFIX TIMES: with its view, and without.
dondoc_starts() {
	local i text

	for ((i = 1; i <= $2; i++)); do
		text=$(dondoc_timed "start$1") || die "dondoc-task does not start again"
		line "$text" round "$i"
		rm -rf -- "$work/task/data/view"
		text=$(dondoc_timed "replay$1") || die "dondoc-task does not build its view again"
		line "$text" round "$i"
	done
}

dondoc_timed() {
	DONDOC_TRIAL=1 "$bin/bench-updates" --endpoint "$dondoc_operator" --label "$1" start \
		"$bin/dondoc-task" --config "$work/task/task.yaml" 2>>"$work/task/log.txt"
}
