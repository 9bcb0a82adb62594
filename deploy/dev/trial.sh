# shellcheck shell=bash
# trial.sh - one authority and two offices as processes of this user: start, find again, stop, clean.
#
# build/run holds the sockets, and in pid/ one file a process; the data folder holds conf/, keys/, log/ and
# one folder a service. Both carry a marker file, so that nothing else is ever removed.

run=$build/run
marker=.dondoc-trial
offices=(SYT STC)

# A socket's address may have 107 bytes: a long checkout path gets a short folder of its own.
trial_run_folder() {
	local hash short

	if [ -e "$run" ]; then
		run=$(cd "$run" && pwd -P)
		return 0
	fi
	mkdir -p "$build"
	if [ ${#run} -gt 60 ]; then
		hash=$(printf '%s' "$build" | sha256sum)
		short=/tmp/dondoc-$(id -u)-${hash:0:10}
		if ! mkdir -m 0700 "$short" 2>/dev/null; then
			if [ ! -O "$short" ] || [ ! -d "$short" ] || [ -L "$short" ]; then
				die "$short is there and is not ours: remove it first"
			fi
		fi
		rm -f "$run"
		rm -rf "$short/pid"
		ln -s "$short" "$run"
		run=$short
	else
		mkdir -m 0700 "$run"
	fi
	mkdir "$run/pid"
	touch "$run/$marker"
}

trial_data_folder() {
	if [ -d "$data" ] && [ ! -e "$data/$marker" ]; then
		[ -z "$(ls -A "$data")" ] || die "$data holds something that is not a trial's: choose another --data"
	fi
	mkdir -p "$data"
	chmod 0700 "$data"
	touch "$data/$marker"
	mkdir -p "$data/conf" "$data/keys" "$data/offices" "$data/log" "$data/task"
}

# Whether NAME's pid file names a living process that is PROGRAM (a rebuilt one reads "(deleted)").
trial_alive() {
	local name=$1 program=$2 pid exe

	[ -f "$run/pid/$name" ] || return 1
	pid=$(<"$run/pid/$name")
	exe=$(readlink "/proc/$pid/exe" 2>/dev/null) || return 1
	[ "${exe% (deleted)}" = "$(readlink -f "$build/bin")/$program" ]
}

# trial_start NAME PROGRAM CONFIG EVENT: returns when the log says EVENT.
trial_start() {
	local name=$1 program=$2 config=$3 event=$4 log=$data/log/$1.log pid i

	: >"$log"
	DONDOC_TRIAL=1 setsid "$build/bin/$program" --config "$config" --now "$now" \
		</dev/null >>"$log" 2>&1 &
	pid=$!
	printf '%s\n' "$pid" >"$run/pid/$name"
	for ((i = 0; i < 300; i++)); do
		if grep -q "\"$event\"" "$log"; then return 0; fi
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 5 "$log" >&2
	trial_stop_all
	die "$name did not become ready; its log is $log"
}

trial_stop_one() {
	local name=$1 program=$2 pid i

	if trial_alive "$name" "$program"; then
		pid=$(<"$run/pid/$name")
		kill -TERM "$pid"
		for ((i = 0; i < 100; i++)); do
			trial_alive "$name" "$program" || break
			sleep 0.1
		done
		if trial_alive "$name" "$program"; then
			say "$name (pid $pid) does not stop; left as it is" >&2
			return 1
		fi
	fi
	rm -f "$run/pid/$name"
}

# Offices first: what they have sent is answered until then.
trial_stop_all() {
	local unit failed=0

	for unit in "${offices[@]}"; do
		trial_stop_one "office-$unit" dondoc-office || failed=1
	done
	trial_stop_one task dondoc-task || failed=1
	return "$failed"
}

# How many of the processes are alive.
trial_count() {
	local unit count=0

	if trial_alive task dondoc-task; then count=$((count + 1)); fi
	for unit in "${offices[@]}"; do
		if trial_alive "office-$unit" dondoc-office; then count=$((count + 1)); fi
	done
	printf '%s' "$count"
}

# The trial's clock runs on between two runs on the same data, unless --now sets it anew.
trial_clock() {
	local real start

	real=$(date +%s)
	if [ -z "$now" ] && [ -f "$data/clock" ]; then
		now=$(TZ=UTC-7 date -d "@$((real + $(<"$data/clock")))" +%Y-%m-%dT%H:%M:%S+07:00)
		return 0
	fi
	now=${now:-2026-10-14T08:05:00+07:00}
	start=$(date -d "$now" +%s 2>/dev/null) || die "--now $now is not a time"
	printf '%s\n' "$((start - real))" >"$data/clock"
}

# The next free port of 127.0.0.1, from $port on.
trial_port() {
	local first=$port

	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		port=$((port + 1))
		[ "$port" -lt $((first + 100)) ] || die "no free port from $first on: use --port"
	done
	[ "$port" = "$first" ] || say "Port $first is taken; offices connect to $port."
}

trial_key() {
	[ -f "$1" ] || "$build/bin/dondoc" keygen "$1" >/dev/null || die "no key could be made in $1"
}

trial_public() {
	sed -n 's/^public //p' "$1"
}

trial_settings() {
	local unit public

	trial_key "$data/keys/server.key"
	settings_write "$top/deploy/config/task.yaml" "$data/conf/task.yaml" \
		"task.data_dir='$data/task'" "task.run_dir='$run'" \
		"task.authority='Chạy thử (trial)'" \
		"task.listen='tcp://127.0.0.1:$port'" \
		"task.server_key='$data/keys/server.key'" \
		"task.offices_dir='$data/offices'"
	public=$(trial_public "$data/keys/server.key")
	for unit in "${offices[@]}"; do
		trial_key "$data/keys/$unit.key"
		printf 'unit %s\npublic %s\n' "$unit" "$(trial_public "$data/keys/$unit.key")" \
			>"$data/offices/$unit.office"
		settings_write "$top/deploy/config/office.yaml" "$data/conf/office-$unit.yaml" \
			"office.data_dir='$data/office-$unit'" "office.run_dir='$run'" \
			"office.unit=$unit" \
			"office.centre='tcp://127.0.0.1:$port'" \
			"office.centre_key='$public'" \
			"office.key='$data/keys/$unit.key'"
	done
}

command_run() {
	local unit

	trial_run_folder
	if [ "$(trial_count)" -eq $((1 + ${#offices[@]})) ]; then
		say "A trial is running already."
		trial_show
		return 0
	fi
	build_programs
	trial_stop_all || die "what is left of an earlier trial does not stop"
	umask 077
	trial_data_folder
	trial_clock
	trial_port
	trial_settings
	step "start"
	trap 'trial_stop_all; exit 130' INT TERM
	printf '%s\n' "$data" >"$run/data"
	trial_start task dondoc-task "$data/conf/task.yaml" task.ready
	# Offices start when the plans are there: what they keep for the time without a link is current.
	if [ "$sample" = yes ]; then trial_plans; fi
	for unit in "${offices[@]}"; do
		trial_start "office-$unit" dondoc-office "$data/conf/office-$unit.yaml" office.ready
	done
	if [ "$sample" = yes ] && [ ! -e "$data/reported" ]; then trial_reports; fi
	trial_show
	if [ "$detach" = yes ]; then return 0; fi
	trial_wait
}

# In the foreground: until Ctrl-C, or until one of the processes ends by itself.
trial_wait() {
	trap 'say; step "stop"; trial_stop_all; exit 0' INT TERM
	say "Ctrl-C stops everything. / Ctrl-C để dừng."
	wait -n || true
	say "A process ended by itself: see $data/log/" >&2
	trial_stop_all || true
	exit 1
}

command_stop() {
	if [ ! -e "$run" ]; then
		say "Nothing is running."
		return 0
	fi
	trial_run_folder
	[ "$(trial_count)" -gt 0 ] || say "Nothing was running."
	trial_stop_all || die "not everything stopped"
}

command_clean() {
	if [ -e "$data" ] && [ ! -e "$data/$marker" ]; then
		die "$data was not made by dondoc-dev: it stays"
	fi
	command_stop
	rm -rf -- "$data"
	if [ -e "$run/$marker" ]; then
		rm -rf -- "$run"
		rm -f -- "$build/run"
	fi
}
