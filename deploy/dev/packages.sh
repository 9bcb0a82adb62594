# shellcheck shell=bash
# packages.sh - installs what is missing of the lists in deploy/packages/, after a question.

installed=no # becomes yes when this run has installed something

# The packages of the named lists, comments left out.
packages_listed() {
	local list

	for list in "$@"; do
		sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$top/deploy/packages/$list.txt"
	done | sort -u
}

packages_missing() {
	local name

	for name in $(packages_listed "$@"); do
		case $(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null) in
		ii*) ;;
		*) printf '%s\n' "$name" ;;
		esac
	done
}

# What apt would do, in its own words; works without root.
packages_plan() {
	LC_ALL=C apt-get -o Debug::NoLocking=1 --assume-no --no-install-recommends install "$@" 2>&1 || true
}

# A rough guess from "Need to get 1,234 kB/188 MB of archives." at 5 MB/s.
packages_time() {
	local size

	size=$(printf '%s\n' "$plan" | sed -n 's#^Need to get \([0-9]\{1,\}\)[.0-9]* MB.*#\1#p')
	say "That takes about $((30 + ${size:-0} / 5)) seconds at 5 MB/s."
}

packages_ask() {
	local answer

	if [ "$yes" = yes ]; then return 0; fi
	[ -t 0 ] || die "nobody to ask: run it with --yes, or first: $1"
	read -r -p "Install now? Cài đặt ngay? [y/N] " answer
	case $answer in
	y | Y | yes) ;;
	*) die "nothing was installed; by hand: $1" ;;
	esac
}

# packages_need LIST...: afterwards all packages of the lists are there.
packages_need() {
	local missing root=() line plan

	command -v dpkg-query >/dev/null || die "this needs Debian (or a system with dpkg and apt); \
elsewhere install what deploy/packages/*.txt names and use cmake directly"
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0

	if [ "$(id -u)" -ne 0 ]; then
		line="apt-get install --no-install-recommends ${missing[*]}"
		command -v sudo >/dev/null || die "packages are missing and this is not root; as root: $line"
		root=(sudo)
	fi
	line="${root[*]:+sudo }apt-get install --no-install-recommends ${missing[*]}"
	step "Debian packages that are missing: ${missing[*]}"
	plan=$(packages_plan "${missing[@]}")
	case $plan in
	*"additional disk space"*)
		printf '%s\n' "$plan" | grep -E '^(Need to get|After this operation)'
		packages_time
		;;
	*) say "The package lists are missing or old: apt-get update comes first." ;;
	esac
	packages_ask "$line"
	packages_install "${missing[@]}"
	installed=yes
}

# Try as it is; with fresh lists if that fails.
packages_install() {
	local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q
		--no-install-recommends "$@")

	case $plan in
	*"additional disk space"*)
		if "${root[@]}" "${install[@]}"; then return 0; fi
		;;
	esac
	"${root[@]}" apt-get update -q || die "apt-get update failed: is there a network?"
	"${root[@]}" "${install[@]}" || die "these packages could not be installed: $*"
}
