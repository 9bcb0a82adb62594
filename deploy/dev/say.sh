# shellcheck shell=bash
# say.sh - words to the person at the terminal.

say() { printf '%s\n' "$*"; }

step() { printf '\n== %s\n' "$*"; }

die() {
	printf 'dondoc-dev: %s\n' "$*" >&2
	exit 1
}
