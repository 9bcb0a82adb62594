#!/usr/bin/env bash
# The scripts of deploy/ are clean, and refuse what they must refuse.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
dev=$source_dir/deploy/dondoc-dev
export DONDOC_DEV_PREBUILT=$tmp/build
mkdir -p "$tmp/build"

# dev_refuses NEEDLE ARGUMENTS...: ends with 1 and says why.
dev_refuses() {
	local needle=$1 words

	shift
	words=$("$dev" "$@" 2>&1 </dev/null) && fault "dondoc-dev $* was not refused"
	says "$needle" "$words" "dondoc-dev $*"
}

dev_refuses "unknown option '--fast'" run --fast
dev_refuses "not a number" run --port http
dev_refuses "choose 1024 to 65435" run --port 80
dev_refuses "needs a value" run --port
dev_refuses "COMMAND" start
dev_refuses "is not a time" run --now tomorrowish --data "$tmp/clock"

# A folder that it did not make is neither used nor removed.
mkdir "$tmp/foreign"
echo precious >"$tmp/foreign/file"
dev_refuses "was not made by dondoc-dev" clean --data "$tmp/foreign"
dev_refuses "holds something" run --data "$tmp/foreign"
[ "$(cat "$tmp/foreign/file")" = precious ] || fault "a foreign folder was changed"
[ ! -e "$tmp/foreign/.dondoc-trial" ] || fault "a foreign folder was marked"

# Its own folder is.
mkdir "$tmp/own"
touch "$tmp/own/.dondoc-trial"
"$dev" clean --data "$tmp/own" >/dev/null || fault "clean of an own folder failed"
[ ! -e "$tmp/own" ] || fault "clean left an own folder"

# A pid file that names somebody else's process harms nobody.
mkdir -p "$tmp/build/run/pid" "$tmp/build/bin"
sleep 60 &
sleeper=$!
echo "$sleeper" >"$tmp/build/run/pid/task"
"$dev" stop >/dev/null || fault "stop failed on a stale pid file"
kill -0 "$sleeper" 2>/dev/null || fault "stop ended a process that is not dondoc's"
kill "$sleeper"

# Settings: every sign of a key survives, an unknown setting is an error.
(
	# shellcheck source=../../deploy/dev/say.sh
	. "$source_dir/deploy/dev/say.sh"
	# shellcheck source=../../deploy/dev/settings.sh
	. "$source_dir/deploy/dev/settings.sh"
	settings_write "$source_dir/deploy/config/office.yaml" "$tmp/office.yaml" \
		"office.unit=STC" "office.centre_key='.-:+=^!/*?&<>()[]{}@%\$#0aA'"
	settings_write "$source_dir/deploy/config/office.yaml" "$tmp/none.yaml" "office.colour=red"
) >"$tmp/words" 2>&1 && fault "an unknown setting was written"
says "no setting 'office.colour'" "$(cat "$tmp/words")" "an unknown setting"
grep -qxF "  centre_key: '.-:+=^!/*?&<>()[]{}@%\$#0aA'" "$tmp/office.yaml" || fault "a key was changed"
grep -qxF "  unit: STC" "$tmp/office.yaml" || fault "a value was not set"

# Every listed package has a name that apt would take.
if grep -vhE '^(#.*|[a-z0-9][a-z0-9.+-]*( +#.*)?)?$' "$source_dir"/deploy/packages/*.txt; then
	fault "a package list has such a line"
fi

if command -v shellcheck >/dev/null; then
	(cd "$source_dir" && shellcheck -x --source-path=SCRIPTDIR deploy/dondoc-dev deploy/check deploy/dev/bench .ci/run tests/deploy/*_test.sh) ||
		fault "shellcheck"
else
	echo "shellcheck is not installed: not run"
fi
exit "$failed"
