# shellcheck shell=bash
# trial.sh - one authority and two offices as processes of this user: start, find again, stop, clean.
#
# build/run holds the sockets, a link to the data folder, and in pid/ one file a process; the data
# folder holds conf/, keys/, log/, mail/, reports/ and one folder a service. Both carry a marker file,
# so that nothing else is ever removed.

run=$build/run
marker=.dondoc-trial
offices=(SYT STC)

# NAME=PROGRAM of every process, in the order of stopping: who reads goes before who is read, and
# offices before the centre, as what they have sent is answered until then.
trial_processes=(notification=dondoc-notification reporting=dondoc-reporting)
for office in "${offices[@]}"; do trial_processes+=("office-$office=dondoc-office"); done
trial_processes+=(mailsink=dondoc-mailsink task=dondoc-task)

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
	mkdir -p "$data"/{conf,keys,offices,log,task,mail,notification,reporting,reports}
	ln -sfn "$data" "$run/data"
}

# Whether NAME's pid file names a living process that is PROGRAM (a rebuilt one reads "(deleted)").
trial_alive() {
	local name=$1 program=$2 pid exe

	[ -f "$run/pid/$name" ] || return 1
	pid=$(<"$run/pid/$name")
	exe=$(readlink "/proc/$pid/exe" 2>/dev/null) || return 1
	[ "${exe% (deleted)}" = "$(readlink -f "$build/bin")/$program" ]
}

# trial_start NAME PROGRAM ARGUMENTS...: returns when the program's log says that it is ready.
trial_start() {
	local name=$1 program=$2 log=$data/log/$1.log pid i

	shift 2
	: >"$log"
	DONDOC_TRIAL=1 setsid "$build/bin/$program" "$@" </dev/null >>"$log" 2>&1 &
	pid=$!
	printf '%s\n' "$pid" >"$run/pid/$name"
	for ((i = 0; i < 600; i++)); do
		if grep -q "\"${program#dondoc-}\.ready\"" "$log"; then return 0; fi
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
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
		for ((i = 0; i < 200; i++)); do
			trial_alive "$name" "$program" || break
			sleep 0.05
		done
		if trial_alive "$name" "$program"; then
			say "$name (pid $pid) does not stop; left as it is" >&2
			return 1
		fi
	fi
	rm -f "$run/pid/$name"
}

trial_stop_all() {
	local process failed=0

	for process in "${trial_processes[@]}"; do
		trial_stop_one "${process%%=*}" "${process#*=}" || failed=1
	done
	return "$failed"
}

# How many of the processes are alive.
trial_count() {
	local process count=0

	for process in "${trial_processes[@]}"; do
		if trial_alive "${process%%=*}" "${process#*=}"; then count=$((count + 1)); fi
	done
	printf '%s' "$count"
}

# Offices start when the plans are there: what they keep for the time without a link is current.
# Reminders come last: they tell what the offices have not reported.
trial_start_all() {
	local unit

	trial_start mailsink dondoc-mailsink --listen "127.0.0.1:$mail_port" --dir "$data/mail"
	trial_start task dondoc-task --config "$data/conf/task.yaml" --now "$now"
	if [ "$sample" = yes ]; then trial_plans; fi
	trial_start reporting dondoc-reporting --config "$data/conf/reporting.yaml" --now "$now"
	for unit in "${offices[@]}"; do
		trial_start "office-$unit" dondoc-office --config "$data/conf/office-$unit.yaml" --now "$now"
	done
	if [ "$sample" = yes ] && [ ! -e "$data/reported" ]; then trial_updates; fi
	trial_start notification dondoc-notification --config "$data/conf/notification.yaml" --now "$now"
}

command_run() {
	trial_run_folder
	if [ "$(trial_count)" -eq ${#trial_processes[@]} ]; then
		say "A trial is running already."
		data=$(readlink "$run/data")
		trial_show
		return 0
	fi
	build_programs
	trial_stop_all || die "what is left of an earlier trial does not stop"
	umask 077
	trial_data_folder
	trial_clock
	trial_settings
	step "start"
	trap 'trial_stop_all; exit 130' INT TERM
	trial_start_all
	if [ "$sample" = yes ]; then
		trial_start_reminders
		trial_wait_mail
		trial_documents
	fi
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
