#!/usr/bin/env bash
# run.sh PROGRAM SEEDS FOUND: run a fuzz target for DD_FUZZ_SECONDS (20) from its seeds. Seeds are
# text, or lines of hexadecimal digits in *.hex, one input a line. An input that breaks the target is
# kept in FOUND; run PROGRAM with it to see the fault again.
set -euo pipefail
program=$1 seeds=$2 found=$3
corpus=$(mktemp -d "${TMPDIR:-/tmp}/dondoc-fuzz-XXXXXX")
trap 'rm -rf "$corpus"' EXIT

for seed in "$seeds"/*; do
	[ -e "$seed" ] || continue
	case $seed in
	*.hex)
		mapfile -t inputs <"$seed"
		for i in "${!inputs[@]}"; do
			printf '%b' "${inputs[i]//??/\\x&}" >"$corpus/$(basename "$seed")-$i"
		done
		;;
	*) cp "$seed" "$corpus/" ;;
	esac
done
mkdir -p "$found"
"$program" -max_total_time="${DD_FUZZ_SECONDS:-20}" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
	-artifact_prefix="$found/$(basename "$program")-" -print_final_stats=1 "$corpus" \
	2>&1 | grep -v -e '^#.*\(NEW\|REDUCE\|pulse\|RELOAD\)' -e '# Uses:' | tail -n 60
