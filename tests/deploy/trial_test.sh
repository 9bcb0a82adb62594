#!/usr/bin/env bash
# The first README command: starts everything on sample data, a late task is listed, told by mail and
# reported on; it is found again, stops, tells nothing twice, and leaves nothing behind.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
programs=(dondoc dondoc-task dondoc-office dondoc-notification dondoc-reporting dondoc-mailsink)
for program in "${programs[@]}"; do
	[ -x "$build_dir/bin/$program" ] || skip "$program is not built"
done
export DONDOC_DEV_PREBUILT=$tmp/b
mkdir "$tmp/b"
ln -s "$build_dir/bin" "$tmp/b/bin"
dev=$source_dir/deploy/dondoc-dev
trap '"$dev" stop >/dev/null 2>&1; rm -rf -- "$tmp"' EXIT
dondoc() { DONDOC_RUN=$tmp/b/run "$build_dir/bin/dondoc" --lang en "$@"; }
mails() { find "$tmp/data/mail" -name '*.eml' | wc -l; }

"$dev" run --detach --port 17701 --data "$tmp/data" >"$tmp/run.txt" 2>&1 ||
	fault "run failed: $(cat "$tmp/run.txt")"
words=$(cat "$tmp/run.txt")
says "dondoc is running" "$words" "run"
pids=$(cat "$tmp"/b/run/pid/*)
[ "$(printf '%s\n' "$pids" | wc -l)" -eq 6 ] || fault "not six processes: $pids"

says KH20_TT_N11.6 "$(dondoc task list --time overdue --all --format csv 2>&1)" "the overdue list"
says "Sở Y tế" "$(dondoc task show KH38-2026/KH20_TT_N11.6 2>&1)" "one task"
says TT1 "$(dondoc task list --plan CCHC-TTTT --format csv 2>&1)" "the second plan"

# Every unit with something late has one mail, which a mail server has taken; nothing is left over.
log=$(dondoc remind log --format csv 2>&1)
sent=$(mails)
[ "$sent" -gt 5 ] || fault "only $sent mails: $log"
[ "$(printf '%s\n' "$log" | tail -n +2 | grep -c .)" -eq "$sent" ] || fault "$sent mails, but: $log"
list=$(dondoc mail list --format csv 2>&1)
says "syt@trial.invalid" "$list" "the list of mails"
says "2 nhiệm vụ quá hạn – Sở Y tế (14/10/2026)" "$list" "the list of mails"
says "reminders by mail: $sent" "$words" "run"
says "[Nhắc việc]" "$words" "run"
says "14/10/2026" "$words" "run"
says "trial clock" "$(dondoc status 2>&1)" "status"

# The documents lie where it says so.
for format in pdf xlsx; do
	file=$tmp/data/reports/bao-cao-2026-10-14.$format
	[ -s "$file" ] || fault "no $file"
	says "$file" "$words" "run"
done
[ "$(head -c 5 "$tmp/data/reports/bao-cao-2026-10-14.pdf")" = %PDF- ] || fault "the report is no PDF"

says "$(readlink -f "$tmp/data/task/log")" "$(dondoc log verify 2>&1)" "log verify"

"$dev" run --detach --port 17701 --data "$tmp/data" >"$tmp/again.txt" 2>&1 || fault "second run failed"
says "running already" "$(cat "$tmp/again.txt")" "a second run"
[ "$(cat "$tmp"/b/run/pid/*)" = "$pids" ] || fault "a second run started processes"

"$dev" stop >"$tmp/stop.txt" 2>&1 || fault "stop failed: $(cat "$tmp/stop.txt")"
for pid in $pids; do
	[ -z "$(readlink "/proc/$pid/exe")" ] || fault "process $pid is still there after stop"
done

# What was there is there again; the sample is not entered twice, and no unit is told twice.
"$dev" run --detach --port 17701 --data "$tmp/data" >"$tmp/run2.txt" 2>&1 ||
	fault "run on the old data failed: $(cat "$tmp/run2.txt")"
says KH20_TT_N11.6 "$(dondoc task list --time overdue --all --format csv 2>&1)" "the list after a restart"
for _ in {1..100}; do
	grep -q '"notification.live"' "$tmp/data/log/notification.log" && break
	sleep 0.1
done
[ "$(dondoc remind log --format csv 2>&1)" = "$log" ] || fault "the restart told units again"
[ "$(mails)" -eq "$sent" ] || fault "$sent mails before the restart, $(mails) after it"

"$dev" clean --data "$tmp/data" >/dev/null 2>&1 || fault "clean failed"
[ ! -e "$tmp/data" ] || fault "clean left the data"
[ ! -e "$tmp/b/run" ] || fault "clean left the run folder"
exit "$failed"
