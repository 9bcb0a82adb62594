#!/usr/bin/env bash
# The first README command: starts everything on sample data, shows it, is found again, stops, and
# leaves nothing behind.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
for program in dondoc dondoc-task dondoc-office; do
	[ -x "$build_dir/bin/$program" ] || skip "$program is not built"
done
export DONDOC_DEV_PREBUILT=$tmp/b
mkdir "$tmp/b"
ln -s "$build_dir/bin" "$tmp/b/bin"
dev=$source_dir/deploy/dondoc-dev
trap '"$dev" stop >/dev/null 2>&1; rm -rf -- "$tmp"' EXIT
dondoc() { DONDOC_RUN=$tmp/b/run "$build_dir/bin/dondoc" --lang en "$@"; }

"$dev" run --detach --port 17701 --data "$tmp/data" >"$tmp/run.txt" 2>&1 ||
	fault "run failed: $(cat "$tmp/run.txt")"
says "dondoc is running" "$(cat "$tmp/run.txt")" "run"
pids=$(cat "$tmp"/b/run/pid/*)
[ "$(printf '%s\n' "$pids" | wc -l)" -eq 3 ] || fault "not three processes: $pids"

says KH20_TT_N11.6 "$(dondoc task list --time overdue --all --format csv 2>&1)" "the overdue list"
says "Sở Y tế" "$(dondoc task show KH38/KH20_TT_N11.6 2>&1)" "one task"
says TT1 "$(dondoc task list --plan CCHC-TTTT --format csv 2>&1)" "the second plan"

"$dev" run --detach --port 17701 --data "$tmp/data" >"$tmp/again.txt" 2>&1 || fault "second run failed"
says "running already" "$(cat "$tmp/again.txt")" "a second run"
[ "$(cat "$tmp"/b/run/pid/*)" = "$pids" ] || fault "a second run started processes"

"$dev" stop >"$tmp/stop.txt" 2>&1 || fault "stop failed: $(cat "$tmp/stop.txt")"
for pid in $pids; do
	[ -z "$(readlink "/proc/$pid/exe")" ] || fault "process $pid is still there after stop"
done

# What was there is there again; the sample is not entered twice.
DONDOC_DEV_PREBUILT=$tmp/b "$dev" run --detach --port 17701 --data "$tmp/data" >"$tmp/run2.txt" 2>&1 ||
	fault "run on the old data failed: $(cat "$tmp/run2.txt")"
says KH20_TT_N11.6 "$(dondoc task list --time overdue --all --format csv 2>&1)" "the list after a restart"
"$dev" clean --data "$tmp/data" >/dev/null 2>&1 || fault "clean failed"
[ ! -e "$tmp/data" ] || fault "clean left the data"
[ ! -e "$tmp/b/run" ] || fault "clean left the run folder"
exit "$failed"
