# shellcheck shell=bash
# bench_mails.sh - a day with 10,000 reminders for 50 units, by real mails into the sink.

mails_measure() {
	local text code=0 round

	for round in 1 2 3; do
		text=$(TMPDIR=$work "$bin/bench-mails" 2>"$work/mails.err") || code=$?
		if [ -n "$text" ]; then line "$text" round "$round"; fi
	done
	if [ "$code" -ne 0 ]; then
		tail -n 5 "$work/mails.err" >&2
		told "the mails: exit code $code"
		failed=$((failed + 1))
	fi
}
