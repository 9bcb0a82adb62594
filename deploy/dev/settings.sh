# shellcheck shell=bash
# settings.sh - writes a service's settings from its example in deploy/config/.

# settings_write EXAMPLE TARGET section.key=value...: the example with these values. A key that the
# example does not have is an error: it is the one list of what may be set.
settings_write() {
	local example=$1 target=$2 text pair key value section name

	shift 2
	text=$(<"$example")
	for pair in "$@"; do
		key=${pair%%=*} value=${pair#*=}
		section=${key%%.*} name=${key#*.}
		text=$(printf '%s\n' "$text" | settings_replace "$section" "$name" "$value") ||
			die "$example has no setting '$key'"
	done
	printf '%s\n' "$text" >"$target"
}

# A filter: fails if the setting is not there. Values are written in single quotes, as keys in Z85
# hold every sign but those.
settings_replace() {
	local section=$1 name=$2 value=$3 line inside='' found=1

	while IFS= read -r line; do
		case $line in
		[a-z]*:*) inside=${line%%:*} ;;
		"  $name:"*)
			if [ "$inside" = "$section" ]; then
				line="  $name: $value"
				found=0
			fi
			;;
		esac
		printf '%s\n' "$line"
	done
	return "$found"
}
