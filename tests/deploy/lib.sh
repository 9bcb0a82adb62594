# shellcheck shell=bash
# lib.sh - shared by the tests of deploy/: arguments, a temp folder, and how a test fails.
set -uo pipefail
source_dir=$1
build_dir=$2
failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dondoc-deploy-XXXXXX")
trap 'rm -rf -- "$tmp"' EXIT

fault() {
	printf 'FAILED: %s\n' "$*" >&2
	failed=1
}

skip() {
	printf 'skipped: %s\n' "$*"
	exit 77
}

# says NEEDLE TEXT WHAT
says() {
	case $2 in
	*"$1"*) ;;
	*) fault "$3: \"$1\" is not in: $2" ;;
	esac
}
