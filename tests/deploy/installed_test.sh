#!/usr/bin/env bash
# Every program, user, folder and file that the units and the example settings name is there once what the guide says has
# been done: its commands are carried out below a folder of ours.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
guide=$source_dir/deploy/guide/huong-dan.md
root=$tmp/root
unit=SYT # for %i

# --- what the guide does ---------------------------------------------------------------------------------------------

# install [OPTIONS] FILE... PLACE, as the guide says it, below the root; owners are not ours to give.
# shellcheck disable=SC2317 # called by eval
place() {
	local words=() args=("$@") last i
	last=${args[-1]}
	for ((i = 0; i < ${#args[@]} - 1; i++)); do
		case ${args[i]} in
		-g | -o) i=$((i + 1)) ;;
		*) words+=("${args[i]}") ;;
		esac
	done
	case $last in
	*/) mkdir -p "$root$last" ;;
	*) mkdir -p "$root$(dirname "$last")" ;;
	esac
	(cd "$source_dir" && install "${words[@]}" "$root$last" <<<'a passphrase') || fault "the guide: install $*"
}

follow_guide() {
	local line
	while IFS= read -r line; do
		line=${line%%#*}
		line=${line%%&&*}
		case $line in
		'install '*) eval "place ${line#install }" ;;
		'dondoc keygen '*) line=${line#dondoc keygen } && install -D -m 0600 /dev/null "$root${line%% *}" ;;
		esac
	done < <(awk '/^## 15\./ { on = 1 } /^## 1[6-9]\./ { on = 0 } on' "$guide")
	# What `dondoc office join` writes is its own tests' matter; that the guide says it is ours.
	grep -q '^dondoc office join ' "$guide" || fault "the guide does not join an office"
	touch "$root/etc/dondoc/office-$unit.yaml" "$root/etc/dondoc/office-$unit.key"
}

# What `cmake --install` puts below /usr.
programs() {
	find "$build_dir" -name cmake_install.cmake -exec grep -hoE '/bin/dondoc[a-z-]*"' {} + | tr -d '"' | sort -u
}

# --- what the units name ---------------------------------------------------------------------------------------------

# values UNIT NAME: of all such lines
values() {
	sed -n "s#^$2=##p" "$1" | sed "s#%i#$unit#g"
}

known_user() {
	if [ -e "$root/etc/passwd" ]; then
		grep -q "^$1:" "$root/etc/passwd" && grep -q "^$1:" "$root/etc/group"
	else
		grep -qE "^u $1 " "$source_dir/deploy/systemd/dondoc.sysusers.conf"
	fi
}

# made PATH UNIT...: whether it is installed, or one of the units has it made
made() {
	local path=$1 file name
	shift
	[ -e "$root$path" ] && return 0
	for file in "$@"; do
		for name in $(values "$file" StateDirectory); do
			case $path/ in /var/lib/"$name"/*) return 0 ;; esac
		done
		for name in $(values "$file" RuntimeDirectory); do
			case $path/ in /run/"$name"/*) return 0 ;; esac
		done
		for name in $(values "$file" LoadCredential); do
			[ "$path" = "/run/credentials/$(basename "$file" | sed "s#@#@$unit#")/${name%%:*}" ] && return 0
		done
		values "$file" ExecStartPre | grep -qE "/usr/bin/install -d .*$path\$" && return 0
	done
	return 1
}

# check UNIT: says what is not there
check() {
	local file=$1 name=${1##*/} word
	for word in $(values "$file" User) $(values "$file" Group); do
		known_user "$word" || printf '%s: nobody makes the user %s\n' "$name" "$word"
	done
	# shellcheck disable=SC2013 # words are what we want
	for word in $(sed -nE 's#^Exec(Start|StartPre|Stop)=[-+!@:]*([^ ]*).*#\2#p' "$file"); do
		case $word in
		/usr/bin/dondoc*) programs | grep -qx "${word#/usr}" || printf '%s: %s is not installed\n' "$name" "$word" ;;
		*) [ -x "$word" ] || printf '%s: there is no %s\n' "$name" "$word" ;;
		esac
	done
	for word in $(sed -nE 's#^ExecStart=[^ ]* (.*)#\1#p' "$file" | sed "s#%i#$unit#g" | tr ' =' '\n' | grep '^/') \
		$(values "$file" LoadCredential | sed 's#^[^:]*:##') $(values "$file" ReadWritePaths); do
		made "$word" "$file" || printf '%s: nothing makes %s\n' "$name" "$word"
	done
	for word in $(values "$file" Wants) $(values "$file" After); do
		case $word in dondoc*) [ -e "$root/etc/systemd/system/$word" ] ||
			printf '%s: %s is not installed\n' "$name" "$word" ;; esac
	done
}

# --- the test --------------------------------------------------------------------------------------------------------

follow_guide
if command -v systemd-sysusers >/dev/null; then
	systemd-sysusers --root="$root" >"$tmp/words" 2>&1 || fault "systemd-sysusers: $(cat "$tmp/words")"
else
	printf 'no systemd-sysusers: users are only read\n'
fi
units=("$source_dir"/deploy/systemd/*.service)
for file in "${units[@]}"; do
	[ -e "$root/etc/systemd/system/${file##*/}" ] || fault "the guide does not install ${file##*/}"
	missing=$(check "$file")
	[ -z "$missing" ] || fault "$missing"
done
for file in "$source_dir"/deploy/systemd/*.timer; do
	[ -e "$root/etc/systemd/system/$(basename "$file" .timer).service" ] || fault "${file##*/} has no service"
	[ -e "$root/etc/systemd/system/${file##*/}" ] || fault "the guide does not install ${file##*/}"
done

# Paths in the example settings.
for file in "$source_dir"/deploy/config/*.yaml; do
	for path in $(sed 's/#.*//' "$file" | grep -oE "[ '\"]/[A-Za-z][A-Za-z0-9@._/-]*" | tr -d " '\""); do
		made "$path" "${units[@]}" || fault "${file##*/} names $path, which nothing makes"
	done
done

# The check itself can fail.
sed -e 's#^User=.*#User=nobodyhere#' -e 's#/etc/dondoc/task.yaml#/etc/dondoc/other.yaml#' \
	-e 's#^ExecStart=/usr/bin/dondoc-task#ExecStart=/usr/bin/dondoc-none#' \
	"$source_dir/deploy/systemd/dondoc-task.service" >"$tmp/dondoc-bad.service"
[ "$(check "$tmp/dondoc-bad.service" | wc -l)" -eq 3 ] ||
	fault "of three faults it finds: $(check "$tmp/dondoc-bad.service")"
exit "$failed"
