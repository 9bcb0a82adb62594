#!/usr/bin/env bash
# The systemd units are correct (verify prints nothing) and closed (exposure at most 3.0).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
command -v systemd-analyze >/dev/null || skip "no systemd-analyze"

for unit in dondoc-task.service dondoc-notification.service dondoc-reporting.service dondoc-office@.service \
	dondoc-backup.service; do
	file=$source_dir/deploy/systemd/$unit
	systemd-analyze security --offline=true --threshold=30 "$file" >"$tmp/security" 2>&1 ||
		fault "$unit is more exposed than 3.0: $(tail -n 1 "$tmp/security")"

	# verify wants the program to be there: any program will do.
	sed 's#^ExecStart=/usr/bin/dondoc[a-z-]*#ExecStart=/bin/true#' "$file" >"$tmp/$unit"
	words=$(systemd-analyze verify "$tmp/$unit" 2>&1) || fault "$unit: verify failed"
	[ -z "$words" ] || fault "$unit: verify says: $words"

	# What ends by itself, when its timer says.
	grep -qx 'Type=oneshot' "$file" && continue
	# Exit code 100 asks for a person: never start such a service again.
	grep -qx 'RestartPreventExitStatus=100' "$file" || fault "$unit restarts after exit code 100"
	grep -qx 'Type=notify' "$file" || fault "$unit does not wait for readiness"
done

# A timer is read with its service beside it.
for timer in "$source_dir"/deploy/systemd/*.timer; do
	cp "$timer" "$tmp/"
	words=$(systemd-analyze verify "$tmp/${timer##*/}" 2>&1) || fault "${timer##*/}: verify failed"
	[ -z "$words" ] || fault "${timer##*/}: verify says: $words"
done

# The check itself can fail.
printf '[Service]\nExecStart=/bin/true\n' >"$tmp/open.service"
if systemd-analyze security --offline=true --threshold=30 "$tmp/open.service" >"$tmp/security" 2>&1; then
	fault "an unprotected unit passed"
fi
exit "$failed"
