# shellcheck shell=bash
# trial_settings.sh - what the trial's processes are told: clock, ports, keys, settings.

mail_port=2525

# The trial's clock runs on between two runs on the same data, unless --now sets it anew.
trial_clock() {
	local real start

	real=$(date +%s)
	if [ -z "$now" ] && [ -f "$data/clock" ]; then
		now=$(trial_local "$((real + $(<"$data/clock")))" +%Y-%m-%dT%H:%M:%S+07:00)
		return 0
	fi
	now=${now:-2026-10-14T08:05:00+07:00}
	start=$(date -d "$now" +%s 2>/dev/null) || die "--now $now is not a time"
	printf '%s\n' "$((start - real))" >"$data/clock"
}

# trial_local SECONDS FORMAT: in the time of Vietnam, whatever this machine's is.
trial_local() { TZ=UTC-7 date -d "@$1" "$2"; }

# What the trial's clock shows now.
trial_now() { trial_local "$(($(date +%s) + $(<"$data/clock")))" "$1"; }

# trial_port VARIABLE WHAT: the next free port of 127.0.0.1, from the variable's value on.
trial_port() {
	local -n port_out=$1
	local first=$port_out

	while (exec 3<>"/dev/tcp/127.0.0.1/$port_out") 2>/dev/null; do
		port_out=$((port_out + 1))
		[ "$port_out" -lt $((first + 100)) ] || die "no free port from $first on: use --port"
	done
	[ "$port_out" = "$first" ] || say "Port $first is taken; $2 at $port_out."
}

trial_key() {
	[ -f "$1" ] || "$build/bin/dondoc" keygen "$1" >/dev/null || die "no key could be made in $1"
}

trial_public() { sed -n 's/^public //p' "$1"; }

trial_settings() {
	local config=$top/deploy/config

	trial_port port "offices connect"
	trial_port mail_port "mail is taken"
	trial_key "$data/keys/server.key"
	settings_write "$config/task.yaml" "$data/conf/task.yaml" \
		"task.data_dir='$data/task'" "task.run_dir='$run'" \
		"task.authority='Chạy thử (trial)'" \
		"task.listen='tcp://127.0.0.1:$port'" \
		"task.server_key='$data/keys/server.key'" \
		"task.offices_dir='$data/offices'"
	cp "$top/deploy/sample/contacts.csv" "$data/conf/contacts.csv"
	settings_write "$config/notification.yaml" "$data/conf/notification.yaml" \
		"notification.data_dir='$data/notification'" "notification.run_dir='$run'" \
		"notification.contacts='$data/conf/contacts.csv'" \
		"smtp.url='smtp://127.0.0.1:$mail_port'" \
		"smtp.from=dondoc@trial.invalid" "smtp.tls=none" \
		"remind.enabled=true" \
		"remind.report_to='cơ quan theo dõi (bản chạy thử)'"
	settings_write "$config/reporting.yaml" "$data/conf/reporting.yaml" \
		"reporting.data_dir='$data/reporting'" "reporting.run_dir='$run'" \
		"reporting.agency='Cơ quan chạy thử'" \
		"reporting.trial=true"
	trial_settings_offices
}

trial_settings_offices() {
	local unit public

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
